"""Has a PDF read in a process of its own, within limits of size, pages, time and memory."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from grader.errors import GraderError, UsageError
from grader.handed_in_report.paper import (
    CPU_SECONDS,
    LARGEST,
    MEMORY_BYTES,
    MOST_CHARACTERS,
    MOST_PAGES,
    Paper,
    Refused,
)
from grader.submission import printable, require_openable

ROOT = Path(__file__).resolve().parents[2]

WAIT_SECONDS = 300
"""Of a busy machine: the processor time is what is limited."""
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


def read_report(path: Path) -> Paper:
    """Read a PDF.

    Raises:
        UsageError: it is none, or not one that can be read; says what to do.
        GraderError: the reader does not work here.
    """
    data = _data(path)
    status, answer, words = _asked(data)
    name = printable(path.name)
    try:
        found = msgspec.json.decode(answer, type=Paper | Refused)
    except msgspec.MsgspecError:
        fault = THE_PDF_S_FAULT.get(_signal(status))
        if fault is None and words.rstrip().endswith("MemoryError"):
            fault = THE_PDF_S_FAULT["SIGSEGV"]
        if fault is None:
            last = words.strip().rpartition("\n")[2]
            raise GraderError(f"The reader of PDFs ended with {status}: {last}") from None
        raise UsageError(f"{name} {fault}. {AGAIN}.") from None
    if isinstance(found, Refused):
        raise UsageError(_why(name, found))
    return found


def _data(path: Path) -> bytes:
    """The bytes of what may be a PDF.

    Raises:
        UsageError: it is too large, or something else.
    """
    require_openable(path)
    name = printable(path.name)
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name the PDF in it.")
    size = path.stat().st_size
    if size > LARGEST:
        most = f"{size >> 20} MB large, and {LARGEST >> 20} MB is the most"
        raise UsageError(f"{name} is {most}. Put smaller pictures into the report.")
    data = path.read_bytes()
    if b"%PDF-" not in data[:HEAD]:
        what = next((what for start, what in LOOKS.items() if data.startswith(start)), "")
        what = f"{what}, not a PDF" if what else "not a PDF" if data else "empty"
        raise UsageError(f"{name} is {what}. Export the report as a PDF.")
    return data


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


def _asked(data: bytes) -> tuple[int, bytes, str]:
    """How the reader ended, what it answered, and what it said beside that.

    Raises:
        GraderError: there is no answer in time.
    """
    with _user() as user:
        limits = {"CPU": CPU_SECONDS, "FSIZE": 0, "NOFILE": 32, "CORE": 1}
        if sys.platform == "linux":
            limits["AS"] = MEMORY_BYTES + len(data)
        told = {"user": user, "limits": limits, "parent": os.getpid()}
        process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-m", "grader.handed_in_report.inside", json.dumps(told)],
            cwd=ROOT,
            env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PATH": os.defpath},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            answer, words = process.communicate(data, timeout=WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            problem = f"The reader of PDFs got no time within {WAIT_SECONDS} seconds."
            raise GraderError(f"{problem} Try again when the machine is less busy.") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
    return process.returncode, answer, words.decode(errors="replace")


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
