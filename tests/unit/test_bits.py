"""Question C.3: integers of few bits that are right, and what each check says of others."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.bits import QUESTION, rounding
from grader.checks.challenges import Integers
from grader.oracle import bounds, quantize_to
from grader.sandbox.outside.answer import Missing, Returned
from grader.sandbox.wire import Claim, Tensor, claim_of
from tests.unit.challenges import beyond, context_for, outcomes
from tests.unit.functions import Functions
from tests.unit.test_same_bits import PROBES, digest_of

NAMES = ("quantized_weights_nbit", "LAYER_BITS", "NetQuantizedMixed")
LAYERS = {"conv1": 6, "conv2": 5, "fc1": 4, "fc2": 5, "fc3": 6}


def narrow(values: np.ndarray, bits: int) -> tuple[Tensor, float]:
    if bits not in range(2, 9):
        raise ValueError(bits)
    scale = bounds(bits)[1] / float(np.abs(values).max())
    return Tensor(quantize_to(np.asarray(values, np.float32), scale, bits)), scale


def made(
    most: Callable[[int], float],
    how: Callable[[np.ndarray], np.ndarray] = np.rint,
    low: Callable[[int], float] = lambda bits: bounds(bits)[0],
    high: Callable[[int], float] = lambda bits: bounds(bits)[1],
) -> Callable[..., Any]:
    """Another range, rounding, and other bounds."""

    def function(values: np.ndarray, bits: int) -> Any:
        if bits not in range(2, 9):
            raise ValueError(bits)
        scale = most(bits) / float(np.abs(values).max())
        scaled = np.asarray(values, np.float64) * scale
        return Tensor(np.clip(how(scaled), low(bits), high(bits))), scale

    return function


class Net(Functions):
    """Builds mixed nets."""

    bits: Any = LAYERS
    own: Any = LAYERS
    output: Callable[[float], float] = staticmethod(lambda scale: scale)

    def value(self, name: str) -> Any:
        self.asked[name] += 1
        if isinstance(self.bits, dict):
            items = tuple(claim_of(pair) for pair in self.bits.items())
            return Returned(Claim("dict", items=items, words="a dict"))
        return Returned(claim_of(self.bits))

    def _built(self, plan: Any) -> Any:
        assert plan.from_float
        given = {name: narrow(w, self.own[name]) for name, w in plan.weights.items()}
        built = super()._built(replace(plan, quantized_weights=given))
        layers = {
            name: replace(
                layer, output_scale=claim_of(self.output(float(layer.output_scale.array)))
            )
            for name, layer in built.layers.items()
        }
        return replace(built, plan=plan, layers=layers)


def judged(
    function: Any = narrow, names: Any = NAMES, charged: Any = (), **changes: Any
) -> set[str]:
    session = Net(beyond({"quantized_weights_nbit": function}))
    for name, change in changes.items():
        setattr(session, name, change)
    return outcomes(QUESTION, session, names, charged=charged, every=False)


def test_full_ranges_pass() -> None:
    assert judged() == set()


def up(bits: int) -> int:
    return bounds(bits)[1]


@pytest.mark.parametrize(
    ("function", "lost"),
    [
        (made(up, low=lambda b: -up(b)), set()),
        (made(lambda b: (2**b - 1) / 2), set()),
        (made(lambda b: up(b) + 1), set()),
        (made(lambda b: 1.5 * up(b)), set()),
        (made(lambda b: 127), {"range_used"}),
        (made(lambda b: 127, low=lambda b: -128, high=lambda b: 127), {"bounds", "rounding"}),
        (made(lambda b: up(b) + 1, high=lambda b: up(b) + 1), {"bounds", "rounding"}),
        (made(up, np.floor), {"rounding"}),
        (made(up, np.trunc), {"rounding"}),
        (made(up, lambda x: np.floor(x + 0.5)), {"rounding"}),
        (made(up, lambda x: x), {"bounds", "rounding"}),
        (made(up, high=lambda b: max(up(b) // 2, 0)), {"range_used"}),
        (made(lambda b: max(up(b - 1), 1) if b > 2 else 1), {"range_used"}),
        (lambda v, b: narrow(v, b)[0], {"form"}),
        (lambda v, b: (narrow(v, b)[0], -narrow(v, b)[1]), {"form"}),
        (lambda v, b: (narrow(v, b)[0], 1.01 * narrow(v, b)[1]), {"rounding"}),
        (lambda v, b: narrow(v, min(max(b, 2), 8)), {"refuses"}),
        (lambda v, b: narrow(v, b) if b <= 8 else narrow(v, 8), {"refuses"}),
        (lambda v, b: narrow(v, b) if 2 <= b <= 8 else None, set()),
    ],
)
def test_wrong_integers_lose_what_is_wrong(function: Any, lost: set[str]) -> None:
    assert judged(function) == lost


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"bits": [6, 5, 4, 5, 6]}, {"layers"}),
        ({"bits": {**LAYERS, "fc4": 4}}, {"layers"}),
        ({"bits": {k: v for k, v in LAYERS.items() if k != "fc1"}}, {"layers"}),
        ({"bits": {**LAYERS, "fc1": 1}}, {"layers"}),
        ({"bits": {**LAYERS, "fc1": 9}}, {"layers"}),
        ({"bits": {**LAYERS, "fc1": 4.5}}, {"layers"}),
        ({"bits": {**LAYERS, "fc1": 4.0}}, set()),
        ({"bits": {**LAYERS, "fc1": True}}, {"layers"}),
        ({"bits": {**LAYERS, 7: 4}}, {"layers"}),
        ({"bits": {**LAYERS, "fc1": 3}}, {"net"}),
        ({"bits": dict.fromkeys(LAYERS, 8), "own": dict.fromkeys(LAYERS, 8)}, {"smaller"}),
        ({"bits": dict.fromkeys(LAYERS, 2), "own": dict.fromkeys(LAYERS, 2)}, {"accuracy"}),
        ({"output": lambda scale: scale / 64}, {"accuracy"}),
    ],
)
def test_a_wrong_net_loses_what_is_wrong(change: dict[str, Any], lost: set[str]) -> None:
    assert judged(**change) == lost


def test_a_net_on_functions_that_lost_points_is_not_charged() -> None:
    assert judged(charged={"4.2b"}, output=lambda scale: scale / 64) == set()
    assert judged(charged={"4.3"}) == set()


def test_what_is_left_out_is_not_reached() -> None:
    session = Net(beyond({}))
    statuses = outcomes(QUESTION, session, ("NetQuantizedMixed",), every=True)
    assert set(statuses.values()) == {"not reached"}
    session = Net(beyond({"quantized_weights_nbit": narrow}))
    statuses = outcomes(QUESTION, session, ("quantized_weights_nbit",), every=True)
    assert {name for name, status in statuses.items() if status == "passed"} == {
        "form",
        "range_used",
        "bounds",
        "rounding",
        "refuses",
    }
    assert session.asked["LAYER_BITS"] == 0


@given(st.integers(2, 8), st.lists(st.floats(-300, 300), min_size=1, max_size=30))
def test_nearest_is_what_rounding_and_clamping_give(bits: int, products: list[float]) -> None:
    low, high = bounds(bits)
    exact = np.asarray(products)
    for lowest in (low, -high):
        claimed = np.clip(np.rint(exact), lowest, high)
        seen = Integers(exact, claimed, bits)
        assert seen.nearest.all()
        assert seen.within.all()
        assert not Integers(exact, claimed + high + 1 - low, bits).within.any()


def test_a_bound_of_ones_own_counts_on_one_side_near_the_other() -> None:
    products = np.asarray([-9.0, -7.0, 6.0, 7.0, 9.0])
    for claimed, holds in (
        ([-8, -7, 6, 7, 7], True),
        ([-7, -7, 6, 7, 7], True),
        ([-8, -7, 6, 6, 6], True),
        ([-6, -6, 6, 7, 7], True),
        ([-6, -6, 6, 6, 6], False),
        ([-5, -5, 6, 7, 7], False),
        ([-8, -7, 5, 5, 5], False),
    ):
        assert Integers(products, np.asarray(claimed, float), 4).nearest.all() == holds


def test_a_layer_that_is_missing_is_told() -> None:
    session = Net(beyond({"quantized_weights_nbit": narrow}))
    session.build = lambda plan: Missing("NetQuantizedMixed", None, None)  # type: ignore[method-assign]
    statuses = outcomes(QUESTION, session, NAMES, every=True)
    assert (statuses["net"], statuses["accuracy"]) == ("not reached", "not reached")


def test_it_is_a_challenge_and_asks_what_it_did() -> None:
    assert QUESTION.challenge
    assert digest_of(QUESTION.collect) == PROBES["C.3"]


@pytest.mark.parametrize(("most", "remark"), [(1.0, None), (1.01, "No exact tie was seen")])
def test_a_choice_of_scale_that_makes_no_tie_is_told(most: float, remark: str | None) -> None:
    def function(values: np.ndarray, bits: int) -> Any:
        return made(lambda b: most * up(b))(values, bits)

    session = Net(beyond({"quantized_weights_nbit": function}))
    evidence = QUESTION.collect(context_for(session, NAMES))
    found = rounding(evidence)
    assert found is None if remark is None else str(found).startswith(remark)
