"""Wrong ways to turn a real number into an integer: for questions 2.1, 4.3 and 5.2."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.arrays import Doubles
from grader.oracle import INT8


def half_up(x: Doubles) -> Doubles:
    """Round to the nearest integer, ties upward, as elementary school teaches it."""
    return np.floor(x + 0.5)


def half_away(x: Doubles) -> Doubles:
    """Round to the nearest integer, ties away from zero."""
    return np.trunc(x + np.copysign(0.5, x))


def floor_divide(values: NDArray[Any], scale: float) -> Doubles:
    """Divide by the inverse of the scale and round down, in float32, as Python's `//` does."""
    divided = np.floor_divide(values.astype(np.float32), np.float32(1 / scale))
    return divided.astype(np.float64)


def wrap(x: Doubles) -> Doubles:
    """Round, then keep the lowest 8 bits, as a cast to int8 does."""
    wrapped: Doubles = (np.rint(x) + 128) % 256 - 128
    return wrapped


def clamp(x: Doubles) -> Doubles:
    """Clamp to int8."""
    return np.clip(x, *INT8)
