"""Question C.4: biases of few bits that are right, and what each check says of others."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import bias_bits
from grader.checks.bias_bits import QUESTION
from grader.oracle import bounds
from grader.sandbox.outside.answer import Missing, Returned
from grader.sandbox.wire import Tensor, claim_of
from tests.unit.challenges import beyond, outcomes
from tests.unit.functions import Functions, carried, failure, small_exam
from tests.unit.test_same_bits import PROBES, digest_of

NAMES = ("quantized_bias_nbit", "BIAS_BITS")
NEEDED = 10
"""Bits of the default exam's bias."""


def made(
    how: Callable[[np.ndarray], np.ndarray] = np.rint,
    low: Callable[[int], float] = lambda bits: bounds(bits)[0],
    high: Callable[[int], float] = lambda bits: bounds(bits)[1],
    factor: Callable[..., float] = carried,
    widths: range = range(2, 33),
) -> Callable[..., Any]:
    """Another rounding, other bounds, another factor."""

    def function(bias: np.ndarray, bits: int, *scales: Any) -> Any:
        if bits not in widths:
            raise ValueError(bits)
        product = np.asarray(bias, np.float64) * factor(*scales)
        return Tensor(np.clip(how(product), low(bits), high(bits)))

    return function


class Numbered(Functions):
    """Has a number where others have text."""

    def value(self, name: str) -> Any:
        self.asked[name] += 1
        return Returned(claim_of(self.bits))

    bits: Any = NEEDED


def judged(function: Any = None, bits: Any = NEEDED, charged: Any = ()) -> set[str]:
    session = Numbered(beyond({"quantized_bias_nbit": function or made()}))
    session.bits = bits
    return outcomes(QUESTION, session, NAMES, charged=charged, every=False)


def test_right_ones_pass() -> None:
    assert judged() == set()
    assert judged(made(low=lambda b: -bounds(b)[1])) == set()


def half_away(x: np.ndarray) -> np.ndarray:
    return np.trunc(x + np.copysign(0.5, x))


@pytest.mark.parametrize(
    ("function", "lost"),
    [
        (made(np.floor), {"rounding", "bounds"}),
        (made(np.trunc), {"rounding"}),
        (made(half_away), {"rounding"}),
        (made(high=lambda b: bounds(b)[1] + 1), {"bounds"}),
        (made(high=lambda b: bounds(b)[1] - 1), {"bounds"}),
        (made(low=lambda b: bounds(b)[0] - 1), {"bounds"}),
        (made(low=lambda b: bounds(b)[0] + 2), {"bounds"}),
        (made(low=lambda b: bounds(b + 1)[0], high=lambda b: bounds(b + 1)[1]), {"bounds"}),
        (made(low=lambda b: bounds(32)[0], high=lambda b: bounds(32)[1]), {"bounds"}),
        (made(factor=lambda *s: 2 * carried(*s)), {"product"}),
        (made(factor=lambda n_w, n_input, ns: n_w * n_input), {"product"}),
        (made(widths=range(40)), {"refuses"}),
        (made(widths=range(1, 33)), {"refuses"}),
        (made(widths=range(2, 34)), {"refuses"}),
        (lambda bias, *_: [float(x) for x in bias], {"form"}),
        (lambda bias, *_: Tensor(np.asarray(bias)[1:]), {"form"}),
    ],
)
def test_a_wrong_bias_loses_what_is_wrong(function: Any, lost: set[str]) -> None:
    found = judged(function)
    assert found <= lost
    assert found


@pytest.mark.parametrize(
    ("bits", "lost"),
    [
        *((bits, set()) for bits in range(NEEDED - 1, NEEDED + 5)),
        *((bits, {"width"}) for bits in (2, NEEDED - 2, NEEDED + 5, 16, 32, -10)),
        (float(NEEDED), set()),
        (NEEDED + 0.5, {"width"}),
        ("10", {"width"}),
        (None, {"width"}),
        (math.nan, {"width"}),
    ],
)
def test_the_width_is_near_what_the_net_needs(bits: Any, lost: set[str]) -> None:
    assert judged(bits=bits) == lost


def test_a_product_that_lost_points_is_not_charged_again() -> None:
    wrong = made(factor=lambda n_w, n_input, ns: n_w * n_input)
    assert judged(wrong, charged={"5.2"}) == set()
    assert judged(made(np.trunc), charged={"5.2"}) == set()
    assert judged(made(low=lambda b: -(2**31)), charged={"5.2"}) == {"bounds"}


@pytest.mark.parametrize(
    ("integers", "bits"),
    [
        ([0], 1),
        ([1], 2),
        ([-1], 1),
        ([-2, 1], 2),
        ([127], 8),
        ([128], 9),
        ([-128], 8),
        ([-128, 128], 9),
        ([-129, 5], 9),
        ([-5, -3], 4),
        ([3, 5], 4),
    ],
)
def test_how_many_bits_integers_need(integers: list[int], bits: int) -> None:
    assert bias_bits._bits_of(np.asarray(integers, np.float64)) == bits


def test_what_the_default_exam_needs() -> None:
    net = small_exam().nets["biased"]
    assert net.biases
    assert judged(bits=NEEDED) == set()


@given(st.integers(0, 2**32))
def test_probes_are_exact_in_float32_and_hold_what_they_say(seed: int) -> None:
    for values, bits, (n_w, n_input, ns) in bias_bits._biases(np.random.default_rng(seed)):
        low, high = bounds(bits)
        product = values * carried(n_w, n_input, ns)
        assert np.array_equal(values.astype(np.float32), values)
        assert {low, high, high + 1, low - 1} <= {*product}
        assert ((product % 1 == 0.5) & (np.abs(product) < high / 2)).sum() >= 4
        assert math.frexp(carried(n_w, n_input, ns))[0] == 0.5


@given(st.integers(0, 2**32))
def test_whatever_is_drawn_some_of_what_fits_is_beyond_the_bounds_before_it_is_scaled(
    seed: int,
) -> None:
    seen = []
    for values, bits, (n_w, n_input, ns) in bias_bits._biases(np.random.default_rng(seed)):
        fits = np.abs(values * carried(n_w, n_input, ns)) < bounds(bits)[1] / 2
        seen.append((fits & (np.clip(values, *bounds(bits)) != values)).any())
    assert any(seen)


def test_what_is_left_out_is_not_reached() -> None:
    session = Numbered(beyond({"quantized_bias_nbit": made()}))
    statuses = outcomes(QUESTION, session, ("BIAS_BITS",), every=True)
    assert statuses.pop("width") == "passed"
    assert set(statuses.values()) == {"not reached"}
    assert session.asked["quantized_bias_nbit"] == 0


def test_it_is_a_challenge_and_asks_what_it_did() -> None:
    assert QUESTION.challenge
    assert digest_of(QUESTION.collect) == PROBES["C.4"]


def test_a_result_one_away_from_its_product_is_wrong() -> None:
    assert judged(made(lambda x: np.rint(x) + 1)) == {"product"}
    assert judged(made(lambda x: np.rint(x) - 1)) == {"product"}


def test_a_whole_number_that_becomes_the_next_one_is_another_product() -> None:
    assert judged(made(lambda x: np.where(x == np.rint(x), x + 1, np.rint(x)))) == {"product"}


def call_of(products: list[float], claimed: list[float], bits: int) -> bias_bits.Call:
    """Integers that were claimed for these products, under scales of 1."""
    answer = Returned(claim_of(Tensor(np.asarray(claimed))))
    return bias_bits.Call(np.asarray(products), bits, (1.0, 1.0, []), answer)


def test_what_needs_half_of_the_range_or_more_does_not_fit() -> None:
    call = call_of([2.5, 3.0, -3.0, 3.5, -3.5, 4.0], [0.0] * 6, bits=4)
    assert call.fits.tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("product", "claimed", "holds"),
    [
        (-128.5, -127, True),
        (-200.0, -127, True),
        (-128.0, -127, True),
        (-127.0, -127, True),
        (-126.0, -127, False),
        (100.0, -127, False),
        (200.0, -127, False),
        (-200.0, -126, False),
    ],
)
def test_a_lower_bound_of_one_more_is_for_what_lies_beyond_it_alone(
    product: float, claimed: float, holds: bool
) -> None:
    call = call_of([product], [claimed], bits=8)
    evidence = bias_bits.Evidence([call], {}, Missing("BIAS_BITS", None, None), NEEDED, ())
    assert (failure(bias_bits.clamped, evidence) is None) == holds
