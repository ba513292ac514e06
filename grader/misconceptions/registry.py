'''The known misconceptions, and which of them explains a wrong claim.

A misconception is a function. It gets a quantity that a student's code computes, and predicts what
a student with this misconception claims. To add one, copy one:

    @misconception(
        question="2.1",
        predicts=QuantizedWeights,
        sentence="Your code rounds each value to an even integer.",
        hint="Odd integers are integers, too. Round to the nearest one.",
        code={
            "quantized_weights": """
                scale = 127 / weights.abs().max()
                return (2 * (weights * scale / 2).round()).clamp(-128, 127), scale
            """
        },
    )
    def rounds_to_even_integers(weights: QuantizedWeights) -> Iterable[Doubles]:
        yield clamp(2 * np.rint(weights.product / 2))

1. `question` is the number of the question that loses points.
2. `predicts` is the type of the quantity. The file of the question defines it.
3. `sentence` tells a student what the code does, and `hint` what to do next. No hint gives away the
   answer's code.
4. `code` is the same mistake as student code. Validation plants it into the reference.
5. The function's name is the name of the mistake. Staff see it with hyphens.
6. The function yields every value that a student with this misconception may claim.

`python -m grader validate` then shows whether the planted mistake loses points in its question
alone, and whether it is called by its name.
'''

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np

from grader.oracle import Array
from grader.verdict import Diagnosis

Value: TypeAlias = float | Array | frozenset[object]
"""What is claimed or predicted: a number, an array, or the two sides of an equation."""
Code: TypeAlias = Mapping[str, str | Callable[[str], str]]
"""By function, `Class.method` or variable of the reference: the new body or value, or a function
that makes it from the reference's own."""

EXPLAINED = 0.999
"""The share of the elements that a prediction must agree with in order to explain a claim."""


class Quantity(Protocol):
    """Something that a student's code computes, with all that decides its correct value."""

    @property
    def correct(self) -> Value:
        """The value that a right solution computes."""


Q = TypeVar("Q", bound=Quantity)
Predictions: TypeAlias = Callable[[Q], Iterable[Value]]
"""From a quantity to each value that a student with a misconception may claim."""


@dataclass(frozen=True)
class Misconception:
    """One wrong way of thinking about one question."""

    question: str
    """The question's number."""
    predicts: type[Quantity]
    diagnosis: Diagnosis
    predictions: Callable[[Any], Iterable[Value]]
    """Takes a quantity of the type `predicts`."""
    code: Code
    """The mistake as student code."""


REGISTRY: list[Misconception] = []


def register(misconception: Misconception) -> None:
    """Add a misconception behind those that are known.

    Raises:
        ValueError: another one has its name.
    """
    name = misconception.diagnosis.name
    if any(known.diagnosis.name == name for known in REGISTRY):
        raise ValueError(f"two misconceptions are called {name}: give one another name")
    REGISTRY.append(misconception)


def misconception(
    *, question: str, predicts: type[Q], sentence: str, hint: str, code: Code
) -> Callable[[Predictions[Q]], Predictions[Q]]:
    """Register the decorated function as a misconception. Its name is the function's."""

    def decorate(predictions: Predictions[Q]) -> Predictions[Q]:
        diagnosis = Diagnosis(predictions.__name__.replace("_", "-"), sentence, hint)
        register(Misconception(question, predicts, diagnosis, predictions, code))
        return predictions

    return decorate


def changed(*changes: tuple[str, str]) -> Callable[[str], str]:
    """Make a wrong body from the reference's own: replace each old text by its new one."""

    def change(body: str) -> str:
        for old, new in changes:
            if old not in body:
                raise ValueError(f"{old!r} is not in the reference's body: change its new text")
            body = body.replace(old, new)
        return body

    return change


def _all_of_it(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class _Candidate:
    """One prediction, and how well it agrees with the claim."""

    share: float
    """The share of the elements that agree."""
    predicted: Value
    diagnosis: Diagnosis


def explain(
    question: str, quantity: Quantity, claimed: Value, seen: Callable[[Any], Any] = _all_of_it
) -> Diagnosis | None:
    """Name the misconception that explains a wrong claim, if one does so clearly.

    Its prediction must agree with nearly every element. It must agree with more elements than the
    correct value does, and with more than the predictions of other misconceptions. If several
    misconceptions predict the same values, the first in the registry is named.

    Args:
        question: its number.
        quantity: what the student's code was to compute.
        claimed: what it returned.
        seen: turns a value of the quantity into what was returned, where only a part of it shows.
    """
    with np.errstate(all="ignore"):  # a student may claim any number
        candidates = sorted(
            (
                _Candidate(agreement(claimed, predicted), predicted, known.diagnosis)
                for known in REGISTRY
                if known.question == question and known.predicts is type(quantity)
                for predicted in map(seen, known.predictions(quantity))
            ),
            key=lambda candidate: -candidate.share,
        )
        by_correct = agreement(claimed, seen(quantity.correct))
        if not candidates or candidates[0].share < max(EXPLAINED, np.nextafter(by_correct, 2)):
            return None
        return None if _is_ambiguous(candidates) else candidates[0].diagnosis


def _is_ambiguous(candidates: list[_Candidate]) -> bool:
    """Whether another misconception explains the claim as well as the first candidate does."""
    best, *others = candidates
    rivals = [
        other
        for other in others
        if other.share == best.share and other.diagnosis is not best.diagnosis
    ]
    different = (agreement(rival.predicted, best.predicted) < 1 for rival in rivals)
    return bool(rivals) and (_holds_bounds_alone(best.predicted) or any(different))


def _holds_bounds_alone(predicted: Value) -> bool:
    """Whether an array holds two bounds and zeros alone. Many wrong scales would predict that."""
    values = np.asarray(predicted)
    if values.dtype.kind != "f" or values.size < 2:
        return False
    return bool(np.isin(values, (values.min(), 0, values.max())).all())


def explains(
    diagnosis: Diagnosis,
    quantity: Quantity,
    claimed: Value,
    seen: Callable[[Any], Any] = _all_of_it,
) -> bool:
    """Whether a known misconception explains this claim, too; also if it predicts nothing here."""

    def shares() -> Iterator[float]:
        for known in REGISTRY:
            if known.diagnosis is diagnosis:
                for predicted in known.predictions(quantity):
                    yield agreement(claimed, seen(predicted))

    with np.errstate(all="ignore"):  # a student may claim any number
        return max(shares(), default=1.0) >= EXPLAINED


def agreement(claimed: Value, predicted: Value) -> float:
    """The share of the elements that are equal, numbers to a relative 1e-5; 0 for other shapes."""
    if isinstance(claimed, frozenset):
        return float(claimed == predicted)
    one, two = np.asarray(claimed, np.float64), np.asarray(predicted, np.float64)
    if one.shape != two.shape:
        return 0.0
    return float(np.isclose(one, two, rtol=1e-5, atol=0).mean())
