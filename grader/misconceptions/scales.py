"""Wrong ways to choose and to combine scales (questions 4.2a and 4.2b)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.misconceptions.registry import LIMITS, misconception
from grader.misconceptions.roundings import Doubles

Scales: TypeAlias = Sequence[tuple[float, float]]
"""The lab's `ns`: (weight scale, output scale) of each preceding layer."""

INITIAL = "NetQuantized.quantize_initial_input"
ACTIVATIONS = "NetQuantized.quantize_activations"


@dataclass(frozen=True)
class ScaleCase:
    """Values whose range a scale was to fit: weights (2.1), pixels (4.2a), activations (4.2b)."""

    values: NDArray[Any]
    claimed: float
    others: Sequence[float] = ()
    """The scales that were claimed for other values."""
    right: float = float("nan")
    """Many scales are right, so none is compared with."""

    @property
    def reach(self) -> float:
        """Where the claimed scale puts the largest magnitude."""
        return self.claimed * float(np.abs(self.values).max())


def without_abs(values: NDArray[Any]) -> Iterable[float]:
    """The largest value in place of the largest magnitude, or the smallest one."""
    low, high = -float(values.min()), float(values.max())
    for end in (low, high):
        if end > 0 and end != max(low, high):
            yield from (limit / end for limit in LIMITS)


def width(values: NDArray[Any]) -> Iterable[float]:
    """The distance between the ends on all 256 integers, as with a zero point."""
    distance = float(values.max() - values.min())
    if distance > 0:
        yield from (limit / distance for limit in (255, 256))


def doubled(values: NDArray[Any]) -> Iterable[float]:
    """The whole width of the range on one side of zero."""
    yield from (limit / float(np.abs(values).max()) for limit in (255, 256))


def few_bits(values: NDArray[Any]) -> Iterable[float]:
    """Ranges of 2 to 7 bits."""
    largest = float(np.abs(values).max())
    for bits in range(2, 8):
        yield from ((2 ** (bits - 1) - below) / largest for below in (0, 1))


def inverse(values: NDArray[Any]) -> Iterable[float]:
    """What to divide by in place of what to multiply by."""
    yield from (float(np.abs(values).max()) / limit for limit in LIMITS)


def deviation(values: NDArray[Any]) -> Iterable[float]:
    """One standard deviation as the whole range."""
    for ddof in (0, 1):
        spread = float(np.std(values, ddof=ddof))
        if spread > 0:
            yield from (limit / spread for limit in LIMITS)


def mean_range(values: NDArray[Any]) -> Iterable[float]:
    """The mean magnitude as the whole range."""
    yield from (limit / float(np.abs(values).mean()) for limit in LIMITS)


RULES: tuple[tuple[str, str, str, Callable[[NDArray[Any]], Iterable[float]], str], ...] = (
    (
        "maximum-without-abs",
        "The range is taken from the largest value, not from the largest magnitude.",
        "Negative values need room too.",
        without_abs,
        "127 / {values}.max()",
    ),
    (
        "doubles-the-range",
        "The largest magnitude is mapped to 255, so that half of the range is clipped.",
        "255 is the width of the whole range; each side of zero has 127.",
        doubled,
        "255 / abs({values}).max()",
    ),
    (
        "spreads-the-width",
        "The distance between the ends is mapped to all 256 integers, as with a zero point.",
        "Zero stays zero here, so that the longer side of it decides.",
        width,
        "255 / ({values}.max() - {values}.min())",
    ),
    (
        "too-few-bits",
        "The values fill only a few of the 256 integers.",
        "An 8-bit signed integer reaches from -128 to 127.",
        few_bits,
        "7 / abs({values}).max()",
    ),
    (
        "returns-inverse",
        "The scale is the one to divide by, not the one to multiply by.",
        "A large range needs a small scale.",
        inverse,
        "abs({values}).max() / 127",
    ),
    (
        "deviation-as-range",
        "One standard deviation is mapped to 127, so that much is clipped.",
        "The handout speaks of three standard deviations on each side.",
        deviation,
        "127 / {values}.std()",
    ),
    (
        "mean-as-range",
        "The mean magnitude is mapped to 127, so that much is clipped.",
        "The range has to hold nearly all values, not the typical one.",
        mean_range,
        "127 / abs({values}).mean()",
    ),
)


def _range_rules() -> None:
    """Register each wrong range for the weights, for the input and for the activations."""
    carried = "n_w * n_initial_input * np.prod([w * o for w, o in ns])"
    for name, sentence, hint, rule, code in RULES:

        def predictions(
            case: ScaleCase, rule: Callable[[NDArray[Any]], Iterable[float]] = rule
        ) -> Iterable[float]:
            return rule(case.values)

        weights, pixels, activations = (
            code.format(values=v) for v in ("weights", "pixels", "activations")
        )
        quantize = "return (weights * scale).round().clamp(-128, 127), scale"
        misconception(
            "2.1 range",
            f"weights-{name}",
            sentence,
            hint,
            {"quantized_weights": f"scale = {weights}\n{quantize}"},
            ["2.1"],
        )(predictions)
        misconception("4.2a", f"input-{name}", sentence, hint, {INITIAL: f"return {pixels}"})(
            predictions
        )
        misconception(
            "4.2b",
            f"activations-{name}",
            sentence,
            hint,
            {ACTIVATIONS: f"return {activations} / ({carried})"},
        )(predictions)


def _few_bits(case: ScaleCase) -> Iterable[float]:
    if case.reach < 40:
        yield case.claimed


def _clips(case: ScaleCase) -> Iterable[float]:
    if case.reach > 160:
        yield case.claimed


def _what_any_scale_shows() -> None:
    """Register what can be said of a scale that no rule explains: how far it is off."""
    carried = "n_w * n_initial_input * np.prod([w * o for w, o in ns])"
    quantize = "return (weights * scale).round().clamp(-128, 127), scale"
    for question, kind in (("2.1 range", "weights"), ("4.2a", "input"), ("4.2b", "activations")):
        where = question.partition(" ")[0]
        clips = {
            "weights": {"quantized_weights": f"scale = 127 / weights.abs().median()\n{quantize}"},
            "input": {INITIAL: "return 127 / np.median(abs(pixels))"},
            "activations": {
                ACTIVATIONS: "positive = activations[activations > 0]\n"
                f"return 127 / np.median(positive) / ({carried})"
            },
        }[kind]
        few = {
            "weights": {
                "quantized_weights": f"scale = 127 / torch.linalg.norm(weights)\n{quantize}"
            },
            "input": {INITIAL: "return 127 / np.linalg.norm(pixels)"},
            "activations": {ACTIVATIONS: f"return 127 / np.linalg.norm(activations) / ({carried})"},
        }[kind]
        misconception(
            question,
            f"{kind}-fills-little",
            "The scale is so small that the values fill only a few of the 256 integers.",
            "The largest magnitude should come near 127.",
            few,
            [where],
        )(_few_bits)
        misconception(
            question,
            f"{kind}-clips-much",
            "The scale is so large that many values lie beyond the range and are cut to its ends.",
            "The largest magnitude should come near 127.",
            clips,
            [where],
        )(_clips)


def _always_the_same(case: ScaleCase) -> Iterable[float]:
    if case.others and all(other == case.claimed for other in case.others):
        yield case.claimed


def _constants() -> None:
    """Register a scale that looks at nothing; before all else, for it explains any value."""
    carried = "n_w * n_initial_input * np.prod([w * o for w, o in ns])"
    quantize = "return (weights * scale).round().clamp(-128, 127), scale"
    misconception(
        "2.1 range",
        "weights-a-constant",
        "The scale is the same for every tensor.",
        "Each layer has its own range; derive the scale from the tensor.",
        {"quantized_weights": f"scale = 100.0\n{quantize}"},
        ["2.1"],
    )(_always_the_same)
    misconception(
        "4.2a",
        "input-a-constant",
        "The scale does not depend on the pixels.",
        "Derive the scale from the pixels you are given.",
        {INITIAL: "return 127.0"},
    )(_always_the_same)
    misconception(
        "4.2b",
        "activations-a-constant",
        "The scale does not depend on the activations.",
        "Derive the scale from the activations you are given.",
        {ACTIVATIONS: f"return 16.0 / ({carried})"},
    )(_always_the_same)


_constants()
_range_rules()
_what_any_scale_shows()


@dataclass(frozen=True)
class ProductCase:
    """Several calls with the same activations: how the result depends on the other scales."""

    calls: Sequence[tuple[float, float, Scales]]
    """(n_w, n_initial_input, ns) of each call."""

    @property
    def baseline(self) -> list[int]:
        """For each call the first with as many preceding layers."""
        lengths = [len(ns) for _, _, ns in self.calls]
        return [lengths.index(length) for length in lengths]

    def relative(self, product: Callable[[float, float, Scales], float]) -> Doubles:
        """What each call returns, relative to its baseline, if divided by `product`."""
        products = np.array([product(*call) for call in self.calls])
        with np.errstate(divide="ignore", invalid="ignore"):
            relative: Doubles = products[self.baseline] / products
        return relative

    @property
    def right(self) -> Doubles:
        """Every scale so far divides the result (lab, equation 3)."""
        return self.relative(PRODUCTS["all"])


def _all(ns: Scales) -> float:
    return float(np.prod([w * o for w, o in ns]))


PRODUCTS: dict[str, Callable[[float, float, Scales], float]] = {
    "all": lambda w, i, ns: w * i * _all(ns),
    "without-ns": lambda w, i, ns: w * i,
    "without-n-w": lambda w, i, ns: i * _all(ns),
    "without-n-initial-input": lambda w, i, ns: w * _all(ns),
    "without-output-scales": lambda w, i, ns: w * i * float(np.prod([a for a, _ in ns])),
    "without-weight-scales": lambda w, i, ns: w * i * float(np.prod([o for _, o in ns])),
    "only-the-last-of-ns": lambda w, i, ns: w * i * _all(ns[-1:]),
    "only-the-first-of-ns": lambda w, i, ns: w * i * _all(ns[:1]),
    "without-the-first-of-ns": lambda w, i, ns: w * i * _all(ns[1:]),
    "without-the-last-of-ns": lambda w, i, ns: w * i * _all(ns[:-1]),
    "divides-by-output-scales": lambda w, i, ns: w * i * float(np.prod([a / o for a, o in ns])),
    "adds-ns": lambda w, i, ns: w * i * (sum(a * o for a, o in ns) or 1.0),
    "multiplies": lambda w, i, ns: 1 / (w * i * _all(ns)),
    "divides-by-n-w": lambda w, i, ns: i * _all(ns) / w,
    "only-n-w": lambda w, i, ns: w,
    "ignores-all-scales": lambda w, i, ns: 1.0,
}
"""What a result may be divided by; `all` is right."""

VARIANTS: dict[str, Sequence[Callable[[float, float, Scales], float]]] = {
    "adds-ns": (
        lambda w, i, ns: w * i * float(np.prod([a + o for a, o in ns])),
        lambda w, i, ns: w * i * (1 + sum(a * o for a, o in ns)),
        lambda w, i, ns: w * i + sum(a * o for a, o in ns),
    ),
}
"""Other ways to make the same mistake."""


def products(name: str) -> Sequence[Callable[[float, float, Scales], float]]:
    """Every way to make a mistake in the product."""
    return (PRODUCTS[name], *VARIANTS.get(name, ()))


WORDS: dict[str, tuple[str, str]] = {
    "without-ns": (
        "The scales of the preceding layers (ns) are left out.",
        "A layer's input already carries what the layers before it multiplied in.",
    ),
    "without-n-w": (
        "This layer's weight scale n_w is left out.",
        "The layer's sums carry n_w, since its weights were multiplied by it.",
    ),
    "without-n-initial-input": (
        "The image's scale n_initial_input is left out.",
        "What the image was multiplied by goes through the whole net.",
    ),
    "without-output-scales": (
        "The output scales in ns are left out.",
        "Each pair of ns holds two factors, and both were multiplied in.",
    ),
    "without-weight-scales": (
        "The weight scales in ns are left out.",
        "Each pair of ns holds two factors, and both were multiplied in.",
    ),
    "only-the-last-of-ns": (
        "Only the layer just before is taken from ns.",
        "All preceding layers have multiplied their scales in.",
    ),
    "only-the-first-of-ns": (
        "Only the first layer is taken from ns.",
        "All preceding layers have multiplied their scales in.",
    ),
    "without-the-first-of-ns": (
        "The first layer of ns is left out.",
        "ns begins with the first layer of the net; it counts too.",
    ),
    "without-the-last-of-ns": (
        "The last layer of ns is left out.",
        "ns ends with the layer just before this one; it counts too.",
    ),
    "divides-by-output-scales": (
        "The output scales in ns divide where they should multiply.",
        "A layer's output is multiplied by its output scale.",
    ),
    "adds-ns": (
        "The layers' scales in ns are added up.",
        "One layer after the other multiplies: factors, not terms.",
    ),
    "multiplies": (
        "The result is on the wrong side of the fraction: large scales make it larger.",
        "The more the values carry already, the less is left to multiply by.",
    ),
    "divides-by-n-w": (
        "The weight scale n_w is on the wrong side of the fraction.",
        "n_w makes the sums larger, as n_initial_input does.",
    ),
    "only-n-w": (
        "Of all scales only n_w, that of the layer's own weights, is used.",
        "The layer's input was multiplied, too: by n_initial_input and by every layer before.",
    ),
    "ignores-all-scales": (
        "The result does not depend on n_w, n_initial_input or ns.",
        "The layer's sums are those of the float net times all scales so far.",
    ),
}

CODE: dict[str, str] = {
    "without-ns": "n_w * n_initial_input",
    "without-n-w": "n_initial_input * np.prod([w * o for w, o in ns])",
    "without-n-initial-input": "n_w * np.prod([w * o for w, o in ns])",
    "without-output-scales": "n_w * n_initial_input * np.prod([float(w) for w, o in ns])",
    "without-weight-scales": "n_w * n_initial_input * np.prod([float(o) for w, o in ns])",
    "only-the-last-of-ns": "n_w * n_initial_input * np.prod([w * o for w, o in ns[-1:]])",
    "only-the-first-of-ns": "n_w * n_initial_input * np.prod([w * o for w, o in ns[:1]])",
    "without-the-first-of-ns": "n_w * n_initial_input * np.prod([w * o for w, o in ns[1:]])",
    "without-the-last-of-ns": "n_w * n_initial_input * np.prod([w * o for w, o in ns[:-1]])",
    "divides-by-output-scales": "n_w * n_initial_input * np.prod([w / o for w, o in ns])",
    "adds-ns": "n_w * n_initial_input * (sum(w * o for w, o in ns) or 1)",
    "multiplies": "1 / (n_w * n_initial_input * np.prod([w * o for w, o in ns]))",
    "divides-by-n-w": "n_initial_input * np.prod([w * o for w, o in ns]) / n_w",
    "only-n-w": "n_w",
    "ignores-all-scales": "1",
}


def _product_rules() -> None:
    """Register each wrong product for the activations."""
    for name, (sentence, hint) in WORDS.items():

        def predictions(case: ProductCase, name: str = name) -> Iterable[Doubles]:
            yield from (case.relative(product) for product in products(name))

        code = f"return 127 / np.max(np.abs(activations)) / ({CODE[name]})"
        misconception(
            "4.2b product", f"product-{name}", sentence, hint, {ACTIVATIONS: code}, loses=["4.2b"]
        )(predictions)


_product_rules()
