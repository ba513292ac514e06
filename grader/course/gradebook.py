"""The gradebook: a line for each student in `grades.csv`, and what Canvas imports.

Both are written once all is known, in the order of the students' keys, so that the same class gives
the same bytes in whatever order it was graded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from grader.course.handed_in import Student
from grader.course.kept import Kept
from grader.course.outcome import Outcome
from grader.course.state import State, people, state_of, told
from grader.report.cells import Value, cell, clean, table
from grader.result import Entry, Result

GRADES, CANVAS = "grades.csv", "canvas.csv"
_BEFORE = ("student", "name", "email", "number", "submission", "handed in")
_AFTER = (
    "earned",
    "deduction",
    "total",
    "out of",
    "late days",
    "overridden",
    "decisions",
    "state",
    "why",
    "remarks",
)
_CHOSEN = "of several deliveries that name this student, this one counts"
_LATE = "how late it is is not known"


class _Row(msgspec.Struct, frozen=True, array_like=True):
    """A student's line, but for the columns of questions, which are known at the end."""

    key: str
    name: str
    email: str
    number: str
    submission: str
    at: str
    state: State
    why: str
    late: int | None
    graded: _Points | None
    chosen: bool
    """Whether this counts, of several deliveries that name the student."""


class _Points(msgspec.Struct, frozen=True, array_like=True):
    questions: dict[str, float]
    earned: float
    deduction: float
    total: float
    most: float
    overridden: float
    """What the decisions of persons have added, or taken."""
    decisions: list[str]


class Gradebook:
    """Takes a class one delivery at a time, and then writes its tables."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows = Kept(folder, _Row)
        self._questions: set[str] = set()
        self._most = 0.0

    def add(self, outcome: Outcome) -> None:
        """Enter a delivery: a line for each student."""
        result = told(outcome)
        points = None if result is None else _points(result)
        state, why = state_of(outcome)
        if points is not None:
            self._questions.update(points.questions)
            self._most = max(self._most, points.most)
        for student in people(outcome):
            self._rows.add(student.key, _row(student, outcome, state, why, points))

    def write_grades(self) -> None:
        """Write `grades.csv`; with the mark by which spreadsheets know that it is UTF-8."""
        questions = sorted(self._questions, key=lab_order)
        with table(self._folder / GRADES, "utf-8-sig") as lines:
            heads = (f"question {each}" for each in questions)
            lines.writerow([*_BEFORE, *heads, *_AFTER])
            for row in self._rows:
                remarks = [_CHOSEN] if row.chosen else []
                remarks += [_LATE] if row.late is None else []
                lines.writerow([cell(value) for value in _cells(row, questions, remarks)])

    def write_canvas(self, assignment: str, own_numbers: bool) -> int:
        """Write `canvas.csv`; returns how many students have a line in it.

        Points that are not final have no line, and so change nothing in Canvas: a person has to
        look at these first.

        Args:
            assignment: the head of its column, as Canvas' own export has it.
            own_numbers: whether students' numbers are Canvas' (`ID`), or the school's.
        """
        count = 0
        heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment]
        with table(self._folder / CANVAS, "utf-8") as lines:
            lines.writerow([cell(head) for head in heads])
            lines.writerow(["Points Possible", "", "", "", "", cell(self._most)])
            for row in self._rows:
                known = row.number or row.email
                if row.graded and row.state == "graded" and known:
                    values = (row.name, *_identity(row, own_numbers), "", row.graded.total)
                    lines.writerow([cell(value) for value in values])
                    count += 1
        return count

    def close(self) -> None:
        """Let go of what waits."""
        self._rows.close()


def lab_order(question: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts questions as the lab has them: 2.1 before 2.2, 4.2a before 4.2b, C.1 after 5.3."""
    parts = re.findall(r"\d+|\D+", question)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def _row(
    student: Student, outcome: Outcome, state: State, why: str, points: _Points | None
) -> _Row:
    upload = outcome.upload
    at = upload.at.isoformat(sep=" ") if upload and upload.at else ""
    submission = clean(upload.path.name) if upload else ""
    return _Row(
        clean(student.key),
        clean(student.name),
        clean(student.email),
        clean(student.number),
        submission,
        at,
        state,
        clean(why),
        outcome.late_days,
        points,
        student.key in outcome.chosen,
    )


def _points(result: Result) -> _Points:
    questions: dict[str, float] = {}
    for entry in result.entries:
        if entry.status != "by hand" and (entry.max_score or not entry.bonus):
            questions[entry.question] = questions.get(entry.question, 0.0) + entry.score
    decided = [entry for entry in result.entries if entry.override is not None]
    return _Points(
        questions,
        result.earned,
        result.deduction.points if result.deduction else 0.0,
        result.score,
        result.max_score,
        sum(entry.score - _judged(entry) for entry in decided),
        [_decision(entry) for entry in decided],
    )


def _judged(entry: Entry) -> float:
    """What the check itself has given."""
    return entry.max_score if entry.status == "passed" else 0.0


def _decision(entry: Entry) -> str:
    made = entry.override
    if made is None:
        return ""
    by = f", {made.by}" if made.by else ""
    return clean(f"{entry.check}: {made.points:g} in place of {_judged(entry):g} ({made.why}{by})")


def _cells(row: _Row, questions: list[str], remarks: list[str]) -> Iterator[Value]:
    yield from (row.key, row.name, row.email, row.number, row.submission, row.at)
    points = row.graded
    yield from (points.questions.get(each) if points else None for each in questions)
    if points is None:
        yield from [None] * 4
    else:
        yield from (points.earned, points.deduction, points.total, points.most)
    yield row.late
    yield points.overridden if points and points.decisions else None
    yield "; ".join(points.decisions) if points else ""
    yield from (row.state, row.why, "; ".join(remarks))


def _identity(row: _Row, own_numbers: bool) -> tuple[str, str, str]:
    """Canvas' number, the school's number, and the login: the first of them that is known."""
    if row.number:
        return (row.number, "", "") if own_numbers else ("", row.number, "")
    return "", "", row.email
