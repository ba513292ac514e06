"""The outcome of a grade as plain data: what reports are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from grader.listing import Listing
from grader.rubric import LatePolicy, Measured, Rubric, Visibility
from grader.verdict import NotReached, Status, Verdict
from grader.versions import Versions
from grader.writeup import CheckList

NOT_REACHED = NotReached("The grade ended before this check.").verdict


@dataclass(frozen=True)
class Deduction:
    """Points that are taken off, and why, as a student reads it."""

    points: float
    words: str


@dataclass(frozen=True)
class Override:
    """A person's own decision about the points of one check."""

    points: float
    why: str
    by: str = ""
    """Who decided."""
    at: str = ""
    """When, as ISO 8601 has it."""


@dataclass(frozen=True)
class Entry:
    """One check: what it asks, what it is worth, and what became of it."""

    question: str
    check: str
    title: str
    """Of the question."""
    sentence: str
    """What the check asks, as a student reads it."""
    max_score: float
    visibility: Visibility
    bonus: bool = False
    """Whether the points come on top of the total."""
    status: Status = "not reached"
    verdict: Verdict = NOT_REACHED
    override: Override | None = None
    """Takes the place of the points earned."""

    @property
    def score(self) -> float:
        """Points earned: all or none, unless a person has decided otherwise."""
        if self.override is not None:
            return self.override.points
        return self.max_score if self.status == "passed" else 0.0


@dataclass(frozen=True)
class Result:
    """Everything known about one grade so far."""

    entries: tuple[Entry, ...]
    versions: Versions
    """What the grade is made with."""
    submission: str
    """The name of what was handed in."""
    notes: tuple[str, ...] = ()
    """Remarks for the student."""
    refused: str = ""
    """Why nothing of the upload can be read as code; empty where something can."""
    measured: tuple[Measured, ...] = ()
    """Every comparison with a tolerance; for a validation, in no report."""
    graded: Mapping[str, str] = field(default_factory=dict)
    """Where the definition of each graded name stands that counted."""
    listings: Mapping[str, Sequence[tuple[str, Listing]]] = field(default_factory=dict)
    """The student's own lines by question, each with its name; for a page, in no results file."""
    slice_digest: str = ""
    """Of the graded code, without what wraps it; with the seed, it drives the probes."""
    write_up: Mapping[str, Any] | None = None
    """For the human who grades the written part: figures, text and numbers that are there."""
    report: CheckList | None = None
    """The PDF that was handed in, point by point; None: there was none, or nobody looked."""
    check_list: Visibility = "after_published"
    """Who sees that, where a platform asks."""
    execution: Mapping[str, Any] | None = None
    """What the executed copy of the whole notebook shows; None where it was not executed."""
    printed: str = ""
    """What the student's code printed, bounded."""
    printed_aside: str = ""
    """What it printed while checks were collected that are held back: for staff alone."""
    unjudged: Mapping[str, str] = field(default_factory=dict)
    """Questions that could not be judged, and why: a person has to look at them."""
    cut_short: bool = False
    """Whether at some point no call could be made any more: then verdicts hang together, however
    little one question's code has to do with another's."""
    disturbed: bool = False
    """Whether a call was ended for what it used, or died: another grade may come to more."""
    isolation: Mapping[str, Any] | None = None
    """For staff: how well student code was shut in, layer by layer."""
    official: bool = True
    """False: graded although student code was not shut in well enough, or by a student."""
    deduction: Deduction | None = None
    leaderboard: tuple[str, ...] = ()
    """What the course ranks: names of `rubric.Ranked`."""
    staff: tuple[str, ...] = ()
    """Remarks for staff alone."""
    complete: bool = False
    seconds: float = 0.0

    @property
    def earned(self) -> float:
        """Points of all checks."""
        return sum(entry.score for entry in self.entries)

    @property
    def score(self) -> float:
        """Points earned, less what is taken off."""
        return self.earned - (self.deduction.points if self.deduction else 0.0)

    @property
    def max_score(self) -> float:
        """Points that could be earned by this grade; less what is graded by hand or a bonus."""
        return sum(entry.max_score for entry in self.entries if not entry.bonus)

    def with_outcome(self, check: str, status: Status, verdict: Verdict) -> "Result":
        """The result with one check's outcome entered; a check by hand is worth nothing here."""
        return replace(
            self,
            entries=tuple(
                replace(
                    entry,
                    status=status,
                    verdict=verdict,
                    max_score=0.0 if status == "by hand" else entry.max_score,
                )
                if entry.check == check
                else entry
                for entry in self.entries
            ),
        )


def blank(rubric: Rubric, checks: Mapping[str, tuple[str, str, str]]) -> tuple[Entry, ...]:
    """Every check as not reached: (question, title, sentence) by check name, in order."""
    return tuple(
        Entry(
            question=question,
            check=name,
            title=title,
            sentence=sentence,
            max_score=rubric.checks[name].points,
            visibility=rubric.checks[name].visibility,
            bonus=rubric.checks[name].bonus,
        )
        for name, (question, title, sentence) in checks.items()
    )


def late_deduction(
    result: Result, late: timedelta | None, policy: LatePolicy | None
) -> Deduction | None:
    """What being late takes off; None where that is nothing, or not known.

    Args:
        result: whose points it is taken off.
        late: time after the due date; None: not known.
        policy: the course's; None: it has none.
    """
    if policy is None or late is None:
        return None
    days = policy.days(late)
    if not days:
        return None
    if days > policy.most_days:
        return Deduction(result.earned, f"More than {policy.most_days} days late: no points.")
    share = min(1.0, days * policy.percent_per_day / 100)
    told = "1 day late" if days == 1 else f"{days} days late"
    words = f"{told}: {100 * share:g} % of the points are taken off."
    return Deduction(result.earned * share, words)
