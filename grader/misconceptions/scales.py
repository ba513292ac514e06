"""Wrong ways to choose and to combine scales (questions 2.1, 4.2a and 4.2b).

To add a wrong range, copy an entry of `WRONG_RANGES`. It counts in all three questions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.arrays import Doubles
from grader.misconceptions.products import (
    CORRECT_CODE,
    WRONG_PRODUCTS,
    Product,
    Scales,
    correct_product,
)
from grader.misconceptions.registry import Misconception, register
from grader.verdict import Diagnosis

LIMITS = (127.0, 127.5, 128.0)
"""What a sound range may be mapped to. A wrong scale is recognized for each of them."""
LITTLE, MUCH = 40, 160
"""Where the largest magnitude ends up under a scale that is far too small, and far too large."""


@dataclass(frozen=True)
class ChosenScale:
    """The scale for some values: weights (2.1), pixels (4.2a) or activations (4.2b)."""

    values: NDArray[Any]
    claimed: float
    others: Sequence[float] = ()
    """The scales that were claimed for other values."""
    kept: bool = False
    """Whether scales are kept from call to call, so that this one may belong to other values."""
    correct: float = float("nan")
    """Many scales are sound, so there is none to compare with."""

    @property
    def end(self) -> float:
        """Where the claimed scale puts the largest magnitude."""
        return self.claimed * float(np.abs(self.values).max())


@dataclass(frozen=True)
class ScaleFunction:
    """A function of the lab that chooses a scale."""

    question: str
    prefix: str
    """Begins the name of each of its mistakes."""
    name: str
    values: str
    """What the lab calls the values."""
    body: str
    """The function's body; `{scale}` stands for the scale that fits the values."""

    def register(
        self,
        mistake: Diagnosis,
        predictions: Callable[[ChosenScale], Iterable[float]],
        scale: str,
    ) -> None:
        """Register a mistake under a name of its own, planted as `scale`."""
        register(
            Misconception(
                question=self.question,
                predicts=ChosenScale,
                diagnosis=Diagnosis(
                    f"{self.prefix}-{mistake.name}", mistake.sentence, mistake.hint
                ),
                predictions=predictions,
                code={self.name: self.body.format(scale=scale)},
            )
        )


WEIGHTS = ScaleFunction(
    question="2.1",
    prefix="weights",
    name="quantized_weights",
    values="weights",
    body="scale = {scale}\nreturn (weights * scale).round().clamp(-128, 127), scale",
)
INPUT = ScaleFunction(
    question="4.2a",
    prefix="input",
    name="NetQuantized.quantize_initial_input",
    values="pixels",
    body="return {scale}",
)
ACTIVATIONS = ScaleFunction(
    question="4.2b",
    prefix="activations",
    name="NetQuantized.quantize_activations",
    values="activations",
    body=f"return {{scale}} / ({CORRECT_CODE})",
)
FUNCTIONS = (WEIGHTS, INPUT, ACTIVATIONS)


def never_changes(scale: ChosenScale) -> Iterable[float]:
    """The claimed scale, if all other values have the same one."""
    if scale.others and all(other == scale.claimed for other in scale.others):
        yield scale.claimed


def _register_constants() -> None:
    """Register a scale that is the same for all values. It comes first: it explains any value."""
    for function, constant in ((WEIGHTS, 100.0), (INPUT, 127.0), (ACTIVATIONS, 16.0)):
        mistake = Diagnosis(
            name="a-constant",
            sentence=f"Your scale does not depend on the {function.values}.",
            hint=f"Compute the scale from the {function.values} that your function is given.",
        )
        function.register(mistake, never_changes, str(constant))


def without_abs(values: NDArray[Any]) -> Iterable[float]:
    """Fit the largest value instead of the largest magnitude, or the smallest value."""
    low, high = -float(values.min()), float(values.max())
    for end in (low, high):
        if end > 0 and end != max(low, high):
            yield from (limit / end for limit in LIMITS)


def whole_width(values: NDArray[Any]) -> Iterable[float]:
    """Fit the distance between the ends to all 256 integers, as with a zero point."""
    distance = float(values.max() - values.min())
    if distance > 0:
        yield from (limit / distance for limit in (255, 256))


def doubled(values: NDArray[Any]) -> Iterable[float]:
    """Fit one side of zero to the width of the whole range."""
    yield from (limit / float(np.abs(values).max()) for limit in (255, 256))


def few_bits(values: NDArray[Any]) -> Iterable[float]:
    """Fit a range of 2 to 7 bits."""
    largest = float(np.abs(values).max())
    for bits in range(2, 8):
        yield from ((2 ** (bits - 1) - below) / largest for below in (0, 1))


def inverse(values: NDArray[Any]) -> Iterable[float]:
    """Choose what to divide by instead of what to multiply by."""
    yield from (float(np.abs(values).max()) / limit for limit in LIMITS)


def deviation(values: NDArray[Any]) -> Iterable[float]:
    """Fit one standard deviation."""
    for ddof in (0, 1):
        sigma = float(np.std(values, ddof=ddof))
        if sigma > 0:
            yield from (limit / sigma for limit in LIMITS)


def mean_magnitude(values: NDArray[Any]) -> Iterable[float]:
    """Fit the mean magnitude."""
    yield from (limit / float(np.abs(values).mean()) for limit in LIMITS)


@dataclass(frozen=True)
class WrongRange:
    """A mistake in the range that a scale fits."""

    mistake: Diagnosis
    scales: Callable[[NDArray[Any]], Iterable[float]]
    """Every scale with this mistake for some values."""
    code: str
    """One of them as student code; `{values}` stands for the values."""

    def predictions(self, scale: ChosenScale) -> Iterable[float]:
        """Every scale with this mistake."""
        return () if scale.kept else self.scales(scale.values)


WRONG_RANGES = (
    WrongRange(
        Diagnosis(
            name="maximum-without-abs",
            sentence="Your scale fits the largest value, not the largest magnitude.",
            hint="Negative values need room, too. Look at both sides of zero.",
        ),
        scales=without_abs,
        code="127 / {values}.max()",
    ),
    WrongRange(
        Diagnosis(
            name="doubles-the-range",
            sentence="Your scale maps the largest magnitude to 255, so it clips half of the range.",
            hint="255 is the width of the whole range. Ask how far one side of zero reaches.",
        ),
        scales=doubled,
        code="255 / abs({values}).max()",
    ),
    WrongRange(
        Diagnosis(
            name="spreads-the-width",
            sentence="Your scale maps the distance between the ends to all 256 integers.",
            hint="This lab has no zero point. Let the value that is farthest from zero decide.",
        ),
        scales=whole_width,
        code="255 / ({values}.max() - {values}.min())",
    ),
    WrongRange(
        Diagnosis(
            name="too-few-bits",
            sentence="Your scale fills only a few of the 256 integers.",
            hint="An 8-bit signed integer reaches from -128 to 127. Use this whole range.",
        ),
        scales=few_bits,
        code="7 / abs({values}).max()",
    ),
    WrongRange(
        Diagnosis(
            name="returns-inverse",
            sentence="Your scale is the number to divide by.",
            hint="A large range needs a small scale. Return the number to multiply by.",
        ),
        scales=inverse,
        code="abs({values}).max() / 127",
    ),
    WrongRange(
        Diagnosis(
            name="deviation-as-range",
            sentence="Your scale maps one standard deviation to 127, so it clips many values.",
            hint="Use a wider range: the handout speaks of three deviations on each side.",
        ),
        scales=deviation,
        code="127 / {values}.std()",
    ),
    WrongRange(
        Diagnosis(
            name="mean-as-range",
            sentence="Your scale maps the mean magnitude to 127, so it clips many values.",
            hint="Use a range that holds nearly all values, not one that holds the typical value.",
        ),
        scales=mean_magnitude,
        code="127 / abs({values}).mean()",
    ),
)


def _register_ranges() -> None:
    """Register each wrong range for the weights, for the input and for the activations."""
    for wrong in WRONG_RANGES:
        for function in FUNCTIONS:
            code = wrong.code.format(values=function.values)
            function.register(wrong.mistake, wrong.predictions, code)


FILLS_LITTLE = Diagnosis(
    name="fills-little",
    sentence="Your scale is so small that the values fill only a few of the 256 integers.",
    hint="Choose a larger scale: the largest magnitude of all values should come near 127.",
)
CLIPS_MUCH = Diagnosis(
    name="clips-much",
    sentence="Your scale is so large that it cuts many values to the ends of the range.",
    hint="Choose a smaller scale: the largest magnitude of all values should come near 127.",
)


def fills_little(scale: ChosenScale) -> Iterable[float]:
    """The claimed scale, if it is far too small."""
    if scale.end < LITTLE and not scale.kept:
        yield scale.claimed


def clips_much(scale: ChosenScale) -> Iterable[float]:
    """The claimed scale, if it is far too large."""
    if scale.end > MUCH and not scale.kept:
        yield scale.claimed


def _register_sizes() -> None:
    """Register what is said of a scale that no wrong range explains: how far off it is."""
    too_small: Mapping[str, str] = {
        "weights": "127 / torch.linalg.norm(weights)",
        "pixels": "127 / np.linalg.norm(pixels)",
        "activations": "127 / np.linalg.norm(activations)",
    }
    too_large: Mapping[str, str] = {
        "weights": "127 / weights.abs().median()",
        "pixels": "127 / np.median(abs(pixels))",
        "activations": "127 / np.median(activations[activations > 0])",
    }
    for function in FUNCTIONS:
        function.register(FILLS_LITTLE, fills_little, too_small[function.values])
        function.register(CLIPS_MUCH, clips_much, too_large[function.values])


_register_constants()
_register_ranges()
_register_sizes()


@dataclass(frozen=True)
class ScaleRatios:
    """How the result for the same activations depends on the other scales (4.2b)."""

    calls: Sequence[tuple[float, float, Scales]]
    """(n_w, n_initial_input, ns) of each call."""

    @property
    def compared_with(self) -> list[int]:
        """For each call the first one with as many preceding layers."""
        lengths = [len(ns) for _, _, ns in self.calls]
        return [lengths.index(length) for length in lengths]

    def of(self, product: Product) -> Doubles:
        """The result of each call over that of the call it is compared with, (calls,).

        Each result is divided by `product`.
        """
        products = np.array([product(*call) for call in self.calls])
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios: Doubles = products[self.compared_with] / products
        return ratios

    @property
    def correct(self) -> Doubles:
        """The ratios where every scale so far divides the result (lab, equation 3)."""
        return self.of(correct_product)


def _register_products() -> None:
    """Register each wrong product for the activations."""
    for wrong in WRONG_PRODUCTS:

        def predictions(
            ratios: ScaleRatios, products: tuple[Product, ...] = wrong.products
        ) -> Iterable[Doubles]:
            yield from map(ratios.of, products)

        register(
            Misconception(
                question="4.2b",
                predicts=ScaleRatios,
                diagnosis=Diagnosis(f"product-{wrong.name}", wrong.sentence, wrong.hint),
                predictions=predictions,
                code={
                    ACTIVATIONS.name: f"return 127 / np.max(np.abs(activations)) / ({wrong.code})"
                },
            )
        )


_register_products()
