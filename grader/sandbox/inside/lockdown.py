"""The layers that shut a worker in: it applies them to itself before it sees student code.

Each layer is one function. It returns a word on what it does, or raises OSError where this machine
does not have the layer. `lock` hides nothing: it reports every layer as on or off, and why.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.inside import seccomp
else:
    import seccomp

if sys.platform != "win32":  # there only `limits_only` is called
    import resource

    _libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446

_NEW_UTS, _NEW_IPC, _NEW_USER, _NEW_NET = 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x4000_0000

TASKS = 128
"""Threads and processes of a worker."""

Layers = dict[str, tuple[bool, str]]
"""Layer -> (whether it is on, what it does or why it is off)."""


def lock(
    box: Path,
    user: int | None,
    limits: dict[str, int],
    readable: Sequence[str],
    parent: int,
    without: Sequence[str] = (),
) -> Layers:
    """Shut this process in for good.

    Args:
        box: the one folder that stays writable.
        user: the uid and gid to become; None where this process may not choose.
        limits: values of the resource limits by name, such as {"FSIZE": 1 << 26}.
        readable: files and folders that stay readable.
        parent: the process with which this one is to end.
        without: layers to leave out, for tests that show what each is good for.
    """
    functions: dict[str, Callable[[], str]] = {
        "limits": lambda: _limit(limits),
        "no_new_privs": _no_new_privs,
        "landlock": lambda: _landlock(box, readable),
        "user": lambda: _become(user),
        # To change the user resets both.
        "parent": lambda: _die_with(parent),
        "descriptors": _show_descriptors,
        # Takes away what the others need.
        "seccomp": lambda: seccomp.install(sharing=not layers["user"][0]),
    }
    layers: Layers = {}
    for name, function in functions.items():
        try:
            layers[name] = (False, "left out") if name in without else (True, function())
        except OSError as error:
            layers[name] = (False, error.strerror or str(error))
    return layers


def limits_only(limits: dict[str, int], without: Sequence[str] = ()) -> Layers:
    """Limit a spawned process: all other layers need Linux, and a zygote."""
    missing = "workers are forked, and shut in, on Linux only"
    layers = dict.fromkeys(("user", "seccomp", "landlock", "namespaces"), (False, missing))
    try:
        left_out = "limits" in without
        layers["limits"] = (False, "left out") if left_out else (True, _limit(limits))
    except (OSError, ValueError) as error:  # ValueError: what setrlimit says to EINVAL
        layers["limits"] = (False, str(error))
    return layers


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def enter_namespaces(without: Sequence[str] = ()) -> tuple[bool, str]:
    """Leave the machine's network, IPC objects and host name, with all children that follow.

    Done once, by the parent of the workers: a new network costs milliseconds. An ordinary user gets
    a user namespace, too, where such users may have one.

    Returns:
        Whether it worked, and what it does or why it did not.
    """
    if "namespaces" in without:
        return False, "left out"
    user, group = os.geteuid(), os.getegid()
    try:
        if user == 0:
            _checked(_libc.unshare(_NEW_NET | _NEW_IPC | _NEW_UTS))
        else:
            _checked(_libc.unshare(_NEW_USER | _NEW_NET | _NEW_IPC | _NEW_UTS))
            with contextlib.suppress(FileNotFoundError):  # before Linux 3.19
                Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError as error:
        return False, error.strerror or str(error)
    return True, "a network without any address, IPC objects and a host name of its own"


def _die_with(parent: int) -> str:
    """Be killed when the parent ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before
        os.kill(os.getpid(), signal.SIGKILL)
    return "ends with the process that forks workers"


def _show_descriptors() -> str:
    """Let a process of the same user look at what is open: it counts what that takes of the disk.

    That process is the grader: no other has this uid, or none that is shut in itself can look.
    """
    _prctl(_PR_SET_DUMPABLE, 1)
    return "its open files count"


def _limit(limits: dict[str, int]) -> str:
    if sys.platform == "win32":
        return "the time of a call only"
    if sys.platform == "linux":  # memory runs out: this process goes first
        Path("/proc/self/oom_score_adj").write_text("1000")
    else:  # macOS does not hold a process to these, and may refuse to set them
        limits = {name: limits[name] for name in limits if name not in ("AS", "DATA")}
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(number)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (value, value))
    return " ".join(f"{name}={value}" for name, value in limits.items())


def _no_new_privs() -> str:
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    return "no program can raise its rights"


def _drop_capabilities() -> None:
    """Give up what a user namespace grants to who made it (to become another user does so, too)."""
    version_3 = (ctypes.c_uint32 * 2)(0x2008_0522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _checked(_libc.capset(version_3, nothing))


def _become(user: int | None) -> str:
    if user is None:
        _drop_capabilities()
        raise OSError(0, "only root can choose another user")
    resource.setrlimit(resource.RLIMIT_NPROC, (TASKS, TASKS))  # counts all that this user has
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    return "a uid and a gid of its own"


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


_READ_FILE, _READ_DIR, _WRITE_FILE = 1 << 2, 1 << 3, 1 << 1
_TRUNCATE = 1 << 14
_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15}  # later: 16
"""How many rights over files each version of Landlock knows."""
_NEVER = 1 << 0 | 1 << 6 | 1 << 11 | 1 << 15
"""Not even in the box: to execute, to make devices, ioctl on devices."""


def _landlock(box: Path, readable: Sequence[str]) -> str:
    abi = _syscall(_LANDLOCK_CREATE_RULESET, None, 0, 1)
    rights = (1 << _RIGHTS_BY_ABI.get(abi, 16)) - 1
    rules = _Ruleset(rights, 0b11 if abi >= 4 else 0, 0b11 if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR)
        _allow(ruleset, "/dev/null", _READ_FILE | _WRITE_FILE | (_TRUNCATE & rights))
        _allow(ruleset, str(box), rights & ~_NEVER)
        _syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return f"ABI {abi}: files{', TCP' * (abi >= 4)}{', signals, abstract sockets' * (abi >= 6)}"


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Allow rights over a file, or over everything below a folder; no such path needs none."""
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(f"/proc/self/fd/{parent}"):  # noqa: PTH112
            rights &= _READ_FILE | _WRITE_FILE | _TRUNCATE
        rule = _PathBeneath(rights, parent)
        _syscall(_LANDLOCK_ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)
    finally:
        os.close(parent)


def _prctl(option: int, value: int) -> None:
    _checked(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0))


def _syscall(number: int, *arguments: object) -> int:
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
