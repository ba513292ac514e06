"""A grade that ends by itself before the platform ends it: what was judged until then counts."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from grader.errors import GraderError
from grader.grade import Options, Write, grade
from grader.handed_in_report.look import look_through
from grader.handed_in_report.points import with_report
from grader.result import Result
from grader.rubric import load_rubric
from grader.submission import may_hold_pdfs, require_openable
from grader.writeup import CheckList

NOT_YET = "The grade ended before the report was read."


class OutOfTimeError(BaseException):
    """The deadline of the whole grade has passed, or the platform asks it to end.

    It is a `BaseException`, so that no code on the way takes it for a fault of its own.
    """


@dataclass
class _Latest:
    """The result that stands in the file."""

    result: Result | None = None


def _unchanged(result: Result) -> Result:
    return result


def grade_in_time(
    submission: Path,
    options: Options,
    seconds: float,
    write: Write,
    changed: Callable[[Result], Result] = _unchanged,
) -> Result:
    """Grade a submission; at the deadline, or when the process is asked to end, the grade ends.

    Args:
        submission: what was handed in.
        options: how to grade it.
        seconds: the deadline.
        write: given the result before student code starts, after each question and at the end.
        changed: makes of each result what is written.

    Raises:
        UsageError: the submission, the exam or the rubric cannot be opened.
        GraderError: the grader itself could not work.
    """
    latest = _Latest()
    rubric = load_rubric(options.rubric)
    require_openable(submission)
    waiting = CheckList(0, problem=NOT_YET) if may_hold_pdfs(submission) else None
    with _Ending(seconds) as ending:

        def keep(result: Result, report: CheckList | None = waiting) -> None:
            ending.require_time()
            if report is not None and report is waiting:
                result = replace(result, complete=False)
            latest.result = changed(with_report(result, report, rubric))
            write(latest.result)

        def tell(progress: str) -> None:
            _tell(progress)
            ending.require_time()

        try:
            with ending.armed():
                result = grade(submission, options, keep, tell)
                if waiting is not None:  # at the end: however long it takes, the code is judged
                    keep(result, look_through(submission))
        except BaseException as error:  # whatever was interrupted may stumble over that, too
            if not ending.why:
                raise
            if latest.result is None:
                raise GraderError(f"{ending.why} before anything was judged") from error
            if not latest.result.complete:
                words = f"The grade was ended: {ending.why}."
                latest.result = replace(latest.result, notes=(*latest.result.notes, words))
            write(latest.result)
        if latest.result is None:
            raise GraderError("the grade ended without a result")
    return latest.result


def _tell(progress: str) -> None:
    """For staff: platforms keep what is printed, and do not show it to students."""
    print(progress, file=sys.stderr, flush=True)  # noqa: T201 - a log, not a terminal


class _Ending:
    """Context manager: from here on a signal ends the grade, once; what then cleans up is left be.

    A second signal would cut the clean-up short, or take the results file along with it.
    """

    def __init__(self, seconds: float) -> None:
        self.why = ""
        """Why the grade was ended; empty while it was not."""
        self._armed = False
        self._seconds = seconds
        self._words = {
            signal.SIGALRM: f"its time of {seconds:g} s was used up",
            signal.SIGTERM: "the platform asked it to end",
        }
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "_Ending":
        self._before = {number: signal.signal(number, self._end) for number in self._words}
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def armed(self) -> Iterator[None]:
        """In here the first signal raises `OutOfTimeError`; any other changes nothing."""
        self._armed = True
        try:
            yield
        finally:
            self._armed = False

    def require_time(self) -> None:
        """See that the grade ends where a fault in the clean-up hid that it was ended.

        Raises:
            OutOfTimeError: it was ended.
        """
        if self.why:
            raise OutOfTimeError(self.why)

    def _end(self, number: int, _frame: FrameType | None) -> None:
        if self._armed:
            self._armed = False
            self.why = self._words[signal.Signals(number)]
            raise OutOfTimeError(self.why)
