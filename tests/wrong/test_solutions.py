"""Wrong submissions: points are lost exactly where the mistake is, and it is called by its name."""

from collections import defaultdict
from itertools import zip_longest

import pytest

from grader.result import Result
from grader.validation.composition import composed
from grader.validation.corpus import WRONG, Solution, base, headed, read, wrong
from grader.validation.validate import Case, row
from tests.conftest import Judge
from tests.fixed_slice import FAILS, NOT_REACHED, of_corpus
from tests.tables import of_wrong

EXPECTED = [("failed", *each) for each in FAILS.items()]
EXPECTED += [("not reached", *each) for each in NOT_REACHED.items()]
CHALLENGES = "challenges"
"""The base of those that are wrong in Question C, of which each part has functions of its own."""


def together() -> list[tuple[Solution, ...]]:
    """Those of the slice that are wrong in Question C: in turns one for each of its parts."""
    parts = defaultdict(list)
    for solution in wrong():
        if solution.base == CHALLENGES and solution.path.stem in {name for _, _, name in EXPECTED}:
            (part,) = solution.loses
            parts[part].append(solution)
    return [tuple(one for one in group if one) for group in zip_longest(*parts.values())]


TOGETHER = together()
SLICE = {name for _, _, name in EXPECTED} - {one.path.stem for group in TOGETHER for one in group}


@pytest.mark.parametrize("solution", of_corpus(wrong(), SLICE, lambda one: one.path.stem))
def test_a_wrong_submission_loses_where_it_is_wrong(
    solution: Solution, judge_beyond: Judge
) -> None:
    loses_where_it_must(judge_beyond(solution.source), solution)


@pytest.mark.parametrize(
    "solutions", TOGETHER, ids=lambda group: "-".join(one.path.stem for one in group)
)
def test_several_wrong_answers_to_challenges_lose_each_where_it_is_wrong(
    solutions: tuple[Solution, ...], judge_beyond: Judge
) -> None:
    source = base(CHALLENGES)
    for solution in solutions:
        source = composed(source, headed(read(solution.path))[1])
    loses_where_it_must(judge_beyond(source), *solutions)


def loses_where_it_must(result: Result, *solutions: Solution) -> None:
    """See that all that is wrong costs points, and nothing else; in words that help."""
    names = {one.path.stem for one in solutions}
    statuses = {(entry.status, entry.check) for entry in result.entries}
    assert {each[:2] for each in EXPECTED if each[2] in names} <= statuses
    loses = frozenset[str]().union(*(one.loses for one in solutions))
    found = row(Case(" and ".join(names), "", loses), 0, result)
    unexpected = {q: lost for q, lost in found.lost.items() if found.unexpected(q)}
    assert unexpected == {}, found.result.notes
    for entry in (each for each in result.entries if each.status == "failed"):
        assert entry.verdict.next_step or entry.verdict.diagnosis, entry.check
        assert not entry.verdict.actual.endswith((".", "?", ":")), entry.verdict.actual


def test_every_mistake_is_told_once_and_listed() -> None:
    mistakes = [one.sentence for one in wrong()]
    assert len(set(mistakes)) == len(mistakes) >= 100
    assert (WRONG / "README.md").read_text("utf-8").endswith(of_wrong()), "python -m tests.tables"
