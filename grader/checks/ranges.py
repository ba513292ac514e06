"""Questions 1.2 and 3.2: `value_range(values)` and `three_sigma_range(values)`."""

import math
from dataclasses import dataclass

import numpy as np

from grader.arrays import Doubles, Rng
from grader.checks import claims
from grader.checks.context import FIRST, Context, Tolerances
from grader.checks.probes import evenly
from grader.checks.question import Question
from grader.misconceptions import RangeCase, explain
from grader.sandbox.outside.answer import Answer, Returned
from grader.sandbox.wire import Tensor
from grader.verdict import CheckFailed

VALUE, SIGMA = "value_range", "three_sigma_range"


@dataclass(frozen=True)
class Probe:
    """One array and what both functions answered."""

    name: str
    values: Doubles
    answers: dict[str, Answer]
    """By the function."""

    def claimed(self, function: str) -> float:
        """The range that a function returned.

        Raises:
            CheckFailed: it returned something else.
        """
        claim = claims.returned(self.answers[function], function)
        return claims.scale(claim, f"the result of {function}")


@dataclass(frozen=True)
class Evidence:
    """Both ranges of arrays that lie on both sides of zero, or on one."""

    probes: list[Probe]
    tolerances: Tolerances


def collect(context: Context) -> Evidence:
    """Ask for both ranges. Weights have the shape of a convolution's; activations are flat."""
    rng = context.rng("ranges")
    arrays = {
        "an array like weights": _bell(rng, -1, 2, (10, 4, 5, 5)),
        "an array like activations": np.maximum(_bell(rng, -1, 3, (1500,)), 0),
        "an array of negative values": -evenly(rng, 3, 5, 800, bits=8),
        "an array far from zero": evenly(rng, 40, 60, 900, bits=8),
    }
    with context.session.group(FIRST):
        probes = [
            Probe(name, values, {each: _ask(context, each, values) for each in (VALUE, SIGMA)})
            for name, values in arrays.items()
        ]
    return Evidence(probes, context.tolerances)


def _bell(rng: Rng, mean: int, sigma: int, shape: tuple[int, ...]) -> Doubles:
    """Nearly normal numbers, multiples of 2**-8: sums of twelve even ones, with their variances."""
    sums: Doubles = evenly(rng, -sigma / 2, sigma / 2, (12, *shape), bits=8).sum(axis=0)
    return mean + sums


def sigma_of(values: Doubles, ddof: int = 0) -> float:
    """The standard deviation; to the last bit for the arrays here, whose sums are exact."""
    n, total, squares = values.size, float(values.sum()), float((values * values).sum())
    return math.sqrt((n * squares - total * total) / (n * (n - ddof)))


def _ask(context: Context, name: str, values: Doubles) -> Answer:
    """Weights are tensors and activations are arrays, so either may be what a student expects."""
    answer = context.session.call(name, values)
    if isinstance(answer, Returned):
        return answer
    second = context.session.call(name, Tensor(values.astype(np.float32)))
    return second if isinstance(second, Returned) else answer


QUESTION = Question(
    "1.2", "Ranges of weights and activations", collect, names=(VALUE, SIGMA), by_hand=True
)


@QUESTION.check("ranges.value")
def value(evidence: Evidence) -> None:
    """`value_range` is the difference between the largest and the smallest value."""
    for probe in evidence.probes:
        _require(
            probe,
            VALUE,
            [float(probe.values.max() - probe.values.min())],
            evidence.tolerances,
            "Subtract the smallest value from the largest.",
        )


@QUESTION.check("ranges.three_sigma")
def three_sigma(evidence: Evidence) -> None:
    """`three_sigma_range` is the difference between mu + 3 sigma and mu - 3 sigma."""
    for probe in evidence.probes:
        _require(
            probe,
            SIGMA,
            [6 * sigma_of(probe.values, ddof) for ddof in (0, 1)],
            evidence.tolerances,
            "Write down both ends, then subtract.",
        )


def _require(
    probe: Probe, function: str, correct: list[float], tolerances: Tolerances, next_step: str
) -> None:
    """The claimed range is one of the correct ones."""
    claimed = probe.claimed(function)
    off = min(abs(claimed / each - 1) for each in correct)
    if tolerances.within("range_error", off):
        return
    values = probe.values
    raise CheckFailed(
        f"{probe.name} from {values.min():.4g} to {values.max():.4g}, mean {values.mean():.4g},"
        f" sigma {sigma_of(values):.4g}: {claimed:.6g}",
        f"{correct[0]:.6g}",
        next_step,
        explain(
            f"1.2 {'value' if function == VALUE else 'sigma'}",
            RangeCase(values, correct[0]),
            claimed,
        ),
    )
