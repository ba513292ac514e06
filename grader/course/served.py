"""A process that a worker of a cluster starts: it grades what comes in, and ends when that ends.

Executed as `python -m grader.course.served`. It has none of the worker's threads and sockets, and
a hanging or dying one takes no worker along. Frames come in and go out: first a parcel, to which
nothing is answered; then each time a task, to which it answers what became of it.
"""

import contextlib
import os
import signal
import struct
import sys
import threading
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

import msgspec

from grader.course.parcel import unpack
from grader.course.work import Done, Setup, start, work
from grader.errors import GraderError
from grader.sandbox.outside.home import new_home
from grader.sandbox.outside.limits import Limits

IDLE_SECONDS = 900.0
"""After so long without a task it ends: its batch may have been killed."""
HEADER = struct.Struct("<Q")
"""Before each frame: its length."""


def send(stream: IO[bytes], frame: bytes) -> None:
    """Write a frame."""
    stream.write(HEADER.pack(len(frame)) + frame)
    stream.flush()


def receive(stream: IO[bytes], most: int | None = None) -> bytes | None:
    """Read a frame; None: there is no whole one, or it is too long."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    if most is not None and size > most:
        return None
    frame = stream.read(size)
    return frame if len(frame) == size else None


def main() -> None:
    """Serve until there is nothing more to come."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a worker in the background may ignore them
        signal.signal(number, signal.default_int_handler)
    os.umask(0o077)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that is printed is an answer
    frames: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, frames), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError, Empty):
        _serve(frames, answers)


def _read(requests: IO[bytes], frames: "SimpleQueue[bytes]") -> None:
    """Take what comes in; at its end whatever is being graded is given up, for nobody waits."""
    while (frame := receive(requests)) is not None:
        frames.put(frame)
    os.kill(os.getpid(), signal.SIGINT)


def _serve(frames: "SimpleQueue[bytes]", answers: IO[bytes]) -> None:
    home = new_home()
    try:
        fault = _begin(frames.get(), home.path)
        while True:
            task = frames.get(timeout=IDLE_SECONDS)
            send(answers, fault or work(task))
    finally:
        home.remove()


def _begin(parcel: bytes, folder: Path) -> bytes:
    """Have a wall stand; returns what is answered to all that follows, where it cannot."""
    try:
        setup = unpack(parcel, folder)
    except GraderError as error:
        return msgspec.json.encode(Done(fault=str(error), stands=False))
    start(msgspec.json.encode(_within_this_machine(setup)))
    return b""


def _within_this_machine(setup: Setup) -> Setup:
    limits = setup.limits
    most = min(limits.memory_bytes, Limits().memory_bytes)
    return msgspec.structs.replace(setup, limits=replace(limits, memory_bytes=most))


if __name__ == "__main__":
    main()
