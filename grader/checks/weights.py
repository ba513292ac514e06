"""Question 2.1: `quantized_weights(weights) -> (integers, scale)`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.checks import claims, probes
from grader.checks.bench import FIRST, LATER, Bench
from grader.checks.rounding import (
    Doubles,
    Mask,
    Rounded,
    applied_scale,
    rounded,
    scales_that_explain,
)
from grader.checks.tree import Question
from grader.checks.usable import decibels_lost
from grader.finding import Diagnosis, Finding, failed, passed
from grader.misconceptions import ChosenScale, QuantizedWeights, explain
from grader.oracle import INT8, Array
from grader.sandbox.outside.answer import Answer
from grader.sandbox.wire import Tensor

FUNCTION = "quantized_weights"
MAGNIFIED = 16
"""A power of two, so that a sound scale becomes smaller by just that factor."""


@dataclass(frozen=True)
class Trial:
    """One tensor that was quantized."""

    name: str
    """What to call it before a person: `conv1`, `a tensor of negative values`."""
    values: Array
    answer: Answer

    @cached_property
    def quantized(self) -> "Quantized | Finding":
        """The claim as numbers, or what came instead."""
        claim = claims.returned(self.answer, FUNCTION)
        if isinstance(claim, Finding):
            return claim
        parts = claims.pair(claim, "the result")
        if isinstance(parts, Finding):
            return parts
        integers = claims.tensor(parts[0], self.values.shape, "the first part of the result")
        scale = claims.scale(parts[1], "the returned scale")
        if isinstance(integers, Finding):
            return integers
        if isinstance(scale, Finding):
            return scale
        return Quantized(self.name, self.values.astype(np.float64), integers, scale)


@dataclass(frozen=True)
class Quantized:
    """A trial whose answer is a tensor of the right shape and a scale."""

    name: str
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


@dataclass(frozen=True)
class Evidence:
    """What the student's function made of the exam's layers and of the probes."""

    layers: list[Trial]
    again: list[Trial]
    """The first layers of both nets once more: after all others, and in another order."""
    shapes: list[Trial]
    """Light-tailed probes on which every sound scale is usable, and the first layers magnified."""
    ties: list[Trial]
    outliers: list[Trial]

    def answered(self, *groups: list[Trial]) -> list[Quantized] | Finding:
        """The answers of these groups of trials, or why one of them cannot be used."""
        usable = []
        for trial in (trial for group in groups for trial in group):
            if isinstance(trial.quantized, Finding):
                return trial.quantized
            usable.append(trial.quantized)
        return usable


def collect(bench: Bench) -> Evidence:
    """Quantize the exam's layers in one process and the probes in another."""
    layers = {
        layer if name == "plain" else f"{layer} of the second net": weights
        for name in ("plain", "biased")
        for layer, weights in bench.exam.nets[name].weights.items()
    }
    both = list(layers.items())
    first, second = dict(both[:2]), dict(both[len(both) // 2 :][:2])
    magnified = {f"{name}, {MAGNIFIED} times as large": MAGNIFIED * w for name, w in first.items()}
    rng = bench.rng("weights")
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
        f"quarters up to {limit:g}": probes.ties_of_maximum(rng, 400, limit)
        for limit in probes.LIMITS
    }
    for ddof in (0, 1):
        ties |= {
            f"half-integers with 3 sigma = {limit:g} (ddof {ddof})": probes.ties_of_deviation(
                rng, limit, ddof=ddof
            )
            for limit in probes.LIMITS
        }
    outliers = {"a tensor with outliers": probes.with_outliers(rng, 1200).astype(np.float32)}
    with bench.session.group(FIRST):
        on_layers = ask(bench, layers)
        bench.quantized = {trial.name: trial.answer for trial in on_layers}
        again = ask(bench, first)
    tensors = {f"a tensor that is {name}": values for name, values in drawn.items()}
    with bench.session.group(LATER):
        # Scales that are kept by shape, or as long as they fit, are now those of other tensors.
        large = ask(bench, magnified)
        again += ask(bench, second | first)
        return Evidence(
            layers=on_layers,
            again=again,
            shapes=ask(bench, tensors) + large,
            ties=ask(bench, {name: v.reshape(-1, 1) for name, v in ties.items()}),
            outliers=ask(bench, {name: v.reshape(30, 40) for name, v in outliers.items()}),
        )


def ask(bench: Bench, tensors: dict[str, Array]) -> list[Trial]:
    """Have each tensor quantized."""
    return [
        Trial(name, values, bench.session.call(FUNCTION, Tensor(values)))
        for name, values in tensors.items()
    ]


QUESTION = Question("2.1", "Quantize the weights", collect)


@QUESTION.check("weights.form")
def form(evidence: Evidence, bench: Bench) -> Finding:
    """`quantized_weights` returns a tensor of the shape it was given, and the scale as a number."""
    del bench
    trials = evidence.answered(evidence.layers)
    return trials if isinstance(trials, Finding) else passed()


@QUESTION.check("weights.range_used", after="weights.form", core=True)
def range_used(evidence: Evidence, bench: Bench) -> Finding:
    """The integers make good use of the 8-bit range on every layer of the trained net."""
    return _usable(evidence.layers, bench)


def _usable(trials: list[Trial], bench: Bench) -> Finding:
    for trial in (each.quantized for each in trials):
        if isinstance(trial, Finding):
            return trial
        scale = trial.applied
        lost = decibels_lost(trial.values, scale)
        if not bench.within("usable_scale_db", lost):
            largest = float(np.abs(trial.integers).max())
            return failed(
                f"{trial.name}: values from {trial.values.min():.4g} to {trial.values.max():.4g}"
                f" became integers up to {largest:g} in magnitude, {_noise(lost)}",
                f"at most {bench.thresholds.usable_scale_db:g} dB more noise",
                "Derive the scale from the tensor itself, so that its range fills -128..127.",
                _why_unusable(trial, trials),
            )
    return passed()


def _why_unusable(trial: Quantized, trials: list[Trial]) -> Diagnosis | None:
    """By the integers if they are wrong for the returned scale, else by the scale itself."""
    wrong = explain("2.1", QuantizedWeights(trial.values, trial.scale), trial.integers)
    answers = [other.quantized for other in trials if other.name != trial.name]
    others = [other.scale for other in answers if isinstance(other, Quantized)]
    case = ChosenScale(trial.values, trial.scale, others)
    return wrong or explain("2.1", case, trial.scale)


def _noise(lost: float) -> str:
    if np.isfinite(lost):
        return f"{lost:.1f} dB more noise than the range that just holds all values"
    return "which do not follow the values"


@QUESTION.check("weights.integers", after="weights.range_used")
def integers(evidence: Evidence, bench: Bench) -> Finding:
    """Every quantized weight is a whole number."""
    del bench
    return _first_wrong(
        evidence.answered(evidence.layers, evidence.outliers),
        lambda trial: trial.integers == np.rint(trial.integers),
        "a whole number",
        "Round after scaling.",
    )


@QUESTION.check("weights.int8", after="weights.range_used")
def int8(evidence: Evidence, bench: Bench) -> Finding:
    """Every quantized weight lies in -128..127."""
    del bench
    return _first_wrong(
        evidence.answered(evidence.layers, evidence.outliers),
        lambda trial: (trial.integers >= INT8[0]) & (trial.integers <= INT8[1]),
        "-128..127",
        "Clamp after rounding: a value just above the range rounds to 128.",
    )


@QUESTION.check("weights.scale", after="weights.range_used")
def scale(evidence: Evidence, bench: Bench) -> Finding:
    """The returned scale is exactly the factor that the weights were multiplied by."""
    del bench
    trials = evidence.answered(evidence.layers)
    if isinstance(trials, Finding):
        return trials
    for trial in trials:
        applied = trial.applied
        interval = trial.interval
        if interval is None:
            off = ~(trial.rounding.scaled | trial.rounding.saturated)
            near = abs(trial.scale / applied - 1) < 0.05
            if near and off.any():
                return _no_multiples(trial, off)
            right = near
            seen = f"about {applied:.6g}"
        else:
            right = interval[0] <= trial.scale <= interval[1]
            seen = f"between {interval[0]:.8g} and {interval[1]:.8g}"
        if not right:
            return failed(
                f"{trial.name}: the returned scale is {trial.scale:.8g}",
                f"the integers were made with a factor {seen}",
                "Return the very number you multiply by: not its inverse, not a rounded one.",
                explain("2.1", QuantizedWeights(trial.values, trial.scale), trial.integers),
            )
    return passed()


def _no_multiples(trial: Quantized, off: Mask) -> Finding:
    """What no factor makes of the weights, although the returned scale is near."""
    where = tuple(np.argwhere(off)[0])
    return failed(
        f"{trial.name}: element {[int(i) for i in where]} times the returned {trial.scale:.8g} is"
        f" {trial.rounding.products[where]:.6g} and became {trial.integers[where]:.6g}"
        f" ({int(off.sum())} of {off.size} elements)",
        "every weight times the returned scale, no more than a rounding away",
        "Multiply by the number you return, and do nothing else before you round: no offset.",
        explain("2.1", QuantizedWeights(trial.values, trial.scale), trial.integers),
    )


@QUESTION.check("weights.rounding", after="weights.range_used")
def rounding(evidence: Evidence, bench: Bench) -> Finding:
    """Each value is rounded to the nearest integer, a tie to the even one."""
    trials = evidence.answered(evidence.layers)
    half_way = evidence.answered(evidence.ties)
    if isinstance(trials, Finding):
        return trials
    if isinstance(half_way, Finding):
        return half_way
    for trial in trials:
        if trial.interval is None:
            return _badly_rounded(trial)
    observed = 0
    if not scale(evidence, bench).passed:
        return passed("Ties are judged once the returned scale is the one that was applied.")
    for trial in half_way:
        wrong = trial.rounding.ties & ~trial.rounding.nearest
        observed += int(trial.rounding.ties.sum())
        if wrong.any():
            return _badly_rounded(trial)
    return passed() if observed else passed("No exact tie was seen with your choice of scale.")


def _badly_rounded(trial: Quantized) -> Finding:
    seen = trial.rounding
    wrong = ~seen.nearest & ~seen.saturated
    diagnosis = explain("2.1", QuantizedWeights(trial.values, trial.scale), trial.integers)
    if not wrong.any():
        wrong = ~seen.nearest
    where = tuple(np.argwhere(wrong)[0]) if wrong.any() else (0,) * trial.values.ndim
    product, claimed = float(seen.products[where]), float(seen.claimed[where])
    return failed(
        f"{trial.name}: element {[int(i) for i in where]} times the scale is {product:.6g}"
        f" and became {claimed:g} ({int(wrong.sum())} of {wrong.size} elements)",
        f"{np.rint(np.clip(product, *INT8)):g}",
        "Round to the nearest integer, ties to even, before any conversion to an integer type.",
        diagnosis,
    )


@QUESTION.check("weights.saturation", after="weights.scale")
def saturation(evidence: Evidence, bench: Bench) -> Finding:
    """A value beyond the range becomes the nearest bound; it never wraps around."""
    del bench
    observed = 0
    trials = evidence.answered(evidence.layers, evidence.outliers)
    if isinstance(trials, Finding):
        return trials
    for trial in trials:
        seen = trial.rounding
        wrong = seen.saturated & ~seen.nearest
        observed += int(seen.saturated.sum())
        if wrong.any():
            where = tuple(np.argwhere(wrong)[0])
            product, claimed = float(seen.products[where]), float(seen.claimed[where])
            return failed(
                f"{trial.name}: a weight of {trial.values[where]:.4g} times the scale is"
                f" {product:.4g} and became {claimed:g}",
                f"{np.clip(product, *INT8):g}",
                "Clamp to -128..127 while the values are still floating-point numbers.",
                explain("2.1", QuantizedWeights(trial.values, trial.scale), trial.integers),
            )
    return passed() if observed else passed("Your scale leaves nothing beyond the range.")


@QUESTION.check("weights.any_tensor", after="weights.range_used")
def any_tensor(evidence: Evidence, bench: Bench) -> Finding:
    """The range is used just as well on tensors that are asymmetric, one-sided, tiny or huge."""
    return _usable(evidence.shapes, bench)


@QUESTION.check("weights.repeatable", after="weights.range_used")
def repeatable(evidence: Evidence, bench: Bench) -> Finding:
    """The same tensor gives the same result, whatever was quantized before."""
    names = {trial.name for trial in evidence.again}
    before = evidence.answered([trial for trial in evidence.layers if trial.name in names])
    after = evidence.answered(evidence.again)
    if isinstance(before, Finding):
        return before
    if isinstance(after, Finding):
        return after
    first = {one.name: one for one in before}
    for two in after:
        one = first[two.name]
        same = bench.within("repeat_error", abs(two.scale / one.scale - 1))
        if not same or not np.array_equal(one.integers, two.integers):
            return failed(
                f"{one.name}: scale {one.scale:.6g} at first, {two.scale:.6g} later",
                "the same result each time",
                "Let the result depend on the argument alone: no globals, no counters, no chance.",
            )
    return passed()


def _first_wrong(
    trials: list[Quantized] | Finding,
    right: Callable[[Quantized], np.ndarray],
    expected: str,
    next_step: str,
) -> Finding:
    """Where a property of single elements fails first."""
    if isinstance(trials, Finding):
        return trials
    for trial in trials:
        wrong = ~right(trial)
        if wrong.any():
            where = tuple(np.argwhere(wrong)[0])
            return failed(
                f"{trial.name}: element {[int(i) for i in where]} is"
                f" {trial.integers[where]:.6g} ({int(wrong.sum())} of {wrong.size} elements)",
                expected,
                next_step,
                explain("2.1", QuantizedWeights(trial.values, trial.scale), trial.integers),
            )
    return passed()
