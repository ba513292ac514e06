"""Question C.5: `quantized_weights_per_channel(weights) -> (integers, scales)`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.arrays import Doubles, Rng
from grader.checks import challenges, claims
from grader.checks.challenges import SAME_SHAPE, Integers
from grader.checks.context import Context, Tolerances
from grader.checks.excess_noise import central, noise_power
from grader.checks.probes import evenly, two_sided
from grader.checks.question import Question
from grader.misconceptions import ChannelWeights, explain
from grader.oracle import INT8, Array
from grader.sandbox.outside.answer import Answer
from grader.sandbox.wire import Tensor
from grader.verdict import CheckFailed, Diagnosis

FUNCTION = "quantized_weights_per_channel"
BITS = 8
ONE = "Return a tensor with one scale, above 0, for each output channel."
EACH = 94
"""Weights of each drawn channel: 47 sizes on each side, of which a full range makes no ties."""
EXPONENTS = (-9, -2, -6, 1, -4, -7, 0, -1)
"""How large the weights of the drawn channels are."""


@dataclass(frozen=True)
class Call:
    """Weights, and what was returned for them."""

    name: str
    values: Array
    answer: Answer

    @cached_property
    def pair(self) -> tuple[Doubles, Doubles]:
        """The integers, of the shape of the weights, and the scale of each output channel.

        Raises:
            NotReached: the function is not filled in.
            CheckFailed: they are something else.
        """
        claim = challenges.returned(self.answer, FUNCTION)
        one, two = claims.pair(claim, f"the result of {FUNCTION}")
        integers = claims.tensor(one, self.values.shape, f"{self.name}: the first part", SAME_SHAPE)
        scales = claims.tensor(two, self.values.shape[:1], f"{self.name}: the second part", ONE)
        if not (scales > 0).all():
            raise CheckFailed(f"{self.name}: a scale is {scales.min():g}", "positive numbers", ONE)
        return integers, scales

    @property
    def seen(self) -> Integers:
        """The integers beside the products of the weights and their channel's scale."""
        integers, scales = self.pair
        shape = (-1,) + (1,) * (self.values.ndim - 1)
        return Integers(self.values.astype(np.float64) * scales.reshape(shape), integers, BITS)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What explains the integers or the scales."""
        try:
            integers, scales = self.pair
        except CheckFailed:
            return None
        claimed = np.concatenate([integers.ravel(), scales])
        return explain("C.5", ChannelWeights(self.values), claimed)


@dataclass(frozen=True)
class Evidence:
    """What became of the layers of the exam's net, and of drawn weights."""

    calls: list[Call]
    tolerances: Tolerances


def collect(context: Context) -> Evidence:
    """Have the layers quantized, and weights whose channels differ greatly."""
    rng = context.rng("channels")
    weights: dict[str, Array] = {
        **context.exam.nets["plain"].weights,
        "channels of many sizes": _channels(rng).reshape(len(EXPONENTS), 2, 47, 1),
        "rows of many sizes": _channels(rng),
    }
    with context.session.group():
        calls = [
            Call(name, values, challenges.ask(context, FUNCTION, Tensor(values)))
            for name, values in weights.items()
        ]
    return Evidence(calls, context.tolerances)


def _channels(rng: Rng) -> Array:
    """(channels, weights of each): some have small weights alone."""
    sizes = np.ldexp(evenly(rng, 1.1, 1.9, len(EXPONENTS), bits=8), rng.permutation(EXPONENTS))
    reaches = [(1.0, 0.3), (0.3, 1.0)] * (len(sizes) // 2)
    rows = [size * two_sided(rng, EACH, *reach) for size, reach in zip(sizes, reaches, strict=True)]
    return np.stack(rows).astype(np.float32)


QUESTION = Question("C.5", "A scale for each channel", collect, names=(FUNCTION,), challenge=True)


@QUESTION.check("channels.form")
def form(evidence: Evidence) -> None:
    """`quantized_weights_per_channel` returns integers and one scale for each output channel."""
    for call in evidence.calls:
        _ = call.pair


@QUESTION.check("channels.range_used", after="channels.form")
def range_used(evidence: Evidence) -> None:
    """The integers make good use of the 8-bit range in every channel."""
    for call in evidence.calls:
        integers, scales = call.pair
        lost = _decibels_lost(call.values, integers, scales)
        if not evidence.tolerances.within("excess_noise_db", lost):
            raise CheckFailed(
                f"{call.name}: the noise of a channel is {lost:.1f} dB above that of the range that"
                " just holds its values, on the mean of the channels",
                f"at most {evidence.tolerances.thresholds.excess_noise_db:g} dB",
                "Derive the scale of a channel from the weights of that channel alone.",
                call.diagnosis,
            )


def _decibels_lost(values: Array, integers: Doubles, scales: Doubles) -> float:
    """How much more noise the channels have than with the widest ranges: the mean of the ratios."""
    ratios = []
    for row, claimed, scale in zip(values, integers, scales, strict=True):
        kept, bounds = central(row), (min(claimed.min(), 0), max(claimed.max(), 0))
        widest = noise_power(kept, INT8[1] / float(np.abs(row).max()))
        ratios.append(noise_power(kept, float(scale), bounds) / widest)
    return float(10 * np.log10(np.mean(ratios)))


@QUESTION.check("channels.integers", after="channels.form")
def integers_only(evidence: Evidence) -> None:
    """Every quantized weight is a whole number in -128..127."""
    for call in evidence.calls:
        wrong = ~call.seen.within
        if wrong.any():
            where = challenges.first(wrong)
            raise CheckFailed(
                f"{call.name}: element {list(where)} is {call.seen.claimed[where]:.6g}"
                f" ({int(wrong.sum())} of {wrong.size} elements)",
                "a whole number in -128..127",
                "Round, then clamp.",
                call.diagnosis,
            )


@QUESTION.check("channels.rounding", after="channels.range_used")
def rounding(evidence: Evidence) -> None:
    """Each weight times the scale of its output channel is rounded to the nearest integer."""
    for call in evidence.calls:
        seen = call.seen
        wrong = ~seen.nearest
        if wrong.any():
            where = challenges.first(wrong)
            scale = call.pair[1][where[0]]
            raise CheckFailed(
                f"{call.name}: element {list(where)} times the scale {scale:.6g} of channel"
                f" {where[0]} is {seen.products[where]:.6g} and became {seen.claimed[where]:.6g}"
                f" ({int(wrong.sum())} of {wrong.size} elements)",
                f"{np.clip(np.rint(seen.products[where]), *INT8):g}",
                "Multiply each row of the weights by the scale that is returned for it, and round.",
                call.diagnosis,
            )
