"""Probe tensors: inputs made to show one property, drawn anew for every seed.

Magnitudes are chosen so that every sound rule stays sound on them: 127 divided by the largest
value is a power of two times `SLACK`, so that the scales of max, percentile and 3-sigma ranges lie
between the same two powers of two, nearer to the lower one, and rounding them to it costs 3 dB.

Probes, here and elsewhere, are the same bits on every machine: of NumPy's random numbers they use
integers alone, and of arithmetic + - * / sqrt, powers of two and sums that are exact. Exponentials,
logarithms, other powers and normal deviates may end in another bit on another processor.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.arrays import Doubles, Rng, Singles

SLACK = {"bell": 1.22, "ramp": 1.36}
WORDS = {
    "asymmetric-negative": "larger on the negative side",
    "asymmetric-positive": "larger on the positive side",
    "bell": "bell-shaped",
}
"""What a student reads of a drawn property, where that is not its name."""


def _magnitude(form: str, exponent: int) -> float:
    return math.ldexp(127 / SLACK[form], exponent)


def evenly(
    rng: Rng, low: float, high: float, shape: int | tuple[int, ...], *, bits: int
) -> Doubles:
    """Numbers drawn evenly from low to high (both multiples of 2**-bits): multiples of 2**-bits."""
    first, last = (int(math.ldexp(end, bits)) for end in (low, high))
    return np.ldexp(rng.integers(first, last + 1, shape), -bits)


def _ramp(rng: Rng, size: int) -> Doubles:
    """Values evenly spread over (0, 1], shuffled: an empirical uniform distribution."""
    return rng.permutation((np.arange(size) + 1) / size)


def two_sided(rng: Rng, size: int, positive: float, negative: float) -> Doubles:
    """Half the values up to `positive`, half down to `-negative`."""
    half = size // 2
    values = np.concatenate([positive * _ramp(rng, half), -negative * _ramp(rng, size - half)])
    return rng.permutation(values)


def one_sided(rng: Rng, size: int) -> Doubles:
    """A third zeros, the rest evenly in (0, 1]: 3-sigma about zero just covers it."""
    values = _ramp(rng, size)
    return np.where(values < 0.35, 0, (values - 0.35) / 0.65)


def bell(rng: Rng, size: int) -> Doubles:
    """Sums of three uniform numbers, in [-1, 1]: light tails, three sigmas reach the maximum."""
    sums = rng.integers(-(2**20), 2**20 + 1, (3, size)).sum(axis=0)
    scaled: Doubles = sums / np.abs(sums).max()
    return scaled


def with_outliers(rng: Rng, size: int) -> Doubles:
    """A bell of which one value in 400 is twelve times too large, on both sides."""
    values = bell(rng, size)
    count = max(2, size // 400)
    values[:count] = 12 * np.where(np.arange(count) % 2, -1, 1)
    return rng.permutation(values)


def light_tailed(rng: Rng, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Singles]:
    """Tensors on which every sound scale is usable, by the name of what is special about each.

    Args:
        rng: drives the order of the values and their magnitude.
        shapes: the shape of each tensor; the names are those of the drawn properties:
            asymmetric-negative, asymmetric-positive, negative, positive, bell, tiny, huge.
    """
    drawn: dict[str, Singles] = {}
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        form, exponent = "ramp", int(rng.integers(-9, -5))
        if name == "asymmetric-negative":
            values = two_sided(rng, size, 0.3, 1.0)
        elif name == "asymmetric-positive":
            values = two_sided(rng, size, 1.0, 0.3)
        elif name == "negative":
            values = -one_sided(rng, size)
        elif name == "positive":
            values = one_sided(rng, size)
        else:
            values = bell(rng, size)
            form, exponent = "bell", {"tiny": -18, "huge": 6}.get(name, exponent)
        drawn[name] = (values * _magnitude(form, exponent)).astype(np.float32).reshape(shape)
    return drawn


def ties_of_maximum(rng: Rng, size: int, limit: float) -> Singles:
    """Multiples of 1/4 whose top values are +-limit, so that max and percentile scales are 1.

    A tenth of the values, symmetric, lie at the limit: a percentile from 96 finds it too.
    """
    top = max(2, size // 20)
    middle = rng.integers(-507, 508, size - 2 * top) / 4
    values = np.concatenate([np.full(top, limit), np.full(top, -limit), middle])
    return rng.permutation(values).astype(np.float32)


def ties_of_deviation(rng: Rng, limit: float, *, ddof: int) -> Singles:
    """Half-integers with 3 sigma = limit, so that a 3-sigma scale is 1 exactly.

    Symmetric about zero, so the mean is 0. With n - ddof = 36 m values +-t, t = odd / 2, the
    standard deviation is limit / 3 if the odd numbers of one sign satisfy
    sum(odd**2) = 8 limit**2 m. All but three are drawn; odd squares are 1 modulo 8, so the rest is
    3 modulo 8 and therefore a sum of three odd squares (Gauss).
    """
    m = 4
    target = round(8 * limit**2 * m)
    typical = 2 * limit / 3  # the root mean square of the odd numbers
    while True:
        odd = 2 * rng.integers(0, round(0.86 * typical), 18 * m - 3) + 1
        rest = target - int((odd**2).sum())
        last = _three_odd_squares(rest, largest=2 * 120) if rest > 0 else None
        if last is not None:
            break
    half = np.concatenate([odd, last]) / 2
    values = np.concatenate([half, -half, np.zeros(ddof)])
    return rng.permutation(values).astype(np.float32)


def _three_odd_squares(total: int, largest: int) -> NDArray[np.int64] | None:
    odd = np.arange(1, largest, 2, dtype=np.int64)
    for first in odd[::-1]:
        rest = total - first * first
        others = np.sqrt(np.maximum(rest - odd * odd, 0)).round().astype(np.int64)
        found = (others * others + odd * odd == rest) & (others % 2 == 1) & (others < largest)
        if found.any():
            at = int(np.argmax(found))
            return np.array([first, odd[at], others[at]])
    return None
