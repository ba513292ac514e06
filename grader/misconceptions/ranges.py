"""Wrong ways to state a range (questions 1.2 and 3.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.misconceptions.registry import misconception


@dataclass(frozen=True)
class ValueRange:
    """The result of `value_range`."""

    values: NDArray[Any]
    correct: float


@dataclass(frozen=True)
class ThreeSigmaRange:
    """The result of `three_sigma_range`."""

    values: NDArray[Any]
    correct: float

    @property
    def deviations(self) -> tuple[float, float]:
        """The standard deviation of the values as a population, and as a sample."""
        return float(self.values.std(ddof=0)), float(self.values.std(ddof=1))


@misconception(
    question="1.2",
    predicts=ValueRange,
    sentence="Your function returns the largest value alone.",
    hint="The range reaches from the smallest value to the largest. Use both of them.",
    code={"value_range": "return float(values.max())"},
)
def range_largest_only(value_range: ValueRange) -> Iterable[float]:
    yield float(value_range.values.max())


@misconception(
    question="1.2",
    predicts=ValueRange,
    sentence="Your function measures magnitudes, so it loses the signs of the values.",
    hint="Keep the signs: the range reaches from the smallest value to the largest.",
    code={"value_range": "return float(abs(values).max())"},
)
def range_largest_magnitude(value_range: ValueRange) -> Iterable[float]:
    magnitudes = np.abs(value_range.values)
    yield float(magnitudes.max())
    yield 2 * float(magnitudes.max())
    yield float(magnitudes.max() - magnitudes.min())


@misconception(
    question="1.2",
    predicts=ThreeSigmaRange,
    sentence="Your function counts one side of the mean only: 3 sigma instead of 6.",
    hint="The range reaches from mu - 3 sigma to mu + 3 sigma. Count both sides.",
    code={"three_sigma_range": "return 3 * float(values.std())"},
)
def sigma_one_side(three_sigma: ThreeSigmaRange) -> Iterable[float]:
    yield from (3 * deviation for deviation in three_sigma.deviations)


@misconception(
    question="1.2",
    predicts=ThreeSigmaRange,
    sentence="Your function returns the upper end, mu + 3 sigma, alone.",
    hint="The 3-sigma range is the difference between two ends. Subtract the lower one.",
    code={"three_sigma_range": "return float(values.mean() + 3 * values.std())"},
)
def sigma_upper_end(three_sigma: ThreeSigmaRange) -> Iterable[float]:
    mean = float(three_sigma.values.mean())
    yield from (mean + 3 * deviation for deviation in three_sigma.deviations)


@misconception(
    question="1.2",
    predicts=ThreeSigmaRange,
    sentence="Your function uses the variance instead of the standard deviation.",
    hint="The standard deviation sigma is the square root of the variance. Use sigma.",
    code={"three_sigma_range": "return 6 * float(values.var())"},
)
def sigma_variance(three_sigma: ThreeSigmaRange) -> Iterable[float]:
    yield from (6 * float(three_sigma.values.var(ddof=ddof)) for ddof in (0, 1))
