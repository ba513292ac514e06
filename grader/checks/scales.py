"""What questions 4.2a and 4.2b share: a function from values to a scale, tried on many arrays."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from grader.arrays import Doubles
from grader.checks import claims, illustrations, probes
from grader.checks.context import FIRST, LATER, Context, Tolerances
from grader.checks.excess_noise import decibels_lost
from grader.misconceptions import ChosenScale, explain
from grader.pictures import Ranges
from grader.sandbox.outside.answer import Answer, Raised, Returned
from grader.verdict import CheckFailed

Ask = Callable[[str, Doubles], Answer]
"""Calls the function that is judged, given what the values are called, and the values."""
CHANGED = 1e-5
"""By more than this, relatively, no order of the same factors changes a scale."""
KEPT = "Compute the result anew from the arguments of each call: no globals, counters or chance."
DARK = 16
"""How many times smaller dark values are."""


@dataclass(frozen=True)
class Call:
    """Some values, and the answer to the question for their scale."""

    name: str
    values: Doubles
    answer: Answer
    function: str
    """As a student reads it."""

    @property
    def scale(self) -> float:
        """The scale that was chosen.

        Raises:
            CheckFailed: the answer is no positive number.
        """
        claim = claims.returned(self.answer, self.function)
        if claim.array is not None and claim.array.size == self.values.size > 1:
            raise CheckFailed(
                f"the scale for {self.name} is {claim.words}: one for each value",
                "one positive number",
                "Use one scale for all values, and see that the arguments are in the lab's order.",
            )
        return claims.scale(claim, f"the scale for {self.name}")


@dataclass(frozen=True)
class Evidence:
    """The scales chosen for the exam's values and for probes."""

    exam: list[Call]
    probes: list[Call]
    doubled: list[Call]
    """The exam's values times two."""
    again: list[Call]
    """The exam's values once more, asked in the reverse order."""
    tolerances: Tolerances

    @property
    def kept(self) -> bool:
        """Whether scales are kept from call to call: what explains a sound one explains none.

        Twice the values have the very same scale, or the same values another one.
        """
        return any(self.keeps(call) for call in self.exam)

    def keeps(self, call: Call) -> bool:
        """The same of one call; of one about drawn values, whether any is kept."""
        for one, doubled, again in zip(self.exam, self.doubled, self.again, strict=True):
            if one is call:
                with contextlib.suppress(CheckFailed):
                    if one.scale == doubled.scale:
                        return True
                with contextlib.suppress(CheckFailed):
                    return abs(again.scale / one.scale - 1) > CHANGED
                return False
        return self.kept

    def other_scales(self, than: Call) -> list[float]:
        """The scales that were chosen for other values, where they can be read."""
        scales = []
        every = (*self.exam, *self.probes, *self.doubled)
        for call in (each for each in every if each.name != than.name):
            with contextlib.suppress(CheckFailed):
                scales.append(call.scale)
        return scales


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


def drawn(context: Context, what: str, size: int, positive: int) -> dict[str, Doubles]:
    """Arrays that show whether a scale fits any values, by what to call them.

    Args:
        context: the exam and the submission.
        what: the function, as a student reads it.
        size: values of an array that has negative ones.
        positive: values of one that has none.
    """
    shapes = {kind: (positive if kind == "positive" else size,) for kind in KINDS}
    tensors = probes.light_tailed(context.rng(what), shapes)
    outliers = probes.with_outliers(context.rng(f"{what} outliers"), size)
    light = {
        f"values that are {probes.WORDS.get(name, name)}": v.astype(np.float64)
        for name, v in tensors.items()
    }
    return light | {"values with outliers": outliers}


def collect(
    context: Context,
    what: str,
    arrays: dict[str, Doubles],
    more: dict[str, Doubles],
    ask: Ask,
    check: str,
) -> Evidence:
    """Ask for the scale of the exam's arrays, of their doubles, of probes, and once more.

    Args:
        context: the exam and the submission.
        what: the function, as a student reads it.
        arrays: the exam's own values, by what to call them.
        more: values that are drawn.
        ask: calls the function for values that are called so.
        check: the one that judges what is drawn.
    """
    largest = min(float(np.abs(values).max()) for values in arrays.values())

    def calls(values: dict[str, Doubles]) -> list[Call]:
        return [
            _call(Call(name, v, ask(name, v), what), ask, largest) for name, v in values.items()
        ]

    with context.session.group(FIRST):
        exam = [Call(name, values, ask(name, values), what) for name, values in arrays.items()]
        doubled = calls({f"{name}, doubled": 2 * values for name, values in arrays.items()})
    with context.session.group(LATER):
        with context.collecting(check):
            probes = calls(more)
        return Evidence(
            exam=exam,
            probes=probes,
            doubled=doubled,
            again=calls(dict(reversed(arrays.items())))[::-1],
            tolerances=context.tolerances,
        )


def _call(call: Call, ask: Ask, largest: float) -> Call:
    """The call; where student code raised, with the same values but smaller than the exam's.

    A student's own check of what the lab promises, such as pixels within -1..1, is no mistake.
    """
    if not isinstance(call.answer, Raised):
        return call
    milder = call.values * (largest / 2 / float(np.abs(call.values).max()))
    name = f"{call.name}, made smaller"
    answer = ask(name, milder)
    return Call(name, milder, answer, call.function) if isinstance(answer, Returned) else call


def require_form(calls: Iterable[Call]) -> None:
    """Every answer is one positive number."""
    for call in calls:
        _ = call.scale


def require_range_used(calls: list[Call], evidence: Evidence, question: str) -> None:
    """Every scale makes good use of the 8-bit range of its values."""
    for call in calls:
        values, scale = call.values, call.scale
        lost = decibels_lost(values, scale)
        if not evidence.tolerances.within("excess_noise_db", lost):
            low, high = float(values.min()) + 0.0, float(values.max()) + 0.0
            kept = evidence.keeps(call)
            chosen = ChosenScale(values, scale, evidence.other_scales(call), kept)
            raise CheckFailed(
                f"{call.name}, from {low:.4g} to {high:.4g}: the scale {scale:.6g} maps them to"
                f" {low * scale:.4g}..{high * scale:.4g}, with {lost:.1f} dB more noise than the"
                " range that just holds all values",
                f"at most {evidence.tolerances.thresholds.excess_noise_db:g} dB",
                KEPT if kept else "Derive the scale from all values, so that they fill -128..127.",
                explain(question, chosen, scale),
                partial(_drawn, evidence.exam, call),
            )


def _drawn(exam: list[Call], shown: Call) -> Ranges:
    """The scales of the exam's values, and the one that is shown."""
    every = exam if shown in exam else [*exam, shown]
    return illustrations.of_scales([(call.name, call.values, call.scale) for call in every])


def require_proportional(evidence: Evidence) -> None:
    """Twice the values, half the scale."""
    for single, double in zip(evidence.exam, evidence.doubled, strict=True):
        one, two = single.scale, double.scale
        times = float(np.abs(double.values).max()) / float(np.abs(single.values).max())
        if not evidence.tolerances.within("scale_error", abs(times * two / one - 1)):
            raise CheckFailed(
                f"{single.name}: scale {one:.6g}; for {times:g} times the values {two:.6g}",
                f"{one / times:.6g}",
                "Compute the scale from the range of the values at each call, and keep its digits.",
            )


def require_repeatable(evidence: Evidence) -> None:
    """The same values give the same scale, whatever was asked before."""
    for before, after in zip(evidence.exam, evidence.again, strict=True):
        one, two = before.scale, after.scale
        if not evidence.tolerances.within("repeat_error", abs(two / one - 1)):
            raise CheckFailed(
                f"{before.name}: scale {one:.8g} at first, {two:.8g} later",
                "the same each time",
                KEPT,
            )
