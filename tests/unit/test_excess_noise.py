"""Which scales count as a sound choice: every sound rule, and no unsound one."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks import probes
from grader.checks.excess_noise import SAMPLE, TRIM, central, decibels_lost, noise_power
from grader.checks.scales import KINDS
from grader.exam import open_exam
from grader.rubric import load_rubric

LIMIT = load_rubric().thresholds.excess_noise_db


def sound(values: np.ndarray) -> dict[str, float]:
    """The scales of the rules that the lab suggests, and their powers of two."""
    size = np.abs(values)
    mean, sigma = float(values.mean()), float(values.std())
    rules = {
        "max to 127": 127 / size.max(),
        "max to 127.5": 127.5 / size.max(),
        "max to 128": 128 / size.max(),
        "3 sigma": 127 / (3 * sigma),
        "6 sigma to 255": 255 / (6 * sigma),
        "mean and 3 sigma": 127 / max(abs(mean + 3 * sigma), abs(mean - 3 * sigma)),
        "percentile 99.9": 127 / np.percentile(size, 99.9),
        "percentile 99": 127 / np.percentile(size, 99),
    }
    powers = {f"{name}, power of two": 2.0 ** math.floor(math.log2(s)) for name, s in rules.items()}
    return rules | powers


def unsound(values: np.ndarray) -> dict[str, float]:
    """Scales that waste most of the integers, or clip much."""
    size = np.abs(values)
    return {
        "4 bits": 7 / size.max(),
        "5 bits": 15 / size.max(),
        "half the range": 255 / size.max(),
        "one sigma": 127 / values.std(),
        "the mean": 127 / size.mean(),
        "the inverse": size.max() / 127,
        "nothing": 0.0,
        "not a number": math.nan,
        "negative": -127 / size.max(),
    }


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_every_sound_rule_is_usable_on_every_probe_and_no_unsound_one_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for drawn in probes.light_tailed(rng, dict.fromkeys(KINDS, (4000,))).values():
        values = drawn.astype(np.float64)
        worst = max(decibels_lost(values, scale) for scale in sound(values).values())
        best = min(decibels_lost(values, scale) for scale in unsound(values).values())
        assert worst <= LIMIT < best


@pytest.mark.parametrize("net", ["plain", "biased"])
def test_every_sound_rule_is_usable_on_the_exam(net: str) -> None:
    exam = open_exam()
    float_net = exam.nets[net]
    tensors = [exam.input_activations, *float_net.activations.values()]
    tensors += [weights.astype(np.float64) for weights in float_net.weights.values()]
    for values in tensors:
        for name, scale in sound(values).items():
            assert decibels_lost(values, scale) <= LIMIT, name


@pytest.mark.parametrize("scale", [0.0, -1.0, math.nan, math.inf, -math.inf])
def test_what_is_no_positive_number_is_infinitely_bad(scale: float) -> None:
    assert decibels_lost(np.linspace(-1, 1, 300), scale) == math.inf


def test_where_one_range_adds_no_noise_the_other_decides() -> None:
    whole = np.arange(-127.0, 128)
    assert decibels_lost(whole, 1.0) == -math.inf
    assert decibels_lost(whole, 0.9) == math.inf
    assert 0 < decibels_lost(whole + 0.25, 0.4) < math.inf


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_each_bit_less_costs_six_decibels(bits: int) -> None:
    values = np.random.default_rng(bits).uniform(-1, 1, SAMPLE)
    lost = decibels_lost(values, 127 / 2**bits / np.abs(values).max())
    assert lost == pytest.approx(20 * bits * math.log10(2), abs=0.2)


def test_noise_is_the_mean_square_error_in_the_unit_of_the_values() -> None:
    assert noise_power(np.array([0.25, 0.25, 0.5, 0.0]), 1.0) == pytest.approx(0.375 / 4)
    assert noise_power(np.array([200.0]), 1.0) == 73**2


def test_as_many_values_as_a_sample_holds_are_all_looked_at() -> None:
    values = np.random.default_rng(0).permutation(SAMPLE).astype(np.float64)
    assert np.array_equal(np.sort(central(values)), np.arange(math.ceil(SAMPLE * (1 - TRIM))))
    assert len(central(np.concatenate([values, values]))) == math.ceil(SAMPLE * (1 - TRIM))
    assert central(np.array([3.0])).tolist() == [3.0]


def test_the_largest_are_left_out_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    count = math.ceil(2000 * (1 - TRIM))
    for _ in range(500):  # a selection that is off by one is right most of the time
        kept = central(rng.permutation(2000))
        assert (kept.size, kept.max()) == (count, count - 1)


def test_of_equally_large_values_the_last_are_left_out() -> None:
    values = np.array([-5.0, 1, 5] * 10)
    assert central(values).tolist() == values[:29].tolist()
    assert central(values[::-1]).tolist() == values[::-1][:29].tolist()
