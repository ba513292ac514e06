"""Starts workers in a clean place: on Linux through the zygote, which it speaks with."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import platform
import secrets
import shutil
import signal
import site
import socket
import subprocess
import sys
import sysconfig
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from grader.errors import WallError
from grader.sandbox import scratch
from grader.sandbox.child import PIPE, Child, ForkedChild, Output
from grader.sandbox.plan import Practice

STUDENT_SIDE = (
    "alone",
    "failures",
    "labnet",
    "loading",
    "lockdown",
    "nets",
    "proof",
    "run",
    "scratch",
    "seccomp",
    "standins",
    "values",
    "vision",
    "wire",
    "worker",
    "zygote",
)
"""The files that the student's process is made of."""
PRELOADED = ("torchvision", "matplotlib.pyplot", "scipy.optimize", "scipy.stats", "tqdm")
"""What the lab may use and what costs time to import: the zygote does it once, if asked to."""
START_SECONDS = 120.0
"""To import torch, on the slowest machine with a cold disk."""
REPLY_SECONDS = 300.0
"""To do anything else: it may have to empty a folder that was filled for minutes."""
USERS = range(61184, 65520)
"""Uids kept for processes that nobody owns (systemd's DynamicUser); user namespaces have them."""
BLOCK = 64
"""Uids of one grader; they are taken in turn, and each is free again before it is reused."""
READABLE = [
    *("/usr/lib", "/lib", "/lib64", "/usr/share"),
    *("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/mime.types"),
    *("/dev/zero", "/dev/random", "/dev/urandom"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
]
"""Beside the interpreter and its packages: shared libraries, fonts, time zones, the machine."""


CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def _memory() -> int:
    """Bytes of memory that this machine, or its container, has."""
    if sys.platform == "win32":
        return 8 << 30
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in map(Path, CGROUP_LIMITS):
        text = path.read_text().strip() if path.exists() else ""
        found += [int(text)] if text.isdigit() else []
    return min(found)


@dataclass(frozen=True)
class Limits:
    """What a submission may use."""

    call_seconds: float = 20.0
    submission_seconds: float = 240.0
    """Of all calls together."""
    output_bytes: int = 1 << 16
    """Kept of what is printed: half from the beginning, half from the end."""
    memory_bytes: int = field(default_factory=lambda: min(4 << 30, _memory() * 2 // 3))
    """Private memory of one process: 4 GiB, or what a smaller machine can spare."""
    file_bytes: int = 64 << 20
    """Size of one file in the scratch folder."""
    scratch_bytes: int = 256 << 20
    """Of all files in the scratch folder together."""
    scratch_files: int = 10_000
    claims_bytes: int = 256 << 20
    """Of all that one submission sends: what is claimed is kept to the end."""

    def resources(self) -> dict[str, int]:
        """The resource limits of a worker's process."""
        return {
            "CORE": 0,
            "DATA": self.memory_bytes,
            # Also shared memory, and the addresses of libraries: torch alone takes a GiB.
            "AS": self.memory_bytes + (4 << 30),
            "FSIZE": self.file_bytes,
            "NOFILE": 256,
        }


class Launcher(ABC):
    """What starts workers and ends them, with the folder that they live in."""

    forks: ClassVar[bool]
    """Whether a worker costs milliseconds, so that every call may have one of its own."""

    def __init__(self, limits: Limits, folder: Path) -> None:
        self.folder = folder
        self._limits = limits
        self._provided: Practice | None = None

    def _copy_code(self) -> Path:
        code = self.folder / "code"
        code.mkdir()
        for name in STUDENT_SIDE:
            shutil.copyfile(Path(__file__).with_name(f"{name}.py"), code / f"{name}.py")
            (code / f"{name}.py").chmod(0o444)
        code.chmod(0o555)
        return code

    @property
    def _practice(self) -> Path:
        return self.folder / "practice.npz"

    def provide(self, practice: Practice) -> None:
        """Lay the practice set where workers can read it.

        Raises:
            WallError: the disk is full, or the like.
        """
        if practice is self._provided:
            return
        try:
            np.savez(self._practice, allow_pickle=False, **practice.arrays())
            self._practice.chmod(0o444)
        except OSError as error:
            raise WallError(f"{self._practice}: {error.strerror}") from error
        self._provided = practice

    @abstractmethod
    def preload(self, modules: Collection[str]) -> None:
        """Import packages that cost seconds before student code runs.

        Raises:
            WallError: that is not possible.
        """

    @abstractmethod
    def fork(self, output: Output, without: Collection[str] = ()) -> Child:
        """A fresh worker.

        Args:
            output: where what it prints goes.
            without: layers that this one does without, to prove the others.

        Raises:
            WallError: none can be started.
        """

    @abstractmethod
    def end(self, child: Child) -> int:
        """Kill a worker with all it started; returns its exit code (or -signal).

        Raises:
            WallError: that is not possible.
        """

    @abstractmethod
    def close(self) -> None:
        """End every worker, and remove the folder; waits for all of it."""

    @abstractmethod
    def target(self, port: int, secrets: list[str]) -> dict[str, Any]:
        """What a worker is to attack, in a proof of the wall."""

    @property
    @abstractmethod
    def readable(self) -> tuple[str, ...]:
        """All that workers may read; empty where that is not limited."""

    @property
    @abstractmethod
    def circumstances(self) -> tuple[str, ...]:
        """All that decides whether honest code passes this wall, on one machine."""

    def _full(self, box: Path) -> str:
        """Which limit of the scratch folder is exceeded; empty where none is."""
        most_files, most_bytes = self._limits.scratch_files, self._limits.scratch_bytes
        files, size = scratch.usage(box, most_files)
        if files > most_files:
            return f"it made more than {most_files:,} files, or folders too deep"
        return f"its files took more than {most_bytes >> 20} MiB" if size > most_bytes else ""


class Zygote(Launcher):
    """The zygote's process and its socket."""

    forks = True

    def __init__(self, limits: Limits, without: Collection[str] = ()) -> None:
        """Start it and return at once: the import of torch takes seconds.

        Raises:
            WallError: this system cannot run it.
        """
        super().__init__(limits, _folder())
        self._ready = False
        self._imported: set[str] = set()
        with contextlib.ExitStack() as stack:
            stack.callback(scratch.remove, self.folder)
            self._users = stack.enter_context(_own_users()) if os.getuid() == 0 else range(0)
            self._words = stack.enter_context(self._log.open("w+b"))
            self._log.chmod(0o600)
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            stack.callback(self._control.close)
            with theirs:
                self._process = self._start(theirs)
            stack.callback(self._reap)
            self._send(self._config(limits, without))
            self._stack = stack.pop_all()

    def _start(self, control: socket.socket) -> subprocess.Popen[bytes]:
        code = self._copy_code()
        command = [sys.executable, "-I", "-S", "-B", str(code / "zygote.py"), str(control.fileno())]
        return subprocess.Popen(
            command,
            env=environment_in(self.folder),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=self._words,
            pass_fds=[control.fileno()],
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
            without: layers that this one does without, to prove the others.

        Raises:
            WallError: the zygote does not answer.
        """
        self._wait_until_ready()
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            reads, requests = _pipe(theirs, ours)
            answer, writes = _pipe(ours, theirs)
            printed, prints = _pipe(ours, theirs)
            request = json.dumps({"do": "fork", "without": list(without)}).encode()
            socket.send_fds(self._control, [request], [reads, writes, prints])
            reply = self._reply()
            ours.pop_all()
        box = self.folder / f"box-{reply['box']}"
        return ForkedChild(
            reply["pid"], (requests, answer, printed), output, lambda: self._full(box)
        )

    def target(self, port: int, secrets: list[str]) -> dict[str, Any]:
        """What a worker is to attack, in a proof of the wall."""
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
        code = (Path(__file__).with_name(f"{name}.py").read_text() for name in STUDENT_SIDE)
        return (platform.release(), sys.version, str(os.getuid()), *self._readable, *code)

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

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._control.send(json.dumps(message).encode())
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


@contextlib.contextmanager
def _own_users() -> Iterator[range]:
    """A block of uids that no other grader on this machine has: it may kill all they run.

    The claim is the name of an abstract socket, which goes away with this process however it ends.

    Raises:
        WallError: all are claimed.
    """
    blocks = [range(first, first + BLOCK) for first in USERS[::BLOCK] if first + BLOCK in USERS]
    secrets.SystemRandom().shuffle(blocks)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as claim:
        free = next((block for block in blocks if _claimed(claim, block)), None)
        if free is None:
            raise WallError(f"{len(blocks)} graders run on this machine; wait for one to end")
        yield free


def _claimed(claim: socket.socket, block: range) -> bool:
    try:
        claim.bind(f"\0quantization-grader-users-{block.start}")
    except OSError:
        return False
    return True


def environment_in(folder: Path) -> dict[str, str]:
    """All that the environment of student code holds."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "USER": "student",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }


def _folder() -> Path:
    """A new folder where every user's processes can pass through, but not look round."""
    private = not scratch.enterable(Path(tempfile.gettempdir()))
    folder = new_folder("/tmp" if private else None)  # noqa: S108
    folder.chmod(0o711)
    return folder


def new_folder(where: str | None = None) -> Path:
    """A new folder of this user's own, by its true name.

    Raises:
        WallError: none can be made.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="grader-", dir=where)).resolve()
    except OSError as error:
        raise WallError(
            f"{tempfile.gettempdir()}: no scratch folder can be made ({error.strerror});"
            " make room, or point TMPDIR at a folder that can be written to"
        ) from error


def installed() -> list[str]:
    """The folders that hold installed packages; never a checkout, nor what a .pth file adds."""
    found = [path for path in site.getsitepackages() if Path(path).is_dir()]
    for name in ("torch", "numpy"):
        spec = importlib.util.find_spec(name)  # finds a top-level package without importing it
        if spec is None or spec.origin is None:
            raise WallError(f"{name} is not installed for {sys.executable}")
        found.append(str(Path(spec.origin).parent.parent))
    return list(dict.fromkeys(found))


def _pipe(reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    """A roomy pipe, whose ends are closed with two stacks."""
    import fcntl  # not on every system that can import this file, and say what it needs

    read, write = os.pipe()
    reader.callback(os.close, read)
    writer.callback(os.close, write)
    with contextlib.suppress(OSError):  # a user may have too many pipes for so much room
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, PIPE)
    return read, write
