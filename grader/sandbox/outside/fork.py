"""Starts workers on Linux: forks of a zygote that has imported torch once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from grader.errors import WallError
from grader.sandbox import scratch
from grader.sandbox.outside.child import PIPE, Child, ForkedChild, Output
from grader.sandbox.outside.disk import Disk
from grader.sandbox.outside.home import Home, new_home
from grader.sandbox.outside.launch import (
    PRELOADED,
    Launcher,
    circumstances_of,
    installed,
)
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.users import NOBODY, own_users

HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""The zygote's heap is in pages of 2 MiB: the page table that each fork copies is then short."""
START_SECONDS = 120.0
"""So long may the import of torch take, on the slowest machine with a cold disk."""
REPLY_SECONDS = 300.0
"""So long may any other request take: it may empty a folder that was filled for minutes."""
READABLE = [
    *("/usr/lib", "/lib", "/lib64", "/usr/share"),
    *("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/mime.types"),
    # No /dev/zero: shared memory can be made of it, which no limit counts.
    *("/dev/random", "/dev/urandom"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
]
"""What a worker may read beside the interpreter and its packages."""


class Forker(Launcher):
    """Workers that are forked from a zygote: its process, and the socket it is asked through."""

    forks = True

    def __init__(
        self, limits: Limits, without: Collection[str], instructions: Mapping[str, str]
    ) -> None:
        """Start it and return at once: the import of torch takes seconds.

        Raises:
            WallError: this system cannot run it.
        """
        super().__init__(limits, _new_home(), instructions)
        self._ready = False
        self._imported: set[str] = set()
        with contextlib.ExitStack() as stack:
            stack.callback(self._home.remove)
            claimed = stack.enter_context(own_users()) if os.getuid() == 0 else NOBODY
            self._users = claimed.users
            self._words = stack.enter_context(self._log.open("w+b"))
            self._log.chmod(0o600)
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            stack.callback(self._control.close)
            with theirs:
                self._process = self._start(theirs, self._home.lock, claimed.lock)
            stack.callback(self._reap)
            self._send(self._config(limits, without))
            self._stack = stack.pop_all()

    def _start(self, control: socket.socket, *locks: int | None) -> subprocess.Popen[bytes]:
        code = self._copy_code()
        command = [sys.executable, "-I", "-S", "-B", str(code / "zygote.py"), str(control.fileno())]
        return subprocess.Popen(
            command,
            env=self._environment(self.folder) | HUGE_PAGES,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=self._words,
            pass_fds=[control.fileno(), *(lock for lock in locks if lock is not None)],
            start_new_session=True,
        )

    def _config(self, limits: Limits, without: Collection[str]) -> dict[str, Any]:
        sites, paths = installed(), sysconfig.get_paths()
        libraries = [paths["stdlib"], paths["platstdlib"], str(Path(sys.base_prefix, "lib"))]
        readable = [*libraries, *sites, *READABLE, str(self._practice)]
        for path in readable:
            if Path(__file__).resolve().is_relative_to(Path(path).resolve()):
                raise WallError(f"the grader lies in {path}, where student code may read: move it")
        self._readable = tuple(readable)
        return {
            "folder": str(self.folder),
            "sites": sites,
            "readable": readable,
            "practice": str(self._practice),
            "limits": limits.resources(),
            "users": [self._users.start, self._users.stop],
            "without": list(without),
        }

    @property
    def _log(self) -> Path:
        return self.folder / "zygote.log"

    def preload(self, modules: Collection[str]) -> None:
        """Import packages that cost seconds before the next fork, once for all workers.

        Raises:
            WallError: the zygote does not answer, or could not be forked afterwards.
        """
        self._wait_until_ready()
        for module in PRELOADED:
            if module in modules and module not in self._imported:
                self._send({"do": "import", "module": module})
                self._one_thread(self._reply(START_SECONDS)["threads"])
                self._imported.add(module)

    def fork(self, output: Output, without: Collection[str] = ()) -> Child:
        """A fresh worker; the first one waits until torch is imported.

        Args:
            output: where what it prints goes.
            without: layers that this one does without, to attack the others.

        Raises:
            WallError: the zygote does not answer.
        """
        self._wait_until_ready()
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            reads, requests = _pipe(theirs, ours)
            answer, writes = _pipe(ours, theirs)
            printed, prints = _pipe(ours, theirs)
            shared = None if self._provided is None else self._provided.shared
            memory = [] if shared is None or shared.descriptor is None else [shared.descriptor]
            message = {"do": "fork", "without": list(without)}
            self._send(message, reads, writes, prints, *memory)
            reply = self._reply()
            ours.pop_all()
        known = memory[0] if memory else None
        disk = Disk(self.folder / f"box-{reply['box']}", self._limits, known)
        return ForkedChild(reply["pid"], (requests, answer, printed), output, disk, shared)

    def target(self, port: int, secrets: list[str]) -> dict[str, Any]:
        """What a worker is to attack when the wall is verified."""
        return {
            "private": str(self._log),
            "grader": os.getpid(),
            "zygote": self._process.pid,
            "port": port,
            "secrets": secrets,
        }

    @property
    def readable(self) -> tuple[str, ...]:
        """What workers may read."""
        return self._readable

    @property
    def circumstances(self) -> tuple[str, ...]:
        """All that decides whether honest code passes this wall, on one machine."""
        # The wall's own folder has another name each time, which decides nothing.
        readable = (path.replace(str(self.folder), "") for path in self._readable)
        limits = (f"{name}={value}" for name, value in self._limits.resources().items())
        return (*circumstances_of(), str(os.getuid()), *limits, *readable)

    def end(self, child: Child) -> int:
        """Kill a worker with all it started; returns its exit code (or -signal).

        Raises:
            WallError: the zygote does not answer.
        """
        self._send({"do": "end", "pid": child.pid})
        return int(self._reply()["status"])

    def close(self) -> None:
        """End the zygote and every worker, and remove the folder; waits for all of it."""
        self._stack.close()

    def _reap(self) -> None:
        """Wait for the zygote, which ends its workers and itself when its socket closes."""
        self._control.close()
        try:
            self._process.wait(REPLY_SECONDS if self._ready else 0)
        except subprocess.TimeoutExpired:  # it still imports torch, or hangs
            return
        finally:
            self._process.kill()
            if self._process.wait() != 0:
                self._sweep()

    def _sweep(self) -> None:
        """Kill what a zygote that did not end by itself may have left of its workers' users."""
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it ended meanwhile
                status = (process / "status").read_text(errors="replace")
                if int(status.partition("\nUid:")[2].split()[0]) in self._users:
                    os.kill(int(process.name), signal.SIGKILL)

    def _wait_until_ready(self) -> None:
        if self._ready:
            return
        self._one_thread(self._reply(START_SECONDS)["threads"])
        self._ready = True

    def _one_thread(self, threads: int) -> None:
        if threads != 1:
            raise WallError(f"the zygote has {threads} threads: a fork of it would hang")

    def _send(self, message: dict[str, Any], *descriptors: int) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)
        except OSError as error:
            raise WallError(f"the zygote has ended: {self._last_words()}") from error

    def _reply(self, seconds: float = REPLY_SECONDS) -> dict[str, int]:
        self._control.settimeout(seconds)
        try:
            message = self._control.recv(1 << 10)
        except TimeoutError as error:
            raise WallError(f"the zygote did not answer within {seconds:.0f} s") from error
        except OSError:
            message = b""
        if not message:
            raise WallError(f"the zygote has ended: {self._last_words()}")
        return dict(json.loads(message))

    def _last_words(self) -> str:
        """The end of the zygote's log, which is gone with the folder, but still open here."""
        self._words.seek(0)
        lines = self._words.read().decode(errors="replace").splitlines()
        return lines[-1] if lines else "it said nothing"


def _new_home() -> Home:
    """A new folder that every user's processes can pass through, but cannot list."""
    private = not scratch.enterable(Path(tempfile.gettempdir()))
    home = new_home("/tmp" if private else None)  # noqa: S108
    home.path.chmod(0o711)
    return home


def _pipe(reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    """A roomy pipe, whose ends are closed with two stacks."""
    import fcntl  # not on every system that can import this file, and say what it needs

    read, write = os.pipe()
    reader.callback(os.close, read)
    writer.callback(os.close, write)
    with contextlib.suppress(OSError):  # a user may have too many pipes for so much room
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, PIPE)
    return read, write
