"""The float nets of an exam, computed so that every machine gets the same bits.

What a sum of floats comes to depends on its order, and that on the processor. So every sum here is
exact. Weights and biases are multiples of 2**-14; pixels and whatever a layer passes on are rounded
to multiples of 2**-22 (elementwise, hence alike everywhere). Products are then multiples of 2**-36,
and float64, with its 53 bits, holds every sum of them up to 2**17 in magnitude: no partial sum is
ever rounded, whatever a BLAS adds up first. That bound is required of every layer; the nets of this
project stay a hundred times below it.

Needs no torch.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from grader.architecture import Architecture, Layer
from grader.errors import ExamError
from grader.exam.manifest import Arithmetic
from grader.oracle import Array, accumulate, settle

ARITHMETIC = Arithmetic(weights=-14, values=-22)
LARGEST = 2.0 ** (53 + ARITHMETIC.weights + ARITHMETIC.values)
"""Up to this magnitude float64 holds every sum of a weight times a value exactly."""
LAB_BATCH = 4
"""The lab's hook on the last layer records the first image of each of its batches alone."""


def on_grid(values: Array, exponent: int) -> Array:
    """The nearest multiples of 2**exponent, ties to even; the type stays."""
    return np.ldexp(np.rint(np.ldexp(values, -exponent)), exponent)


def outputs(
    architecture: Architecture,
    weights: Mapping[str, Array],
    biases: Mapping[str, Array],
    pixels: Array,
) -> Iterator[tuple[str, Array]]:
    """Yield (layer name, what it passes on: after activation and pooling) in order.

    Args:
        architecture: the layers.
        weights: by layer, multiples of 2**ARITHMETIC.weights.
        biases: by layer, of those that have one, multiples of the same.
        pixels: (n, channels, height, width).

    Returns:
        float64, multiples of 2**ARITHMETIC.values.

    Raises:
        ExamError: a layer whose sums float64 need not hold exactly.
    """
    x = on_grid(pixels.astype(np.float64), ARITHMETIC.values)
    for layer in architecture.layers:
        weight, bias = weights[layer.name].astype(np.float64), biases.get(layer.name)
        _require_exact(layer, x, weight, bias)
        x = on_grid(settle(layer, accumulate(layer, x, weight, bias)), ARITHMETIC.values)
        yield layer.name, x


def _require_exact(layer: Layer, x: Array, weight: Array, bias: Array | None) -> None:
    """See that no sum of this layer, whole or partial, can lie beyond what is exact."""
    sizes = np.abs(weight).reshape(len(weight), -1).sum(axis=1) * np.abs(x).max(initial=0.0)
    largest = float((sizes if bias is None else sizes + np.abs(bias)).max())
    if not largest <= LARGEST:
        raise ExamError(
            f"The sums of {layer.name} may reach {largest:.3g}; up to {LARGEST:,.0f} they are the"
            " same on every machine. Train this net with smaller weights."
        )


def recorded(layers: Mapping[str, Array]) -> dict[str, NDArray[np.float32]]:
    """What the lab's profiling hooks keep of these outputs of whole batches: 1-D, by layer.

    All that a layer passes on, image after image; but of the last layer, whose hook is given the
    output `y` of one batch and keeps `y[0]`, the first image of every batch.
    """
    *_, last = layers
    kept = {name: x[::LAB_BATCH] if name == last else x for name, x in layers.items()}
    return {name: x.ravel().astype(np.float32) for name, x in kept.items()}
