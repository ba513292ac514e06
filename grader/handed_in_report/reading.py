"""Has a PDF read, or drawn, in a process of its own: limits of size, pages, time and memory."""

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple, cast

import msgspec

from grader.errors import GraderError, UsageError
from grader.handed_in_report.paper import (
    CPU_SECONDS,
    LARGEST,
    MEMORY_BYTES,
    MOST_CHARACTERS,
    MOST_HIGH,
    MOST_PAGES,
    MOST_WIDE,
    Cut,
    Paper,
    Refused,
)
from grader.submission import printable, require_openable

ROOT = Path(__file__).resolve().parents[2]

WAIT_SECONDS = 300
"""Of a busy machine: the processor time is what is limited."""
MOST_ANSWERED = 64 * 2**20
"""Bytes of what the reader says: of a PDF that has taken it over, more must not fill the memory."""
MOST_WORDS = 20_000
"""Bytes of what it says beside that."""
SIZE = struct.Struct("<HH")
"""As `inside` has it."""
HEAD = 1024
"""Bytes in which a PDF says that it is one."""
AGAIN = "Export the report as a PDF again"
LOOKS = {
    b"PK\x03\x04": "an archive or an Office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"<": "a web page",
    b"{": "a notebook, or other JSON",
}
"""First bytes of what is named .pdf and is none."""
THE_PDF_S_FAULT = {
    "SIGXCPU": f"takes more than {CPU_SECONDS} seconds to be read",
    "SIGKILL": f"takes more than {CPU_SECONDS} seconds to be read",  # or the machine has no memory
    **dict.fromkeys(
        ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP"),
        "is damaged, or needs too much memory to be read",
    ),
}
"""How the reader ends that a PDF breaks."""


class Pixels(NamedTuple):
    """A part of a page as it was drawn."""

    across: int
    down: int
    colours: bytes
    """Red, green and blue of each, row by row."""


def read_report(path: Path) -> Paper:
    """Read a PDF.

    Raises:
        UsageError: it is none, or not one that can be read; says what to do.
        GraderError: the reader does not work here.
    """
    return read_pdf(bytes_of(path), printable(path.name))


def bytes_of(path: Path) -> bytes:
    """The bytes of what may be a PDF.

    Raises:
        UsageError: it is too large, a folder, or cannot be opened.
    """
    require_openable(path)
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name the PDF in it, or a class's --summary.")
    _require_small(path.stat().st_size, printable(path.name))
    return path.read_bytes()


def read_pdf(data: bytes, name: str) -> Paper:
    """Read the bytes of a PDF.

    Args:
        data: the bytes.
        name: what it is called where something is wrong with it.

    Raises:
        UsageError, GraderError: as `read_report` does.
    """
    _require_pdf(data, name)
    status, answer, words = _asked(data, None)
    try:
        found = msgspec.json.decode(answer, type=Paper | Refused)
    except msgspec.MsgspecError:
        fault = _fault(status, words, answer)
        raise UsageError(f"{name} {fault}. {AGAIN}.") from None
    if isinstance(found, Refused):
        raise UsageError(_why(name, found))
    return found


def draw(data: bytes, cuts: Sequence[Cut]) -> list[Pixels | None]:
    """Draw parts of the pages of a PDF; None for what could not be drawn in time.

    Raises:
        GraderError: the reader does not work here.
    """
    status, answer, words = _asked(data, cuts)
    found = list(_parts(answer, len(cuts)))
    if status and not found:
        _fault(status, words, answer)
    return [*found, *[None] * (len(cuts) - len(found))]


def _parts(answer: bytes, most: int) -> Iterator[Pixels | None]:
    """Yield what was drawn; the last one may be cut off."""
    place = 0
    for _ in range(most):
        if len(answer) < place + SIZE.size:
            return
        across, down = SIZE.unpack_from(answer, place)
        place += SIZE.size
        size = 3 * across * down
        if across > MOST_WIDE or down > MOST_HIGH or len(answer) < place + size:
            return
        yield Pixels(across, down, answer[place : place + size]) if size else None
        place += size


def _fault(status: int, words: str, answer: bytes) -> str:
    """What of the PDF has ended its reader.

    Raises:
        GraderError: nothing of it has.
    """
    fault = THE_PDF_S_FAULT.get(_signal(status))
    if fault is None and (words.rstrip().endswith("MemoryError") or len(answer) >= MOST_ANSWERED):
        fault = THE_PDF_S_FAULT["SIGSEGV"]
    if fault is None:
        last = words.strip().rpartition("\n")[2]
        raise GraderError(f"The reader of PDFs ended with {status}: {last}")
    return fault


def _require_small(size: int, name: str) -> None:
    if size > LARGEST:
        most = f"{size >> 20} MB large, and {LARGEST >> 20} MB is the most"
        raise UsageError(f"{name} is {most}. Put smaller pictures into the report.")


def _require_pdf(data: bytes, name: str) -> None:
    """See that it is what it is called.

    Raises:
        UsageError: it is too large, or something else.
    """
    _require_small(len(data), name)
    if b"%PDF-" not in data[:HEAD]:
        what = next((what for start, what in LOOKS.items() if data.startswith(start)), "")
        what = f"{what}, not a PDF" if what else "not a PDF" if data else "empty"
        raise UsageError(f"{name} is {what}. Export the report as a PDF.")


def _why(name: str, refused: Refused) -> str:
    match refused.fault:
        case "password":
            return f"{name} is locked by a password. Export it without one."
        case "pages":
            many = f"{refused.pages} pages, and {MOST_PAGES} is the most"
            return f"{name} has {many}. Hand in this lab's report only."
        case "text":
            many = f"more than {MOST_CHARACTERS:,} characters"
            return f"{name} has {many}. Leave out what was printed by the thousand."
        case _:
            where = f" on page {refused.pages}" if refused.pages else ""
            return f"{name} is damaged{where}: no program can be sure to show it. {AGAIN}."


def _asked(data: bytes, cuts: Sequence[Cut] | None) -> tuple[int, bytes, str]:
    """How the reader ended, what it answered, and what it said beside that.

    Args:
        data: the PDF.
        cuts: what is to be drawn of it; None: it is to be read.

    Raises:
        GraderError: there is no answer in time.
    """
    with _user() as user:
        limits = {"CPU": CPU_SECONDS, "FSIZE": 0, "NOFILE": 32, "CORE": 1}
        if sys.platform == "linux":
            limits["AS"] = MEMORY_BYTES + len(data)
        parts = None if cuts is None else msgspec.to_builtins(cuts)
        told = {"user": user, "limits": limits, "parent": os.getpid(), "draw": parts}
        process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-m", "grader.handed_in_report.inside", json.dumps(told)],
            cwd=ROOT,
            env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PATH": os.defpath},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return _heard(process, data)


def _heard(process: "subprocess.Popen[bytes]", data: bytes) -> tuple[int, bytes, str]:
    """Hand a PDF over, and take no more of an answer than there may be.

    Raises:
        GraderError: there is no answer in time.
    """
    late, words = threading.Event(), list[bytes]()
    gives, answers, says = (
        cast("IO[bytes]", pipe) for pipe in (process.stdin, process.stdout, process.stderr)
    )

    def give() -> None:
        with contextlib.suppress(BrokenPipeError), gives:  # its status tells why
            gives.write(data)

    def give_up() -> None:
        late.set()
        process.kill()

    helpers = [
        threading.Thread(target=give),
        threading.Thread(target=lambda: words.append(says.read(MOST_WORDS))),
    ]
    timer = threading.Timer(WAIT_SECONDS, give_up)
    try:
        for thread in (timer, *helpers):
            thread.start()
        answer = answers.read(MOST_ANSWERED)
        if len(answer) < MOST_ANSWERED:
            process.wait()
    finally:
        timer.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        for thread in helpers:
            thread.join()
        answers.close()
        says.close()
    if late.is_set():
        problem = f"The reader of PDFs got no time within {WAIT_SECONDS} seconds."
        raise GraderError(f"{problem} Try again when the machine is less busy.")
    return process.returncode, answer, b"".join(words).decode(errors="replace")


@contextlib.contextmanager
def _user() -> Iterator[int | None]:
    """The uid that the reader becomes; None where only root could choose one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        yield None
        return
    from grader.sandbox.outside.users import own_users

    with own_users() as claimed:
        yield claimed.users.start


def _signal(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else ""
