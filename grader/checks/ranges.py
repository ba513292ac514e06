"""Questions 1.2 and 3.2: `value_range(values)` and `three_sigma_range(values)`."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.checks import claims
from grader.checks.bench import FIRST, Bench
from grader.checks.probes import Rng, evenly
from grader.checks.tree import Question
from grader.finding import Finding, failed, passed
from grader.misconceptions import ThreeSigmaRange, ValueRange, explain
from grader.sandbox.outside.answer import Answer, Returned
from grader.sandbox.wire import Tensor

VALUE, SIGMA = "value_range", "three_sigma_range"


@dataclass(frozen=True)
class Trial:
    """One array and both answers."""

    name: str
    values: NDArray[np.float64]
    value: Answer
    sigma: Answer


def collect(bench: Bench) -> list[Trial]:
    """Ask for both ranges of arrays that lie on both sides of zero, or on one.

    Weights have the shape of a convolution's, as in the lab; activations are flat.
    """
    rng = bench.rng("ranges")
    arrays = {
        "an array like weights": _bell(rng, -1, 2, (10, 4, 5, 5)),
        "an array like activations": np.maximum(_bell(rng, -1, 3, (1500,)), 0),
        "an array of negative values": -evenly(rng, 3, 5, 800, bits=8),
        "an array far from zero": evenly(rng, 40, 60, 900, bits=8),
    }
    with bench.session.group(FIRST):
        return [
            Trial(name, values, _ask(bench, VALUE, values), _ask(bench, SIGMA, values))
            for name, values in arrays.items()
        ]


def _bell(rng: Rng, mean: int, sigma: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Nearly normal numbers, multiples of 2**-8: sums of twelve even ones, with their variances."""
    sums: NDArray[np.float64] = evenly(rng, -sigma / 2, sigma / 2, (12, *shape), bits=8).sum(axis=0)
    return mean + sums


def sigma_of(values: NDArray[np.float64], ddof: int = 0) -> float:
    """The standard deviation; to the last bit for the arrays here, whose sums are exact."""
    n, total, squares = values.size, float(values.sum()), float((values * values).sum())
    return math.sqrt((n * squares - total * total) / (n * (n - ddof)))


def _ask(bench: Bench, name: str, values: NDArray[np.float64]) -> Answer:
    """Weights are tensors and activations are arrays, so either may be what a student expects."""
    answer = bench.session.call(name, values)
    if isinstance(answer, Returned):
        return answer
    second = bench.session.call(name, Tensor(values.astype(np.float32)))
    return second if isinstance(second, Returned) else answer


QUESTION = Question("1.2", "Ranges of weights and activations", collect)


def _judge(
    trials: list[Trial],
    bench: Bench,
    name: str,
    quantity: type[ValueRange | ThreeSigmaRange],
    right: Callable[[NDArray[np.float64]], list[float]],
    next_step: str,
) -> Finding:
    for trial in trials:
        claim = claims.returned(trial.value if name == VALUE else trial.sigma, name)
        if isinstance(claim, Finding):
            return claim
        claimed = claims.scale(claim, f"the result of {name}")
        if isinstance(claimed, Finding):
            return claimed
        wanted = right(trial.values)
        off = min(abs(claimed / value - 1) for value in wanted)
        if not bench.within("range_error", off):
            case = quantity(trial.values, wanted[0])
            return failed(
                f"{trial.name} from {trial.values.min():.4g} to {trial.values.max():.4g}, mean"
                f" {trial.values.mean():.4g}, sigma {sigma_of(trial.values):.4g}: {claimed:.6g}",
                f"{wanted[0]:.6g}",
                next_step,
                explain("1.2", case, claimed),
            )
    return passed()


@QUESTION.check("ranges.value")
def value(trials: list[Trial], bench: Bench) -> Finding:
    """`value_range` is the difference between the largest and the smallest value."""
    return _judge(
        trials,
        bench,
        VALUE,
        ValueRange,
        lambda values: [float(values.max() - values.min())],
        "Subtract the smallest value from the largest.",
    )


@QUESTION.check("ranges.three_sigma")
def three_sigma(trials: list[Trial], bench: Bench) -> Finding:
    """`three_sigma_range` is the difference between mu + 3 sigma and mu - 3 sigma."""
    return _judge(
        trials,
        bench,
        SIGMA,
        ThreeSigmaRange,
        lambda values: [6 * sigma_of(values, ddof) for ddof in (0, 1)],
        "Write down both ends, then subtract.",
    )
