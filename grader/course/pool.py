"""Processes that grade: a pool on this machine."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future
from multiprocessing.util import Finalize
from types import FrameType, TracebackType
from typing import Protocol

import msgspec
from pebble import CONSTS, ProcessPool

from grader.cores import Cores
from grader.course.work import Setup, end, start, work
from grader.exam import Exam
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.shared import Shared

GRACE_SECONDS = 120.0
"""That a task may take beyond all that its submission may use: for the grader's own work."""
PATIENCE = 3
"""So many seconds may pass for each second of processor time that a submission may use."""
END_SECONDS = 20.0
"""So long a process may take to take its wall down; then it is killed, and its zygote ends by
itself. Less than Pebble's other processes wait for a lock that is held meanwhile."""
ENDED = 128 + signal.SIGTERM
"""The exit status of a process that was told to end: with 0 its task would count as done."""


class Pool(Protocol):
    """What takes tasks: on this machine, or on a cluster."""

    workers: int
    """How many tasks are done at the same time."""

    def __enter__(self) -> "Pool": ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def submit(self, task: bytes) -> "Future[bytes]":
        """Have a task done.

        The future raises what the process that had it ended of: an exception of any kind.
        """
        ...


def longest(limits: Limits) -> float:
    """Seconds after which a task is given up: its process is ended."""
    return PATIENCE * limits.submission_seconds + GRACE_SECONDS


class LocalPool:
    """Processes of this machine, each with a wall of its own."""

    def __init__(self, setup: Setup, exam: Exam, workers: int) -> None:
        """Prepare them; they start with the first task.

        Args:
            setup: how they grade.
            exam: that of the setup, whose arrays all of them share.
            workers: how many.
        """
        self.workers = workers
        self._setup, self._exam = setup, exam
        self._cores = Cores(workers)
        self._pool = self._new()

    def _new(self) -> ProcessPool:
        CONSTS.term_timeout = END_SECONDS
        shared = self._exam.shared
        return ProcessPool(
            max_workers=self.workers,
            initializer=_start,
            initargs=(
                msgspec.json.encode(self._setup),
                None if shared.descriptor is None else shared,
                self._cores,
            ),
            context=multiprocessing.get_context("spawn"),
        )

    def __enter__(self) -> "LocalPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def submit(self, task: bytes) -> "Future[bytes]":
        """Have a task done by one of the processes."""
        try:
            return self._scheduled(task)
        except RuntimeError:  # it gave up when a process died that had no task
            self._pool.stop()
            self._pool.join()
            self._pool = self._new()
            return self._scheduled(task)

    def _scheduled(self, task: bytes) -> "Future[bytes]":
        future: Future[bytes] = self._pool.schedule(
            _work, args=(task,), timeout=longest(self._setup.limits)
        )
        return future


_told: list[int] = []
"""The signals by which this process was told to end."""


def _start(setup: bytes, shared: Shared | None, cores: Cores) -> None:
    """Begin a process of the pool, which takes its wall down in order however it is ended."""
    cores.take()
    signal.signal(signal.SIGTERM, _told_to_end)
    threading.Thread(target=_end_with_the_batch, daemon=True).start()
    try:
        start(setup, shared)
    finally:
        _end_if_told()
    # It ends by itself from then on, and in order: threads first, then the wall.
    Finalize(None, signal.signal, (signal.SIGTERM, signal.SIG_IGN), exitpriority=0)


def _work(task: bytes) -> bytes:
    """Do one task."""
    try:
        return work(task)
    finally:
        _end_if_told()


def _told_to_end(number: int, _frame: FrameType | None) -> None:
    _told.append(number)
    raise SystemExit(ENDED)


def _end_with_the_batch() -> None:
    """Whatever ends the batch ends its processes: nobody would fetch what they have done."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _end_if_told() -> None:
    """End this process at once, but in order; Pebble would take what it raises for an answer."""
    if _told:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end()
        os._exit(ENDED)
