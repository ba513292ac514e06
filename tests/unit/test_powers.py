"""Question C.1: powers of two that are right, and what each check says of those that are not."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.powers import QUESTION
from grader.oracle import is_power_of_two
from grader.sandbox.outside.answer import BuiltLayer
from grader.sandbox.wire import Tensor, claim_of
from tests.unit.challenges import beyond, context_for, outcomes
from tests.unit.functions import Functions, weights
from tests.unit.test_same_bits import PROBES, digest_of

NAMES = ("power_of_two_scale", "NetQuantizedPow2")


def below(scale: float) -> float:
    if not 0 < scale < math.inf:
        raise ValueError(scale)
    return math.ldexp(1.0, math.frexp(scale)[1] - 1)


def whole(values: np.ndarray, scale: float) -> np.ndarray:
    return np.clip(np.rint(np.asarray(values, np.float64) * scale), -128, 127)


class Net(Functions):
    """Builds nets of powers of two; each part may be changed."""

    of_weights: Callable[[float], float] = staticmethod(below)
    integers: Callable[[np.ndarray, float], np.ndarray] = staticmethod(whole)
    output: Callable[[float], float] = staticmethod(below)
    image: Callable[[float], float] = staticmethod(below)

    def _built(self, plan: Any) -> Any:
        assert plan.from_float
        assert plan.quantized_weights is None
        scales = {n: self.of_weights(127 / float(np.abs(w).max())) for n, w in plan.weights.items()}
        image = self.image(127 / float(np.abs(plan.input_activations).max()))
        layers, carried = {}, image
        for name, values in plan.weights.items():
            carried *= scales[name]
            output = self.output(127 / float(np.abs(plan.activations[name]).max()) / carried)
            carried *= output
            integers = self.integers(values, scales[name]).astype(np.float32)
            layers[name] = BuiltLayer(
                claim_of(Tensor(integers)),
                claim_of(scales[name]),
                claim_of(output),
                claim_of(None),
            )
        given = {name: (weights(w)) for name, w in plan.weights.items()}
        built = super()._built(replace(plan, quantized_weights=given))
        return replace(built, plan=plan, input_scale=claim_of(image), layers=layers)


def judged(names: Any = NAMES, charged: Any = (), power: Any = below, **changes: Any) -> set[str]:
    session = Net(beyond({"power_of_two_scale": power}))
    for name, change in changes.items():
        setattr(session, name, change)
    return outcomes(QUESTION, session, names, charged=charged, every=False)


def test_the_power_below_passes() -> None:
    assert judged() == set()


@given(st.floats(1e-12, 1e12))
def test_what_is_a_power_of_two(value: float) -> None:
    assert is_power_of_two(below(value))
    assert is_power_of_two(value) == (
        math.log2(value) == round(math.log2(value)) and value == below(value)
    )


@pytest.mark.parametrize(
    ("power", "lost"),
    [
        (lambda s: 2.0 ** round(math.log2(s)), set()),
        (lambda s: 2.0 ** math.ceil(math.log2(s)), {"usable"}),
        (lambda s: 2.0 ** int(math.log2(s)), {"usable"}),
        (lambda s: 2.0 ** (math.floor(math.log2(s)) + 1), {"usable"}),  # twice a power of two
        (lambda s: 2.0 ** (math.ceil(math.log2(s)) - 1), set()),  # or half of it
        (lambda s: 2.01 * s, {"near"}),
        (lambda s: 0.49 * s, {"near"}),
        (lambda s: below(s) / 2, {"near"}),
        (lambda s: below(s) * 4, {"near"}),
        (lambda s: s, {"exact"}),
        (lambda s: below(s) * (1 + 2.0**-52), {"exact"}),
        (lambda s: -below(s), {"near"}),
        (lambda s: 1.0, {"near"}),
        (lambda s: 0.0, {"near"}),
        (lambda s: str(below(s)), {"near"}),
        (lambda s: np.float32(below(s)), set()),
        (lambda s: below(s) if s > 0 else None, set()),
        (lambda s: below(s) if s > 0 else math.nan, set()),
        (lambda s: below(s) if s > 0 else 0.0, {"refuses"}),
        (lambda s: below(s) if s == s else 1.0, {"refuses"}),
        (lambda s: below(abs(s)) if s else below(s), {"refuses"}),
    ],
)
def test_a_wrong_power_loses_what_is_wrong(power: Any, lost: set[str]) -> None:
    def careful(scale: float) -> Any:
        if not 0 < scale < math.inf and "refuses" not in lost and lost:
            raise ValueError(scale)
        return power(scale)

    assert judged(power=careful) == lost


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"of_weights": lambda s: 2 * below(s)}, set()),
        ({"of_weights": lambda s: 0.9 * below(s)}, {"net"}),
        ({"output": lambda s: s}, {"net"}),
        ({"image": lambda s: 1.1 * below(s)}, {"net"}),
        ({"integers": lambda w, s: np.trunc(w * s)}, {"net"}),
        ({"integers": lambda w, s: whole(w, 0.9 * s)}, {"net"}),
        ({"integers": lambda w, s: np.clip(whole(w, s), -127, 127)}, set()),
        ({"output": lambda s: below(s) / 64}, {"accuracy"}),
    ],
)
def test_a_wrong_net_loses_what_is_wrong(change: dict[str, Any], lost: set[str]) -> None:
    assert judged(**change) == lost
    assert judged(charged={"2.1"}, **change) == set()


def test_what_is_left_out_is_not_reached_and_not_asked() -> None:
    session = Net(beyond({"power_of_two_scale": below}))
    statuses = outcomes(QUESTION, session, ("NetQuantizedPow2",), every=True)
    assert statuses == {
        "near": "not reached",
        "exact": "not reached",
        "usable": "not reached",
        "refuses": "not reached",
        "net": "passed",
        "accuracy": "passed",
    }
    assert session.asked["power_of_two_scale"] == 0
    statuses = outcomes(QUESTION, session, ("power_of_two_scale",), every=True)
    assert (statuses["near"], statuses["net"]) == ("passed", "not reached")


def test_it_is_a_challenge_and_asks_what_it_did() -> None:
    assert QUESTION.challenge
    assert digest_of(QUESTION.collect) == PROBES["C.1"]


def test_a_power_that_is_lost_in_a_whole_number_is_told_so() -> None:
    session = Net(beyond({"power_of_two_scale": lambda scale: int(below(scale))}))
    near = next(QUESTION.judge(context_for(session, NAMES)))
    assert near.verdict.actual.endswith("returned 0")
    assert "is positive, too" in near.verdict.next_step
