"""Starts each worker as a process of its own, where none can be forked: on macOS and Windows.

A worker costs seconds there, and has only what every system has: a process of its own, a clean
start, the resource limits that there are (none on Windows), a deadline, and a certain end.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar, cast

from grader.errors import WallError
from grader.sandbox import scratch
from grader.sandbox.outside.child import (
    CHUNK,
    LOOK_SECONDS,
    PIPE,
    Child,
    Deadline,
    GoneError,
    Output,
)
from grader.sandbox.outside.disk import Disk
from grader.sandbox.outside.home import new_home
from grader.sandbox.outside.launch import (
    PRELOADED,
    Launcher,
    circumstances_of,
    installed,
)
from grader.sandbox.outside.limits import Limits

MARK_BYTES = 16
MARK_SECONDS = 5.0
"""A mark behind what was printed has so long to come out, where something prints without end."""
END_SECONDS = 0.5
"""A process whose pipe has closed has so long to end by itself, with a status."""
CLOSE_SECONDS = 2.0
"""The pipes of an ended process have so long to close: what it started may keep them open."""
WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "PROCESSOR_ARCHITECTURE", "NUMBER_OF_PROCESSORS")
"""Variables of the environment without which Python and torch do not start."""
Found = TypeVar("Found")


class Spawner(Launcher):
    """Workers that are not forked, and their folder."""

    forks = False

    def __init__(
        self, limits: Limits, without: Collection[str], instructions: Mapping[str, str]
    ) -> None:
        """Make the folder.

        Raises:
            WallError: it cannot be made, or torch is not installed.
        """
        super().__init__(limits, new_home(), instructions)
        with contextlib.ExitStack() as stack:
            stack.callback(self._home.remove)
            self._without = tuple(without)
            self._modules: list[str] = []
            self._started: dict[int, tuple[SpawnedChild, Path]] = {}
            self._count = 0
            self._sites = installed()
            self._code = self._copy_code()
            stack.callback(self._end_all)
            self._stack = stack.pop_all()

    def _environment(self, home: Path) -> dict[str, str]:
        environment = super()._environment(home) | {"TMPDIR": str(home)}
        if sys.platform == "win32":
            environment |= {name: os.environ[name] for name in WINDOWS if name in os.environ}
            environment |= dict.fromkeys(("TEMP", "TMP", "USERPROFILE"), str(home))
            environment["PATH"] = str(Path(os.environ.get("SYSTEMROOT", ""), "System32"))
        return environment

    def preload(self, modules: Collection[str]) -> None:
        """Have every worker from here on import packages before it is ready."""
        self._modules = [name for name in PRELOADED if name in {*modules, *self._modules}]

    def fork(self, output: Output, without: Collection[str] = ()) -> Child:
        """A fresh worker, which imports torch first.

        Raises:
            WallError: no process can be started.
        """
        self._count += 1
        box = self.folder / f"box-{self._count}"
        scratch.make(box, None)
        config = {
            "box": str(box),
            "practice": str(self._practice),
            "sites": self._sites,
            "modules": self._modules,
            "limits": self._limits.resources(),
            "without": [*self._without, *without],
        }
        code = str(self._code / "spawned.py")
        command = [sys.executable, "-I", "-S", "-B", code, json.dumps(config)]
        try:
            disk = Disk(box, self._limits)
            child = SpawnedChild(command, self._environment(box), box, output, disk)
        except OSError as error:
            raise WallError(f"no process can be started: {error.strerror}") from error
        self._started[child.pid] = child, box
        return child

    def end(self, child: Child) -> int:
        """Kill a worker with all of its session (on Windows itself alone), and remove its box."""
        spawned, box = self._started.pop(child.pid)
        status = spawned.kill()
        scratch.remove(box)
        return status

    def close(self) -> None:
        """End every worker, and remove the folder; waits for all of it."""
        self._stack.close()

    def _end_all(self) -> None:
        for child, _ in list(self._started.values()):
            self.end(child)
            child.close()

    def target(self, port: int, secrets: list[str]) -> dict[str, Any]:
        """What a worker is to attack; there is neither a zygote nor a private file."""
        me = os.getpid()
        return {"private": "", "grader": me, "zygote": me, "port": port, "secrets": secrets}

    @property
    def readable(self) -> tuple[str, ...]:
        """Not limited."""
        return ()

    @property
    def circumstances(self) -> tuple[str, ...]:
        """The machine, the interpreter and the code."""
        return tuple(circumstances_of())


class SpawnedChild(Child):
    """A worker in a process of its own.

    Windows cannot wait for a pipe with a deadline, so each pipe has a thread that blocks on it.
    Between the threads and this object are queues, which hold no more than a pipe does.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        output: Output,
        disk: Disk,
    ) -> None:
        """Start a process in a folder; its arguments are as `Child` says.

        Raises:
            OSError: it cannot be started.
        """
        printed, prints = os.pipe()
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, prints)
            stderr = stack.enter_context(FileIO(printed))
            process = self._process = subprocess.Popen(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=prints,
                bufsize=0,
                start_new_session=True,  # no effect on Windows
            )
            stack.pop_all()
        super().__init__(process.pid, output, disk)
        self._prints = prints
        """Kept open: a mark that is put there comes out behind all that was printed before."""
        self._mark = b""
        """What is waited for in what is printed."""
        self._held = b""
        """What was printed last, as far as it may be the beginning of the mark."""
        self._marked = threading.Condition()
        self._requests: queue.Queue[bytes] = queue.Queue(1)
        self._answers: queue.Queue[bytes] = queue.Queue(PIPE // CHUNK)
        self._rest = memoryview(b"")
        """What was taken from the answers, and not read yet."""
        stdin, stdout = (cast(FileIO, stream) for stream in (process.stdin, process.stdout))
        self._threads = [
            threading.Thread(target=_write_all, args=(stdin, self._requests), daemon=True),
            threading.Thread(target=_read_all, args=(stdout, self._answers.put), daemon=True),
            threading.Thread(target=_read_all, args=(stderr, self._print), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def kill(self) -> int:
        """End the process with all of its session; returns its exit code (or -signal)."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            # Also where the process has ended: something that it started may live on. If nothing
            # does, macOS says EPERM. No new process has the number yet: it was just given back.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        return self._process.wait()

    def processor_seconds(self) -> float:
        """Not told: wall time counts alone."""
        return 0.0

    def ends(self) -> bool:
        """As `Child` says; here that cannot be told before it has."""
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """As `Child` says."""
        self._drain()
        os.close(self._prints)
        stop = time.monotonic() + CLOSE_SECONDS
        for thread in self._threads:
            while thread.is_alive() and time.monotonic() < stop:
                with contextlib.suppress(queue.Full):
                    self._requests.put_nowait(b"")
                with contextlib.suppress(queue.Empty):
                    self._answers.get_nowait()
                thread.join(0.01)

    def _write(self, view: memoryview, deadline: Deadline) -> int:
        chunk = bytes(view[:CHUNK])
        self._wait(lambda seconds: self._requests.put(chunk, timeout=seconds), deadline)
        return len(chunk)

    def _read(self, view: memoryview, deadline: Deadline) -> int:
        if not self._rest:
            found = self._wait(lambda seconds: self._answers.get(timeout=seconds), deadline)
            if not found:
                raise GoneError
            self._rest = memoryview(found)
        count = min(len(view), len(self._rest))
        view[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def _wait(self, attempt: Callable[[float], Found], deadline: Deadline) -> Found:
        """Try for a while, again and again, until the deadline or the end of the process."""
        while True:
            left = self._left(deadline)
            self._look_at_folder()
            ended = self._process.poll() is not None
            with contextlib.suppress(queue.Empty, queue.Full):
                return attempt(min(left, LOOK_SECONDS))
            if ended:
                raise GoneError

    def _print(self, data: bytes) -> None:
        with self._marked:
            printed = self._held + data
            if self._mark and self._mark in printed:
                printed = printed.replace(self._mark, b"")
                self._mark = b""
                self._marked.notify_all()
            ready = len(printed) - max(len(self._mark) - 1, 0)
            self.output.feed(printed[:ready])
            self._held = printed[ready:]

    def _drain(self) -> None:
        """Wait for the thread to take what lies in the pipe, but not for long: it may never end."""
        with self._marked:
            self._mark = os.urandom(MARK_BYTES)
        os.write(self._prints, self._mark)
        with self._marked:
            self._marked.wait_for(lambda: not self._mark, MARK_SECONDS)


def _write_all(stream: FileIO, chunks: queue.Queue[bytes]) -> None:
    """Write until an empty chunk comes; what a process that has ended was to get is dropped."""
    with stream:
        while chunk := chunks.get():
            with contextlib.suppress(OSError):
                while chunk:
                    chunk = chunk[stream.write(chunk) :]


def _read_all(stream: FileIO, take: Callable[[bytes], None]) -> None:
    """Read until the pipe ends, and say so with an empty chunk."""
    with stream:
        while chunk := stream.read(CHUNK):
            take(chunk)
    take(b"")
