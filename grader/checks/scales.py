"""What questions 4.2a and 4.2b share: a function from values to a scale, tried on many arrays."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.checks import claims, probes
from grader.checks.bench import FIRST, LATER, Bench
from grader.checks.usable import decibels_lost
from grader.finding import Finding, failed, passed
from grader.misconceptions import ChosenScale, explain
from grader.sandbox.outside.answer import Answer

Doubles = NDArray[np.float64]
Ask = Callable[[str, Doubles], Answer]
"""Calls the function that is judged, given what the values are called, and the values."""
DARK = 16
"""How many times smaller dark values are."""


@dataclass(frozen=True)
class Trial:
    """Some values and the scale that was chosen for them."""

    name: str
    values: Doubles
    answer: Answer
    what: str

    def scale(self) -> float | Finding:
        """The claimed scale, or what came instead."""
        claim = claims.returned(self.answer, self.what)
        if isinstance(claim, Finding):
            return claim
        return claims.scale(claim, f"the scale for {self.name}")


@dataclass(frozen=True)
class Evidence:
    """The scales chosen for the exam's values and for probes."""

    exam: list[Trial]
    probes: list[Trial]
    doubled: list[Trial]
    """The exam's values times two."""
    again: list[Trial]
    """The exam's values once more, asked in the reverse order."""

    @property
    def trials(self) -> list[Trial]:
        """All with values of their own."""
        return [*self.exam, *self.probes, *self.doubled]


KINDS = (
    "asymmetric-negative",
    "asymmetric-positive",
    "positive",
    "bell",
    "tiny",
    "huge",
    "negative",
)


def after_dark(values: Doubles, first: int) -> Doubles:
    """The values, the first so many of them so dark that their range alone clips the others."""
    return np.concatenate([values[:first] / DARK, values[first:]])


def drawn(bench: Bench, what: str, size: int, positive: int) -> dict[str, Doubles]:
    """Arrays that show whether a scale fits any values, by what to call them.

    Args:
        bench: the exam and the submission.
        what: the function, as a student reads it.
        size: values of an array that has negative ones.
        positive: values of one that has none.
    """
    shapes = {kind: (positive if kind == "positive" else size,) for kind in KINDS}
    tensors = probes.light_tailed(bench.rng(what), shapes)
    outliers = probes.with_outliers(bench.rng(f"{what} outliers"), size)
    light = {f"values that are {name}": v.astype(np.float64) for name, v in tensors.items()}
    return light | {"values with outliers": outliers}


def collect(
    bench: Bench, what: str, arrays: dict[str, Doubles], more: dict[str, Doubles], ask: Ask
) -> Evidence:
    """Ask for the scale of the exam's arrays, of their doubles, of probes, and once more.

    Args:
        bench: the exam and the submission.
        what: the function, as a student reads it.
        arrays: the exam's own values, by what to call them.
        more: values that are drawn.
        ask: calls the function for values that are called so.
    """

    def trials(values: dict[str, Doubles]) -> list[Trial]:
        return [Trial(name, v, ask(name, v), what) for name, v in values.items()]

    with bench.session.group(FIRST):
        exam = trials(arrays)
        doubled = trials({f"{name}, doubled": 2 * values for name, values in arrays.items()})
    with bench.session.group(LATER):
        return Evidence(
            exam=exam,
            probes=trials(more),
            doubled=doubled,
            again=trials(dict(reversed(arrays.items())))[::-1],
        )


def form(trials: list[Trial]) -> Finding:
    """Every answer is one positive number."""
    for trial in trials:
        scale = trial.scale()
        if isinstance(scale, Finding):
            return scale
    return passed()


def usable(
    trials: list[Trial], all_trials: Iterable[Trial], bench: Bench, question: str
) -> Finding:
    """Every scale makes good use of the 8-bit range of its values."""
    for trial in trials:
        scale = trial.scale()
        if isinstance(scale, Finding):
            return scale
        lost = decibels_lost(trial.values, scale)
        if not bench.within("usable_scale_db", lost):
            low, high = float(trial.values.min()), float(trial.values.max())
            return failed(
                f"{trial.name}, from {low:.4g} to {high:.4g}: the scale {scale:.6g} maps them to"
                f" {low * scale:.4g}..{high * scale:.4g}, with {lost:.1f} dB more noise than the"
                " range that just holds all values",
                f"at most {bench.thresholds.usable_scale_db:g} dB",
                "Derive the scale from the values, so that their range fills -128..127.",
                explain(
                    question, ChosenScale(trial.values, scale, others(trial, all_trials)), scale
                ),
            )
    return passed()


def others(trial: Trial, trials: Iterable[Trial]) -> list[float]:
    """The scales that were claimed for other values."""
    scales = [each.scale() for each in trials if each.name != trial.name]
    return [scale for scale in scales if not isinstance(scale, Finding)]


def proportional(evidence: Evidence, bench: Bench) -> Finding:
    """Twice the values, half the scale."""
    for single, double in _pairs(evidence.exam, evidence.doubled):
        one, two = single.scale(), double.scale()
        if isinstance(one, Finding):
            return one
        if isinstance(two, Finding):
            return two
        if not bench.within("scale_error", abs(2 * two / one - 1)):
            return failed(
                f"{single.name}: scale {one:.6g}; for the doubled values {two:.6g}",
                f"{one / 2:.6g}",
                "Let the scale depend on the range of the values alone.",
            )
    return passed()


def repeatable(evidence: Evidence, bench: Bench) -> Finding:
    """The same values give the same scale, whatever was asked before."""
    for before, after in _pairs(evidence.exam, evidence.again):
        one, two = before.scale(), after.scale()
        if isinstance(one, Finding):
            return one
        if isinstance(two, Finding):
            return two
        if not bench.within("repeat_error", abs(two / one - 1)):
            return failed(
                f"{before.name}: scale {one:.8g} at first, {two:.8g} later",
                "the same each time",
                "Let the result depend on the arguments alone: no globals, no counters, no chance.",
            )
    return passed()


def _pairs(one: list[Trial], two: list[Trial]) -> Iterator[tuple[Trial, Trial]]:
    yield from zip(one, two, strict=True)
