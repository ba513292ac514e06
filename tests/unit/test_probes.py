"""Each probe shows the property it is named for, whatever was drawn."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.checks import probes
from grader.checks.scales import KINDS
from grader.misconceptions.scales import LIMITS

SIZE = 4000
seeds = st.integers(0, 2**32)


def drawn(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return probes.light_tailed(rng, dict.fromkeys(KINDS, (SIZE // 4, 4)))


@settings(max_examples=25)
@given(seeds)
def test_the_scale_of_the_maximum_lies_a_little_above_a_power_of_two(seed: int) -> None:
    for name, values in drawn(seed).items():
        scale = 127 / float(np.abs(values).max())
        slack = probes.SLACK["bell" if name in ("bell", "tiny", "huge") else "ramp"]
        assert 2 ** (math.log2(scale) % 1) == pytest.approx(slack, rel=1e-6)
        assert 1 < slack < 1.4  # 3 dB
        assert (values.shape, values.dtype) == ((SIZE // 4, 4), np.float32)


@settings(max_examples=25)
@given(seeds)
def test_each_has_the_sign_and_the_magnitude_of_its_name(seed: int) -> None:
    found = drawn(seed)
    for name, sign in (("positive", 1), ("negative", -1)):
        values = sign * found[name]
        assert values.min() == 0
        assert np.mean(values == 0) == pytest.approx(0.35, abs=0.01)
        assert values.mean() / values.max() == pytest.approx(0.325, abs=0.01)
    for name, positive in (("asymmetric-positive", 1), ("asymmetric-negative", 0.3)):
        values = found[name]
        assert values.max() / -values.min() == pytest.approx(positive / (1.3 - positive), rel=1e-3)
        assert np.mean(values > 0) == 0.5
    assert np.abs(found["tiny"]).max() < 1e-3
    assert np.abs(found["huge"]).max() > 5e3
    for name in set(KINDS) - {"tiny", "huge"}:
        assert 0.1 < np.abs(found[name]).max() < 3.3


def test_even_numbers_reach_both_ends_in_steps_of_their_bits() -> None:
    found = probes.evenly(np.random.default_rng(0), -0.75, 1, (30, 20), bits=2)
    assert found.shape == (30, 20)
    assert np.unique(found).tolist() == [-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]


@given(seeds)
def test_a_bell_has_light_tails_about_zero(seed: int) -> None:
    values = probes.bell(np.random.default_rng(seed), SIZE)
    assert np.abs(values).max() == 1
    assert abs(values.mean()) < 0.05
    assert 3 * values.std() == pytest.approx(1, abs=0.15)


@given(seeds, st.sampled_from([400, SIZE]))
def test_one_value_in_400_is_an_outlier_on_either_side(seed: int, size: int) -> None:
    values = np.sort(probes.with_outliers(np.random.default_rng(seed), size))
    each = max(2, size // 400) // 2
    assert (values[:each] == -12).all()
    assert (values[-each:] == 12).all()
    assert np.abs(values[each:-each]).max() <= 1


@given(st.sampled_from(LIMITS), seeds)
def test_ties_of_maximum_are_quarters_and_reach_both_limits(limit: float, seed: int) -> None:
    assert LIMITS == (127, 127.5, 128)
    values = probes.ties_of_maximum(np.random.default_rng(seed), 400, limit)
    assert values.size == 400
    assert (values * 4 == np.rint(values * 4)).all()
    assert np.mean(values == limit) == np.mean(values == -limit) >= 0.05
    assert 0.1 < np.mean(values - np.floor(values) == 0.5) < 0.5


@given(st.integers(3, 5000))
@example(5)  # 43 = 25 + 9 + 9, and no other sum
def test_every_number_that_is_3_modulo_8_is_a_sum_of_three_odd_squares(n: int) -> None:
    total = 8 * n + 3
    found = probes._three_odd_squares(total, largest=2 * math.isqrt(total))
    assert found is not None
    assert (found % 2 == 1).all()
    assert int((found**2).sum()) == total
    assert found[0] >= math.sqrt(total / 3) - 2  # the largest comes first


def test_what_is_no_sum_of_three_small_odd_squares_is_none() -> None:
    assert probes._three_odd_squares(12, 10) is None
    assert probes._three_odd_squares(3 * 11**2, 11) is None


@given(st.sampled_from(LIMITS), st.sampled_from([0, 1]), st.integers(0, 2**32))
def test_the_three_sigma_scale_of_a_tie_probe_is_1(limit: float, ddof: int, seed: int) -> None:
    values = probes.ties_of_deviation(np.random.default_rng(seed), limit, ddof=ddof)
    sigma = values.astype(np.float64).std(ddof=ddof)
    assert limit / (3 * sigma) == pytest.approx(1, abs=1e-15)
    assert values.mean() == 0
    halves = values[values != 0]
    assert (halves - np.floor(halves) == 0.5).all()
    assert len(halves) == 144
    assert len(values) == 144 + ddof
    assert np.abs(halves).max() < 121
    assert np.array_equal(np.sort(halves), np.sort(-halves))


@given(st.sampled_from(LIMITS), st.integers(0, 2**32))
def test_the_max_scale_of_a_tie_probe_is_1(limit: float, seed: int) -> None:
    values = np.abs(probes.ties_of_maximum(np.random.default_rng(seed), 400, limit))
    assert values.max() == np.percentile(values, 96) == limit
