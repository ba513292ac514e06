"""What a claim is compared with to explain it: here nothing, for that would be answers.

Only the types are left, with which checks say what was asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from grader.architecture import Layer
from grader.oracle import QuantizedNet
from grader.verdict import Diagnosis


@dataclass(frozen=True)
class ChosenScale:
    """The scale for some values."""

    values: NDArray[Any]
    claimed: float
    others: Sequence[float] = ()
    kept: bool = False


@dataclass(frozen=True)
class QuantizedWeights:
    """The integers for a tensor, by the scale that is returned."""

    values: NDArray[Any]
    scale: float


@dataclass(frozen=True)
class StageOutput:
    """The integers that one stage of `forward` makes."""

    net: QuantizedNet
    layer: Layer | None
    given: NDArray[Any]
    image_unsigned: bool = False


@dataclass(frozen=True)
class QuantizedBias:
    """The result of one call of `quantized_bias`."""

    bias: NDArray[Any]
    n_w: float
    n_input: float
    ns: Sequence[tuple[float, float]]


def explain(
    _question: str, _quantity: object, _claimed: object, _seen: Callable[[Any], Any] | None = None
) -> Diagnosis | None:
    """Nothing is explained."""
    return None


def explains(
    _diagnosis: Diagnosis,
    _quantity: object,
    _claimed: object,
    _seen: Callable[[Any], Any] | None = None,
) -> bool:
    """So nothing is explained otherwise."""
    return True
