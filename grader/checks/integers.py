"""Question C.2: `quantize_multiplier`, `requantize`, and `NetQuantizedInteger`.

Integers are exact, so each is correct or not. What a float would hide shows where a float64 has too
few digits: products beyond 2**53 that lie next to a tie.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from grader.architecture import Architecture, Layer
from grader.arrays import Doubles, Mask, Rng, Singles
from grader.checks import challenges, claims
from grader.checks.challenges import BAD_SCALES, SAME_SHAPE
from grader.checks.context import ASKED_FOR_TYPES, BATCH, BUILT_WITH, Context
from grader.checks.nets import FINE, injected
from grader.checks.probe_nets import Stimulus, overflowing, with_ties
from grader.checks.probes import evenly
from grader.checks.question import Question
from grader.checks.stages import ONE_ROW
from grader.misconceptions import Multipliers, Requantized, explain, in_parts
from grader.oracle import (
    INT8,
    MULTIPLIER_BITS,
    Array,
    Integers,
    QuantizedNet,
    integer_forward,
    rescale,
)
from grader.sandbox.outside.answer import Answer, Built, Failure, Forwarded, Missing
from grader.sandbox.outside.plan import ClassName
from grader.sandbox.wire import Tensor
from grader.verdict import CheckFailed, Diagnosis

MULTIPLIER, RESCALE = "quantize_multiplier", "requantize"
CLASS: ClassName = "NetQuantizedInteger"
LOWEST, HIGHEST = 1 << (MULTIPLIER_BITS - 1), (1 << MULTIPLIER_BITS) - 1
IMAGES = 32
INPUT_SCALE = 127.0
"""No pixel times it lies near a tie: (2 byte - 255) * 127 / 255 is k + 1/2 for no integer."""
FOLLOWS = 0.9
"""The share of the logits that must be near the correct ones: what is off by one is told apart."""
HIDDEN_SUM, HIDDEN_MULTIPLIER, HIDDEN_SHIFT = 5_097_251, 2_112_200_843, 16
"""A sum that `fc1` can reach. Its product with the multiplier is 76.5 * 2**47 + 1, beyond 2**53: it
becomes 77. A float64 does not hold the 1, and makes 76 of the tie. Of all odd sums that the layer
can reach, it is the only one with such a multiplier."""
TIE_FACTOR, TIE_MULTIPLIER, TIE_SHIFT = 64, 81 * 2**24 + 1, 6
"""The square of the factor, a sum that any layer can reach, times the multiplier is 40.5 * 2**37
and a little more: it becomes 41. A float32 does not hold the multiplier: it makes 40 of a tie."""
BAD_MULTIPLIERS = {
    "a multiplier of 2**31": (1 << MULTIPLIER_BITS, 0),
    "a multiplier of 0": (0, 0),
    "a multiplier of 2**30 - 1": (LOWEST - 1, 0),
}


@dataclass(frozen=True)
class MultiplierCall:
    """A scale, and the multiplier and shift that were returned for it."""

    scale: float
    answer: Answer

    @cached_property
    def pair(self) -> tuple[int, int]:
        """The multiplier and the shift.

        Raises:
            NotReached: the function is not filled in.
            CheckFailed: they are no pair of whole numbers.
        """
        claim = challenges.returned(self.answer, MULTIPLIER)
        if claim.kind not in ("tuple", "list") or len(claim.items) != 2:
            raise CheckFailed(
                f"{self.name} returned {claim.words}",
                "a multiplier and a shift",
                "Return both, as a pair.",
            )
        multiplier, shift = claim.items
        return (
            challenges.whole_number(multiplier, f"the multiplier for {self.scale:.9g}"),
            challenges.whole_number(shift, f"the shift for {self.scale:.9g}"),
        )

    @property
    def name(self) -> str:
        """The call, as it was made."""
        return f"{MULTIPLIER}({self.scale!r})"

    @property
    def off(self) -> Fraction:
        """By how many units the multiplier differs from the scale, exactly."""
        multiplier, shift = self.pair
        power = min(max(MULTIPLIER_BITS + shift, -200), 200)  # farther, it is as wrong
        exact = Fraction(self.scale) * Fraction(2) ** power
        return abs(exact - multiplier)


@dataclass(frozen=True)
class RescaleCall:
    """Sums, a multiplier and a shift, and what was returned for them."""

    name: str
    sums: Integers
    multiplier: int
    shift: int
    answer: Answer

    @cached_property
    def claimed(self) -> Doubles:
        """What was returned.

        Raises:
            NotReached: the function is not filled in.
            CheckFailed: it is no tensor of that shape.
        """
        claim = challenges.returned(self.answer, RESCALE)
        return claims.tensor(claim, self.sums.shape, f"the result of {RESCALE}", SAME_SHAPE)

    @cached_property
    def correct(self) -> Doubles:
        """The correct integers, which may also be clamped to int8 at once."""
        return rescale(self.sums, self.multiplier, self.shift).astype(np.float64)

    @property
    def off(self) -> Doubles:
        """By how much each result is off; one that is clamped to int8 is not."""
        low, high = INT8
        found = (self.correct, np.clip(self.correct, low, high), np.clip(self.correct, -high, high))
        least: Doubles = np.min([np.abs(self.claimed - each) for each in found], axis=0)
        return least

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What explains the results."""
        case = Requantized(self.sums, self.multiplier, self.shift)
        return explain("C.2", case, self.claimed)


@dataclass(frozen=True)
class NetCall:
    """A quantized net, its images, and what the student's integer net made of them."""

    stimulus: Stimulus
    answer: Forwarded | Failure

    @cached_property
    def outputs(self) -> Doubles:
        """The claimed logits.

        Raises:
            NotReached: the class is not filled in.
            CheckFailed: there are none.
        """
        if isinstance(self.answer, Missing) and self.answer.because is None:
            raise challenges.left_out(CLASS)
        if not isinstance(self.answer, Forwarded):
            raise claims.failure(self.answer, CLASS)
        return claims.tensor(
            self.answer.outputs, self.correct.shape, "the output of the net", ONE_ROW
        )

    @cached_property
    def correct(self) -> Array:
        """The logits of exact integers."""
        return integer_forward(self.stimulus.net, self.stimulus.pixels)


@dataclass(frozen=True)
class Evidence:
    """What became of scales, of sums, and of whole nets."""

    multipliers: list[MultiplierCall]
    carrying: list[MultiplierCall]
    """Scales just below a power of two, whose multiplier rounds up to 2**31."""
    near: list[RescaleCall]
    """Sums that are no ties."""
    ties: list[RescaleCall]
    wide: list[RescaleCall]
    """Products beyond 2**53, next to a tie."""
    shifted: list[RescaleCall]
    """Shifts that are negative, or large."""
    refused: Mapping[str, Answer]
    refused_multipliers: Mapping[str, Answer]
    nets: list[NetCall]
    """First of all the exam's own net and images."""
    single: list[NetCall]
    """For each layer a net in which its product is beside a tie."""
    hidden: list[NetCall]
    """A net with products beyond 2**53; none where no layer adds up so much."""


def collect(context: Context) -> Evidence:
    """Ask for multipliers and for rescaled sums, then have nets built and given images."""
    rng = context.rng("integers")
    with context.session.group():
        multipliers = [_multiplier(context, scale) for scale in _scales(rng)]
        carrying = [_multiplier(context, scale) for scale in _carrying()]
        near, ties, wide, shifted = (
            [_rescaled(context, name, *each) for name, each in made.items()]
            for made in (_near(rng), _ties(rng), _wide(), _shifted(rng))
        )
        refused = {
            words: challenges.ask(context, MULTIPLIER, scale) for words, scale in BAD_SCALES.items()
        }
        refused_multipliers = {
            words: challenges.ask(context, RESCALE, Tensor(np.arange(-3, 4)), *each)
            for words, each in BAD_MULTIPLIERS.items()
        }
    nets, single, hidden = _nets(context, rng)
    return Evidence(
        multipliers,
        carrying,
        near,
        ties,
        wide,
        shifted,
        refused,
        refused_multipliers,
        nets,
        single,
        hidden,
    )


def _multiplier(context: Context, scale: float) -> MultiplierCall:
    return MultiplierCall(scale, challenges.ask(context, MULTIPLIER, scale))


def _rescaled(
    context: Context, name: str, sums: Integers, multiplier: int, shift: int
) -> RescaleCall:
    answer = challenges.ask(context, RESCALE, Tensor(sums), multiplier, shift)
    return RescaleCall(name, sums, multiplier, shift, answer)


def _scales(rng: Rng) -> Iterator[float]:
    """Scales below and above 1, powers of two among them; none near the end of the multipliers."""
    for exponent in (-30, -14, -11, -9, -4, -1, 0, 1, 5, 13):
        yield float(np.ldexp(evenly(rng, 1.05, 1.95, 1, bits=50)[0], exponent))
    for exponent in (-10, -1, 0, 3):
        yield float(np.ldexp(1.0, exponent))


def _carrying() -> Iterator[float]:
    """A multiplier would be 2**31 - 1/4, which rounds to 2**31."""
    for exponent in (-12, 0, 4):
        yield math.ldexp(1 - 2.0**-33, exponent)


Rescaling = tuple[Integers, int, int]
"""Sums, multiplier and shift."""


def _near(rng: Rng) -> dict[str, Rescaling]:
    """Sums like those of a layer, with a multiplier like that of its scale; in two dimensions."""
    found: dict[str, Rescaling] = {}
    for number, shift in enumerate((8, 11)):
        multiplier = int(rng.integers(LOWEST, HIGHEST)) | 1
        sums = rng.integers(-(1 << 15), 1 << 15, (6, 40))
        found[f"sums of a layer ({number + 1})"] = sums, multiplier, shift
    return found


def _ties(rng: Rng) -> dict[str, Rescaling]:
    """Multiples of a quarter and of an eighth: many are ties, below zero as well as above.

    Of eighths, others become ties where the product is rounded to its high half first.
    """
    sums = rng.permutation(np.arange(-480, 481))
    return {"multiples of 1/4": (sums, LOWEST, 1), "multiples of 1/8": (sums, LOWEST, 2)}


def _wide() -> dict[str, Rescaling]:
    """Products of up to 61 bits, a little above a tie and a little below one.

    First those of which a float64 has all digits, and a float32 not.

    2**54 + 1 is (2**27 + 2**14 + 1) * (2**27 - 2**14 + 1); so odd multiples of the second factor,
    times 8 of the first, lie c * 8 above ties at c * 2**57. Likewise (2**28 - 1) * (2**30 + 4) is
    4 below 2**58. In a float64 these differences are lost.
    """
    odd = np.asarray([c * sign for c in range(1, 16, 2) for sign in (1, -1)])
    above, below = (1 << 27) - (1 << 14) + 1, (1 << 28) - 1
    halves = np.concatenate([(odd << 24) - 1, (odd << 24) + 1])
    return {
        "products beside a tie": (halves, LOWEST, 24),
        "products just beyond a tie": (odd * above, 8 * ((1 << 27) + (1 << 14) + 1), 27),
        "products just before a tie": (odd[np.abs(odd) < 8] * below, LOWEST + 4, 28),
    }


def _shifted(rng: Rng) -> dict[str, Rescaling]:
    """Scales above 1, and one that leaves next to nothing."""
    multiplier = int(rng.integers(LOWEST, HIGHEST)) | 1
    few = rng.permutation(np.arange(-40, 41))
    wide = rng.integers(-(1 << 30), 1 << 30, 60)
    return {
        "a scale of more than 1": (few, multiplier, -1),
        "a scale of more than 32": (few, multiplier, -6),
        "a scale of less than 2**-24": (wide, multiplier, 24),
        "a scale of less than 2**-31": (wide, multiplier, 31),
    }


def _nets(context: Context, rng: Rng) -> tuple[list[NetCall], list[NetCall], list[NetCall]]:
    """The exam's net, nets with ties and with much to clamp; with products that no float holds."""
    exam, plain = context.exam, context.plain
    ties = with_ties(rng, plain.net.architecture, 2 * BATCH)
    own = replace(plain.net, input_scale=INPUT_SCALE)
    stimuli = [
        Stimulus("the exam's net", own, exam.pixels[:IMAGES]),
        ties,
        overflowing(ties),
    ]
    architecture = plain.net.architecture
    if CLASS not in context.challenges:
        missing = Missing(CLASS, None, None)
        return [NetCall(each, missing) for each in stimuli], [], []
    with context.session.group():
        nets, single, hidden = (
            [_forward(context, each) for each in group]
            for group in (stimuli, beside_ties(architecture), hidden_float(architecture))
        )
    return nets, single, hidden


def _forward(context: Context, stimulus: Stimulus) -> NetCall:
    scales = dict.fromkeys(stimulus.net.architecture.names, 1.0)
    plan = injected(context, "plain", stimulus.net, scales, CLASS, FINE)
    built = context.session.build(plan)
    if not isinstance(built, Built):
        return NetCall(stimulus, built)
    return NetCall(stimulus, context.session.forward(built, stimulus.pixels, BATCH))


def beside_ties(architecture: Architecture) -> list[Stimulus]:
    """For each layer a net in which its sums times its scale are closer to a tie than float32 is.

    The image is constant, and each layer passes one of its inputs on.
    """
    stimuli = []
    for target in architecture.layers:
        weights: dict[str, Array] = {}
        for layer in architecture.layers:
            weight: Singles = np.zeros(layer.weight, np.float32)
            value = TIE_FACTOR if layer is target else 1
            if layer.kind == "conv":
                weight[:, 0, layer.weight[2] // 2, layer.weight[3] // 2] = value
            else:
                weight[:, 0] = value
            weights[layer.name] = weight
        scales = {layer.name: 1.0 for layer in architecture.layers}
        scales[target.name] = TIE_MULTIPLIER * 2.0 ** -(MULTIPLIER_BITS + TIE_SHIFT)
        pixels: Singles = np.full((BATCH, *architecture.input), TIE_FACTOR / 128, np.float32)
        net = QuantizedNet(architecture, weights, 128.0, scales)
        name = f"a net with products beside a tie in {target.name}"
        stimuli.append(Stimulus(name, net, pixels, target.name))
    return stimuli


def hidden_float(architecture: Architecture) -> list[Stimulus]:
    """A net in which a layer adds up `HIDDEN_SUM`; none where no layer can, or none convolves.

    The second channel of the image is 1 and the others are 127. Convolutions pass on the first
    channel, but for their first output, which passes on the second one.
    """
    target = next((each for each in architecture.layers if each.kind == "linear"), None)
    layers = architecture.layers
    before = [layer for layer in layers if layer.kind == "conv"]
    if target is None or not before or architecture.input[0] < 2:
        return []
    if any(layer.weight[0] < 2 for layer in before):
        return []
    ones = target.weight[1] // before[-1].weight[0]
    row = _adding_up(target.weight[1], ones)
    if row is None:
        return []
    weights: dict[str, Array] = {}
    for layer in layers:
        weights[layer.name] = np.zeros(layer.weight, np.float32)
        if layer is target:
            weights[layer.name][:] = row
        elif layer.kind == "conv":
            _pass_on(weights[layer.name], layer, first=layer is before[0])
        else:
            weights[layer.name][:, 0] = 1
    scales = {layer.name: 1.0 for layer in layers}
    scales[target.name] = HIDDEN_MULTIPLIER * 2.0 ** -(MULTIPLIER_BITS + HIDDEN_SHIFT)
    pixels: Singles = np.full((BATCH, *architecture.input), 127 / 128, np.float32)
    pixels[:, 1] = 1 / 128
    net = QuantizedNet(architecture, weights, 128.0, scales)
    return [Stimulus("a net with products beyond 2**53", net, pixels, target.name)]


def _pass_on(weight: Array, layer: Layer, *, first: bool) -> None:
    """The first output is 1, as the second channel of an image is; all others are 127."""
    row, column = (side // 2 for side in layer.weight[2:])
    one, many = (1, 0) if first else (0, 1)
    weight[1:, many, row, column] = 1
    weight[0, one, row, column] = 1


def _adding_up(inputs: int, ones: int) -> Singles | None:
    """Weights for inputs of which the first are 1 and the others 127, with `HIDDEN_SUM` as sum."""
    large, rest = divmod(HIDDEN_SUM, INT8[1])
    count = inputs - ones
    each, left = divmod(large, max(count, 1))
    if ones < 1 or each + 1 > INT8[1]:
        return None
    row: Singles = np.zeros(inputs, np.float32)
    row[0] = rest
    row[ones:] = each
    row[ones : ones + left] += 1
    return row


QUESTION = Question(
    "C.2",
    "Integers only",
    collect,
    names=(MULTIPLIER, CLASS),
    asks=(RESCALE, *ASKED_FOR_TYPES, *BUILT_WITH),
    challenge=True,
)


def _why(evidence: Evidence) -> Diagnosis | None:
    """What explains all multipliers and shifts together."""
    calls = [*evidence.multipliers, *evidence.carrying]
    try:
        claimed = in_parts(call.pair for call in calls)
    except CheckFailed:
        return None
    return explain("C.2", Multipliers(tuple(call.scale for call in calls)), claimed)


@QUESTION.check("integers.multiplier")
def multiplier(evidence: Evidence) -> None:
    """`quantize_multiplier` returns a whole number from 2^30 to 2^31 - 1, and a shift."""
    for call in evidence.multipliers:
        if not LOWEST <= call.pair[0] <= HIGHEST:
            raise CheckFailed(
                f"{call.name} returned a multiplier of {call.pair[0]}",
                f"from 2**30 = {LOWEST} to 2**31 - 1 = {HIGHEST}",
                "Halve or double the scale until it lies in 1/2 .. 1, and count how often.",
                _why(evidence),
            )


@QUESTION.check("integers.nearest", after="integers.multiplier")
def nearest(evidence: Evidence) -> None:
    """Multiplier / 2^(31 + shift) is the scale, to within half a unit of the multiplier."""
    for call in evidence.multipliers:
        if call.off > Fraction(1, 2):
            factor, shift = call.pair
            raise CheckFailed(
                f"{call.name} returned {factor} and a shift of {shift}: together"
                f" {float(factor) * 2.0 ** max(min(-MULTIPLIER_BITS - shift, 900), -900):.10g}",
                f"{call.scale:.10g}, to 31 bits",
                "Round the multiplier to the nearest integer; a scale of 1 or more has a negative"
                " shift.",
                _why(evidence),
            )


@QUESTION.check("integers.carry", after="integers.nearest")
def carry(evidence: Evidence) -> None:
    """A multiplier that would be rounded up to 2^31 is halved, and the shift makes up for it."""
    for call in evidence.carrying:
        if not LOWEST <= call.pair[0] <= HIGHEST or call.off > Fraction(1, 2):
            raise CheckFailed(
                f"{call.name} returned {call.pair[0]} and a shift of {call.pair[1]}",
                f"{LOWEST} and a shift that is less by one",
                "Look at the multiplier after it was rounded: 2**31 needs 32 bits.",
                _why(evidence),
            )


@QUESTION.check("integers.requantize")
def requantized(evidence: Evidence) -> None:
    """`requantize` returns sum * multiplier / 2^(31 + shift), in some rounding."""
    for call in evidence.near:
        _require_none(call.off > 1, call, "Multiply in 64 bits before you shift.")


def _require_none(wrong: Mask, call: RescaleCall, next_step: str) -> None:
    if not wrong.any():
        return
    at = challenges.first(wrong)
    total, bits = int(call.sums[at]), MULTIPLIER_BITS + call.shift
    raise CheckFailed(
        f"{call.name}: {total} * {call.multiplier} / 2**{bits} ="
        f" {total * call.multiplier / 2.0**bits:.10g} became {call.claimed[at]:.10g}"
        f" ({int(wrong.sum())} of {wrong.size} elements)",
        f"{call.correct[at]:.10g}",
        next_step,
        call.diagnosis,
    )


@QUESTION.check("integers.rounding", after="integers.requantize")
def rounding(evidence: Evidence) -> None:
    """It rounds to the nearest integer, a tie to the even one, below zero as above."""
    for call in (*evidence.near, *evidence.ties):
        _require_none(
            call.off > 0,
            call,
            "A shift to the right rounds down: what it drops tells whether that was right.",
        )


@QUESTION.check("integers.wide", after="integers.rounding")
def wide(evidence: Evidence) -> None:
    """It uses every digit of a product of more than 53 bits."""
    for call in evidence.wide:
        _require_none(
            call.off > 0, call, "A float64 has 53 bits. Keep the product in an int64 to its end."
        )


@QUESTION.check("integers.shifts", after="integers.rounding")
def shifts(evidence: Evidence) -> None:
    """It takes negative shifts, and shifts that leave nothing."""
    for call in evidence.shifted:
        _require_none(call.off > 0, call, "31 + shift bits are dropped, whatever the shift is.")


@QUESTION.check("integers.refuses", after="integers.nearest")
def refuses(evidence: Evidence) -> None:
    """`quantize_multiplier` returns no number for a scale of 0, for a negative one or for NaN."""
    challenges.require_refused(MULTIPLIER, evidence.refused, "a ValueError")


@QUESTION.check("integers.refuses_multiplier", after="integers.requantize")
def refuses_multiplier(evidence: Evidence) -> None:
    """`requantize` returns no number for a multiplier that is none: below 2^30, or of 32 bits."""
    challenges.require_refused(RESCALE, evidence.refused_multipliers, "a ValueError")


@QUESTION.check("integers.forward")
def forward(evidence: Evidence) -> None:
    """`NetQuantizedInteger` computes the net of its integers and scales."""
    for call in evidence.nets[:2]:
        near = np.abs(call.outputs - call.correct) <= 2
        if not near.mean() >= FOLLOWS:
            at = challenges.first(~near)
            raise CheckFailed(
                f"{call.stimulus.name}: output {at[1]} of image {at[0]} is"
                f" {call.outputs[at]:.6g} ({int((~near).sum())} of {near.size} are off)",
                f"{call.correct[at]:.6g}",
                "Compare it layer by layer with NetQuantized.",
            )


def _require_exact(calls: list[NetCall], next_step: str) -> None:
    for call in calls:
        wrong = ~(call.outputs == call.correct)
        # Whether -128 or -127 is the lower bound is the student's choice.
        wrong &= ~((call.outputs == -INT8[1]) & (call.correct == INT8[0]))
        if wrong.any():
            at = challenges.first(wrong)
            raise CheckFailed(
                f"{call.stimulus.name}: output {at[1]} of image {at[0]} is"
                f" {call.outputs[at]:.6g} ({int(wrong.sum())} of {wrong.size} are wrong)",
                f"{call.correct[at]:.6g}, the result of exact integers",
                next_step,
            )


@QUESTION.check("integers.exact", after="integers.forward")
def exact(evidence: Evidence) -> None:
    """Every logit is exactly that of integer arithmetic, with ties to even and clamps to int8."""
    _require_exact(evidence.nets, "Requantize and clamp what each layer adds up, fc3 included.")


@QUESTION.check("integers.no_float", after="integers.exact")
def no_float(evidence: Evidence) -> str | None:
    """No float hides between the integers: products of more than 24 or 53 bits are exact, too."""
    _require_exact(
        [*evidence.single, *evidence.hidden],
        "Rescale by multiplier and shift: a float32 holds 24 bits of a product, a float64 53.",
    )
    if not evidence.hidden:
        return "No layer of this net adds up enough to show a float64."
    return None
