"""Stand-ins for a session take what a session takes, and answer as it answers."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.nets import injected
from grader.regrade import recorder as regrade
from grader.sandbox.outside.answer import (
    Built,
    BuiltLayer,
    Forwarded,
    Missing,
    Raised,
    Returned,
)
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.sandbox.wire import Claim
from grader.submission import load
from grader.validation.composition import planted
from tests.mutants.recorded import Answers, Recorder, Replay
from tests.sessions import StandIn
from tests.unit.functions import RIGHT, Functions, context_of

APPENDS = "NetQuantized.quantize_activations"
METHODS = ("group", "end", "call", "value", "build", "forward", "quantize_layers")
STAND_INS = (StandIn, Functions, Recorder, Replay, regrade.Recorder)
FUNCTIONS = {
    "value_range": "return 2 * values",
    "three_sigma_range": "raise ValueError('no')",
    APPENDS: """
        ns.append(1.0)
        activations[0] += 1
        return len(ns) + float(activations[0])
    """,
    "Q5_1": "W * In",
}
"""What a submission has in place of the reference's."""


def double(values: float) -> float:
    return 2 * values


def refuse(values: float) -> float:
    raise ValueError("no")


def append(activations: Any, n_w: float, n_initial_input: float, ns: list[float]) -> float:
    ns.append(1.0)
    activations[0] += 1
    return len(ns) + float(activations[0])


THE_SAME = Functions(
    RIGHT | {"value_range": double, "three_sigma_range": refuse, "quantize_activations": append},
    Q5_1="W * In",
)


@pytest.mark.parametrize("stand_in", STAND_INS)
@pytest.mark.parametrize("method", METHODS)
def test_a_stand_in_takes_what_a_session_takes(stand_in: type[StandIn], method: str) -> None:
    def taken(owner: type) -> list[tuple[str, Any, Any]]:
        parameters = inspect.signature(getattr(owner, method)).parameters.values()
        return [(each.name, each.kind, each.default) for each in parameters]

    assert taken(stand_in) == taken(Session)


def test_checks_ask_a_session_for_nothing_else() -> None:
    public = {name for name, _ in inspect.getmembers(Session, inspect.isfunction) if name[0] != "_"}
    # A whole notebook is no check's business, and what is printed meanwhile is asked of nobody.
    assert public == {*METHODS, "execute", "aside"}


def asked(session: Any) -> Iterator[Any]:
    """Ask for one answer of every kind."""
    one = context_of()
    plan = injected(one, "plain", one.plain.net, dict(one.plain.weight_scales))
    with session.group():
        yield session.call("value_range", 2.5)
        yield session.call("three_sigma_range", 2.5)
        for again in (False, True):
            values = np.zeros(2)
            yield session.call(APPENDS, values, 1.0, 1.0, [1.0], again=again)
            assert not values.any()
        yield session.call("no_such_function")
        yield session.value("Q5_1")
        yield session.value("Q4_1C")
        built = session.build(plan)
        yield built
        yield session.forward(built, one.exam.pixels[:6], 4)
        yield session.forward(built, one.exam.pixels[:6], 4, observe=True)
        yield session.forward(built, one.exam.pixels[:6], 4, other_mode=True)
        net = one.exam.nets["plain"]
        answer = session.quantize_layers(net.architecture, net.weights, one.exam.pixels[:6])
        yield answer.claim.kind, answer.claim.array.shape, answer.claim.array.dtype
    session.end()


READ = {
    Returned: ("claim",),
    Raised: ("kind", "message"),
    Missing: ("name",),
    Built: ("input_scale", "layers", "net", "bypassed", "notes"),
    BuiltLayer: ("weight", "scale", "output_scale", "bias"),
    Forwarded: ("outputs", "inputs", "unobserved"),
    Claim: ("kind", "array", "items", "text"),
}
"""What checks read of an answer; `where` and the like are for a person."""


def told(value: Any) -> Any:
    """All that checks read of an answer, as plain data."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {name: told(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [told(each) for each in value]
    if type(value) not in READ:
        return value
    return type(value).__name__, [told(getattr(value, name)) for name in READ[type(value)]]


@pytest.fixture
def session(wall: Wall, reference: str, tmp_path: Path) -> Session:
    path = tmp_path / "lab1.py"
    path.write_text(planted(reference, FUNCTIONS), encoding="utf-8")
    return wall.admit(load(path).program)


def test_what_remembers_answers_as_a_session(
    wall: Wall, session: Session, reference: str, tmp_path: Path
) -> None:
    real = [told(each) for each in asked(session)]
    program = load(tmp_path / "lab1.py").program
    remembers = wall.admit(program, kind=regrade.Recorder)
    assert isinstance(remembers, regrade.Recorder)
    answers = list(asked(remembers))
    assert [told(each) for each in answers] == real
    *kept, in_parts = [remembers.of(each) for each in answers]
    assert in_parts is None
    assert remembers.asked[:-1] == kept
    assert len({each.process for each in remembers.asked}) == 1


def test_a_stand_in_answers_as_a_session(session: Session) -> None:
    answers = Answers()
    real = [told(each) for each in asked(Recorder(session, answers, {}))]
    assert [told(each) for each in asked(Replay(answers, ""))] == real
    assert [told(each) for each in asked(THE_SAME)] == real
