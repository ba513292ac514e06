"""An allow-list of system calls, which a worker puts on itself as the last layer of the wall.

A seccomp filter in classic BPF, written without libseccomp (standard library only). What is not on
the list answers with an ordinary error, so honest code meets an `OSError`: EPERM, and ENOSYS for
the calls of Linux 5.1 and later, which every program must be able to do without (glibc then starts
a thread with `clone` instead of `clone3`). A few calls that honest code makes by the way have no
effect, and succeed. A call through a foreign ABI, whose numbers mean other
calls, kills the process. Linux on x86_64 and aarch64.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

_Own = Literal["own pid"]
_OWN: Final = "own pid"
_NOBODY = 0x5EA1_5EA1
"""Stands for that pid in a filter that is made before: larger than any."""
_INT, _WORD = 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF


_DONE = 0
"""In place of an error: the call has no effect, and is answered as if it had."""


class Only(NamedTuple):
    """A condition: an argument, in the bits that count, has one of these values."""

    argument: int
    """0 to 5."""
    values: tuple[int | _Own, ...]
    """Each below 2^32; none: it never holds."""
    mask: int = _INT
    """The bits that count: of a C `int` the kernel ignores the upper half of the register."""
    otherwise: int = errno.EPERM
    """What the call answers where it does not hold."""


class Call(NamedTuple):
    """An allowed system call: its number on each architecture, and the conditions."""

    x86_64: int | None
    aarch64: int | None
    only: tuple[Only, ...] = ()
    """All of them must hold."""


_NUMBERS = (
    # name x86_64 aarch64, "-" where an architecture does not have it
    # Open files.
    "read 0 63  write 1 64  readv 19 65  writev 20 66  pread64 17 67  pwrite64 18 68",
    "preadv 295 69  pwritev 296 70  lseek 8 62  close 3 57  dup 32 23  dup2 33 -  dup3 292 24",
    "fcntl 72 25  ioctl 16 29  flock 73 32  fsync 74 82  fdatasync 75 83  fadvise64 221 223",
    "ftruncate 77 46  fallocate 285 47  pipe 22 -  pipe2 293 59",
    # Paths: which of them may be used, other layers decide. No links: to remove a long one waits
    # for the disk, milliseconds each, and a worker may leave thousands.
    "open 2 -  openat 257 56  stat 4 -  lstat 6 -  fstat 5 80  newfstatat 262 79  statx 332 291",
    "access 21 -  faccessat 269 48  readlink 89 -  readlinkat 267 78  getdents64 217 61",
    "statfs 137 43  fstatfs 138 44  getcwd 79 17  chdir 80 49  fchdir 81 50  umask 95 166",
    "mkdir 83 -  mkdirat 258 34  rmdir 84 -  unlink 87 -  unlinkat 263 35  truncate 76 45",
    "rename 82 -  renameat 264 38  renameat2 316 276",
    "chmod 90 -  fchmod 91 52  fchmodat 268 53  utime 132 -  utimes 235 -  utimensat 280 88",
    # shutil.copy2 lists the extended attributes, and insists on it; it can do without setting them.
    "getxattr 191 8  lgetxattr 192 9  fgetxattr 193 10",
    "listxattr 194 11  llistxattr 195 12  flistxattr 196 13",
    # Memory; torch.jit and ctypes make pages that can be executed.
    "mmap 9 222  munmap 11 215  mremap 25 216  mprotect 10 226  madvise 28 233  msync 26 227",
    "brk 12 214",
    # Threads, and the end of the process; without fork there are no children to wait for.
    "clone 56 220  futex 202 98  set_robust_list 273 99  set_tid_address 218 96  rseq 334 293",
    "sched_setscheduler 144 119  sched_yield 24 124  exit 60 93  exit_group 231 94",
    "wait4 61 260  waitid 247 95",
    # Signals to oneself: abort(), signal.raise_signal, pthread_kill.
    "rt_sigaction 13 134  rt_sigprocmask 14 135  rt_sigreturn 15 139  rt_sigpending 127 136",
    "rt_sigtimedwait 128 137  rt_sigsuspend 130 133  sigaltstack 131 132  pause 34 -",
    "kill 62 129  tgkill 234 131",
    # Time; the kernel itself makes a program call restart_syscall after it was stopped. No timer
    # with a signal of one's choice: SIGCONT would end a pause.
    "clock_gettime 228 113  clock_getres 229 114  gettimeofday 96 169  time 201 -",
    "nanosleep 35 101  clock_nanosleep 230 115  restart_syscall 219 128  alarm 37 -",
    "getitimer 36 102  setitimer 38 103",
    "timerfd_create 283 85  timerfd_settime 286 86  timerfd_gettime 287 87",
    # Waiting for descriptors, and the pair of sockets by which asyncio wakes itself.
    "poll 7 -  ppoll 271 73  select 23 -  pselect6 270 72  epoll_create 213 -",
    "epoll_create1 291 20  epoll_ctl 233 21  epoll_wait 232 -  epoll_pwait 281 22",
    "eventfd2 290 19  socketpair 53 199  getsockname 51 204  sendto 44 206  recvfrom 45 207",
    # Questions about this process and the machine.
    "getpid 39 172  getppid 110 173  gettid 186 178  getpgrp 111 -  getpgid 121 155",
    "getsid 124 156  getuid 102 174  geteuid 107 175  getgid 104 176  getegid 108 177",
    "getgroups 115 158  getresuid 118 148  getresgid 120 150  getrlimit 97 163  prlimit64 302 261",
    "getrusage 98 165  getpriority 140 141  sched_getaffinity 204 123  sched_getparam 143 121",
    "sched_getscheduler 145 120  sched_get_priority_max 146 125  sched_get_priority_min 147 126",
    "times 100 153  sysinfo 99 179  uname 63 160  getcpu 309 168  getrandom 318 278",
    "prctl 157 167  arch_prctl 158 -",
)

_MSG_DONTWAIT, _MSG_NOSIGNAL = 0x40, 0x4000
_OWN_PID: tuple[int | _Own, ...] = (0, _OWN)
_CONDITIONS: dict[str, tuple[Only, ...]] = {
    # The flags with which glibc starts a thread, exactly: CLONE_VM | _FS | _FILES | _SIGHAND |
    # _THREAD | _SYSVSEM | _SETTLS | _PARENT_SETTID | _CHILD_CLEARTID. No process, no namespace.
    "clone": (Only(0, (0x3D0F00,), _WORD),),
    # Of this process alone. The C library asks for each thread by a number of its own, which no
    # filter can know: every thread has SCHED_OTHER and priority 0, so that is the answer (libzmq
    # aborts where it cannot set even that), and one that cannot tell its processors has them all.
    "getsid": (Only(0, _OWN_PID),),
    "getpgid": (Only(0, _OWN_PID),),
    "getpriority": (Only(0, (0,)), Only(1, _OWN_PID)),
    "sched_getscheduler": (Only(0, _OWN_PID, otherwise=_DONE),),
    "sched_getparam": (Only(0, _OWN_PID, otherwise=_DONE),),
    "sched_setscheduler": (Only(1, (0,)), Only(0, _OWN_PID, otherwise=_DONE)),
    "sched_getaffinity": (Only(0, _OWN_PID, otherwise=errno.ENOSYS),),
    # Not MAP_SHARED with MAP_ANONYMOUS: what of it is unmapped stays in memory as long as one page
    # of it is mapped, and no limit counts it.
    "mmap": (Only(3, (0x00, 0x01, 0x20), 0x21),),
    # Gigabytes would be reserved between two looks at the folder; the C library writes instead.
    "fallocate": (Only(0, (), otherwise=errno.EOPNOTSUPP),),
    "kill": (Only(0, (_OWN,)),),
    "tgkill": (Only(0, (_OWN,)),),
    "socketpair": (Only(0, (1,)),),  # AF_UNIX
    # To the other end of a pair: no address, and no out-of-band data.
    "sendto": (Only(4, (0,), _WORD), Only(3, (0,), _INT & ~(_MSG_DONTWAIT | _MSG_NOSIGNAL))),
    # To read limits, not to set them.
    "prlimit64": (Only(0, _OWN_PID), Only(2, (0,), _WORD)),
    # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW; F_OFD_GETLK,
    # F_OFD_SETLK, F_OFD_SETLKW; F_DUPFD_CLOEXEC, F_GETPIPE_SZ. No owner, signal, lease or notice.
    # To lock has no effect: a process has its files to itself, and another could see which it locks
    # of those that it only reads.
    "fcntl": (
        Only(1, (*range(8), 36, 37, 38, 1030, 1032)),
        Only(1, (*range(6), 36, 1030, 1032), otherwise=_DONE),
    ),
    "flock": (Only(0, (), otherwise=_DONE),),
    # TCGETS and TCGETS2 (isatty), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
    "ioctl": (Only(1, (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),),
    # PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_NO_NEW_PRIVS; PR_SVE_GET_VL and
    # PR_SME_GET_VL (the width of aarch64's vectors); PR_SET_VMA (names of memory areas).
    "prctl": (Only(0, (3, 15, 16, 39, 51, 64, 0x53564D41)),),
    # ARCH_GET_XCOMP_SUPP, ARCH_GET_XCOMP_PERM, ARCH_REQ_XCOMP_PERM: oneDNN asks for AMX.
    "arch_prctl": (Only(0, (0x1021, 0x1022, 0x1023)),),
}


_O_TRUNC, _O_ACCMODE = 0x200, 0x3
_NEVER, _NOT_DONE = (Only(0, ()),), (Only(0, (), otherwise=_DONE),)
_SHARING: dict[str, tuple[Only, ...]] = {
    # Nothing else keeps a worker that is not a user of its own from these: Landlock does not know
    # of modes and times, nor before its version 3 of files that are cut. shutil.copy sets a mode,
    # copy2 and copytree a time, and they must not raise where they do not as another user. To set
    # the present time is an error: Path.touch then makes the file.
    "chmod": _NOT_DONE,
    "fchmod": _NOT_DONE,
    "fchmodat": _NOT_DONE,
    "utime": (Only(1, (0,), _WORD, otherwise=_DONE), *_NEVER),
    "utimes": (Only(1, (0,), _WORD, otherwise=_DONE), *_NEVER),
    "utimensat": (Only(2, (0,), _WORD, otherwise=_DONE), *_NEVER),
    "truncate": _NEVER,
    # With O_TRUNC only to write, for which Landlock always asks.
    "open": (Only(1, (0, 1, 2, _O_TRUNC | 1, _O_TRUNC | 2), _O_TRUNC | _O_ACCMODE),),
    "openat": (Only(2, (0, 1, 2, _O_TRUNC | 1, _O_TRUNC | 2), _O_TRUNC | _O_ACCMODE),),
}
"""Further conditions for a worker that has the uid of whoever grades."""


def _allowed() -> Iterator[tuple[str, Call]]:
    words = " ".join(_NUMBERS).split()
    for name, *numbers in zip(words[::3], words[1::3], words[2::3], strict=True):
        x86_64, aarch64 = (None if number == "-" else int(number) for number in numbers)
        yield name, Call(x86_64, aarch64, _CONDITIONS.get(name, ()))


ALLOWED: Mapping[str, Call] = MappingProxyType(dict(_allowed()))
"""Name -> an allowed system call."""
ALLOWED_SHARING: Mapping[str, Call] = MappingProxyType(
    {
        name: call._replace(only=(*call.only, *_SHARING.get(name, ())))
        for name, call in ALLOWED.items()
    }
)
"""The same for a worker that has the uid of whoever grades."""


def install(sharing: bool) -> str:
    """Put the filter on this process, for good; `no_new_privs` must be set already.

    Args:
        sharing: whether this process has the uid of others.

    Returns:
        What it does, in a few words for the staff.

    Raises:
        OSError: this machine does not have it, or only pretends to.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _ARCHITECTURES or sys.maxsize < _INT:
        raise OSError(errno.ENOSYS, f"no filter for {sys.platform} on {machine}")
    _set_filter(program(machine, os.getpid(), sharing), _ARCHITECTURES[machine].seccomp)
    query = 0xFFFF_FFFF  # asks for the personality and changes nothing
    if _libc.personality(ctypes.c_ulong(query)) != -1 or ctypes.get_errno() != errno.EPERM:
        raise OSError(errno.ENOSYS, "the filter was taken, and does not filter")
    words = f"allow-list of {len(_numbers(machine, sharing))} system calls ({machine})"
    return f"{words}; no file's mode or times" if sharing else words


def program(machine: str, pid: int, sharing: bool) -> bytes:
    """The filter, as an array of `struct sock_filter`.

    Args:
        machine: "x86_64" or "aarch64".
        pid: the process that it is for.
        sharing: whether that process has the uid of others.
    """
    return _program(machine, sharing).replace(_constant(_NOBODY), _constant(pid))


@functools.cache
def _program(machine: str, sharing: bool) -> bytes:
    """The filter for a pid that no process has, made once in the process that forks.

    Numbers are found by binary search. The kernel (since 5.11) remembers which of them are allowed
    whatever their arguments, and runs the filter only for the others.
    """
    audit = _ARCHITECTURES[machine].audit
    code = _load(_ARCH) + _instruction(_JEQ, audit, 1, 0) + _KILL + _load(_NR)
    if machine == "x86_64":
        code += _instruction(_JGE, _X32_BIT, 0, 1) + _KILL
    known, new = _error(errno.EPERM), _error(errno.ENOSYS)
    starts = {0: known, _NEW: new}
    for number, only in sorted(_numbers(machine, sharing).items()):
        starts[number] = b"".join(_conditions(only)) + _ALLOW
        starts[number + 1] = new if number + 1 >= _NEW else known
    leaves: list[tuple[int, bytes]] = []
    for start, leaf in sorted(starts.items()):
        if not leaves or leaves[-1][1] != leaf:
            leaves.append((start, leaf))
    return code + _search(leaves)


def _numbers(machine: str, sharing: bool) -> dict[int, tuple[Only, ...]]:
    allowed = ALLOWED_SHARING if sharing else ALLOWED
    calls = {getattr(call, machine): call.only for call in allowed.values()}
    return {number: only for number, only in calls.items() if number is not None}


class _Architecture(NamedTuple):
    audit: int
    """AUDIT_ARCH_*: which table of system calls a number is from."""
    seccomp: int
    """The number of seccomp(2)."""


_ARCHITECTURES = {
    "x86_64": _Architecture(0xC000_003E, 317),
    "aarch64": _Architecture(0xC000_00B7, 277),
}
_X32_BIT = 0x4000_0000
"""Numbers from here on are of x32, a foreign ABI that has the AUDIT_ARCH of x86_64."""
_NEW = 424
"""The first number of Linux 5.1; from here on all architectures count alike."""

_NR, _ARCH, _ARGUMENTS = 0, 4, 16
"""Offsets in `struct seccomp_data`; the arguments are 64-bit and little-endian."""
_JA, _JEQ, _JGE = 0x05, 0x15, 0x35
"""BPF_JMP with a constant; a jump counts the instructions that it skips."""


def prepare() -> None:
    """Make the filters, so that a fork finds them made."""
    machine = platform.machine()
    if machine in _ARCHITECTURES:
        for sharing in (False, True):
            _program(machine, sharing)


def _constant(value: int) -> bytes:
    return struct.pack("<I", value)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _load(offset: int) -> bytes:
    return _instruction(0x20, offset)  # BPF_LD | BPF_W | BPF_ABS


def _and(mask: int) -> bytes:
    return _instruction(0x54, mask)  # BPF_ALU | BPF_AND | BPF_K


def _return(action: int) -> bytes:
    return _instruction(0x06, action)  # BPF_RET | BPF_K


def _error(number: int) -> bytes:
    return _return(0x0005_0000 | number)  # SECCOMP_RET_ERRNO; with 0 the call succeeds


_ALLOW, _KILL = _return(0x7FFF_0000), _return(0x8000_0000)
"""SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS."""


def _search(leaves: Sequence[tuple[int, bytes]]) -> bytes:
    """Go on with the last leaf that starts at or below the loaded number."""
    if len(leaves) == 1:
        return leaves[0][1]
    middle = len(leaves) // 2
    left, right = _search(leaves[:middle]), _search(leaves[middle:])
    skip = _instruction(_JA, len(left) // 8)  # a conditional jump reaches 255 instructions only
    return _instruction(_JGE, leaves[middle][0], 0, 1) + skip + left + right


def _conditions(only: Sequence[Only]) -> Iterator[bytes]:
    """Return its answer for the first condition that does not hold; fall through if all do."""
    for argument, wanted, mask, otherwise in only:
        values = [_NOBODY if value == _OWN else value for value in wanted]
        low = _ARGUMENTS + 8 * argument
        if mask >> 32:
            yield from _is_one_of(low + 4, [0], mask >> 32, otherwise)
        yield from _is_one_of(low, values, mask & _INT, otherwise)


def _is_one_of(offset: int, values: Sequence[int], mask: int, otherwise: int) -> Iterator[bytes]:
    """Return an answer unless the word at the offset, in the bits that count, is of the values."""
    yield _load(offset)
    if mask != _INT:
        yield _and(mask)
    for left in range(len(values), 0, -1):
        yield _instruction(_JEQ, values[-left], left, 0)
    yield _error(otherwise)


if sys.platform != "win32":  # there `install` says that it has no filter
    _libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def _set_filter(code: bytes, seccomp: int) -> None:
    """seccomp(SECCOMP_SET_MODE_FILTER) for every thread; prctl(PR_SET_SECCOMP) on an old kernel."""
    made = ctypes.byref(_Program(len(code) // 8, code))
    set_mode_filter, tsync = 1, 1
    result = _libc.syscall(ctypes.c_long(seccomp), set_mode_filter, tsync, made)
    if result < 0 and ctypes.get_errno() == errno.ENOSYS:
        pr_set_seccomp, mode_filter = 22, ctypes.c_ulong(2)
        result = _libc.prctl(pr_set_seccomp, mode_filter, made, 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if result > 0:
        raise OSError(errno.EBUSY, f"thread {result} has a filter of its own")
