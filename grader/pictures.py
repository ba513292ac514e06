"""What a picture of a verdict shows, as plain bounded data: whoever draws it needs nothing else.

A check hands one over beside its words. It goes into no results file.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import msgspec
import numpy as np

from grader.arrays import Doubles

MOST_POINTS = 300
"""Of one plot: more tell nothing more."""
FARTHEST = 1e30
"""What lies beyond it is drawn there; numbers that are none are left out."""
Points: TypeAlias = tuple[tuple[float, float], ...]


class Integers(msgspec.Struct, frozen=True, tag=True):
    """What became of the values of one tensor (2.1)."""

    name: str
    counts: tuple[tuple[int, int], ...]
    """(integer, how many); what is no integer counts as the nearest one."""
    errors: Points
    """(value times the scale, what came less that)."""


class Range(msgspec.Struct, frozen=True):
    """What a scale makes of some values."""

    name: str
    low: float
    high: float
    """The smallest and the largest value, times the scale."""
    decibels: float
    """Signal to quantization noise."""
    best: float
    """The same of the best symmetric scale of 8 bits."""


class Ranges(msgspec.Struct, frozen=True, tag=True):
    """The ranges that scales map to int8, for a layer each (4.2a, 4.2b)."""

    ranges: tuple[Range, ...]


class Layers(msgspec.Struct, frozen=True, tag=True):
    """Where a forward pass goes wrong, and how (4.3)."""

    name: str
    """Of the net."""
    stages: tuple[tuple[str, str], ...]
    """(`input` or a layer, `right`, `wrong` or `unseen`), in order."""
    stage: str
    """The one that is shown: the first wrong one of this net."""
    off: tuple[tuple[float, ...], ...]
    """By how much its values of one image are off; rows, the channels side by side."""
    points: Points
    """(exact product, what came), near the first wrong value."""


class Biases(msgspec.Struct, frozen=True, tag=True):
    """Elements of a bias: (exact product, what came) (5.2)."""

    name: str
    elements: Points


class Accuracy(msgspec.Struct, frozen=True, tag=True):
    """What quantization costs, image by image (2.2, 4.4, 5.3); in percent, and in points."""

    images: int
    before: float
    after: float
    drop: float
    at_least: float
    margin: float
    """A drop that is significantly above it is too large."""
    limit: float
    """So is any drop above this one."""


class Term(msgspec.Struct, frozen=True):
    """A product of symbols within a side, each with its mark."""

    sign: str
    factors: tuple[tuple[str, str], ...]
    """(symbol or number, `extra`, `missing` or nothing)."""


class Sides(msgspec.Struct, frozen=True, tag=True):
    """The sides of an equation as they were read, as sums of products (4.1a, 4.1b, 5.1)."""

    sides: tuple[tuple[Term, ...], ...]


class Flow(msgspec.Struct, frozen=True, tag=True):
    """The integers of one image on their way through a net."""

    stages: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...]
    """(`input` or a layer, its integers in rows, the channels side by side)."""


Picture: TypeAlias = Integers | Ranges | Layers | Biases | Accuracy | Sides | Flow
"""Each kind, told apart by its name."""


def bounded(value: float) -> float:
    """The value, no farther out than `FARTHEST`; 0 in place of what is no number."""
    return 0.0 if math.isnan(value) else max(-FARTHEST, min(FARTHEST, float(value)))


def points(across: Doubles, up: Doubles) -> Points:
    """At most `MOST_POINTS` of the pairs, evenly spread over what lies across."""
    pairs = np.stack([across.reshape(-1), up.reshape(-1)], axis=1)
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    if len(pairs) > MOST_POINTS:
        pairs = pairs[np.linspace(0, len(pairs) - 1, MOST_POINTS).round().astype(int)]
    return tuple((bounded(x), bounded(y)) for x, y in pairs.tolist())


def in_rows(values: Doubles) -> Doubles:
    """Values of one image as a picture: (channels, height, width) side by side; else in a row.

    A vector is folded into rows of `ROW`.
    """
    if values.ndim == 3:
        channels, height, width = values.shape
        across = min(channels, max(1, WIDE // width))
        down = -(-channels // across)
        grid = np.zeros((down * across, height, width))
        grid[:channels] = values
        tiled = grid.reshape(down, across, height, width).transpose(0, 2, 1, 3)
        return tiled.reshape(down * height, across * width)
    flat = values.reshape(-1)
    if flat.size <= ROW:
        return flat.reshape(1, -1)
    rows = np.zeros((-(-flat.size // ROW), ROW))
    rows.reshape(-1)[: flat.size] = flat
    return rows


WIDE, ROW = 96, 40
"""Values across: of channels side by side, of a vector."""
