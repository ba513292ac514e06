"""Load a submission: bounded in time and memory, and without executing anything of it."""

import signal
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.errors import GraderError, UnreadableSubmissionError, UsageError
from grader.listing import Listing
from grader.submission.files import printable
from grader.submission.program import (
    UNFORESEEN,
    Challenges,
    Fingerprints,
    Kind,
    Pdfs,
    Program,
    Reading,
    Refusal,
    Slice,
    Whole,
)
from grader.submission.serving import Server, Wanted
from grader.writeup import Printed, WriteUp

Answer = TypeVar("Answer", Reading, Whole, Fingerprints, Pdfs)
"""What a reader tells of a submission."""

STUDENTS_FAULT = {
    "SIGXCPU": "takes too long to be read",
    "SIGSEGV": "is nested too deeply",
    **dict.fromkeys(("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP"), "cannot be read"),
}
"""How a reader ends that a submission breaks; what is missing here somebody else has sent."""


@dataclass(frozen=True)
class Submission:
    """What a student handed in."""

    path: Path
    kind: Kind
    program: Program
    notes: tuple[str, ...]
    """Lines for the student: what is graded, what was left out and why."""
    graded: dict[str, str]
    """Where the definition of each graded name stands that counts: `cell 12, line 3`."""
    write_up: WriteUp
    """For the human who grades the written part."""
    digest: str
    """The same for the same code: see `grader.submission.digest`."""
    challenges: Challenges | None = None
    """What is filled in of Question C; None: nothing."""
    listings: Mapping[str, Listing] = field(default_factory=dict)
    """The lines of each graded name, of the methods of each class, too."""
    slices: Mapping[str, Slice] = field(default_factory=dict)
    """By name, what it needs, as digests; where that was asked for."""
    ranges: tuple[Printed, ...] = ()
    """Of layers, as its outputs have them: for who compares them with a report."""


class Reader:
    """Reads submissions, each bounded by itself, in a process that starts with the first."""

    def __init__(self) -> None:
        self._server: Server | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    def start(self) -> Server:
        """The process, so that the first submission need not wait for its imports."""
        if self._server is None or not self._server.runs:
            self._server = Server()
        return self._server

    def load(self, path: Path, *, sliced: bool = False) -> Submission:
        """Read a `.py`, an `.ipynb`, a folder or an archive.

        Args:
            path: where it lies.
            sliced: whether to tell of each name what it needs.

        Raises:
            UsageError: the path cannot be opened.
            UnreadableSubmissionError: nothing in it can be graded.
            GraderError: the reader does not work here.
        """
        return submission_of(path, self.read(path, sliced=sliced))

    def read(self, path: Path, *, sliced: bool = False) -> Reading:
        """The same as plain data, which can be kept or sent elsewhere: see `submission_of`."""
        return self._asked(path, "sliced" if sliced else "graded", Reading)

    def load_whole(self, path: Path) -> Whole:
        """Read the file that is graded as it was handed in.

        Raises:
            UsageError, UnreadableSubmissionError, GraderError: as `load` does.
        """
        return self._asked(path, "whole", Whole)

    def fingerprints(self, path: Path) -> Fingerprints:
        """Read what of a submission can be compared with another's.

        Raises:
            UsageError, UnreadableSubmissionError, GraderError: as `load` does.
        """
        return self._asked(path, "compared", Fingerprints)

    def pdfs(self, path: Path) -> Pdfs:
        """Take the PDFs out of a submission, without looking into one.

        Raises:
            UsageError, UnreadableSubmissionError, GraderError: as `load` does.
        """
        return self._asked(path, "pdfs", Pdfs)

    def _asked(self, path: Path, wanted: Wanted, kind: type[Answer]) -> Answer:
        answer = self._ask(path, wanted)
        if not isinstance(answer, kind):
            raise GraderError("The reader of submissions answered something else.")
        return answer

    def _ask(self, path: Path, wanted: Wanted) -> Reading | Whole | Fingerprints | Pdfs:
        require_openable(path)
        server = self.start()
        status, answer = server.ask(path.resolve(), wanted)
        words = server.new_words()
        try:
            found = msgspec.json.decode(
                answer, type=Reading | Whole | Fingerprints | Pdfs | Refusal
            )
        except msgspec.MsgspecError:
            fault = STUDENTS_FAULT.get(signal.Signals(-status).name) if status < 0 else None
            if fault is not None:
                advice = "Hand in the lab's code only."
                raise UnreadableSubmissionError(
                    f"{printable(path.name)} {fault}. {advice}"
                ) from None
            if status < 0 or not server.runs:
                last = words.rpartition("\n")[2]
                problem = f"The reader of submissions ended with {status}: {last}"
                raise GraderError(problem) from None
            found = Refusal(f"{printable(path.name)} {UNFORESEEN}")
        for line in words.splitlines():  # on what the reader does not foresee
            sys.stderr.write(f"reader: {printable(line)}\n")
        if isinstance(found, Refusal):
            raise UnreadableSubmissionError(found.reason)
        return found


def submission_of(path: Path, reading: Reading) -> Submission:
    """The submission that was read from a path."""
    return Submission(
        path,
        reading.kind,
        reading.program,
        reading.notes,
        reading.graded,
        reading.write_up,
        reading.digest,
        reading.challenges,
        reading.listings,
        reading.slices,
        reading.ranges,
    )


def load(path: Path) -> Submission:
    """Read one submission: see `Reader.load`."""
    with Reader() as reader:
        return reader.load(path)


def require_openable(path: Path) -> None:
    """See that there is a file or a folder, and that it may be read.

    Raises:
        UsageError: there is none, or it may not.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            next(path.iterdir(), None)
        elif stat.S_ISREG(mode):
            path.open("rb").close()
        else:
            raise UsageError(f"{path} is neither a file nor a folder.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be opened: {reason}.") from None
