"""What docs/quantizers.md says is found out rightly."""

import pytest
import torch

from grader.errors import GraderError
from tests.quantizers.page import table
from tests.quantizers.roundings import RULES, TELLING, Quantizer, of_one


def test_every_rule_has_a_name_of_its_own() -> None:
    found = {tuple(map(rule, TELLING)) for rule in RULES.values()}
    assert len(found) == len(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_called_by_its_name(name: str) -> None:
    def run(x: torch.Tensor) -> list[float]:
        return [RULES[name](value) for value in x.tolist()]

    assert of_one(Quantizer("any", "any", run))[1] == name


def test_a_kernel_that_treats_vectors_otherwise_has_two_answers() -> None:
    def run(x: torch.Tensor) -> torch.Tensor:
        whole = x.round()
        return whole.clamp(-128, 127) if len(x) > 1 else whole

    assert of_one(Quantizer("any", "any", run))[2] == "300 or 127, −300 or −128"


def test_a_row_says_what_the_corpora_say() -> None:
    rows = [(["a"], "range_max_to_127"), (["b"], "forward_never_rounds")]
    assert table(["what"], rows).splitlines()[2:] == [
        "| a | yes | `range_max_to_127` |",
        "| b | **no** | `forward_never_rounds` |",
    ]


def test_a_row_names_a_submission() -> None:
    with pytest.raises(GraderError, match="nobody_wrote_this"):
        table(["what"], [([], "nobody_wrote_this")])
