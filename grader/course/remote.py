"""What a worker of a cluster does: it is given a setup once, and has processes that grade.

Each thread of a worker is one that grades, by a process of its own. Nothing here raises: whatever
happens becomes an answer, for a task that ends otherwise takes its worker along or never ends.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import IO, cast

import msgspec

from grader.course.parcel import MOST_BYTES, Answer, Sealed, digest_of
from grader.course.served import receive, send
from grader.course.work import Done

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-E", "-s", "-m", "grader.course.served")
START_SECONDS = 300.0
"""So long may the wall of a new process take, beside its first task."""
MOST_HELD = 3
"""Setups for which a worker has processes at the same time: a process takes some 300 MB."""
DASK_S = frozenset({"MALLOC_TRIM_THRESHOLD_"})
"""What a nanny has its worker do, to give memory back at once: it makes a grade a third slower."""
_lock = threading.Lock()


class Slot:
    """A process that grades one submission after the other; it ends with this object."""

    def __init__(self, parcel: bytes, command: tuple[str, ...] = COMMAND) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name not in DASK_S},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._end = weakref.finalize(self, _end, self._process)
        self._parcel: bytes | None = parcel

    def close(self) -> None:
        """End it while it does nothing; its wall is taken down meanwhile."""
        if self._end.alive:
            self._end()
            self._answers.close()
            threading.Thread(target=self._process.wait, daemon=True).start()

    @property
    def runs(self) -> bool:
        """Whether it can be asked."""
        return self._end.alive and self._process.poll() is None

    def do(self, task: bytes, seconds: float) -> bytes:
        """What became of a task: a `Done` as JSON; a process that is late is ended.

        Args:
            task: as `work` takes it.
            seconds: so long it may take, beside the start of the process.
        """
        late, process = threading.Event(), self._process

        def give_up() -> None:
            late.set()
            _kill(process)

        if self._parcel is not None:
            seconds += START_SECONDS
        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            answer = self._answer(task)
        finally:
            timer.cancel()
        if answer is not None:
            return answer
        _kill(process)
        self.close()
        ended = f"ended with {process.wait()}"
        why = f"was given up after {seconds:g} s" if late.is_set() else ended
        return msgspec.json.encode(Done(fault=f"its process {why}"))

    def _answer(self, task: bytes) -> bytes | None:
        with contextlib.suppress(BrokenPipeError):  # how it ended is told
            if self._parcel is not None:
                send(self._requests, self._parcel)
                self._parcel = None
            send(self._requests, task)
        return receive(self._answers, MOST_BYTES)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:  # its other pipe a thread may be reading, when this worker ends
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


class Held:
    """A setup that this worker has been given."""

    def __init__(self, parcel: bytes) -> None:
        self.parcel = parcel
        self.idle: list[Slot] = []
        self.unfit = ""
        """Why this worker cannot grade anything."""


_held: dict[str, Held] = {}
"""By digest, the last to be given last."""


def supply(digest: str, parcel: Sealed) -> bytes:
    """Give this worker a setup."""
    try:
        if digest_of(parcel.data) != digest:
            return _unfit("what it was sent is not what was sent")
        _keep(digest, Held(parcel.data))
    except BaseException as error:  # noqa: BLE001 - see above
        return _unfit(f"{type(error).__name__}: {error}")
    return _encoded(Answer("done", _address()))


def grade(digest: str, task: Sealed, seconds: float) -> bytes:
    """Do one task by a setup that this worker has."""
    try:
        held = _held.get(digest)
        if held is None:
            return _encoded(Answer("missing", _address()))
        if not held.unfit:
            done = _graded(held, digest, task.data, seconds)
            verdict = msgspec.json.decode(done, type=_Stands)
            if verdict.stands:
                return _encoded(Answer("done", _address(), done))
            held.unfit = verdict.fault
        return _unfit(held.unfit)
    except BaseException as error:  # noqa: BLE001 - see above
        done = msgspec.json.encode(Done(fault=f"{type(error).__name__}: {error}"))
        return _encoded(Answer("done", _address(), done))


def drop(digest: str) -> bytes:
    """Let a setup go; what is being graded by it is graded to its end."""
    _keep(digest, None)
    return _encoded(Answer("done", _address()))


class _Stands(msgspec.Struct):
    """Of a `Done` what a worker looks at."""

    stands: bool = True
    fault: str = ""


def _graded(held: Held, digest: str, task: bytes, seconds: float) -> bytes:
    with _lock:
        slot = held.idle.pop() if held.idle else None
    if slot is None or not slot.runs:
        slot = Slot(held.parcel)
    try:
        return slot.do(task, seconds)
    finally:
        with _lock:
            kept = slot.runs and _held.get(digest) is held
            if kept:
                held.idle.append(slot)
        if not kept:
            slot.close()


def _keep(digest: str, new: Held | None) -> None:
    """Have a setup in place of what was known by its digest; the oldest make room for it."""
    with _lock:
        gone = [_held.pop(digest)] if digest in _held else []
        if new is not None:
            _held[digest] = new
        while len(_held) > MOST_HELD:
            gone.append(_held.pop(next(iter(_held))))
        idle = [slot for held in gone for slot in held.idle]
    for slot in idle:
        slot.close()


def _unfit(why: str) -> bytes:
    return _encoded(Answer("unfit", _address(), why=why))


def _address() -> str:
    from distributed import get_worker

    worker = get_worker()
    return str(worker.contact_address or worker.address)


def _encoded(answer: Answer) -> bytes:
    return msgspec.msgpack.encode(answer)
