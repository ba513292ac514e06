"""A process of the pool takes its wall down in order, however it is ended."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil
import pytest

from grader.course import pool as pools
from grader.course.pool import LocalPool
from grader.course.work import Done, Setup, Task
from grader.exam import open_exam
from grader.sandbox.outside.home import PREFIX
from grader.submission import Reader

HANGS = "import time\n\ndef quantized_weights(weights):\n    while True:\n        time.sleep(1)\n"
QUICK = "def quantized_weights(weights):\n    return weights.round(), 1.0\n"
STARTS = """\
import sys
from grader.course.pool import LocalPool
from grader.course.work import Setup
from grader.exam import open_exam

if __name__ == "__main__":
    LocalPool(Setup(), open_exam(), 1).submit(sys.stdin.buffer.read())
    sys.stdin.close()
    __import__("threading").Event().wait()
"""
ENDS = """\
import multiprocessing, os, signal, threading
from multiprocessing.util import Finalize
from grader.cores import Cores
from grader.course import pool

def tell(ending):
    ending.wait()
    os.kill(os.getpid(), signal.SIGTERM)

def work():
    pool.start = lambda *_: None
    pool._start(b"", None, Cores(1))
    ending = threading.Event()
    threading.Thread(target=tell, args=(ending,)).start()
    Finalize(None, ending.set, exitpriority=-1)  # threads are waited for next

if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=work)
    process.start()
    process.join()
    print(process.exitcode)
"""
PATIENCE = 60


@pytest.fixture
def task(tmp_path: Path, reader: Reader) -> Callable[[str], bytes]:
    """A submission to be asked one question."""

    def task(source: str) -> bytes:
        path = tmp_path / "lab1.py"
        path.write_text(source, encoding="utf-8")
        return msgspec.json.encode(Task(str(path), reader.read(path), ("2.1",)))

    return task


def processes(before: set[psutil.Process]) -> list[psutil.Process]:
    """What this test has started that grades, with all below it."""
    found = set(psutil.Process().children(recursive=True)) - before
    return [each for each in found if "resource_tracker" not in " ".join(each.cmdline())]


def home_of(found: list[psutil.Process]) -> Path | None:
    """The folder that a zygote lives in, and in it its workers; None: there is no zygote yet."""
    zygotes = (each for each in found if "zygote.py" in " ".join(each.cmdline()))
    homes = {Path(each.cwd()) for each in zygotes}
    return next((each for each in homes if each.name.startswith(PREFIX)), None)


def seconds(found: list[psutil.Process]) -> float:
    """The processor time of these, and of what they have waited for."""
    return sum(sum(each.cpu_times()[:4]) for each in found)


def test_a_process_that_ends_by_itself_may_be_told_to_end(tmp_path: Path) -> None:
    script = tmp_path / "ends.py"
    script.write_text(ENDS)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.rest
def test_the_time_of_everything_that_graded_is_counted_once_the_pool_has_ended(
    task: Callable[[str], bytes],
) -> None:
    work, before = task(QUICK), set(psutil.Process().children(recursive=True))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with LocalPool(Setup(), open_exam(), 1) as pool:
        done = msgspec.json.decode(pool.submit(work).result(), type=Done)
        assert done.result is not None
        found = processes(before)
        home = home_of(found)
        at_least = seconds(found)
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert not any(each.is_running() for each in found)
    assert home is not None
    assert not home.exists()
    assert now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime >= at_least


@pytest.mark.rest
def test_a_pool_that_is_stopped_in_the_midst_of_a_task_leaves_nothing(
    task: Callable[[str], bytes],
) -> None:
    work, before = task(HANGS), set(psutil.Process().children(recursive=True))
    pool = LocalPool(Setup(), open_exam(), 1)
    running(pool.submit(work))
    found = processes(before)
    home = home_of(found)
    pool.__exit__(KeyboardInterrupt, None, None)
    assert not any(each.is_running() for each in found)
    assert home is not None
    assert not home.exists()


@pytest.mark.rest
def test_whatever_ends_the_batch_ends_its_processes_in_order(task: Callable[[str], bytes]) -> None:
    batch = psutil.Popen([sys.executable, "-c", STARTS], stdin=subprocess.PIPE)
    batch.stdin.write(task(HANGS))
    batch.stdin.close()
    while (home := home_of(batch.children(recursive=True))) is None:
        assert batch.is_running()
    found = batch.children(recursive=True)
    batch.kill()
    batch.wait()
    _, alive = psutil.wait_procs(found, timeout=PATIENCE)
    assert alive == []
    assert not home.exists()


def running(future: Future[bytes]) -> None:
    """Wait until a task has begun."""
    while not future.running():
        wait([future], timeout=0.1)
        assert not future.done()


@pytest.mark.parametrize("error", [SystemExit, KeyError])
def test_a_process_that_is_told_to_end_gives_no_answer(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes of it, Pebble would take for one; its task is another's then."""
    done: list[object] = []

    def ends(status: int) -> None:
        done.append(status)
        raise InterruptedError

    def told(_task: bytes) -> bytes:
        with suppress(SystemExit):
            pools._told_to_end(signal.SIGTERM, None)
        raise error

    monkeypatch.setattr(pools, "_told", [])
    monkeypatch.setattr(pools, "work", told)
    monkeypatch.setattr(pools, "end", lambda: done.append("wall"))
    monkeypatch.setattr(os, "_exit", ends)
    usual = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(InterruptedError):
            pools._work(b"")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, usual)
    assert done == ["wall", pools.ENDED]
