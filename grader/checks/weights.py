"""Question 2.1: `quantized_weights(weights) -> (integers, scale)`."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from grader.arrays import Doubles, Mask
from grader.checks import claims, illustrations, probes
from grader.checks.context import FIRST, LATER, Context, Tolerances
from grader.checks.excess_noise import decibels_lost
from grader.checks.question import NeededBy, Question, SparedBy
from grader.checks.rounding import Rounded, applied_scale, rounded, scales_that_explain
from grader.checks.scales import CHANGED, KEPT
from grader.misconceptions import ChosenScale, QuantizedWeights, explain
from grader.misconceptions.scales import LIMITS
from grader.oracle import INT8, Array
from grader.sandbox.outside.answer import Answer, Raised
from grader.sandbox.wire import Tensor
from grader.verdict import CheckFailed, Diagnosis

FUNCTION = "quantized_weights"
BY_CHANCE = 1 / 8
"""Of the ties so many may go wrong: more arithmetic than one product makes of a few none. Another
rule for ties loses half of them."""
MAGNIFIED = 16
"""A power of two, so that a sound scale becomes smaller by just that factor."""
FARTHER = 4
FEW_TIES = 0.1
"""With fewer of its values half-way between two integers, a probe says nothing of ties: the scale
is not the one that it was drawn for, and other arithmetic than one product decides of each."""
NEEDED_BY: NeededBy = {
    "again": "weights_scale_kept_while_it_fits",
    "times as large": "weights_scale_cached_by_shape",
    "a tensor that is": "shared_range_without_abs",
    "a tensor that is tiny": "weights_in_half_precision",
    "a tensor that is huge": "weights_clamped_before_scaling",
    "multiples of 1/4 up to": "weights_half_by_sign",
    "multiples of 1/2": "weights_three_sigma_half_up",
}
SPARED_BY: SparedBy = {"_farther": "weights_clipped_to_3_4_sigma"}


@dataclass(frozen=True)
class Quantized:
    """A tensor, and the integers and the scale that were returned for it."""

    name: str
    """What to call it before a person: `conv1`, `a tensor of negative values`."""
    values: Doubles
    integers: Doubles
    scale: float

    @cached_property
    def rounding(self) -> Rounded:
        """The integers beside the products with the returned scale."""
        return rounded(self.values, self.scale, self.integers)

    @cached_property
    def applied(self) -> float:
        """The factor that most integers were made with; NaN if they do not follow the values."""
        return applied_scale(self.values, self.integers)

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """The scales that explain every integer, or None."""
        return scales_that_explain(self.values, self.integers)

    @property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest integer."""
        return float(self.integers.min()), float(self.integers.max())

    @property
    def bounds_within_int8(self) -> bool:
        """Whether no integer is beyond int8."""
        low, high = self.bounds
        return INT8[0] <= low and high <= INT8[1]

    @cached_property
    def cut(self) -> Mask:
        """Where a value became the largest or smallest integer, although int8 has room for it.

        A bound is one if values became it that lie farther out than any rounding explains: one
        that is right elsewhere, not as far as 1; another may have cut 127 less the last digit.
        """
        seen = self.rounding
        at_bound = seen.clamped_closer & ~seen.nearest
        rounded = bool((seen.nearest | at_bound | seen.saturated).all())
        explained = 1 - seen.slack if rounded else 1 + seen.slack
        far = at_bound & (np.abs(seen.products - seen.claimed) >= explained)
        bounds = [bound for bound in self.bounds if (far & (self.integers == bound)).any()]
        cut: Mask = at_bound & np.isin(self.integers, bounds)
        return cut

    @property
    def bounds_without_128(self) -> tuple[float, float]:
        """The bounds, but that -128 counts as the -127 that it may be instead."""
        low, high = self.bounds
        return max(low, -INT8[1]), high

    @property
    def is_nearest(self) -> bool:
        """Whether each integer that is no bound is the nearest one."""
        return bool((self.rounding.nearest | self.cut | self.rounding.saturated).all())

    @property
    def reaches(self) -> bool:
        """Whether some value became 127 or -127, or more."""
        low, high = self.bounds
        return high >= INT8[1] or low <= -INT8[1]

    def clipped_first(self, negated: Quantized, farther: Quantized) -> bool:
        """Whether the tensor was clipped to bounds of its own, such as its mean +- 3 sigma.

        Then the farther bound becomes 127 or -127, if a value lies beyond it, and the bounds of the
        negated tensor are these with their signs changed. A bound that the code knows as a number
        changes no sign.

        Args:
            negated: the negated tensor.
            farther: the tensor with one value beyond the other bound.
        """
        # A rounding that is not symmetric makes 126 and -127 of one bound, and its negative.
        most = 0 if self.is_nearest and negated.is_nearest else 1
        (low, high), (other_low, other_high) = self.bounds_without_128, negated.bounds_without_128
        swaps = abs(high + other_low) <= most and abs(low + other_high) <= most
        return swaps and (self.reaches or farther.reaches)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The misconception that explains the integers by the returned scale."""
        return explain("2.1", QuantizedWeights(self.values, self.scale), self.integers)


@dataclass(frozen=True)
class Call:
    """One tensor that was to be quantized, and the answer."""

    name: str
    values: Array
    answer: Answer

    @cached_property
    def quantized(self) -> Quantized:
        """The answer as numbers.

        Raises:
            CheckFailed: it is no tensor of the right shape and a scale.
        """
        claim = claims.returned(self.answer, FUNCTION)
        first, second = claims.pair(claim, "the result")
        integers = claims.tensor(
            first,
            self.values.shape,
            "the first part of the result",
            "Return the integers first, as a tensor of the shape of the weights.",
        )
        scale = claims.scale(second, f"the returned scale for {self.name}")
        return Quantized(self.name, self.values.astype(np.float64), integers, scale)


@dataclass(frozen=True)
class Evidence:
    """What the student's function made of the exam's layers and of the probes."""

    layers: list[Call]
    again: list[Call]
    """The first layers of both nets once more: after all others, and in another order."""
    shapes: list[Call]
    """Light-tailed probes that every sound scale suits, and the first layers magnified."""
    ties: list[Call]
    outliers: list[Call]
    negated: Mapping[str, Call]
    """The negated tensors, by name, where values were cut off within int8."""
    farther: Mapping[str, Call]
    """Those tensors with one value far out on the side where nothing was cut off."""
    tolerances: Tolerances

    @property
    def kept(self) -> bool:
        """Whether scales are kept from call to call: what explains a sound one explains none.

        A layer has another scale when it is asked again; or the same as when it is magnified, or
        as in the other net, but for powers of two, which may be those of both.
        """
        scales: dict[str, float] = {}
        with contextlib.suppress(CheckFailed):  # the check of form says so
            scales |= {call.name: call.quantized.scale for call in (*self.layers, *self.shapes)}
            for call in self.again:
                first = scales.get(call.name, math.nan)
                if abs(call.quantized.scale / first - 1) > CHANGED:
                    return True
        for name, scale in scales.items():
            other = scales.get(of_second_net(name))
            if scale == scales.get(magnified(name)) or (
                scale == other and math.frexp(scale)[0] != 0.5
            ):
                return True
        return False

    def clipped_first(self, one: Quantized) -> bool:
        """Whether values were cut off because the tensor was clipped to bounds of its own."""
        if one.name not in self.negated:
            return False
        return one.clipped_first(self.negated[one.name].quantized, self.farther[one.name].quantized)


def quantized(*groups: list[Call]) -> Iterator[Quantized]:
    """The answers of these groups of calls as numbers.

    Raises:
        CheckFailed: one of them is no tensor of the right shape and a scale.
    """
    # All of them first: what is said is about an answer that cannot be read, if there is one.
    yield from [call.quantized for group in groups for call in group]


def of_second_net(name: str) -> str:
    """What a layer is called in the net with a bias."""
    return f"{name} of the second net"


def magnified(name: str) -> str:
    """What a layer is called when its weights are `MAGNIFIED` times as large."""
    return f"{name}, {MAGNIFIED} times as large"


def collect(context: Context) -> Evidence:
    """Quantize the exam's layers in one process and the probes in another."""
    layers = {
        layer if name == "plain" else of_second_net(layer): weights
        for name in ("plain", "biased")
        for layer, weights in context.exam.nets[name].weights.items()
    }
    both = list(layers.items())
    first, second = dict(both[:2]), dict(both[len(both) // 2 :][:2])
    enlarged = {magnified(name): MAGNIFIED * w for name, w in first.items()}
    rng = context.rng("weights")
    shapes = {
        "asymmetric-negative": (8, 4, 5, 5),
        "asymmetric-positive": (40, 30),
        "negative": (30, 40),
        "positive": (6, 5, 5, 5),
        "bell": (50, 20),
        "tiny": (16, 6, 3, 3),
        "huge": (25, 32),
    }
    drawn = probes.light_tailed(rng, shapes)
    ties = {
        f"multiples of 1/4 up to {limit:g}": probes.ties_of_maximum(rng, 400, limit)
        for limit in LIMITS
    }
    for ddof in (0, 1):
        ties |= {
            f"multiples of 1/2 with 3 sigma = {limit:g} (ddof={ddof})": probes.ties_of_deviation(
                rng, limit, ddof=ddof
            )
            for limit in LIMITS
        }
    outliers = {"a tensor with outliers": probes.with_outliers(rng, 1200).astype(np.float32)}
    with context.session.group(FIRST):
        on_layers = ask(context, layers)
        again = ask(context, first)
    tensors = {
        f"a tensor that is {probes.WORDS.get(name, name)}": values for name, values in drawn.items()
    }
    with context.session.group(LATER):
        # Scales that are kept by shape, or as long as they fit, are now those of other tensors.
        large = ask(context, enlarged)
        again += ask(context, second | first)
        with context.collecting("weights.any_tensor"):
            on_shapes = ask(context, tensors) + large
        on_ties = ask(context, {name: v.reshape(-1, 1) for name, v in ties.items()})
        on_outliers = ask(context, {name: v.reshape(30, 40) for name, v in outliers.items()})
        cut = list(_cut(on_layers + on_ties + on_outliers))
        negated = ask(context, {f"{call.name}, negated": -call.values for call in cut})
        farther = ask(
            context, {f"{call.name}, with a value far out": _farther(call) for call in cut}
        )
    names = [call.name for call in cut]
    return Evidence(
        on_layers,
        again,
        on_shapes,
        on_ties,
        on_outliers,
        dict(zip(names, negated, strict=True)),
        dict(zip(names, farther, strict=True)),
        context.tolerances,
    )


def _cut(calls: list[Call]) -> Iterator[Call]:
    """Those where values were cut off within int8."""
    for call in calls:
        with contextlib.suppress(CheckFailed):  # what cannot be read is told by the check of form
            if call.quantized.cut.any():
                yield call


def _farther(call: Call) -> Array:
    """The tensor with its outermost value on the side that was not cut off `FARTHER` times as far.

    Where both sides were cut off, the negative one counts.
    """
    values, above = call.values.copy(), call.quantized.integers[call.quantized.cut].max() > 0
    outermost = values.argmin() if above else values.argmax()
    values.flat[outermost] = (-FARTHER if above else FARTHER) * np.abs(values).max()
    return values


def ask(context: Context, tensors: dict[str, Array]) -> list[Call]:
    """Have each tensor quantized; where that raises, one as large as a layer's weights.

    A student's own check of how large weights are is no mistake.
    """
    return [Call(name, *_asked(context, values)) for name, values in tensors.items()]


def _asked(context: Context, values: Array) -> tuple[Array, Answer]:
    """What was asked at last, and the answer."""
    answer = context.session.call(FUNCTION, Tensor(values))
    # A power of two changes no rounding.
    milder = np.ldexp(values, -1 - int(np.frexp(np.abs(values).max())[1]))
    if isinstance(answer, Raised) and not np.array_equal(milder, values):
        again = context.session.call(FUNCTION, Tensor(milder))
        if not isinstance(again, Raised):
            return milder, again
    return values, answer


QUESTION = Question(
    "2.1",
    "Quantize the weights",
    collect,
    names=(FUNCTION,),
    hands_on=lambda evidence: {call.name: call.answer for call in evidence.layers},
)


@QUESTION.check("weights.form")
def form(evidence: Evidence) -> None:
    """`quantized_weights` returns a tensor of the shape it was given, and the scale as a number."""
    for call in evidence.layers:
        _ = call.quantized


@QUESTION.check("weights.range_used", after="weights.form", core=True)
def range_used(evidence: Evidence) -> None:
    """The integers make good use of the 8-bit range on every layer of the trained net."""
    _require_range_used(evidence.layers, evidence)


def _require_range_used(calls: list[Call], evidence: Evidence) -> None:
    tolerances = evidence.tolerances
    for one in (call.quantized for call in calls):
        lost = decibels_lost(one.values, one.applied, one.bounds)
        if not tolerances.within("excess_noise_db", lost):
            low, high = one.values.min() + 0.0, one.values.max() + 0.0
            raise CheckFailed(
                f"{one.name}: values from {low:.4g} to {high:.4g} became {_became(one)},"
                f" {_noise(lost)}",
                f"at most {tolerances.thresholds.excess_noise_db:g} dB more noise"
                if np.isfinite(lost)
                else "integers that are the values times one scale",
                KEPT if evidence.kept else FILL if np.isfinite(lost) else FOLLOW,
                one.diagnosis or _why_this_scale(one, calls, evidence.kept),
                partial(illustrations.of_tensor, one),
            )


FILL = "Derive the scale from all values, so that they fill -128..127, and clamp no narrower."
FOLLOW = (
    "Multiply every value by the one scale that you return, in float32 or wider, then round, and"
    " clamp to -128..127."
)


def _became(one: Quantized) -> str:
    """What the integers are, and what the returned scale would make of the values."""
    low, high = (bound + 0.0 for bound in one.bounds)
    what = "integers" if (one.integers == np.rint(one.integers)).all() else "numbers"
    became = f"{what} from {low:.4g} to {high:.4g}"
    ends = [float(end) * one.scale + 0.0 for end in (one.values.min(), one.values.max())]
    closer = any(abs(end) > abs(bound) + 1 for end, bound in zip(ends, one.bounds, strict=True))
    if closer and one.bounds_within_int8:
        became += f" (times the returned scale: from {ends[0]:.4g} to {ends[1]:.4g})"
    return became


def _why_this_scale(one: Quantized, calls: list[Call], kept: bool) -> Diagnosis | None:
    """What explains the scale, where the integers are right for it."""
    others = []
    for call in (each for each in calls if each.name != one.name):
        with contextlib.suppress(CheckFailed):  # this explanation can do without
            others.append(call.quantized.scale)
    return explain("2.1", ChosenScale(one.values, one.scale, others, kept), one.scale)


def _noise(lost: float) -> str:
    if np.isfinite(lost):
        return f"{lost:.1f} dB more noise than the range that just holds all values"
    return "which do not follow the values"


@QUESTION.check("weights.integers", after="weights.range_used")
def integers(evidence: Evidence) -> None:
    """Every quantized weight is a whole number."""
    _require_each(
        quantized(evidence.layers, evidence.outliers),
        lambda one: one.integers == np.rint(one.integers),
        "a whole number",
        "Round after scaling.",
    )


@QUESTION.check("weights.int8", after="weights.range_used")
def int8(evidence: Evidence) -> None:
    """Every quantized weight lies in -128..127."""
    _require_each(
        quantized(evidence.layers, evidence.outliers),
        lambda one: (one.integers >= INT8[0]) & (one.integers <= INT8[1]),
        "-128..127",
        "Clamp after rounding: a value just above the range rounds to 128.",
    )


def _require_each(
    tensors: Iterator[Quantized],
    holds: Callable[[Quantized], Mask],
    expected: str,
    next_step: str,
) -> None:
    """A property holds for every element of every tensor."""
    for one in tensors:
        wrong = ~holds(one)
        if wrong.any():
            where = _first(wrong)
            raise CheckFailed(
                f"{one.name}: element {list(where)} is"
                f" {one.integers[where]:.6g} ({int(wrong.sum())} of {wrong.size} elements)",
                expected,
                next_step,
                one.diagnosis,
                partial(illustrations.of_tensor, one),
            )


def _first(wrong: Mask) -> tuple[int, ...]:
    """Where the first wrong element is."""
    return tuple(int(index) for index in np.argwhere(wrong)[0])


@QUESTION.check("weights.scale", after="weights.range_used")
def scale(evidence: Evidence) -> None:
    """The returned scale is exactly the factor that the weights were multiplied by."""
    for one in quantized(evidence.layers):
        if one.interval is None:
            off = ~(one.rounding.scaled | one.rounding.saturated | one.cut)
            same = abs(one.scale / one.applied - 1) < 0.05
            if same and off.any():
                raise _no_multiples(one, off)
            seen = f"about {one.applied:.6g}"
        else:
            low, high = one.interval
            same = low <= one.scale <= high
            seen = f"between {low:.8g} and {high:.8g}"
        if not same:
            raise CheckFailed(
                f"{one.name}: the returned scale is {one.scale:.8g}",
                f"{seen}, which is what the integers were made with",
                "Return the very number you multiply by: not its inverse, not a rounded one.",
                one.diagnosis,
                partial(illustrations.of_tensor, one),
            )


def _no_multiples(one: Quantized, off: Mask) -> CheckFailed:
    """What no factor makes of the weights, although the returned scale is near."""
    where = _first(off)
    return CheckFailed(
        f"{one.name}: element {list(where)} times the returned {one.scale:.8g} is"
        f" {one.rounding.products[where]:.6g} and became {one.integers[where]:.6g}"
        f" ({int(off.sum())} of {off.size} elements)",
        "each weight times the returned scale, rounded",
        "Multiply by the number you return, and do nothing else before you round: no offset.",
        one.diagnosis,
        partial(illustrations.of_tensor, one),
    )


@QUESTION.check_told("weights.rounding", after="weights.range_used", told="weights.scale")
def rounding(evidence: Evidence, scale_holds: bool) -> str | None:
    """Each value is rounded to the nearest integer, a tie to the even one."""
    layers, half_way = list(quantized(evidence.layers)), list(quantized(evidence.ties))
    for one in layers:
        if one.interval is None:
            raise _badly_rounded(one)
    if not scale_holds:
        return "Ties are judged once the returned scale is the one that was applied."
    for one in half_way:
        if one.rounding.ties.mean() < FEW_TIES:
            continue
        wrong = one.rounding.ties & ~one.rounding.nearest & ~one.cut
        if wrong.sum() > BY_CHANCE * one.rounding.ties.sum():
            raise _badly_rounded(one)
    seen = any(one.rounding.ties.mean() >= FEW_TIES for one in half_way)
    return None if seen else "No exact tie was seen with your choice of scale."


ROUND = (
    "Multiply in float32 or wider, then round to the nearest integer, ties to even, before any"
    " conversion to an integer type."
)
CLAMP = "Clamp to -128..127, no narrower, while the values are still floating-point numbers."


def _how_to_round(one: Quantized, wrong: Mask) -> str:
    """What to do about integers that are wrong: those at a bound have met a clamp, too."""
    if one.rounding.saturated[wrong].all():
        return CLAMP
    at_bound = np.isin(one.integers[wrong], one.bounds).all()
    return f"{ROUND} {CLAMP}" if at_bound and one.bounds_within_int8 else ROUND


def _badly_rounded(one: Quantized) -> CheckFailed:
    seen = one.rounding
    wrong = ~seen.nearest & ~seen.saturated & ~one.cut
    if not wrong.any():
        wrong = ~seen.nearest
    where = _first(wrong) if wrong.any() else (0,) * one.values.ndim
    product, claimed = float(seen.products[where]), float(seen.claimed[where])
    return CheckFailed(
        f"{one.name}: element {list(where)} times the scale is {product:.6g}"
        f" and became {claimed:g} ({int(wrong.sum())} of {wrong.size} elements)",
        f"{np.rint(np.clip(product, *INT8)) + 0.0:g}",
        _how_to_round(one, wrong),
        one.diagnosis,
        partial(illustrations.of_tensor, one),
    )


@QUESTION.check("weights.saturation", after="weights.scale")
def saturation(evidence: Evidence) -> str | None:
    """A value beyond the range becomes the nearest bound of int8; no other value is cut off."""
    seen_any = False
    for one in quantized(evidence.layers, evidence.outliers, evidence.ties):
        seen = one.rounding
        seen_any |= bool(seen.saturated.any())
        wrong = (seen.saturated & ~seen.nearest) | one.cut
        if evidence.clipped_first(one):
            wrong &= ~one.cut
        if wrong.any():
            where = _first(wrong)
            product, claimed = float(seen.products[where]), float(seen.claimed[where])
            raise CheckFailed(
                f"{one.name}: a weight of {one.values[where]:.4g} times the scale is"
                f" {product:.4g} and became {claimed:g} ({int(wrong.sum())} of {wrong.size}"
                " elements)",
                f"{np.clip(np.rint(product), *INT8):g}",
                ROUND if abs(product - claimed) < 1 and not one.is_nearest else CLAMP,
                one.diagnosis,
                partial(illustrations.of_tensor, one),
            )
    return None if seen_any else "Your scale leaves nothing beyond the range."


@QUESTION.check("weights.any_tensor", after="weights.range_used")
def any_tensor(evidence: Evidence) -> None:
    """The range is used just as well on tensors that are asymmetric, one-sided, tiny or huge."""
    _require_range_used(evidence.shapes, evidence)


@QUESTION.check("weights.repeatable", after="weights.range_used")
def repeatable(evidence: Evidence) -> None:
    """The same tensor gives the same result, whatever was quantized before."""
    names = {call.name for call in evidence.again}
    asked_first = [call for call in evidence.layers if call.name in names]
    before = {one.name: one for one in quantized(asked_first)}
    for after in quantized(evidence.again):
        one = before[after.name]
        same = evidence.tolerances.within("repeat_error", abs(after.scale / one.scale - 1))
        if not same or not np.array_equal(one.integers, after.integers):
            differing = int((one.integers != after.integers).sum())
            raise CheckFailed(
                f"{one.name}: scale {one.scale:.8g} at first, {after.scale:.8g} later"
                if not same
                else f"{one.name}: {differing} of {one.integers.size} integers differ the second"
                " time",
                "the same result each time",
                KEPT,
            )
