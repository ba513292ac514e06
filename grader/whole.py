"""Executes a whole notebook behind the wall, and keeps the executed copy."""

from pathlib import Path

from grader.checks.bench import WholeRun
from grader.errors import UnreadableSubmissionError, UsageError
from grader.sandbox.outside.answer import Died, Ran
from grader.sandbox.outside.session import Session
from grader.submission import Reader
from grader.writeup import WriteUp

DEADLINE = 120.0
"""Seconds; the template's run on the practice set takes a tenth of it."""


def run_whole(
    session: Session, reader: Reader, path: Path, seconds: float, executed: Path
) -> WholeRun:
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
    name, data = reader.load_whole(path)
    answer = session.run(data, name, seconds)
    if not isinstance(answer, Ran):
        return WholeRun(answer, WriteUp())
    try:
        executed.write_bytes(answer.executed)
    except OSError as error:
        raise UsageError(f"{executed}: {error.strerror}; name another --executed") from error
    try:
        return WholeRun(answer, reader.load(executed).write_up)
    except UnreadableSubmissionError:  # a copy that the student's process made up
        executed.unlink()
        return WholeRun(Died("it left no notebook behind", retried=False), WriteUp())
