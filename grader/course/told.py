"""What is told of a class: each delivery's outcome, with points as the rubric has them now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from grader.course.handed_in import Delivery, Upload
from grader.course.journal import Graded, Journal
from grader.course.outcome import Outcome
from grader.handed_in_report.points import with_report
from grader.result import Override, Result, late_deduction
from grader.rubric import LatePolicy, Rubric
from grader.versions import Versions

Which = Literal["latest", "best", "all"]
"""Which of several uploads count: the last; the one with the most points; the last, but all have
results."""


def numbers(delivery: Delivery, which: Which) -> list[int]:
    """The uploads that are to have a result, counted from 0."""
    every = list(range(len(delivery.uploads)))
    return every[-1:] if which == "latest" else every


def outcomes(
    deliveries: Iterable[Delivery],
    journal: Journal,
    rubric: Rubric,
    versions: Versions,
    which: Which,
) -> Iterator[Outcome]:
    """Yield the outcome of each of these deliveries; one at a time is in memory."""
    for delivery in deliveries:
        overrides = journal.overrides(delivery.key)
        found = [
            _outcome(delivery, number, journal, overrides, rubric, versions)
            for number in numbers(delivery, "best" if which == "best" else "latest")
        ]
        if not found:
            yield Outcome(delivery)
        else:  # of equal ones the last
            yield max(enumerate(found), key=lambda each: (_points(each[1]), each[0]))[1]


def _points(outcome: Outcome) -> float:
    return -1.0 if outcome.result is None else outcome.result.score


def _outcome(
    delivery: Delivery,
    number: int,
    journal: Journal,
    overrides: Mapping[str, Override],
    rubric: Rubric,
    versions: Versions,
) -> Outcome:
    upload = delivery.uploads[number]
    kept = journal.kept(delivery.key, number)
    if kept is None:
        return Outcome(delivery, upload, problem="not graded yet", late_days=_days(upload, rubric))
    result = told(kept.graded, upload, overrides, rubric, versions)
    return Outcome(delivery, upload, result, kept.graded.problem, _days(upload, rubric))


def told(
    graded: Graded,
    upload: Upload,
    overrides: Mapping[str, Override],
    rubric: Rubric,
    versions: Versions,
) -> Result | None:
    """The result as it is told: scored anew, with persons' decisions, less what lateness takes off.

    Args:
        graded: the verdicts.
        upload: of which they are.
        overrides: by check.
        rubric: that is in force.
        versions: what it is made with now.
    """
    if graded.result is None:
        return None
    judged = with_report(graded.result, graded.result.report, rubric)
    entries = tuple(
        replace(
            entry,
            max_score=0.0 if entry.status == "by hand" else rubric.checks[entry.check].points,
            visibility=rubric.checks[entry.check].visibility,
            bonus=rubric.checks[entry.check].bonus,
            override=overrides.get(entry.check),
        )
        for entry in judged.entries
    )
    result = replace(judged, entries=entries, versions=versions, leaderboard=rubric.leaderboard)
    taken = late_deduction(result, upload.late, rubric.late_policy)
    staff = result.staff
    if upload.late is None:
        staff = (*staff, "how late this was handed in is not known: look at it by hand")
    return replace(result, deduction=taken, staff=staff)


def _days(upload: Upload, rubric: Rubric) -> int | None:
    """Begun days after the due date, or after what the course's policy takes for in time."""
    if upload.late is None:
        return None
    policy = rubric.late_policy or LatePolicy(percent_per_day=0.0)
    return policy.days(max(upload.late, timedelta(0)))
