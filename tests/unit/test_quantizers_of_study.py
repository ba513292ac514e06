"""The quantizers of the study are what their names say, and the plainest is the oracle's own."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exam import Exam
from grader.oracle import QuantizedNet, bounds, quantize
from grader.study import quantizers
from grader.study.quantizers import Quantizer
from grader.study.variants import RANGES, variants

scales = st.floats(1e-6, 1e6)


@pytest.fixture(scope="module")
def tensors() -> list[np.ndarray]:
    rng = np.random.default_rng(5)
    return [
        rng.normal(0, 0.1, 5000).astype(np.float32),
        rng.standard_t(3, 5000),
        rng.uniform(0, 7, (10, 50)),
    ]


@given(scales)
def test_powers_of_two_are_exact_and_near(scale: float) -> None:
    floor, nearest = quantizers.floor_power(scale), quantizers.nearest_power(scale)
    assert math.frexp(floor)[0] == math.frexp(nearest)[0] == 0.5
    assert floor <= scale < 2 * floor
    assert max(nearest / scale, scale / nearest) <= math.sqrt(2) * (1 + 1e-12)


@pytest.mark.parametrize("bits", range(2, 9))
def test_the_largest_range_clips_nothing_and_uses_all(tensors: list[np.ndarray], bits: int) -> None:
    for tensor in tensors:
        reached = float(np.abs(tensor).max()) * quantizers.largest(tensor, bits)
        assert reached == pytest.approx(bounds(bits)[1])


@pytest.mark.parametrize("bits", [3, 4, 8])
def test_no_other_range_has_less_error_than_the_searched_one(
    tensors: list[np.ndarray], bits: int
) -> None:
    def error(tensor: np.ndarray, scale: float) -> float:
        back = np.clip(np.rint(tensor * scale), *bounds(bits)) / scale
        return float(np.square(back - tensor).sum())

    for tensor in tensors:
        best = error(tensor, quantizers.searched(tensor, bits))
        step = 1.05  # the search goes in steps
        assert all(best <= step * error(tensor, chosen(tensor, bits)) for chosen in RANGES.values())


def test_the_percentile_clips_one_in_a_thousand(tensors: list[np.ndarray]) -> None:
    for tensor in tensors:
        beyond = np.abs(tensor) * quantizers.percentile(tensor, 8) > 127 * (1 + 1e-6)
        assert beyond.sum() <= 1 + tensor.size / 1000


def test_three_sigma_is_the_lab_s(tensors: list[np.ndarray]) -> None:
    for tensor in tensors:
        assert quantizers.three_sigma(tensor, 8) == pytest.approx(127 / (3 * tensor.std()))


def same(one: QuantizedNet, other: QuantizedNet) -> bool:
    names = one.architecture.names
    return (
        math.isclose(one.input_scale, other.input_scale)
        and all(np.array_equal(one.weights[name], other.weights[name]) for name in names)
        and all(math.isclose(one.scales[name], other.scales[name]) for name in names)
        and all(np.array_equal(one.biases[name], other.biases[name]) for name in one.biases)
    )


@pytest.mark.parametrize("name", ["plain", "biased"])
def test_the_plainest_is_the_oracle_s_own(exam: Exam, name: str) -> None:
    net = exam.nets[name]
    own = quantize(
        net.architecture, net.weights, net.biases, exam.input_activations, net.activations
    ).net
    assert same(Quantizer().apply(exam, net), own)


def test_one_scale_a_channel_is_another_writing_of_the_same_arithmetic(exam: Exam) -> None:
    """Where all channels reach equally far, both ways give one net."""
    net = exam.nets["plain"]
    weights = {}
    for name, weight in net.weights.items():
        each = np.abs(weight).reshape(len(weight), -1).max(axis=1)
        weights[name] = weight / each.reshape(-1, *[1] * (weight.ndim - 1)) * each.max()
    alike = replace(net, weights=weights)
    one = Quantizer().apply(exam, alike).forward(exam.pixels[:50])
    each = Quantizer(per_channel=True).apply(exam, alike).forward(exam.pixels[:50])
    assert np.abs(one - each).max() <= 1  # a product next to a tie may round either way
    assert (one == each).mean() > 0.99


def test_weights_and_biases_keep_within_their_bits(exam: Exam) -> None:
    for variant in variants(exam.nets["plain"].architecture):
        if variant.at in ("2", "5"):
            net = variant.quantizer.apply(exam, exam.nets[variant.net])
            for name, weight in net.weights.items():
                lowest, highest = bounds(variant.quantizer.bits(name))
                assert lowest <= weight.min() <= weight.max() <= highest
            for bias in net.biases.values():
                lowest, highest = bounds(variant.quantizer.bias_bits)
                assert lowest <= bias.min() <= bias.max() <= highest


def test_bytes_are_packed_bits_and_the_scales_beside_them(exam: Exam) -> None:
    net = exam.nets["plain"]
    size = sum(weight.size for weight in net.weights.values())
    channels = sum(len(weight) for weight in net.weights.values())
    assert Quantizer().weight_bytes(net) == size
    halved = Quantizer(weight_bits=dict.fromkeys(net.weights, 4))
    assert halved.weight_bytes(net) == sum(math.ceil(w.size / 2) for w in net.weights.values())
    assert Quantizer(per_channel=True).weight_bytes(net) == size + 4 * channels


def test_no_two_variants_have_one_key(exam: Exam) -> None:
    keys = [each.key for each in variants(exam.nets["plain"].architecture)]
    assert len(set(keys)) == len(keys)
