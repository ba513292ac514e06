"""Misconceptions predict on nets of any shape, and what predicts bounds alone yields to others."""

import numpy as np
import pytest

from grader.architecture import Architecture, Layer
from grader.misconceptions import REGISTRY, StepCase, explain
from grader.oracle import QuantizedNet


@pytest.mark.parametrize(("side", "pool", "padding"), [(11, 2, 0), (12, 3, 1), (10, 0, 0)])
def test_every_misconception_of_forward_predicts_on_windows_of_any_size(
    side: int, pool: int, padding: int
) -> None:
    rng = np.random.default_rng(side)
    layer = Layer("one", "conv", (4, 3, 3, 3), "relu", pool, False, 1, padding)
    reach = (side + 2 * padding - 2) // max(pool, 1)
    last = Layer("two", "linear", (5, 4 * reach**2), "none")
    architecture = Architecture((3, side, side), (layer, last))
    weights = {each.name: rng.integers(-9, 10, each.weight) for each in architecture.layers}
    net = QuantizedNet(
        architecture,
        {n: w.astype(np.float32) for n, w in weights.items()},
        64.0,
        {"one": 0.05, "two": 0.01},
    )
    images = rng.integers(-60, 61, (2, 3, side, side)).astype(np.float64)
    given = {None: images / 64, layer: images, last: rng.integers(0, 99, (2, 4 * reach**2))}
    for step, values in given.items():
        case = StepCase(net, step, values)
        assert explain("4.3", case, case.right) is None
        for misconception in REGISTRY:
            if misconception.question == "4.3":
                for predicted in misconception.predictions(case):
                    assert np.shape(predicted) == case.right.shape
