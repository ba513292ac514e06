"""Marks as the page saves them, read from a file that a person may have changed."""

import csv
import io
import math
from pathlib import Path
from typing import NamedTuple

from grader.errors import UsageError

COLUMNS = ("student", "check", "points")
WHY = "Graded by hand."
"""What the student reads where nothing else is said."""
LARGEST = 16 * 2**20
"""Bytes; a mark has fifty."""


class Mark(NamedTuple):
    """A person's decision about one check."""

    line: int
    student: str
    check: str
    points: float
    why: str


def read_marks(path: Path) -> list[Mark]:
    """The marks of a CSV with the columns `student`, `check`, `points` and perhaps `why`.

    A line without points is no mark.

    Raises:
        UsageError: it is no such file, a number is none, or one check is marked twice.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: more than {LARGEST >> 20} MiB; name a file of marks")
        text = path.read_text("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a file of marks as --from") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: no CSV in UTF-8: {error}; save it as one") from error
    missing = [name for name in COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise UsageError(f"{path}: no column {', '.join(missing)}, or no line; save marks anew")
    found: dict[tuple[str, str], Mark] = {}
    for number, row in enumerate(rows, 2):
        values = {name: (row.get(name) or "").strip() for name in (*COLUMNS, "why")}
        if not values["points"]:
            continue
        mark = _mark(path, number, values)
        if (mark.student, mark.check) in found:
            first = found[mark.student, mark.check].line
            told = f"{mark.student} and {mark.check} again, as line {first}"
            raise UsageError(f"{path}, line {number}: {told}; delete one")
        found[mark.student, mark.check] = mark
    return list(found.values())


def _mark(path: Path, number: int, values: dict[str, str]) -> Mark:
    try:
        points = float(values["points"])
    except ValueError:
        points = math.nan
    if not 0 <= points < math.inf:
        told = f"{values['points']!r} is no number of points"
        raise UsageError(f"{path}, line {number}: {told}; give 0 or more, with a point")
    return Mark(number, values["student"], values["check"], points, values["why"] or WHY)
