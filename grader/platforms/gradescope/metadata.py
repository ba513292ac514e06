"""What Gradescope says about an upload: read defensively, for it may be empty, cut or changed."""

import mmap
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

LONGEST = 1_000_000_000
"""Bytes; earlier submissions bring all of their results along. These are passed over in the mapped
file, so the size costs time (a second for 200 MB), and no memory."""
MOST_REMARKS = 10
SHOWN = 40
"""Bytes of a part that makes no sense."""
ABSENT = msgspec.Raw()
"""Stands for a key that is not there."""
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no JSON, or not of the type that is asked for."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Metadata:
    """What the grader can use of it."""

    total_points: float | None = None
    """What the assignment is out of; None where that is not known."""
    late: timedelta | None = timedelta(0)
    """Time between the due date and the upload; None where that is not known."""
    previous: int = 0
    """How many submissions came before; 0 where that is not known."""
    remarks: tuple[str, ...] = ()
    """For staff: what could not be read."""


class _Assignment(msgspec.Struct):
    due_date: msgspec.Raw = ABSENT
    total_points: msgspec.Raw = ABSENT


class _User(msgspec.Struct):
    assignment: msgspec.Raw = ABSENT
    """As it is for this one: an extension changes the dates here alone."""


class _Document(msgspec.Struct):
    """Each part is decoded by itself, so that one that makes no sense costs no other."""

    created_at: msgspec.Raw = ABSENT
    assignment: msgspec.Raw = ABSENT
    users: msgspec.Raw = ABSENT
    previous_submissions: msgspec.Raw = ABSENT


class _NoSenseError(Exception):
    """A part is not what it should be; the words are for staff."""


def read_metadata(path: Path) -> Metadata:
    """Read `submission_metadata.json`; never fails, but says what it could not use."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if not 0 < size <= LONGEST:
                return _unreadable(f"{path.name}: {size:,} bytes; not read")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _read(data, path.name)
    except OSError as error:
        return _unreadable(f"{path.name}: {error.strerror}")


def _unreadable(remark: str) -> Metadata:
    return Metadata(late=None, remarks=(f"{remark}; no due date is known",))


def _read(data: mmap.mmap, name: str) -> Metadata:
    try:
        document = msgspec.json.decode(data, type=_Document)
    except UNREADABLE as error:
        return _unreadable(f"{name}: {error}")
    remarks: list[str] = []
    late = _late(document, remarks)
    return Metadata(_points(document, remarks), late, _previous(document), _few(remarks))


def _few(remarks: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(remarks))[:MOST_REMARKS]


def _late(document: _Document, remarks: list[str]) -> timedelta | None:
    """How late it is by the latest due date of all who handed it in together; None: not known.

    An upload that is in time by one due date is in time, whatever the others are.
    """
    amounts: list[timedelta] = []
    unknown = False
    try:
        users = _decoded(document.users, "users", list[msgspec.Raw]) or [ABSENT]
    except _NoSenseError as error:
        remarks.append(str(error))
        users, unknown = [ABSENT], True
    for number, user in enumerate(users):
        try:
            amounts.append(_late_for(user, f"users[{number}]", document))
        except _NoSenseError as error:
            remarks.append(str(error))
            unknown = True
    least = min(amounts, default=None)
    if least is not None and least <= timedelta(0):
        return timedelta(0)
    return None if unknown else least


def _late_for(user: msgspec.Raw, where: str, document: _Document) -> timedelta:
    """Time between the due date of one user and the upload, negative before it.

    Who has no due date of their own has the assignment's; where that is null, nothing is late.
    """
    found = _decoded(user, where, _User) or _User()
    where = f"{where}.assignment"
    own = _decoded(found.assignment, where, _Assignment) or _Assignment()
    due = _decoded(own.due_date, f"{where}.due_date", datetime)
    if due is None:
        where = "assignment"
        common = _decoded(document.assignment, where, _Assignment) or _Assignment()
        if not common.due_date:
            raise _NoSenseError("assignment.due_date is missing")
        due = _decoded(common.due_date, f"{where}.due_date", datetime)
    if due is None:
        return timedelta(0)
    created = _decoded(document.created_at, "created_at", datetime)
    if created is None:
        raise _NoSenseError("created_at is missing")
    if (created.tzinfo is None) != (due.tzinfo is None):
        raise _NoSenseError(f"created_at and {where}.due_date: one has a time zone, one has none")
    return created - due


def _points(document: _Document, remarks: list[str]) -> float | None:
    try:
        assignment = _decoded(document.assignment, "assignment", _Assignment) or _Assignment()
    except _NoSenseError as error:
        remarks.append(str(error))
        return None
    text = _beginning(assignment.total_points)
    if text in ("", "null"):
        return None
    try:
        whole = memoryview(assignment.total_points).nbytes <= SHOWN
        number = float(text) if whole else float("nan")
    except ValueError:
        number = float("nan")
    if not 0 <= number < float("inf"):
        remarks.append(f"total_points: {text!r} is no number of points")
        return None
    return number


def _previous(document: _Document) -> int:
    try:
        found = _decoded(document.previous_submissions, "previous_submissions", list[msgspec.Raw])
    except _NoSenseError:
        return 0
    return len(found or [])


def _decoded(raw: msgspec.Raw, where: str, kind: type[Found]) -> Found | None:
    """A part of the document; None where it is null, or not there.

    Raises:
        _NoSenseError: it is something else.
    """
    if not raw:
        return None
    try:
        found: Found | None = msgspec.json.decode(raw, type=kind | None)
    except UNREADABLE as error:
        raise _NoSenseError(f"{where}: {_beginning(raw)!r} makes no sense: {error}") from None
    return found


def _beginning(raw: msgspec.Raw) -> str:
    """How a part begins, without the quotes of a text."""
    return bytes(memoryview(raw)[:SHOWN]).decode(errors="replace").strip('"')
