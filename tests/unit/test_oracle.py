"""The oracle against torch: the same bits."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.architecture import Architecture, Layer
from grader.exam import Exam, open_exam, pixels
from grader.exam.lab import definitions
from grader.exam.shapes10 import draw
from grader.oracle import (
    FEWEST_BITS,
    INT8,
    MOST_BITS,
    QuantizedNet,
    _shifts,
    accumulate,
    bounds,
    exact_in_float32,
    float_forward,
    integer_forward,
    is_power_of_two,
    multiplier_of,
    predictions,
    quantize,
    quantize_to,
    rescale,
    scale_product,
    settle,
    weight_bytes,
)

NAMES = (
    "Net",
    "NetWithBias",
    "NetQuantized",
    "NetQuantizedWithBias",
    "copy_model",
    "quantize_layer_weights",
)


@pytest.fixture(scope="module")
def lab() -> dict[str, object]:
    return definitions(*NAMES)


def quantized_by_torch(lab: dict, exam: Exam, name: str) -> torch.nn.Module:
    """The reference's own quantized net."""
    net = exam.nets[name]
    model = lab["NetWithBias" if name == "biased" else "Net"]()
    state = {f"{layer}.weight": torch.from_numpy(w) for layer, w in net.weights.items()}
    state |= {f"{layer}.bias": torch.from_numpy(b) for layer, b in net.biases.items()}
    model.load_state_dict(state)
    lab["quantize_layer_weights"](model)
    model.input_activations = exam.input_activations
    for layer, values in net.activations.items():
        getattr(model, layer).activations = values
    return lab["NetQuantizedWithBias" if name == "biased" else "NetQuantized"](model)


@pytest.mark.parametrize("name", [pytest.param("plain", marks=pytest.mark.rest), "biased"])
def test_oracle_and_torch_agree_on_every_logit_of_10000_images(lab: dict, name: str) -> None:
    exam = open_exam()
    model = quantized_by_torch(lab, exam, name)
    net = exam.nets[name]
    oracle = quantize(
        net.architecture, net.weights, net.biases, exam.input_activations, net.activations
    ).net
    images, _labels = draw(10_000, 7)
    for start in range(0, len(images), 1000):
        x = pixels(images[start : start + 1000])
        with torch.no_grad():
            by_torch = model(torch.from_numpy(x)).numpy()
        assert np.array_equal(oracle.forward(x), by_torch)


layers = st.builds(
    lambda out, inputs, side, stride, padding, pool: Layer(
        "layer", "conv", (out, inputs, side, side), "relu", pool, False, stride, padding
    ),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(1, 5),
    st.integers(1, 2),
    st.integers(0, 2),
    st.sampled_from([0, 2]),
)


@settings(deadline=None, max_examples=50)
@given(layers, st.integers(0, 2**32), st.booleans())
def test_any_convolution_is_torch_s(layer: Layer, seed: int, biased: bool) -> None:
    rng = np.random.default_rng(seed)
    x = rng.integers(-128, 128, (2, layer.weight[1], 12, 12)).astype(np.float32)
    weight = rng.integers(-128, 128, layer.weight).astype(np.float32)
    bias = rng.integers(-128, 128, layer.weight[0]).astype(np.float32) if biased else None
    found = settle(layer, accumulate(layer, x, weight, bias))
    right = torch.conv2d(
        torch.from_numpy(x),
        torch.from_numpy(weight),
        None if bias is None else torch.from_numpy(bias),
        stride=layer.stride,
        padding=layer.padding,
    ).relu()
    if layer.pool:
        right = torch.nn.functional.max_pool2d(right, layer.pool)
    assert np.array_equal(found, right.numpy())


def test_the_lab_s_layers_are_exact_in_float32_and_one_with_a_bias_is_not() -> None:
    exam = open_exam()
    assert all(map(exact_in_float32, exam.nets["plain"].architecture.layers))
    assert not exact_in_float32(exam.nets["biased"].architecture.layers[-1])
    assert not exact_in_float32(Layer("wide", "linear", (10, 1025), "none"))


def by_torch_in_float64(exam: Exam, weights: dict[str, np.ndarray]) -> np.ndarray:
    """The logits of the plain net with these weights, for its first 200 images."""
    x = torch.from_numpy(exam.images[:200].astype(np.float64)) / 127.5 - 1
    for layer in exam.nets["plain"].architecture.layers:
        weight = torch.from_numpy(weights[layer.name].astype(np.float64))
        x = torch.conv2d(x, weight) if layer.kind == "conv" else x.flatten(1) @ weight.T
        x = x.relu() if layer.activation == "relu" else x
        x = torch.nn.functional.max_pool2d(x, layer.pool) if layer.pool else x
    return x.numpy()


def of_integers(seed: int, loudest: int) -> dict[str, np.ndarray]:
    """Weights of the plain net's shapes; the loudest are whole int8 alone, of one sign mostly."""
    rng = np.random.default_rng(seed)
    layers = open_exam().nets["plain"].architecture.layers
    return {
        layer.name: rng.integers(loudest - 127, loudest + 1, layer.weight).astype(np.float32)
        for layer in layers
    }


@pytest.mark.parametrize("loudest", [64, 100, 127])
def test_a_net_of_integer_weights_has_torch_s_logits_but_for_a_factor(loudest: int) -> None:
    exam, weights = open_exam(), of_integers(3, loudest)
    found = float_forward(exam.nets["plain"].architecture, weights, exam.images[:200])
    right = by_torch_in_float64(exam, weights)
    factor = np.abs(found).max() / np.abs(right).max()
    assert np.abs(found - factor * right).max() < 1e-7 * np.abs(found).max()


@pytest.mark.parametrize("loudest", [64, 127])
def test_and_its_logits_are_the_same_bits_in_any_order_of_its_units(loudest: int) -> None:
    exam, weights = open_exam(), of_integers(4, loudest)
    architecture = exam.nets["plain"].architecture
    rng = np.random.default_rng(0)
    turned, names = dict(weights), architecture.names
    for one, two in itertools.pairwise(names):
        units = rng.permutation(len(turned[one]))
        turned[one] = turned[one][units]
        shape = turned[two].shape
        behind = turned[two].reshape(shape[0], len(units), -1)[:, units]
        turned[two] = behind.reshape(shape)
    images = exam.images[:50]
    found = float_forward(architecture, weights, images)
    assert float_forward(architecture, turned, images).tobytes() == found.tobytes()


def linear(*sizes: int) -> Architecture:
    """Linear layers with ReLU, from as many pixels of one row."""
    pairs = itertools.pairwise(sizes)
    layers = [Layer(f"fc{i}", "linear", (out, ins), "relu") for i, (ins, out) in enumerate(pairs)]
    return Architecture((1, 1, sizes[0]), tuple(layers))


def test_a_sum_that_float32_cannot_hold_is_exact() -> None:
    weights = {"fc0": np.array([[126.0] + [127.0] * 599], np.float32)}
    white = np.full((2, 1, 1, 600), 255, np.uint8)
    assert float_forward(linear(600, 1), weights, white).tolist() == 2 * [[255 * 76_199]]


@pytest.mark.parametrize(("inputs", "dtype"), [(516, np.float32), (517, np.float64)])
def test_float32_adds_up_what_it_can_hold(inputs: int, dtype: type) -> None:
    weights = {"fc0": np.full((3, inputs), -127.0)}
    assert _shifts(linear(inputs, 3), weights) == {"fc0": (dtype, 0)}


@given(st.lists(st.integers(1, 600), min_size=8, max_size=12), st.integers(1, 127))
def test_no_sum_passes_2_to_the_53_and_no_bit_is_lost_for_nothing(
    sizes: list[int], weight: int
) -> None:
    net = linear(*sizes)
    weights = {layer.name: np.full(layer.weight, float(weight)) for layer in net.layers}
    bound = 255
    for layer in net.layers:
        gain = weight * layer.weight[1]
        _, shift = _shifts(net, weights)[layer.name]
        bound = -(-bound // 2**shift) * gain  # rounded up
        assert bound <= 2**53
        assert shift == 0 or bound > 2**50


def test_the_first_of_equal_logits_wins() -> None:
    logits = np.array([[1.0, 3.0, 3.0], [5.0, 5.0, 5.0]])
    by_torch = torch.from_numpy(logits).max(1).indices.tolist()
    assert predictions(logits).tolist() == by_torch == [1, 0]


def test_a_bias_near_the_edge_of_int32_is_added_exactly() -> None:
    exam = open_exam()
    architecture = exam.nets["biased"].architecture
    layer = architecture.layers[-1]
    net = QuantizedNet(
        architecture,
        {layer.name: np.ones(layer.weight, np.float32)},
        1.0,
        {},
        {layer.name: np.full(layer.weight[0], 2.0**31 - 1)},
    )
    x = np.ones((1, layer.weight[1]), np.float32)
    assert int(net.products(layer, x)[0, 0]) == 2**31 - 1 + layer.weight[1]


numbers = st.floats(0.5, 2, width=32)


@given(st.lists(numbers, max_size=3), st.lists(st.tuples(numbers, numbers), max_size=4))
def test_all_scales_so_far_are_multiplied_once(
    first: list[float], ns: list[tuple[float, float]]
) -> None:
    every = [*first, *itertools.chain(*ns)]
    assert scale_product(first, ns) == pytest.approx(math.prod(every))


ints32 = st.integers(-(2**31), 2**31 - 1)
multipliers = st.integers(2**30, 2**31 - 1)


@given(st.floats(1e-9, 1e8))
@example(1.0)
@example(0.5)
@example(1 - 2.0**-33)
@example(4 - 2.0**-31)
def test_a_multiplier_is_the_nearest_of_31_bits(scale: float) -> None:
    multiplier, shift = multiplier_of(scale)
    assert 2**30 <= multiplier < 2**31
    assert abs(Fraction(scale) * Fraction(2) ** (31 + shift) - multiplier) <= Fraction(1, 2)


@given(st.lists(ints32, min_size=1, max_size=20), multipliers, st.integers(-30, 60))
@example([2**30, -(2**30), 3 * 2**30, -3 * 2**30], 2**30, 0)
@example([2**31 - 1, -(2**31)], 2**31 - 1, 31)
@example([1, -1, 3, -3, 5], 2**30, 0)
def test_the_oracle_rounds_as_fractions_do(sums: list[int], multiplier: int, shift: int) -> None:
    found = rescale(np.asarray(sums, np.int64), multiplier, shift)
    unit = Fraction(2) ** (31 + shift)
    assert found.tolist() == [round(Fraction(each * multiplier) / unit) for each in sums]


def test_memory_is_counted_in_whole_bytes_for_each_layer() -> None:
    assert weight_bytes({"a": 3, "b": 8}, {"a": 3, "b": 2}) == 2 + 2
    assert weight_bytes({"a": 16}, {"a": 8}) == 16


def test_a_weight_may_have_a_sign_and_one_digit_or_all_of_int8() -> None:
    assert bounds(FEWEST_BITS) == (-2, 1)
    assert bounds(MOST_BITS) == INT8


@pytest.mark.parametrize(("bits", "ends"), [(2, (-2, 1)), (4, (-8, 7)), (8, (-128, 127))])
def test_integers_of_so_many_bits_end_there(bits: int, ends: tuple[int, int]) -> None:
    assert bounds(bits) == ends
    values = np.asarray([-300, -1.5, -0.5, 0.5, 1.5, 300], np.float32)
    found = quantize_to(values, 1.0, bits)
    assert found.tolist() == [ends[0], *np.clip([-2, 0, 0, 2], *ends), ends[1]]
    assert quantize_to(np.asarray([3.0], np.float32), 0.5, 8) == [2]


@pytest.mark.parametrize(
    ("value", "holds"), [(1.0, True), (0.5, True), (2.0**-30, True), (3.0, False), (0.75, False)]
)
def test_what_is_a_power_of_two(value: float, holds: bool) -> None:
    assert is_power_of_two(value) == holds


def test_a_net_of_integers_rescales_each_layer_by_its_multiplier() -> None:
    first = Layer("one", "conv", (2, 3, 3, 3), "relu", 2)
    second = Layer("two", "linear", (4, 2 * 3 * 3), "none")
    architecture = Architecture((3, 8, 8), (first, second))
    rng = np.random.default_rng(5)
    weights = {
        each.name: rng.integers(-128, 128, each.weight).astype(np.float32)
        for each in architecture.layers
    }
    scales = {"one": 0.0007, "two": 0.011}
    net = QuantizedNet(architecture, weights, 127.0, scales)
    pixels = rng.uniform(-1, 1, (50, 3, 8, 8)).astype(np.float32)
    x = np.clip(np.rint(pixels * np.float32(127)), -128, 127)
    for layer in architecture.layers:
        multiplier, shift = multiplier_of(scales[layer.name])
        sums = net.products(layer, x)
        exact = [Fraction(int(each) * multiplier, 2 ** (31 + shift)) for each in sums.ravel()]
        whole = np.asarray([round(each) for each in exact], np.float32)
        x = whole.clip(-128, 127).reshape(sums.shape)
    found = integer_forward(net, pixels)
    assert found.dtype == np.float32
    assert np.array_equal(found, x)
    assert {-128, 127} <= {*found.ravel().astype(int)}
