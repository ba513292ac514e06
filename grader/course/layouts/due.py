"""When the work was due, for everybody and for those who have an extension."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from grader.course.handed_in import Student
from grader.course.layouts.keys import folded
from grader.course.layouts.times import moment
from grader.errors import UsageError
from grader.submission.files import printable

EXAMPLE = "2026-10-01T23:59-07:00"
LARGEST = 16 * 2**20
"""Bytes of a list of extensions."""


@dataclass(frozen=True)
class Due:
    """The due dates of a class, as its staff tell them."""

    common: datetime | None = None
    """Of all who have none of their own."""
    own: Mapping[str, datetime] = field(default_factory=dict)
    """By whatever names a student: key, e-mail address, number or name."""

    @property
    def told(self) -> bool:
        """Whether there is any."""
        return self.common is not None or bool(self.own)


@dataclass(frozen=True)
class Dates:
    """The due date of each student of a class."""

    common: datetime | None
    own: Mapping[str, datetime]
    """By the student's key."""

    def late(self, students: Iterable[Student], at: datetime | None) -> timedelta | None:
        """How long after the due date something came; None where that is not known.

        In a group the latest counts: what is in time by one member's date is in time, whether or
        not the others' dates are known.
        """
        dates = [self.own.get(one.key, self.common) for one in students]
        if at is None or not dates:
            return None
        amounts = [at - each for each in dates if each is not None]
        least = min(amounts, default=None)
        if least is not None and least <= timedelta(0):
            return timedelta(0)
        return least if len(amounts) == len(dates) else None


def read_due(text: str) -> datetime:
    """A due date of the command line.

    Raises:
        UsageError: it is none, or names no time zone.
    """
    found = moment(text)
    if found is None:
        raise UsageError(f"{printable(text)!r} is no due date with a time zone, such as {EXAMPLE}.")
    return found


def read_due_file(path: Path) -> dict[str, datetime]:
    """The due dates of single students: a CSV with the columns `student` and `due`.

    Raises:
        UsageError: it cannot be read, or a line of it makes no sense.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise UsageError(f"{path} has more than {LARGEST >> 20} MiB. Name students and dates.")
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        return _dates(rows, path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text in UTF-8. Save it as CSV in UTF-8.") from None
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV ({error}). Save it with a comma between.") from None


def _dates(rows: "csv.DictReader[str]", path: Path) -> dict[str, datetime]:
    columns = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    if not {"student", "due"} <= {*columns}:
        raise UsageError(f"{path}: its first line must be `student,due`.")
    rows.fieldnames = columns
    found: dict[str, datetime] = {}
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        student, due = (row["student"] or "").strip(), (row["due"] or "").strip()
        if not student and not due:
            continue
        date = moment(due)
        if not student or date is None:
            raise UsageError(f"{where}: write a student and a due date such as {EXAMPLE}.")
        if found.setdefault(student, date) != date:
            raise UsageError(f"{where}: {printable(student)} has another date above. Keep one.")
    return found


def dates_of(due: Due, students: Sequence[Student]) -> tuple[Dates, list[str]]:
    """Whose due dates the staff's are, and the names among them that nobody has.

    Raises:
        UsageError: a name fits two students, or one student has two dates.
    """
    known: dict[str, dict[str, Student]] = {}
    for one in students:
        for text in filter(None, (one.key, one.email, one.number, one.name)):
            known.setdefault(folded(text), {})[one.key] = one
    own: dict[str, datetime] = {}
    nobody = []
    for text, date in due.own.items():
        fitting = _exactly(text, known.get(folded(text), {}))
        if len(fitting) > 1:
            keys = ", ".join(sorted(fitting)[:5])
            raise UsageError(f"The due date of {printable(text)} fits {keys}. Name the key of one.")
        for key in fitting:
            if own.setdefault(key, date) != date:
                raise UsageError(f"{key} has two due dates, by two names. Keep one.")
        if not fitting:
            nobody.append(text)
    return Dates(due.common, own), nobody


def _exactly(text: str, fitting: dict[str, Student]) -> dict[str, Student]:
    """Whose key it is, whatever else it fits; otherwise all that it fits."""
    key = folded(text)
    return {key: fitting[key]} if key in fitting else fitting
