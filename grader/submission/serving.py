"""The process that reads submissions: started once, and asked through pipes.

An interpreter and its imports cost four times what it takes to read a lab, so each submission is
read in a fork of one process (`reader`), by limits of its own.
"""

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO, Literal, cast

from grader.errors import GraderError

ROOT = Path(__file__).resolve().parents[2]

WAIT_SECONDS = 300
"""Of a busy machine: the reader has some ten seconds of processor time, with what it forks. So a
submission that takes all of them is late only where it gets a thirtieth of a processor."""

MOST_WORDS = 20_000
"""Bytes of what it says about one submission; a traceback has a tenth of it."""

Wanted = Literal["graded", "sliced", "whole", "compared", "pdfs"]
"""What a submission is read as: its graded code, the same with a digest for each name, the file as
it was handed in, the fingerprints of what is graded, or the PDFs in it."""

HEADER = struct.Struct("<iQ")
"""Before each answer: how its fork ended, as `Popen.returncode` has it, and how long it is."""


class Server:
    """A process that reads one submission after the other; it ends with this object, if not before.

    Where nothing can be forked it reads by itself, and may end with any of them.
    """

    def __init__(self) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process lives
        self._heard = 0
        self._process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-m", "grader.submission.reader"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            start_new_session=True,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self.close = weakref.finalize(self, _end, self._process, self._words)
        """End it. Another request would find it gone."""

    def ask(self, path: Path, wanted: Wanted) -> tuple[int, bytes]:
        """How the reading of one submission ended, and what came of it.

        Raises:
            GraderError: there is no answer within `WAIT_SECONDS`.
        """
        late, process = threading.Event(), self._process

        def give_up() -> None:  # does not hold this object, which may end before the timer does
            late.set()
            _kill(process)

        timer = threading.Timer(WAIT_SECONDS, give_up)
        timer.start()
        try:
            return self._answer([str(path), wanted])
        except BaseException:
            _kill(process)  # half an answer may be under way
            raise
        finally:
            timer.cancel()
            if late.is_set():
                problem = f"The reader of submissions got no time within {WAIT_SECONDS} seconds."
                raise GraderError(f"{problem} Try again when the machine is less busy.")

    def _answer(self, request: list[object]) -> tuple[int, bytes]:
        with contextlib.suppress(BrokenPipeError):  # its status tells why
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
        header = self._answers.read(HEADER.size)
        if len(header) == HEADER.size:
            status, size = HEADER.unpack(header)
            answer = self._answers.read(size)
            if len(answer) == size:
                return status, answer
        return self._process.wait(), b""

    @property
    def runs(self) -> bool:
        """Whether it can be asked."""
        return self.close.alive and self._process.poll() is None

    def new_words(self) -> str:
        """What it has said beside its answers since it was asked for that."""
        self._words.seek(self._heard)
        said = self._words.read(MOST_WORDS)
        self._words.seek(0, os.SEEK_END)
        self._heard = self._words.tell()
        return said.decode(errors="replace").strip()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)  # and what it has forked


def _end(process: "subprocess.Popen[bytes]", words: IO[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    process.wait()
    words.close()
