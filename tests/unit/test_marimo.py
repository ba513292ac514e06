"""A marimo notebook is read as marimo itself, 0.25.2, executes it."""

from typing import Any

import pytest

from grader.submission.marimo import cells_of, passages_of
from grader.writeup import write_up
from tests.front.uploads import indented

HEAD = "import marimo\n\napp = marimo.App()\n"


def cell(body: str) -> str:
    return f"\n\n@app.cell\ndef _():\n{indented(body)}\n    return\n"


def executed(text: str) -> dict[str, Any]:
    """The names after all cells were executed one after the other, as a submission's are."""
    space: dict[str, Any] = {}
    for each in cells_of(HEAD + text, "lab1.py") or []:
        exec(compile(each.source, each.label, "exec"), space)
    return space


STRINGS = {
    "a string that marimo indents": ("s = '''a\n  b\n'''", "a\n  b\n"),
    "an empty line in it": ("s = '''a\n\nb'''", "a\n\nb"),
    "a line that goes on in it": ("s = 'a\\\n  b'", "a  b"),
    "in a function": ("def f():\n    return '''a\nb'''\ns = f()", "a\nb"),
    "with a value in it": ("s = f'''{1}\nb'''", "1\nb"),
}


@pytest.mark.parametrize("what", STRINGS)
def test_a_string_is_what_it_was_before_marimo_saved_it(what: str) -> None:
    body, value = STRINGS[what]
    assert executed(cell(body))["s"] == value


def test_a_string_that_somebody_has_indented_less_stays_as_it_is() -> None:
    assert executed("@app.cell\ndef _():\n    s = '''a\n  b\n    c'''\n")["s"] == "a\n  b\n    c"


@pytest.mark.parametrize("mark", ["\f", "\x1c", "\x85", "\u2028"])
def test_what_is_no_end_of_a_line_to_python_shifts_nothing(mark: str) -> None:
    assert executed(cell(f"t = '{mark}'") + cell("s = 1"))["s"] == 1


def test_lines_that_are_indented_less_than_their_cell_are_read() -> None:
    text = "@app.cell\ndef _():\n    s = [1,\n  2,\n3]\n# a remark\n    t = 4\n"
    space = executed(text)
    assert (space["s"], space["t"]) == ([1, 2, 3], 4)


def test_a_cell_that_is_no_python_keeps_its_text_and_its_lines() -> None:
    call = "app._unparsable_cell(\n    r'''\n    files = !ls\n    x = 1\n    ''',\n)\n"
    text = f"{HEAD}\n{call}"
    [found] = cells_of(text, "lab1.py") or []
    lines = found.source.split("\n")
    assert lines[text.split("\n").index("    files = !ls")] == "files = !ls"
    assert lines[text.split("\n").index("    x = 1")] == "x = 1"


def test_a_name_with_an_underscore_belongs_to_its_cell() -> None:
    space = executed(
        cell("_top = 1\ndef first():\n    return _top")
        + cell("_top = 2\ndef second():\n    return _top")
        + cell("def _top():\n    return 3\ndef third():\n    global _top\n    return _top()")
    )
    assert [space[name]() for name in ("first", "second", "third")] == [1, 2, 3]


@pytest.mark.parametrize(
    "body",
    [
        "def f(_x): return _x\n_x = 2\ny = f(_x=2)",
        "class A:\n    _x = 2\n_x = A\ny = A._x",
        "class A: pass\n_x = A\n_x._x = 2\ny = A._x",
        "import math as _x\ny = int(_x.sqrt(4))",
        "_x = 2\ny = int(f'{_x}')",
    ],
)
def test_a_name_that_others_may_mean_is_left_as_it_is(body: str) -> None:
    assert executed(cell("_x = 1") + cell(body))["y"] == 2


def test_markdown_is_text_for_the_write_up_and_the_rest_is_code() -> None:
    words = indented("# Question 1.2\n\nThe weights of conv1 lie close together.")
    markdown = f'@app.cell\ndef _(mo):\n    mo.md(r"""\n{words}\n    """)\n    return\n'
    equation = cell('# Question 4.1\nQ4_1A = "Out = W * In"')
    found = write_up(list(passages_of(HEAD + markdown + equation)))
    assert found.written["1.2"] == "52 characters of text"
    assert "Q4_1A" in found.written["4.1"]
    assert found.written["5.1"].startswith("nothing")
