"""What is right: the integer arithmetic of a quantized net, in NumPy, for any scales.

Why float32 is exact here. An int8 layer adds up products of two int8 values; with k products per
output the sum stays within k * 128 * 128. In the lab's net that is

    conv1    3*5*5 =  75 products    1,228,800
    conv2    6*5*5 = 150 products    2,457,600
    fc1              400 products    6,553,600   (the largest)
    fc2              120 products    1,966,080
    fc3               84 products    1,376,256

all below 2**24 = 16,777,216, up to which float32 holds every integer; so do all partial sums, hence
the order of the additions does not matter and any BLAS gives the same bits. `exact_in_float32`
tests this for other nets, which are computed in float64 (exact up to 2**53) where it fails. A bias
near the edge of int32 leaves that range too: a layer with a bias is added up in float64.

What Question C asks for stands at the end: powers of two, integers of fewer bits, a scale for each
channel, and a rescaling in integers alone. There an int32 sum meets a multiplier below 2**31, so a
product needs 62 bits, beyond float64's 53, and int64 holds it. The lab asks for one rounding of
that product, half to even, as everywhere else in it. Libraries round otherwise:

    gemmlowp    twice: the high half of the doubled product, ties up (its nudge is 2**30, or
                1 - 2**30 below zero, before a division that cuts off); then the shift, ties away
                from zero. So half a unit may become a whole one in two steps.
    TFLite      by the kernel that was chosen, as seen in LiteRT 2.3.0: half to even in XNNPACK's,
                which multiply in float32; once, ties away from zero, in the reference kernels;
                twice in the other built-in ones, ties up.
    ONNX        QLinearConv and QLinearMatMul multiply by a float32 scale, ties to even.
    torch       fbgemm, onednn and qnnpack do the same: docs/quantizers.md has what they do to ties.

A float32 scale keeps 24 bits of the multiplier's 31, so these differ from integers near ties.
"""

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grader.architecture import Architecture, Layer

Array = NDArray[np.floating]
"""Values of float32 or float64; integers where the text says so."""

INT8 = (-128, 127)
CHUNK = 40
"""Images computed at a time: the unfolded input of conv1 takes 235 kB an image."""


def exact_in_float32(layer: Layer) -> bool:
    """Whether every partial sum of an int8 layer is an integer that float32 holds exactly."""
    products = math.prod(layer.weight[1:])
    return products * 128 * 128 <= 2**24 and not layer.bias


def accumulate(layer: Layer, x: Array, weight: Array, bias: Array | None = None) -> Array:
    """Convolution or matrix product of one layer, before its activation.

    Args:
        layer: kind, stride and padding.
        x: (n, in, height, width) for a convolution; for a linear layer anything that flattens
            to (n, in).
        weight: (out, in, height, width) or (out, in).
        bias: (out,) or None.

    Returns:
        (n, out, height, width) or (n, out); exact for integers within int8.
    """
    if layer.kind == "linear":
        products: Array = x.reshape(len(x), -1) @ weight.T
        return products if bias is None else products + bias
    if layer.padding:
        pad = (layer.padding, layer.padding)
        x = np.pad(x, ((0, 0), (0, 0), pad, pad))
    out, inputs, height, width = weight.shape
    # Unfolded along the rows alone, a fifth of all windows: then one product for each kernel row.
    n, _, lines, across = x.shape
    rows, columns = (
        (side - size) // layer.stride + 1 for side, size in ((lines, height), (across, width))
    )
    unfolded = np.empty((n, inputs, width, lines, columns), x.dtype)
    for column in range(width):
        last = column + layer.stride * (columns - 1) + 1
        unfolded[:, :, column] = x[..., column : last : layer.stride]
    unfolded = unfolded.reshape(n, inputs * width, lines, columns)

    def product(row: int) -> Array:
        given = unfolded[:, :, row : row + layer.stride * (rows - 1) + 1 : layer.stride]
        kernel = weight[:, :, row].reshape(out, inputs * width)
        found: Array = kernel @ given.reshape(n, inputs * width, rows * columns)
        return found

    sums = functools.reduce(
        lambda so_far, one: np.add(so_far, one, out=so_far), map(product, range(height))
    )
    sums = sums.reshape(n, out, rows, columns)
    return sums if bias is None else sums + bias[:, None, None]


def max_pool(x: Array, side: int) -> Array:
    """Max pooling of (n, channels, height, width) with a square window and equal stride."""
    rows, columns = (size // side * side for size in x.shape[2:])
    # Thirty times as fast as the maximum over two short axes.
    lines = functools.reduce(np.maximum, (x[:, :, i:rows:side] for i in range(side)))
    return functools.reduce(np.maximum, (lines[..., i:columns:side] for i in range(side)))


def settle(layer: Layer, sums: Array) -> Array:
    """Activation and pooling: what follows the products of a layer before its rescaling."""
    pooled = max_pool(sums, layer.pool) if layer.pool else sums
    # The other way round it is the same, and four times the work.
    return np.maximum(pooled, 0) if layer.activation == "relu" else pooled


def requantize(x: Array, scale: float) -> Array:
    """Scale, round half to even, clamp to int8: in the type of `x`, as torch does it."""
    scaled = x * x.dtype.type(scale)
    return np.clip(np.rint(scaled, out=scaled), *INT8, out=scaled)


@dataclass(frozen=True)
class QuantizedNet:
    """An int8 net: everything that decides its output.

    `weights`, `biases` and `scales` are by layer; weights and biases are integers. An activation
    leaves a layer as round(output * scale), clamped to int8; the image enters as
    round(pixel * input_scale), clamped to int8.
    """

    architecture: Architecture
    weights: Mapping[str, Array]
    input_scale: float
    scales: Mapping[str, float]
    biases: Mapping[str, Array] = field(default_factory=dict)

    def products(self, layer: Layer, x: Array) -> Array:
        """The exact integers that a layer's rescaling is applied to, from its int8 input."""
        dtype = np.float32 if exact_in_float32(layer) else np.float64
        bias = self.biases.get(layer.name)
        sums = accumulate(
            layer,
            x.astype(dtype, copy=False),
            self.weights[layer.name].astype(dtype, copy=False),
            None if bias is None else bias.astype(dtype),
        )
        return settle(layer, sums)

    def trace(self, pixels: Array) -> Iterator[tuple[str, Array]]:
        """Yield ("input", integers) and then (layer name, integers) for each layer's output."""
        x = requantize(pixels, self.input_scale)
        yield "input", x
        for layer in self.architecture.layers:
            sums = self.products(layer, x).astype(np.float32, copy=False)
            x = requantize(sums, self.scales[layer.name])
            yield layer.name, x

    def forward(self, pixels: Array) -> Array:
        """The int8 logits, float32 of shape (n, classes), of (n, channels, height, width)."""
        parts = []
        for start in range(0, len(pixels), CHUNK):
            for _name, x in self.trace(pixels[start : start + CHUNK]):
                last = x
            parts.append(last)
        return np.concatenate(parts)


def float_forward(
    architecture: Architecture, weights: Mapping[str, Array], images: NDArray[np.uint8]
) -> Array:
    """The logits of a net of which nothing but the weights is rounded, times a positive factor.

    Pixels are (2 byte - 255) / 255, so with integer weights and 255 times the pixels every sum is
    an integer. Where those of a layer could pass 2**53, its input is divided by a power of two and
    rounded first: ReLU, max pooling and the order of the logits do not mind a factor. So the order
    in which a machine adds up changes no bit.

    Args:
        architecture: the layers.
        weights: by layer, integers within int8.
        images: bytes, (n, channels, height, width).

    Returns:
        (n, classes), float64.
    """
    shifts = _shifts(architecture, weights)
    parts = []
    for start in range(0, len(images), CHUNK):
        x: Array = 2 * images[start : start + CHUNK].astype(np.float32) - 255
        for layer in architecture.layers:
            dtype, shift = shifts[layer.name]
            x = np.rint(np.ldexp(x, -shift)) if shift else x
            weight = weights[layer.name].astype(dtype, copy=False)
            x = settle(layer, accumulate(layer, x.astype(dtype, copy=False), weight))
        parts.append(x.astype(np.float64))
    return np.concatenate(parts)


def _shifts(
    architecture: Architecture, weights: Mapping[str, Array]
) -> dict[str, tuple[type[np.floating], int]]:
    """By layer, a type that holds each of its sums exactly, and how many bits its input loses."""
    found: dict[str, tuple[type[np.floating], int]] = {}
    bound = 255
    for name in architecture.names:
        weight = np.abs(weights[name]).reshape(len(weights[name]), -1)
        gain = int(weight.sum(axis=1, dtype=np.float64).max())
        shift = max(0, (bound * gain).bit_length() - 52)
        bound = ((bound >> shift) + 1) * gain  # one more, for what was rounded up
        found[name] = (np.float32 if bound <= 2**24 else np.float64, shift)
    return found


def predictions(logits: Array) -> NDArray[np.intp]:
    """The predicted class of each image; the first maximum wins a tie, as `torch.max` has it."""
    first: NDArray[np.intp] = np.argmax(logits, axis=1)
    return first


def scale_product(first: Sequence[float], ns: Sequence[tuple[float, float]]) -> float:
    """n_w * n_initial_input * the (weight scale * output scale) of every preceding layer.

    By how much a layer's output is larger than in the float net (lab, equation 3 applied layer
    after layer), before its own output scale.
    """
    product = 1.0
    for factor in first:
        product *= float(factor)
    for weight_scale, output_scale in ns:
        product *= float(weight_scale) * float(output_scale)
    return product


@dataclass(frozen=True)
class Quantization:
    """A float net quantized by the plainest sound rule, and the scale of each layer's weights."""

    net: QuantizedNet
    weight_scales: Mapping[str, float]

    def preceding(self, layer: str) -> list[tuple[float, float]]:
        """The (weight scale, output scale) of every layer before this one: the lab's `ns`."""
        names = self.net.architecture.names
        return [
            (self.weight_scales[name], self.net.scales[name])
            for name in names[: names.index(layer)]
        ]


def widest_scale(values: Array) -> float:
    """127 / max |values|: the scale of the largest 8-bit range, which clips nothing."""
    return INT8[1] / float(np.abs(values).max())


def quantize(
    architecture: Architecture,
    weights: Mapping[str, Array],
    biases: Mapping[str, Array],
    input_activations: Array,
    activations: Mapping[str, Array],
    *,
    weight_scales: Mapping[str, float] | None = None,
    input_scale: float | None = None,
    output_scales: Mapping[str, float] | None = None,
) -> Quantization:
    """Quantize a float net with max ranges: what stands in wherever a right answer is needed.

    The scales that are given were chosen by somebody else; all others are right for these.

    An output scale is (127 / max |activations|) / (the scale that the sums already carry), lab,
    equation 3; a bias is multiplied by the scale of its layer's sums, lab, question 5.1.
    """
    if weight_scales is None:
        weight_scales = {name: widest_scale(weight) for name, weight in weights.items()}
    integers = {name: requantize(weights[name], scale) for name, scale in weight_scales.items()}
    if input_scale is None:
        input_scale = widest_scale(input_activations)
    carried = input_scale
    scales: dict[str, float] = {}
    quantized_biases: dict[str, Array] = {}
    for name in architecture.names:
        carried *= weight_scales[name]
        if name in biases:
            quantized_biases[name] = np.rint(biases[name].astype(np.float64) * carried)
        scales[name] = (
            output_scales[name] if output_scales else widest_scale(activations[name]) / carried
        )
        carried *= scales[name]
    net = QuantizedNet(architecture, integers, input_scale, scales, quantized_biases)
    return Quantization(net, weight_scales)


Integers = NDArray[np.int64]
MULTIPLIER_BITS = 31
"""A multiplier fills so many: it lies in 2**30 .. 2**31 - 1."""
FEWEST_BITS, MOST_BITS = 2, 8
"""Of an integer that a weight may become in question C.3."""


def is_power_of_two(value: float) -> bool:
    """Whether a positive number is a power of two, exactly."""
    return math.frexp(value)[0] == 0.5


def bounds(bits: int) -> tuple[int, int]:
    """The smallest and the largest signed integer of so many bits."""
    return -(1 << (bits - 1)), (1 << (bits - 1)) - 1


def multiplier_of(scale: float) -> tuple[int, int]:
    """(multiplier, shift) with scale = multiplier / 2**(31 + shift), the nearest there is.

    Jacob et al. 2018, section 2.2: a multiplier of 31 bits, the highest of which is set. A tie goes
    to the even multiplier.
    """
    fraction, exponent = math.frexp(scale)
    multiplier = round(math.ldexp(fraction, MULTIPLIER_BITS))
    if multiplier == 1 << MULTIPLIER_BITS:  # the same number, half as large and shifted one less
        return multiplier >> 1, -exponent - 1
    return multiplier, -exponent


def rescale(sums: Integers, multiplier: int, shift: int) -> Integers:
    """Sums * multiplier / 2**(31 + shift), rounded once, half to even; not clamped.

    Args:
        sums: within int32.
        multiplier: in 2**30 .. 2**31 - 1.
        shift: above -31; a negative one makes the scale larger than 1.
    """
    bits = min(MULTIPLIER_BITS + shift, 63)  # beyond, everything is less than half a unit
    products = sums.astype(np.int64) * multiplier
    whole = products >> bits  # rounds down, also below zero
    rest, half = products - (whole << bits), np.int64(1) << np.int64(bits - 1)
    found: Integers = whole + ((rest > half) | ((rest == half) & (whole % 2 == 1)))
    return found


def integer_forward(net: QuantizedNet, pixels: Array) -> Array:
    """The int8 logits of a net that rescales by multiplier and shift, float32 of (n, classes).

    Only the image is scaled in floating point.

    Args:
        net: without biases.
        pixels: (n, channels, height, width).
    """
    parts = []
    for start in range(0, len(pixels), CHUNK):
        x = requantize(pixels[start : start + CHUNK], net.input_scale)
        for layer in net.architecture.layers:
            sums = net.products(layer, x).astype(np.int64)
            rescaled = rescale(sums, *multiplier_of(net.scales[layer.name]))
            x = np.clip(rescaled, *INT8).astype(np.float32)
        parts.append(x)
    return np.concatenate(parts)


def quantize_to(values: Array, scale: float, bits: int) -> Array:
    """round(values * scale), half to even, within the bounds of so many bits."""
    found: Array = np.clip(np.rint(values * values.dtype.type(scale)), *bounds(bits))
    return found


def weight_bytes(sizes: Mapping[str, int], bits: Mapping[str, int]) -> int:
    """Bytes that weights take where each layer packs its integers of so many bits.

    Args:
        sizes: how many weights each layer has.
        bits: of one weight, by layer.
    """
    return sum(math.ceil(size * bits[name] / 8) for name, size in sizes.items())
