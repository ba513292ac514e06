"""Wrong ways to state a range (questions 1.2 and 3.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.misconceptions.registry import misconception


@dataclass(frozen=True)
class RangeCase:
    """Values whose range was asked for, and the right answer."""

    values: NDArray[Any]
    right: float


@misconception(
    "1.2 value",
    "range-largest-only",
    "The range is the largest value alone.",
    "A range reaches from the smallest value to the largest.",
    {"value_range": "return float(values.max())"},
    ["1.2"],
)
def _(case: RangeCase) -> Iterable[float]:
    yield float(case.values.max())


@misconception(
    "1.2 value",
    "range-largest-magnitude",
    "The range is the largest magnitude.",
    "The magnitude says nothing of the other side of zero.",
    {"value_range": "return float(abs(values).max())"},
    ["1.2"],
)
def _(case: RangeCase) -> Iterable[float]:
    yield float(np.abs(case.values).max())
    yield 2 * float(np.abs(case.values).max())
    yield float(np.abs(case.values).max() - np.abs(case.values).min())


@misconception(
    "1.2 sigma",
    "sigma-one-side",
    "Only one side is counted: 3 sigma in place of 6.",
    "The 3-sigma range reaches from mu - 3 sigma to mu + 3 sigma.",
    {"three_sigma_range": "return 3 * float(values.std())"},
    ["1.2"],
)
def _(case: RangeCase) -> Iterable[float]:
    yield from (3 * float(case.values.std(ddof=ddof)) for ddof in (0, 1))


@misconception(
    "1.2 sigma",
    "sigma-upper-end",
    "Only the upper end mu + 3 sigma is returned.",
    "The 3-sigma range is the difference between its two ends.",
    {"three_sigma_range": "return float(values.mean() + 3 * values.std())"},
    ["1.2"],
)
def _(case: RangeCase) -> Iterable[float]:
    mean = float(case.values.mean())
    yield from (mean + 3 * float(case.values.std(ddof=ddof)) for ddof in (0, 1))


@misconception(
    "1.2 sigma",
    "sigma-variance",
    "The variance takes the place of the standard deviation.",
    "sigma is the square root of the variance.",
    {"three_sigma_range": "return 6 * float(values.var())"},
    ["1.2"],
)
def _(case: RangeCase) -> Iterable[float]:
    yield from (6 * float(case.values.var(ddof=ddof)) for ddof in (0, 1))
