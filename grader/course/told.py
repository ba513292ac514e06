"""What is told of a class: each delivery's outcome, with points as the rubric has them now."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from grader.course.handed_in import Delivery, Upload
from grader.course.journal import Graded, Journal
from grader.course.outcome import Outcome
from grader.handed_in_report.points import with_report
from grader.result import Entry, Override, Result, late_deduction
from grader.rubric import LatePolicy, Rubric
from grader.versions import Versions

Which = Literal["latest", "best", "all"]
"""Which of several uploads count: the last; the one with the most points; the last, but all have
results."""


def numbers(delivery: Delivery, which: Which) -> list[int]:
    """The uploads that are to have a result, counted from 0."""
    every = list(range(len(delivery.uploads)))
    return every[-1:] if which == "latest" else every


@dataclass(frozen=True)
class Telling:
    """What the outcomes of a class are told by."""

    journal: Journal
    rubric: Rubric
    versions: Versions | None
    """What results are made with now; None: each keeps what it was graded with."""
    which: Which

    def outcome(self, delivery: Delivery) -> Outcome:
        """The outcome of a delivery, whoever of its students has a later or better one."""
        overrides = self.journal.overrides(delivery.key)
        found = [
            _outcome(delivery, number, self, overrides)
            for number in numbers(delivery, "best" if self.which == "best" else "latest")
        ]
        if not found:
            return Outcome(delivery)
        # Of equal ones the last.
        return max(enumerate(found), key=lambda each: (_points(each[1]), each[0]))[1]

    def counting(self) -> dict[str, str]:
        """The delivery that counts, by key, for each student who is in more than one."""
        counted = Counter(one.key for each in self.journal.deliveries() for one in each.students)
        several = {key for key, times in counted.items() if times > 1}
        found: dict[str, tuple[tuple[float, ...], str]] = {}
        for place, delivery in enumerate(self.journal.deliveries() if several else ()):
            theirs = [one.key for one in delivery.students if one.key in several]
            rank = self._rank(delivery, place) if theirs else ()
            for key in theirs:
                found[key] = max(found.get(key, ((), "")), (rank, delivery.key))
        return {key: delivery for key, (_, delivery) in found.items()}

    def _rank(self, delivery: Delivery, place: int) -> tuple[float, ...]:
        """The higher, the sooner it counts; of equal ones the last of the download."""
        outcome = self.outcome(delivery)
        points = _points(outcome) if self.which == "best" else 0.0
        at = outcome.upload.at if outcome.upload else None
        return (outcome.upload is not None, points, at.timestamp() if at else 0.0, place)


def outcomes(
    deliveries: Iterable[Delivery],
    journal: Journal,
    rubric: Rubric,
    versions: Versions | None,
    which: Which,
) -> Iterator[Outcome]:
    """Yield the outcome of each of these deliveries; one at a time is in memory.

    Each student is in one of them: in the one that counts, of all that the journal knows. What is
    nobody's then is not told.
    """
    telling = Telling(journal, rubric, versions, which)
    counting = telling.counting()
    for delivery in deliveries:
        students = tuple(
            one for one in delivery.students if counting.get(one.key, delivery.key) == delivery.key
        )
        if students or not delivery.students:
            outcome = telling.outcome(delivery)
            chosen = frozenset(one.key for one in students if one.key in counting)
            own = replace(delivery, students=students)
            yield replace(outcome, delivery=own, chosen=chosen)


def _points(outcome: Outcome) -> float:
    return -1.0 if outcome.result is None else outcome.result.score


def _outcome(
    delivery: Delivery, number: int, telling: Telling, overrides: Mapping[str, Override]
) -> Outcome:
    upload, rubric = delivery.uploads[number], telling.rubric
    kept = telling.journal.kept(delivery.key, number)
    if kept is None:
        return Outcome(delivery, upload, problem="not graded yet", late_days=_days(upload, rubric))
    result = told(kept.graded, upload, overrides, rubric, telling.versions)
    return Outcome(delivery, upload, result, kept.graded.problem, _days(upload, rubric))


def told(
    graded: Graded,
    upload: Upload,
    overrides: Mapping[str, Override],
    rubric: Rubric,
    versions: Versions | None,
) -> Result | None:
    """The result as it is told: scored anew, with persons' decisions, less what lateness takes off.

    Args:
        graded: the verdicts.
        upload: of which they are.
        overrides: by check.
        rubric: that is in force.
        versions: what it is made with now; None: it keeps what it was graded with.
    """
    if graded.result is None:
        return None
    judged = with_report(graded.result, graded.result.report, rubric)
    entries = tuple(_scored(entry, rubric, overrides.get(entry.check)) for entry in judged.entries)
    made_with = versions or judged.versions
    result = replace(judged, entries=entries, versions=made_with, leaderboard=rubric.leaderboard)
    taken = late_deduction(result, upload.late, rubric.late_policy)
    staff = result.staff
    if upload.late is None:
        staff = (*staff, "how late this was handed in is not known: look at it by hand")
    return replace(result, deduction=taken, staff=staff)


def _scored(entry: Entry, rubric: Rubric, override: Override | None) -> Entry:
    """A check's outcome with the points that it has now, by the rubric or by a person."""
    about = rubric.checks[entry.check]
    worth = 0.0 if entry.status == "by hand" else about.points
    before = (entry.max_score, entry.visibility, entry.bonus, entry.override)
    if before == (worth, about.visibility, about.bonus, override):
        return entry  # as most are: a class has hundreds of thousands
    return replace(
        entry,
        max_score=worth,
        visibility=about.visibility,
        bonus=about.bonus,
        override=override,
    )


def _days(upload: Upload, rubric: Rubric) -> int | None:
    """Begun days after the due date, or after what the course's policy takes for in time."""
    if upload.late is None:
        return None
    policy = rubric.late_policy or LatePolicy(percent_per_day=0.0)
    return policy.days(max(upload.late, timedelta(0)))
