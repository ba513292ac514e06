"""What each name needs of a submission: changed, or the same?"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.submission.program import Slice
from grader.submission.reader import read, read_sliced

CODE = """\
import torch

STEP = 127


def rounded(values):
    return torch.round(values * STEP)


def quantized_weights(weights):
    return rounded(weights), 1.0


class NetQuantized:
    def forward(self, x):
        return x


class NetQuantizedWithBias(NetQuantized):
    pass


Q4_1A = "Out = In"
"""


def slices(path: Path, code: str = CODE, **helpers: str) -> Mapping[str, Slice]:
    """Those of a folder with this code, and these modules beside it."""
    path.mkdir(exist_ok=True)
    for name, text in {"lab1": code, **helpers}.items():
        path.joinpath(f"{name}.py").write_text(text, "utf-8")
    return read_sliced(path).slices


def differing(one: Mapping[str, Slice], other: Mapping[str, Slice], kind: str) -> set[str]:
    assert one.keys() == other.keys()
    return {name for name in one if getattr(one[name], kind) != getattr(other[name], kind)}


NETS = {"NetQuantized", "NetQuantizedWithBias"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("STEP = 127", "STEP = 100", {"quantized_weights"}),
        ("return torch.round(", "return torch.floor(", {"quantized_weights"}),
        ("return x", "return 2 * x", NETS),
        ("    pass", "    x = 1", {"NetQuantizedWithBias"}),
        ("Out = In", "Out = In * W", {"Q4_1A"}),
        ("import torch", "import torch\nrounded = 3", set()),
        ("Q4_1A", "Q4_1B", {"Q4_1A", "Q4_1B"}),
        ("def rounded", "# rounds\ndef  rounded", set()),
    ],
)
def test_what_needs_a_change_has_another_digest(
    old: str, new: str, code: set[str], tmp_path: Path
) -> None:
    before, after = slices(tmp_path), slices(tmp_path, CODE.replace(old, new))
    assert differing(before, after, "code") == code


def test_a_line_that_moves_is_told_apart_from_code_that_changes(tmp_path: Path) -> None:
    before = slices(tmp_path)
    after = slices(tmp_path, CODE.replace("class NetQuantized:", "# here\nclass NetQuantized:"))
    assert differing(before, after, "code") == set()
    assert differing(before, after, "places") == {*NETS, "Q4_1A"}


def test_a_statement_that_has_become_training_is_another_one(tmp_path: Path) -> None:
    made = "def made():\n    {}\n\n\nTABLE = made()\n" + CODE.replace("* STEP", "* TABLE")
    runs, trains = made.format("return 1"), made.format("return loss.backward()")
    before, after = slices(tmp_path, runs), slices(tmp_path, trains)
    assert differing(before, after, "code") == {"quantized_weights"}


HELPED = CODE.replace("import torch\n", "import torch\nfrom scaling import STEP\n").replace(
    "STEP = 127\n", ""
)


@pytest.mark.parametrize(
    ("module", "text", "code"),
    [
        ("scaling", "from numbers_of import STEP\nSTEP += 1\n", {"quantized_weights"}),
        ("numbers_of", "STEP = 126\n", {"quantized_weights"}),
        ("numbers_of", "STEP = 127  # of int8\n", set()),
        ("unused", "x = 2\n", set()),
    ],
)
def test_a_helper_module_counts_for_what_reaches_it(
    module: str, text: str, code: set[str], tmp_path: Path
) -> None:
    helpers = {
        "scaling": "from numbers_of import STEP\n",
        "numbers_of": "STEP = 127\n",
        "unused": "x = 1\n",
    }
    before = slices(tmp_path, HELPED, **helpers)
    after = slices(tmp_path, HELPED, **{**helpers, module: text})
    assert differing(before, after, "code") == code


def test_a_module_whose_name_stands_in_a_text_may_be_imported_by_it(tmp_path: Path) -> None:
    code = CODE.replace("STEP = 127", "STEP = __import__('scaling').STEP")
    before, after = (slices(tmp_path, code, scaling=f"STEP = {n}\n") for n in (126, 127))
    assert differing(before, after, "code") == {"quantized_weights"}


def test_what_a_helper_asks_back_counts_for_those_who_ask_it(tmp_path: Path) -> None:
    code = HELPED + "\n\nLOWEST = -128\n"
    helper = "STEP = 127\n\n\ndef lowest():\n    from lab1 import LOWEST\n    return LOWEST\n"
    before = slices(tmp_path, code, scaling=helper)
    after = slices(tmp_path, code.replace("-128", "-127"), scaling=helper)
    assert differing(before, after, "code") == {"quantized_weights"}


def test_who_does_not_ask_is_told_nothing(tmp_path: Path) -> None:
    slices(tmp_path)
    assert read(tmp_path).slices == {}
