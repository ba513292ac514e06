"""A submission that is written for another net than the exam's: one clear sentence says so."""

import pytest

from tests.conftest import Judge
from tests.show import shown

SHAPES = {
    "other_course_wider_net": "Net's conv1.weight is 12x3x3x3, and 6x3x5x5 in the exam's net.",
    "other_course_grey_images": "Net's conv1.weight is 6x1x5x5, and 6x3x5x5 in the exam's net.",
    "other_course_short_names": "Net's c1.weight is 8x3x5x5, and not there in the exam's net.",
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_the_exam_s_net_has_and_what_theirs_has_is_told(judge: Judge, name: str) -> None:
    result = judge(shown(name))
    entries = {entry.check: entry for entry in result.entries}
    told = entries["forward.form"].verdict.actual
    assert SHAPES[name] in told
    assert "build an exam for yours, with `grader exam build`" in told
    kept = {"1.2", "2.1", "2.2", "4.1a", "4.1b", "4.2a", "4.2b", "5.1", "5.2"}
    assert {e.question for e in result.entries if e.status != "passed"}.isdisjoint(kept)
