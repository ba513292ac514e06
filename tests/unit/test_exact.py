"""The float nets of an exam: every sum is exact, so its order does not matter."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.architecture import Architecture, Layer
from grader.errors import ExamError
from grader.exam import Exam
from grader.exam.exact import ARITHMETIC, LARGEST, on_grid, outputs, recorded
from grader.oracle import Array

NET = Architecture(
    (3, 12, 12),
    (
        Layer("first", "conv", (4, 3, 3, 3), "relu", pool=2, bias=True),
        Layer("second", "conv", (5, 4, 2, 2), "relu", stride=2, padding=1),
        Layer("last", "linear", (6, 45), "none", bias=True),
    ),
)
seeds = st.integers(0, 2**32)


def drawn(seed: int, size: float = 1.0) -> tuple[dict[str, Array], dict[str, Array], Array]:
    """Weights, biases and pixels as messy as trained ones, the first two on their grid."""
    rng = np.random.default_rng(seed)

    def some(*shape: int) -> Array:
        values = (size * rng.normal(0, 0.3, shape)).astype(np.float32)
        return on_grid(values, ARITHMETIC.weights)

    weights = {layer.name: some(*layer.weight) for layer in NET.layers}
    biases = {layer.name: some(layer.weight[0]) for layer in NET.layers if layer.bias}
    pixels = rng.uniform(-1, 1, (8, *NET.input)).astype(np.float32)
    return weights, biases, pixels


def run(weights: dict[str, Array], biases: dict[str, Array], pixels: Array) -> dict[str, Array]:
    return dict(outputs(NET, weights, biases, pixels))


@given(seeds)
def test_whatever_is_added_up_first_the_bits_are_the_same(seed: int) -> None:
    weights, biases, pixels = drawn(seed)
    channels = np.random.default_rng(seed).permutation(NET.input[0])
    other = {**weights, "first": weights["first"][:, channels, ::-1, ::-1]}
    found = run(weights, biases, pixels)
    turned = run(other, biases, pixels[:, channels, ::-1, ::-1])["first"][:, :, ::-1, ::-1]
    assert turned.tobytes() == found["first"].tobytes()
    last = weights["last"]
    units = np.random.default_rng(seed).permutation(last.shape[1])
    given = found["second"].reshape(len(pixels), -1)
    sums = given[:, units] @ last[:, units].T.astype(np.float64) + biases["last"]
    assert on_grid(sums, ARITHMETIC.values).tobytes() == found["last"].tobytes()


def test_each_sum_is_that_of_exact_arithmetic() -> None:
    weights, biases, pixels = drawn(1)
    found = run(weights, biases, pixels)
    given = found["second"].reshape(len(pixels), -1)
    for image, unit in ((0, 0), (3, 5), (7, 2)):
        terms = (given[image] * weights["last"][unit]).tolist()
        exact = math.fsum([*terms, float(biases["last"][unit])])
        assert found["last"][image, unit] == on_grid(np.array(exact), ARITHMETIC.values)


def test_a_grid_rounds_to_its_nearest_multiple_and_a_tie_to_the_even_one() -> None:
    values = np.array([0.3, -0.3, 0.125, 0.375, 5.0, 0.0])
    assert on_grid(values, -2).tolist() == [0.25, -0.25, 0.0, 0.5, 5.0, 0.0]
    single = np.array([0.1], np.float32)
    assert on_grid(single, -14).dtype == np.float32
    assert on_grid(single, -14) == np.float32(1638 / 2**14)


def test_up_to_the_bound_float64_holds_each_multiple_of_both_grids() -> None:
    step = 2.0 ** (ARITHMETIC.weights + ARITHMETIC.values)
    assert LARGEST - step != LARGEST
    assert (LARGEST - step) + step == LARGEST
    assert LARGEST + step == LARGEST


@pytest.mark.parametrize("reach", [0.999, 1.001])
def test_a_net_is_run_if_none_of_its_sums_can_pass_the_bound(reach: float) -> None:
    weights, biases, pixels = drawn(2)
    biases["last"] = np.zeros(6)
    given = run(weights, biases, pixels)["second"]
    weight = np.zeros((6, 45))
    weight[3] = np.resize([1.0, -1.0], 45)
    size = reach * LARGEST / (45 * np.abs(given).max())
    weights["last"] = on_grid(weight * size, ARITHMETIC.weights)
    if reach < 1:
        assert set(run(weights, biases, pixels)) == {"first", "second", "last"}
        biases["last"][3] = -0.01 * LARGEST
    with pytest.raises(ExamError, match=r"sums of last may reach 1\.3\d*e\+05; up to 131,072"):
        run(weights, biases, pixels)


def test_the_sums_of_the_exam_s_nets_stay_a_hundred_times_below_it(exam: Exam) -> None:
    for net in exam.nets.values():
        x = exam.input_activations
        for name, weight in net.weights.items():
            sums = np.abs(weight).reshape(len(weight), -1).sum(axis=1) * np.abs(x).max()
            assert sums.max() < LARGEST / 100
            x = net.activations[name]


def test_the_first_of_every_four_images_is_recorded_of_the_last_layer_alone() -> None:
    layers = {"one": np.arange(24.0).reshape(8, 3, 1, 1), "two": np.arange(16.0).reshape(8, 2)}
    found = recorded(layers)
    assert found["one"].tolist() == list(range(24))
    assert found["two"].tolist() == [0, 1, 8, 9]
    assert {values.dtype for values in found.values()} == {np.dtype(np.float32)}
