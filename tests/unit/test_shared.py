"""Arrays that workers map: everybody reads the same, nobody can change what another reads."""

from __future__ import annotations

import errno
import multiprocessing
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from multiprocessing.queues import SimpleQueue

import numpy as np
import pytest

from grader.errors import ExamError, WallError
from grader.exam import Exam, open_exam
from grader.sandbox.outside import shared as module
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.shared import Shared
from grader.sandbox.outside.wall import Wall
from grader.sandbox.wire import Frame, Tensor, WireError, claim_of, pack, receive
from grader.submission.program import Program
from tests.cells import cell
from tests.unit.answers import number

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the memory needs Linux")
VALUES = np.arange(12.0).reshape(3, 4)


@pytest.fixture(scope="module")
def shared() -> Shared:
    return Shared(iter([("values", VALUES), ("one", np.float32([1.0]))]), "test")


@pytest.fixture(scope="module")
def exam() -> Exam:
    return open_exam()


@pytest.fixture(scope="module")
def wall() -> Iterator[Wall]:
    with Wall() as wall:
        yield wall


def session(wall: Wall, exam: Exam, shared: Shared | None, source: str) -> Session:
    practice = replace(exam.practice, shared=shared)
    return wall.admit(Program((cell(f"import numpy as np, os, mmap, torch\n{source}"),)), practice)


def test_the_arrays_are_what_was_laid_and_cannot_be_written(shared: Shared) -> None:
    assert np.array_equal(shared.arrays["values"], VALUES)
    assert shared.arrays["one"].dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        shared.arrays["values"][0, 0] = 1


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """As many refusals to seal as the list is long: the kernel held a page."""
    fcntl = pytest.importorskip("fcntl")
    refusals: list[int] = []
    real = fcntl.fcntl

    def often_busy(descriptor: int, command: int, argument: int = 0) -> int:
        if command == fcntl.F_ADD_SEALS and refusals:
            raise OSError(refusals.pop(), "refused")
        return real(descriptor, command, argument)

    monkeypatch.setattr(fcntl, "fcntl", often_busy)
    return refusals


def test_memory_that_is_busy_is_sealed_a_moment_later(busy: list[int]) -> None:
    busy += [errno.EBUSY] * 3
    laid = Shared([("values", VALUES)])
    assert not busy
    assert np.array_equal(laid.arrays["values"], VALUES)
    with pytest.raises(PermissionError):
        os.pwrite(laid.descriptor, b"x", 0)


def test_it_is_not_waited_for_without_end(busy: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    busy += [errno.EBUSY] * 3
    with pytest.raises(WallError, match="cannot be laid in memory: refused"):
        Shared([("values", VALUES)])


def test_another_refusal_is_final(busy: list[int]) -> None:
    busy += [errno.EINVAL]
    with pytest.raises(WallError, match="cannot be laid in memory: refused"):
        Shared([("values", VALUES)])


def test_a_process_that_is_spawned_can_be_given_it(shared: Shared) -> None:
    spawning = multiprocessing.get_context("spawn")
    answers = spawning.SimpleQueue()
    process = spawning.Process(target=tell, args=(shared, answers))
    process.start()
    arrays, of, inherits, same = answers.get()
    process.join()
    assert [*arrays] == ["values", "one"]
    assert np.array_equal(arrays["values"], VALUES)
    assert (of, inherits, same) == ("test", False, os.fstat(shared.descriptor).st_ino)
    assert shared.place(shared.arrays["values"]) == 0


def tell(shared: Shared, answers: SimpleQueue) -> None:
    """In the other process: what it was given."""
    assert shared.descriptor is not None
    with suppress(ValueError):
        shared.arrays["values"][0, 0] = 1
    inherits, inode = os.get_inheritable(shared.descriptor), os.fstat(shared.descriptor).st_ino
    arrays = {name: array.copy() for name, array in shared.arrays.items()}
    answers.put((arrays, shared.of, inherits, inode))


def test_nobody_else_can(shared: Shared) -> None:
    with pytest.raises(RuntimeError):
        pickle.dumps(shared)


def test_an_exam_takes_its_own_alone(exam: Exam, shared: Shared) -> None:
    other = open_exam()
    other.map(exam.shared)
    assert other.pixels is exam.pixels
    with pytest.raises(ExamError, match="has changed meanwhile"):
        other.map(shared)


@pytest.mark.parametrize(
    ("part", "found"),
    [
        (lambda a: a, True),
        (lambda a: a[1:], True),
        (lambda a: a[1], True),
        (lambda a: a[:, 1], False),
        (lambda a: a.T, False),
        (lambda a: a.copy(), False),
        (lambda a: a[:0], False),
        (lambda a: a * 1, False),
    ],
)
def test_what_lies_there_in_a_row_is_found(shared: Shared, part, found: bool) -> None:
    array = part(shared.arrays["values"])
    place = shared.place(array)
    assert (place is not None) == found
    if place is not None:
        first = np.argmax(array.ravel()[0] == VALUES) * VALUES.itemsize
        assert place == shared.place(shared.arrays["values"]) + first


def test_what_is_found_is_not_sent(shared: Shared) -> None:
    frame = Frame({}, claim_of([shared.arrays["values"], np.ones(100)]))
    assert sum(len(view) for view in pack(frame)) - 12 * 8 > 100 * 8
    assert sum(len(view) for view in pack(frame, shared.place)) < 100 * 8 + 300


def test_a_student_cannot_answer_with_a_place(shared: Shared) -> None:
    data = b"".join(map(bytes, pack(Frame({}, claim_of(shared.arrays["values"])), shared.place)))

    def fill(view: memoryview) -> None:
        nonlocal data
        view[:], data = data[: len(view)], data[len(view) :]

    with pytest.raises(WireError, match="other fields than its kind has"):
        receive(fill)


@pytest.mark.parametrize("kind", ["array", "tensor"])
def test_a_change_in_place_is_the_worker_s_own(
    wall: Wall, exam: Exam, shared: Shared, kind: str
) -> None:
    student = session(
        wall, exam, shared, "def f(x):\n    x *= 2\n    x += 1\n    return float(x.sum())\n"
    )
    values = shared.arrays["values"]
    argument = Tensor(values) if kind == "tensor" else values
    with student.group():
        answers = [number(student.call("f", argument)) for _ in range(3)]
    assert answers == [2 * VALUES.sum() + VALUES.size] * 3
    assert np.array_equal(values, VALUES)
    assert number(
        session(wall, exam, shared, "def f(x): return float(x.sum())\n").call("f", values)
    ) == (VALUES.sum())


CHANGES = {
    "write": "os.pwrite(fd, b'x' * 8, 0)",
    "shrink": "os.ftruncate(fd, 0)",
    "grow": "os.ftruncate(fd, 1 << 30)",
    "map": "mmap.mmap(fd, 8, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)[:8] = b'x' * 8",
    "open again": "os.pwrite(os.open(f'/proc/self/fd/{fd}', os.O_RDWR), b'x' * 8, 0)",
}


@pytest.mark.parametrize("act", CHANGES)
def test_student_code_cannot_change_it(wall: Wall, exam: Exam, shared: Shared, act: str) -> None:
    student = session(
        wall,
        exam,
        shared,
        f"""
def f(x):
    stopped = 0
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            if "memfd:exam" not in os.readlink(f"/proc/self/fd/{{fd}}"):
                continue
        except OSError:
            continue
        try:
            {CHANGES[act]}
            return -1
        except (OSError, ValueError):
            stopped += 1
    return stopped
""",
    )
    assert number(student.call("f", shared.arrays["values"])) >= 1
    assert np.array_equal(shared.arrays["values"], VALUES)


def test_an_exam_shares_neither_labels_nor_predictions(exam: Exam) -> None:
    layers = {f"{name}/{layer}" for name, net in exam.nets.items() for layer in net.activations}
    assert exam.shared.arrays.keys() == {"pixels", "input", *layers}
