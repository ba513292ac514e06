"""Nets and images made so that each stage of `forward` shows.

All scales are float32 numbers. Whole nets, for submissions that call their layers as modules: each
layer's input is seen, and each requantization is judged from what went into it. Probe nets, for
submissions that do not (`F.conv2d(x, self.conv1.weight)`): all layers but one pass values through,
so that the net's output shows what that one layer does.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.architecture import Architecture, Layer
from grader.arrays import Doubles, Rng, Singles
from grader.checks.question import SparedBy
from grader.oracle import (
    INT8,
    Array,
    QuantizedNet,
    accumulate,
    max_pool,
    requantize,
    settle,
)

SPARED_BY: SparedBy = {
    "_one_a_window": "functional_average_pool",
}
FULL = 120.0
"""How far an unsaturated net fills int8: nothing is clamped, whatever the rounding."""


@dataclass(frozen=True)
class Stimulus:
    """A quantized net and images for it."""

    name: str
    net: QuantizedNet
    pixels: Singles
    target: str = ""
    """The one stage that a probe net shows: a layer, or `input`."""
    saturates: bool = False
    """Whether much of the target's output leaves int8."""
    exact: bool = False
    """Float32 holds every product of the whole net, so that its output is right or wrong."""
    wide: bool = False
    """Whether the target's sums pass 2**16."""
    own_factor: float = 0.0
    """What the student multiplies the image by, if that is not the net's input scale."""
    milder: QuantizedNet | None = None
    """A net that clamps less, for student code that raises where much is clamped."""

    @property
    def factor(self) -> float:
        """What the image is multiplied by."""
        return self.own_factor or self.net.input_scale


def float32(value: float) -> float:
    """The nearest number that a float32 scale can be."""
    return float(np.float32(value))


def power_of_two(value: float) -> float:
    """The largest power of two that is not larger."""
    return math.ldexp(1.0, math.frexp(value)[1] - 1)


def unsaturated(net: QuantizedNet, pixels: Singles) -> QuantizedNet:
    """The net with scales under which these images fill int8 and nothing is ever clamped."""
    start = replace(net, input_scale=float32(FULL / float(np.abs(pixels).max())))
    return _rescaled(start, pixels, lambda largest: float32(FULL / largest))


def _rescaled(
    net: QuantizedNet, pixels: Array, scale_for: Callable[[float], float]
) -> QuantizedNet:
    scales: dict[str, float] = dict(net.scales)
    x = np.rint(pixels.astype(np.float64) * net.input_scale)
    for layer in net.architecture.layers:
        sums = net.products(layer, x)
        scales[layer.name] = scale_for(max(1.0, float(np.abs(sums).max())))
        x = np.rint(sums.astype(np.float64) * scales[layer.name])
    return replace(net, scales=scales)


def saturated(net: QuantizedNet) -> QuantizedNet:
    """The same net with every scale three times too large: much is clamped, on both sides."""
    return replace(
        net,
        input_scale=float32(3 * net.input_scale),
        scales={name: float32(3 * scale) for name, scale in net.scales.items()},
    )


FEW = 0.03
"""The share of the values that is clamped where few are."""


def hardly_saturated(net: QuantizedNet, pixels: Singles) -> QuantizedNet:
    """The same net with scales that clamp few of the values at each stage, or none."""

    def scale_for(values: Array) -> float:
        sizes = np.abs(values).astype(np.float64)
        scale = float32(INT8[1] / max(1.0, float(np.quantile(sizes, 1 - FEW))))
        if np.mean(sizes * scale > INT8[1] + 0.5) > FEW:  # where many are equal
            scale = float32(FULL / float(sizes.max()))
        return scale

    scales: dict[str, float] = {}
    x = requantize(pixels, net.input_scale)
    for layer in net.architecture.layers:
        sums = net.products(layer, x).astype(np.float32)
        scales[layer.name] = scale_for(sums)
        x = requantize(sums, scales[layer.name])
    return replace(net, scales=scales)


LITTLE = 1.25
"""So many times too large a scale clamps a few values, of those that fill int8 up to `FULL`."""


def small_integers(rng: Rng, layer: Layer) -> Singles:
    """Weights of -2..2, so that the sums are small and powers of two bring many exact ties.

    Those of one output add up to zero, so that inputs which are never negative have sums of either
    sign; where sums are pooled, to less, since the largest of four lies above the mean (0.6 of the
    sums' standard deviation, if the inputs are uniform from 0).
    """
    products = int(np.prod(layer.weight[1:]))
    positive = rng.integers(0, 3, (layer.weight[0], products // 2))
    negative, rest = -positive, np.zeros((layer.weight[0], products % 2))
    if layer.pool:
        positive[:, : round(0.5 * np.sqrt(products))] = 0
    drawn = rng.permuted(np.concatenate([positive, negative, rest], axis=1), axis=1)
    return drawn.reshape(layer.weight).astype(np.float32)


def quarter_pixels(rng: Rng, count: int, image: tuple[int, ...]) -> Singles:
    """Images that an input scale of 64 makes multiples of 1/4: a quarter of them exact ties."""
    return (rng.integers(-240, 241, (count, *image)) / 256).astype(np.float32)


def with_ties(rng: Rng, architecture: Architecture, count: int) -> Stimulus:
    """A whole net in which float32 holds every product, and many of them are exact ties."""
    weights = {layer.name: small_integers(rng, layer) for layer in architecture.layers}
    pixels = quarter_pixels(rng, count, architecture.input)
    net = QuantizedNet(architecture, weights, 64.0, {})
    net = _rescaled(net, pixels, lambda largest: power_of_two(FULL / largest))
    return Stimulus("a net with many exact ties", net, pixels, exact=True)


def overflowing(ties: Stimulus) -> Stimulus:
    """The same weights, with scales that leave nothing to round and clamp much at every stage.

    No pixel is negative: whether an input ends at -128 or -127 is the student's choice.
    """
    scales = dict.fromkeys(ties.net.scales, 1.0)
    strong = replace(ties.net, input_scale=256.0, scales=scales)
    pixels = np.abs(ties.pixels)
    return Stimulus("a net of whole numbers, saturated", strong, pixels, saturates=True, exact=True)


def probe_nets(rng: Rng, architecture: Architecture, count: int) -> Iterator[Stimulus]:
    """For the input and for each layer: nets that show this stage alone, clamped or not."""
    for target in ("input", *architecture.names):
        if target == "input":
            weights = _pass_through(rng, architecture)
            pixels = quarter_pixels(rng, count, architecture.input)
        else:
            small = small_integers(rng, architecture.layer(target))
            weights = _pass_through(rng, architecture, target, small)
            pixels = _whole_pixels(rng, count, architecture)
        pixels = _same_in_windows(pixels, architecture, target)
        net = QuantizedNet(architecture, weights, 64.0, dict.fromkeys(architecture.names, 1.0))
        strong, milder = (replace(net, input_scale=64.0 * times) for times in (4, LITTLE))
        if target != "input":
            net = _fitting(net, pixels, target)
            strong, milder = (
                replace(net, scales={**net.scales, target: times * net.scales[target]})
                for times in (8, LITTLE)
            )
        alone, others = _called(target)
        yield Stimulus(f"{alone} {others}", net, pixels, target)
        name = f"{alone}, saturated {others}"
        yield Stimulus(name, strong, pixels, target, saturates=True, milder=milder)
    for target in architecture.names:
        yield _with_wide_sums(rng, architecture, target, count)


def _with_wide_sums(rng: Rng, architecture: Architecture, target: str, count: int) -> Stimulus:
    """A net that shows a layer whose weights fill int8, as in the lab: its sums pass 2**16.

    Accumulators of 16 bits wrap there, half precision is infinite, and below it has too few digits.
    """
    weights = _pass_through(rng, architecture, target, _filling(rng, architecture.layer(target)))
    pixels = _same_in_windows(_whole_pixels(rng, count, architecture), architecture, target)
    net = QuantizedNet(architecture, weights, 64.0, dict.fromkeys(architecture.names, 1.0))
    net = _fitting(net, pixels, target)
    alone, others = _called(target)
    return Stimulus(f"{alone}, with large sums {others}", net, pixels, target, wide=True)


def _called(target: str) -> tuple[str, str]:
    """What a person reads of a probe net: its one stage, and what its other layers do."""
    if target == "input":
        return "a net whose layers pass the image on", "(to show what becomes of it)"
    return f"a net with {target} alone", "(its other layers pass values on)"


def _filling(rng: Rng, layer: Layer) -> Singles:
    """Weights over the whole of int8, more of them of one sign: then inputs add up to wide sums.

    That sign is the positive one, but for every other output of a layer without ReLU.
    """
    sizes = _large_and_small(rng.integers(0, 128, layer.weight))
    signs = np.where(rng.integers(0, 10, layer.weight) < 7, 1, -1)  # seven of ten
    if layer.activation != "relu":
        signs[1::2] *= -1
    return (sizes * signs).astype(np.float32)


def _large_and_small(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every second magnitude is beyond 64; no two neighbours are more than 128 together.

    Without VNNI a processor adds two neighbouring products in 16 bits before 32 bits take them, and
    libraries use that: with unsigned inputs two large weights would be cut, by no fault of a
    student's. Neighbours are channels of one place, or inputs of a linear layer.
    """
    channels_last = np.moveaxis(sizes, 1, -1)
    rows = channels_last.reshape(len(sizes), -1)
    large = np.minimum(127, 65 + rows // 2)
    beside = np.pad(large, ((0, 0), (1, 1)))
    room = 128 - np.maximum(beside[:, :-2], beside[:, 2:])
    every_second = np.arange(rows.shape[1]) % 2 == 0
    mixed = np.where(every_second, large, np.minimum(rows, room))
    return np.moveaxis(mixed.reshape(channels_last.shape), -1, 1)


def _whole_pixels(rng: Rng, count: int, architecture: Architecture) -> Singles:
    """Images that an input scale of 64 makes whole numbers."""
    return (rng.integers(0, 100, (count, *architecture.input)) / 64).astype(np.float32)


def _fitting(net: QuantizedNet, pixels: Singles, target: str) -> QuantizedNet:
    """The net with an output scale of the target, a power of two, that clamps nothing."""
    seen = real_output(Stimulus("", net, pixels, target))
    scale = power_of_two(FULL / max(1.0, float(np.abs(seen).max())))
    return replace(net, scales={**net.scales, target: scale})


def _same_in_windows(pixels: Singles, architecture: Architecture, target: str) -> Singles:
    rows, columns = (_one_a_window(architecture, target, side) for side in pixels.shape[2:])
    return pixels[:, :, rows][:, :, :, columns]


def _one_a_window(architecture: Architecture, target: str, side: int) -> NDArray[np.intp]:
    """For each row of an image the first one that is pooled with it before the target.

    Images that repeat these are the same however they are pooled: a wrong pooling shows at the
    layers that pool, and nowhere else.
    """
    cells = np.arange(side)
    for layer in architecture.layers:
        if layer.name == target or layer.kind == "linear":
            break
        # Where the one weight of a window meets it; rows that no window's centre meets go along.
        cells = (cells + layer.padding - layer.weight[2] // 2) // layer.stride
        cells //= max(layer.pool, 1)
    return np.searchsorted(cells, cells)


def _pass_through(
    rng: Rng, architecture: Architecture, target: str = "input", own: Array | None = None
) -> dict[str, Array]:
    """The target's own weights, elsewhere one weight of 1 for each output.

    Right behind the target every third output is negated: it becomes 0 by ReLU, unless the target
    let negative values through.
    """
    weights: dict[str, Array] = {}
    behind = target == "input"
    for layer in architecture.layers:
        if layer.name == target and own is not None:
            weights[layer.name] = own
            behind = True
            continue
        weight = np.zeros(layer.weight, np.float32)
        out, inputs = layer.weight[:2]
        source = rng.permutation(np.resize(rng.permutation(inputs), out))
        centre = tuple(side // 2 for side in layer.weight[2:])
        for index in range(out):
            negated = behind and layer.activation == "relu" and index % 3 == 0
            weight[(index, source[index], *centre)] = -1 if negated else 1
        weights[layer.name] = weight
        behind = False
    return weights


def real_output(stimulus: Stimulus, smallest: bool = False, unsigned: bool = False) -> Doubles:
    """What a probe net's output would be if nothing were rounded or clamped from the target on.

    Later layers only select, negate and take maxima, so the right output is this, rounded and
    clamped; with `smallest`, if they took minima; with `unsigned`, if they negated nothing.
    """
    net, given = stimulus.net, into_target(stimulus)
    if stimulus.target == "input":
        return behind_target(stimulus, given * stimulus.factor, smallest, unsigned)
    products = layer_products(net.architecture.layer(stimulus.target), net, given, smallest)
    return behind_target(stimulus, products * net.scales[stimulus.target], smallest, unsigned)


def into_target(stimulus: Stimulus) -> Doubles:
    """What the target of a probe net is given: the image, or integers."""
    x = stimulus.pixels.astype(np.float64)
    if stimulus.target == "input":
        return x
    x = np.rint(x * stimulus.factor)
    for layer in stimulus.net.architecture.layers:
        if layer.name == stimulus.target:
            break
        x = layer_products(layer, stimulus.net, x)
    return x


def behind_target(
    stimulus: Stimulus, x: Array, smallest: bool = False, unsigned: bool = False
) -> Doubles:
    """What the layers behind the target make of its output."""
    net = stimulus.net
    if unsigned:
        net = replace(net, weights={name: np.abs(w) for name, w in net.weights.items()})
    names = stimulus.net.architecture.names
    start = 0 if stimulus.target == "input" else names.index(stimulus.target) + 1
    for layer in stimulus.net.architecture.layers[start:]:
        x = layer_products(layer, net, x, smallest)
    return x.astype(np.float64)


def ladder(stimulus: Stimulus) -> Stimulus:
    """The net that shows the input, with images that show any factor the image is multiplied by.

    Their pixels spread evenly over 30 powers of two: sixteenths of one lie evenly between each two.
    """
    sixteenths = 16 * stimulus.pixels
    exponents = np.floor(sixteenths)
    pixels = np.ldexp(1 + sixteenths - exponents, exponents.astype(np.int32))
    return replace(stimulus, pixels=pixels)


def with_factor(stimulus: Stimulus, factor: float) -> Stimulus:
    """The same for a student who multiplies the image by this, whatever the input scale is."""
    pixels = stimulus.pixels * np.float32(stimulus.factor / factor)
    return replace(stimulus, pixels=pixels, own_factor=factor)


def layer_products(layer: Layer, net: QuantizedNet, x: Array, smallest: bool = False) -> Doubles:
    """The exact sums of a layer for any input, settled, in float64: what its scale multiplies.

    With `smallest`, the least value of each window is kept, not the largest.
    """
    weight, bias = net.weights[layer.name], net.biases.get(layer.name)
    sums = accumulate(layer, x.astype(np.float64), weight.astype(np.float64), bias)
    if smallest and layer.pool:
        unpooled = settle(msgspec.structs.replace(layer, pool=0), sums)
        return -max_pool(-unpooled, layer.pool).astype(np.float64)
    return settle(layer, sums).astype(np.float64)
