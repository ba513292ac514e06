"""Of several files the one with the most blanks filled in is graded, and the report says so."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.front.conftest import Graded, loses_nothing
from tests.front.uploads import (
    ALL,
    EACH_FORM,
    EQUATIONS,
    FORMS,
    PLAIN,
    RANGES,
    TEMPLATE_NOTEBOOK,
    TEMPLATE_SCRIPT,
    WEIGHTS,
    as_tar,
    as_zip,
    filled,
    module,
    notebook,
    part,
)

DONE = filled(*ALL)
SOLVED = {
    "a browser's second download": {"lab1.ipynb": TEMPLATE_NOTEBOOK, "lab1 (1).ipynb": DONE},
    "a copy by Jupyter": {"lab1.ipynb": TEMPLATE_NOTEBOOK, "lab1-Copy1.ipynb": DONE},
    "a name of one's own": {"lab1.ipynb": TEMPLATE_NOTEBOOK, "lab1_done.ipynb": DONE},
    "another folder": {"lab1.py": TEMPLATE_SCRIPT, "solutions/lab1.ipynb": DONE},
    "the template is deeper": {"course/starter/lab1.ipynb": TEMPLATE_NOTEBOOK, "me.py": PLAIN},
    "the template in capitals": {"LAB1.IPYNB": TEMPLATE_NOTEBOOK, "z/y/x.ipynb": DONE},
}


@pytest.mark.parametrize("form", EACH_FORM)
@pytest.mark.parametrize("name", SOLVED)
def test_the_solved_file_is_graded_beside_the_template(
    name: str, form: str, tmp_path: Path, graded: Graded
) -> None:
    files = SOLVED[name]
    result = graded(FORMS[form](tmp_path / "in", files))
    template, solved = files
    assert loses_nothing(result)
    assert result.notes[0] == f"{solved} is graded: it fills in 10 of the 10 blanks"
    assert f"{template} is not graded: it fills in none of the 10 blanks" in result.notes


@pytest.mark.parametrize("form", EACH_FORM)
def test_the_last_of_several_drafts_is_graded(form: str, tmp_path: Path, graded: Graded) -> None:
    drafts = {
        "lab1.ipynb": TEMPLATE_NOTEBOOK,
        "lab1-Copy1.ipynb": filled(*RANGES),
        "lab1-Copy2.ipynb": filled(*RANGES, *WEIGHTS, *EQUATIONS),
        "final/lab1_final.ipynb": DONE,
    }
    result = graded(FORMS[form](tmp_path / "in", drafts), frozenset())
    assert result.score == 100
    assert result.notes[:4] == (
        "final/lab1_final.ipynb is graded: it fills in 10 of the 10 blanks",
        "lab1-Copy2.ipynb is not graded: it fills in 6 of the 10 blanks",
        "lab1-Copy1.ipynb is not graded: it fills in 2 of the 10 blanks"
        " (value_range, three_sigma_range)",
        "lab1.ipynb is not graded: it fills in none of the 10 blanks",
    )


HALF = part(*ALL).replace("127 / weights.abs().max().item()", "64 / weights.abs().max().item()")
OTHER = f"{module()}\n{HALF}"
TIES = {
    # What decides: (files, years, the one that is graded)
    "the newer": ({"ann.ipynb": notebook(OTHER), "zoe.ipynb": notebook(PLAIN)}, (2024, 2025), 1),
    "the newer, though a script": ({"a.ipynb": notebook(OTHER), "b.py": PLAIN}, (2024, 2025), 1),
    "a notebook": ({"a.py": OTHER, "b.ipynb": notebook(PLAIN)}, (2025, 2025), 1),
    "the upper": ({"a/b.ipynb": notebook(OTHER), "c.ipynb": notebook(PLAIN)}, (2025, 2025), 1),
    "the higher copy": ({"l (2).py": OTHER, "l (10).py": PLAIN}, (2025, 2025), 1),
    "the copy": ({"l.py": OTHER, "l - Copy.py": PLAIN}, (2025, 2025), 1),
    "the name": ({"a.py": PLAIN, "b.py": OTHER}, (2025, 2025), 0),
}


@pytest.mark.parametrize("pack", [as_zip, as_tar])
@pytest.mark.parametrize("name", TIES)
def test_a_tie_is_decided_by_the_archive_s_times_first(
    name: str, pack: Callable[..., Path], tmp_path: Path, graded: Graded
) -> None:
    files, years, right = TIES[name]
    result = graded(pack(tmp_path / "in", files, dict(zip(files, years, strict=True))))
    assert result.notes[0].startswith(f"{list(files)[right]} is graded: it fills in 10")
    assert loses_nothing(result)


def test_the_time_of_a_file_system_decides_nothing(tmp_path: Path, graded: Graded) -> None:
    path = FORMS["folder"](tmp_path / "in", {"a.py": PLAIN, "b.py": OTHER})
    os.utime(path / "a.py", (0, 0))
    assert graded(path).notes[0].startswith("a.py is graded")


def test_what_says_that_it_is_not_written_yet_is_a_blank(tmp_path: Path, graded: Graded) -> None:
    empty = "def {}(*args):\n    '''Later.'''\n    {}\n"
    names = ("value_range", "three_sigma_range", "quantized_weights")
    bodies = ("pass", "raise NotImplementedError", "return None")
    started = "\n".join(map(empty.format, names, bodies))
    path = FORMS["folder"](tmp_path / "in", {"a.py": started, "b.py": module(*WEIGHTS)})
    assert graded(path).notes[:2] == (
        "b.py is graded: it fills in 1 of the 10 blanks (quantized_weights)",
        "a.py is not graded: it fills in none of the 10 blanks",
    )
