"""One worker seen from the trusted side: frames out and in, under a deadline."""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import wire
from grader.sandbox.outside.disk import PF_EXITING, Disk
from grader.sandbox.outside.shared import Shared
from grader.sandbox.wire import Frame, Place

LOOK_SECONDS = 0.2
"""How often the scratch folder of a busy worker is looked at."""
LOOK_AGAIN_SECONDS = 0.02
"""How soon after one look an answer is reason for the next: many take less than a look."""
END_SECONDS = 10.0
"""A process that is ending has so long until it has ended, on the slowest machine."""
CHUNK = 1 << 16
PIPE = 1 << 20
"""Bytes that a pipe is asked to hold; by itself the kernel gives it 64 KiB."""


class LateError(Exception):
    """A deadline passed."""


class FullError(Exception):
    """The worker used more than it may; the message names the limit."""


class GoneError(Exception):
    """The worker's pipe closed before its answer was complete."""


@dataclass(frozen=True)
class Deadline:
    """When an exchange is late."""

    clock: float
    """By the monotonic clock."""
    processor: float = math.inf
    """By the processor time of the worker, all that it has used since it began."""


def within(seconds: float) -> Deadline:
    """So many seconds from now, whatever the worker does meanwhile."""
    return Deadline(time.monotonic() + seconds)


class Output:
    """What student code prints: the beginning and the end are kept, the middle is counted."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._cut = 0

    def feed(self, data: bytes) -> None:
        """Take what was printed next."""
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        surplus = len(self._tail) - self._half
        if surplus > 0:
            self._cut += surplus
            del self._tail[:surplus]

    @property
    def last_line(self) -> str:
        """What was printed last."""
        return self.text.rstrip().rpartition("\n")[2]

    @property
    def text(self) -> str:
        """As much as was kept, fit for a person's eyes."""
        cut = f"\n[... {self._cut} bytes left out ...]\n".encode() if self._cut else b""
        kept = bytes(self._head) + cut + bytes(self._tail)
        return wire.clean(kept.decode("utf-8", "replace"), len(kept))


class Child(ABC):
    """A worker's pipes; ending its process is the work of whoever started it."""

    def __init__(self, pid: int, output: Output, disk: Disk) -> None:
        """Speak with a worker.

        Args:
            pid: of the worker.
            output: where what it prints goes.
            disk: what it may use of it.
        """
        self.pid = pid
        self.output = output
        """Where what it prints goes, from now on."""
        self._disk = disk
        self._ready = False
        """Whether it has answered: it shows its open files, and may run student code."""
        self._place: Place = lambda _array: None
        self._looked = -math.inf

    def send(self, frame: Frame, deadline: Deadline) -> None:
        """Write a frame.

        Args:
            frame: the request.
            deadline: for the whole frame.

        Raises:
            LateError, FullError, GoneError: as these classes say.
        """
        for view in wire.pack(frame, self._place):
            while view:
                view = view[self._write(view, deadline) :]

    def receive(self, deadline: Deadline) -> Frame:
        """Read a frame; a frame that trickles in has no more time than any other.

        Raises:
            LateError, FullError, GoneError: as these classes say.
            WireError: what came is no frame.
        """

        def fill(view: memoryview) -> None:
            while view:
                view = view[self._read(view, deadline) :]

        frame = wire.receive(fill)
        self._ready = True
        self._drain()
        self._look_at_folder(LOOK_AGAIN_SECONDS)
        return frame

    def bytes_without_name(self) -> int:
        """Bytes of the files that it holds open and that are in no folder.

        Raises:
            PermissionError: they cannot be seen from here.
        """
        return self._disk.bytes_without_name(self.pid)

    def pause(self) -> None:
        """Stop the process with all its threads, whatever they do, until `resume` or its end."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a process go on that was paused."""
        os.kill(self.pid, signal.SIGCONT)

    @abstractmethod
    def processor_seconds(self) -> float:
        """Processor time of all its threads so far; 0 where the system does not tell."""

    @abstractmethod
    def ends(self) -> bool:
        """Whether the process, whose pipe has closed, is ending by itself; waits until it has."""

    @abstractmethod
    def close(self) -> None:
        """Take the last output, and close the pipes. The process must have ended."""

    @abstractmethod
    def _write(self, view: memoryview, deadline: Deadline) -> int:
        """Write some bytes, if the pipe takes any; returns how many."""

    @abstractmethod
    def _read(self, view: memoryview, deadline: Deadline) -> int:
        """Read some bytes, if there are any; returns how many."""

    @abstractmethod
    def _drain(self) -> None:
        """Take what has been printed so far."""

    def standing_still(self) -> AbstractContextManager[None]:
        """Inside, nothing of it runs, where the system can stop a process."""
        return contextlib.nullcontext()

    def _look_at_folder(self, every: float = LOOK_SECONDS) -> None:
        """Look whether the scratch folder is full, if the last look is long enough ago."""
        if time.monotonic() >= self._looked + every:
            with self.standing_still():  # else it could move what has not been counted yet
                exceeded = self._disk.exceeded(self.pid if self._ready else None)
            if exceeded:
                raise FullError(exceeded)
            self._looked = time.monotonic()

    def _left(self, deadline: Deadline) -> float:
        """Seconds until the deadline by the clock.

        Raises:
            LateError: it has passed.
        """
        left = deadline.clock - time.monotonic()
        if left <= 0 or self.processor_seconds() >= deadline.processor:
            raise LateError
        return left


CPU_CLOCK = 2
"""With the inverted pid above three bits: Linux's clock of a process, as `clock_getcpuclockid`."""


class ForkedChild(Child):
    """A worker that was forked on Linux. It owns the descriptors."""

    def __init__(
        self,
        pid: int,
        pipes: tuple[int, int, int],
        output: Output,
        disk: Disk,
        shared: Shared | None,
    ) -> None:
        """Take over a worker's pipes: for requests, for answers, for what it prints.

        `shared` is what the worker maps, and is not sent.
        """
        super().__init__(pid, output, disk)
        if shared is not None:
            self._place = shared.place
        self._request, self._answer, self._printed = pipes
        self._prints = True
        try:
            self._process: int | None = os.pidfd_open(pid)
        except OSError:  # an old kernel; the pipe's end tells nearly as much
            self._process = None
        for descriptor in pipes:
            os.set_blocking(descriptor, False)

    def processor_seconds(self) -> float:
        """Processor time of all its threads so far; 0 once it has been reaped."""
        try:
            return time.clock_gettime((~self.pid << 3) | CPU_CLOCK)
        except OSError:
            return 0.0

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """As `Child` says; what has stopped itself stays so."""
        before = self._states()
        self.pause()
        try:
            yield
        finally:
            if before != {"T"}:
                self.resume()

    def _write(self, view: memoryview, deadline: Deadline) -> int:
        self._left(deadline)
        try:
            return os.write(self._request, view)
        except BlockingIOError:
            self._wait(self._request, select.POLLOUT, deadline)
            return 0
        except BrokenPipeError as error:
            raise GoneError from error

    def _read(self, view: memoryview, deadline: Deadline) -> int:
        self._left(deadline)
        try:
            count = os.readv(self._answer, [view])
        except BlockingIOError:
            self._wait(self._answer, select.POLLIN, deadline)
            return 0
        if not count:
            raise GoneError
        return count

    def ends(self) -> bool:
        """As `Child` says."""
        if self._process is None:
            return False
        poll = select.poll()
        poll.register(self._process, select.POLLIN)
        # The kernel closes the pipe after it has marked the process; to free memory takes longer.
        return bool(poll.poll(END_SECONDS * 1000 if self._is_exiting() else 0))

    def _is_exiting(self) -> bool:
        """Whether all its threads are: the main one may end by itself."""
        return all(int(fields[6]) & PF_EXITING for fields in self._threads())

    def _states(self) -> set[str]:
        """The states of its threads."""
        return {fields[0] for fields in self._threads()}

    def _threads(self) -> Iterator[list[str]]:
        """Yield what the system tells of each thread, from its state on."""
        for thread in Path("/proc", str(self.pid), "task").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                status = (thread / "stat").read_text(errors="replace")
                yield status.rpartition(")")[2].split()

    def close(self) -> None:
        """As `Child` says."""
        self._drain()
        for descriptor in (self._request, self._answer, self._printed, self._process):
            if descriptor is not None:
                os.close(descriptor)

    def _wait(self, descriptor: int, event: int, deadline: Deadline) -> None:
        """Wait until a pipe is ready, taking meanwhile what the worker prints."""
        while True:
            left = self._left(deadline)
            poll = select.poll()
            poll.register(descriptor, event)
            if self._prints:
                poll.register(self._printed, select.POLLIN)
            if self._process is not None:
                poll.register(self._process, select.POLLIN)
            ready = {fd for fd, _ in poll.poll(math.ceil(min(left, LOOK_SECONDS) * 1000))}
            self._look_at_folder()
            if self._printed in ready:
                self._drain()
            if descriptor in ready:
                return
            if self._process in ready:
                raise GoneError

    def _drain(self) -> None:
        """Take what has been printed so far, but no more than a full pipe: it may never end."""
        for _ in range(PIPE // CHUNK):
            try:
                data = os.read(self._printed, CHUNK)
            except BlockingIOError:
                return
            if not data:
                self._prints = False
                return
            self.output.feed(data)
