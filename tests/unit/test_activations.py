"""Question 4.2b: which dependence on the scales so far is right."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.activations import (
    ALMOST_ALL,
    FUNCTION,
    QUESTION,
    _enlarged,
    _powers_of_two,
)
from grader.checks.context import Context
from grader.checks.scales import DARK
from grader.pictures import Ranges
from grader.verdict import Verdict
from tests.unit.functions import RIGHT, carried, context_of, failed_checks

Scales = list[tuple[float, float]]
right = RIGHT["quantize_activations"]


def test_the_right_function_loses_nothing() -> None:
    assert failed_checks(QUESTION, context_of()) == set()


WRONG: dict[str, Callable[..., Any]] = {
    "n_w": lambda n_w, n_input, ns: carried(1, n_input, ns),
    "n_initial_input": lambda n_w, n_input, ns: carried(n_w, 1, ns),
    "weight scales": lambda n_w, n_input, ns: carried(n_w, n_input, [(1, o) for _, o in ns]),
    "output scales": lambda n_w, n_input, ns: carried(n_w, n_input, [(w, 1) for w, _ in ns]),
    "the first": lambda n_w, n_input, ns: carried(n_w, n_input, ns[1:]),
    "the last": lambda n_w, n_input, ns: carried(n_w, n_input, ns[:-1]),
    "the fourth": lambda n_w, n_input, ns: carried(n_w, n_input, ns[:3] + ns[4:]),
    "all but the first two": lambda n_w, n_input, ns: carried(n_w, n_input, ns[:2]),
    "inverse": lambda n_w, n_input, ns: 1 / carried(n_w, n_input, ns),
    "nothing": lambda n_w, n_input, ns: 1.0,
    "n_w twice": lambda n_w, n_input, ns: n_w * carried(n_w, n_input, ns),
    "a percent more": lambda n_w, n_input, ns: (
        carried(n_w, n_input, ns) * (1.0 if n_w == 1 else 1.01)
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_every_scale_that_is_forgotten_shows(what: str) -> None:
    def wrong(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        return 127 / float(np.abs(values).max()) / WRONG[what](n_w, n_input, ns)

    assert failed_checks(QUESTION, context_of(quantize_activations=wrong)) == {"product"}


def test_what_is_right_for_small_scales_alone_shows_in_a_real_net() -> None:
    def wrong(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        return right(values, n_w if n_w <= 32 else 1.0, n_input, ns)

    assert failed_checks(QUESTION, context_of(quantize_activations=wrong)) == {"product"}


def test_code_may_know_the_layers_of_the_lab_and_no_more() -> None:
    def at_most(length: int) -> Callable[..., Any]:
        def limited(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
            if len(ns) > length:
                raise IndexError(len(ns))
            return right(values, n_w, n_input, ns)

        return limited

    def named(layers: int) -> Callable[..., Any]:
        def limited(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
            return right(values, n_w, n_input, ns[:layers])

        return limited

    for function in (at_most, named):
        assert failed_checks(QUESTION, context_of(quantize_activations=function(4))) == set()
        assert failed_checks(QUESTION, context_of(quantize_activations=function(3))) == {"product"}


@given(st.integers(0, 2**32))
def test_each_factor_is_alone_once_and_all_are_together_at_every_length(seed: int) -> None:
    calls = list(_powers_of_two(np.random.default_rng(seed), 4))
    flat = [[n_w, n_input, *(scale for pair in ns for scale in pair)] for n_w, n_input, ns in calls]
    assert [len(scales) // 2 - 1 for scales in flat[:5]] == [0, 1, 2, 3, 4]
    assert all(scale == 1 for scales in flat[:5] for scale in scales)
    alone = [[scale != 1 for scale in scales] for scales in flat[5:9]]
    assert alone == [
        [True, False],
        [False, True],
        [False, False, True, False],
        [False, False, False, True],
    ]
    assert [len(scales) // 2 - 1 for scales in flat[9:]] == [1, 2, 3, 4, 4]
    powers = [scale for scales in flat[9:] for scale in scales]
    powers += [scale for scales in flat[5:9] for scale in scales if scale != 1]
    assert {abs(np.log2(power)) for power in powers} <= {1, 2, 3, 4, 5}
    assert min(powers) < 1 < max(powers)


@given(st.integers(0, 2**32))
def test_all_factors_together_make_sums_no_smaller_as_in_a_net(seed: int) -> None:
    together = _powers_of_two(np.random.default_rng(seed), 4)[9:]
    assert min(carried(*factors) for factors in together) >= 1


def test_the_result_is_asked_for_with_the_activations_of_the_layer_that_comes_next() -> None:
    one = context_of()
    list(QUESTION.judge(one))
    net = one.exam.nets["plain"]
    asked = [a for a in one.session.arguments if len(a) == 4 and isinstance(a[0], np.ndarray)]
    images = one.exam.input_activations.size // one.exam.images[0].size
    for depth, (values, times) in enumerate(
        zip(net.activations.values(), (3, 4, 2, 2, 3), strict=True)
    ):
        size = values.size // images
        some = values[: max(5000 // size, 1) * size]
        found = [len(a[3]) for a in asked if np.array_equal(a[0], some)]
        assert found.count(depth) >= times, depth
    assert one.session.asked[FUNCTION] == len(asked)
    for name, values in net.activations.items():
        assert any(np.array_equal(a[0], values) and a[1].value > 32 for a in asked), name


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (list.pop, {"product", "repeatable"}),
        (lambda ns: ns.append((2.0, 2.0)), {"product", "repeatable"}),
        (list.clear, {"product", "repeatable"}),
        (list.reverse, set()),
        (lambda ns: ns.append((1.0, 1.0)), set()),
        (lambda ns: ns.insert(0, None), {"product", "repeatable"}),
    ],
)
def test_what_changes_the_product_of_the_caller_s_list_shows(
    change: Callable[[Any], Any], lost: set[str]
) -> None:
    def wrong(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        scale = right(values, n_w, n_input, ns)
        if ns:
            change(ns)
        return float(scale)

    assert failed_checks(QUESTION, context_of(quantize_activations=wrong)) == lost


SIZES = {"conv1": 1176, "conv2": 400, "fc1": 120, "fc2": 84, "fc3": 10}


def by_image(values: np.ndarray, depth: int) -> np.ndarray:
    return np.abs(values.reshape(-1, list(SIZES.values())[depth])).max(axis=1)


def of_both_signs(values: np.ndarray) -> float:
    low, high = float(values.min()), float(values.max())
    if not low < 0:
        raise ValueError("no negative value")
    return max(-low, high)


RELIES: dict[str, Callable[[np.ndarray, int], float]] = {
    "whole images": lambda values, depth: float(by_image(values, depth).max()),
    "ReLU": lambda values, depth: float(values.max() if depth < 4 else np.abs(values).max()),
    "both signs in the end": lambda values, depth: (
        float(values.max()) if depth < 4 else of_both_signs(values)
    ),
    "another rule for the last": lambda values, depth: (
        float(values.max()) * (1.0 if depth < 4 else 1.1)
    ),
}


@pytest.mark.parametrize("what", RELIES)
def test_code_may_rely_on_what_is_always_so_in_the_lab(what: str) -> None:
    def relies(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        peak = RELIES[what](values, len(ns))
        if not peak > 0:
            raise ValueError(peak)
        return 127 / peak / carried(n_w, n_input, ns)

    expected = {"any_activations"} if what == "another rule for the last" else set()
    assert failed_checks(QUESTION, context_of(quantize_activations=relies)) == expected


def test_a_range_of_the_first_values_alone_shows() -> None:
    def first(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        return right(values[:1000], n_w, n_input, ns)

    assert failed_checks(QUESTION, context_of(quantize_activations=first)) == {"any_activations"}


def test_half_of_some_images_are_dark_and_then_come_as_they_are() -> None:
    one = context_of()
    list(QUESTION.judge(one))
    asked = [a[0] for a in one.session.arguments if len(a) == 4 and isinstance(a[0], np.ndarray)]
    halves = [np.split(values, 2) for values in asked if values.size % 2 == 0 and values.any()]
    (bright,) = [last for dark, last in halves if np.array_equal(dark, last / DARK)]
    conv1 = one.exam.nets["plain"].activations["conv1"]
    assert np.array_equal(bright, conv1[: len(bright)])
    assert len(bright) % SIZES["conv1"] == 0


@cache
def recorded() -> np.ndarray:
    """All recorded values, as they are and doubled, in order."""
    activations = context_of().exam.nets["plain"].activations.values()
    return np.unique(np.concatenate([*activations, *(2 * values for values in activations)]))


def all_recorded(values: np.ndarray) -> bool:
    places = recorded().searchsorted(values).clip(max=recorded().size - 1)
    return np.array_equal(recorded()[places], values)


def asked_about_drawn(refuses: Callable[[np.ndarray, Scales], bool]) -> tuple[set[str], set[Any]]:
    """The checks that fail where a function raises, and the scales that drawn values came with."""
    one = context_of()
    asked = set()

    def function(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        if len(values) > 1000 and not all_recorded(values[:1000]):
            asked.add(((values < 0).any(), n_w, n_input, *(scale for pair in ns for scale in pair)))
            if refuses(values, ns):
                raise ValueError(ns)
        return right(values, n_w, n_input, ns)

    one.session.functions["quantize_activations"] = function
    return failed_checks(QUESTION, one), asked


def of_first_layer() -> tuple[float, float]:
    """The scales that the sums of a net's first layer carry."""
    net = context_of().plain
    return net.weight_scales["conv1"], net.net.input_scale


def test_drawn_values_are_asked_about_with_ones_after_no_layer() -> None:
    failed, asked = asked_about_drawn(lambda values, ns: False)
    assert failed == set()
    assert asked == {(False, 1.0, 1.0), (True, 1.0, 1.0)}


def test_negative_values_are_asked_about_again_after_all_layers() -> None:
    failed, asked = asked_about_drawn(lambda values, ns: not ns and (values < 0).any())
    assert failed == set()
    ones = {(False, 1.0, 1.0), (True, 1.0, 1.0), (True, *(1.0,) * 10)}
    assert asked == ones | {(True, *of_first_layer())}


def test_positive_values_are_not_asked_about_after_other_layers() -> None:
    failed, asked = asked_about_drawn(lambda values, ns: not (values < 0).any())
    assert failed == {"any_activations"}
    assert asked == {(False, 1.0, 1.0), (True, 1.0, 1.0), (False, *of_first_layer())}


RAISING: dict[str, Callable[[float, float, Scales], bool]] = {
    "where all scales are 1": lambda n_w, n_input, ns: carried(n_w, n_input, ns) == 1,
    "where weights are scaled down": lambda n_w, n_input, ns: min([n_w, *(w for w, _ in ns)]) < 1,
    "where an image is scaled down": lambda n_w, n_input, ns: n_input < 1,
    "where images are not scaled as in the lab": lambda n_w, n_input, ns: n_input < 100,
}


@pytest.mark.parametrize("where", RAISING)
def test_who_asserts_what_a_net_s_scales_are_like_loses_nothing(where: str) -> None:
    def asserting(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        if RAISING[where](n_w, n_input, ns):
            raise AssertionError
        return right(values, n_w, n_input, ns)

    assert failed_checks(QUESTION, context_of(quantize_activations=asserting)) == set()


def of_product(context: Context) -> Verdict:
    """What is found of the product."""
    (found,) = (each for each in QUESTION.judge(context) if each.check.name.endswith(".product"))
    return found.verdict


# Where no scale is ever 1, a percent more is a range of its own.
@pytest.mark.parametrize("what", sorted(WRONG.keys() - {"a percent more"}))
def test_and_every_scale_that_is_forgotten_shows_as_well(what: str) -> None:
    def wrong(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        if n_input < 1:
            raise AssertionError
        return 127 / float(np.abs(values).max()) / WRONG[what](n_w, n_input, ns)

    lost = of_product(context_of(quantize_activations=wrong))
    assert lost.status == "failed"
    assert "change the result by a factor" in lost.actual  # and not that it raised


@given(st.integers(0, 2**32))
def test_enlarged_scales_are_a_net_s_times_powers_of_two(seed: int) -> None:
    for powers in _powers_of_two(np.random.default_rng(seed), 2):
        net = 3.0, 5.0, [(7.0, 0.3)] * len(powers[2])
        n_w, n_input, ns = _enlarged(net, powers)
        found = [n_w / 3, n_input / 5, *(ratio for w, o in ns for ratio in (w / 7, o / 0.3))]
        flat = [powers[0], powers[1], *(scale for pair in powers[2] for scale in pair)]
        assert found == pytest.approx([max(power, 1 / power) for power in flat])


def test_the_picture_shows_what_a_scale_makes_of_the_sums_of_each_layer() -> None:
    def halved(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        factor = 1 if n_w == 1 else 0.5
        return factor * right(values, n_w, n_input, ns)

    evidence = QUESTION.collect(context_of(quantize_activations=halved))
    pictures = {
        outcome.check.name: outcome.verdict.picture
        for outcome in QUESTION.outcomes(evidence, lambda _check: True)
    }
    drawn = pictures["activations.product"]
    assert isinstance(drawn, Ranges)
    assert [each.high for each in drawn.ranges] == pytest.approx([63.5] * len(evidence.flow))


@pytest.mark.parametrize("tiny", [1e-9, 1e-6, 1e-5])
def test_a_tiny_number_lest_it_divide_by_zero_is_no_mistake(tiny: float) -> None:
    def guarded(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        return 127 / (float(np.abs(values).max()) * carried(n_w, n_input, ns) + tiny)

    for seed in range(5):
        context = replace(context_of(quantize_activations=guarded), seed=seed)
        assert failed_checks(QUESTION, context) == set()


@pytest.mark.parametrize("digits", [4, 5])
def test_who_rounds_the_scale_loses_the_product_and_is_told_of_digits(digits: int) -> None:
    def rounded(values: np.ndarray, n_w: float, n_input: float, ns: Scales) -> float:
        return float(f"{right(values, n_w, n_input, ns):.{digits}g}")

    lost = of_product(context_of(quantize_activations=rounded))
    assert lost.status == "failed"
    assert lost.next_step == ALMOST_ALL
    assert lost.diagnosis is None
