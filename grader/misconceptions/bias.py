"""Wrong ways to quantize a bias (question 5.2)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.misconceptions.registry import Predictor, misconception
from grader.misconceptions.roundings import Doubles, half_away, half_up
from grader.misconceptions.scales import CODE, PRODUCTS, WORDS, Scales, products

FUNCTION = "NetQuantizedWithBias.quantized_bias"
INT32 = (-(2.0**31), 2.0**31 - 1)
_CARRIED = "n_w * n_initial_input * np.prod([w * o for w, o in ns])"


@dataclass(frozen=True)
class BiasCase:
    """One call of `quantized_bias`."""

    bias: NDArray[Any]
    n_w: float
    n_input: float
    ns: Scales

    @property
    def product(self) -> Doubles:
        """The bias times everything its layer's sums carry."""
        return self.times(PRODUCTS["all"])

    def times(self, product: Callable[[float, float, Scales], float]) -> Doubles:
        """The bias times another product of the scales."""
        return self.bias.astype(np.float64) * product(self.n_w, self.n_input, self.ns)

    @property
    def right(self) -> Doubles:
        """The integers a right solution returns."""
        return np.clip(np.rint(self.product), *INT32)


def _products() -> None:
    """Register each wrong product; what is wrong with it is the same as for activations."""
    for name, (sentence, hint) in WORDS.items():
        if name in ("multiplies", "ignores-all-scales"):
            continue

        def predictions(case: BiasCase, name: str = name) -> Iterable[Doubles]:
            for product in products(name):
                yield np.clip(np.rint(case.times(product)), *INT32)

        code = f"return torch.clamp(torch.round(bias * ({CODE[name]})), -2147483648, 2147483647)"
        misconception("5.2", f"bias-{name}", sentence, hint, {FUNCTION: code})(predictions)


_products()


def _bias(name: str, sentence: str, hint: str, code: str) -> Predictor:
    return misconception("5.2", name, sentence, hint, {FUNCTION: code.format(p=_CARRIED)})


@_bias(
    "bias-unscaled",
    "The bias is rounded without being scaled.",
    "It is added to sums that carry all scales so far, so it must carry them too.",
    "return torch.clamp(torch.round(bias), -2147483648, 2147483647)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.rint(case.bias.astype(np.float64))


@_bias(
    "bias-divided",
    "The bias is divided by the scales instead of multiplied.",
    "It is added to sums that carry all scales so far, so it must carry them too.",
    "return torch.clamp(torch.round(bias / ({p})), -2147483648, 2147483647)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.rint(case.times(lambda w, i, ns: 1 / PRODUCTS["all"](w, i, ns)))


@_bias(
    "bias-truncated",
    "The bias is cut off toward zero instead of rounded to the nearest integer.",
    "A conversion to an integer type cuts off; round first.",
    "return torch.clamp(torch.trunc(bias * ({p})), -2147483648, 2147483647)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.clip(np.trunc(case.product), *INT32)


@_bias(
    "bias-floored",
    "The bias is rounded down instead of to the nearest integer.",
    "Round to the nearest integer, as everywhere in this lab.",
    "return torch.clamp(torch.floor(bias * ({p})), -2147483648, 2147483647)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.clip(np.floor(case.product), *INT32)


@_bias(
    "bias-rounded-half-up",
    "A bias half-way between two integers always goes up.",
    "The handout asks for ties to the even neighbour, and says why.",
    "return torch.clamp(torch.floor(bias * ({p}) + 0.5), -2147483648, 2147483647)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.clip(half_up(case.product), *INT32)


@_bias(
    "bias-rounded-up",
    "The bias is rounded up instead of to the nearest integer.",
    "Round to the nearest integer, as everywhere in this lab.",
    "return torch.clamp(torch.ceil(bias * ({p})), -2147483648, 2147483647)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.clip(np.ceil(case.product), *INT32)


@_bias(
    "bias-rounded-half-away",
    "A bias half-way between two integers always goes away from zero.",
    "The handout asks for ties to the even neighbour, and says why.",
    "s = bias * ({p})\n"
    "return torch.clamp(torch.trunc(s + 0.5 * torch.sign(s)), -2147483648, 2147483647)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.clip(half_away(case.product), *INT32)


@_bias(
    "bias-unrounded",
    "The bias is scaled but stays a fraction.",
    "It becomes a 32-bit integer: a whole number.",
    "return torch.clamp(bias * ({p}), -2147483648, 2147483647)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.clip(case.product, *INT32)


@_bias(
    "bias-in-8-bits",
    "The bias is clamped to 8 bits.",
    "A bias may use 32 bits; in 8 it is cut down to almost nothing.",
    "return torch.clamp(torch.round(bias * ({p})), -128, 127)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.clip(np.rint(case.product), -128, 127)


@_bias(
    "bias-wraps-around",
    "The bias wraps around at 8 or 16 bits, as a cast to such a type makes it.",
    "A bias may use 32 bits: clamp to them, and cast to nothing smaller.",
    "return torch.round(bias * ({p})).to(torch.int64).to(torch.int8).to(bias.dtype)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    for size in (2.0**8, 2.0**16):
        yield (np.rint(case.product) + size / 2) % size - size / 2


@_bias(
    "bias-never-clamped",
    "A bias beyond 32 bits is left as it is.",
    "Clamp to -2147483648..2147483647.",
    "return torch.round(bias * ({p}))",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    yield np.rint(case.product)
    for bits in range(33, 65):
        yield np.clip(np.rint(case.product), -(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1)


@_bias(
    "bias-own-range",
    "The bias is given a range of its own, so that it no longer fits the sums it is added to.",
    "Its scale is not free: it must be the one of the sums.",
    "s = 127 / bias.abs().max()\nreturn torch.round(bias * s)",
)
def _(case: BiasCase) -> Iterable[Doubles]:
    largest = float(np.abs(case.bias).max())
    for limit in (127.0, 127.5, 128.0, 2.0**31 - 1, 2.0**31):
        yield np.rint(case.bias.astype(np.float64) * (limit / largest))
