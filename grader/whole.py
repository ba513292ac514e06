"""Executes a whole notebook behind the wall, and keeps the executed copy."""

from pathlib import Path

from grader.checks.context import ExecutedNotebook
from grader.errors import UnreadableSubmissionError, UsageError
from grader.sandbox.outside.answer import Died, Executed
from grader.sandbox.outside.session import Session
from grader.submission import Reader
from grader.writeup import WriteUp


def execute_whole(
    session: Session, reader: Reader, path: Path, seconds: float, executed: Path
) -> ExecutedNotebook:
    """Execute what was handed in from top to bottom.

    Args:
        session: the submission's.
        reader: what reads the notebook, and its executed copy.
        path: what was handed in.
        seconds: how long it may take.
        executed: where the executed copy goes; it is the student's, so it is never executed again.

    Raises:
        UsageError: the executed copy cannot be written there.
    """
    answer = session.execute(reader.load_whole(path), seconds)
    if not isinstance(answer, Executed):
        return ExecutedNotebook(answer, WriteUp())
    try:
        executed.write_bytes(answer.notebook)
    except OSError as error:
        raise UsageError(f"{executed}: {error.strerror}; name another --executed") from error
    try:
        return ExecutedNotebook(answer, reader.load(executed).write_up)
    except UnreadableSubmissionError:  # a copy that the student's process made up
        executed.unlink()
        return ExecutedNotebook(Died("it left no notebook behind", retried=False), WriteUp())
