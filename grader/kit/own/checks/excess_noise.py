"""Whether a scale is a sound choice of an 8-bit range: by the noise it adds, not by its formula.

The largest values, which a sound range may clip, are left out. Of the others the key has the noise
that the range makes which clips nothing, and no scale.
"""

import math

import numpy as np
from numpy.typing import NDArray

from grader.checks.excess_noise import central, noise_power
from grader.kit.own.checks.public import key
from grader.oracle import INT8


def decibels_lost(
    values: NDArray[np.floating], scale: float, bounds: tuple[float, float] = INT8
) -> float:
    """How much more noise this scale adds than the range that clips nothing, in dB.

    0 or below: as little or less. Infinite for a scale that is no positive finite number, and for
    one that adds noise where that range adds none.

    Raises:
        GraderError: the public exam has no such values.
    """
    if not (math.isfinite(scale) and scale > 0):
        return math.inf
    reference = key().widest_noise(values.astype(np.float64))
    noise = noise_power(central(values), scale, bounds)
    if noise == 0:
        return -math.inf
    return math.inf if reference == 0 else 10 * math.log10(noise / reference)
