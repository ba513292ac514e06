"""Whole submissions as students hand them in, each right: as a script and as a notebook."""

import os
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from grader.exam import Exam
from grader.grade import Terms, grade_in
from grader.rubric import Rubric
from grader.sandbox.outside.wall import Wall
from grader.validation.corpus import whole

FOLDER = Path(__file__).with_name("notebooks")
PATHS = sorted(FOLDER.glob("*.py"))
EVERY = int(os.environ.get("NOTEBOOKS_EVERY", "1"))
"""Every so many, where time is short; the others run elsewhere."""
ADDED = re.compile(r"^(?:def |class )?(?:value_range|three_sigma_range|Q4_1A|Q4_1B|Q5_1)\b", re.M)


@pytest.mark.parametrize("form", ["py", "ipynb"])
@pytest.mark.parametrize("path", PATHS[::EVERY], ids=lambda path: path.stem)
def test_a_right_submission_gets_every_point(
    path: Path, form: str, wall: Wall, exam: Exam, rubric: Rubric, tmp_path: Path
) -> None:
    handed_in, text = tmp_path / f"{path.stem}.{form}", whole(path)
    if form == "py":
        handed_in.write_bytes(text.encode("utf-8"))
    else:
        notebook = jupytext.reads(text, fmt="py:percent")
        handed_in.write_text(nbformat.writes(notebook), encoding="utf-8")
    terms = Terms(exam, rubric, exam.seed)
    result = grade_in(wall, handed_in, terms, lambda _: None, lambda _: None)
    lost = [(e.check, e.finding.came) for e in result.entries if e.score < e.max_score]
    assert lost == [], result.notes
    assert result.score == result.max_score == (100 if ADDED.search(text) else 84)


def test_every_file_says_what_is_special_about_it() -> None:
    traits = {}
    for path in PATHS:
        found = re.search(r"Trait: (.+)", path.read_text(encoding="utf-8"))
        assert found, path
        traits[path.name] = found[1]
    assert len(set(traits.values())) == len(traits) >= 20
