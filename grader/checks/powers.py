"""Question C.1: `power_of_two_scale(scale) -> power`, and `NetQuantizedPow2`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grader.arrays import Doubles, Rng
from grader.checks import challenges, claims
from grader.checks.accuracy import kept
from grader.checks.challenges import BAD_SCALES, QUANTIZES, SAME_SHAPE, Net, charging
from grader.checks.context import BUILT_WITH, Context, Tolerances
from grader.checks.excess_noise import decibels_lost
from grader.checks.probes import evenly, two_sided
from grader.checks.question import Question
from grader.checks.rounding import rounded
from grader.exam.load import FloatNet
from grader.misconceptions import PowersOfTwo, explain
from grader.oracle import INT8, is_power_of_two
from grader.sandbox.outside.answer import Answer, Built, Missing, Returned
from grader.verdict import CheckFailed, Diagnosis, NotReached

FUNCTION, CLASS = "power_of_two_scale", "NetQuantizedPow2"
HARDLY_ABOVE, HARDLY_BELOW = (1.04, 1.2), (1.8, 1.9)
"""How far above a power of two the scales of tensors lie: the next one would clip a third of the
values and more; or, at the upper end, a few, and the one below wastes nearly half of the range."""
SIZE = 400
"""Values of each tensor."""


@dataclass(frozen=True)
class Call:
    """A scale, and what was returned for it."""

    scale: float
    answer: Answer
    values: Doubles | None = None
    """The tensor that the scale fits to 127, where it is one of a tensor."""

    @property
    def number(self) -> float:
        """What was returned, of any size; NaN for what is no number."""
        found = self.answer.claim.number if isinstance(self.answer, Returned) else None
        return float("nan") if found is None else float(found.value)

    @property
    def power(self) -> float:
        """What was returned.

        Raises:
            NotReached: the function is not filled in.
            CheckFailed: it is no positive number.
        """
        claim = challenges.returned(self.answer, FUNCTION)
        return claims.scale(claim, f"the result of {FUNCTION}({self.scale:.6g})")


@dataclass(frozen=True)
class Evidence:
    """Powers of two for drawn scales and for those of tensors, and the net that is made of them."""

    calls: list[Call]
    of_tensors: list[Call]
    refused: Mapping[str, Answer]
    net: Net
    float_net: FloatNet
    tolerances: Tolerances

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What explains all results together, whatever numbers they are."""
        calls = [*self.calls, *self.of_tensors]
        numbers = [call.number for call in calls]
        scales = np.asarray([call.scale for call in calls])
        return explain("C.1", PowersOfTwo(scales), np.asarray(numbers))


def collect(context: Context) -> Evidence:
    """Ask for powers of two, then have the net built."""
    rng = context.rng("powers of two")
    with context.session.group():
        calls = [Call(scale, challenges.ask(context, FUNCTION, scale)) for scale in _scales(rng)]
        of_tensors = [
            Call(scale, challenges.ask(context, FUNCTION, scale), values)
            for scale, values in _tensors(rng)
        ]
        refused = {
            words: challenges.ask(context, FUNCTION, scale) for words, scale in BAD_SCALES.items()
        }
    net = challenges.build(context, "NetQuantizedPow2")
    float_net = context.exam.nets["plain"]
    return Evidence(calls, of_tensors, refused, net, float_net, context.tolerances)


def _scales(rng: Rng) -> Iterator[float]:
    """Scales of every magnitude that a layer may have, powers of two among them."""
    for exponent in (-20, -9, -3, -1, 0, 2, 7, 12):
        yield float(np.ldexp(evenly(rng, 1.05, 1.95, 1, bits=10)[0], exponent))
    for exponent in (-12, -1, 0, 1, 6):
        yield float(np.ldexp(1.0, exponent))


def _tensors(rng: Rng) -> Iterator[tuple[float, Doubles]]:
    """Tensors with as many values of each size, and the scale that makes 127 of the largest."""
    for exponent in (-7, -2, 3, 8):
        for low, high in (HARDLY_ABOVE, HARDLY_BELOW):
            above = float(evenly(rng, low, high, 1, bits=10)[0])
            largest = INT8[1] / float(np.ldexp(above, exponent))
            values = largest * two_sided(rng, SIZE, 1.0, 1.0)
            yield INT8[1] / float(np.abs(values).max()), values


QUESTION = Question(
    "C.1",
    "Powers of two",
    collect,
    names=(FUNCTION, CLASS),
    depends_on=QUANTIZES,
    asks=BUILT_WITH,
    challenge=True,
    publishes={
        "powers.accuracy": lambda evidence: kept("powers_of_two", evidence.net.published),
    },
)


@QUESTION.check("powers.near")
def near(evidence: Evidence) -> None:
    """`power_of_two_scale` returns a number no more than a factor of 2 from the scale."""
    for call in (*evidence.calls, *evidence.of_tensors):
        if call.number <= 0:
            raise CheckFailed(
                f"{FUNCTION}({call.scale:.6g}) returned {call.number:.6g}",
                "a positive number",
                "2 to the power of a negative number is positive, too.",
                evidence.diagnosis,
            )
        if not 0.5 <= call.power / call.scale <= 2:
            raise CheckFailed(
                f"{FUNCTION}({call.scale:.6g}) returned {call.power:.6g}",
                f"from {call.scale / 2:.6g} to {2 * call.scale:.6g}",
                "Find the exponents of the two powers of two that the scale lies between.",
                evidence.diagnosis,
            )


@QUESTION.check("powers.exact", after="powers.near")
def exact(evidence: Evidence) -> None:
    """What it returns is a power of two, to the last bit."""
    for call in (*evidence.calls, *evidence.of_tensors):
        if not is_power_of_two(call.power):
            raise CheckFailed(
                f"{FUNCTION}({call.scale:.6g}) returned {call.power!r}",
                "2 to the power of a whole number",
                "Round the exponent, not the scale.",
                evidence.diagnosis,
            )


@QUESTION.check("powers.usable", after="powers.near")
def usable(evidence: Evidence) -> None:
    """The power of two does not clip a good part of the values."""
    for call in evidence.of_tensors:
        if call.values is None:
            continue
        lost = decibels_lost(call.values, call.power)
        if not evidence.tolerances.within("excess_noise_db", lost):
            raise CheckFailed(
                f"values up to {np.abs(call.values).max():.4g}, which a scale of {call.scale:.6g}"
                f" makes integers up to 127: with {call.power:.6g} they have {lost:.1f} dB more"
                " noise",
                f"at most {evidence.tolerances.thresholds.excess_noise_db:g} dB more noise",
                "Take the power of two below, or the nearer one.",
                evidence.diagnosis,
            )


@QUESTION.check("powers.refuses", after="powers.near")
def refuses(evidence: Evidence) -> None:
    """It returns no number for a scale of 0, for a negative one or for NaN."""
    challenges.require_refused(FUNCTION, evidence.refused, "a ValueError")


@QUESTION.check("powers.net")
def net(evidence: Evidence) -> None:
    """Every scale of `NetQuantizedPow2` is a power of two, and its weights are made with theirs."""
    with charging(evidence.net.lost):
        built = challenges.require_built(evidence.net, "NetQuantizedPow2")
        scales = {"input_scale": claims.kept_scale(built.input_scale, "input_scale")}
        for layer, found in built.layers.items():
            for name, claim in (
                (f"{layer}.weight.scale", found.scale),
                (f"{layer}.output_scale", found.output_scale),
            ):
                scales[name] = claims.kept_scale(claim, name)
        for name, scale in scales.items():
            if not is_power_of_two(scale):
                raise CheckFailed(
                    f"{name} is {scale!r}",
                    "a power of two",
                    "Round each scale to a power of two before anything is computed with it.",
                )
        _require_own_weights(evidence, built, scales)


def _require_own_weights(evidence: Evidence, built: Built, scales: Mapping[str, float]) -> None:
    """The weights are the float net's, times their scales, rounded and clamped."""
    for layer, values in evidence.float_net.weights.items():
        what = f"{layer}.weight"
        weight = claims.tensor(built.layers[layer].weight, values.shape, what, SAME_SHAPE)
        scale = scales[f"{layer}.weight.scale"]
        seen = rounded(values.astype(np.float64), scale, weight)
        wrong = ~(seen.nearest | seen.clamped_closer)
        if wrong.any():
            where = challenges.first(wrong)
            raise CheckFailed(
                f"{layer}.weight{list(where)}: {values[where]:.6g} times {scale:g} is"
                f" {seen.products[where]:.6g} and became {weight[where]:.6g}"
                f" ({int(wrong.sum())} of {wrong.size} elements)",
                f"{np.clip(np.rint(seen.products[where]), *INT8):g}",
                "Quantize the float weights anew with the power of two.",
            )


@QUESTION.check("powers.accuracy", after="powers.net")
def accuracy(evidence: Evidence) -> str:
    """With powers of two the net keeps its accuracy."""
    if isinstance(evidence.net.built, Missing):
        raise NotReached("There is no net.")
    with charging(evidence.net.lost):
        return challenges.require_accuracy_kept(evidence.net)
