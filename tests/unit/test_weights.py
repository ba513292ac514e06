"""How quantized weights are judged, on results made here."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import weights
from grader.checks.weights import Call, Evidence, Quantized
from grader.sandbox.outside.answer import Returned
from grader.sandbox.wire import Claim, Tensor
from grader.verdict import Verdict
from tests.unit.functions import context_of, failed_checks, failure

CHECKS = ("scale", "saturation", "repeatable")


def call(name: str, values: np.ndarray, integers: np.ndarray, scale: float) -> Call:
    pair = (Claim("tensor", integers), Claim("float", np.array(scale)))
    return Call(name, values.astype(np.float32), Returned(Claim("tuple", items=pair)))


def bell(seed: int, size: int = 600) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, size).astype(np.float32).astype(np.float64)


def scale_of(values: np.ndarray, room: float) -> float:
    return float(np.float32(room * 127 / np.abs(values).max()))


def right(values: np.ndarray, scale: float) -> np.ndarray:
    return np.clip(np.rint(values * scale), -128, 127)


def evidence(
    layers: list[Call], again: list[Call] | None = None, ties: list[Call] | None = None
) -> Evidence:
    return Evidence(layers, again or [], [], ties or [], [], {}, {}, context_of().tolerances)


def rounding(found: Evidence) -> Verdict | None:
    """What is found by a judge who is told whether the scale is right."""
    return failure(weights.rounding, found, failure(weights.scale, found) is None)


def failed_judges(one: Call, again: Call | None = None, ties: Call | None = None) -> set[str]:
    found = evidence([one], [again or one], [ties] if ties else [])
    lost = {name for name in CHECKS if failure(getattr(weights, name), found)}
    return lost | ({"rounding"} if rounding(found) else set())


seeds = st.integers(0, 2**32)
rooms = st.sampled_from([1.0, 1.5, 3.0])
"""Of which the largest weights are clamped but for the first."""


@given(seeds, rooms)
def test_a_right_answer_loses_nothing(seed: int, room: float) -> None:
    values = bell(seed)
    scale = scale_of(values, room)
    assert failed_judges(call("it", values, right(values, scale), scale)) == set()


@given(seeds, rooms, st.sampled_from([0.5, 0.99, 1.01, 1.5, 2.0]))
def test_another_scale_than_the_applied_one_is_called_so(seed, room, factor) -> None:
    values = bell(seed)
    scale = scale_of(values, room)
    assert "scale" in failed_judges(call("it", values, right(values, scale), factor * scale))


@given(seeds, st.sampled_from([np.floor, np.ceil, np.trunc]))
def test_another_rounding_keeps_the_points_of_the_scale(seed: int, rule) -> None:
    values = bell(seed)
    scale = scale_of(values, 0.99)
    assert failed_judges(call("it", values, rule(values * scale), scale)) == {"rounding"}


@given(seeds, st.sampled_from([1, -1]))
def test_who_cuts_off_the_last_digit_of_the_bound_has_no_other_bound(seed: int, sign: int) -> None:
    values = bell(seed)
    scale = scale_of(values, 1.0)
    top = np.argmax(np.abs(values))
    values[top] = sign * np.abs(values[top])
    integers = np.trunc(values * scale)
    integers[top] = sign * 126  # of 126.99999, as float32 has it
    assert failed_judges(call("it", values, integers, scale)) == {"rounding"}
    integers = np.rint(values * scale).clip(-126, 126)
    assert failed_judges(call("it", values, integers, scale)) == {"saturation"}


@given(seeds, st.sampled_from([1.04, 0.96, 1.9]))
def test_another_rounding_and_another_scale_lose_both(seed: int, factor: float) -> None:
    values = bell(seed)
    scale = scale_of(values, 0.99)
    found = failed_judges(call("it", values, np.trunc(values * scale), factor * scale))
    assert {"rounding", "scale"} <= found


@given(seeds)
def test_one_badly_rounded_weight_is_seen_and_told(seed: int) -> None:
    values = bell(seed)
    scale = scale_of(values, 3.0)
    integers = right(values, scale)
    products = values * scale
    off = np.abs(products - np.rint(products))
    near = int(np.argmin(np.where((np.abs(products) > 10) & (np.abs(products) < 50), off, 1)))
    integers[near] += 1  # of a product that is nearly whole: no other scale explains it
    found = rounding(evidence([call("it", values, integers, scale)]))
    assert f"element [{near}]" in found.actual
    assert f"became {integers[near]:g} (1 of {len(values)} elements)" in found.actual


@given(seeds)
def test_a_value_that_wraps_around_is_not_saturated(seed: int) -> None:
    values = bell(seed)
    scale = scale_of(values, 1.5)
    wrapped = (np.rint(values * scale) + 128) % 256 - 128
    lost = failed_judges(call("it", values, wrapped, scale))
    assert "saturation" in lost
    assert "scale" not in lost


@given(seeds)
def test_a_narrow_bound_and_another_rounding_leave_the_scale(seed: int) -> None:
    values = bell(seed)
    scale = scale_of(values, 1.0)
    integers = np.trunc(values * scale).clip(-90, 90)
    lost = failed_judges(call("it", values, integers, scale))
    assert "rounding" in lost
    assert "scale" not in lost


def test_what_is_not_clamped_is_told_where_nothing_else_is_badly_rounded() -> None:
    values = bell(2)
    values[7] = 1.5 * np.abs(values).max()
    scale = scale_of(values, 1.1)
    integers = right(values, scale)
    integers[7] = -50
    found = rounding(evidence([call("it", values, integers, scale)]))
    assert "element [7]" in found.actual
    assert f"became -50 (1 of {len(values)} elements)" in found.actual


@pytest.mark.parametrize("limits", [(-127, 127), (-128, 127)])
def test_either_lower_bound_is_one(limits: tuple[int, int]) -> None:
    values = bell(3)
    scale = scale_of(values, 1.5)
    assert (
        failed_judges(call("it", values, np.clip(np.rint(values * scale), *limits), scale)) == set()
    )


@pytest.mark.parametrize("limits", [(-126, 127), (-128, 126)])
def test_a_bound_that_is_none_is_not_saturated(limits: tuple[int, int]) -> None:
    values = bell(3)
    scale = scale_of(values, 1.5)
    one = call("it", values, np.clip(np.rint(values * scale), *limits), scale)
    assert "saturation" in failed_judges(one) or "scale" in failed_judges(one)


def test_a_tie_goes_to_the_even_one() -> None:
    values, halves = bell(4), np.arange(-20, 20) + 0.5
    one = call("it", values, right(values, scale_of(values, 1)), scale_of(values, 1))
    even = call("ties", halves, np.rint(halves), 1.0)
    away = call("ties", halves, np.trunc(halves + np.copysign(0.5, halves)), 1.0)
    unseen = call("ties", halves, right(halves, 1.3), 1.3)
    assert failed_judges(one, ties=even) == set()
    assert failed_judges(one, ties=away) == {"rounding"}
    assert failed_judges(one, ties=unseen) == set()


@pytest.mark.parametrize("other_integers", [False, True])
@pytest.mark.parametrize("other_scale", [False, True])
def test_a_second_answer_is_the_same_in_both_parts(other_integers, other_scale) -> None:
    values = bell(5)
    scale = scale_of(values, 1)
    one = call("it", values, right(values, scale), scale)
    integers = right(values, scale * (0.97 if other_integers else 1))
    two = call("it", values, integers, scale * (0.97 if other_scale else 1))
    assert failed_judges(one, two) == ({"repeatable"} if other_integers or other_scale else set())


@pytest.mark.parametrize(("error", "lost"), [(1e-7, set()), (1e-5, {"repeatable"})])
def test_a_second_scale_may_end_in_other_bits(error: float, lost: set[str]) -> None:
    values = bell(5)
    scale = scale_of(values, 1)
    one = call("it", values, right(values, scale), scale)
    for factor in (1 + error, 1 - error):
        assert failed_judges(one, call("it", values, right(values, scale), scale * factor)) == lost


@given(seeds, st.sampled_from([(-120, 127), (-128, 120), (-100, 100), (-64, 63)]))
def test_a_bound_that_is_too_narrow_loses_saturation_alone(seed: int, bounds) -> None:
    values = bell(seed)
    scale = scale_of(values, 2.0)
    integers = np.clip(np.rint(values * scale), *bounds)
    assert failed_judges(call("it", values, integers, scale)) == {"saturation"}


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("limit", [127, 127.5, 128])
def test_ties_show_under_a_scale_of_three_sigmas(ddof: int, limit: float) -> None:
    def quantized(rule):
        def function(values: np.ndarray) -> tuple[Tensor, float]:
            exact = np.asarray(values, np.float64)
            scale = limit / (3 * float(exact.std(ddof=ddof)))
            return Tensor(rule(exact * np.float32(scale)).clip(-128, 127)), scale

        return context_of(quantized_weights=function)

    assert failed_checks(weights.QUESTION, quantized(np.rint)) == set()
    assert failed_checks(weights.QUESTION, quantized(lambda x: np.floor(x + 0.5))) == {"rounding"}


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.5, 2.0])
def test_another_scale_than_that_of_truncated_weights_is_called_so(factor: float) -> None:
    values = bell(1)
    scale = scale_of(values, 1.0)
    one = call("it", values, np.trunc(values * scale), factor * scale)
    assert failed_judges(one) >= {"scale", "rounding"}


def test_a_badly_rounded_weight_is_told_before_one_that_is_not_clamped() -> None:
    values = bell(2)
    values[:2] = np.abs(values).max() * np.array([1.5, 0.37])
    scale = scale_of(values, 1.4)
    integers = right(values, scale)
    integers[0], integers[1] = -100, integers[1] + 2
    found = rounding(evidence([call("it", values, integers, scale)]))
    assert "element [1]" in found.actual


def test_a_magnified_tensor_has_the_same_digits() -> None:
    values = bell(6).astype(np.float32)
    assert math.frexp(weights.MAGNIFIED)[0] == 0.5
    magnified = weights.MAGNIFIED * values
    assert np.array_equal(np.frexp(magnified)[0], np.frexp(values)[0])


@pytest.mark.parametrize("rule", [np.rint, np.floor, np.trunc])
@pytest.mark.parametrize("bounds", [(-100, 127), (-127, 90), (-80, 80), (-128, 127)])
def test_what_lies_beyond_a_bound_within_int8_is_cut(rule, bounds: tuple[int, int]) -> None:
    values = (np.arange(-3000, 3001) + 0.3) / 16
    one = Quantized("it", values, rule(values).clip(*bounds), 1.0)
    low, high = bounds
    beyond = np.zeros(values.shape, bool) if bounds == (-128, 127) else values < low - 0.5
    beyond |= (values > high + 0.5) & (high < 127)
    if low < -126:  # -127 is as good a lower bound as -128
        beyond &= values > 0
    assert np.array_equal(one.cut, beyond)


@pytest.mark.parametrize("rule", [np.floor, np.ceil, np.trunc])
def test_the_largest_integer_is_no_bound_where_a_rounding_explains_it(rule) -> None:
    values = np.linspace(-120.7, 120.7, 999)
    assert not Quantized("it", values, rule(values), 1.0).cut.any()


@pytest.mark.parametrize(
    ("bounds", "of_negated", "farther", "clipped"),
    [
        ((-100, 122), (-122, 100), (-127, 122), True),
        ((-122, 90), (-90, 122), (-122, 127), True),
        ((-100, 122), (-122, 100), (-110, 110), False),
        ((-100, 122), (-121, 127), (-127, 122), False),
        ((-100, 127), (-127, 100), (-100, 127), True),
        ((-127, 90), (-90, 127), (-127, 90), True),
        ((-128, 90), (-90, 127), (-128, 90), True),
        ((-127, 127), (-127, 127), (-127, 127), True),
        ((-100, 127), (-126, 100), (-100, 127), True),
        ((-100, 127), (-127, 101), (-100, 127), True),
        ((-100, 127), (-125, 100), (-100, 127), False),
        ((-100, 127), (-127, 102), (-100, 127), False),
        ((-100, 127), (-100, 127), (-100, 127), False),
        ((-100, 126), (-126, 100), (-100, 126), False),
        ((-126, 100), (-100, 126), (-126, 100), False),
    ],
)
def test_clipped_first_are_bounds_that_change_their_signs_with_the_tensor(
    bounds: tuple[int, int],
    of_negated: tuple[int, int],
    farther: tuple[int, int],
    clipped: bool,
) -> None:
    one, *others = (
        Quantized("it", np.array([-1.0, 1.0]), np.array(each, np.float64), 100.0)
        for each in (bounds, of_negated, farther)
    )
    assert one.clipped_first(*others) == clipped


@pytest.mark.parametrize(
    ("high", "other_low", "clipped"),
    [(120, -120, True), (126, -127, False), (126, -126, True), (120, -121, False)],
)
def test_where_all_is_rounded_to_the_nearest_a_bound_changes_its_sign_exactly(
    high: int, other_low: int, clipped: bool
) -> None:
    values = np.array([-127.0, 3.2, 129.6])
    one, negated, farther = (
        Quantized("it", each, np.array(integers, np.float64), 1.0)
        for each, integers in (
            (values, (-127, 3, high)),
            (-values, (127, -3, other_low)),
            (values, (-127, 3, high)),
        )
    )
    assert one.clipped_first(negated, farther) == clipped


def test_scales_that_are_kept_are_told_from_those_that_are_computed() -> None:
    one, two = bell(1), bell(2)
    names = ("conv1", weights.of_second_net("conv1"), weights.magnified("conv1"))

    def kept(first: float, second: float, large: float, again: float) -> bool:
        layer, other, enlarged = (
            call(name, values, right(values, scale), scale)
            for name, values, scale in zip(
                names, (one, two, 16 * one), (first, second, large), strict=True
            )
        )
        after = call("conv1", one, right(one, again), again)
        return replace(evidence([layer, other], [after]), shapes=[enlarged]).kept

    assert not kept(160, 170, 10, 160)
    assert not kept(128, 128, 8, 128)
    assert kept(160, 170, 160, 160)
    assert kept(160, 160, 10, 160)
    assert kept(160, 170, 10, 161)


@pytest.mark.parametrize(
    ("bound", "room", "words"),
    [
        (64, 1.0, "integers from -64 to 64 (times the returned scale: from -127 to 127)"),
        (128, 0.1, "integers from -13 to 13, "),
    ],
)
def test_integers_that_use_little_of_the_range_are_told_by_both_ends(
    bound: int, room: float, words: str
) -> None:
    values = np.append(bell(3), -bell(3))
    scale = scale_of(values, room)
    integers = np.clip(np.rint(values * scale), -bound, bound)
    failed = failure(weights.range_used, evidence([call("conv1", values, integers, scale)]))
    assert failed is not None
    assert words in failed.actual
    assert "no narrower" in failed.next_step


@pytest.mark.parametrize("sign", [1, -1])
def test_what_ends_at_zero_ends_at_no_minus_zero(sign: int) -> None:
    values = sign * np.append(np.linspace(0.01, 1, 400), -0.0 * sign)
    integers = np.clip(np.rint(values * 127), -9, 9)
    failed = failure(weights.range_used, evidence([call("conv1", values, integers, 127.0)]))
    assert failed is not None
    assert "times the returned scale" in failed.actual
    assert not re.search(r"-0(?![.\d])", failed.actual)


def test_by_chance_one_tie_of_eight_may_go_wrong() -> None:
    layer = call("it", bell(4), right(bell(4), scale_of(bell(4), 1)), scale_of(bell(4), 1))
    halves = np.arange(-40, 40) + 0.5
    for wrong, lost in ((10, set()), (11, {"rounding"})):
        integers = np.rint(halves)
        integers[:wrong] += np.where(integers[:wrong] < halves[:wrong], 1, -1)
        assert failed_judges(layer, ties=call("ties", halves, integers, 1.0)) == lost


@pytest.mark.parametrize(
    ("bounds", "within"),
    [((-128, 127), True), ((-129, 127), False), ((-128, 128), False), ((-129, 128), False)],
)
def test_integers_within_int8_are_so_at_both_ends(bounds: tuple[int, int], within: bool) -> None:
    one = Quantized("it", np.array([-1.0, 1.0]), np.array(bounds, np.float64), 127.0)
    assert one.bounds_within_int8 == within


def test_where_one_of_two_tensors_is_rounded_otherwise_a_bound_may_be_off_by_one() -> None:
    values = np.array([-127.0, 3.2, 129.6])
    one = Quantized("it", values, np.array([-127.0, 3, 126]), 1.0)
    negated = Quantized("it", -values, np.array([127.0, -4, -127]), 1.0)
    assert one.is_nearest
    assert not negated.is_nearest
    assert one.clipped_first(negated, one)


SLACK = 96 * 3 * 2.0**-24
"""What float32 may lose in a product of 96."""


@pytest.mark.parametrize(
    ("bound", "cut"), [(94, True), (95, True), (95 + SLACK, True), (95 + 2 * SLACK, False)]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_one_integer_beyond_it_is_enough_to_tell_a_bound(
    bound: float, cut: bool, sign: int
) -> None:
    values = sign * np.append(np.arange(90.0), 96)
    one = Quantized("it", values, sign * np.append(np.arange(90.0), bound), 1.0)
    assert one.cut.tolist() == [False] * 90 + [cut]


@pytest.mark.parametrize(
    ("product", "integer", "nearest"),
    [
        (110.2, 100, True),  # a bound
        (200.0, -50, True),  # no clamp
        (50.2, 51, False),
        (50.2, 50, True),
    ],
)
def test_roundings_are_seen_where_neither_a_bound_nor_a_missing_clamp_decides(
    product: float, integer: int, nearest: bool
) -> None:
    integers = np.array([-1.0, 3, integer, 100])
    one = Quantized("it", np.array([-1, 3.2, product, 112]), integers, 1.0)
    assert one.is_nearest == nearest


@pytest.mark.parametrize(
    ("bounds", "at", "far"),
    [((-128, 100), 0, -600), ((-100, 127), 3, 600), ((-100, 100), 0, -600)],
)
def test_one_value_is_put_far_out_where_nothing_was_cut_off(
    bounds: tuple[int, int], at: int, far: int
) -> None:
    values = np.array([-120.0, -110, 100, 150, 0.5])
    one = call("it", values, np.rint(values).clip(*bounds), 1.0)
    expected = values.copy()
    expected[at] = far
    assert weights._farther(one).tolist() == expected.tolist()


def test_weights_that_cannot_be_read_have_not_the_form() -> None:
    values = bell(1)
    fine = call("conv1", values, right(values, 100.0), 100.0)
    text = replace(fine, answer=Returned(Claim("str", text="127")))
    assert failure(weights.form, evidence([fine])) is None
    assert failure(weights.form, evidence([fine, text]))


@pytest.mark.parametrize(("other", "name"), [(20.0, True), (21.0, False)])
def test_a_scale_that_is_the_same_for_all_layers_is_told_so(other: float, name: bool) -> None:
    layers = [
        call(layer, bell(seed), right(bell(seed), scale), scale)
        for layer, seed, scale in (("conv1", 1, 20.0), ("conv2", 2, other))
    ]
    failed = failure(weights.range_used, evidence(layers))
    assert failed is not None
    assert (failed.diagnosis is not None and "constant" in failed.diagnosis.name) == name


def test_how_many_integers_differ_the_second_time_is_told() -> None:
    values = bell(5)
    scale = scale_of(values, 1)
    other = right(values, scale)
    other[3:5] += 1
    one, two = (call("it", values, each, scale) for each in (right(values, scale), other))
    failed = failure(weights.repeatable, evidence([one], [two]))
    assert failed is not None
    assert failed.actual == f"it: 2 of {values.size} integers differ the second time"


@pytest.mark.parametrize(
    ("integer", "lost"),
    [
        (-128.0, set()),
        (127.0, set()),
        (-129.0, {"int8"}),
        (128.0, {"int8"}),
        (12.5, {"integers"}),
        (128.5, {"int8", "integers"}),
    ],
)
def test_a_single_weight_that_is_no_8_bit_integer_is_seen(integer: float, lost: set[str]) -> None:
    values = bell(1)
    integers = right(values, 100.0)
    fine, one = (call(name, values, integers.copy(), 100.0) for name in ("conv1", "conv2"))
    one.quantized.integers[7] = integer
    found = evidence([fine, one])
    checks = {"int8": weights.int8, "integers": weights.integers}
    assert {name for name, check in checks.items() if failure(check, found)} == lost


@pytest.mark.parametrize(("factor", "words"), [(1.0, "no offset"), (1.5, "not its inverse")])
def test_who_returns_another_scale_is_told_of_it_and_who_adds_an_offset_of_that(
    factor: float, words: str
) -> None:
    values = bell(1)
    scale = scale_of(values, 1.0)
    one = call("conv1", values, right(values, scale) + 1, factor * scale)
    failed = failure(weights.scale, evidence([one]))
    assert failed is not None
    assert words in failed.next_step


@pytest.mark.parametrize(("ties", "seen"), [(9, False), (10, True)])
def test_a_tenth_of_the_values_are_enough_ties_to_judge_them(ties: int, seen: bool) -> None:
    layer = call("it", bell(4), right(bell(4), scale_of(bell(4), 1)), scale_of(bell(4), 1))
    values = np.arange(100) + np.where(np.arange(100) < ties, 0.5, 0)
    up = call("ties", values, np.floor(values + 0.5), 1.0)
    even = call("ties", values, np.rint(values), 1.0)
    assert (rounding(evidence([layer], ties=[up])) is not None) == seen
    remark = weights.rounding(evidence([layer], ties=[even]), True)
    assert (remark is None) == seen


SANE = {
    "no large weights": lambda largest: largest < 5,
    "no tiny weights": lambda largest: largest > 1e-3,
    "weights as large as a layer's": lambda largest: 0.2 < largest < 1,
    "a sane scale": lambda largest: 1 < 127 / largest < 10_000,
}


def asserting(sane, rounding):
    """A function that checks what weights are like, and rounds them."""

    def quantized_weights(values):
        largest = float(np.abs(values).max())
        if not SANE[sane](largest):
            raise ValueError("exploding weights")
        scale = 127 / largest
        return Tensor(rounding(values * scale).clip(-128, 127)), scale

    return context_of(quantized_weights=quantized_weights)


@pytest.mark.parametrize("sane", SANE)
def test_who_asserts_how_large_weights_are_loses_nothing(sane: str) -> None:
    assert failed_checks(weights.QUESTION, asserting(sane, np.rint)) == set()


@pytest.mark.parametrize("sane", SANE)
def test_and_loses_what_is_wrong(sane: str) -> None:
    assert "rounding" in failed_checks(weights.QUESTION, asserting(sane, np.floor))
