"""How a quantized bias is judged, on results made here: any float32 arithmetic, and what is off."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import bias
from grader.checks.bias import QUESTION, Call, Evidence
from grader.exam import open_exam
from grader.misconceptions import QuantizedBias
from grader.oracle import quantize, scale_product
from grader.sandbox.outside.answer import Returned
from grader.sandbox.wire import Claim, Tensor
from tests.unit.functions import RIGHT, carried, context_of, failed_checks, failure

LENGTH = 4
EVERY_EXPONENTS = [bias.TIES, bias.EDGE, bias.MILD_TIES, bias.MILD_EDGE]
seeds = st.integers(0, 2**32)
JUDGES = {
    "form": bias.form,
    "scaled": bias.scaled,
    "integers": bias.integers_only,
    "product": bias.product,
}


def cases(seed: int) -> dict[str, QuantizedBias]:
    """The biases of question 5.2 under its own scales."""
    rng = np.random.default_rng(seed)
    found = {}
    lab = (1.0, 1.0, [(1.0, 1.0)] * LENGTH)
    for index, (n_w, n_input, ns) in enumerate(bias._factors(rng, lab)):
        drawn = (rng.uniform(2**7, 2**9, 10) * rng.choice([-1, 1], 10)).astype(np.float32)
        found[f"factors {index}"] = QuantizedBias(drawn, n_w, n_input, ns)
    halves = ((rng.integers(-500, 500, 10) + 0.5) / 64).astype(np.float32)
    wide = (2.0**11 * np.resize([0.5, -0.5, 1 - 2.0**-10, 2.0**-10 - 1], 10)).astype(np.float32)
    beyond = (2.0**11 * np.resize([1.5, -1.5, 3, -3], 10)).astype(np.float32)
    found["ties"] = QuantizedBias(halves, *bias._exact(bias.TIES, LENGTH))
    found["wide"] = QuantizedBias(wide, *bias._exact(bias.EDGE, LENGTH))
    found["beyond"] = QuantizedBias(beyond, *bias._exact(bias.EDGE, LENGTH))
    return found


def evidence(seed: int, result) -> Evidence:
    """What a function of (bias, all scales) makes of them."""
    calls = {}
    for name, case in cases(seed).items():
        scales = [case.n_w, case.n_input, *(scale for pair in case.ns for scale in pair)]
        claimed = np.asarray(result(case.bias, scales))
        calls[name] = Call(name, case, Returned(Claim("tensor", claimed)), np.prod(scales))
    factors = [call for name, call in calls.items() if name.startswith("factors")]
    return Evidence(factors[0], factors, calls["ties"], calls["wide"], calls["beyond"])


def failed_judges(found: Evidence) -> set[str]:
    lost = {name for name, judge in JUDGES.items() if failure(judge, found)}
    told = {"rounding": bias.rounding, "int32": bias.int32}
    holds = "product" not in lost
    return lost | {name for name, judge in told.items() if failure(judge, found, holds)}


def one_by_one(values: np.ndarray, scales: list[float], dtype: type, order: int) -> np.ndarray:
    result = values.astype(dtype)
    for scale in scales[::order]:
        result = result * dtype(scale)
    return result


def inverse(values: np.ndarray, scales: list[float], dtype: type, order: int) -> np.ndarray:
    carried = dtype(1)
    for scale in scales[::order]:
        carried = carried * dtype(scale)
    return values.astype(dtype) / (dtype(1) / carried)


@given(
    seeds,
    st.sampled_from([one_by_one, inverse]),
    st.sampled_from([np.float32, np.float64]),
    st.sampled_from([1, -1]),
)
def test_the_product_in_any_arithmetic_loses_nothing(seed, rule, dtype, order) -> None:
    def result(values: np.ndarray, scales: list[float]) -> np.ndarray:
        return np.rint(rule(values, scales, dtype, order)).clip(-(2.0**31), 2.0**31 - 1)

    assert failed_judges(evidence(seed, result)) == set()


def right(values: np.ndarray, scales: list[float]) -> np.ndarray:
    return np.rint(values * np.prod(scales)).clip(-(2.0**31), 2.0**31 - 1)


@given(seeds)
def test_one_more_is_another_product_and_no_other_rounding_but_of_ties(seed: int) -> None:
    found = failed_judges(evidence(seed, lambda v, s: right(v, s) + 2))
    assert {"product", "rounding"} & found
    found = failed_judges(evidence(seed, lambda v, s: right(v, s) * (1 + 2.0**-12)))
    assert "product" in found


@given(seeds, st.sampled_from([np.floor, np.ceil, np.trunc]))
def test_another_rounding_is_no_other_product(seed: int, rule) -> None:
    def result(values: np.ndarray, scales: list[float]) -> np.ndarray:
        return rule(values * np.prod(scales)).clip(-(2.0**31), 2.0**31 - 1)

    assert failed_judges(evidence(seed, result)) == {"rounding"}


def test_what_is_never_rounded_is_no_integer() -> None:
    def result(values: np.ndarray, scales: list[float]) -> np.ndarray:
        return (values * np.prod(scales)).clip(-(2.0**31), 2.0**31 - 1)

    assert failed_judges(evidence(1, result)) == {"integers", "rounding"}


def right_product(values: np.ndarray, scales: list[float]) -> np.ndarray:
    return np.rint(values.astype(np.float64) * np.prod(scales))


NARROW = {
    "one bit too few": lambda v: v.clip(-(2.0**30), 2.0**30),
    "two bits too few": lambda v: v.clip(-(2.0**29), 2.0**29),
    "half a percent too low": lambda v: v.clip(-(2.0**31), 2.0**31 * 0.995),
    "half a percent too high": lambda v: v.clip(-(2.0**31) * 0.995, 2.0**31),
    "no negative ones": lambda v: v.clip(0, 2.0**32 - 1),
    "16 bits, wrapped": lambda v: (v + 2.0**15) % 2.0**16 - 2.0**15,
    "few digits": lambda v: np.where(np.abs(v) > 2**20, np.rint(v / 2**12) * 2**12 + 2**11, v),
    "infinite": lambda v: np.where(np.abs(v) > 65504, np.sign(v) * np.inf, v),
}


@pytest.mark.parametrize("name", NARROW)
def test_what_fits_into_32_bits_keeps_all_its_digits(name: str) -> None:
    found = evidence(3, lambda v, s: NARROW[name](right_product(v, s)))
    assert failed_judges(found) == {"int32"}


WIDE = {
    "clamped": lambda v: v.clip(-(2.0**31), 2.0**31 - 1),
    "clamped to what float32 can hold": lambda v: v.clip(-(2.0**31), 2.0**31),
    "wrapped": lambda v: (v + 2.0**31) % 2.0**32 - 2.0**31,
    "left as it is": lambda v: v,
    "an upper bound only": lambda v: v.clip(None, 2.0**31 - 1),
    "a lower bound only": lambda v: v.clip(-(2.0**31), None),
    "33 bits": lambda v: v.clip(-(2.0**32), 2.0**32 - 1),
    "infinite": lambda v: np.where(np.abs(v) > 2.0**31, np.sign(v) * np.inf, v),
}


@pytest.mark.parametrize("name", WIDE)
def test_what_becomes_of_a_product_beyond_32_bits_costs_nothing(name: str) -> None:
    found = evidence(3, lambda v, s: WIDE[name](right_product(v, s)))
    assert failed_judges(found) == set()
    assert (bias.int32(found, True) is None) == name.startswith("clamped")


def test_who_raises_on_products_beyond_32_bits_loses_nothing() -> None:
    def asserts(bias, n_w, n_input, ns):
        integers = np.rint(np.asarray(bias, np.float64) * carried(n_w, n_input, ns))
        if np.abs(integers).max() > 2.0**31:
            raise ValueError("not within 32 bits")
        return Tensor(integers)

    one = context_of(quantized_bias=asserts)
    assert failed_checks(QUESTION, one) == set()
    *_, last = QUESTION.judge(one)
    assert "raises: no points lost" in last.verdict.actual


def bfloat16(values: np.ndarray) -> np.ndarray:
    bits = np.asarray(values, np.float32).view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return rounded.astype(np.uint32).view(np.float32)


def float16(values: np.ndarray) -> np.ndarray:
    return np.asarray(values, np.float16).astype(np.float32)


@pytest.mark.parametrize(("half", "one_by_one"), [(float16, 0), (bfloat16, 0), (bfloat16, 1)])
@given(seed=seeds)
@example(13508)  # several end in the same coarse largest integer, which is no bound
def test_half_precision_is_no_other_product(half, one_by_one: bool, seed: int) -> None:
    def result(values: np.ndarray, scales: list[float]) -> np.ndarray:
        found = half(values)
        with np.errstate(over="ignore"):
            for scale in scales if one_by_one else [np.prod(scales)]:
                found = half(found * half(np.array([scale])))
        return np.rint(found)

    found = failed_judges(evidence(seed, result))
    assert "rounding" in found
    assert found <= {"rounding", "int32"}


@pytest.mark.parametrize(
    "rule",
    [
        lambda v, s: np.rint(v * 40),  # whatever the scales are
        lambda v, s: -right(v, s),
        lambda v, s: right(v, s)[::-1],
        lambda v, s: np.full(v.shape, 7.0),
        lambda v, s: np.zeros(v.shape),
    ],
)
def test_what_does_not_follow_bias_and_scales_is_not_scaled(rule) -> None:
    assert "scaled" in failed_judges(evidence(5, rule))


@pytest.mark.parametrize("length", range(6))
def test_where_a_tie_is_exact_in_any_way_to_multiply_every_scale_is_1(length: int) -> None:
    assert bias._exact(bias.ALL_ONE, length) == (1.0, 1.0, [(1.0, 1.0)] * length)


@pytest.mark.parametrize("exponents", [bias.MILD_TIES, bias.MILD_EDGE])
def test_the_milder_scales_are_on_the_side_of_1_that_those_of_a_net_are_on(exponents) -> None:
    n_w, n_input, ns = bias._exact(exponents, LENGTH)
    weights, outputs = zip(*ns, strict=True)
    assert min(n_w, n_input, *weights) > 1 > max(outputs)


@pytest.mark.parametrize("length", range(6))
@pytest.mark.parametrize("exponents", EVERY_EXPONENTS)
def test_for_any_number_of_layers_the_product_is_as_asked(exponents, length: int) -> None:
    n_w, n_input, ns = bias._exact(exponents, length)
    assert len(ns) == length
    assert n_w * n_input * np.prod(ns) == 2.0 ** exponents[0]
    assert list(ns[4:]) == [(1.0, 1.0)] * max(0, length - 4)


@given(seeds)
def test_every_scale_is_seen_and_the_product_stays_where_no_digit_is_lost(seed: int) -> None:
    lab = (1.0, 1.0, [(1.0, 1.0)] * LENGTH)
    calls = bias._factors(np.random.default_rng(seed), lab)
    assert [len(call[2]) for call in calls] == [LENGTH, LENGTH, LENGTH, 2, 1, 0]
    for n_w, n_input, ns in calls:
        assert 2**4.4 < n_w * n_input * np.prod(ns) < 2**5.6
        scales = np.log2([n_input, *(scale for pair in ns for scale in pair)])
        assert (np.abs(scales) > 0.45).all()
        assert (np.abs(scales) < 2.05).all()
    signs = [scale > 1 for _, n_input, ns in calls for pair in ns for scale in (n_input, *pair)]
    assert {True, False} == set(signs)


@given(seeds)
def test_what_is_asked_milder_has_other_scales_on_the_same_sides_of_1(seed: int) -> None:
    image, ns = 64.0, [(300.0, 2.0**-9), (400.0, 2.0**-8), (250.0, 2.0**-9), (200.0, 2.0**-8)]
    lab = (350.0, image, ns)
    calls = bias._near(np.random.default_rng(seed), lab)
    assert len(calls) == [
        len(call[2]) for call in bias._factors(np.random.default_rng(seed), lab)
    ].count(LENGTH)
    products = []
    for n_w, n_input, near in calls:
        assert n_w > 1
        assert n_input == image
        more = np.array(near) / np.array(ns)
        assert ((more[:, 0] > 1.09) & (more[:, 0] < 1.91)).all()
        assert ((1 / more[:, 1] > 1.09) & (1 / more[:, 1] < 1.91)).all()
        products.append(scale_product((n_w, n_input), near) / scale_product(lab[:2], ns))
    assert 0.69 < min(products) < 1 < max(products) < 1.41
    changes = np.array(products[1:]) / np.array(products[:-1])
    assert (np.maximum(changes, 1 / changes) > 1.1).all()  # no constant follows


def test_each_call_says_how_many_layers_precede() -> None:
    names = [call.name for call in QUESTION.collect(context_of()).factors]
    said = ["4 preceding layers"] * 3 + ["2 preceding layers", "1 preceding layer"]
    assert names == [f"a bias with {each}" for each in [*said, "0 preceding layers"]]


def test_what_is_no_tensor_of_integers_is_not_asked_again_at_ties() -> None:
    case = cases(1)["ties"]
    nothing = Call("it", case, Returned(Claim("text", text="no")), 1.0)
    calls = iter([nothing, Call("it", case, Returned(Claim("tensor", case.correct)), 64.0)])
    assert bias._first_even(calls) is nothing
    assert next(calls).factor == 64.0


def test_the_exam_s_own_bias_is_judged_alike() -> None:
    exam = open_exam()
    net = exam.nets["biased"]
    quantized = quantize(
        net.architecture, net.weights, net.biases, exam.input_activations, net.activations
    )
    last = net.architecture.names[-1]
    case = QuantizedBias(
        net.biases[last].astype(np.float32),
        quantized.weight_scales[last],
        quantized.net.input_scale,
        quantized.preceding(last),
    )
    assert np.array_equal(case.correct, quantized.net.biases[last])


def test_the_right_bias_loses_nothing_and_code_for_the_lab_s_depth_alone_is_right() -> None:
    def for_four(bias, n_w, n_input, ns):
        if len(ns) != 4:
            raise IndexError(len(ns))
        return RIGHT["quantized_bias"](bias, n_w, n_input, ns)

    def never(bias, n_w, n_input, ns):
        raise ValueError("no")

    assert failed_checks(QUESTION, context_of()) == set()
    assert failed_checks(QUESTION, context_of(quantized_bias=for_four)) == set()
    assert failed_checks(QUESTION, context_of(quantized_bias=never)) == {"form"}


def test_where_a_shorter_list_answers_it_is_judged() -> None:
    def wrong_below_four(bias, n_w, n_input, ns):
        return RIGHT["quantized_bias"](bias, n_w if len(ns) == 4 else 1.0, n_input, ns)

    assert "product" in failed_checks(QUESTION, context_of(quantized_bias=wrong_below_four))


def wrong(product, rule=np.rint, clamp=(-(2.0**31), 2.0**31 - 1)):
    """A bias times another product of its scales."""

    def result(bias, n_w, n_input, ns):
        values = np.asarray(bias, np.float64) * product(n_w, n_input, ns)
        return Tensor(rule(values).clip(*clamp))

    return result


PRODUCTS = {
    "the weights' only": lambda w, i, ns: w,
    "all but the image's": lambda w, i, ns: w * np.prod(ns),
    "the weights' twice": lambda w, i, ns: w * w * i * np.prod(ns),
    "divided": lambda w, i, ns: 1 / (w * i * np.prod(ns)),
    "outputs forgotten": lambda w, i, ns: w * i * np.prod([one for one, _ in ns]),
    "a sum": lambda w, i, ns: w * i * (1 + sum(one * two for one, two in ns)),
    "a third too much": lambda w, i, ns: w * i * np.prod(ns) * 4 / 3,
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_another_product_loses_the_product_alone(name: str) -> None:
    product = PRODUCTS[name]
    assert failed_checks(QUESTION, context_of(quantized_bias=wrong(product))) == {"product"}


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("rule", [np.trunc, np.floor])
def test_another_product_and_another_rounding_lose_both(rule, name: str) -> None:
    one = context_of(quantized_bias=wrong(PRODUCTS[name], rule))
    assert failed_checks(QUESTION, one) == {"product", "rounding"}


@pytest.mark.parametrize("name", PRODUCTS)
def test_another_product_and_a_narrow_clamp_lose_both(name: str) -> None:
    one = context_of(quantized_bias=wrong(PRODUCTS[name], clamp=(-(2.0**29), 2.0**29)))
    assert failed_checks(QUESTION, one) == {"product", "int32"}


def test_ties_under_another_power_of_two_are_ties() -> None:
    half_up = wrong(PRODUCTS["the weights' only"], lambda x: np.floor(x + 0.5))
    assert failed_checks(QUESTION, context_of(quantized_bias=half_up)) == {"product", "rounding"}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("exp", "log"), [(math.exp, math.log), (lambda x: 10**x, math.log10), (np.exp, np.log)]
)
def test_a_factor_that_is_off_by_the_last_digit_makes_no_tie(exp, log, order: int) -> None:
    def factor(w: float, i: float, ns: list[tuple[float, float]]) -> float:
        return exp(sum(map(log, [w, i, *(scale for pair in ns for scale in pair)][::order])))

    assert not failed_checks(QUESTION, context_of(quantized_bias=wrong(factor)))


def test_a_rounding_that_is_right_at_ties_alone_is_wrong() -> None:
    def rule(x: np.ndarray) -> np.ndarray:
        return np.where(x - np.floor(x) == 0.5, np.rint(x), np.floor(x))

    one = context_of(quantized_bias=wrong(lambda w, i, ns: w * i * np.prod(ns), rule))
    assert failed_checks(QUESTION, one) == {"rounding"}


def test_what_is_off_by_more_than_one_is_no_rounding() -> None:
    def rule(x: np.ndarray) -> np.ndarray:
        beyond = np.abs(x) % 1
        farther = np.sign(x) * (np.floor(np.abs(x)) + 2)
        return np.where((beyond > 0.2) & (beyond < 0.4), farther, np.rint(x))

    one = context_of(quantized_bias=wrong(lambda w, i, ns: w * i * np.prod(ns), rule))
    assert failed_checks(QUESTION, one) == {"product"}


@pytest.mark.parametrize("bits", [16, 20, 24, 31])
def test_a_bound_of_other_bits_loses_int32_alone(bits: int) -> None:
    bounds = (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1)
    one = context_of(quantized_bias=wrong(lambda w, i, ns: w * i * np.prod(ns), clamp=bounds))
    assert failed_checks(QUESTION, one) == {"int32"}


@pytest.mark.parametrize("factor", [0.95, 0.999, 1.01])
def test_a_product_that_is_a_little_off_is_no_rounding(factor: float) -> None:
    one = context_of(quantized_bias=wrong(lambda w, i, ns: w * i * np.prod(ns) * factor))
    assert failed_checks(QUESTION, one) == {"product"}


def test_a_sum_over_no_layers_is_judged_where_there_are_some() -> None:
    one = context_of(
        quantized_bias=wrong(lambda w, i, ns: w * i * sum(weight * output for weight, output in ns))
    )
    assert failed_checks(QUESTION, one) == {"product"}


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (np.ceil, "rounded-up"),
        (np.floor, "floored"),
        (np.trunc, "truncated"),
        (lambda x: np.floor(x + 0.5), "rounded-half-up"),
        (lambda x: np.trunc(x + np.copysign(0.5, x)), "rounded-half-away"),
    ],
)
def test_each_wrong_rounding_has_its_name(rule, name: str) -> None:
    one = context_of(quantized_bias=wrong(lambda w, i, ns: w * i * np.prod(ns), rule))
    failed = [outcome.verdict for outcome in QUESTION.judge(one) if not outcome.verdict.passed]
    assert [verdict.diagnosis.name for verdict in failed] == [f"bias-{name}"]


FORGETFUL = {
    "the weights' scale": lambda w, i, pairs: i * np.prod(pairs),
    "the image's scale": lambda w, i, pairs: w * np.prod(pairs),
    "all preceding layers": lambda w, i, pairs: w * i,
    "all but the first": lambda w, i, pairs: w * i * np.prod(pairs[:2]),
    "all but the last": lambda w, i, pairs: w * i * np.prod(pairs[-2:]),
    "the first": lambda w, i, pairs: w * i * np.prod(pairs[2:]),
    "the last": lambda w, i, pairs: w * i * np.prod(pairs[:-2]),
    "the preceding weights": lambda w, i, pairs: w * i * np.prod(pairs[1::2]),
    "the preceding outputs": lambda w, i, pairs: w * i * np.prod(pairs[::2]),
    "to multiply": lambda w, i, pairs: 1 / (w * i * np.prod(pairs)),
    "all but the weights' scale": lambda w, i, pairs: w,
    "all but the preceding layers": lambda w, i, pairs: np.prod(pairs),
}


@pytest.mark.parametrize("name", FORGETFUL)
@given(seed=seeds)
@example(seed=31430497)
def test_who_forgets_a_scale_loses_the_product_alone(name: str, seed: int) -> None:
    def result(values: np.ndarray, scales: list[float]) -> np.ndarray:
        product = FORGETFUL[name](scales[0], scales[1], scales[2:])
        return np.rint(values * product).clip(-(2.0**31), 2.0**31 - 1)

    found = evidence(seed, result)
    assert failure(bias.form, found) is failure(bias.scaled, found) is None
    assert failure(bias.product, found)


@given(seeds)
def test_scales_of_one_length_differ_in_their_product(seed: int) -> None:
    one, other, *_ = cases(seed).values()
    products = [scale_product((case.n_w, case.n_input), case.ns) for case in (one, other)]
    assert max(products) > 1.1 * min(products)


@given(seeds, st.sampled_from([np.rint, np.floor, np.ceil, np.trunc]))
@example(31430497, np.rint)
@example(2164, np.rint)
def test_any_rounding_of_any_multiple_is_proportional_to_the_bias(seed: int, rule) -> None:
    for factor in (1.0, 0.9, 3.0):
        found = evidence(seed, lambda v, s: rule(v * np.prod(s) * factor))  # noqa: B023
        assert failure(bias.scaled, found) is None


@pytest.mark.parametrize("exponents", EVERY_EXPONENTS)
def test_no_two_mistakes_with_a_name_leave_the_same_product(exponents) -> None:
    n_w, n_input, ns = bias._exact(exponents, LENGTH)
    pairs = [scale for pair in ns for scale in pair]
    named = [FORGETFUL[name] for name in FORGETFUL if name != "all but the preceding layers"]
    found = [forgetful(n_w, n_input, pairs) for forgetful in named]
    found.append(n_w * n_input * np.prod(pairs))
    assert len(set(found)) == len(found)
    assert all(2.0**-60 < product < 2.0**60 for product in found)


def call_of(values: list[float], claimed: list[float], factor: float = 100.0) -> Call:
    """Integers that were claimed for a bias, under one factor."""
    case = QuantizedBias(np.array(values, np.float32), factor, 1.0, [])
    return Call("it", case, Returned(Claim("tensor", np.array(claimed))), factor)


EIGHT = [0.1, 0.2, 0.3, 0.4, -0.1, -0.2, -0.3, -0.4]
ONE_SIDED = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]


@pytest.mark.parametrize(
    ("values", "claimed", "cut"),
    [
        (EIGHT, [10, 20, 30, 40, -10, -20, -30, -40], []),
        (EIGHT, [10, 20, 25, 25, -10, -20, -30, -40], [2, 3]),
        (EIGHT, [10, 20, 30, 40, -10, -20, -25, -25], [6, 7]),
        (EIGHT, [10, 15, 15, 15, -10, -20, -25, -25], [1, 2, 3, 6, 7]),
        (EIGHT, [10, 20, np.inf, 40, -10, -20, -30, -np.inf], [2, 7]),
        # A bound is none on the other side of zero, and none where it is everything.
        (EIGHT, [10, 20, 30, 40, -10, -20, -30, 40], []),
        (EIGHT, [10, 20, 30, 40, -10, -40, -30, -40], [5, 7]),
        (EIGHT, [-40, 20, 30, 40, -10, -20, -30, -40], []),
        ([0.0, *EIGHT], [40, 10, 20, 30, 40, -40, -20, -30, -40], [5, 8]),
        ([0.0, *EIGHT], [-40, 10, 20, 30, 40, -10, -20, -30, -40], []),
        (EIGHT, [5, 5, 5, 5, -5, -5, -5, -5], []),
        (ONE_SIDED, [1, 2, 3, 4, 4, 4, 4, 4], [3, 4, 5, 6, 7]),
        (ONE_SIDED, [1, 2, 3, 3, 3, 3, 3, 3], []),
    ],
)
def test_what_became_a_bound_with_others_is_cut(
    values: list[float], claimed: list[float], cut: list[int]
) -> None:
    assert np.flatnonzero(call_of(values, claimed).cut).tolist() == cut


def test_half_precision_may_be_off_by_sixteen_of_its_roundings() -> None:
    bfloat16, float16 = [3.0 * 2**10, 2.0**14], [2.0**11 + 2, 2.0**12 + 4]
    room = [call_of([1.0, 2.0], each).half_precision for each in (bfloat16, float16)]
    assert room == [16 * float(torch.finfo(t).eps) / 2 for t in (torch.bfloat16, torch.float16)]


@pytest.mark.parametrize(
    "claimed",
    [
        [2.0**11 + 1, 2.0**12],  # more digits than float16 has
        [2.0**11, 4.0],  # so few digits that an integer has them as well
        [70_001.0, 2.0],
        [np.inf, np.inf],
    ],
)
def test_what_half_precision_cannot_hold_or_any_type_holds_was_none(claimed: list[float]) -> None:
    assert call_of([1.0, 2.0], claimed).half_precision == 0


@pytest.mark.parametrize("seed", range(5))
def test_bfloat16_has_the_range_of_32_bits_and_not_the_digits(seed: int) -> None:
    def result(values: np.ndarray, scales: list[float]) -> np.ndarray:
        return np.rint(bfloat16(values * np.prod(scales)))

    assert failed_judges(evidence(seed, result)) == {"rounding"}
    narrow = failed_judges(evidence(seed, lambda v, s: result(v, s).clip(-(2.0**30), 2.0**30)))
    assert narrow == {"rounding", "int32"}


SLACK = 2.0**-22
"""What float32 may have lost in a bias times two scales, relatively."""


def evidence_of(call: Call, **others: Call) -> Evidence:
    """The same call for all, but for some."""
    calls = dict.fromkeys(("exam", "ties", "wide", "beyond"), call)
    return Evidence(**{**calls, "factors": [call], **others})


@pytest.mark.parametrize(
    ("off", "shown"),
    [
        (0.0, 1),
        (1.0, 1),  # another rounding
        (-1.0, 1),
        (1 + 64 * SLACK, 0),
        (1.5, 0),
        (-1.5, 0),
    ],
)
def test_of_a_bias_of_the_other_sign_what_is_shown_is_not_right_by_chance(
    off: float, shown: int
) -> None:
    call = call_of([1, 2, 4, -1], [64 + off, -128, -256, 64], factor=64)
    found = failure(bias.scaled, evidence_of(call))
    assert found is not None
    assert found.actual.startswith(f"it: element {shown},")


@pytest.mark.parametrize(
    ("off", "holds"),
    [(1.0, True), (-1.0, True), (1 + 64 * SLACK, False), (-1 - 64 * SLACK, False), (1.5, False)],
)
def test_what_is_off_by_less_than_one_is_no_other_product(off: float, holds: bool) -> None:
    call = call_of([1, -2, 4], [64 + off, -128, 256], factor=64)
    assert (failure(bias.product, evidence_of(call)) is None) == holds


@pytest.mark.parametrize("length", range(4))
def test_float32_may_round_at_each_scale_and_twice_more(length: int) -> None:
    case = QuantizedBias(np.ones(2, np.float32), 2.0, 2.0, [(2.0, 2.0)] * length)
    call = Call("it", case, Returned(Claim("tensor", np.ones(2))), 2.0 ** (2 * length + 2))
    assert call.slack.tolist() == (call.product * (2 * length + 4) * 2.0**-24).tolist()


@pytest.mark.parametrize(
    ("claimed", "digits"),
    [
        ([264, -528, 1056], True),  # each by a 32nd
        ([248, -496, 992], True),
        ([256, -528, 1024], True),
        ([265, -528, 1056], False),
        ([264, -528, 1100], False),
        ([300, -600, 1200], False),
        ([-256, 512, -1024], False),
        ([8, -16, 32], False),
    ],
)
def test_who_is_off_by_a_32nd_at_most_may_have_too_few_digits(
    claimed: list[float], digits: bool
) -> None:
    found = failure(bias.product, evidence_of(call_of([1, -2, 4], claimed, factor=256)))
    assert found is not None
    assert ("in float32 or wider" in found.next_step) == digits


def test_a_small_product_that_is_off_by_a_rounding_may_have_too_few_digits() -> None:
    call = call_of([1, 2, -4, 64], [16.5, 32, -64.75, 1040], factor=16)
    found = failure(bias.product, evidence_of(call))
    assert found is not None
    assert "in float32 or wider" in found.next_step


@pytest.mark.parametrize(
    ("off", "holds"),
    [(0.5, True), (-0.5, True), (0.5 + 6 * (SLACK + bias.OWN_ERROR), True), (0.51, False)],
)
def test_under_a_factor_of_one_s_own_a_tie_may_become_either_neighbour(
    off: float, holds: bool
) -> None:
    claimed = [6 + off, -12, 24]
    ties = call_of([1, -2, 4], claimed, factor=6)
    assert (failure(bias.rounding, evidence_of(ties), False) is None) == holds


BIT = 2.0**30
FEW = 2.0**14


@pytest.mark.parametrize(
    ("off", "holds"),
    [(1.0, True), (1 + BIT * SLACK, True), (-1 - BIT * SLACK, True), (2 + BIT * SLACK, False)],
)
def test_a_bias_of_32_bits_may_be_off_by_what_float32_loses(off: float, holds: bool) -> None:
    right = call_of([1, 2, 4], [16, 32, 64], factor=16)
    wide = call_of([1, -0.5], [BIT + off, -BIT / 2], factor=BIT)
    assert (failure(bias.int32, evidence_of(right, wide=wide), True) is None) == holds


@pytest.mark.parametrize(
    ("products", "bound", "holds"),
    [
        ([32, 33, 34], 33, True),  # no farther than another rounding
        ([32, 32, 32], 33, True),
        ([32, 32, 32], 33 + 32 * SLACK, False),
        ([34, 34, 34], 32.5, False),
        ([33, 34, 60], 32, False),
        ([FEW, FEW + 1, FEW + 2], FEW + 2**9, True),  # half precision
        ([FEW, FEW + 1, FEW + 2], FEW + 2**11, False),
    ],
)
@pytest.mark.parametrize("where", ["exam", "ties", "factors"])
def test_a_bound_in_any_bias_is_too_narrow_if_it_moves_a_product_by_more_than_a_rounding(
    products: list[float], bound: float, holds: bool, where: str
) -> None:
    right = call_of([1, 2, 4], [16, 32, 64], factor=16)
    values = [-3 / 16, -2 / 16, -1 / 16, *(product / 16 for product in products)]
    cut = call_of(values, [-3, -2, -1, *[bound] * 3], factor=16)
    found = evidence_of(right, **{where: [cut] if where == "factors" else cut})
    assert (failure(bias.int32, found, True) is None) == holds
    assert failure(bias.int32, found, False) is None


@pytest.mark.parametrize("name", ["wide", "beyond"])
def test_products_of_32_bits_and_beyond_are_the_same_on_both_sides_of_zero(name: str) -> None:
    product = getattr(QUESTION.collect(context_of()), name).product / bias.LARGEST
    above, below = np.unique(product[product > 0]), np.unique(-product[product < 0])
    assert len(above) == 2
    assert np.array_equal(above, below)
    assert ((above < 1) == (name == "wide")).all()


SANE = {
    "small biases": lambda bias, n_w, n_image, ns: np.abs(bias).max() < 10,
    "weights scaled up": lambda bias, n_w, n_image, ns: n_w > 1,
    "sums scaled down": lambda bias, n_w, n_image, ns: all(w > 1 > o for w, o in ns),
}


@pytest.mark.parametrize("sane", SANE)
@pytest.mark.parametrize("seed", range(3))
def test_who_asserts_what_a_net_is_like_loses_nothing(sane: str, seed: int) -> None:
    def asserting(bias, *scales):
        assert SANE[sane](np.asarray(bias), *scales)
        return RIGHT["quantized_bias"](bias, *scales)

    context = replace(context_of(quantized_bias=asserting), seed=seed)
    assert failed_checks(QUESTION, context) == set()


@pytest.mark.parametrize(
    ("wrong", "lost"),
    [
        (lambda bias, n_w, n_image, ns: np.rint(bias * n_w * n_image), "product"),
        (lambda bias, *scales: np.rint(bias * carried(*scales) * 1.01), "product"),
        (lambda bias, *scales: np.floor(bias * carried(*scales)), "rounding"),
        (lambda bias, *scales: np.rint(bias * carried(*scales)).clip(-(2**23), 2**23), "int32"),
        (lambda bias, *scales: np.rint(bias * 2.0**14), "scaled"),
    ],
)
def test_and_what_is_wrong_shows_as_well(wrong, lost: str) -> None:
    def asserting(bias, *scales):
        bias = np.asarray(bias, np.float64)
        assert np.abs(bias).max() < 10
        return Tensor(wrong(bias, *scales))

    assert lost in failed_checks(QUESTION, context_of(quantized_bias=asserting))


def test_who_always_raises_is_asked_for_nothing_milder() -> None:
    def raising(bias, *scales):
        raise AssertionError

    assert failed_checks(QUESTION, context_of(quantized_bias=raising)) == {"form"}
