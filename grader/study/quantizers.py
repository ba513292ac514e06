"""Ways to quantize an exam's net, as the study compares them: bits, scales, ranges, channels.

Symmetric throughout: an integer is round(value * scale), clamped to its bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from grader.exam import Exam, FloatNet
from grader.oracle import Array, QuantizedNet, bounds, quantize_to, weight_bytes

Range = Callable[[Array, int], float]
"""The scale by which a tensor becomes integers of so many bits."""
PERCENTILE = 99.9
SEARCHED = np.geomspace(0.05, 1.0, 80)
"""Parts of the largest magnitude that a search tries as the end of the range."""
SEARCHED_VALUES = 20_000
"""A search looks at so many values of a tensor, evenly spaced."""


def largest(values: Array, bits: int) -> float:
    """The range that clips nothing: bound / max |values|."""
    return bounds(bits)[1] / float(np.abs(values).max())


def three_sigma(values: Array, bits: int) -> float:
    """The lab's other range (question 1.2): bound / (3 sigma)."""
    return bounds(bits)[1] / (3 * float(values.std()))


def percentile(values: Array, bits: int) -> float:
    """The range that clips one value in a thousand."""
    return bounds(bits)[1] / float(np.percentile(np.abs(values), PERCENTILE))


def searched(values: Array, bits: int) -> float:
    """The range with the least mean squared error: of 80, from a twentieth of the largest on."""
    some = values.reshape(-1)[:: max(1, values.size // SEARCHED_VALUES)].astype(np.float64)
    lowest, highest = bounds(bits)

    def error(part: float) -> float:
        scale = largest(values, bits) / part
        integers = np.clip(np.rint(some * scale), lowest, highest)
        return float(np.square(integers / scale - some).sum())

    return largest(values, bits) / float(min(SEARCHED, key=error))


def floor_power(scale: float) -> float:
    """The largest power of two that is not above a scale: it saturates nothing."""
    return float(2.0 ** np.floor(np.log2(scale)))


def nearest_power(scale: float) -> float:
    """The power of two nearest to a scale, as a ratio."""
    return float(2.0 ** np.rint(np.log2(scale)))


def unchanged(scale: float) -> float:
    """Any scale."""
    return scale


@dataclass(frozen=True)
class Quantizer:
    """All that decides how a float net is quantized."""

    weight_bits: Mapping[str, int] = field(default_factory=dict)
    """By layer; 8 where none is named."""
    weight_range: Range = largest
    activation_range: Range = largest
    weight_scale: Callable[[float], float] = unchanged
    """What becomes of the scale of a layer's weights."""
    activation_scale: Callable[[float], float] = unchanged
    """What becomes of the scale of the input, and of each output."""
    per_channel: bool = False
    """Whether each output channel of the weights has a scale of its own."""
    bias_bits: int = 32
    """A bias that does not fit saturates."""

    def bits(self, layer: str) -> int:
        """Of the weights of a layer."""
        return self.weight_bits.get(layer, 8)

    def apply(self, exam: Exam, net: FloatNet) -> QuantizedNet:
        """The quantized net.

        With a scale for each channel, an output scale is an array that the sums of a layer are
        multiplied by, channel by channel.
        """
        integers: dict[str, Array] = {}
        scales: dict[str, float | Array] = {}
        biases: dict[str, Array] = {}
        before = input_scale = self.activation_scale(
            self.activation_range(exam.input_activations, 8)
        )
        for layer in net.architecture.layers:
            weights, bits = net.weights[layer.name], self.bits(layer.name)
            of_weights = self._weight_scales(weights, bits)
            integers[layer.name] = quantize_to(weights, cast(float, of_weights), bits)
            carried = before * np.squeeze(of_weights)
            if layer.name in net.biases:
                products = np.rint(net.biases[layer.name].astype(np.float64) * carried)
                biases[layer.name] = np.clip(products, *bounds(self.bias_bits))
            wanted = self.activation_scale(self.activation_range(net.activations[layer.name], 8))
            after = (1, 1) if layer.kind == "conv" else ()
            ratio = wanted / carried
            scales[layer.name] = ratio.reshape(-1, *after) if ratio.ndim else float(ratio)
            before = wanted
        # `requantize` multiplies by either; nothing else looks at the scales.
        known = cast(Mapping[str, float], scales)
        return QuantizedNet(net.architecture, integers, input_scale, known, biases)

    def _weight_scales(self, weights: Array, bits: int) -> Array:
        """One scale, or one for each output channel; it multiplies the weights as it is."""
        if not self.per_channel:
            return np.asarray(self.weight_scale(self.weight_range(weights, bits)))
        each = [self.weight_scale(self.weight_range(channel, bits)) for channel in weights]
        return np.asarray(each).reshape(-1, *[1] * (weights.ndim - 1))

    def weight_bytes(self, net: FloatNet) -> int:
        """Bytes of the weights, packed; a channel's scale beside them takes four."""
        sizes = {name: weights.size for name, weights in net.weights.items()}
        scales = sum(len(weights) for weights in net.weights.values()) if self.per_channel else 0
        return weight_bytes(sizes, {name: self.bits(name) for name in sizes}) + 4 * scales
