"""The filter of system calls: read by an interpreter, and met by real processes."""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import signal
import struct
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.inside import seccomp

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the filter needs Linux")
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386, ARM, PID = 0x40000003, 0x40000028, 4321
ALLOW, KILL_PROCESS = "allow", "kill"
INT, WORD = (1 << 32) - 1, (1 << 64) - 1

DENIED = """
    execve 59 221  execveat 322 281  fork 57 -  vfork 58 -  socket 41 198  connect 42 203
    bind 49 200  listen 50 201  accept 43 202  accept4 288 242  sendmsg 46 211
    sendmmsg 307 269  recvmsg 47 212  setsockopt 54 208  ptrace 101 117
    process_vm_readv 310 270  process_vm_writev 311 271  kcmp 312 272  tkill 200 130
    rt_sigqueueinfo 129 138  rt_tgsigqueueinfo 297 240  pidfd_send_signal 424 424
    pidfd_open 434 434  pidfd_getfd 438 438  io_uring_setup 425 425  io_uring_enter 426 426
    io_uring_register 427 427  keyctl 250 219  add_key 248 217  request_key 249 218
    bpf 321 280  perf_event_open 298 241  userfaultfd 323 282  shmget 29 194  shmat 30 196
    shmctl 31 195  semget 64 190  semop 65 193  semctl 66 191  msgget 68 186  msgsnd 69 189
    msgctl 71 187  mq_open 240 180  mq_unlink 241 181  memfd_create 319 279
    memfd_secret 447 447  mount 165 40  umount2 166 39  move_mount 429 429  fsopen 430 430
    fsmount 432 432  open_tree 428 428  mount_setattr 442 442  unshare 272 97  setns 308 268
    chroot 161 51  pivot_root 155 41  clone3 435 435  setuid 105 146  setgid 106 144
    setreuid 113 145  setregid 114 143  setresuid 117 147  setresgid 119 149  setfsuid 122 151
    setfsgid 123 152  setgroups 116 159  capset 126 91  setsid 112 157  setpgid 109 154
    personality 135 92  modify_ldt 154 -  iopl 172 -  ioperm 173 -  setrlimit 160 164
    setpriority 141 140  sched_setparam 142 118  sched_setattr 314 274
    sched_setaffinity 203 122  name_to_handle_at 303 264  open_by_handle_at 304 265
    fanotify_init 300 262  fanotify_mark 301 263  inotify_init1 294 26
    inotify_add_watch 254 27  mknod 133 -  mknodat 259 33  link 86 -  linkat 265 37
    chown 92 -  fchown 93 55  lchown 94 -  fchownat 260 54  splice 275 76  tee 276 77
    vmsplice 278 75  sendfile 40 71  copy_file_range 326 285  mlock 149 228  mlock2 325 284
    mlockall 151 230  munlock 150 229  seccomp 317 277  landlock_create_ruleset 444 444
    setxattr 188 5  fsetxattr 190 7  removexattr 197 14  reboot 169 142  init_module 175 105
    finit_module 313 273  delete_module 176 106  kexec_load 246 104  syslog 103 116
    acct 163 89  swapon 167 224  sethostname 170 161  settimeofday 164 170
    clock_settime 227 112  clock_adjtime 305 266  adjtimex 159 171  quotactl 179 60
    remap_file_pages 216 234  mbind 237 235  migrate_pages 256 238  move_pages 279 239
    set_mempolicy 238 237  pkey_alloc 330 289  process_madvise 440 440  vhangup 153 58
    openat2 437 437  sync 162 81
"""
"""Calls that nobody may make, and their numbers on x86_64 and aarch64."""


def numbers_of(machine: str) -> dict[str, int]:
    words = DENIED.split()
    column = 1 + list(MACHINES).index(machine)
    pairs = zip(words[::3], words[column::3], strict=True)
    return {name: int(number) for name, number in pairs if number != "-"}


# --- What the program says, read by an interpreter ---


def interpret(program: bytes, number: int, arch: int, arguments: tuple[int, ...]) -> str | int:
    """What the kernel would do: ALLOW, KILL_PROCESS, or the errno that the call returns."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *arguments)
    code = list(struct.iter_unpack("<HBBI", program))
    accumulator = at = 0
    tests: dict[int, Callable[[int, int], bool]] = {
        0x15: int.__eq__,
        0x35: int.__ge__,
    }
    while True:
        kind, if_true, if_false, k = code[at]
        at += 1
        if kind == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif kind == 0x54:
            accumulator &= k
        elif kind == 0x05:
            at += k
        elif kind in tests:
            at += if_true if tests[kind](accumulator, k) else if_false
        else:
            assert kind == 0x06
            known: dict[int, str | int] = {0x7FFF0000: ALLOW, 0x80000000: KILL_PROCESS}
            return known[k] if k in known else k - 0x50000


def ask(
    machine: str, number: int, *arguments: int, arch: int | None = None, sharing: bool = False
) -> str | int:
    """The filter's answer; arguments that are not given are all ones."""
    given = (*arguments, *[WORD] * 6)[:6]
    program = seccomp.program(machine, PID, sharing)
    return interpret(program, number, MACHINES[machine] if arch is None else arch, given)


def expected(
    machine: str, number: int, arguments: tuple[int, ...], sharing: bool = False
) -> str | int:
    """The same from the list itself."""
    if machine == "x86_64" and number >= 1 << 30:
        return KILL_PROCESS
    allowed = seccomp.ALLOWED_SHARING if sharing else seccomp.ALLOWED
    for call in allowed.values():
        if getattr(call, machine) == number:
            for argument, values, mask, otherwise in call.only:
                wanted = [PID if value == "own pid" else value for value in values]
                if arguments[argument] & mask not in wanted:
                    return otherwise
            return ALLOW
    return errno.EPERM if number < 424 else errno.ENOSYS


NEAR = sorted(
    {PID, 0, 1, 0x3D0F00}
    | {
        value
        for call in seccomp.ALLOWED_SHARING.values()
        for only in call.only
        for value in only.values
        if isinstance(value, int)
    }
)
words = st.one_of(
    st.sampled_from(NEAR),
    st.builds(lambda low, high: low | high << 32, st.sampled_from(NEAR), st.integers(0, INT)),
    st.builds(lambda value, bit: value ^ 1 << bit, st.sampled_from(NEAR), st.integers(0, 63)),
    st.integers(0, WORD),
)
numbers = st.one_of(st.integers(0, 500), st.integers(0, INT))


@given(st.sampled_from(list(MACHINES)), numbers, st.tuples(*[words] * 6), st.booleans())
def test_the_program_says_what_the_list_says(
    machine: str, number: int, arguments: tuple[int, ...], sharing: bool
) -> None:
    answer = expected(machine, number, arguments, sharing)
    assert ask(machine, number, *arguments, sharing=sharing) == answer


@pytest.mark.parametrize("sharing", [False, True])
@pytest.mark.parametrize("machine", MACHINES)
def test_every_number_up_to_the_newest(machine: str, sharing: bool) -> None:
    for number in range(600):
        for arguments in ((0,) * 6, (PID,) * 6, (0x3D0F00,) * 6, (WORD,) * 6):
            answer = expected(machine, number, arguments, sharing)
            assert ask(machine, number, *arguments, sharing=sharing) == answer


@given(st.sampled_from(list(MACHINES)), numbers, st.integers(0, INT))
def test_a_foreign_architecture_is_killed(machine: str, number: int, arch: int) -> None:
    if arch != MACHINES[machine]:
        assert ask(machine, number, arch=arch) == KILL_PROCESS


@pytest.mark.parametrize("machine", MACHINES)
def test_the_known_foreign_architectures(machine: str) -> None:
    for arch in {I386, ARM, *MACHINES.values()} - {MACHINES[machine]}:
        assert ask(machine, 0, arch=arch) == KILL_PROCESS


def test_x32_is_killed() -> None:
    assert ask("x86_64", 0x40000000) == KILL_PROCESS
    assert ask("x86_64", 0x40000000 + 39) == KILL_PROCESS
    assert ask("x86_64", 0x3FFFFFFF) == errno.ENOSYS
    assert ask("aarch64", 0x40000000) == errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_what_nobody_may_do(machine: str) -> None:
    assert not numbers_of(machine).keys() & seccomp.ALLOWED.keys()
    for name, number in numbers_of(machine).items():
        refusal = errno.EPERM if number < 424 else errno.ENOSYS
        for value in (0, PID, WORD):
            assert ask(machine, number, *[value] * 6) == refusal, name


@pytest.mark.parametrize(
    ("name", "x86_64", "aarch64"),
    [
        ("read", 0, 63),
        ("write", 1, 64),
        ("open", 2, None),
        ("openat", 257, 56),
        ("newfstatat", 262, 79),
        ("munmap", 11, 215),
        ("rt_sigreturn", 15, 139),
        ("futex", 202, 98),
        ("poll", 7, None),
        ("ppoll", 271, 73),
        ("exit_group", 231, 94),
        ("statx", 332, 291),
    ],
)
def test_known_numbers(name: str, x86_64: int, aarch64: int | None) -> None:
    assert seccomp.ALLOWED[name][:2] == (x86_64, aarch64)
    assert ask("x86_64", x86_64) == ALLOW
    if aarch64 is not None:
        assert ask("aarch64", aarch64) == ALLOW


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_number_is_the_kernel_headers_(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip("no kernel headers (Debian's linux-libc-dev has them)")
    text = HEADERS[machine].read_text(encoding="utf-8")
    known = {n: int(k) for n, k in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\b", text)}
    if machine == "aarch64":
        known["newfstatat"] = known.pop("fstatat")
    ours = {name: getattr(call, machine) for name, call in seccomp.ALLOWED.items()}
    for name, number in (ours | numbers_of(machine)).items():
        assert number is None or known[name] == number, name


def test_aarch64_has_none_of_the_old_calls() -> None:
    old = "open stat lstat access pipe dup2 select poll epoll_create epoll_wait pause alarm time"
    old += " rename mkdir rmdir unlink readlink chmod utime utimes getpgrp arch_prctl"
    assert {name for name, call in seccomp.ALLOWED.items() if call.aarch64 is None} == {
        *old.split()
    }


@pytest.mark.parametrize("machine", MACHINES)
def test_no_number_is_used_twice(machine: str) -> None:
    found = [getattr(call, machine) for call in seccomp.ALLOWED.values()]
    found = [number for number in found if number is not None]
    assert len(found) == len(set(found))
    assert not set(found) & set(numbers_of(machine).values())


@pytest.mark.parametrize("sharing", [False, True])
@pytest.mark.parametrize("machine", MACHINES)
def test_the_kernel_would_take_the_program(machine: str, sharing: bool) -> None:
    code = list(struct.iter_unpack("<HBBI", seccomp.program(machine, PID, sharing)))
    assert len(code) < 4096
    for at, (kind, if_true, if_false, k) in enumerate(code):
        jumps = {0x05: [k], 0x15: [if_true, if_false], 0x35: [if_true, if_false]}.get(kind, [])
        assert all(at + 1 + jump < len(code) for jump in jumps)
    assert code[-1][0] == 0x06


HIGH = 1 << 32
"""A bit of the upper half, which the kernel ignores in an int and must not ignore elsewhere."""
ARGUMENTS: list[tuple[str, tuple[int, ...], bool]] = [
    ("clone", (0x3D0F00,), True),
    ("clone", (0x3D0F00 | HIGH,), False),
    ("clone", (0x1200011,), False),  # fork
    ("clone", (0x4111,), False),  # vfork
    *[("clone", (0x3D0F00 | 1 << bit,), False) for bit in (7, 17, 25, 26, 27, 28, 29, 30)],
    ("kill", (PID,), True),
    ("kill", (PID | HIGH,), True),
    ("kill", (PID + 1,), False),
    ("kill", (0,), False),
    ("kill", (WORD,), False),
    ("kill", (WORD & -PID,), False),
    ("tgkill", (PID,), True),
    ("tgkill", (PID + 1, PID), False),
    ("socketpair", (1, 1), True),
    ("socketpair", (2, 1), False),
    ("sendto", (3, 0, 1, 0, 0, 0), True),
    ("sendto", (3, 0, 1, 0x4040, 0, 0), True),
    ("sendto", (3, 0, 1, 0, 1, 0), False),
    ("sendto", (3, 0, 1, 0, HIGH, 0), False),
    ("sendto", (3, 0, 1, 1, 0, 0), False),  # MSG_OOB
    ("prlimit64", (0, 7, 0, WORD), True),
    ("prlimit64", (PID, 7, 0, WORD), True),
    ("prlimit64", (PID + 1, 7, 0, WORD), False),
    ("prlimit64", (0, 7, HIGH, 0), False),
    ("prlimit64", (0, 7, 1, 0), False),
    ("fcntl", (3, 3), True),
    *[("fcntl", (3, command), False) for command in (8, 10, 15, 1024, 1026, 1031, 1033)],
    ("ioctl", (3, 0x5401), True),
    *[("ioctl", (3, request), False) for request in (0x5412, 0x541C, 0x5452, 0x8901, 0x40049409)],
    ("prctl", (15,), True),
    *[("prctl", (option,), False) for option in (1, 4, 8, 22, 24, 28, 35, 36, 38, 47, 55)],
    ("sched_setscheduler", (0, 0), True),
    *[("sched_setscheduler", (0, policy), False) for policy in (1, 2, 3, 5, 6, 0x40000000)],
    *[(name, (who,), True) for name in ("getsid", "getpgid") for who in (0, PID)],
    *[(name, (PID + 1,), False) for name in ("getsid", "getpgid")],
    ("getpriority", (0, PID), True),
    ("getpriority", (0, PID + 1), False),
    ("getpriority", (1, 0), False),  # of the whole group
    ("getpriority", (2, 0), False),  # of the user
]
NO_EFFECT = 0
AS_ANOTHER_THREAD = [
    ("sched_getscheduler", (PID + 1,), NO_EFFECT),
    ("sched_getparam", (PID + 1,), NO_EFFECT),
    ("sched_setscheduler", (PID + 1, 0), NO_EFFECT),
    ("sched_setscheduler", (PID + 1, 1), errno.EPERM),
    ("sched_getaffinity", (PID + 1,), errno.ENOSYS),
    *[(f"sched_get{what}", (PID,), ALLOW) for what in ("scheduler", "param", "affinity")],
]
"""What the filter cannot tell from another process."""
AS_ANOTHER_USER = [
    *[(name, (3, 4, 5), NO_EFFECT) for name in ("chmod", "fchmod", "fchmodat")],
    *[(name, (3, 4, 5), NO_EFFECT) for name in ("utime", "utimes", "utimensat")],
    *[(name, (3, HIGH, HIGH), NO_EFFECT) for name in ("utime", "utimes", "utimensat")],
    *[(name, (3, 0), errno.EPERM) for name in ("utime", "utimes")],
    ("utimensat", (3, 4, 0), errno.EPERM),
    ("truncate", (3, 0), errno.EPERM),
    *[("open", (3, flags), ALLOW) for flags in (0, 1, 2, 0x241, 0x242, 0x80000)],
    *[("openat", (3, 4, flags), ALLOW) for flags in (0, 1, 2, 0x241, 0x242, 0x80000)],
    *[("open", (3, flags), errno.EPERM) for flags in (0x200, 0x240, 3, 0x203)],
    *[("openat", (3, 4, flags), errno.EPERM) for flags in (0x200, 0x240, 3, 0x203)],
]
"""What a worker may do to its own files alone, and here the filter must see to that."""


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("sharing", [False, True])
@pytest.mark.parametrize(("name", "arguments", "answer"), AS_ANOTHER_THREAD)
def test_of_another_thread(
    machine: str, sharing: bool, name: str, arguments: tuple[int, ...], answer: str | int
) -> None:
    number = getattr(seccomp.ALLOWED[name], machine)
    assert ask(machine, number, *arguments, sharing=sharing) == answer


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("name", "arguments", "answer"), AS_ANOTHER_USER)
def test_with_the_uid_of_others(
    machine: str, name: str, arguments: tuple[int, ...], answer: str | int
) -> None:
    number = getattr(seccomp.ALLOWED[name], machine)
    if number is not None:
        assert ask(machine, number, *arguments, sharing=True) == answer
        assert ask(machine, number, *arguments) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("name", "arguments", "allowed"), ARGUMENTS)
def test_arguments(machine: str, name: str, arguments: tuple[int, ...], allowed: bool) -> None:
    number = getattr(seccomp.ALLOWED[name], machine)
    assert ask(machine, number, *arguments) == (ALLOW if allowed else errno.EPERM)


def test_arch_prctl() -> None:
    assert ask("x86_64", 158, 0x1022) == ALLOW
    for option in (0x1001, 0x1002, 0x1003, 0x1004, 0x1011, 0x1012, 0x5001):
        assert ask("x86_64", 158, option) == errno.EPERM


@pytest.mark.parametrize(("system", "machine"), [("linux", "riscv64"), ("darwin", "x86_64")])
def test_elsewhere_it_says_so(system: str, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(OSError, match=f"no filter for {system} on {machine}") as caught:
        seccomp.install(sharing=False)
    assert caught.value.errno == errno.ENOSYS


# --- What real processes meet ---

SHARING = "sharing"
"""In place of True: behind the filter of a worker that has the uid of others."""
FORKS = """
import ctypes, json, os, signal, sys, tempfile, traceback
sys.path.insert(0, sys.argv[1])
import seccomp

numbers, imports, acts, SHARING = json.load(sys.stdin)
libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    found = libc.syscall(ctypes.c_long(numbers[name]), *words)
    if found == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return found

def prctl(option, value):
    call("prctl", option, value, 0, 0, 0)

for name in imports:
    __import__(name)

def try_it(source, filtered):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(120)
        scope = {"call": call, "libc": libc, "prctl": prctl, "seccomp": seccomp, **NAMES}
        said = "the filter was not installed"
        try:
            with tempfile.TemporaryDirectory() as box:
                os.chdir(box)
                os.environ.update(HOME=box, TMPDIR=box, MPLCONFIGDIR=box, IPYTHONDIR=box)
                libc.prctl(38, ctypes.c_ulong(1), 0, 0, 0)
                phrase = seccomp.install(filtered == SHARING) if filtered else ""
                try:
                    exec(source, {**scope, "phrase": phrase})
                    said = 0
                except OSError as error:
                    said = error.errno or repr(error)
                except BaseException:
                    said = traceback.format_exc()
        finally:
            os.write(write, json.dumps(said).encode()[:4000])
            os._exit(0)
    os.close(write)
    said = b"".join(iter(lambda: os.read(read, 1 << 16), b""))
    os.close(read)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status or json.loads(said)

NAMES = {name: __import__(name) for name in (
    "array", "ctypes", "errno", "fcntl", "mmap", "os", "resource", "signal", "socket",
    "subprocess", "tempfile", "threading",
)}
print(json.dumps({name: try_it(source, filtered) for name, source, filtered in acts}))
"""


def fork_for(
    acts: list[tuple[str, str, bool | str]], imports: list[str], folder: Path
) -> dict[str, int | str]:
    """Let a forked child do each act: 0, the errno it got, minus a signal, or a traceback."""
    code = Path(seccomp.__file__).parent
    machine = platform.machine()
    allowed = {name: getattr(call, machine) for name, call in seccomp.ALLOWED.items()}
    sources = [(name, textwrap.dedent(source), filtered) for name, source, filtered in acts]
    ended = subprocess.run(
        [sys.executable, "-I", "-B", "-c", FORKS, str(code)],
        input=json.dumps([{**allowed, **numbers_of(machine)}, imports, sources, SHARING]),
        env={**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        cwd=folder,
        text=True,
        check=True,
    )
    said: dict[str, int | str] = json.loads(ended.stdout.splitlines()[-1])
    return said


WORKS_OTHERWISE = {
    "make a symbolic link": "os.symlink('x', f'link-{os.getpid()}')",
    "share memory without a name": "mmap.mmap(-1, 4096)",
    "fork": "if os.fork() == 0: os._exit(0)",
    "clone a process": "if call('clone', signal.SIGCHLD, 0, 0, 0, 0) == 0: os._exit(0)",
    "spawn a program": "os.posix_spawn('/bin/sh', ['sh', '-c', ':'], {})",
    "run a program": "subprocess.run(['/bin/sh', '-c', ':'])",
    "open a TCP socket": "socket.socket()",
    "open a UDP socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "open a unix socket": "socket.socket(socket.AF_UNIX)",
    "send a message": "a, b = socket.socketpair(); a.sendmsg([b'x'])",
    "pass a descriptor": "a, b = socket.socketpair(); socket.send_fds(a, [b'x'], [0])",
    "set a socket's option": "socket.socketpair()[0].setsockopt(1, 7, 9999)",
    "a file in memory": "os.memfd_create('x')",
    "shared memory": "call('shmctl', call('shmget', 0, 4096, 0o600), 0, 0)",
    "semaphores": "call('semctl', call('semget', 0, 1, 0o600), 0, 0, 0)",
    "a queue of messages": "call('msgctl', call('msgget', 0, 0o600), 0, 0)",
    "be traced": "call('ptrace', 0, 0, 0, 0)",
    "read memory": "call('process_vm_readv', os.getpid(), 0, 0, 0, 0, 0)",
    "signal the parent": "os.kill(os.getppid(), 0)",
    "signal a thread of the parent": "call('tgkill', os.getppid(), os.getppid(), 0)",
    "signal the group": "os.kill(0, 0)",
    "signal everyone": "os.kill(-1, 0)",
    "signal a thread by number": "call('tkill', threading.get_native_id(), 0)",
    "become who it is": "os.setuid(os.getuid())",
    "become the group it is": "os.setgid(os.getgid())",
    "keep all users": "os.setresuid(-1, -1, -1)",
    "a new session": "os.setsid()",
    "a new group": "os.setpgid(0, 0)",
    "ask for the personality": "call('personality', 0xFFFFFFFF)",
    "outlive the parent": "prctl(1, 0)",
    "forbid dumps": "prctl(4, 0)",
    "adopt": "prctl(36, 1)",
    "set a limit": "call('prlimit64', 0, 4, (ctypes.c_uint64 * 2)(), 0)",
    "read a limit of the parent": "resource.prlimit(os.getppid(), resource.RLIMIT_CORE)",
    "be nice": "os.nice(1)",
    "run in the background": "os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))",
    "choose processors": "os.sched_setaffinity(0, os.sched_getaffinity(0))",
    "signals for input": "fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getpid())",
    "choose such a signal": "fcntl.fcntl(os.pipe()[0], 10, signal.SIGUSR1)",
    "resize a pipe": "fcntl.fcntl(os.pipe()[1], 1031, 4096)",
    "watch files": "call('inotify_init1', 0)",
    "a named pipe": "os.mkfifo('x')",
    "a hard link": "open('x', 'w').close(); os.link('x', 'y')",
    "keep an owner": "os.chown('.', -1, -1)",
    "splice": "(r, _), (_, w) = os.pipe(), os.pipe(); call('splice', r, 0, w, 0, 0, 0)",
    "tee": "(r, _), (_, w) = os.pipe(), os.pipe(); call('tee', r, w, 0, 0)",
    "lock no memory": "call('mlock', 0, 0)",
    "the session of the parent": "os.getsid(os.getppid())",
    "the group of the parent": "os.getpgid(os.getppid())",
    "the priority of the parent": "os.getpriority(os.PRIO_PROCESS, os.getppid())",
    "the priority of the group": "os.getpriority(os.PRIO_PGRP, 0)",
}
"""What works for anyone without the filter, and gets EPERM with it."""

REFUSED = {
    "execute": "os.execv('/nonexistent', ['x'])",
    "execute a descriptor": "call('execveat', -1, 0, 0, 0, 0)",
    "a pair of another family": "socket.socketpair(socket.AF_INET)",
    "bind": "socket.socketpair()[0].bind('x')",
    "connect": "socket.socketpair()[0].connect('x')",
    "listen": "socket.socketpair()[0].listen()",
    "accept": "socket.socketpair()[0].accept()",
    "send to an address": """
        socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', 'y')
    """,
    "send out of band": "socket.socketpair()[0].send(b'x', socket.MSG_OOB)",
    "a thread in a namespace of its own": "call('clone', 0x3D0F00 | 0x20000, 0, 0, 0, 0)",
    "write memory": "call('process_vm_writev', -1, 0, 0, 0, 0, 0)",
    "keys": "call('keyctl', 0, -3, 0)",
    "add a key": "call('add_key', 0, 0, 0, 0, 0)",
    "bpf": "call('bpf', -1, 0, 0)",
    "count events": "call('perf_event_open', 0, 0, 0, 0, 0)",
    "handle page faults": "call('userfaultfd', -1)",
    "a posix queue": "call('mq_unlink', 0)",
    "mount": "call('mount', 0, 0, 0, 0, 0)",
    "unmount": "call('umount2', 0, 0)",
    "another root": "os.chroot('/nonexistent')",
    "pivot": "call('pivot_root', 0, 0)",
    "unshare nothing": "call('unshare', 0)",
    "enter a namespace": "call('setns', -1, 0)",
    "no groups": "os.setgroups([])",
    "capabilities": "call('capset', 0, 0)",
    "another filter": "call('seccomp', 1, 0, 0)",
    "another filter by prctl": "prctl(22, 2)",
    "its memory's layout": "prctl(35, 0)",
    "change a limit of the parent": "call('prlimit64', os.getppid(), 4, 0, 0)",
    "another scheduler": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "a lease": "fcntl.fcntl(os.pipe()[0], 1024, 0)",
    "be told of changes": "fcntl.fcntl(os.pipe()[0], 1026, 0)",
    "type for another": "fcntl.ioctl(os.pipe()[0], 0x5412, b'x')",
    "open by handle": "call('open_by_handle_at', -1, 0, 0)",
    "name by handle": "call('name_to_handle_at', -1, 0, 0, 0, 0)",
    "watch all files": "call('fanotify_init', -1, -1)",
    "a device": "os.mknod('x', 0o20600, os.makedev(1, 3))",
    "load a module": "call('init_module', 0, 0, 0)",
    "set the clock": "call('clock_settime', -1, 0)",
}
"""What needs rights or is not tried without the filter; EPERM with it."""

NOT_IMPLEMENTED = {
    "clone3": "call('clone3', 0, 0)",
    "a descriptor of a process": "os.pidfd_open(os.getppid())",
    "take a descriptor": "call('pidfd_getfd', -1, 0, 0)",
    "io_uring": "call('io_uring_setup', 0, 0)",
    "secret memory": "call('memfd_secret', 0)",
    "open a file system": "call('fsopen', 0, 0)",
    "landlock": "call('landlock_create_ruleset', 0, 0, 0)",
    "openat2": "call('openat2', -1, 0, 0, 0)",
}

HONEST = {
    "say what it is": """
        assert phrase.startswith("allow-list of ") and " system calls (" in phrase
        assert "Seccomp:\\t2" in open("/proc/self/status").read()
    """,
    "threads": """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(int, range(100))) == 4950
    """,
    "signals to oneself": """
        got = []
        signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
        signal.raise_signal(signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGUSR1)
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        assert len(got) == 3
    """,
    "timers": """
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)  # again, should the first be too early
        signal.pause()
        signal.setitimer(signal.ITIMER_REAL, 0)
        import time
        time.sleep(0)
    """,
    "asyncio": """
        import asyncio
        async def main():
            return await asyncio.to_thread(int, 3)
        assert asyncio.run(main()) == 3
        asyncio.run(asyncio.sleep(0))
    """,
    "a pair of sockets": """
        a, b = socket.socketpair()
        a.send(b"x")
        assert b.recv(1) == b"x"
    """,
    "descriptors": """
        r, w = os.pipe()
        assert not os.isatty(r)
        os.set_blocking(r, False)
        os.set_inheritable(w, True)
        os.write(w, b"x")
        assert fcntl.ioctl(r, 0x541B, bytes(4))[0] == 1
        os.dup2(w, os.dup(r))
        os.closerange(100, 120)
    """,
    "files": """
        import shutil
        os.makedirs("a/b")
        with open("a/b/c", "w") as file:
            file.write("x")
            file.flush()
            os.fsync(file.fileno())
            fcntl.lockf(file, fcntl.LOCK_EX)
        shutil.copy2("a/b/c", "d")
        shutil.copyfile("d", "e")
        shutil.copytree("a", "f")
        shutil.move("d", "g")
        os.chmod("g", 0o600)
        os.utime("g")
        os.truncate("g", 0)
        assert [name for _, _, names in os.walk("f") for name in names] == ["c"]
        shutil.rmtree("f")
        tempfile.TemporaryFile().write(b"x")
        with tempfile.TemporaryDirectory():
            assert shutil.disk_usage(".").total
        mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    """,
    "a database": """
        import sqlite3
        with sqlite3.connect("db") as base:
            base.execute("create table t (a)")
    """,
    "questions": """
        import platform, shutil, time, uuid
        platform.platform(), uuid.uuid1(), uuid.uuid4(), os.getloadavg(), os.cpu_count()
        resource.getrlimit(resource.RLIMIT_AS), resource.getrusage(0), os.times()
        os.sched_getaffinity(0), os.getgroups(), os.getpriority(0, 0), os.urandom(3)
        os.sched_getscheduler(os.getpid()), os.sched_getparam(0), os.getsid(os.getpid())
        shutil.get_terminal_size(), time.perf_counter(), os.getpgrp(), os.getsid(0)
    """,
    "a callback": """
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
        assert kind(lambda x: x + 1)(1) == 2
    """,
}

WITHOUT_OWN_UID = {
    "files": """
        import pathlib, shutil
        os.makedirs("a/b")
        file = pathlib.Path("a/b/c")
        file.touch()
        file.touch()
        file.write_text("x")
        shutil.copy(file, "d")
        shutil.copy2(file, "e")
        shutil.copytree("a", "f")
        shutil.move("e", "g")
        os.chmod("g", 0o600)
        os.utime("g", (0, 0))
        assert os.stat("g").st_mtime > 0 and os.stat("g").st_mode & 0o777 == 0o644
        with open("g", "r+") as file:
            file.truncate(0)
        with open("f/b/c", "w"), tempfile.TemporaryFile() as unnamed:
            unnamed.write(b"x")
        shutil.rmtree("f")
    """,
    "room on the disk": """
        with open("x", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, 1 << 20)
        assert os.stat("x").st_blocks * 512 >= 1 << 20
    """,
}
"""What honest code does where it is no user of its own."""
TRUNCATES = {
    "by path": "open('x', 'w').close(); os.truncate('x', 0)",
    "though it only reads": "open('x', 'w').close(); os.open('x', os.O_RDONLY | os.O_TRUNC)",
}
"""What Landlock would let pass on any file that may be read, or on any at all before version 3."""

INSTALLS = {
    "for threads that run already": """
        told, found = threading.Event(), []
        def fork():
            told.wait()
            try:
                os.fork()
            except OSError as error:
                found.append(error.errno)
        thread = threading.Thread(target=fork)
        thread.start()
        seccomp.install(sharing=False)
        told.set()
        thread.join()
        assert found == [errno.EPERM]
    """,
    "not past a thread with a filter of its own": """
        told, found = [threading.Event(), threading.Event()], []
        def first():
            code = seccomp.program(os.uname().machine, os.getpid(), False)
            made = ctypes.byref(seccomp._Program(len(code) // 8, code))
            libc.prctl(22, ctypes.c_ulong(2), made, 0, 0)
            told[0].set()
            told[1].wait()
        thread = threading.Thread(target=first)
        thread.start()
        told[0].wait()
        try:
            seccomp.install(sharing=False)
        except OSError as error:
            found = [error.errno, error.strerror]
        told[1].set()
        thread.join()
        assert found == [errno.EBUSY, f"thread {thread.native_id} has a filter of its own"]
    """,
    "where the kernel has prctl only": """
        machine = os.uname().machine
        audit = seccomp._ARCHITECTURES[machine].audit
        seccomp._ARCHITECTURES[machine] = seccomp._Architecture(audit, 9999)
        seccomp.install(sharing=False)
        assert "Seccomp:\t2" in open("/proc/self/status").read()
    """,
    "never by the kernel's word alone": """
        from types import SimpleNamespace
        seccomp._set_filter = lambda *_: None
        unknown = lambda _: (ctypes.set_errno(errno.ENOSYS), -1)[1]
        for seccomp._libc in (libc, SimpleNamespace(personality=unknown)):
            try:
                seccomp.install(sharing=False)
            except OSError as error:
                assert (error.errno, "does not filter" in error.strerror) == (errno.ENOSYS, True)
            else:
                raise AssertionError
    """,
}


def acts() -> Iterator[tuple[str, str, bool | str]]:
    for name, source in (WORKS_OTHERWISE | REFUSED | NOT_IMPLEMENTED | HONEST).items():
        yield name, source, True
    for name, source in WORKS_OTHERWISE.items():
        yield f"{name}, unfiltered", source, False
    for name, source in INSTALLS.items():
        yield name, source, False
    for name, source in (HONEST | WITHOUT_OWN_UID | TRUNCATES).items():
        yield f"{name}, sharing", source, SHARING
    yield "abort", "os.abort()", True


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int | str]:
    return fork_for(list(acts()), [], tmp_path_factory.mktemp("acts"))


@pytest.mark.parametrize("act", WORKS_OTHERWISE)
def test_what_would_work_is_refused(act: str, said: dict[str, int | str]) -> None:
    assert said[f"{act}, unfiltered"] == 0
    assert said[act] == errno.EPERM


@pytest.mark.parametrize("act", REFUSED)
def test_refused(act: str, said: dict[str, int | str]) -> None:
    assert said[act] == errno.EPERM


@pytest.mark.parametrize("act", NOT_IMPLEMENTED)
def test_not_implemented(act: str, said: dict[str, int | str]) -> None:
    assert said[act] == errno.ENOSYS


@pytest.mark.parametrize("act", HONEST)
def test_an_honest_act_works(act: str, said: dict[str, int | str]) -> None:
    assert said[act] == 0


@pytest.mark.parametrize("act", (HONEST | WITHOUT_OWN_UID).keys())
def test_an_honest_act_works_without_a_uid_of_its_own(act: str, said: dict[str, int | str]) -> None:
    assert said[f"{act}, sharing"] == 0


@pytest.mark.parametrize("act", TRUNCATES)
def test_without_a_uid_of_its_own_nothing_is_truncated_in_passing(
    act: str, said: dict[str, int | str]
) -> None:
    assert said[f"{act}, sharing"] == errno.EPERM


@pytest.mark.parametrize("case", INSTALLS)
def test_it_is_installed(case: str, said: dict[str, int | str]) -> None:
    assert said[case] == 0


def test_abort_still_aborts(said: dict[str, int | str]) -> None:
    assert said["abort"] == -signal.SIGABRT


FOREIGN = {
    "x32": "call_number = ctypes.c_long(0x40000000 + 39)\nlibc.syscall(call_number)",
    "int 0x80": """
        private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        writes = mmap.PROT_READ | mmap.PROT_WRITE
        page = mmap.mmap(-1, 4096, private, writes | mmap.PROT_EXEC)
        page.write(bytes.fromhex("53 b8 14 00 00 00 cd 80 5b c3"))  # getpid of i386
        start = ctypes.addressof(ctypes.c_char.from_buffer(page))
        ctypes.CFUNCTYPE(ctypes.c_int)(start)()
    """,
}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="ABIs of x86_64")
@pytest.mark.parametrize("abi", FOREIGN)
def test_a_foreign_abi_is_killed(abi: str, tmp_path: Path) -> None:
    tried = [("with", FOREIGN[abi], True), ("without", FOREIGN[abi], False)]
    said = fork_for(tried, [], tmp_path)
    if said["without"] == -signal.SIGSEGV:
        pytest.skip("this kernel has no 32-bit calls")
    assert said == {"with": -signal.SIGSYS, "without": 0}


TORCH = {
    "train": """
        import torch
        net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 5), torch.nn.ReLU(), torch.nn.Flatten())
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        net(torch.rand(2, 3, 8, 8)).sum().backward()
        optimizer.step()
        torch.set_num_threads(4)
        torch.rand(300, 300) @ torch.rand(300, 300)
    """,
    "save and load": """
        import torch
        torch.save({"w": torch.ones(3)}, "w.pt")
        assert torch.load("w.pt")["w"].sum() == 3
        assert torch.load("w.pt", mmap=True)["w"].sum() == 3
    """,
    "script": """
        import importlib, pathlib, sys, torch
        text = "import torch\\ndef f(x: torch.Tensor) -> torch.Tensor:\\n    return x * 2\\n"
        pathlib.Path("scripted.py").write_text(text)
        sys.path.insert(0, os.getcwd())
        importlib.invalidate_caches()
        import scripted
        f = torch.jit.script(scripted.f)
        assert [f(torch.ones(2)).sum() for _ in range(4)] == [4] * 4
    """,
    "a figure": """
        import matplotlib.pyplot as plt
        plt.hist([1, 2, 2])
        plt.title("weights")
        plt.savefig("figure.png")
        plt.savefig("figure.pdf")
        plt.show()
    """,
    "science": """
        import numpy as np, scipy.optimize, tqdm
        np.linalg.svd(np.eye(50))
        assert abs(scipy.optimize.minimize_scalar(lambda x: (x - 1) ** 2).x - 1) < 1e-6
        assert sum(tqdm.tqdm(range(3), disable=False)) == 3
    """,
    "a data loader": """
        import torch, torch.utils.data as data
        pairs = data.TensorDataset(torch.rand(8, 3), torch.arange(8))
        assert len(list(data.DataLoader(pairs, 4, shuffle=True))) == 2
    """,
    "sockets within the process": """
        import zmq
        context = zmq.Context()
        a, b = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
        a.bind("inproc://x")
        b.connect("inproc://x")
        a.send(b"x")
        assert b.recv() == b"x"
        context.destroy()
    """,
    "a kernel within the process": """
        import asyncio, nbclient
        from ipykernel.inprocess.manager import InProcessKernelManager
        manager = InProcessKernelManager()
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        client.execute("import math\\nx = math.floor(3.5)\\nprint(x)")
        assert manager.kernel.shell.user_ns["x"] == 3
        assert client.get_shell_msg()["content"]["status"] == "ok"
    """,
}

IN_VAIN = {
    "subprocess": "subprocess.run(['ls'])",
    "a pool": "import multiprocessing; multiprocessing.Pool(2)",
    "a process": "import multiprocessing; multiprocessing.Process(target=print).start()",
    "a pool of futures": """
        from concurrent.futures import ProcessPoolExecutor
        ProcessPoolExecutor(2).submit(int).result()
    """,
    "a data loader with workers": """
        import torch, torch.utils.data as data
        list(data.DataLoader(data.TensorDataset(torch.rand(8, 3)), 4, num_workers=2))
    """,
    "a connection": "socket.create_connection(('127.0.0.1', 9), 1)",
    "a download": """
        import urllib.error, urllib.request
        try:
            urllib.request.urlopen("http://127.0.0.1:9/x")
        except urllib.error.URLError as error:
            raise error.reason
    """,
}


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int | str]:
    tried: list[tuple[str, str, bool | str]] = [
        *((name, source, True) for name, source in TORCH.items()),
        *((f"{name}, sharing", source, SHARING) for name, source in TORCH.items()),
    ]
    return fork_for(tried, ["torch"], tmp_path_factory.mktemp("programs"))


@pytest.fixture(scope="module")
def in_vain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int | str]:
    tried = [(name, source, True) for name, source in IN_VAIN.items()]
    return fork_for(tried, ["torch"], tmp_path_factory.mktemp("in_vain"))


@pytest.mark.rest
@pytest.mark.parametrize("program", TORCH)
def test_an_honest_program_notices_nothing(program: str, programs: dict[str, int | str]) -> None:
    assert programs[program] == programs[f"{program}, sharing"] == 0


@pytest.mark.parametrize("program", IN_VAIN)
def test_what_is_in_vain_ends_in_an_ordinary_error(
    program: str, in_vain: dict[str, int | str]
) -> None:
    assert in_vain[program] == errno.EPERM
