"""How a real number becomes an integer, wrongly: shared by questions 2.1, 4.3 and 5.2."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.oracle import INT8

Doubles: TypeAlias = NDArray[np.float64]


def half_up(x: Doubles) -> Doubles:
    """Round half up, as elementary school teaches it."""
    return np.floor(x + 0.5)


def half_away(x: Doubles) -> Doubles:
    """Round half away from zero."""
    return np.trunc(x + np.copysign(0.5, x))


def floor_divide(values: NDArray[Any], scale: float) -> Doubles:
    """Floor division by the step, in float32: what `//` in place of a product gives."""
    divided = np.floor_divide(values.astype(np.float32), np.float32(1 / scale))
    return divided.astype(np.float64)


def wrap(x: Doubles) -> Doubles:
    """Convert to int8 as a cast does: modulo 256."""
    wrapped: Doubles = (np.rint(x) + 128) % 256 - 128
    return wrapped


def clamp(x: Doubles) -> Doubles:
    """Clamp to int8."""
    return np.clip(x, *INT8)
