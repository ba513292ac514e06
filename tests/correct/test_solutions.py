"""Right submissions, each with a trait of its own: every autograded point."""

import pytest

from grader.grade import CHALLENGES, checks
from grader.validation.corpus import CORRECT, Solution, correct
from tests.conftest import Judge
from tests.fixed_slice import FAILS, every, of_corpus
from tests.tables import of_correct

BEYOND = frozenset({"requantize_clamps_at_once"})
"""Those that answer Question C, whole: each of its checks passes."""
SOLUTIONS = [one for one in correct() if one.path.parent.name == "solutions"]
SLICE = every(30, (one.path.stem for one in SOLUTIONS)) | BEYOND


@pytest.mark.parametrize("solution", of_corpus(SOLUTIONS, SLICE, lambda one: one.path.stem))
def test_a_right_submission_gets_every_point(solution: Solution, judge_beyond: Judge) -> None:
    result = judge_beyond(solution.source)
    lost = [(e.check, e.verdict.actual) for e in result.entries if e.status != "passed"]
    assert (lost, result.score) == ([], 100), result.notes
    required = {name for name in FAILS if checks()[name][0] not in CHALLENGES}
    assert {entry.check for entry in result.entries} >= required


def test_every_trait_is_told_once_and_listed() -> None:
    traits = [one.sentence for one in correct()]
    assert len(set(traits)) == len(traits) >= 60
    assert (CORRECT / "README.md").read_text("utf-8").endswith(of_correct()), (
        "python -m tests.tables"
    )
