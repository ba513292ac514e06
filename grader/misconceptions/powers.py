"""Wrong powers of two (question C.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from grader.arrays import Doubles
from grader.misconceptions.registry import misconception

FUNCTION = "power_of_two_scale"


@dataclass(frozen=True)
class PowersOfTwo:
    """What `power_of_two_scale` makes of some scales."""

    scales: Doubles

    @property
    def exponents(self) -> Doubles:
        """The logarithms to base 2."""
        return np.log2(self.scales)

    @property
    def correct(self) -> Doubles:
        """The powers of two that are not larger."""
        return np.exp2(np.frexp(self.scales)[1] - 1.0)


@misconception(
    question="C.1",
    predicts=PowersOfTwo,
    sentence="Your code takes the power of two above the scale, which clips many values.",
    hint="Take the one below, or the nearer one.",
    code={FUNCTION: "return 2.0 ** math.ceil(math.log2(scale))"},
)
def power_rounded_up(powers: PowersOfTwo) -> Iterable[Doubles]:
    yield np.exp2(np.ceil(powers.exponents))


@misconception(
    question="C.1",
    predicts=PowersOfTwo,
    sentence="Your code cuts the exponent off toward zero: for scales below 1 that rounds it up.",
    hint="Negative exponents have to be rounded down, too.",
    code={FUNCTION: "return 2.0 ** int(math.log2(scale))"},
)
def exponent_cut_off(powers: PowersOfTwo) -> Iterable[Doubles]:
    yield np.exp2(np.trunc(powers.exponents))


@misconception(
    question="C.1",
    predicts=PowersOfTwo,
    sentence="Your code rounds the scale to an integer before it looks for a power of two.",
    hint="Most output scales are far below 1. Round the exponent instead.",
    code={FUNCTION: "return 2.0 ** (max(round(scale), 1).bit_length() - 1)"},
)
def power_of_an_integer(powers: PowersOfTwo) -> Iterable[Doubles]:
    yield np.exp2(np.floor(np.log2(np.maximum(np.rint(powers.scales), 1))))


@misconception(
    question="C.1",
    predicts=PowersOfTwo,
    sentence="Your code returns the exponent, not the power of two.",
    hint="2 to the power of it is the scale.",
    code={FUNCTION: "return float(math.floor(math.log2(scale)))"},
)
def exponent_returned(powers: PowersOfTwo) -> Iterable[Doubles]:
    yield np.floor(powers.exponents)
    yield np.rint(powers.exponents)
