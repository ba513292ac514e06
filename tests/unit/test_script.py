"""Scripts for students: nothing of a student's becomes code, and every number arrives as it was."""

import ast
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.regrade.calls import Call
from grader.regrade.recorder import Asked, Calls
from grader.regrade.script import About, Script, script_of
from grader.sandbox.outside.answer import Returned
from grader.sandbox.wire import Claim, Number, Tensor, Value

FUNCTION = "NetQuantizedWithBias.quantized_bias"


def made(*arguments: Value, again: bool = False, **about: object) -> Script:
    claim = Claim("tensor", np.arange(3.0))
    asked = Asked(Calls(FUNCTION, arguments, again), Returned(claim), 1, False)
    call = Call(1, "a bias", asked, {"integers": np.arange(3.0)})
    words = {
        "check": "bias.product",
        "question": "5.2",
        "told": (),
        "submission": "lab1.py",
        "name": "replay.py",
        "arrays": "replay.npz",
    }
    return script_of([asked], call, About(**{**words, **about}))


def code_of(script: Script) -> str:
    """The script without its comments."""
    return ast.unparse(ast.parse(script.text))


WITHOUT = made(1.0)


@given(st.lists(st.text(max_size=300), max_size=4))
def test_no_word_of_a_student_s_becomes_code(told: list[str]) -> None:
    script = made(1.0, told=told)
    assert code_of(script) == code_of(WITHOUT)
    assert script.text.encode()  # no half of a pair of surrogates is left


@given(st.text(max_size=60))
def test_no_name_of_a_file_becomes_code(name: str) -> None:
    tree = ast.parse(made(1.0, submission=f"{name}.py").text)
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert all(node.module is not None and node.module.isidentifier() for node in imported)
    names = {alias.name for node in imported for alias in node.names}
    assert names <= {"NetQuantizedWithBias"}


@pytest.mark.parametrize(
    ("name", "imports"),
    [
        ("lab1.py", "from lab1 import"),
        ("lab1.ipynb", "SystemExit"),
        ("my lab.py", "SystemExit"),
        ("class.py", "SystemExit"),
        ("lab1 (2).py", "SystemExit"),
    ],
)
def test_a_file_that_cannot_be_imported_is_not(name: str, imports: str) -> None:
    assert imports in made(1.0, submission=name).text


ARGUMENTS: tuple[Value, ...] = (
    Tensor(np.asarray([0.1, -2.5, 1e-30], np.float32)),
    Number(0.1, "numpy.float32"),
    Number(0.1, "tensor.float64"),
    [(Number(1 / 3, "float"), Number(3, "int")), (Number(2.0**-40, "numpy.float64"), 1.5)],
    np.linspace(0, 1, 4).reshape(2, 2),
    np.arange(1000.0),
    float("nan"),
    np.asarray([np.inf, 1.0]),
)


def executed(script: Script, monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[object]:
    """What the function is given where the script is executed."""
    import torch

    given_to: list[object] = []

    class NetQuantizedWithBias:
        @staticmethod
        def quantized_bias(*arguments: object) -> torch.Tensor:
            given_to.extend(arguments)
            return torch.arange(3)

    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdout", StringIO())
    np.savez("replay.npz", **dict(script.arrays))
    names = {"NetQuantizedWithBias": NetQuantizedWithBias}
    exec(script.text, names)
    if "ARRAYS" in names:
        names["ARRAYS"].close()
    return given_to


def test_every_argument_arrives_in_its_own_type(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import torch

    bias, single, double, ns, table, many, nan, infinite = executed(
        made(*ARGUMENTS), monkeypatch, tmp_path
    )
    assert isinstance(bias, torch.Tensor)
    assert bias.dtype == torch.float32
    assert bias.tolist() == ARGUMENTS[0].array.tolist()
    assert type(single) is np.float32
    assert single == np.float32(0.1)
    assert double.dtype == torch.float64
    assert double.item() == 0.1
    assert ns == [(1 / 3, 3), (2.0**-40, 1.5)]
    assert [[type(each) for each in pair] for pair in ns] == [[float, int], [np.float64, float]]
    assert np.array_equal(table, ARGUMENTS[4])
    assert np.array_equal(many, np.arange(1000.0))
    assert np.isnan(nan)
    assert np.array_equal(infinite, [np.inf, 1.0])


def test_a_call_made_again_has_the_same_list(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ns: list[Value] = [(1.0, 2.0)]
    found = executed(made(np.arange(5.0), ns, again=True), monkeypatch, tmp_path)
    values, kept, values_again, kept_again = found
    assert kept is kept_again
    assert values is not values_again
