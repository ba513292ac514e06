"""What travels to a cluster, what its workers do with it, and what the pool makes of answers."""

from __future__ import annotations

import concurrent.futures
import pickletools
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.course import cluster as cluster_module
from grader.course import parcel as parcel_module
from grader.course import remote
from grader.course.cluster import MOST_LOST, Cluster, ClusterPool, on_loopback
from grader.course.parcel import Answer, Parcel, Sealed, digest_of, packed, unpack
from grader.course.remote import Slot
from grader.course.work import Done, Setup
from grader.errors import GraderError, UsageError
from grader.exam import open_exam

HERE = "tcp://127.0.0.1:40001"
OTHER = "tcp://127.0.0.1:40002"
DONE = msgspec.json.encode(Done(fault="what became of it"))


def said(kind: Any, worker: str = HERE, done: bytes = b"", why: str = "") -> bytes:
    return msgspec.msgpack.encode(Answer(kind, worker, done, why))


# What travels.


def test_what_a_student_sent_is_no_part_of_a_pickle() -> None:
    protocol = pytest.importorskip("distributed.protocol", reason="dask is an extra of its own")
    sent = b"what a student sent " * 100
    task = {"task": (remote.grade, "digest", Sealed(sent), 1.0)}
    _, frames = protocol.serialize(protocol.to_serialize(task))
    whole = [bytes(frame) for frame in frames]
    assert sent in whole
    for pickled in (frame for frame in whole if frame != sent):
        assert b"student" not in pickled
        with suppress(ValueError):  # a frame of text or numbers is no pickle
            words = [str(argument) for _, argument, _ in pickletools.genops(pickled)]
            assert not {"os", "posix", "builtins", "eval"} & {*words}


def test_no_log_shows_what_is_sealed() -> None:
    assert "secret" not in repr((Sealed(b"secret"),))


def test_a_setup_arrives_as_it_was_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    rubric = tmp_path / "course.toml"
    rubric.write_text("")
    folder = tmp_path / "there"
    folder.mkdir(mode=0o700)
    setup = unpack(packed(Setup(rubric=str(rubric), illustrated=True)), folder)
    assert setup == Setup(str(folder / "exam"), str(folder / "rubric.toml"), illustrated=True)
    assert open_exam(setup.exam).manifest == open_exam().manifest
    assert (folder / "rubric.toml").read_bytes() == rubric.read_bytes()
    assert {path.stat().st_mode & 0o077 for path in folder.rglob("*")} == {0}


def test_whole_notebooks_are_refused() -> None:
    with pytest.raises(UsageError, match="a cluster does not execute whole notebooks"):
        packed(Setup(executes=True))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"made_by": {**parcel_module.here(), "torch": "1.0"}}, r"torch .*, not 1\.0"),
        ({"made_by": {}}, "grader"),
        ({"exam": {"../exam.py": b""}}, "is no name of an exam's file"),
    ],
)
def test_a_setup_of_another_grader_is_refused(
    changed: dict[str, Any], words: str, tmp_path: Path
) -> None:
    parcel = Parcel(Setup(), {}, None, dict(parcel_module.here()))
    data = msgspec.msgpack.encode(msgspec.structs.replace(parcel, **changed))
    with pytest.raises(GraderError, match=words):
        unpack(data, tmp_path)
    assert [path.name for path in tmp_path.rglob("*.py")] == []


def test_what_is_no_setup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="sent by another grader"):
        unpack(b"\x81\xa4odd", tmp_path)


# Where it may go.


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://192.0.2.1:8786", "is not encrypted"),
        ("192.0.2.1:8786", "is not encrypted"),
        ("tcp://cluster.example:8786", "is not encrypted"),
        ("tcp://127.0.0.1.example:8786", "is not encrypted"),
        ("tls://127.0.0.1:8786", "needs --tls-ca"),
        ("ws://127.0.0.1:8786", "name it as tls://HOST:PORT"),
        ("tcp://127.0.0.1", "name it as tls://HOST:PORT"),
        ("tcp://127.0.0.1:port", "name it as tls://HOST:PORT"),
        ("tcp://[::1", "name it as tls://HOST:PORT"),
    ],
)
def test_an_address_in_the_clear_is_refused(address: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Cluster(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "[::1]"])
def test_on_this_machine_nothing_need_be_encrypted(host: str) -> None:
    assert not Cluster(f"tcp://{host}:8786").encrypted
    assert on_loopback(f"tcp://{host}:8786")


def test_files_that_are_no_certificates_are_named(tmp_path: Path) -> None:
    odd = tmp_path / "odd.pem"
    odd.write_text("odd")
    for ca in (tmp_path / "none.pem", odd):
        with pytest.raises(UsageError, match=rf"--tls-ca .*{ca.name}: ") as refused:
            Cluster("tls://192.0.2.1:8786", ca, odd, odd)
        assert "\n" not in str(refused.value)


# What a worker does.


STUB = """
import struct, sys
def frame():
    (size,) = struct.unpack("<Q", sys.stdin.buffer.read(8))
    return sys.stdin.buffer.read(size)
parcel = frame()
while True:
    {does}
"""
ECHOES = """task = frame()
    sys.stdout.buffer.write(struct.pack("<Q", len(parcel + task)) + parcel + task)
    sys.stdout.buffer.flush()"""


def stub(does: str) -> tuple[str, ...]:
    return (sys.executable, "-c", STUB.format(does=does))


def fault_of(done: bytes) -> str:
    return msgspec.json.decode(done, type=Done).fault


def test_a_process_is_given_the_setup_once() -> None:
    slot = Slot(b"setup ", stub(ECHOES))
    assert [slot.do(b"one", 60), slot.do(b"two", 60)] == [b"setup one", b"setup two"]
    assert slot.runs
    slot.close()
    assert not slot.runs


def test_a_process_keeps_its_memory_as_one_here_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")  # as a nanny has it
    tells = "import os; parcel = repr([*os.environ]).encode(); " + ECHOES
    slot = Slot(b"", stub(tells))
    assert b"'PATH'" in (told := slot.do(b"", 60))
    assert b"MALLOC" not in told
    slot.close()


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("sys.exit(3)", "its process ended with"),
        ("sys.stdout.buffer.write(b'odd'); sys.exit(3)", "its process ended with"),
        ("sys.stdout.buffer.write(struct.pack('<Q', 1 << 40)); sys.stdout.flush()", "ended with"),
        ("import time; time.sleep(1000)", "was given up after 0.1 s"),
    ],
)
def test_a_process_that_does_not_answer_costs_one_attempt(
    does: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = "given up" in words
    monkeypatch.setattr(remote, "START_SECONDS", 0.0 if late else 60.0)
    slot = Slot(b"", stub(does))
    assert words in fault_of(slot.do(b"task", 0.1 if late else 60))
    assert not slot.runs


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[bytes], bytes]], None]:
    """This process is a worker, whose own processes do this to each task."""
    monkeypatch.setattr(remote, "_held", {})
    monkeypatch.setattr(remote, "_address", lambda: HERE)

    def does(what: Callable[[bytes], bytes]) -> None:
        @dataclass
        class Does:
            parcel: bytes
            runs: bool = True

            def do(self, task: bytes, seconds: float) -> bytes:
                return what(task)

            def close(self) -> None:
                self.runs = False

        monkeypatch.setattr(remote, "Slot", Does)

    return does


def answer_of(data: bytes) -> Answer:
    return msgspec.msgpack.decode(data, type=Answer)


def test_a_worker_asks_for_a_setup_that_it_does_not_have(
    worker: Callable[[Callable[[bytes], bytes]], None],
) -> None:
    worker(lambda _: DONE)
    parcel = b"exam"
    digest = digest_of(parcel)
    ask = lambda: answer_of(remote.grade(digest, Sealed(b"task"), 1))  # noqa: E731 - said thrice
    assert ask() == Answer("missing", HERE)
    assert answer_of(remote.supply(digest, Sealed(b"another"))).kind == "unfit"
    assert ask() == Answer("missing", HERE)
    assert answer_of(remote.supply(digest, Sealed(parcel))).kind == "done"
    assert ask() == Answer("done", HERE, DONE)
    (slot,) = remote._held[digest].idle
    remote.drop(digest)
    assert ask() == Answer("missing", HERE)
    assert not slot.runs


def test_whatever_happens_in_a_worker_becomes_an_answer(
    worker: Callable[[Callable[[bytes], bytes]], None],
) -> None:
    def ends(_: bytes) -> bytes:
        raise SystemExit(3)

    worker(ends)
    digest = digest_of(b"exam")
    remote.supply(digest, Sealed(b"exam"))
    answer = answer_of(remote.grade(digest, Sealed(b"task"), 1))
    assert answer.kind == "done"
    assert fault_of(answer.done) == "SystemExit: 3"


def test_a_worker_that_cannot_grade_says_so(
    worker: Callable[[Callable[[bytes], bytes]], None],
) -> None:
    worker(lambda _: msgspec.json.encode(Done(fault="no wall", stands=False)))
    digest = digest_of(b"exam")
    remote.supply(digest, Sealed(b"exam"))
    for _ in range(2):
        answer = answer_of(remote.grade(digest, Sealed(b"task"), 1))
        assert answer == Answer("unfit", HERE, why="no wall")


def test_a_worker_holds_few_setups(
    worker: Callable[[Callable[[bytes], bytes]], None],
) -> None:
    worker(lambda _: DONE)
    exams = [b"exam %d" % number for number in range(remote.MOST_HELD + 1)]
    for exam in exams:
        remote.supply(digest_of(exam), Sealed(exam))
    kinds = [answer_of(remote.grade(digest_of(exam), Sealed(b""), 1)).kind for exam in exams]
    assert kinds == ["missing", *["done"] * remote.MOST_HELD]


# What the pool makes of answers.


@dataclass(eq=False)
class Flight:
    """Dask's future of a task: it has landed as soon as it is asked for."""

    client: Dask
    found: object

    def result(self, timeout: float) -> object:
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found

    def add_done_callback(self, function: Callable[[Flight], None]) -> None:
        if self.found is not None:
            function(self)

    def cancel(self) -> None:
        self.client.cancelled += 1


@dataclass
class Dask:
    """A client: what it answers to each task, in turn; None: nothing, ever."""

    answers: list[object]
    there: dict[str, int] = field(default_factory=lambda: {HERE: 2, OTHER: 1})
    asked: list[tuple[str, list[str] | None]] = field(default_factory=list)
    status: str = "running"
    cancelled: int = 0
    greets: object = said("done")

    @property
    def scheduler(self) -> Dask:
        return self

    def ncores(self) -> dict[str, int]:
        return self.there

    def sync(self, what: Callable[[], Any], callback_timeout: float) -> Any:
        return what()

    def submit(self, what: Any, *_: Any, workers: list[str] | None, key: str, **__: Any) -> Flight:
        assert digest_of(b"exam") not in key
        name = what.__name__
        if name == "drop":
            return Flight(self, self.greets)
        self.asked.append((name, workers and sorted(workers)))
        found = self.answers.pop(0)
        if isinstance(found, concurrent.futures.CancelledError):
            self.status = "closed"
        return Flight(self, found)

    def close(self, timeout: float = 0) -> None:
        self.status = "closed"


@pytest.fixture
def pool_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ClusterPool]:
    """A pool whose cluster is one client after the other."""
    monkeypatch.setattr(cluster_module, "packed", lambda _: b"exam")
    monkeypatch.setattr(Cluster, "knock", lambda _: None)
    monkeypatch.setattr(cluster_module, "LOOK_SECONDS", 0.01)

    def pool_of(*clients: Dask, address: str = "tcp://127.0.0.1:8786") -> ClusterPool:
        left = list(clients)

        def connect(_: Cluster, seconds: float) -> Dask:
            if not left:
                raise GraderError("nobody answers")
            return left.pop(0)

        monkeypatch.setattr(Cluster, "connect", connect)
        return ClusterPool(Setup(), Cluster(address))

    return pool_of


GONE = concurrent.futures.CancelledError("scheduler-connection-lost")
DID = said("done", done=DONE)


def test_a_task_waits_for_the_setup_of_the_worker_that_lacks_it(
    pool_of: Callable[..., ClusterPool],
) -> None:
    dask = Dask([said("missing"), said("done"), DID])
    with pool_of(dask) as pool:
        assert pool.submit(b"task").result() == DONE
        assert pool.workers == 3
    assert dask.asked == [("grade", None), ("supply", [HERE]), ("grade", None)]


def test_a_worker_that_cannot_grade_is_given_nothing_more(
    pool_of: Callable[..., ClusterPool],
) -> None:
    dask = Dask([said("unfit", why="no wall"), DID, DID])
    with pool_of(dask) as pool:
        assert [pool.submit(b"task").result() for _ in range(2)] == [DONE, DONE]
    assert dask.asked == [("grade", None), ("grade", [OTHER]), ("grade", [OTHER])]


def test_where_none_can_grade_the_batch_ends(pool_of: Callable[..., ClusterPool]) -> None:
    dask = Dask([said("unfit", HERE, why="no wall"), said("unfit", OTHER, why="none")])
    with pool_of(dask) as pool:
        done = msgspec.json.decode(pool.submit(b"task").result(), type=Done)
        again = msgspec.json.decode(pool.submit(b"another").result(), type=Done)
    assert not done.stands
    assert "can grade; tcp://127.0.0.1:40001: no wall" in done.fault
    assert again == done


def test_where_none_can_grade_those_that_waited_are_told_once(
    pool_of: Callable[..., ClusterPool],
) -> None:
    dask = Dask([said("missing"), said("missing"), said("unfit", why="no wall")], {HERE: 2})
    with pool_of(dask) as pool:
        told = [pool.submit(b"task") for _ in range(2)]
        assert {msgspec.json.decode(each.result(), type=Done).stands for each in told} == {False}
        assert "no wall" in fault_of(told[0].result())
        assert told[1].result() == told[0].result()


def test_a_scheduler_that_comes_back_costs_no_attempt(
    pool_of: Callable[..., ClusterPool],
) -> None:
    with pool_of(Dask([GONE]), Dask([GONE]), Dask([DID])) as pool:
        assert pool.submit(b"task").result() == DONE


def test_a_scheduler_that_is_gone_again_and_again_costs_one(
    pool_of: Callable[..., ClusterPool],
) -> None:
    clients = [Dask([GONE]) for _ in range(MOST_LOST + 1)]
    with pool_of(*clients, Dask([DID])) as pool:
        with pytest.raises(GraderError, match="no worker could do it"):
            pool.submit(b"task").result()
        assert pool.submit(b"another").result() == DONE


def test_a_scheduler_that_stays_away_ends_the_batch(pool_of: Callable[..., ClusterPool]) -> None:
    with pool_of(Dask([GONE])) as pool:
        done = msgspec.json.decode(pool.submit(b"task").result(), type=Done)
    assert not done.stands
    assert "what is done is kept: give the same command again" in done.fault


@pytest.mark.parametrize(
    "found", [{"odd": 1}, b"", b"odd", [DID], RuntimeError("4 workers died"), TimeoutError()]
)
def test_what_is_no_answer_costs_an_attempt(
    found: object, pool_of: Callable[..., ClusterPool]
) -> None:
    with pool_of(Dask([found, DID])) as pool:
        with pytest.raises(GraderError, match="no worker could do it"):
            pool.submit(b"task").result()
        assert pool.submit(b"another").result() == DONE


def test_an_answer_is_bounded(
    pool_of: Callable[..., ClusterPool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "MOST_BYTES", len(DID) - 1)
    with (
        pool_of(Dask([DID])) as pool,
        pytest.raises(GraderError, match="answered something else"),
    ):
        pool.submit(b"task").result()


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'grader'"),
        RuntimeError("Error during deserialization of the task graph."),
    ],
)
def test_a_cluster_without_the_grader_ends_the_batch(
    error: Exception, pool_of: Callable[..., ClusterPool]
) -> None:
    with pool_of(Dask([error])) as pool:
        done = msgspec.json.decode(pool.submit(b"task").result(), type=Done)
    assert not done.stands
    assert "does not have this grader" in done.fault


def test_a_worker_that_is_gone_before_it_has_the_setup_keeps_nobody_waiting(
    pool_of: Callable[..., ClusterPool],
) -> None:
    dask = Dask([said("missing", "tcp://127.0.0.1:40009"), None, DID])
    with pool_of(dask) as pool:
        assert pool.submit(b"task").result() == DONE


def test_a_task_for_workers_that_are_gone_goes_to_others(
    pool_of: Callable[..., ClusterPool],
) -> None:
    dask = Dask([said("unfit", why="no wall"), None, DID])
    third = "tcp://127.0.0.1:40003"
    with pool_of(dask) as pool:
        future = pool.submit(b"task")
        while len(dask.asked) < 2:
            assert not future.done()
        dask.there = {HERE: 1, third: 1}
        assert future.result() == DONE
    assert [only for _, only in dask.asked] == [None, [OTHER], [third]]
    assert dask.cancelled == 1


@pytest.mark.parametrize(
    ("name", "there", "words"),
    [
        ("WORKERS_SECONDS", {}, "has had no worker for"),
        ("WORKERS_SECONDS", None, "nothing has come back for"),
    ],
)
def test_no_wait_is_without_end(
    name: str,
    there: dict[str, int] | None,
    words: str,
    pool_of: Callable[..., ClusterPool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster_module, name, 0.0)
    monkeypatch.setattr(cluster_module, "longest", lambda _: 0.0)
    dask = Dask([None])
    with pool_of(dask) as pool:
        if there is not None:
            dask.there = there
        done = msgspec.json.decode(pool.submit(b"task").result(), type=Done)
    assert not done.stands
    assert words in done.fault


@pytest.mark.parametrize(
    ("greets", "words"),
    [
        (TimeoutError(), "no worker has been free"),
        (ModuleNotFoundError("No module named 'grader'"), "does not have this grader"),
        (OSError("odd"), r"it does no work \(odd\)"),
    ],
)
def test_a_cluster_that_does_nothing_is_named(
    greets: Exception, words: str, pool_of: Callable[..., ClusterPool]
) -> None:
    dask = Dask([], greets=greets)
    with pytest.raises(GraderError, match=words) as refused:
        pool_of(dask).__enter__()
    assert "\n" not in str(refused.value)
    assert dask.status == "closed"


def test_a_worker_elsewhere_is_given_nothing_in_the_clear(
    pool_of: Callable[..., ClusterPool],
) -> None:
    far = "tcp://192.0.2.7:40001"
    with pytest.raises(UsageError, match=f"{far} is a worker on another machine"):
        pool_of(Dask([], there={HERE: 1, far: 1})).__enter__()
    late = Dask([said("missing", far), DID])
    with pool_of(late) as pool:
        assert pool.submit(b"task").result() == DONE
    assert "supply" not in [name for name, _ in late.asked]


def test_a_fault_of_the_pool_itself_leaves_nobody_waiting(
    pool_of: Callable[..., ClusterPool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with pool_of(Dask([DID])) as pool:
        monkeypatch.setattr(pool, "_take", fails)
        first = msgspec.json.decode(pool.submit(b"task").result(), type=Done)
        second = msgspec.json.decode(pool.submit(b"another").result(), type=Done)
    assert not first.stands
    assert "ZeroDivisionError" in first.fault
    assert second == first
