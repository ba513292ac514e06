"""`summary.html`: what a class has shown in words, plots and a table of everybody.

Figures are counted as deliveries come. A student's line waits on the disk, and is written into the
page as compact JSON, which the page's own script draws in windows: so 10,000 students take little
memory here, and little time in a browser.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.course.kept import Kept
from grader.course.outcome import Outcome
from grader.course.state import TO_LOOK_AT, State, people, state_of, told
from grader.course.summary import drawing
from grader.course.summary.tally import (
    CheckTally,
    Mistake,
    QuestionTally,
    Tally,
    names_of_mistakes,
    quantile,
)
from grader.report.cells import clean
from grader.report.file import replacing
from grader.report.html import in_script, pieces
from grader.versions import NAME, grader_version

if TYPE_CHECKING:
    from markupsafe import Markup

SUMMARY = "summary.html"
FOLDER = Path(__file__).parent
ADVISED, MISTAKES, LISTED = 3, 12, 20
"""How much the page shows before it is asked for more: questions to reteach; mistakes; students of
each kind that a person has to look at."""
SPLITS = 0.4
"""A correlation from which on a check is said to split the class."""


class _Student(msgspec.Struct, frozen=True, array_like=True):
    """A line of the table, but for the numbers that stand for mistakes."""

    name: str
    key: str
    more: str
    """What else they are found by."""
    state: State
    why: str
    points: float | None
    of: float | None
    late: int | None
    seconds: float | None
    decided: bool
    """Whether a person has decided about points."""
    mistakes: list[str]
    questions: dict[str, float]


@dataclass(frozen=True)
class Advice:
    """A question to reteach, and why."""

    number: str
    title: str
    cost: str
    cause: str


class Summary:
    """Takes a class one delivery at a time, and then writes its page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tally = Tally()
        self._rows = Kept(folder, _Student)

    def add(self, outcome: Outcome) -> None:
        """Enter a delivery."""
        self._tally.add(outcome)
        for row in _students(outcome):
            self._rows.add(row.key, row)

    def write(self, assignment: str, pages: bool, results: bool = True) -> None:
        """Write `summary.html`.

        Args:
            assignment: what the page is called after.
            pages: whether each student has a page in `feedback/`.
            results: whether each student has a file in `results/`.

        Raises:
            UsageError, GraderError: as `replacing` does.
        """
        with replacing(self._folder / SUMMARY) as file:
            for piece in self._pieces(assignment, pages, results):
                file.write(piece.encode())

    @property
    def students(self) -> int:
        """How many have been entered."""
        return self._tally.students

    def close(self) -> None:
        """Let go of what waits."""
        self._rows.close()

    def _pieces(self, assignment: str, pages: bool, results: bool) -> Iterator[str]:
        tally = self._tally
        questions, mistakes = tally.in_order(), tally.commonest()
        advice = [_advice(each, mistakes, tally.counted) for each in tally.to_reteach()]
        splits = _splits(tally)
        links = {"feedback": pages, "results": results}
        return pieces(
            "summary",
            FOLDER,
            (FOLDER / "summary.js").read_text(encoding="utf-8"),
            assignment=assignment,
            tally=tally,
            advice=advice[:ADVISED],
            look_at=self._to_look_at(),
            distribution=_distribution(tally),
            middle=_middle(tally),
            questions=questions,
            success=_success(questions),
            mistakes=mistakes[:MISTAKES],
            rarer=mistakes[MISTAKES:],
            checks=[(each, each.split.value) for each in tally.checks_in_order()],
            splits=splits,
            split_at=SPLITS,
            split_plot=drawing.splits(splits, _says_splits(splits)) if splits else None,
            seconds=_seconds(tally.seconds),
            isolation=sorted(tally.isolation.items()),
            missing=sorted((name, count) for name, count in tally.missing.items() if count),
            numbers=[question.number for question in questions],
            rows=self._json([each.number for each in questions], mistakes, links),
            made_by=f"{NAME} {grader_version().version}",
        )

    def _to_look_at(self) -> list[tuple[State, int, list[_Student]]]:
        """By state, how many students are in it, and the first of them."""
        first: dict[State, list[_Student]] = {state: [] for state in TO_LOOK_AT}
        count: Counter[State] = Counter()
        for row in self._rows:
            if row.state in first:
                count[row.state] += 1
                first[row.state] += [row] if len(first[row.state]) < LISTED else []
        return [(state, count[state], rows) for state, rows in first.items() if rows]

    def _json(
        self, questions: list[str], mistakes: list[Mistake], links: dict[str, bool]
    ) -> Iterator[Markup]:
        """The table as the script reads it, piece by piece."""
        number = {mistake.name: at for at, mistake in enumerate(mistakes)}
        head = {"questions": questions, "mistakes": [*number], "links": links}
        yield in_script(json.dumps(head)[:-1] + ', "rows": [')
        before = ""
        for row in self._rows:
            of_row = [number[name] for name in row.mistakes if name in number]
            points = [row.questions.get(each) for each in questions]
            values = [*msgspec.structs.astuple(row)[:-2], of_row, *points]
            yield in_script(f"{before}\n{json.dumps(values, separators=(',', ':'))}")
            before = ","
        yield in_script("\n]}")


def _students(outcome: Outcome) -> Iterator[_Student]:
    result = told(outcome)
    state, why = state_of(outcome)
    points: dict[str, float] = {}
    for entry in result.entries if result else ():
        if entry.status != "by hand":
            points[entry.question] = round(points.get(entry.question, 0.0) + entry.score, 4)
    for student in people(outcome):
        yield _Student(
            clean(student.name),
            clean(student.key),
            clean(f"{student.email} {student.number}".strip()),
            state,
            clean(why),
            round(result.score, 4) if result else None,
            round(result.max_score, 4) if result else None,
            outcome.late_days,
            round(result.seconds, 1) if result else None,
            any(entry.override is not None for entry in result.entries) if result else False,
            list(dict.fromkeys(names_of_mistakes(result))) if result else [],
            points,
        )


def _advice(question: QuestionTally, mistakes: list[Mistake], counted: int) -> Advice:
    lost = question.submissions - question.all_of_it
    cost = (
        f"{lost} of {counted} submissions lost points here; {question.mean:.0f} % of its points"
        " were earned on the mean."
    )
    of_it = [each for each in mistakes if each.questions[question.number]]
    if not of_it:
        return Advice(question.number, question.title, cost, "")
    most = max(of_it, key=lambda each: (each.explained, each.questions[question.number]))
    times = most.questions[question.number]
    if most.explained:
        cause = f"The commonest mistake there, in {times} of them: `{most.name}`. {most.sentence}"
    else:
        cause = f"No known mistake explains what fails there, in {times} of them: {most.sentence}"
    return Advice(question.number, question.title, cost, cause)


def _splits(tally: Tally) -> list[tuple[CheckTally, float]]:
    """The checks of which it is known how they split the class, those that do most first."""
    every = ((each, each.split.value) for each in tally.checks_in_order())
    known = [(each, value) for each, value in every if value is not None]
    return sorted(known, key=lambda pair: -round(pair[1], 9))


def _says_splits(splits: list[tuple[CheckTally, float]]) -> str:
    first, value = splits[0]
    return (
        f"The checks that go along most with the points of all other questions; {first.check} does"
        f" most, with a correlation of {value:.2f}. The numbers are in the table below."
    )


def _distribution(tally: Tally) -> Markup | None:
    if not tally.counted:
        return None
    says = (
        f"Distribution of the points of {tally.counted} submissions; {tally.bins[-1]} have all of"
        f" them. {_middle(tally)}"
    )
    return drawing.distribution(tally.bins, says)


def _middle(tally: Tally) -> str:
    """Where the middle of the class is, in words."""
    if not tally.counted:
        return ""
    low, half, high = (quantile(tally.scores, share) for share in (0.25, 0.5, 0.75))
    mean = sum(score * count for score, count in tally.scores.items()) / tally.counted
    return (
        f"Half of the submissions have {half:g} points or more, the middle half between {low:g} and"
        f" {high:g}; the mean is {mean:.1f}."
    )


def _success(questions: list[QuestionTally]) -> Markup | None:
    if not questions:
        return None
    worst = min(questions, key=lambda each: each.mean)
    says = (
        "How many submissions have earned all of a question, some of it or nothing. Least was"
        f" earned in {worst.number}, {worst.mean:.0f} percent. The numbers are in the table below."
    )
    return drawing.success(questions, says)


def _seconds(seconds: Counter[float]) -> str:
    if not seconds:
        return ""
    whole = sum(value * count for value, count in seconds.items())
    half, most = quantile(seconds, 0.5), quantile(seconds, 0.95)
    return (
        f"A grade took {half:g} s on the median, {most:g} s or less for 95 % of the submissions,"
        f" and {max(seconds):g} s at most; {whole / 60:.0f} minutes together."
    )
