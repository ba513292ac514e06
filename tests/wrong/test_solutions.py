"""Wrong submissions: points are lost exactly where the mistake is, and it is called by its name."""

import pytest

from grader.validation.corpus import WRONG, Solution, wrong
from grader.validation.validate import Case, row
from tests.conftest import Judge
from tests.tables import of_wrong

EVERY = 4
"""Every so many here, for the time's sake; `validate --all` grades them all."""


@pytest.mark.parametrize("solution", wrong()[::EVERY], ids=lambda one: one.path.stem)
def test_a_wrong_submission_loses_where_it_is_wrong(solution: Solution, judge: Judge) -> None:
    found = row(Case(solution.name, "", solution.loses), 0, judge(solution.source))
    unexpected = {q: lost for q, lost in found.lost.items() if found.unexpected(q)}
    assert unexpected == {}, found.result.notes


def test_every_mistake_is_told_once_and_listed() -> None:
    mistakes = [one.sentence for one in wrong()]
    assert len(set(mistakes)) == len(mistakes) >= 100
    assert (WRONG / "README.md").read_text("utf-8").endswith(of_wrong()), "python -m tests.tables"
