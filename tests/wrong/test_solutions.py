"""Wrong submissions: points are lost exactly where the mistake is, and it is called by its name."""

import pytest

from grader.validation.corpus import WRONG, Solution, wrong
from grader.validation.validate import Case, row
from tests.conftest import Judge
from tests.fixed_slice import FAILS, NOT_REACHED, of_corpus
from tests.tables import of_wrong

EXPECTED = [("failed", *each) for each in FAILS.items()]
EXPECTED += [("not reached", *each) for each in NOT_REACHED.items()]
SLICE = {name for _, _, name in EXPECTED}


@pytest.mark.parametrize("solution", of_corpus(wrong(), SLICE, lambda one: one.path.stem))
def test_a_wrong_submission_loses_where_it_is_wrong(
    solution: Solution, judge_beyond: Judge
) -> None:
    result = judge_beyond(solution.source)
    statuses = {(entry.status, entry.check) for entry in result.entries}
    assert {each[:2] for each in EXPECTED if each[2] == solution.path.stem} <= statuses
    found = row(Case(solution.name, "", solution.loses), 0, result)
    unexpected = {q: lost for q, lost in found.lost.items() if found.unexpected(q)}
    assert unexpected == {}, found.result.notes
    for entry in (each for each in result.entries if each.status == "failed"):
        assert entry.verdict.next_step or entry.verdict.diagnosis, entry.check
        assert not entry.verdict.actual.endswith((".", "?", ":")), entry.verdict.actual


def test_every_mistake_is_told_once_and_listed() -> None:
    mistakes = [one.sentence for one in wrong()]
    assert len(set(mistakes)) == len(mistakes) >= 100
    assert (WRONG / "README.md").read_text("utf-8").endswith(of_wrong()), "python -m tests.tables"
