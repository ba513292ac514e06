"""What a misconception is, and when it explains a claim.

A misconception has a name, the sentence and the hint a student reads, the wrong computation in
NumPy (which explains a wrong claim), and the same mistake as student code (which validation plants
into the reference to see that it loses points, and where).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from grader.verdict import Diagnosis

Predictions: TypeAlias = Callable[[Any], Iterable[Any]]
"""From the case at hand to what a student with this misconception might have claimed."""
Predictor: TypeAlias = Callable[[Predictions], Predictions]

LIMITS = (127.0, 127.5, 128.0)
"""What a sound range may be mapped to: a wrong scale is recognized for each of them."""
EXPLAINED = 0.999
"""The share of the elements that a misconception must account for."""


@dataclass(frozen=True)
class Mutant:
    """The mistake as student code: functions whose bodies are replaced in the reference."""

    bodies: dict[str, str]
    """By function: `quantized_weights`, `NetQuantized.forward`, or a name that is assigned."""
    loses: frozenset[str]
    """The questions that must lose points; all others must keep them."""


@dataclass(frozen=True)
class Misconception:
    """One wrong way of thinking about one question."""

    question: str
    diagnosis: Diagnosis
    predictions: Predictions
    mutant: Mutant | None = None


REGISTRY: list[Misconception] = []


def misconception(
    question: str,
    name: str,
    sentence: str,
    hint: str,
    bodies: dict[str, str] | None = None,
    loses: Sequence[str] = (),
) -> Predictor:
    """Register the decorated function as the NumPy form of a misconception."""

    def register(predictions: Predictions) -> Predictions:
        mutant = Mutant(bodies, frozenset(loses or [question])) if bodies else None
        REGISTRY.append(
            Misconception(question, Diagnosis(name, sentence, hint), predictions, mutant)
        )
        return predictions

    return register


def agreement(claimed: Any, predicted: Any) -> float:
    """The share of the elements that are equal (numbers: to a relative 1e-5)."""
    if isinstance(claimed, frozenset):
        return float(claimed == predicted)
    one, two = np.asarray(claimed, np.float64), np.asarray(predicted, np.float64)
    if one.shape != two.shape:
        return 0.0
    return float(np.isclose(one, two, rtol=1e-5, atol=0).mean())


def _all_of_it(prediction: Any) -> Any:
    return prediction


def explain(
    question: str, case: Any, claimed: Any, seen: Callable[[Any], Any] = _all_of_it
) -> Diagnosis | None:
    """The one misconception that accounts for a wrong claim, if any does so clearly.

    It must account for nearly every element, for more than the right answer does, and for more
    than any other misconception; of those that claim the very same here, the first is named. Where
    a claim is only what is `seen` of a step, so are the predictions.
    """
    with np.errstate(all="ignore"):  # what a student claims may be any number
        scored = [
            (agreement(claimed, prediction), prediction, m.diagnosis)
            for m in REGISTRY
            if m.question == question
            for prediction in map(seen, m.predictions(case))
        ]
        scored.sort(key=lambda each: -each[0])
        right = agreement(claimed, seen(case.right))
        if not scored or scored[0][0] < max(EXPLAINED, np.nextafter(right, 2)):
            return None
        share, best, diagnosis = scored[0]
        rivals = [each for each in scored if each[0] == share and each[2] is not diagnosis]
        if rivals and (_says_nothing(best) or any(agreement(r, best) < 1 for _, r, _ in rivals)):
            return None
    return diagnosis


def explains(
    diagnosis: Diagnosis,
    case: Any,
    claimed: Any,
    seen: Callable[[Any], Any] = _all_of_it,
) -> bool:
    """Whether a misconception accounts for this claim, too; one that predicts nothing does."""
    with np.errstate(all="ignore"):
        shares = [
            agreement(claimed, seen(prediction))
            for m in REGISTRY
            if m.diagnosis is diagnosis
            for prediction in m.predictions(case)
        ]
    return max(shares, default=1.0) >= EXPLAINED


def _says_nothing(prediction: Any) -> bool:
    """Whether there is nothing but bounds and zeros: many a wrong scale would explain them."""
    values = np.asarray(prediction)
    if values.dtype.kind != "f" or values.size < 2:
        return False
    return bool(np.isin(values, (values.min(), 0, values.max())).all())
