"""A session that remembers: what was asked, in which process, and for whom."""

from pathlib import Path

import pytest

from grader.regrade.recorder import Calls, Recorder
from grader.sandbox.outside.wall import Wall
from grader.submission import load

COUNTS = """
count = 0
def value_range(values):
    global count
    count += 1
    return float(count)
"""


@pytest.fixture
def session(wall: Wall, tmp_path: Path) -> Recorder:
    path = tmp_path / "lab1.py"
    path.write_text(COUNTS, encoding="utf-8")
    admitted = wall.admit(load(path).program, kind=Recorder)
    assert isinstance(admitted, Recorder)
    return admitted


def test_calls_have_the_number_of_the_process_that_answered(session: Recorder) -> None:
    with session.group("first"):
        session.call("value_range", 1.0)
    session.call("value_range", 2.0)
    with session.group():
        session.call("value_range", 3.0)
        with session.group("first"):
            session.call("value_range", 4.0)
    with session.group("first"):
        session.call("value_range", 5.0)
    session.end("first")
    with session.group("first"):
        session.call("value_range", 6.0)
    session.end()
    counted = [each.answer.claim.array.item() for each in session.asked]
    assert counted == [1, 1, 1, 2, 2, 1]
    processes = [each.process for each in session.asked]
    first, alone, both, again, kept, anew = processes
    assert kept == first
    assert both == again
    assert len({first, alone, both, anew}) == 4


def test_what_is_asked_aside_is_known_as_such(session: Recorder) -> None:
    session.call("value_range", 1.0)
    with session.aside():
        session.call("value_range", 2.0)
    session.call("value_range", 3.0)
    assert [each.aside for each in session.asked] == [False, True, False]
    requests = [each.request for each in session.asked]
    assert [each.arguments for each in requests if isinstance(each, Calls)] == [(1,), (2,), (3,)]


def test_each_answer_leads_to_its_own_call(session: Recorder, wall: Wall) -> None:
    answers = [session.call("no_such_function", float(number)) for number in range(3)]
    found = [session.of(answer) for answer in answers]
    assert found == session.asked
    assert session.of("something else") is None
