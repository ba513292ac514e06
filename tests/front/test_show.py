"""`python -m tests.show NAME`: a submission of the corpora, whole."""

import subprocess
import sys

import pytest

from grader.template import CHECKOUT
from grader.validation.corpus import BASES
from tests.show import main


def test_a_submission_is_printed_whole() -> None:
    command = [sys.executable, "-m", "tests.show", "forward_cut_by_int"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("# Mistake: the cast .int()")
    assert "x = torch.clamp((x * self.input_scale).int(), -128, 127).float()" in done.stdout
    assert "def copy_model(model):" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["singledispatch", "correct/singledispatch"])
def test_a_whole_file_is_printed_as_it_is(name: str, capfdbinary: pytest.CaptureFixture) -> None:
    assert main([name]) == 0
    path = CHECKOUT / "tests" / "correct" / "solutions" / "singledispatch.py"
    assert capfdbinary.readouterr().out == path.read_bytes()


def test_a_base_is_printed(capfdbinary: pytest.CaptureFixture) -> None:
    assert main(["bases/plain"]) == 0
    assert capfdbinary.readouterr().out == (BASES / "plain.py").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["forward_cut_by_in"], "there is no submission forward_cut_by_in; did you mean"),
        (["plane"], "did you mean: plain?"),
        (["../../README"], "there is no submission"),
        ([], "usage: python -m tests.show NAME"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert says in shown.err
