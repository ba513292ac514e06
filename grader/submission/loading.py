"""Load a submission: bounded in time and memory, and without executing anything of it."""

import signal
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.errors import GraderError, UnreadableSubmissionError, UsageError
from grader.submission.files import printable
from grader.submission.program import Kind, Program, Reading, Refusal, Whole
from grader.writeup import WriteUp

ROOT = Path(__file__).resolve().parents[2]

WAIT_SECONDS = 30
"""Of a busy machine: the reader limits its own processor time to a fraction of it."""

STUDENTS_FAULT = {"SIGXCPU": "takes too long to be read", "SIGSEGV": "is nested too deeply"}
"""How the reader ends where a submission is made to break it."""


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


def load(path: Path) -> Submission:
    """Read a `.py`, an `.ipynb` or a folder, in a process of its own.

    Raises:
        UsageError: the path cannot be opened.
        UnreadableSubmissionError: nothing in it can be graded.
        GraderError: the reader does not work here.

    """
    answer = _read(path)
    if not isinstance(answer, Reading):
        raise GraderError("The reader of submissions answered something else.")
    return Submission(
        path, answer.kind, answer.program, answer.notes, answer.graded, answer.write_up
    )


def load_whole(path: Path) -> tuple[str, bytes]:
    """Read the file that is graded as it was handed in: (name, content).

    Raises:
        UsageError, UnreadableSubmissionError, GraderError: as `load` does.
    """
    answer = _read(path, "whole")
    if not isinstance(answer, Whole):
        raise GraderError("The reader of submissions answered something else.")
    return answer.name, answer.data


def _read(path: Path, *what: str) -> Reading | Whole:
    _require_openable(path)
    answer = _decode(_run_reader(path, *what), path)
    if isinstance(answer, Refusal):
        raise UnreadableSubmissionError(answer.reason)
    return answer


def _require_openable(path: Path) -> None:
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


def _run_reader(path: Path, *what: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-E", "-s", "-m", "grader.submission.reader", str(path.resolve())]
    command += what
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        problem = f"The reader of submissions got no time within {WAIT_SECONDS} seconds."
        raise GraderError(f"{problem} Try again when the machine is less busy.") from None


def _decode(ended: "subprocess.CompletedProcess[bytes]", path: Path) -> Reading | Whole | Refusal:
    if ended.returncode < 0:
        name = signal.Signals(-ended.returncode).name
        if name in STUDENTS_FAULT:
            return Refusal(
                f"{printable(path.name)} {STUDENTS_FAULT[name]}. Hand in the lab's code only."
            )
    try:
        return msgspec.json.decode(ended.stdout, type=Reading | Whole | Refusal)
    except msgspec.MsgspecError:
        last = ended.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        problem = f"The reader of submissions ended with {ended.returncode}: {last}"
        raise GraderError(problem) from None
