"""Processes that grade: a pool on this machine."""

import ctypes
import multiprocessing
import os
import signal
import sys
from concurrent.futures import Future
from types import TracebackType
from typing import Protocol

import msgspec
from pebble import ProcessPool

from grader.course.work import Setup, start, work
from grader.sandbox.outside.limits import Limits

GRACE_SECONDS = 120.0
"""That a task may take beyond all that its submission may use: for the grader's own work."""
PATIENCE = 3
"""So many seconds may pass for each second of processor time that a submission may use."""
_PR_SET_PDEATHSIG = 1


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

    def __init__(self, setup: Setup, workers: int) -> None:
        self.workers = workers
        self._setup = setup
        self._pool = self._new()

    def _new(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.workers,
            initializer=_start,
            initargs=(msgspec.json.encode(self._setup), os.getpid()),
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
            work, args=(task,), timeout=longest(self._setup.limits)
        )
        return future


def _start(setup: bytes, parent: int) -> None:
    if sys.platform == "linux":
        # Whatever ends the batch ends its processes: nobody would fetch what they have done.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    start(setup)
