"""Pictures of what checks find: made where one is asked for, of evidence that is there already."""

import math

import numpy as np

from grader.arrays import Doubles
from grader.checks.excess_noise import central
from grader.checks.illustrations import MOST_DECIBELS, _decibels
from grader.kit.own.checks.public import key
from grader.pictures import Range, bounded


def _range(name: str, values: Doubles, scale: float) -> Range:
    """What a scale makes of some values, beside the better of it and the range that clips none."""
    kept = central(values)
    noise = key().widest_noise(values) * kept.size
    signal = float((kept * kept).sum())
    widest = 10 * math.log10(signal / noise) if signal > 0 < noise else MOST_DECIBELS
    low, high = (bounded(float(end) * scale) for end in (np.min(values), np.max(values)))
    own = _decibels(values, scale)
    return Range(name, low, high, own, max(own, widest))
