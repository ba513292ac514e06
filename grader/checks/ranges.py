"""Questions 1.2 and 3.2: `value_range(values)` and `three_sigma_range(values)`."""

import math
from dataclasses import dataclass

import numpy as np

from grader.arrays import Doubles, Rng
from grader.checks import claims
from grader.checks.context import FIRST, Context, Tolerances
from grader.checks.probes import evenly
from grader.checks.question import Question
from grader.misconceptions import ThreeSigmaRange, ValueRange, explain
from grader.sandbox.outside.answer import Answer, Raised
from grader.sandbox.wire import Tensor, Value
from grader.verdict import CheckFailed

VALUE, SIGMA = "value_range", "three_sigma_range"
QUANTITIES: dict[str, type[ValueRange | ThreeSigmaRange]] = {
    VALUE: ValueRange,
    SIGMA: ThreeSigmaRange,
}
"""By function: the type of its result, as misconceptions know it."""
NEXT = {
    VALUE: "Subtract the smallest of all values from the largest, and return that one number.",
    SIGMA: "Write down both ends, for all values together, then subtract the lower from the upper.",
}
"""By function: what to do where its result is wrong."""


@dataclass(frozen=True)
class Probe:
    """One array, as an array or as a tensor, and the range that was returned for it."""

    name: str
    values: Doubles
    function: str
    answer: Answer

    @property
    def claimed(self) -> float:
        """The range.

        Raises:
            CheckFailed: what was returned is none.
        """
        claim = claims.returned(self.answer, f"{self.function} of {self.name}")
        try:
            return claims.scale(claim, f"the result of {self.function}")
        except CheckFailed as failed:  # what to do about a scale is not what to do about a range
            told = failed.verdict
            raise CheckFailed(told.actual, told.expected, NEXT[self.function]) from None


@dataclass(frozen=True)
class Evidence:
    """Both ranges of values that lie on both sides of zero, or on one."""

    value: list[Probe]
    sigma: list[Probe]
    tolerances: Tolerances


def collect(context: Context) -> Evidence:
    """Ask for both ranges of arrays and of tensors, in one dimension and in more."""
    rng = context.rng("ranges")
    arrays = {
        "like weights": _bell(rng, -1, 2, (10, 4, 5, 5)),
        "like activations": np.maximum(_bell(rng, -1, 3, (1500,)), 0),
        "of negative values": -evenly(rng, 3, 5, 800, bits=8),
        "far from zero": evenly(rng, 40, 60, 900, bits=8),
        "in two dimensions": _bell(rng, 1, 2, (30, 40)),
    }
    with context.session.group(FIRST):
        asked = {
            function: [
                probe
                for name, values in arrays.items()
                for probe in _probes(context, function, name, values)
            ]
            for function in (VALUE, SIGMA)
        }
    return Evidence(asked[VALUE], asked[SIGMA], context.tolerances)


def _probes(context: Context, function: str, name: str, values: Doubles) -> list[Probe]:
    """The same values as an array and as a tensor.

    Weights are tensors and activations are arrays: a student may expect either. So what raises for
    one of them alone is not judged there.
    """
    kinds: dict[str, Value] = {"an array": values, "a tensor": Tensor(values.astype(np.float32))}
    probes = [
        Probe(f"{kind} {name}", values, function, context.session.call(function, given))
        for kind, given in kinds.items()
    ]
    return [probe for probe in probes if not isinstance(probe.answer, Raised)] or probes


def _bell(rng: Rng, mean: int, sigma: int, shape: tuple[int, ...]) -> Doubles:
    """Nearly normal numbers, multiples of 2**-8: sums of twelve even ones, with their variances."""
    sums: Doubles = evenly(rng, -sigma / 2, sigma / 2, (12, *shape), bits=8).sum(axis=0)
    return mean + sums


def sigma_of(values: Doubles, ddof: int = 0) -> float:
    """The standard deviation; to the last bit for the arrays here, whose sums are exact."""
    n, total, squares = values.size, float(values.sum()), float((values * values).sum())
    return math.sqrt((n * squares - total * total) / (n * (n - ddof)))


QUESTION = Question(
    "1.2", "Ranges of weights and activations", collect, names=(VALUE, SIGMA), by_hand=True
)


@QUESTION.check("ranges.value")
def value(evidence: Evidence) -> None:
    """`value_range` is the difference between the largest and the smallest value."""
    for probe in evidence.value:
        _require(
            probe,
            [float(probe.values.max() - probe.values.min())],
            evidence.tolerances,
        )


@QUESTION.check("ranges.three_sigma")
def three_sigma(evidence: Evidence) -> None:
    """`three_sigma_range` is the difference between mu + 3 sigma and mu - 3 sigma."""
    for probe in evidence.sigma:
        _require(
            probe,
            [6 * sigma_of(probe.values, ddof) for ddof in (0, 1)],
            evidence.tolerances,
        )


def _require(probe: Probe, correct: list[float], tolerances: Tolerances) -> None:
    """The claimed range is one of the correct ones."""
    claimed = probe.claimed
    off = min(abs(claimed / each - 1) for each in correct)
    if tolerances.within("range_error", off):
        return
    values = probe.values
    raise CheckFailed(
        f"{probe.name} ({'x'.join(map(str, values.shape))}), from {values.min():.4g} to"
        f" {values.max():.4g}, mean {values.mean():.4g}, sigma {sigma_of(values):.4g}:"
        f" {probe.function} is {claimed:.6g}",
        f"{correct[0]:.6g}",
        NEXT[probe.function],
        explain("1.2", QUANTITIES[probe.function](values, correct[0]), claimed),
    )
