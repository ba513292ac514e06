"""A worker that dies, hangs or lies costs the call in which it did, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from grader.errors import WallError
from grader.exam import open_exam
from grader.sandbox.outside.answer import Died, Raised, Returned, TimedOut
from grader.sandbox.outside.child import Child
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.sandbox.wire import Tensor
from grader.submission.program import Program
from tests.cells import cell
from tests.processes import descendants

Admit = Callable[..., Session]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wall needs Linux")

PROLOGUE = """
import fcntl, os, signal, time

def fine(): return 1

def spin():
    while True: pass

def pipe():
    for name in os.listdir("/proc/self/fd"):
        path = f"/proc/self/fd/{name}"
        if int(name) > 2 and os.path.lexists(path) and "pipe" in os.readlink(path):
            if fcntl.fcntl(int(name), fcntl.F_GETFL) & os.O_WRONLY:
                return int(name)

def frame(header):
    os.write(pipe(), len(header).to_bytes(4, "little") + header)
    time.sleep(60)
"""


RETURNED = '{"id": 2, "answer": "returned", "claim": {"kind": "none"}}'


def is_fine(session: Session) -> bool:
    return isinstance(session.call("fine"), Returned)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("os._exit(0)", "its process ended with exit status 0"),
        ("os._exit(7)", "its process ended with exit status 7"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "signal 9: Killed (perhaps it ran out of memory)"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11: Segmentation fault"),
        ("import ctypes; ctypes.string_at(0)", "signal 11: Segmentation fault"),
        ("os.closerange(3, 250); time.sleep(60)", "closed the pipe that answers go through"),
    ],
)
def test_a_call_that_was_killed_is_tried_twice_and_the_next_counts(
    admit: Admit, act: str, reason: str
) -> None:
    session = admit(f"{PROLOGUE}\ndef f():\n    {act}\n")
    with session.group():
        assert is_fine(session)
        answer = session.call("f")
        assert isinstance(answer, Died)
        assert answer.retried
        assert reason in answer.reason
        words = f"it did so twice before ({answer.reason}) and was not called again"
        assert session.call("f") == Died(words, retried=False)
        assert is_fine(session)
    assert any(note.startswith("f: ") and reason in note for note in session.notes)


def test_a_product_of_matrices_ends_no_process_for_lack_of_memory(admit: Admit) -> None:
    """OpenBLAS, which would, took the memory that it works in before the fork."""
    session = admit("""
import numpy as np
square = np.ones((900, 900))
def f():
    kept = []
    for count in (1 << 27, 1 << 20, 1 << 16):
        try:
            while True: kept.append(np.zeros(count))
        except MemoryError:
            pass
    del kept[next(at for at, each in enumerate(kept) if each.size == 1 << 20)]  # for the result
    return square @ square
""")
    assert isinstance(session.call("f"), Returned)


@pytest.mark.skipif(os.getuid() != 0, reason="threads of a user of its own are counted")
def test_a_process_that_torch_ends_for_lack_of_threads_says_so(admit: Admit) -> None:
    session = admit("""
import torch
def f():
    torch.set_num_threads(500)
    return torch.ones(1_000_000) + 1
""")
    answer = session.call("f")
    assert isinstance(answer, Died)
    words = "exit status 1 (no more threads could be started: leave their number as it is"
    assert words in answer.reason


@pytest.mark.parametrize("act", ["os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_killed_while_loading_is_final(admit: Admit, act: str) -> None:
    session = admit(f"{PROLOGUE}\n{act}\n")
    first, second = session.call("fine"), session.call("fine")
    assert isinstance(first, Died)
    assert not first.retried
    assert first.reason.startswith("while loading the submission, its process ")
    assert second is first
    assert session.notes == (first.reason,)


def test_killed_for_lying_while_loading_is_final(admit: Admit) -> None:
    session = admit(f"{PROLOGUE}\nframe(b'{RETURNED}')\n")
    first = session.call("fine")
    assert isinstance(first, Died)
    assert session.call("fine") is first


@pytest.mark.usefixtures("hurried")
def test_killed_for_hanging_while_loading_is_final(admit: Admit) -> None:
    session = admit(f"{PROLOGUE}\nwhile True: pass\n")
    first, second = session.call("fine"), session.call("fine")
    assert first == TimedOut(1.0, "loading the submission took longer than 1 s")
    assert second is first


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "act",
    [
        pytest.param("spin()", marks=pytest.mark.rest),
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); spin()",
        pytest.param("os.kill(os.getpid(), signal.SIGSTOP)", marks=pytest.mark.rest),
        pytest.param("while True: print('x' * 1000)", marks=pytest.mark.rest),
        pytest.param("while True: os.write(2, bytes(100_000))", marks=pytest.mark.rest),
        pytest.param(
            "return type('Slow', (list,), {'__len__': lambda _: spin()}).__len__(0)",
            marks=pytest.mark.rest,
        ),
    ],
)
def test_killed_for_hanging_is_not_called_again(admit: Admit, act: str) -> None:
    session = admit(f"{PROLOGUE}\ndef f():\n    {act}\n")
    with session.group():
        assert is_fine(session)
        assert session.call("f") == TimedOut(1.0, "f took longer than 1 s")
        again = session.call("f")
        assert again == TimedOut(1.0, "f took longer than 1 s, and was not called again")
        assert is_fine(session)


@pytest.mark.usefixtures("hurried")
def test_not_killed_for_the_time_of_a_busy_machine(admit: Admit) -> None:
    """What waits for the processor passes no faster than what sleeps."""
    session = admit(f"{PROLOGUE}\ndef f():\n    time.sleep(1.5)\n    return 1\n")
    assert isinstance(session.call("f"), Returned)


@pytest.mark.rest
@pytest.mark.usefixtures("hurried")
def test_killed_for_waiting_three_times_as_long(admit: Admit) -> None:
    session = admit(f"{PROLOGUE}\ndef f():\n    time.sleep(60)\n")
    assert session.call("f") == TimedOut(1.0, "f took longer than 1 s")


@pytest.mark.usefixtures("hurried")
def test_killed_for_a_message_that_never_ends(admit: Admit) -> None:
    session = admit(f"""{PROLOGUE}
class Slow(Exception):
    def __str__(self):
        while True: pass

def f(): raise Slow
def g(): raise ValueError("x" * 10_000_000)
""")
    assert isinstance(session.call("f"), TimedOut)
    long = session.call("g")
    assert isinstance(long, Raised)
    assert len(long.message) < 3000


def test_killed_when_the_submission_has_used_up_its_time(wall: Wall, admit: Admit) -> None:
    patient = wall.limits
    wall.limits = replace(patient, submission_seconds=1.0)
    try:
        session = admit(f"{PROLOGUE}\ndef f():\n    while True: pass\n")
        assert is_fine(session)
        words = "the 1 s of the whole submission are used up"
        assert session.call("f") == TimedOut(1.0, words)
        assert session.call("fine") == TimedOut(1.0, words)
    finally:
        wall.limits = patient


HALF = "os.write(pipe(), bytes([100, 0, 0, 0]) + b'half'); "
LIES = {
    "half a frame, then the end": HALF + "os._exit(0)",
    "half a frame, then killed": HALF + "os.kill(os.getpid(), signal.SIGKILL)",
    "no frame": "os.write(pipe(), b'nonsense' * 1000)",
    "a header of 4 GB": "os.write(pipe(), b'\\xff' * 4); time.sleep(60)",
    "an empty header": "frame(b'')",
    "a string": """frame(b'"text"')""",
    "NaN": """frame(b'{"id": NaN}')""",
    "a depth that has no end": "frame(b'[' * 100_000)",
    "another answer": """frame(b'{"id": 2, "answer": "loaded", "failures": []}')""",
    "an unknown answer": """frame(b'{"id": 2, "answer": "passed"}')""",
    "no claim": """frame(b'{"id": 2, "answer": "returned"}')""",
    "a field too many": f"frame(b'{RETURNED}'.replace(b'{{', b'{{\"score\": 100, ', 1))",
    "the answer to another request": f"frame(b'{RETURNED}'.replace(b'2', b'3'))",
    "a terabyte": """frame(b'{"id": 2, "answer": "returned", "claim": {"kind": "tensor", '
        b'"dtype": "float64", "shape": [1000000, 1000000]}}')""",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_killed_for_speaking_out_of_turn(admit: Admit, lie: str) -> None:
    session = admit(f"{PROLOGUE}\ndef f():\n    {lie}\n")
    with session.group():
        answer = session.call("f")
        assert isinstance(answer, Died)
        assert "malformed" in answer.reason or "its process" in answer.reason
        assert is_fine(session)


@pytest.mark.rest
@pytest.mark.usefixtures("hurried")
def test_killed_for_a_frame_that_trickles_in(admit: Admit) -> None:
    session = admit(f"""{PROLOGUE}
def f():
    header = b'{{"id": 2, "answer": "returned", "claim": {{"kind": "none"}}' + b' ' * 1000 + b'}}'
    for byte in len(header).to_bytes(4, "little") + header:
        os.write(pipe(), bytes([byte]))
        time.sleep(0.1)
""")
    assert isinstance(session.call("f"), TimedOut)
    assert is_fine(session)


def test_killed_for_answering_twice(admit: Admit) -> None:
    session = admit(f"{PROLOGUE}\ndef f():\n    os.fork()\n    return 1\n")
    with session.group():
        session.call("f")
        assert is_fine(session)


def test_a_forged_answer_is_only_a_claim(admit: Admit) -> None:
    session = admit(f"{PROLOGUE}\ndef f(): frame(b'{RETURNED}')\n")
    assert isinstance(session.call("f"), Returned)


@pytest.mark.parametrize("step", ["send", "receive"])
@pytest.mark.parametrize("count", range(3))
@pytest.mark.parametrize("times", [1, 100])
def test_killed_from_outside_at_each_frame(
    admit: Admit, monkeypatch: pytest.MonkeyPatch, step: str, count: int, times: int
) -> None:
    """Frames: the report of the layers, load, call (0: before any of them)."""
    session = admit(f"{PROLOGUE}\ndef f(): return 1\n")
    honest: Callable[..., Any] = getattr(Child, step)
    calls: dict[int, int] = {}
    kills = 0

    def killing(child: Child, *arguments: Any) -> Any:
        nonlocal kills
        seen = calls.setdefault(child.pid, 0)
        calls[child.pid] += 1
        if seen == count and kills < times:
            kills += 1
            os.kill(child.pid, signal.SIGKILL)
        return honest(child, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Child, step, killing)
        try:
            answer: object = session.call("f")
        except WallError as error:  # before the student's code: nothing that it could have done
            answer = error
    assert isinstance(admit(PROLOGUE).call("fine"), Returned)
    if step == "receive" and isinstance(answer, Returned | Died):
        return  # whether the answer was in the pipe before the kill is chance, and either is right
    reached = kills > 0
    loading = (step, count) in {("send", 0), ("receive", 1)}
    before = (step, count) == ("receive", 0)
    if not reached or (times == 1 and not loading):
        assert isinstance(answer, Returned)
    elif before:
        assert isinstance(answer, WallError)
    else:
        assert isinstance(answer, Died)
        assert answer.retried != loading


def test_nothing_is_left_behind(wall: Wall, admit: Admit) -> None:
    is_fine(admit(PROLOGUE))
    before = descendants(), psutil.Process().num_fds()
    session = admit(f"""{PROLOGUE}
def f():
    try:
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(600)
                time.sleep(600)
    except OSError:  # behind the filter there are no processes to leave
        pass
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
    os.chmod(".", 0)
    return 1
""")
    with session.group():
        answer = session.call("f")
        assert isinstance(answer, Died)
        assert "folders too deep" in answer.reason
    assert isinstance(admit(PROLOGUE).call("fine"), Returned)
    assert (descendants(), psutil.Process().num_fds()) == before
    assert list(folder_of(wall).glob("box-*")) == []
    assert Path("/etc/passwd").exists()


def folder_of(wall: Wall) -> Path:
    assert wall._launcher is not None
    return wall._launcher.folder


SCRIPT = '''
import os, signal, sys
from grader.sandbox.outside.wall import Wall
from grader.submission.program import Program
from tests.cells import cell

def interrupt_soon():
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.2)

source = """
import os, time
def pids(): return [os.getpid(), os.getppid()]
def hang(): time.sleep(600)
"""
with Wall() as wall:
    session = wall.admit(Program((cell(source),)))
    with session.group():
        pids = [int(item.array) for item in session.call("pids").claim.items]
        print(*pids, wall._launcher.folder, flush=True)
        ACT
'''


@pytest.mark.parametrize(
    ("act", "status"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        pytest.param(
            "interrupt_soon(); session.call('hang')", -signal.SIGINT, marks=pytest.mark.rest
        ),
    ],
)
def test_everything_ends_when_the_supervisor_is_killed(act: str, status: int) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT).replace("ACT", act)],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=120,
    )
    assert done.returncode == status
    worker, zygote, folder = done.stdout.split()
    processes = [
        psutil.Process(int(pid)) for pid in (worker, zygote) if psutil.pid_exists(int(pid))
    ]
    _, alive = psutil.wait_procs(processes, timeout=60)
    assert alive == []
    assert not Path(folder).exists()


def test_a_killed_zygote_is_an_error_of_the_grader() -> None:
    with Wall() as wall:
        session = wall.admit(Program((cell("def fine(): return 1\n"),)))
        with pytest.raises(WallError, match="zygote has ended"):
            kill_zygote(wall, session)
        folder = folder_of(wall)
    assert not folder.exists()


def kill_zygote(wall: Wall, session: Session) -> None:
    with session.group():
        assert is_fine(session)
        assert session._child is not None
        assert wall._launcher is not None
        worker = psutil.Process(session._child.pid)
        psutil.Process(wall._launcher._process.pid).kill()
        _, alive = psutil.wait_procs([worker], timeout=60)
        assert alive == []
        session.call("fine")


def test_leaving_at_once_costs_no_import() -> None:
    with Wall() as wall:
        folder = folder_of(wall)
    assert not folder.exists()


SLOW = """
    import time

    def slow():
        began = time.process_time()
        while time.process_time() - began < 0.6:
            pass
        return 1

    def quick():
        return 2
"""


def test_a_slow_function_takes_no_time_of_others(wall: Wall, admit) -> None:
    patient = wall.limits
    wall.limits = replace(patient, function_seconds=0.5)
    try:
        session = admit(SLOW)
        answers = [session.call("slow") for _ in range(2)]
        assert answers[-1] == TimedOut(0.5, "all calls of slow together took longer than 0.5 s")
        quick = session.call("quick")
        assert isinstance(quick, Returned)
    finally:
        wall.limits = patient


FLOW = """
    def quantized_weights(weights):
        return weights, 1.0

    def quantize_layer_weights(model):
        while True:
            pass
"""


@pytest.mark.usefixtures("hurried")
def test_a_flow_that_hangs_takes_no_function_with_it(admit: Admit) -> None:
    session = admit(FLOW)
    net = open_exam().nets["plain"]
    images = np.zeros((4, *net.architecture.input), np.float32)
    flow = session.quantize_layers(net.architecture, net.weights, images)
    assert flow == TimedOut(1.0, "quantize_layer_weights took longer than 1 s")
    weights = Tensor(net.weights["conv1"])
    assert isinstance(session.call("quantized_weights", weights), Returned)


def test_a_worker_stands_still_between_two_calls(admit: Admit) -> None:
    session = admit(f"""{PROLOGUE}
import threading
seen = []
def watch():
    while True:
        seen.append(time.monotonic())
        time.sleep(0.001)
def start():
    threading.Thread(target=watch, daemon=True).start()
def count():
    return len(seen)
""")
    with session.group():
        assert isinstance(session.call("start"), Returned)
        child = session._child
        assert child is not None
        about = Path(f"/proc/{child.pid}/stat")
        states = (about.read_text().rpartition(")")[2].split()[0] for _ in range(100_000))
        assert "T" in states  # sooner or later
        assert isinstance(session.call("count"), Returned)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can choose another user")
def test_no_two_workers_that_live_have_one_user(admit: Admit) -> None:
    session = admit(f"{PROLOGUE}\ndef who(): return os.getuid()")

    def user() -> int:
        answer = session.call("who")
        assert isinstance(answer, Returned)
        assert answer.claim.number is not None
        return int(answer.claim.number.value)

    with session.group("kept"):
        kept = user()
    others = {user() for _ in range(20)}
    session.end("kept")
    assert len(others) > 1
    assert kept not in others
