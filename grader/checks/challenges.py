"""What the parts of Question C share: names that may be left out, refusals, and whole nets.

Nobody has to answer Question C, so what is left as the template has it is asked nothing, and what
fails because of a function of Questions 1 to 5 that lost points there is not charged again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from grader.arrays import Doubles, Mask
from grader.checks import accuracy, activations, claims, forward, input_scale, weights
from grader.checks.accuracy import Measurement
from grader.checks.context import Context, Tolerances
from grader.checks.nets import own
from grader.checks.paired import Drop
from grader.checks.question import Question
from grader.checks.rounding import FLOAT32, OPERATIONS
from grader.oracle import bounds
from grader.sandbox.outside.answer import Answer, Built, Failure, Missing, Returned
from grader.sandbox.wire import Claim, Value
from grader.verdict import CheckFailed, NotReached, Verdict

QUANTIZES: tuple[Question[Any], ...] = (
    weights.QUESTION,
    input_scale.QUESTION,
    activations.QUESTION,
    forward.QUESTION,
)
"""The questions whose functions a net of Question C is made of."""
BAD_SCALES = {"0": 0.0, "-2.5": -2.5, "NaN": float("nan")}
"""What no scale can be."""
COMPARE = "Compare each layer's integers with its float activations times the scales so far."
SAME_SHAPE = "Return a tensor of numbers, of the shape that came in."
CLOSEST = 0.75
"""Of the largest integer: a bound of one's own that is closer to 0 is no clip of a few values."""


def ask(context: Context, name: str, *arguments: Value) -> Answer:
    """Call a function of Question C; one that is not filled in is missing, and costs no call."""
    if name not in context.challenges:
        return Missing(name, None, None)
    return context.session.call(name, *arguments)


def constant(context: Context, name: str) -> Answer:
    """The value of a name of Question C, likewise."""
    if name not in context.challenges:
        return Missing(name, None, None)
    return context.session.value(name)


def returned(answer: Answer, name: str) -> Claim:
    """The claim of an answer.

    Raises:
        NotReached: the name is not filled in, which costs nothing.
        CheckFailed: something else happened.
    """
    if isinstance(answer, Missing) and answer.because is None:
        raise left_out(name)
    return claims.returned(answer, name)


def left_out(name: str) -> NotReached:
    """What is said of a name that is not filled in: to be raised."""
    return NotReached(f"{name} is not filled in: nothing is asked of it.")


def require_refused(function: str, answers: Mapping[str, Answer], expected: str) -> None:
    """For no such argument does the function return a number; what else it does is open.

    Raises:
        CheckFailed: it does, for the argument that is named.
    """
    for given, answer in answers.items():
        if isinstance(answer, Returned) and _holds_number(answer.claim):
            raise CheckFailed(
                f"{function} returned {answer.claim.words} for {given}",
                expected,
                "Raise a ValueError: a number that stands for nothing is found much later.",
            )


def _holds_number(claim: Claim) -> bool:
    if claim.items:
        return any(map(_holds_number, claim.items))
    if claim.array is None or claim.array.dtype.kind not in "fiu":
        return False
    return bool(np.isfinite(claim.array).any())


@contextmanager
def charging(lost: tuple[str, ...]) -> Iterator[None]:
    """Inside, what fails may be the fault of these functions, which lost points elsewhere."""
    try:
        yield
    except NotReached:
        raise
    except CheckFailed as failed:
        if not lost:
            raise
        names = " and ".join(lost)
        raise NotReached(
            f"{failed.verdict.actual}. It is made with {names}, which lost points above: begin"
            " there."
        ) from None


def lost_before(context: Context, questions: tuple[Question[Any], ...]) -> tuple[str, ...]:
    """The functions of these questions that have lost points."""
    return tuple(each.function for each in questions if each.number in context.charged)


def whole_number(claim: Claim, what: str) -> int:
    """A number that is whole, of any type.

    Raises:
        CheckFailed: it is something else.
    """
    number = claim.number
    value = float("nan") if number is None else float(number.value)
    if not (np.isfinite(value) and value == round(value)) or claim.kind == "bool":
        raise CheckFailed(
            f"{what} is {claim.words}", "a whole number", "Make it a whole number: an int will do."
        )
    return round(value)


@dataclass(frozen=True)
class Integers:
    """Claimed integers of so many bits beside the products that they should be the rounding of."""

    products: Doubles
    claimed: Doubles
    bits: int

    @property
    def bounds(self) -> tuple[float, float]:
        """What the products are clamped to: -2**(bits - 1) or one more, and 2**(bits - 1) - 1.

        Values may have been clipped first, to bounds of one's own: then one of these two is closer,
        while the other one is reached.
        """
        low, high = bounds(self.bits)
        least, most = float(self.claimed.min()), float(self.claimed.max())
        reached = most == high or least <= -high
        if most < high and reached and most >= CLOSEST * high:
            return max(least, low), most
        if least > -high and reached and least <= -CLOSEST * high:
            return least, high
        return (-high if least > low else low), high

    @property
    def slack(self) -> Doubles:
        """The error that float32 may have made in each product."""
        error: Doubles = np.abs(self.products) * (OPERATIONS * FLOAT32)
        return error

    @property
    def within(self) -> Mask:
        """Where the claim is a whole number of so many bits."""
        low, high = bounds(self.bits)
        claimed = self.claimed
        found: Mask = (claimed >= low) & (claimed <= high) & (claimed == np.rint(claimed))
        return found

    @property
    def nearest(self) -> Mask:
        """Where the claim is the nearest integer to its product, or the bound that it lies beyond.

        A tie may go either way.
        """
        clamped = np.clip(self.products, *self.bounds)
        near: Mask = np.abs(self.claimed - clamped) <= 0.5 + self.slack
        return near


def first(wrong: Mask) -> tuple[int, ...]:
    """Where the first wrong element is."""
    return tuple(int(index) for index in np.argwhere(wrong)[0])


Challenge = Literal["NetQuantizedPow2", "NetQuantizedMixed"]


@dataclass(frozen=True)
class Net:
    """A student's class of Question C, built from the exam's float net, and what it costs."""

    built: Built | Failure
    measured: Measurement | Verdict
    lost: tuple[str, ...]
    """The functions that it is made with and that lost points elsewhere."""
    tolerances: Tolerances

    @property
    def published(self) -> Drop | None:
        """What it loses by the oracle, to be published."""
        return self.measured.by_oracle if isinstance(self.measured, Measurement) else None


def build(context: Context, cls: Challenge) -> Net:
    """Have the class build its net of the exam's float net, and measure what it costs."""
    lost = lost_before(context, QUANTIZES)
    if cls not in context.challenges:
        return Net(Missing(cls, None, None), left_out(cls).verdict, lost, context.tolerances)
    plan = own(context, "plain", cls)
    measured: Measurement | Verdict
    with context.session.group():
        built = context.session.build(plan)
        try:
            measured = _measured(context, built)
        except CheckFailed as failed:
            measured = failed.verdict
    return Net(built, measured, lost, context.tolerances)


def _measured(context: Context, built: Built | Failure) -> Measurement:
    if not isinstance(built, Built):
        raise claims.failure(built, "the class")
    alone = forward.QUESTION.number in context.charged
    return accuracy.measure(context, "plain", built, by_oracle_alone=alone)


def require_built(net: Net, cls: Challenge) -> Built:
    """The net, if there is one.

    Raises:
        NotReached: the class is not filled in.
        CheckFailed: it cannot be built.
    """
    if isinstance(net.built, Built):
        return net.built
    if isinstance(net.built, Missing) and net.built.because is None:
        raise left_out(cls)
    raise claims.failure(net.built, cls)


def require_accuracy_kept(net: Net) -> str:
    """The drop is neither significantly above the margin nor above the limit.

    Raises:
        CheckFailed: it is, or there is no accuracy.
    """
    measured, tolerances = net.measured, net.tolerances
    if not isinstance(measured, Measurement):
        raise CheckFailed(measured.actual, measured.expected, measured.next_step or COMPARE)
    words = measured.words(tolerances.thresholds.confidence)
    if not accuracy.accepted(measured, tolerances):
        raise CheckFailed(
            words,
            f"a drop that is not significantly above {tolerances.thresholds.accuracy_margin:g}"
            f" points, and not above {tolerances.thresholds.accuracy_limit:g}",
            COMPARE,
        )
    return words
