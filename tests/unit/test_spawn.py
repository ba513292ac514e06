"""The wall of macOS and Windows, where workers are spawned: forced, and tried on Linux."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest

from grader.cli import run
from grader.errors import WallError
from grader.sandbox import scratch
from grader.sandbox.outside.answer import Died, Missing, Raised, Returned, TimedOut
from grader.sandbox.outside.child import (
    PIPE,
    Deadline,
    FullError,
    GoneError,
    LateError,
    Output,
    within,
)
from grader.sandbox.outside.disk import Disk
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.spawn import CLOSE_SECONDS, SpawnedChild
from grader.sandbox.outside.wall import Wall
from grader.sandbox.wire import Claim, Frame, WireError
from grader.submission.program import Program
from grader.template import REFERENCE
from tests.cells import cell
from tests.processes import descendants
from tests.unit.answers import number

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="tried on Linux only, so far")
ROOT = Path(__file__).parents[2]

PROLOGUE = """
import fcntl, os, signal, subprocess, sys, time

count = 0

def counted():
    global count
    count += 1
    return count

def pid(): return os.getpid()

def pipe():
    pipes = {}
    for name in os.listdir("/proc/self/fd"):
        path = f"/proc/self/fd/{name}"
        if int(name) > 2 and os.path.lexists(path) and "pipe" in os.readlink(path):
            pipes.setdefault(os.readlink(path), []).append(int(name))
    for numbers in pipes.values():  # the one of requests has both of its ends here
        if len(numbers) == 1 and fcntl.fcntl(numbers[0], fcntl.F_GETFL) & os.O_WRONLY:
            return numbers[0]
"""


@pytest.fixture(scope="module")
def spawning() -> Iterator[Wall]:
    with Wall(spawn=True) as wall:
        yield wall


def admit(wall: Wall, source: str) -> Session:
    text = PROLOGUE + textwrap.dedent(source)
    return wall.admit(Program((cell(text),)))


# A worker and its pipes, without torch ----------------------------------------------------------


class Said(Disk):
    def __init__(self, words: str) -> None:
        self.words = words

    def exceeded(self, _pid: int | None) -> str:
        return self.words


@contextlib.contextmanager
def child(source: str, exceeded: str = "", output: Output | None = None) -> Iterator[SpawnedChild]:
    command = [sys.executable, "-I", "-S", "-c", textwrap.dedent(source)]
    found = SpawnedChild(command, os.environ, Path.cwd(), output or Output(1000), Said(exceeded))
    try:
        yield found
    finally:
        found.kill()
        found.close()


def soon(seconds: float) -> Deadline:
    return within(seconds)


HEADER = b'{"id": 1, "claim": {"kind": "none"}}'
GOOD = f"import os; os.write(1, {len(HEADER).to_bytes(4, 'little') + HEADER!r});"


@pytest.mark.parametrize("size", [0, 10, PIPE // 2])
def test_frames_pass_both_ways(size: int) -> None:
    echo = "import os\nwhile data := os.read(0, 1 << 16): os.write(1, data)"
    sent = np.arange(size, dtype=np.uint8)
    with child(echo) as worker:
        worker.send(Frame({"id": size}, Claim("ndarray", sent)), soon(30))
        received = worker.receive(soon(30))
    assert received.fields == {"id": size}
    assert received.claim.array is not None
    assert received.claim.array.tobytes() == sent.tobytes()


def test_what_was_printed_before_an_answer_is_there_with_it() -> None:
    """However late the thread comes that takes it: on a busy machine, it did."""
    taken = threading.Event()

    class Slow(Output):
        def feed(self, data: bytes) -> None:
            taken.wait()
            super().feed(data)

    prints = f"import os; os.write(2, b'x' * 3000 + b'the end'); {GOOD}"
    output = Slow(10_000)
    with child(prints, output=output) as worker:
        threading.Timer(0.1, taken.set).start()
        worker.receive(soon(30))
        assert output.text == "x" * 3000 + "the end"


def test_a_process_that_never_answers_is_late() -> None:
    with child("import time; time.sleep(60)") as worker:
        began = time.monotonic()
        with pytest.raises(LateError):
            worker.receive(soon(0.5))
        assert time.monotonic() - began < 2


def test_a_process_that_never_reads_cannot_block_the_sender() -> None:
    with child("import time; time.sleep(60)") as worker:
        large = Frame({"id": 1}, Claim("ndarray", np.zeros(8 * PIPE, np.uint8)))
        with pytest.raises(LateError):
            worker.send(large, soon(0.5))


def test_a_frame_that_trickles_in_is_late() -> None:
    trickle = "import os, time\nfor i in range(100): os.write(1, bytes(1)); time.sleep(0.1)"
    with child(trickle) as worker, pytest.raises((LateError, WireError)):
        worker.receive(soon(0.3))


@pytest.mark.parametrize("act", ["", "os._exit(7)", "os.close(1); time.sleep(60)"])
def test_a_process_that_is_gone_is_noticed(act: str) -> None:
    with child(f"import os, time; {act}") as worker, pytest.raises(GoneError):
        worker.receive(soon(30))


@pytest.mark.rest
def test_a_stray_that_keeps_the_pipes_delays_nobody_for_long() -> None:
    seconds = CLOSE_SECONDS + 3
    stray = f"import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep({seconds})\n"
    began = time.monotonic()
    with child(stray) as worker, pytest.raises(GoneError):
        worker.receive(soon(30))
    assert time.monotonic() - began < seconds


def test_what_was_sent_before_the_end_arrives() -> None:
    with child(f"{GOOD} os._exit(0)") as worker:
        assert worker.receive(soon(30)).fields == {"id": 1}
        worker.send(Frame({"id": 1}), soon(30))  # nobody reads it, and nothing breaks
        with pytest.raises(GoneError):
            worker.receive(soon(30))


@pytest.mark.parametrize("lie", [b"nonsense" * 100, b"\xff" * 4, b"\0" * 4, b"\2\0\0\0[]"])
def test_no_frame_is_an_error_of_the_wire(lie: bytes) -> None:
    with (
        child(f"import os, time; os.write(1, {lie!r}); time.sleep(60)") as worker,
        pytest.raises(WireError),
    ):
        worker.receive(soon(30))


@pytest.mark.rest
def test_a_flood_of_answers_waits_outside() -> None:
    flood = "import os, sys\nfor i in range(10**6): os.write(1, bytes(65_536)); print(i, end=' ',"
    with child(f"{flood} file=sys.stderr, flush=True)") as worker:
        time.sleep(1)
        written = int(worker.output.text.split()[-1]) * 65_536
    assert written <= 3 * PIPE  # a queue, a pipe, and what is on the way


def test_a_flood_of_prints_is_bounded() -> None:
    flood = "import os\nwhile True: os.write(2, b'x' * 100_000)"
    with child(f"{GOOD}\n{flood}") as worker:
        assert worker.receive(soon(30)).fields == {"id": 1}
        with pytest.raises(LateError):
            worker.receive(soon(0.5))
        assert "bytes left out" in worker.output.text
        assert len(worker.output.text) < 1200


def test_a_full_folder_is_noticed() -> None:
    with (
        child("import time; time.sleep(60)", "too much") as worker,
        pytest.raises(FullError, match="too much"),
    ):
        worker.receive(soon(30))


# Sessions ---------------------------------------------------------------------------------------


def test_a_session_shares_one_process_and_two_do_not(spawning: Wall) -> None:
    session = admit(
        spawning,
        """
        import helper_that_is_not_there
        class Net:
            bits = 8
        def failing(): return {}["key"]
        def here():
            print(os.getcwd())
        """,
    )
    assert [number(session.call("counted")) for _ in range(3)] == [1, 2, 3]
    with session.group():
        assert number(session.call("counted")) == 4
    first = number(session.call("pid"))
    assert number(session.value("Net.bits")) == 8
    answer = session.call("failing")
    assert isinstance(answer, Raised)
    assert (answer.kind, answer.where) == (
        "KeyError",
        f"lab1.py, line {PROLOGUE.count(chr(10)) + 5}",
    )
    assert session.call("nothing") == Missing("nothing", None, None)
    assert "No module named 'helper_that_is_not_there'" in session.notes[0]
    assert isinstance(session.call("here"), Returned)
    assert session.output == "~\n"
    other = admit(spawning, "")
    assert not psutil.pid_exists(first)
    assert number(other.call("counted")) == 1
    assert number(other.call("pid")) != first


@pytest.mark.rest
def test_a_late_call_is_ended_and_the_next_has_another_process(spawning: Wall) -> None:
    patient = spawning.limits
    spawning.limits = replace(patient, call_seconds=2.0)
    try:
        session = admit(
            spawning,
            """
            def hang():
                signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
                if os.fork() == 0:
                    time.sleep(600)
                print("it hangs", flush=True)
                while True: pass
            """,
        )
        before = descendants()  # beside this one's worker, walls of other tests
        first = number(session.call("pid"))
        assert session.call("hang") == TimedOut(2.0, "hang took longer than 2 s")
        assert not psutil.pid_exists(first)
        assert descendants() == before - {first}
        assert session.output == "it hangs\n"
        assert session.call("hang") == TimedOut(
            2.0, "hang took longer than 2 s, and was not called again"
        )
        assert number(session.call("pid")) != first
    finally:
        spawning.limits = patient


def test_what_is_printed_is_kept_at_both_ends(spawning: Wall) -> None:
    session = admit(
        spawning,
        """
        def f():
            print("begin")
            for _ in range(200):
                os.write(1, b"x" * 50_000)
            subprocess.run([sys.executable, "-c", "print('from a program')"])
            os.write(2, b"the end")
            assert sys.stdin.read() == ""
            return 1
        """,
    )
    assert number(session.call("f")) == 1
    output = session.output
    assert output.startswith("begin\n")
    assert output.endswith("from a program\nthe end")
    assert "bytes left out" in output
    assert len(output) < 70_000


@pytest.mark.rest
def test_a_worker_that_fails_is_replaced(spawning: Wall) -> None:
    session = admit(
        spawning,
        """
        def crash(): os.kill(os.getpid(), signal.SIGSEGV)
        def lie(): os.write(pipe(), b"nonsense" * 1000)
        """,
    )
    for name, reason in (
        ("crash", "signal 11: Segmentation fault"),
        ("lie", "its process sent a malformed answer"),
    ):
        answer = session.call(name)
        assert isinstance(answer, Died)
        assert answer.retried
        assert reason in answer.reason
    assert number(session.call("counted")) == 1


@pytest.mark.rest
def test_a_full_scratch_folder_ends_a_worker(spawning: Wall) -> None:
    source = """
    def f():
        for i in range(20_000):
            open(f"{i}", "w").close()
        time.sleep(60)
    """
    answer = admit(spawning, source).call("f")
    assert isinstance(answer, Died)
    assert "more than 10,000 files" in answer.reason


def test_nothing_is_left_behind() -> None:
    gc.collect()  # else what other tests have left would go meanwhile
    before = descendants(), psutil.Process().num_fds(), psutil.Process().num_threads()
    with Wall(spawn=True) as wall:
        session = admit(
            wall,
            """
            def f():
                program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
                os.makedirs("a/b"); os.chmod("a", 0)
                return program.pid
            """,
        )
        assert psutil.pid_exists(number(session.call("f")))
        assert wall._launcher is not None
        folder = wall._launcher.folder
        assert len(list(folder.glob("box-*"))) == 1
    time.sleep(0.1)  # what was started belongs to init now, which reaps it
    assert (descendants(), psutil.Process().num_fds(), psutil.Process().num_threads()) == before
    assert not folder.exists()


@pytest.mark.rest
def test_workers_end_when_the_supervisor_is_killed() -> None:
    script = f"""
    import os, signal
    from tests.unit.test_spawn import Wall, admit, number
    with Wall(spawn=True) as wall:
        source = "import threading\\ndef hang():\\n    while True: pass\\n"
        session = admit(wall, source + "threading.Timer(1, hang).start()")
        print(number(session.call("pid")), wall._launcher.folder, flush=True)
        os.kill(os.getpid(), {signal.SIGKILL})
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL
    pid, folder = done.stdout.split()
    deadline = time.monotonic() + 20
    while psutil.pid_exists(int(pid)) and psutil.Process(int(pid)).status() != "zombie":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    scratch.remove(Path(folder))


# Grading ----------------------------------------------------------------------------------------


@pytest.fixture
def only_spawning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.grade.Wall", partial(Wall, spawn=True))
    monkeypatch.setattr("grader.sandbox.outside.wall.Wall", partial(Wall, spawn=True))


WEIGHTS = """
def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round(), scale
"""


@pytest.mark.rest
@pytest.mark.usefixtures("only_spawning")
@pytest.mark.parametrize(
    ("source", "options"),
    [
        pytest.param(WEIGHTS, ["--question", "2.1"], id="one question"),
        pytest.param(REFERENCE.read_text("utf-8"), [], id="the lab"),
    ],
)
def test_a_student_can_check_and_run(
    source: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, executed = tmp_path / "lab1.py", tmp_path / "executed.ipynb"
    path.write_text(source, encoding="utf-8")
    assert run(["check", str(path), "--run", "--executed", str(executed), *options]) == 0
    assert executed.exists()
    assert "Everything is right." in capsys.readouterr().out


@pytest.mark.usefixtures("only_spawning")
def test_there_is_no_official_grade(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--output", str(output), "--quiet"]) == 3
    assert not output.exists()
    error = " ".join(capsys.readouterr().err.split())
    assert "no official grade here" in error
    assert "L4 system calls is missing" in error


@pytest.mark.rest
@pytest.mark.usefixtures("only_spawning")
def test_who_asks_for_it_has_an_unofficial_grade(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    arguments = ["grade", str(REFERENCE), "--output", str(output), "--quiet", "--unofficial"]
    assert run(arguments) == 0
    text = output.read_text()
    assert '"word": "unprotected"' in text
    assert "Unofficial: 100 of 100 points." in text


@pytest.mark.rest
@pytest.mark.usefixtures("only_spawning")
def test_the_command_says_how_little_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox"]) == 1
    shown = capsys.readouterr().out
    assert "readable (2)" in shown
    assert shown.strip().splitlines()[-1].startswith("unprotected")


@pytest.mark.rest
def test_limits_that_are_left_out_are_missed(tmp_path: Path) -> None:
    with Wall(spawn=True, without=["limits"]) as wall:
        isolation = wall.verify([], tmp_path)
    assert set(isolation.missing) == {"limits", "user", "seccomp", "landlock", "namespaces"}
    with pytest.raises(WallError, match="L2 limits is missing"):
        isolation.require_basic()


# Systems that lack what Linux has ---------------------------------------------------------------

LACKING = """
import ctypes, os, select, signal, sys
# What others make, imported as on Linux.
import grader.cli, grader.grade, grader.validation.validate
import matplotlib, numpy.random, torch
import nbconvert, nbformat, IPython
for name in [name for name in sys.modules if name.split(".")[0] == "grader"]:
    del sys.modules[name]

sys.platform = PLATFORM
windows = PLATFORM == "win32"
lacking = {
    os: ["pidfd_open", "O_PATH", "setresuid", "setresgid", "memfd_create"],
    signal: [],
    select: ["epoll"],
}
if windows:
    sys.modules.update(resource=None, fcntl=None, pwd=None, grp=None)
    lacking[os] += ["getuid", "geteuid", "fork", "readv", "setsid", "killpg", "getsid",
        "set_blocking", "O_NOFOLLOW", "O_DIRECTORY", "chown", "setuid", "setgroups"]
    lacking[signal] += ["SIGALRM", "SIGKILL", "setitimer", "ITIMER_REAL", "pthread_sigmask"]
    lacking[select] += ["poll"]
    load = ctypes.CDLL
    def CDLL(name, *args, **kwargs):
        if name is None:
            raise TypeError("bad argument type for built-in operation")
        return load(name, *args, **kwargs)
    ctypes.CDLL = CDLL
for module, names in lacking.items():
    for name in names:
        delattr(module, name)

import grader.cli, grader.grade, grader.validation.validate
from grader.sandbox.outside import disk, launch
from grader.sandbox.outside import verify
from grader.sandbox.outside import wall
from grader.sandbox.outside import spawn
wall = wall.Wall()
assert wall._spawn
import importlib
sys.path[:0] = {str(path.parent) for path in launch.code_inside()}
for path in launch.code_inside():
    importlib.import_module(path.stem)

os.chdir(sys.argv[1])  # where the attempts leave what they make
from pathlib import Path
import failures, lockdown, attempts, scratch, seccomp
layers = lockdown.limits_only({"FSIZE": 1 << 20, "NOFILE": 100, "AS": 1 << 60, "DATA": 1 << 60})
assert layers["limits"][0] and not layers["user"][0], layers
assert ("FSIZE" in layers["limits"][1]) is not windows and "AS=" not in layers["limits"][1], layers
words = failures.describe(OSError(27, "File too large"), lambda _: None)["message"]
assert ("a file may have 1 MiB" in words) is not windows, words
assert failures.describe(MemoryError(), lambda _: None)["message"] == ""
acts = attempts.attempt_all(attempts.Target("", 1, 1, 1, []), ["limits"])
assert len(acts) == (0 if windows else 2) and all(act["held"] for act in acts), acts
assert list(attempts.descriptors())
try:
    seccomp.install(sharing=False)
except OSError as error:
    assert PLATFORM in str(error)
box = Path("box").absolute()
scratch.make(box, None)
(box / "deep" / "er").mkdir(parents=True)
(box / "deep" / "file").write_bytes(bytes(5000))
(box / "deep" / "file").chmod(0o400)
files, size = disk.usage(box, 100)
assert files == 3 and size >= 5000, (files, size)
assert disk.usage(box, 1)[0] > 1
scratch.remove(box)
assert not box.exists()
print("fine")
"""


@pytest.mark.rest
@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_everything_is_imported_where_linux_is_not(platform: str, tmp_path: Path) -> None:
    script = f"PLATFORM = {platform!r}\n{LACKING}"
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.endswith("fine\n"), done.stderr
