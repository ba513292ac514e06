"""The students' template: current, without a solution, and ready to run."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grader.cli import run
from grader.errors import GraderError
from grader.exam import shapes10
from grader.grade import Terms, grade_in
from grader.result import Entry, Result
from grader.sandbox.outside.wall import Wall
from grader.template import (
    CHECKOUT,
    PLACE,
    PLACE_END,
    SETUP,
    TEMPLATE,
    blanked,
    generated,
    notebook,
)

NAMES = ["lab1.py", "lab1.ipynb"]
FUNCTIONS = ("2.1", "4.2a", "4.2b", "4.3", "5.2")

IMPORT_TORCHVISION = (
    "from grader.sandbox.inside.vision import import_torchvision\nimport_torchvision()\n"
)
"""What torchvision's usual wheel needs beside a CPU-only torch."""


@pytest.fixture(scope="module")
def cells() -> list[Any]:
    """The cells of the notebook."""
    return nbformat.read(TEMPLATE / "lab1.ipynb", as_version=4).cells


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lab's small settings: one epoch over a folder with a few drawn images."""
    for part in ("train", "test"):
        for index, (image, label) in enumerate(zip(*shapes10.draw(40, 3), strict=True)):
            place = tmp_path / part / shapes10.CLASSES[label]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image.transpose(1, 2, 0)).save(place / f"{index}.png")
    monkeypatch.setenv("LAB1_DATA_SET", str(tmp_path))
    monkeypatch.setenv("LAB1_EPOCHS", "1")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_the_committed_files_are_those_the_reference_makes(tmp_path: Path) -> None:
    assert run(["template", "--check"]) == 0
    assert run(["template", "--output", str(tmp_path / "new")]) == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(NAMES)
    for name in NAMES:
        assert (tmp_path / "new" / name).read_bytes() == (TEMPLATE / name).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_not_current_is_named_in_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["template", "--output", str(tmp_path)]) == 0
    with (tmp_path / name).open("ab") as file:
        file.write(b" ")
    assert run(["template", "--output", str(tmp_path), "--check"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{name} out of date" in line
    (tmp_path / name).unlink()
    assert run(["template", "--output", str(tmp_path), "--check"]) == 1


def test_a_folder_that_cannot_be_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert run(["template", "--output", str(tmp_path / "file" / "folder")]) == 2
    assert "--output" in capsys.readouterr().err


def test_the_notebook_is_valid_and_carries_nothing_but_the_lab(cells: list[Any]) -> None:
    found = nbformat.read(TEMPLATE / "lab1.ipynb", as_version=4)
    nbformat.validate(found)
    assert set(found.metadata) == {"accelerator", "colab", "kernelspec", "language_info"}
    assert all(cell.metadata == {} for cell in cells)
    assert all(cell.outputs == [] for cell in cells if cell.cell_type == "code")
    assert len({cell.id for cell in cells}) == len(cells)
    assert "badge" not in "".join(cell.source for cell in cells)


def test_the_notebook_holds_the_script_cell_by_cell(cells: list[Any]) -> None:
    script = (TEMPLATE / "lab1.py").read_text(encoding="utf-8")
    marks = re.findall(r"^# %%( \[markdown\])?$", script, re.MULTILINE)
    assert [cell.cell_type == "markdown" for cell in cells] == [bool(mark) for mark in marks]
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert all(source in script for source in code)


def test_a_new_cell_leaves_the_ids_of_the_others() -> None:
    script = (TEMPLATE / "lab1.py").read_text(encoding="utf-8")
    before = nbformat.reads(notebook(script), as_version=4).cells
    after = nbformat.reads(notebook(f"# %%\nprint()\n\n{script}"), as_version=4).cells
    assert [cell.id for cell in after[1:]] == [cell.id for cell in before]


def solution_lines(reference: str) -> tuple[set[str], set[str]]:
    """The lines inside and outside of solutions, without indentation and comment signs."""
    inside, outside = set(), set()
    solving = False
    for line in reference.splitlines():
        if "BEGIN SOLUTION" in line:
            solving = True
        elif "BLANK" in line or "END SOLUTION" in line:
            solving = False
        else:
            (inside if solving else outside).add(line.strip().lstrip("# "))
    return inside, outside


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_solution_is_left(name: str, reference: str, cells: list[Any]) -> None:
    inside, outside = solution_lines(reference)
    text = (TEMPLATE / name).read_text(encoding="utf-8")
    if name == "lab1.ipynb":
        text += "\n".join(cell.source for cell in cells)
    secret = [line for line in inside - outside if len(line) >= 12]
    assert len(secret) > 30
    assert [line for line in secret if line in text] == []
    assert "SOLUTION" not in text


@pytest.mark.parametrize("name", NAMES)
def test_the_template_earns_nothing_and_says_what_to_do_first(
    name: str, wall: Wall, terms: Terms
) -> None:
    result = grade_in(wall, TEMPLATE / name, terms, lambda _: None, lambda _: None)
    assert (result.score, result.max_score) == (0, 100)
    assert result.notes == ()
    first = first_failures(result)
    assert set(FUNCTIONS) < set(first)
    for question, entry in first.items():
        assert entry.verdict.actual
        assert entry.verdict.expected
        assert entry.verdict.next_step or question not in FUNCTIONS


def first_failures(result: Result) -> dict[str, Entry]:
    """The first failed check of each question that has one: what its student reads first."""
    failed = [entry for entry in result.entries if entry.status == "failed"]
    return {entry.question: entry for entry in reversed(failed)}


@pytest.mark.rest
@pytest.mark.usefixtures("small")
def test_the_unfilled_script_runs_to_the_end() -> None:
    code = f"{IMPORT_TORCHVISION}import runpy, sys\nrunpy.run_path(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(TEMPLATE / "lab1.py")],
        cwd=CHECKOUT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"Accuracy.*: ([\d.]+) %", done.stdout)) == 8


@pytest.mark.rest  # `tests/front/test_run.py` runs it behind the wall
@pytest.mark.usefixtures("small")
def test_the_unfilled_notebook_runs_to_the_end() -> None:
    found = nbformat.read(TEMPLATE / "lab1.ipynb", as_version=4)
    found.cells.insert(0, nbformat.v4.new_code_cell(IMPORT_TORCHVISION))
    context = {"metadata": {"path": str(CHECKOUT)}}
    nbclient.NotebookClient(found, timeout=None, resources=context).execute()
    outputs = [output for cell in found.cells for output in cell.get("outputs", [])]
    printed = "".join(output.get("text", "") for output in outputs)
    assert len(re.findall(r"Accuracy.*: ([\d.]+) %", printed)) == 8


@pytest.mark.parametrize("absent", [[], ["torchvision"], ["torch", "torchvision", "matplotlib"]])
def test_the_first_cell_installs_what_is_missing_and_nothing_else(
    absent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in absent else object()
    )
    monkeypatch.setattr(subprocess, "run", lambda argv, check: installed.extend(argv[4:]))
    exec(SETUP, {})
    assert installed == absent


def test_the_set_up_stands_in_the_first_code_cell_before_the_imports(cells: list[Any]) -> None:
    first = next(cell.source for cell in cells if cell.cell_type == "code")
    assert first.startswith(SETUP)
    assert "import torch\n" in first


WORDS = st.text("abc ", min_size=1).map(lambda text: f"{text.strip()}x")
REGIONS = st.tuples(
    st.sampled_from(["", "    "]), st.booleans(), st.lists(WORDS), st.none() | st.lists(WORDS)
)


@given(st.lists(st.tuples(WORDS, REGIONS)))
def test_every_solution_gives_way_to_its_blank(parts: list[Any]) -> None:
    source, expected = "", ""
    for before, (indent, in_markdown, solution, blank) in parts:
        opened, closed = ("<!-- ", " -->") if in_markdown else ("", "")
        source += f"{before}\n{indent}# {opened}BEGIN SOLUTION{closed}\n"
        source += "".join(f"{indent}SECRET {line}\n" for line in solution)
        expected += f"{before}\n"
        if blank is not None:
            source += f"{indent}# {opened}BLANK\n"
            source += "".join(f"{indent}# {line}\n" for line in blank)
            comment = "# " if in_markdown else ""
            expected += "" if in_markdown else f"{indent}{PLACE}\n"
            expected += "".join(f"{indent}{comment}{line}\n" for line in blank)
            expected += "" if in_markdown else f"{indent}{PLACE_END}\n"
        opened = "" if blank is not None else opened  # in markdown, one comment with the blank
        source += f"{indent}# {opened}END SOLUTION{closed}\n"
    assert blanked(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "# BEGIN SOLUTION\n",
        "# BLANK\n# END SOLUTION\n",
        "# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION\n",
        "# BEGIN SOLUTION\n# BLANK\n# BLANK\n# END SOLUTION\n",
        "# END SOLUTION\n",
        "x = 1\n",
    ],
)
def test_a_reference_with_marks_out_of_order_or_no_cell_makes_no_template(source: str) -> None:
    with pytest.raises(GraderError, match="reference"):
        generated(source)
