"""What a person decides at the command line: about one check, or about many in a file."""

from datetime import datetime, timezone
from pathlib import Path

from grader.course.by_hand import read_marks
from grader.course.whole import Decision
from grader.errors import UsageError
from grader.result import Override


def of_file(path: Path, who: str, *, alone: bool) -> list[Decision]:
    """The decisions in a file of marks.

    Args:
        path: the file.
        who: decides.
        alone: whether nothing else is decided by the same command.

    Raises:
        UsageError: something else is, or it is no such file.
    """
    if not alone:
        raise UsageError("--from has students, points and reasons of its own: leave out all others")
    at = _now()
    return [
        Decision(
            mark.student,
            mark.check,
            Override(mark.points, mark.why, who, at),
            f"{path}, line {mark.line}: ",
        )
        for mark in read_marks(path)
    ]


def of_one(
    student: str | None,
    check: str | None,
    points: float | None,
    why: str,
    who: str,
    *,
    undo: bool,
) -> Decision:
    """One decision.

    Raises:
        UsageError: something of it is missing.
    """
    if student is None or check is None:
        raise UsageError("name STUDENT and CHECK, or a file of marks as --from")
    if undo == (points is not None):
        raise UsageError("give POINTS, or --undo to take a decision back")
    if points is not None and not why.strip():
        raise UsageError("give the reason as --why: the student reads it")
    made = None if points is None else Override(points, why.strip(), who, _now())
    return Decision(student, check, made)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
