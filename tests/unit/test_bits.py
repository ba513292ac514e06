"""Question C.3: integers of few bits that are right, and what each check says of others."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import challenges
from grader.checks.accuracy import Measurement
from grader.checks.bits import QUESTION, Call, Evidence, range_used, rounding
from grader.checks.challenges import Integers
from grader.checks.context import Tolerances
from grader.checks.paired import Drop
from grader.oracle import bounds, quantize_to
from grader.rubric import load_rubric
from grader.sandbox.outside.answer import Missing, Returned
from grader.sandbox.wire import Claim, Tensor, claim_of
from grader.verdict import Verdict
from tests.unit.challenges import beyond, context_for, outcomes
from tests.unit.functions import Functions, failure, small_exam
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
        ([-7, -7, 6, 6, 6], True),
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


def test_a_leaderboard_is_told_the_bytes_of_the_student_s_own_bits() -> None:
    context = context_for(Net(beyond({"quantized_weights_nbit": narrow})), NAMES)
    *_, last = QUESTION.judge(context)
    weights = small_exam().nets["plain"].weights
    own = sum(math.ceil(weights[name].size * bits / 8) for name, bits in LAYERS.items())
    assert (last.check.name, last.verdict.passed) == ("bits.accuracy", True)
    assert last.verdict.published == {"weight_bytes": own}


def test_of_a_net_is_published_what_was_measured() -> None:
    drop = Drop(2000, 60.0, 59.0, 1.0, 0.5)
    for measured, published in (
        (Measurement(drop, drop), drop),
        (Measurement(drop), None),
        (Verdict(False, "there is no net"), None),
    ):
        tolerances = Tolerances(load_rubric().thresholds)
        net = challenges.Net(Missing("It", None, None), measured, (), tolerances)
        assert net.published == published


def test_a_scale_that_is_to_be_refused_is_the_one_that_is_named() -> None:
    asked = np.asarray([*challenges.BAD_SCALES.values()])
    assert np.array_equal(asked, [float(words) for words in challenges.BAD_SCALES], equal_nan=True)


def uses_range(values: np.ndarray, integers: np.ndarray, bits: int) -> tuple[bool, float]:
    """Whether a range is well used under its widest scale, and how much noise was seen, in dB."""
    scale = up(bits) / float(np.abs(values).max())
    call = Call("it", values, bits, Returned(claim_of((Tensor(integers), scale))))
    tolerances = Tolerances(load_rubric().thresholds)
    left_out = Missing("LAYER_BITS", None, None)
    evidence = Evidence([call], [], {}, left_out, None, None, tolerances)
    found = failure(range_used, evidence)
    (measured,) = tolerances.measured
    return found is None, measured.value


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_integers_on_one_side_of_zero_do_not_use_the_range_of_values_on_both(bits: int) -> None:
    values = np.concatenate([np.linspace(-1, -0.7, 20), np.linspace(0.7, 1, 20)])
    whole = np.rint(values * up(bits))
    assert uses_range(values, whole, bits) == (True, 0)
    assert not uses_range(values, np.minimum(whole, 0), bits)[0]
    assert not uses_range(values, np.maximum(whole, 0), bits)[0]


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_a_range_holds_zero_whatever_small_values_become(bits: int) -> None:
    values = np.linspace(0, 1, 40)
    whole = np.rint(values * up(bits))
    assert uses_range(values, np.maximum(whole, 1), bits) == (True, 0)
    assert uses_range(-values, np.minimum(-whole, -1), bits) == (True, 0)


@pytest.mark.parametrize(("halves", "slacks", "near"), [(1, 0, 1), (1, 1, 1), (1, 2, 0), (2, 0, 0)])
@pytest.mark.parametrize("product", [64.0, -64.0])
def test_an_integer_may_be_off_by_a_half_and_what_float32_loses(
    product: float, halves: int, slacks: int, near: int
) -> None:
    (slack,) = Integers(np.asarray([product]), np.zeros(1), 8).slack
    for off in (halves / 2 + slacks * slack, -halves / 2 - slacks * slack):
        assert Integers(np.asarray([product]), np.asarray([product + off]), 8).nearest == [near]
