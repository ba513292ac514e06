"""Wrong ways to quantize weights (question 2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.arrays import Doubles
from grader.misconceptions.registry import misconception
from grader.misconceptions.roundings import (
    clamp,
    floor_divide,
    half_away,
    half_up,
    wrap,
)
from grader.misconceptions.scales import LIMITS
from grader.oracle import requantize


@dataclass(frozen=True)
class QuantizedWeights:
    """The integers that `quantized_weights` makes of a tensor, for the scale that it returns."""

    values: NDArray[Any]
    scale: float

    @property
    def product(self) -> Doubles:
        """The values times the scale, as float32 holds it."""
        return (self.values.astype(np.float32) * np.float32(self.scale)).astype(np.float64)

    @property
    def correct(self) -> Doubles:
        """The integers that belong to the returned scale."""
        return self.with_scale(self.scale)

    def with_scale(self, scale: float) -> Doubles:
        """The integers that belong to another scale."""
        return requantize(self.values.astype(np.float32), scale).astype(np.float64)

    def returns(self, scale: float) -> bool:
        """Whether the returned scale is this one, but for a rounding."""
        return abs(self.scale - scale) <= 1e-6 * abs(scale)


def _weights(result: str, *, scale: str = "127 / weights.abs().max()") -> dict[str, str]:
    """A body of `quantized_weights` that returns a wrong result with the scale it has used."""
    return {"quantized_weights": f"scale = {scale}\nreturn {result}, scale"}


CLIPPING = "127 / (3 * weights.std())"
"""A scale under which some weights lie beyond the range."""


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code cuts the values off toward zero. It does not round to the nearest integer.",
    hint="A conversion to an integer type cuts off. Round first.",
    code=_weights("(weights * scale).trunc().clamp(-128, 127)"),
)
def truncates(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield clamp(np.trunc(weights.product))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code rounds the values down, not to the nearest integer.",
    hint="That shifts every weight by 0.5 on average. Round to the nearest one.",
    code=_weights("(weights * scale).floor().clamp(-128, 127)"),
)
def floors(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield clamp(np.floor(weights.product))
    yield clamp(floor_divide(weights.values, weights.scale))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code rounds up each value that lies half-way between two integers.",
    hint="Round a tie to the even neighbour. The handout says why.",
    code=_weights("torch.floor(weights * scale + 0.5).clamp(-128, 127)"),
)
def rounds_half_up(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield clamp(half_up(weights.product))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code rounds away from zero each value that lies half-way between two integers.",
    hint="Round a tie to the even neighbour. The handout says why.",
    code={
        "quantized_weights": """
            scale = 127 / weights.abs().max()
            scaled = weights * scale
            return torch.trunc(scaled + 0.5 * torch.sign(scaled)).clamp(-128, 127), scale
        """
    },
)
def rounds_half_away(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield clamp(half_away(weights.product))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code rounds the values up, not to the nearest integer.",
    hint="That shifts every weight by 0.5 on average. Round to the nearest one.",
    code=_weights("(weights * scale).ceil().clamp(-128, 127)"),
)
def rounds_up(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield clamp(np.ceil(weights.product))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code scales and clamps the values but leaves them fractions.",
    hint="An int8 weight is a whole number. Round it.",
    code=_weights("(weights * scale).clamp(-128, 127)"),
)
def never_rounds(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield clamp(weights.product)
    yield from (clamp(np.round(weights.product, digits)) for digits in (1, 2, 3))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code rounds the values before it scales them, so most of them become zero.",
    hint="Scale first, then round.",
    code=_weights("(weights.round() * scale).clamp(-128, 127)"),
)
def rounds_too_early(weights: QuantizedWeights) -> Iterable[Doubles]:
    early = np.rint(weights.values.astype(np.float32)) * np.float32(weights.scale)
    yield clamp(early.astype(np.float64))
    yield clamp(np.rint(early.astype(np.float64)))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code leaves values outside of -128..127.",
    hint="Some values lie beyond your range, or round to 128. Clamp them after you round.",
    code=_weights("(weights * scale).round()", scale=CLIPPING),
)
def never_clamps(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield np.rint(weights.product)


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code lets values beyond the range wrap around to the other sign.",
    hint="A cast to int8 wraps around. Clamp before you cast.",
    code=_weights(
        "(weights * scale).round().to(torch.int64).to(torch.int8).to(weights.dtype)",
        scale=CLIPPING,
    ),
)
def wraps_around(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield wrap(weights.product)


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code clamps the values to 0..255, the range of unsigned integers.",
    hint="This lab uses signed integers. Keep negative weights negative.",
    code=_weights("(weights * scale).round().clamp(0, 255)", scale="255 / weights.abs().max()"),
)
def unsigned(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield np.clip(np.rint(weights.product), 0, 255)


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code shifts the values, so zero does not stay zero.",
    hint="Symmetric quantization has no zero point. Multiply, and do nothing else.",
    code=_weights(
        "((weights - weights.min()) * scale - 128).round().clamp(-128, 127)",
        scale="255 / (weights.max() - weights.min())",
    ),
)
def zero_point(weights: QuantizedWeights) -> Iterable[Doubles]:
    low, high = float(weights.values.min()), float(weights.values.max())
    scale = 255 / (high - low)
    yield clamp(np.rint((weights.values - low) * scale - 128))
    yield clamp(np.rint((weights.values - low) * scale) - 128)
    values = weights.values.astype(np.float32)
    for middle in ((values.min() + values.max()) / 2, values.mean()):
        shifted = (values - np.float32(middle)) * np.float32(weights.scale)
        yield clamp(np.rint(shifted.astype(np.float64)))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code divides the integers by the scale again, so they become fractions.",
    hint="Return the integers themselves. The lab computes with them.",
    code=_weights("(weights * scale).round().clamp(-128, 127) / scale"),
)
def fake_quantizes(weights: QuantizedWeights) -> Iterable[Doubles]:
    integers = weights.correct.astype(np.float32)
    yield (integers / np.float32(weights.scale)).astype(np.float64)


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code returns the number to divide by, not the one it has multiplied by.",
    hint="Return the number that the weights were multiplied by.",
    code=_weights("(weights / scale).round().clamp(-128, 127)", scale="weights.abs().max() / 127"),
)
def returns_inverse(weights: QuantizedWeights) -> Iterable[Doubles]:
    yield clamp(np.rint(weights.values.astype(np.float32) / np.float32(weights.scale)))


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code returns a scale that it has not multiplied by.",
    hint="Keep the scale in one variable. Multiply by it and return it.",
    code={
        "quantized_weights": """
            scale = 127 / weights.abs().max()
            return (weights * scale).round().clamp(-128, 127), 128 / weights.abs().max()
        """
    },
)
def returns_another_scale(weights: QuantizedWeights) -> Iterable[Doubles]:
    largest = float(np.abs(weights.values).max())
    for limit in LIMITS:
        applied = limit / largest
        # Whoever returns one of these is right, or makes a mistake with a name of its own.
        others = (applied, 1 / applied, *(round(applied, digits) for digits in range(3)))
        if not any(weights.returns(other) for other in others):
            yield weights.with_scale(applied)


@misconception(
    question="2.1",
    predicts=QuantizedWeights,
    sentence="Your code rounds the scale after it has multiplied by it.",
    hint="A scale is a floating-point number. Return all of its digits.",
    code={
        "quantized_weights": """
            scale = 127 / weights.abs().max()
            return (weights * scale).round().clamp(-128, 127), round(float(scale), 1)
        """
    },
)
def rounds_the_scale(weights: QuantizedWeights) -> Iterable[Doubles]:
    largest = float(np.abs(weights.values).max())
    for limit in LIMITS:
        applied = limit / largest
        for digits in range(3):
            if weights.scale == round(applied, digits) and not weights.returns(applied):
                yield weights.with_scale(applied)
