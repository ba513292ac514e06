"""Whole submissions as students hand them in, each right: as a script and as a notebook."""

import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from grader.grade import Terms, grade_in
from grader.sandbox.outside.wall import Wall
from grader.validation.corpus import Solution, correct
from tests.fixed_slice import of_corpus

NOTEBOOKS = [one for one in correct() if one.path.parent.name == "notebooks"]
FORMS = ("py", "ipynb")
HANDED_IN = [(one, form) for one in NOTEBOOKS for form in FORMS]
SLICE = {f"{one.path.stem}-{FORMS[at % 2]}" for at, one in enumerate(NOTEBOOKS)}
"""Each in one of its forms."""
ADDED = re.compile(r"^(?:def |class )?(?:value_range|three_sigma_range|Q4_1A|Q4_1B|Q5_1)\b", re.M)


@pytest.mark.parametrize(
    "handed_in", of_corpus(HANDED_IN, SLICE, lambda each: f"{each[0].path.stem}-{each[1]}")
)
def test_a_right_submission_gets_every_point(
    handed_in: tuple[Solution, str], wall: Wall, terms: Terms, tmp_path: Path
) -> None:
    solution, form = handed_in
    path = tmp_path / f"{solution.path.stem}.{form}"
    text = solution.source
    if form == "ipynb":
        text = nbformat.writes(jupytext.reads(text, fmt="py:percent"))
    path.write_bytes(text.encode())
    result = grade_in(wall, path, terms, lambda _: None, lambda _: None)
    lost = [(e.check, e.verdict.actual) for e in result.entries if e.score < e.max_score]
    assert lost == [], result.notes
    assert result.score == result.max_score == (100 if ADDED.search(solution.source) else 84)


def test_every_file_says_what_is_special_about_it() -> None:
    assert len({one.sentence for one in NOTEBOOKS}) == len(NOTEBOOKS) >= 20
