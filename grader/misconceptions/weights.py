"""Wrong ways to quantize weights (question 2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.misconceptions.registry import LIMITS, misconception
from grader.misconceptions.roundings import (
    Doubles,
    clamp,
    floor_divide,
    half_away,
    half_up,
    wrap,
)


@dataclass(frozen=True)
class WeightsCase:
    """A tensor and the scale that the student returned for it."""

    values: NDArray[Any]
    scale: float

    @property
    def product(self) -> Doubles:
        """The values times the scale, as float32 has it."""
        return (self.values.astype(np.float32) * np.float32(self.scale)).astype(np.float64)

    @property
    def right(self) -> Doubles:
        """The integers that belong to the returned scale."""
        return clamp(np.rint(self.product))


def _near(one: float, two: float) -> bool:
    return abs(one - two) <= 1e-6 * abs(two)


def _weights(body: str) -> dict[str, str]:
    return {"quantized_weights": body}


@misconception(
    "2.1",
    "truncates",
    "The values are cut off toward zero instead of rounded to the nearest integer.",
    "A conversion to an integer type cuts off; round first.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return (weights * scale).trunc().clamp(-128, 127), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield clamp(np.trunc(case.product))


@misconception(
    "2.1",
    "floors",
    "The values are rounded down instead of to the nearest integer.",
    "Rounding down shifts every weight by half a step on average.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return (weights * scale).floor().clamp(-128, 127), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield clamp(np.floor(case.product))
    yield clamp(floor_divide(case.values, case.scale))


@misconception(
    "2.1",
    "rounds-up",
    "The values are rounded up instead of to the nearest integer.",
    "Rounding up shifts every weight by half a step on average.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return (weights * scale).ceil().clamp(-128, 127), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield clamp(np.ceil(case.product))


@misconception(
    "2.1",
    "rounds-half-up",
    "A value half-way between two integers always goes up.",
    "The handout asks for ties to the even neighbour, and says why.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return torch.floor(weights * scale + 0.5).clamp(-128, 127), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield clamp(half_up(case.product))


@misconception(
    "2.1",
    "rounds-half-away",
    "A value half-way between two integers always goes away from zero.",
    "The handout asks for ties to the even neighbour, and says why.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        scaled = weights * scale
        return torch.trunc(scaled + 0.5 * torch.sign(scaled)).clamp(-128, 127), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield clamp(half_away(case.product))


@misconception(
    "2.1",
    "never-rounds",
    "The values are scaled and clamped but stay fractions.",
    "An int8 weight is a whole number.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return (weights * scale).clamp(-128, 127), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield clamp(case.product)
    yield from (clamp(np.round(case.product, digits)) for digits in (1, 2, 3))


@misconception(
    "2.1",
    "rounds-too-early",
    "The values are rounded before they are scaled, so that most of them become zero.",
    "Scale first: only then are there whole numbers near by.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return (weights.round() * scale).clamp(-128, 127), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    early = np.rint(case.values.astype(np.float32)) * np.float32(case.scale)
    yield clamp(early.astype(np.float64))
    yield clamp(np.rint(early.astype(np.float64)))


@misconception(
    "2.1",
    "never-clamps",
    "Values beyond the range are left outside -128..127.",
    "Unless the range reaches the largest value, something lies beyond it: clamp.",
    _weights(
        """
        scale = 127 / (3 * weights.std())
        return (weights * scale).round(), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield np.rint(case.product)


@misconception(
    "2.1",
    "wraps-around",
    "Values beyond the range wrap around to the other sign, as a cast to int8 makes them.",
    "Clamp before you convert.",
    _weights(
        """
        scale = 127 / (3 * weights.std())
        wrapped = (weights * scale).round().to(torch.int64).to(torch.int8)
        return wrapped.to(weights.dtype), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield wrap(case.product)


@misconception(
    "2.1",
    "unsigned",
    "The values are clamped to 0..255, the range of unsigned integers.",
    "This lab uses signed integers: negative weights stay negative.",
    _weights(
        """
        scale = 255 / weights.abs().max()
        return (weights * scale).round().clamp(0, 255), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield np.clip(np.rint(case.product), 0, 255)


@misconception(
    "2.1",
    "zero-point",
    "The values are shifted, so that zero no longer becomes zero.",
    "Symmetric quantization has no zero-point: only multiply.",
    _weights(
        """
        scale = 255 / (weights.max() - weights.min())
        return ((weights - weights.min()) * scale - 128).round().clamp(-128, 127), scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    low, high = float(case.values.min()), float(case.values.max())
    scale = 255 / (high - low)
    yield clamp(np.rint((case.values - low) * scale - 128))
    yield clamp(np.rint((case.values - low) * scale) - 128)
    values = case.values.astype(np.float32)
    for middle in ((values.min() + values.max()) / 2, values.mean()):
        shifted = (values - np.float32(middle)) * np.float32(case.scale)
        yield clamp(np.rint(shifted.astype(np.float64)))


@misconception(
    "2.1",
    "fake-quantizes",
    "The integers are divided by the scale again, so that floating-point weights come back.",
    "Return the integers themselves; the lab multiplies by them.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return (weights * scale).round().clamp(-128, 127) / scale, scale
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield (case.right.astype(np.float32) / np.float32(case.scale)).astype(np.float64)


@misconception(
    "2.1",
    "returns-inverse",
    "The returned scale is the one to divide by, not the one that was multiplied by.",
    "Return the number that the weights were multiplied by.",
    _weights(
        """
        step = weights.abs().max() / 127
        return (weights / step).round().clamp(-128, 127), step
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    yield clamp(np.rint(case.values.astype(np.float32) / np.float32(case.scale)))


@misconception(
    "2.1",
    "returns-another-scale",
    "The returned scale is not the one that was applied.",
    "Keep the scale in one variable, multiply by it and return it.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return (weights * scale).round().clamp(-128, 127), 128 / weights.abs().max()
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    largest = float(np.abs(case.values).max())
    for limit in LIMITS:
        applied = limit / largest
        others = (applied, 1 / applied, *(round(applied, digits) for digits in range(3)))
        if not any(_near(case.scale, other) for other in others):
            yield clamp(np.rint(case.values.astype(np.float32) * np.float32(applied)))


@misconception(
    "2.1",
    "rounds-the-scale",
    "The returned scale was rounded after it had been applied.",
    "A scale is a floating-point number; return all of it.",
    _weights(
        """
        scale = 127 / weights.abs().max()
        return (weights * scale).round().clamp(-128, 127), round(float(scale), 1)
        """
    ),
)
def _(case: WeightsCase) -> Iterable[Doubles]:
    largest = float(np.abs(case.values).max())
    for limit in LIMITS:
        applied = limit / largest
        for digits in range(3):
            if case.scale == round(applied, digits) and not _near(case.scale, applied):
                yield clamp(np.rint(case.values.astype(np.float32) * np.float32(applied)))
