"""Right submissions, each with a trait of its own: every autograded point."""

import pytest

from grader.validation.corpus import CORRECT, Solution, correct
from tests.conftest import Judge
from tests.fixed_slice import FAILS, every, of_corpus
from tests.tables import of_correct

SOLUTIONS = [one for one in correct() if one.path.parent.name == "solutions"]
SLICE = every(20, (one.path.stem for one in SOLUTIONS))


@pytest.mark.parametrize("solution", of_corpus(SOLUTIONS, SLICE, lambda one: one.path.stem))
def test_a_right_submission_gets_every_point(solution: Solution, judge: Judge) -> None:
    result = judge(solution.source)
    lost = [(e.check, e.verdict.actual) for e in result.entries if e.status != "passed"]
    assert (lost, result.score) == ([], 100), result.notes
    assert {entry.check for entry in result.entries} >= FAILS.keys()


def test_every_trait_is_told_once_and_listed() -> None:
    traits = [one.sentence for one in correct()]
    assert len(set(traits)) == len(traits) >= 60
    assert (CORRECT / "README.md").read_text("utf-8").endswith(of_correct()), (
        "python -m tests.tables"
    )
