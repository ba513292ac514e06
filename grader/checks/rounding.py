"""Whether integers are the nearest ones to what was to be rounded.

The product of a value and a scale is only known to float32 precision, in which students compute.
So near a tie either neighbour is right; a tie that is exact in float32 and in float64 must go to
the even one (lab, section 2).
"""

from dataclasses import dataclass

import numpy as np

from grader.arrays import Doubles, Mask
from grader.oracle import INT8

FLOAT32 = 2.0**-24
"""Largest relative error of one float32 operation."""
OPERATIONS = 3
"""Of float32 that lead to a product; each may be off by `FLOAT32`."""
HALF = INT8[1] // 2
"""The largest integer of 7 bits. A smaller bound is not taken for a clamp, but for a mistake."""


@dataclass(frozen=True)
class Rounded:
    """Claimed integers beside what they should be the rounding of; one shape for both."""

    products: Doubles
    """The exact products, before rounding and clamping."""
    claimed: Doubles
    exact: Mask | bool
    """Where float32 holds the product exactly, so that its ties are ties."""

    @property
    def slack(self) -> Doubles:
        """The error that float32 may have made in each product."""
        error: Doubles = np.abs(self.products) * (OPERATIONS * FLOAT32)
        return error

    @property
    def clamped(self) -> Doubles:
        """The products within int8."""
        return np.clip(self.products, *INT8)

    @property
    def saturated(self) -> Mask:
        """Where the product rounds to a value beyond int8 (-127 may be the lower bound too)."""
        beyond: Mask = (self.products > INT8[1] + 0.5) | (self.products < -INT8[1] - 0.5)
        return beyond

    @property
    def scaled(self) -> Mask:
        """Where the claim is the product in some rounding: less than one away."""
        near: Mask = np.abs(self.claimed - self.clamped) < 1 + self.slack
        return near | self.at_lower_bound

    @property
    def at_lower_bound(self) -> Mask:
        """Where a clamp to -127 in place of -128 acted, which the lab leaves open."""
        bound: Mask = (self.claimed == -INT8[1]) & (self.products < -INT8[1])
        return bound

    @property
    def clamped_closer(self) -> Mask:
        """Where the claim is a bound that lies within int8, and the product lies beyond it."""
        highest, lowest = self.claimed.max(initial=HALF), self.claimed.min(initial=-HALF)
        above: Mask = (self.claimed >= highest) & (self.products > highest)
        below: Mask = (self.claimed <= lowest) & (self.products < lowest)
        return above | below

    @property
    def nearest(self) -> Mask:
        """Where the claim is the nearest integer, exact ties going to the even one."""
        near: Mask = np.abs(self.claimed - self.clamped) <= 0.5 + self.slack
        even: Mask = ~self.ties | (self.claimed == np.clip(np.rint(self.products), *INT8))
        return (near & even) | self.at_lower_bound

    @property
    def ties(self) -> Mask:
        """Where the product lies exactly between two integers within int8, in any precision."""
        between: Mask = self.products - np.floor(self.products) == 0.5
        return between & ~self.saturated & self.exact


def rounded(values: Doubles, scale: float, claimed: Doubles) -> Rounded:
    """Claimed integers beside values * scale; notes which products float32 holds exactly.

    Exact by multiplication and by division by the inverse, for a student may do either.
    """
    products = values * scale
    single, factor = values.astype(np.float32), np.float32(scale)
    exact = (single * factor == products) & (single / (1 / factor) == products)
    return Rounded(products, claimed, exact)


def applied_scale(values: Doubles, claimed: Doubles) -> float:
    """The factor the integers were made with, from those that are large but not at the bounds.

    A median, so that a few clamped, wrapped or badly rounded values do not matter. NaN if the
    integers do not follow the values at all.
    """
    inside = (np.abs(claimed) < INT8[1] - 1) & (values != 0)
    if not inside.any():
        return float("nan")
    half = np.quantile(np.abs(claimed[inside]), 0.5)
    large = inside & (np.abs(claimed) >= max(half, 1))
    if not large.any():
        return float("nan")
    return float(np.median(claimed[large] / values[large]))


def scales_that_explain(values: Doubles, claimed: Doubles) -> tuple[float, float] | None:
    """The interval of scales for which every claim is its product rounded to nearest, or None.

    Elements at the bounds, int8's or narrower ones, are left to the check of saturation: they bound
    the scale on one side.
    """
    inside = values != 0
    size, q = np.abs(values[inside]), (claimed * np.sign(values))[inside]
    positive = values[inside] > 0
    bounds = [max(float(q[side].max(initial=0.0)), HALF) for side in (positive, ~positive)]
    bound = np.minimum(np.where(positive, *bounds), INT8[1])
    upper = np.where(np.abs(q) >= bound, np.inf, (q + 0.5) / size)
    lower = np.where(q <= -INT8[1], -np.inf, (q - 0.5) / size)
    low, high = float(lower.max(initial=0.0)), float(upper.min(initial=np.inf))
    low, high = low * (1 - 4 * FLOAT32), high * (1 + 4 * FLOAT32)
    return (low, high) if low <= high else None
