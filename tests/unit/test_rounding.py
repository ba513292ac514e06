"""Which integers count as rightly rounded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.rounding import Rounded, applied_scale, rounded, scales_that_explain

seeds = st.integers(0, 2**32)
scales = st.floats(2**-6, 2**10, width=32)


def drawn(seed: int, scale: float, reach: float = 140) -> np.ndarray:
    """Float32 values whose products lie within +-reach."""
    values = np.random.default_rng(seed).uniform(-reach, reach, 500) / scale
    return values.astype(np.float32)


@given(seeds, scales)
def test_float32_and_float64_by_product_or_quotient_are_all_right(seed: int, scale: float) -> None:
    values = drawn(seed, scale)
    single = np.float32(scale)
    for products in (
        values * single,
        values / (np.float32(1) / single),
        values.astype(np.float64) * scale,
    ):
        claimed = np.clip(np.rint(products), -128, 127).astype(np.float64)
        assert rounded(values.astype(np.float64), scale, claimed).nearest.all()


@given(seeds, scales, st.sampled_from([np.trunc, np.floor, np.ceil]))
def test_another_rounding_is_scaled_but_not_nearest(seed: int, scale: float, rule) -> None:
    values = drawn(seed, scale, 126).astype(np.float64)
    seen = rounded(values, scale, rule(values * scale))
    assert seen.scaled.all()
    assert not seen.nearest.all()


@given(st.integers(-126, 125), st.integers(-10, 10))
def test_an_exact_tie_goes_to_the_even_neighbour_only(below: int, exponent: int) -> None:
    scale = 2.0**exponent
    values = np.array([(below + 0.5) / scale])
    right = [
        bool(rounded(values, scale, np.array([float(q)])).nearest.all()) for q in (below, below + 1)
    ]
    assert right == [below % 2 == 0, below % 2 == 1]


def test_a_tie_at_the_edge_of_int8_becomes_the_bound() -> None:
    values, scale = np.array([127.5, -128.5]), 1.0
    assert rounded(values, scale, np.array([127.0, -128.0])).nearest.all()
    assert not rounded(values, scale, np.array([126.0, -126.0])).nearest.any()


def test_a_tie_in_float32_alone_may_go_either_way() -> None:
    values, scale = np.array([0.1]), 25.0  # 2.5 in float32, 2.5000000000000004 or so in truth
    for claimed in (2.0, 3.0):
        assert rounded(np.float64(np.float32(values)), scale, np.array([claimed])).nearest.all()


@given(seeds, scales)
def test_the_bounds_are_clamped_to_and_minus_127_may_be_one(seed: int, scale: float) -> None:
    values = drawn(seed, scale, 1000).astype(np.float64)
    for low in (-128, -127):
        claimed = np.clip(np.rint(values * scale), low, 127)
        assert rounded(values, scale, claimed).nearest.all()
    wrapped = (np.rint(values * scale) + 128) % 256 - 128
    seen = rounded(values, scale, wrapped)
    assert not seen.nearest[seen.saturated].all()


@given(seeds, scales)
def test_the_scale_that_was_applied_is_found(seed: int, scale: float) -> None:
    values = drawn(seed, scale).astype(np.float64)
    claimed = np.clip(np.rint(values * scale), -128, 127)
    interval = scales_that_explain(values, claimed)
    assert interval is not None
    assert interval[0] <= scale <= interval[1]
    assert abs(applied_scale(values, claimed) / scale - 1) < 0.02
    assert scales_that_explain(values, np.trunc(values * scale)) is None


def test_integers_that_follow_nothing_have_no_scale() -> None:
    values = np.array([1.0, -2.0, 3.0])
    assert np.isnan(applied_scale(values, np.full(3, 127.0)))
    assert scales_that_explain(values, np.array([-1.0, 2.0, -3.0])) is None


@given(st.floats(2**-6, 2**10, width=32))
def test_nothing_but_zero_is_a_product_of_zero(scale: float) -> None:
    values = np.zeros(3)
    seen = rounded(values, scale, np.array([0.0, 1.0, -1.0]))
    assert seen.scaled.tolist() == seen.nearest.tolist() == [True, False, False]


def test_what_rounds_beyond_int8_is_saturated_and_a_tie_at_the_bound_is_not() -> None:
    products = np.array([127.4, 127.5, 127.6, 128.0, -127.4, -127.5, -127.6, -129.0])
    seen = rounded(products, 1.0, np.zeros(8))
    assert seen.saturated.tolist() == [False, False, True, True] * 2


def test_minus_127_is_no_bound_for_what_lies_above_it() -> None:
    products = np.array([-127.0, -127.25, -128.0, -500.0, -126.4])
    seen = rounded(products, 1.0, np.full(5, -127.0))
    assert seen.at_lower_bound.tolist() == [False, True, True, True, False]
    assert not rounded(products, 1.0, np.full(5, -126.0)).at_lower_bound.any()


def test_a_tie_that_a_quotient_does_not_hold_exactly_may_go_either_way() -> None:
    found = {False: 0, True: 0}
    for odd in range(1, 252, 2):
        for scale in (1.5, 3.0, 5.0, 6.25, 7.0):
            value = np.float64(np.float32(odd / 2 / scale))
            if value * scale != odd / 2:
                continue
            seen = rounded(np.array([value]), scale, np.array([np.rint(odd / 2)]))
            single = np.float32(value)
            quotient = single / (np.float32(1) / np.float32(scale))
            assert bool(seen.ties[0]) == (quotient == odd / 2)
            found[bool(seen.ties[0])] += 1
    assert min(found.values()) > 0


def test_zeros_say_nothing_about_the_scale() -> None:
    values, claimed = np.array([0.0, 0.0, 0.0, 0.0, 2.0]), np.array([9.0, 9.0, 9.0, 9.0, 10.0])
    assert applied_scale(values, claimed) == 5.0
    ones = np.array([1.0, 1.0, 2.0])
    assert applied_scale(ones, np.array([5.0, 5.0, 11.0])) == 5.0
    interval = scales_that_explain(np.array([1.0, 0.0, -1.0]), np.array([5.0, 0.0, -5.0]))
    assert interval == pytest.approx((4.5, 5.5))


def test_a_bound_limits_the_scale_on_one_side() -> None:
    low, high = scales_that_explain(np.array([1.0]), np.array([127.0])) or (0, 0)
    assert (low, high) == (pytest.approx(126.5), np.inf)
    low, high = scales_that_explain(np.array([1.0]), np.array([-127.0])) or (1, 1)
    assert (low, high) == (0.0, np.inf)
    low, high = scales_that_explain(np.array([0.0]), np.array([0.0])) or (1, 1)
    assert (low, high) == (0.0, np.inf)


@pytest.mark.parametrize(
    ("low", "high"), [(-128, 100), (-100, 127), (-64, 100), (-100, 64), (-126, 126)]
)
def test_what_lies_beyond_a_bound_within_int8_is_clamped_closer(low: int, high: int) -> None:
    values = np.arange(-200.0, 201.0)
    seen = rounded(values, 1.0, values.clip(low, high))
    beyond = (values < low) | (values > high)
    assert np.array_equal(seen.clamped_closer, beyond)


@given(seeds, scales, st.sampled_from([(-64, 127), (-127, 80), (-100, 100), (-127, 127)]))
def test_a_bound_on_either_side_leaves_the_scale_to_be_found(seed, scale, bounds) -> None:
    values = drawn(seed, scale).astype(np.float64)
    found = scales_that_explain(values, np.rint(values * scale).clip(*bounds))
    assert found is not None
    assert found[0] <= scale <= found[1]


@pytest.mark.parametrize("reach", [1.4, 2.4])
def test_small_integers_tell_the_scale_as_well(reach: float) -> None:
    values = np.linspace(-reach, reach, 2001)
    applied = applied_scale(values, np.rint(values))
    assert 0.7 < applied < 1.5


@pytest.mark.parametrize("low", [0, 5, -20, -62])
def test_what_uses_little_of_int8_is_no_bound_within_it(low: int) -> None:
    values = np.arange(-200.0, 201.0)
    seen = rounded(values, 1.0, values.clip(low, 127))
    assert np.array_equal(seen.clamped_closer, values > 127)


@pytest.mark.parametrize(("errors", "may"), [(2.9, True), (3.1, False)])
def test_three_operations_in_float32_may_each_be_off_by_half_a_digit(errors, may) -> None:
    off = 1 + errors * 2.0**-24
    products = np.array([100.5, -100.5, 7.5, 0.5]) * off
    below = np.trunc(products)
    assert (Rounded(products, below, False).nearest == may).all()
    whole = np.array([101.0, -101.0, 8.0, 1.0])
    assert (Rounded(whole * off, whole - np.sign(whole), False).scaled == may).all()


@given(seeds, scales)
def test_what_was_clamped_says_nothing_about_the_scale(seed: int, scale: float) -> None:
    values = drawn(seed, scale, 1000).astype(np.float64)
    claimed = np.clip(np.rint(values * scale), -128, 127)
    assert abs(applied_scale(values, claimed) / scale - 1) < 0.02


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("integer", "tells"), [(1, True), (125, True), (126, False), (127, False)])
def test_what_lies_next_to_a_bound_tells_no_scale(integer: int, sign: int, tells: bool) -> None:
    applied = applied_scale(np.array([0.5 * sign, 0.0]), np.array([float(integer * sign), 3.0]))
    assert applied == 2 * integer if tells else np.isnan(applied)
