"""Attempts what the wall must stop, and what it must let pass (in a throw-away worker).

That a layer was switched on proves nothing. So one worker has this layer alone, and attempts the
acts that the layer is there for. Another worker has all layers, and attempts all acts.
"""

from __future__ import annotations

import ctypes
import errno
import importlib.util
import mmap
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from grader.sandbox.inside import seccomp
else:
    import seccomp

if sys.platform != "win32":
    import resource

    _libc = ctypes.CDLL(None, use_errno=True)

ENVIRONMENT = frozenset(
    {
        *("PATH", "HOME", "LANG", "LC_CTYPE", "USER", "TMPDIR", "MPLBACKEND", "MPLCONFIGDIR"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
        *("TORCHINDUCTOR_CACHE_DIR", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"),
        *("__CF_USER_TEXT_ENCODING", "__PYVENV_LAUNCHER__"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "PROCESSOR_ARCHITECTURE"),
        *("NUMBER_OF_PROCESSORS", "TEMP", "TMP", "USERPROFILE"),
    }
)
"""All that a worker's environment may hold: also what torch sets, and what macOS and Windows do."""
MOST_DESCRIPTORS = 4096
PORT_SECONDS = 1.0


@dataclass(frozen=True)
class Target:
    """What a worker is told to attack: nothing in it is secret."""

    private: str
    """A file that only the grader's user may read."""
    grader: int
    """Pid of the trusted process."""
    zygote: int
    port: int
    """Of the trusted process, on the loopback interface, where it listens."""
    secrets: list[str]
    """The grader's own files and folders: no worker may read them."""


Act = Callable[[Target], bool]
"""Try something; False, or an OSError, where the wall held."""


def attempt_all(target: Target, layers: list[str]) -> list[dict[str, Any]]:
    """Attempt every act of these layers: `layer`, `act`, whether it `held`, and `how`."""
    acts = [(layer, words, act) for layer in layers for words, act in ACTS[layer].items()]
    if "secrets" in layers:
        acts += [("secrets", f"read {path}", _reads(path)) for path in target.secrets]
    return [{"layer": layer, "act": words, **_attempt(act, target)} for layer, words, act in acts]


def _attempt(act: Act, target: Target) -> dict[str, Any]:
    try:
        return {"held": not act(target), "how": ""}
    except (OSError, MemoryError, ValueError, RuntimeError) as error:
        number = getattr(error, "errno", None)
        return {"held": True, "how": errno.errorcode.get(number or 0, type(error).__name__)}


# L1: a clean start ------------------------------------------------------------------------------


def _sees_environment(_: Target) -> bool:
    return not ENVIRONMENT.issuperset(os.environ)


def _sees_descriptors(_: Target) -> bool:
    return any(stat.S_ISSOCK(mode) or stat.S_ISREG(mode) for _, mode in descriptors())


def _imports_grader(_: Target) -> bool:
    return importlib.util.find_spec("grader") is not None


def _writes_bytecode(_: Target) -> bool:
    return not (sys.flags.isolated and sys.dont_write_bytecode)


def descriptors() -> Iterator[tuple[int, int]]:
    """What is open in this process: number and mode."""
    numbers: Iterable[int] = range(MOST_DESCRIPTORS)
    if sys.platform == "linux":
        numbers = [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]
    for number in numbers:
        try:
            yield number, os.fstat(number).st_mode
        except OSError:  # none; or the one that listed them, and is closed already
            continue


# L2: limits -------------------------------------------------------------------------------------


def _writes_large_file(_: Target) -> bool:
    most, _hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Path("large").open("wb", buffering=0) as file:
        file.truncate(most + 1 if most >= 0 else 1)
    return True


def _takes_memory(_: Target) -> bool:
    most, _hard = resource.getrlimit(resource.RLIMIT_AS)
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    mmap.mmap(-1, most if most > 0 else 1, private).close()
    return True


def _opens_many(_: Target) -> bool:
    most, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened = []
    try:
        for _attempt_number in range(min(most, 4096)):
            opened.append(os.dup(0))
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return True


HIDDEN_BYTES = 1 << 20
_hidden: list[object] = []


def hide() -> int:
    """Keep a file open that has no name any more; returns how large it is, for it must be seen."""
    file = Path("hidden").open("wb", buffering=0)  # noqa: SIM115 - it stays open
    Path("hidden").unlink()
    _hidden.append(file)
    return file.write(bytes(HIDDEN_BYTES))


# L3: another user -------------------------------------------------------------------------------


def _becomes_root(_: Target) -> bool:
    os.setuid(0)
    return True


def _reads_private(target: Target) -> bool:
    return _reads(target.private)(target)


def _writes_beside_private(target: Target) -> bool:
    (Path(target.private).parent / "left-behind").write_text("")
    return True


def _signals_zygote(target: Target) -> bool:
    os.kill(target.zygote, 0)
    return True


def _reads_memory_of_grader(target: Target) -> bool:
    os.close(os.open(f"/proc/{target.grader}/mem", os.O_RDONLY))
    return True


# L4: no system calls but the allowed ones -------------------------------------------------------


def _opens_socket(_: Target) -> bool:
    socket.socket(socket.AF_UNIX).close()
    return True


def _forks(_: Target) -> bool:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


def _executes(_: Target) -> bool:
    try:
        os.execv("/nowhere", ["nowhere"])  # noqa: S606 - it never starts anything
    except FileNotFoundError:  # the system did look for it
        return True


def _traces(_: Target) -> bool:
    return _called("ptrace", 0, 0, 0, 0)


def _shares_memory(_: Target) -> bool:
    return _called("shmget", 0, 4096, 0o1600)


def _makes_memory_file(_: Target) -> bool:
    os.close(os.memfd_create("x"))
    return True


def _signals_another(_: Target) -> bool:
    os.kill(os.getppid(), 0)
    return True


def _changes_mode(target: Target) -> bool:
    before = Path(target.private).stat().st_mode
    Path(target.private).chmod(stat.S_IMODE(before) ^ 0o100)
    return Path(target.private).stat().st_mode != before


def _changes_times(target: Target) -> bool:
    before = Path(target.private).stat().st_mtime_ns
    os.utime(target.private, ns=(0, 0))
    return Path(target.private).stat().st_mtime_ns != before


def _truncates(target: Target) -> bool:
    os.truncate(target.private, Path(target.private).stat().st_size)
    return True


def _reserves_disk(_: Target) -> bool:
    with Path("reserved").open("wb") as file:
        try:
            return _called("fallocate", file.fileno(), 0, ctypes.c_long(0), ctypes.c_long(1 << 20))
        finally:
            Path("reserved").unlink()


def _asks_of_another(_: Target) -> bool:
    return os.getsid(os.getppid()) >= 0


def _asks_for_ring(_: Target) -> bool:
    try:
        return _called("syscall", ctypes.c_long(425), 0, 0)
    except OSError as error:
        return error.errno in (errno.EFAULT, errno.EINVAL)  # io_uring looked at what it was given


def _called(name: str, *arguments: Any) -> bool:
    if getattr(_libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return True


# L5: no files but its own -----------------------------------------------------------------------


def _reads(path: str) -> Act:
    def act(_: Target) -> bool:
        if Path(path).is_dir():
            return any(True for _entry in os.scandir(path))
        with Path(path).open("rb") as file:
            file.read(1)
        return True

    return act


def _writes(path: str) -> Act:
    def act(_: Target) -> bool:
        made = Path(path, f"left-behind-{os.getpid()}")
        made.write_text("")
        made.unlink()
        return True

    return act


# L6: a network of its own -----------------------------------------------------------------------


def _reaches_grader(target: Target) -> bool:
    socket.create_connection(("127.0.0.1", target.port), PORT_SECONDS).close()
    return True


ACTS: dict[str, dict[str, Act]] = {
    "clean": {
        "see the grader's environment": _sees_environment,
        "see a file or a socket that is open": _sees_descriptors,
        "import the grader": _imports_grader,
        "leave bytecode behind": _writes_bytecode,
    },
    "limits": {
        words: act
        for words, act, systems in (
            ("write a file larger than allowed", _writes_large_file, ("linux", "darwin")),
            ("take more memory than allowed", _takes_memory, ("linux",)),
            ("open more files than allowed", _opens_many, ("linux", "darwin")),
        )
        if sys.platform in systems
    },
    "user": {
        "become root": _becomes_root,
        "read a file of the grader's": _reads_private,
        "write into a folder of the grader's": _writes_beside_private,
        "signal the process that forks workers": _signals_zygote,
        "read the grader's memory": _reads_memory_of_grader,
    },
    "seccomp": {
        "open a socket": _opens_socket,
        "start a process": _forks,
        "execute a program": _executes,
        "trace a process": _traces,
        "share memory": _shares_memory,
        "make a file in memory": _makes_memory_file,
        "signal another process": _signals_another,
        "ask for another process's session": _asks_of_another,
        "chmod a file outside of its box": _changes_mode,
        "utime a file outside of its box": _changes_times,
        "truncate a file outside of its box": _truncates,
        "reserve room on the disk": _reserves_disk,
        "set up an io_uring": _asks_for_ring,
    },
    "landlock": {
        "read /etc/passwd": _reads("/etc/passwd"),
        "list /": _reads("/"),
        "write outside of its box": _writes("/tmp"),  # noqa: S108 - that is the point
    },
    "namespaces": {"reach the grader through the network": _reaches_grader},
    "secrets": {},
}
"""The acts that each layer must stop, by what they try."""


def inventory(target: Target, paths: list[str]) -> dict[str, list[str]]:
    """List what this process can get at.

    Args:
        target: where the trusted process listens.
        paths: files and folders outside of what may be read, to be tried.
    """
    kinds = {stat.S_IFIFO: "pipe", stat.S_IFDIR: "folder", stat.S_IFCHR: "device"}
    filtered = not _attempt(_opens_socket, target)["held"]
    return {
        "descriptors": [
            f"{number}: {kinds.get(stat.S_IFMT(mode), 'other')}" for number, mode in descriptors()
        ],
        "environment": sorted(os.environ),
        "readable": [path for path in paths if not _attempt(_reads(path), target)["held"]],
        "writable": [path for path in paths if not _attempt(_writes(path), target)["held"]],
        "reachable": [
            f"127.0.0.1:{target.port}"
            for act in (_reaches_grader,)
            if not _attempt(act, target)["held"]
        ],
        "system_calls": [] if filtered else sorted(seccomp.ALLOWED),
    }


def _trains(box: Path) -> None:
    """A step of training by hand: an optimizer's would import modules for a second."""
    net = torch.nn.Conv2d(1, 2, 3)
    net(torch.ones(1, 1, 8, 8)).sum().backward()
    if net.weight.grad is None:
        raise RuntimeError("there is no gradient")
    with torch.no_grad():
        net.weight.sub_(net.weight.grad, alpha=0.1)
    torch.save(net.state_dict(), box / "canary.pt")
    net.load_state_dict(torch.load(box / "canary.pt"))
    Path(torch.__path__[0], "_dynamo", "__init__.py").read_bytes()  # the first of these modules


def _draws(box: Path) -> None:
    import matplotlib.pyplot as plt

    plt.plot([0.0, 1.0, 4.0])
    plt.savefig(box / "canary.png")
    if not (box / "canary.png").stat().st_size:
        raise OSError("the figure is empty")


CANARY: dict[str, Callable[[Path], None]] = {"torch": _trains, "figure": _draws}
"""The parts of the canary: what honest code does in a scratch folder; what stops it is raised."""
