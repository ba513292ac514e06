"""Whether a scale is a sound choice of an 8-bit range: by the noise it adds, not by its formula.

The plain signal-to-quantization-noise ratio does not serve: it is ruled by the few values a range
clips, so that on a normal distribution the 3-sigma range that the lab recommends is 9 dB worse than
the best range, on a Laplace distribution 18 dB, while no accuracy is lost. After a ReLU a 3-sigma
range about zero clips 4 % of the activations. Therefore the largest `TRIM` of the values, which a
sound range may clip, are left out, and what remains is compared with the range that clips nothing.
max, 3-sigma, percentiles from 95, searched optima and powers of two then lose at most 6 dB; each
bit less costs 6 dB, a range that clips a tenth of the values 6 to 9 dB, a fifth 18 dB and more.
"""

import math

import numpy as np
from numpy.typing import NDArray

from grader.oracle import INT8

TRIM = 0.06
"""The share of the values, the largest in magnitude, that a sound range may clip."""

SAMPLE = 20_000
"""Values looked at: drawn at random, but always the same ones."""


def central(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Draw a sample of the values and leave out the largest in magnitude; of equal ones the last.

    They come in the order drawn: what an unstable sort makes of equal ones depends on the machine.
    """
    drawn: NDArray[np.floating] = values.reshape(-1)
    if drawn.size > SAMPLE:
        dice = np.random.Generator(np.random.PCG64(SAMPLE))
        drawn = drawn[dice.integers(0, drawn.size, SAMPLE)]
    sizes, count = np.abs(drawn), math.ceil(drawn.size * (1 - TRIM))
    largest = np.partition(sizes, count - 1)[count - 1]
    kept = sizes < largest
    kept[np.flatnonzero(sizes == largest)[: count - np.count_nonzero(kept)]] = True
    within: NDArray[np.float64] = drawn[kept].astype(np.float64)
    return within


def noise_power(
    values: NDArray[np.float64], scale: float, bounds: tuple[float, float] = INT8
) -> float:
    """Mean square error of round(values * scale) within these bounds, in the values' unit."""
    error = np.clip(np.rint(values * scale), *bounds) / scale - values
    # Not `error @ error`: the order in which a BLAS adds up is the processor's, NumPy's is its own.
    return float((error * error).sum()) / values.size


def decibels_lost(
    values: NDArray[np.floating],
    scale: float,
    bounds: tuple[float, float] = INT8,
    widest: float = INT8[1],
) -> float:
    """How much more noise this scale adds than the range that clips nothing, in dB.

    `bounds` are those that the scaled values are clamped to, where they are narrower than int8;
    `widest` is the largest integer of that other range, where it has not 8 bits.

    0 or below: as little or less. Infinite for a scale that is no positive finite number, and for
    one that adds noise where that range adds none.
    """
    if not (math.isfinite(scale) and scale > 0):
        return math.inf
    kept = central(values)
    reference = noise_power(kept, widest / float(np.abs(values).max()))
    noise = noise_power(kept, scale, bounds)
    if noise == 0:
        return -math.inf
    return math.inf if reference == 0 else 10 * math.log10(noise / reference)
