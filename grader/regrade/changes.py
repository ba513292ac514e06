"""Whose points a new grade changed, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from grader.regrade.results import Class
from grader.saved_results import Results, Test

Cause: TypeAlias = Literal[
    "override", "points", "code", "exam", "tolerances", "grader", "late", "unexplained"
]
WORDS: dict[Cause, str] = {
    "override": "a person's own decision",
    "points": "the rubric's points",
    "code": "other code was handed in",
    "exam": "another exam",
    "tolerances": "another rubric",
    "grader": "another grader",
    "late": "what being late costs",
    "unexplained": "nothing else differs: the code itself answers by chance, or by the clock",
}
LEAST = 1e-9
"""Points that are a change."""
LATE = "late"
"""Stands for a check where what is taken off for being late has changed."""


@dataclass(frozen=True)
class Change:
    """One check of one student that is worth other points than before."""

    student: str
    question: str
    check: str
    before: float | None
    """None: the check was not there."""
    after: float | None
    was: str
    """What had become of the check; empty: it was not there."""
    is_now: str
    causes: tuple[Cause, ...]
    """Every one that can have done it."""
    details: str = ""

    @property
    def points(self) -> float:
        """By how much the points have changed."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True)
class Comparison:
    """Two grades of a class."""

    students: int
    """Those who are in both."""
    changes: tuple[Change, ...]
    other_diagnosis: int
    """Checks that say something else for the same points."""
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    totals: dict[str, tuple[float, float]]
    """The points of each student whose points have changed, before and after."""

    @property
    def causes(self) -> Counter[Cause]:
        """How many changes each cause can have made."""
        return Counter(cause for change in self.changes for cause in change.causes)


def compare(old: Class, new: Class) -> Comparison:
    """Compare two grades of the same class, student by student."""
    both = _pairs(old, new)
    changes: list[Change] = []
    other_diagnosis = 0
    totals = {}
    for student, (before, after) in both.items():
        found = list(_changes(student, before, after))
        changes += found
        changed = {change.check for change in found}
        other_diagnosis += _told_otherwise(before, after, changed)
        if found:
            totals[student] = before.score, after.score
    alone = old.alone and new.alone
    return Comparison(
        len(both),
        tuple(changes),
        other_diagnosis,
        () if alone else tuple(name for name in old.students if name not in new.students),
        () if alone else tuple(name for name in new.students if name not in old.students),
        totals,
    )


def _pairs(old: Class, new: Class) -> dict[str, tuple[Results, Results]]:
    if old.alone and new.alone:
        ((before,), ((name, after),)) = old.students.values(), new.students.items()
        return {name: (before, after)}
    return {
        name: (old.students[name], after)
        for name, after in new.students.items()
        if name in old.students
    }


def _by_check(results: Results) -> dict[str, Test]:
    return {test.extra_data.check: test for test in results.tests}


def _told_otherwise(before: Results, after: Results, changed: set[str]) -> int:
    now = _by_check(after)
    return sum(
        test.became != now[name].became
        for name, test in _by_check(before).items()
        if name in now and name not in changed
    )


def _changes(student: str, before: Results, after: Results) -> Iterator[Change]:
    was, now = _by_check(before), _by_check(after)
    for name in {**was, **now}:
        one, two = was.get(name), now.get(name)
        first = one or two
        earlier, later = (None if each is None else each.score for each in (one, two))
        if first is None or abs((later or 0.0) - (earlier or 0.0)) < LEAST:
            continue
        causes, details = _why(one, two, before, after)
        yield Change(
            student,
            first.extra_data.question,
            name,
            earlier,
            later,
            "" if one is None else one.became,
            "" if two is None else two.became,
            causes or ("unexplained",),
            details,
        )
    if abs(before.deduction - after.deduction) >= LEAST:
        earlier, later = -before.deduction + 0.0, -after.deduction + 0.0
        yield Change(student, "", LATE, earlier, later, "", "", ("late",))


def _why(
    one: Test | None, two: Test | None, before: Results, after: Results
) -> tuple[tuple[Cause, ...], str]:
    """Every cause that can have changed the points of a check, and what more there is to say."""
    if one is not None and two is not None:
        earlier, later = one.extra_data.override, two.extra_data.override
        if earlier != later:
            told = later or earlier
            who = f" ({told.by})" if told is not None and told.by else ""
            gone = "" if later is not None else "taken back: "
            return ("override",), f"{gone}{told.why}{who}" if told is not None else ""
        status = one.extra_data.status or one.status
        if status == (two.extra_data.status or two.status) and one.max_score != two.max_score:
            return ("points",), f"worth {one.max_score:g}, now {two.max_score:g}"
    return tuple(_differing(before, after)), ""


def _differing(before: Results, after: Results) -> Iterator[Cause]:
    """Yield what the two grades do not have in common."""
    one, two = before.extra_data, after.extra_data
    if one.slice_digest != two.slice_digest:
        yield "code"
    if one.versions.exam.sha256 != two.versions.exam.sha256:
        yield "exam"
    if one.versions.rubric != two.versions.rubric:
        yield "tolerances"
    if one.versions.grader.sha256 != two.versions.grader.sha256:
        yield "grader"


def names(students: Sequence[str], most: int = 20) -> str:
    """The first of these names, and how many more there are."""
    more = f" and {len(students) - most} more" if len(students) > most else ""
    return ", ".join(students[:most]) + more
