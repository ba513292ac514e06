"""What answers the check in a notebook: the cells that count, its words, and its card."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.grade import Options
from grader.result import Result
from grader.self_check.answer import answered
from grader.self_check.handed_in import written
from grader.self_check.history import taken
from grader.submission import Reader
from grader.versions import ExamVersion, GraderVersion, RubricVersion, Versions
from tests.browser import Browser, open_browser
from tests.kernels import is_green

COLUMNS = 160
RIGHT = """\
def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round(), scale
"""


def card(
    *cells: str, question: str = "2.1", memory: tuple[str, ...] = (), folder: Path = Path("/")
) -> dict[str, Any]:
    """The answer to a notebook with these cells."""
    request = {
        "question": question,
        "cells": list(cells),
        "memory": list(memory),
        "folder": str(folder),
    }
    found: dict[str, Any] = json.loads(answered(json.dumps(request).encode(), COLUMNS))
    return found


def text(*cells: str, **asked: Any) -> str:
    """The same, as text."""
    found: str = card(*cells, **asked)["data"]["text/plain"]
    return found


def test_cells_that_nothing_needs_are_left_out() -> None:
    found = taken(
        ["import numpy as np", "train()", RIGHT, 'check("2.1")', "x = 1", RIGHT, "print(x)"]
    )
    assert found.cells == {6: RIGHT}


def test_what_an_older_version_has_made_is_kept() -> None:
    """As in the notebook's memory: the default was evaluated when there was another scale."""
    cells = ["top = 127", "def quantized_weights(w, top=top): pass", "top = 7", "top"]
    assert list(taken(cells).cells) == [1, 2]


def test_a_session_of_many_versions_leaves_few() -> None:
    versions = [RIGHT.replace("127", str(number)) for number in range(500)]
    assert list(taken(versions).cells) == [500]


def test_cells_that_matter_by_what_they_write_or_execute_are_kept() -> None:
    cells = ["from __future__ import annotations", "%run mine.py", "%%writefile a.py\nx = 1", "1"]
    found = taken(cells)
    assert list(found.cells) == [1, 2, 3]
    assert found.runs == ("mine.py",)
    assert found.binds_any


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        (["def quantized_weights(w)\n  return"], [1]),
        (["def quantized_weights(w)\n  return", RIGHT], [2]),
        ([RIGHT, "def quantized_weights(w)\n  return"], [1, 2]),
        (["def quantized_weights(w)", "def quantized_weights(w):\n  ("], [2]),
        (["Q5_1 = 'n_W * W"], [1]),
        (["def other(w)\n  return"], []),
        (["1 +", "!ls", "%%bash\nfor"], []),
    ],
)
def test_a_cell_that_is_no_python_is_spoken_of_until_it_is_mended(
    cells: list[str], kept: list[int]
) -> None:
    assert list(taken(cells).cells) == kept


def test_cells_stand_where_their_numbers_say(tmp_path: Path, reader: Reader) -> None:
    path = written(tmp_path, taken(["1", "2", RIGHT]), tmp_path)
    assert reader.load(path).graded == {"quantized_weights": "cell 3, line 1"}


def test_more_executions_than_a_notebook_has_cells_are_read(tmp_path: Path, reader: Reader) -> None:
    path = written(tmp_path, taken([*["1"] * 6000, RIGHT]), tmp_path)
    assert "quantized_weights" in reader.load(path).graded


@pytest.mark.parametrize(
    ("line", "folders"),
    [
        ("import mine", {"mine.py", "deep/a.py", "deep/b/c.py"}),
        ("%run mine.py", {"mine.py"}),
        ("%run mine", {"mine.py"}),
        ("%run ../outside.py", set()),
        ("import torch, numpy", set()),
        ("x = 'import mine'", set()),
    ],
)
def test_only_the_modules_that_the_code_asks_for_are_handed_in(
    line: str, folders: set[str], tmp_path: Path
) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    out.mkdir()
    for name in ("deep/a.py", "deep/b/c.py", "torch.py", "lab1.py"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("")
    (home / "mine.py").write_text("import deep.a, mine")
    (tmp_path / "outside.py").write_text("")
    cell = RIGHT if line.startswith(("%", "x")) else f"{RIGHT}    {line}\n"
    written(out, taken([line, cell]), home)
    found = {path.relative_to(out).as_posix() for path in out.rglob("*.py")}
    assert found == folders
    assert {path.name for path in tmp_path.iterdir()} == {"home", "out", "outside.py"}


@pytest.mark.usefixtures("wall_stands")
def test_it_is_said_only_of_what_is_asked_for_that_it_is_not_there() -> None:
    broken = "def value_range(values)\n    return 1"
    assert text(broken, RIGHT, question="C.4").startswith("No cell that was executed")
    first, second = text(broken, RIGHT, question="1.2").splitlines()
    assert first.startswith("cell 1, line 1: ")
    assert "defines three_sigma_range." in second
    assert "No cell" not in text(broken, RIGHT)


@pytest.mark.usefixtures("wall_stands")
def test_names_that_others_may_bind_are_not_called_lost() -> None:
    code = RIGHT.replace("127", "top")
    assert "top lives only" in text(code, memory=("top",))
    assert "lives only" not in text(code, "%run other.py", memory=("top",))
    assert "lives only" not in text(code, memory=("scale", "weights"))


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("2.1", ["2.1"]),
        ("2", ["2.1", "2.2"]),
        ("", ["2.1", "2.2", "5.1"]),
    ],
)
def test_a_number_may_be_the_beginning_of_several(asked: str, numbers: list[str]) -> None:
    shown = text(RIGHT, "Q5_1 = ''", question=asked)
    assert re.findall(r"^[✓✗·] (\S+)", shown, re.MULTILINE) == numbers


@pytest.mark.parametrize("asked", ["9.9", "Run", "2.11", ".", "2.", "quantized_weights", "--help"])
def test_what_is_no_question_is_said_in_a_line(asked: str) -> None:
    (line,) = text(RIGHT, question=asked).splitlines()
    assert line.startswith(f"there is no question {asked!r}; there are 1.2, 2.1,")


@pytest.mark.usefixtures("wall_stands")
def test_everything_is_escaped() -> None:
    evil = "<script>alert(1)</script><img onerror=y>"
    code = f"def quantized_weights(w):\n    print('{evil}')\n    raise ValueError('{evil}')"
    shown = card(code)["data"]
    assert shown["text/plain"].count(evil) > 1
    assert shown["text/html"].count("&lt;script&gt;") > 1
    tags = set(re.findall(r"<(\w+)", shown["text/html"]))
    assert tags == {"div", "details", "summary", "span", "pre"}
    assert not re.search(r"https?:|src=|href=|url\(", shown["text/html"])


@pytest.mark.usefixtures("wall_stands")
def test_a_card_has_a_row_for_each_check() -> None:
    found = card(RIGHT.replace("round", "trunc"))
    assert not is_green(found["data"])
    assert found["passed"] is False
    rows = re.findall(r'aria-label="([\w ]+)"', found["data"]["text/html"])
    assert len(rows) == 1 + 9  # the question's own mark
    assert {"passed", "not passed"} == set(rows)
    assert found["data"]["text/html"].count("Got: ") == 1  # of the first that fails
    right = card(RIGHT)
    assert is_green(right["data"])
    assert right["passed"] is True
    assert "Got: " not in right["data"]["text/html"]


@pytest.mark.usefixtures("wall_stands")
def test_a_blank_challenge_is_not_right() -> None:
    blank = "def quantize_multiplier(scale):\n    # YOUR CODE HERE\n    pass\n"
    found = card(RIGHT, blank, question="C.2")
    assert "nothing of it is filled in" in found["data"]["text/plain"]
    assert "\n\nNothing was judged.\n" in found["data"]["text/plain"]
    assert not is_green(found["data"])
    assert "C.2" not in text(RIGHT, blank, question="")


def test_a_notebook_is_judged_as_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    made_with = Versions(GraderVersion("0", ""), ExamVersion("none", ""), RubricVersion(""))

    def spy(path: Path, options: Options, *_: object) -> Result:
        seen.append(options)
        return Result((), made_with, path.name)

    monkeypatch.setattr("grader.grade.grade", spy)
    monkeypatch.setattr("grader.self_check.answer.grade", spy)
    path = tmp_path / "mine.py"
    path.write_text(RIGHT)
    run(["check", str(path), "--question", "2.1", "--json"])
    card(RIGHT)
    assert seen[0] == seen[1] != replace(seen[0], official=True)


def test_check_cells_cost_nothing_when_a_notebook_is_read(
    reference: str, tmp_path: Path, reader: Reader
) -> None:
    without = re.sub(r'# %%\ncheck\("\S+"\)\n', "", reference)
    without = re.sub(r"^try:\n.*?\n\n\n(?=# %%)", "", without, flags=re.DOTALL | re.MULTILINE)
    assert reference.count("check(") - without.count("check(") > 15
    assert "grader" not in "".join(re.findall(r"^\s*(?:import|from) .*", without, re.MULTILINE))
    read = []
    for name, source in (("with", reference), ("without", without)):
        path = tmp_path / name / "lab1.py"
        path.parent.mkdir()
        path.write_text(source, encoding="utf-8")
        read.append(reader.load(path))
    one, other = read
    assert one.digest == other.digest
    assert one.notes == other.notes
    assert one.graded.keys() == other.graded.keys()
    assert one.write_up == other.write_up or one.write_up.written == other.write_up.written
    texts = [[piece.text for cell in each.program.cells for piece in cell.pieces] for each in read]
    assert texts[0] == texts[1]
    assert one.program.packages == other.program.packages


@pytest.fixture(scope="module")
def browser() -> Any:
    """A browser."""
    with open_browser() as found:
        yield found


PAGE = '<!doctype html><body style="margin: 0; color: {ink}; background: {ground}">{card}</body>'
THEMES = {"light": ("rgba(0, 0, 0, 0.87)", "#ffffff"), "dark": ("#ffffff", "#111111")}
"""Ink and ground of JupyterLab's own themes."""


@pytest.mark.rest
@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize("theme", THEMES)
def test_a_card_can_be_read_in_every_theme(theme: str, browser: Browser, tmp_path: Path) -> None:
    ink, ground = THEMES[theme]
    html = card(RIGHT.replace("round", "trunc"))["data"]["text/html"]
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(ink=ink, ground=ground, card=html), encoding="utf-8")
    with browser.page(path, width=400) as page:
        assert page.errors == []
        assert page.requests == []
        assert page.overflow == 0
        assert page.contrast("summary") >= 4.5
        assert page.contrast("details > div div") >= 4.5
        for label in ("passed", "not passed"):
            assert page.contrast(f'[aria-label="{label}"]') >= 3  # of a graphical object
