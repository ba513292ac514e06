"""What Gradescope says about an upload: read defensively, for it may be empty, cut or changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

LONGEST = 10_000_000
"""Bytes; earlier submissions bring all of their results along."""


@dataclass(frozen=True)
class Metadata:
    """What the grader can use of it; whatever is missing or makes no sense is None or 0."""

    total_points: float | None = None
    """What the assignment is out of."""
    late: timedelta = timedelta(0)
    """Time between the due date and the upload."""
    previous: int = 0
    """How many submissions came before."""
    remarks: tuple[str, ...] = ()
    """For staff: what could not be read."""


def read_metadata(path: Path) -> Metadata:
    """Read `submission_metadata.json`; never fails, but says what it could not use."""
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
    except OSError as error:
        return Metadata(remarks=(f"{path.name}: {error.strerror}; no due date is known",))
    if len(raw) > LONGEST:
        return Metadata(remarks=(f"{path.name}: larger than {LONGEST:,} bytes; not read",))
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        return Metadata(remarks=(f"{path.name}: {error}; no due date is known",))
    remarks: list[str] = []
    assignment = _under(found, "assignment")
    previous = _under(found, "previous_submissions")
    return Metadata(
        _number(_under(assignment, "total_points"), remarks),
        _late(_under(found, "created_at"), _under(assignment, "due_date"), remarks),
        len(previous) if isinstance(previous, list) else 0,
        tuple(remarks),
    )


def _under(found: Any, key: str) -> Any:
    return found.get(key) if isinstance(found, dict) else None


def _number(value: Any, remarks: list[str]) -> float | None:
    if value is None:
        return None
    try:
        number = float(value) if isinstance(value, str | int | float) else float("nan")
    except (ValueError, OverflowError):
        number = float("nan")
    if not 0 <= number < float("inf"):
        remarks.append(f"total_points: {str(value)[:40]!r} is no number of points")
        return None
    return number


def _late(created: Any, due: Any, remarks: list[str]) -> timedelta:
    if created is None or due is None:
        return timedelta(0)
    moments = []
    for name, value in (("created_at", created), ("due_date", due)):
        try:
            # Python 3.10 knows no Z.
            moments.append(datetime.fromisoformat(str(value).replace("Z", "+00:00")))
        except ValueError:
            remarks.append(f"{name}: {str(value)[:40]!r} is no date; taken as in time")
            return timedelta(0)
    if (moments[0].tzinfo is None) != (moments[1].tzinfo is None):
        remarks.append(
            "created_at and due_date: one has a time zone, one has none; taken as in time"
        )
        return timedelta(0)
    return max(timedelta(0), moments[0] - moments[1])
