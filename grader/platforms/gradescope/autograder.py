"""What Gradescope starts: finds the upload, grades it within a deadline, says the rest to staff."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from grader.errors import GraderError, UsageError
from grader.grade import Options, grade
from grader.platforms.gradescope import document
from grader.platforms.gradescope.metadata import Metadata, read_metadata
from grader.result import Result, late_deduction
from grader.rubric import Rubric, load_rubric


class OutOfTimeError(BaseException):
    """The deadline of the whole grade has passed, or the platform asks it to end.

    It is a `BaseException`, so that no code on the way takes it for a fault of its own.
    """


@dataclass
class _Latest:
    """The result that stands in the file."""

    result: Result | None = None


def autograde(root: Path, options: Options, deadline: float) -> Result:
    """Grade what lies in `root/submission` into `root/results/results.json`.

    The grade ends at the deadline (in seconds), or when the process is asked to end: by default the
    platform kills after 600 seconds, and then writes a 0 of its own. What was judged until then
    counts, and the overview says that the grade did not run to its end.

    Raises:
        UsageError: there is no submission folder, or the exam or the rubric cannot be opened.
        GraderError: the grader itself could not work; no file is left.
    """
    output = root / "results" / "results.json"
    if not (root / "submission").is_dir():
        raise UsageError(f"{root / 'submission'}: there is no such folder; name another --root")
    try:
        output.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{output.parent}: {error.strerror}; it must be a folder") from error
    metadata = read_metadata(root / "submission_metadata.json")
    rubric = load_rubric(options.rubric)
    latest = _Latest()

    with document.results_file(output, root / "submission") as write, _Ending(deadline) as ending:

        def keep(result: Result) -> None:
            ending.require_time()
            latest.result = with_metadata(result, metadata, rubric)
            write(latest.result)

        def tell(progress: str) -> None:
            _tell(progress)
            ending.require_time()

        try:
            with ending.armed():
                grade(root / "submission", options, keep, tell)
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


def with_metadata(result: Result, metadata: Metadata, rubric: Rubric) -> Result:
    """The result with what being late costs, and what staff should know."""
    staff = [*metadata.remarks]
    if metadata.previous:
        staff.append(f"submissions before this one: {metadata.previous}")
    if metadata.late is None:
        staff.append(
            "how late this was handed in is not known, so nothing is taken off for it: look at it"
            " by hand"
        )
    elif metadata.late:
        staff.append(f"handed in {metadata.late} after the due date")
    points = metadata.total_points
    if result.complete and points is not None and abs(points - result.max_score) > 1e-9:
        staff.append(
            f"the assignment is out of {points:g} points, this grade out of {result.max_score:g}:"
            " change the assignment's points, or the rubric's"
        )
    taken = late_deduction(result, metadata.late, rubric.late_policy)
    return replace(result, deduction=taken, staff=(*result.staff, *staff))


def _tell(progress: str) -> None:
    """For staff: the platform keeps what is printed, hidden from students."""
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
