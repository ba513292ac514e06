"""What an engine is given: a layer of the lab's net with the integers that the lab puts into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from grader.architecture import Layer
from grader.exam import open_exam
from grader.oracle import quantize

IMAGES = 200


class Given(NamedTuple):
    """One layer: its integers, and the steps that a model has for them."""

    layer: Layer
    x: Any
    weight: Any
    step: float
    weight_step: float
    output_step: float


def layers() -> Iterator[tuple[Given, Any]]:
    """Yield each layer of the exam's net, and what the lab's arithmetic makes of its input."""
    exam = open_exam()
    net = exam.nets["plain"]
    right = quantize(
        net.architecture, net.weights, net.biases, exam.input_activations, net.activations
    )
    values = dict(right.net.trace(exam.pixels[:IMAGES]))
    before, step = "input", 1 / right.net.input_scale
    for layer in net.architecture.layers:
        x = values[before].astype(np.int8)
        weight_step = 1 / right.weight_scales[layer.name]
        output_step = step * weight_step / right.net.scales[layer.name]
        yield (
            Given(
                layer,
                x if layer.kind == "conv" else x.reshape(len(x), -1),
                right.net.weights[layer.name].astype(np.int8),
                step,
                weight_step,
                output_step,
            ),
            values[layer.name],
        )
        before, step = layer.name, output_step
