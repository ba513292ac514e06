"""Computes each product of a layer once in a process: the mutants' time goes into them.

A unit test judges a hundred nets that differ in one step, so nine of ten products come again.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader import oracle

Accumulate = Callable[..., np.ndarray]


def remember() -> None:
    """Put a function that remembers into the place of `grader.oracle.accumulate`."""
    oracle.accumulate = remembering(oracle.accumulate)


def remembering(accumulate: Accumulate) -> Accumulate:
    """Return a function with the same results, which nobody may change."""
    found: dict[Any, np.ndarray] = {}

    def remembered(
        layer: Any, x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
    ) -> np.ndarray:
        key = (layer, _key(x), _key(weight), None if bias is None else _key(bias))
        if key not in found:
            found[key] = accumulate(layer, x, weight, bias)
            found[key].flags.writeable = False
        return found[key]

    return remembered


def _key(array: np.ndarray) -> tuple[Any, ...]:
    # The hash for the bytes: they would take gigabytes, and two of 2**64 are not alike by chance.
    return array.shape, array.dtype.str, hash(array.tobytes())
