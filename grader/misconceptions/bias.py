"""Wrong ways to quantize a bias (question 5.2)."""

from collections.abc import Iterable
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
from grader.misconceptions.registry import Misconception, misconception, register
from grader.misconceptions.roundings import half_away, half_up
from grader.verdict import Diagnosis

FUNCTION = "NetQuantizedWithBias.quantized_bias"
INT32 = (-(2.0**31), 2.0**31 - 1)
CLAMPED_CODE = "return torch.clamp({integers}, -2147483648, 2147483647)"
FOR_ACTIVATIONS_ALONE = ("multiplies", "ignores-all-scales")
"""Wrong products that have names of their own for a bias: `bias-divided`, `bias-unscaled`."""


@dataclass(frozen=True)
class QuantizedBias:
    """The result of one call of `quantized_bias`."""

    bias: NDArray[Any]
    """(outputs,)"""
    n_w: float
    n_input: float
    ns: Scales

    @property
    def product(self) -> Doubles:
        """The bias times all that its layer's sums carry."""
        return self.times(correct_product)

    def times(self, product: Product) -> Doubles:
        """The bias times another product of the scales."""
        return self.bias.astype(np.float64) * product(self.n_w, self.n_input, self.ns)

    @property
    def correct(self) -> Doubles:
        """The integers that a right solution returns."""
        return clamp(np.rint(self.product))


def clamp(x: Doubles) -> Doubles:
    """Clamp to int32."""
    return np.clip(x, *INT32)


def _register_products() -> None:
    """Register each wrong product. The words are those for activations."""
    for wrong in WRONG_PRODUCTS:
        if wrong.name in FOR_ACTIVATIONS_ALONE:
            continue

        def predictions(
            quantized: QuantizedBias, products: tuple[Product, ...] = wrong.products
        ) -> Iterable[Doubles]:
            yield from (clamp(np.rint(quantized.times(product))) for product in products)

        register(
            Misconception(
                question="5.2",
                predicts=QuantizedBias,
                diagnosis=Diagnosis(f"bias-{wrong.name}", wrong.sentence, wrong.hint),
                predictions=predictions,
                code={FUNCTION: _clamped(f"torch.round(bias * ({wrong.code}))")},
            )
        )


def _clamped(integers: str) -> str:
    return CLAMPED_CODE.format(integers=integers)


def _scaled(body: str) -> dict[str, str]:
    """A wrong body of `quantized_bias` that begins with the right product."""
    return {FUNCTION: f"scaled = bias * ({CORRECT_CODE})\n{body}"}


_register_products()


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code rounds the bias without scaling it.",
    hint="The bias is added to sums that carry all scales so far. Let the bias carry them, too.",
    code={FUNCTION: _clamped("torch.round(bias)")},
)
def bias_unscaled(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield np.rint(quantized.bias.astype(np.float64))


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code divides the bias by the scales.",
    hint="The bias is added to sums that carry all scales so far. Let the bias carry them, too.",
    code={FUNCTION: _clamped(f"torch.round(bias / ({CORRECT_CODE}))")},
)
def bias_divided(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield np.rint(quantized.times(lambda w, i, ns: 1 / correct_product(w, i, ns)))


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code cuts the bias off toward zero. It does not round to the nearest integer.",
    hint="A conversion to an integer type cuts off. Round first.",
    code=_scaled(_clamped("torch.trunc(scaled)")),
)
def bias_truncated(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield clamp(np.trunc(quantized.product))


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code rounds the bias down, not to the nearest integer.",
    hint="Round to the nearest integer, as everywhere in this lab.",
    code=_scaled(_clamped("torch.floor(scaled)")),
)
def bias_floored(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield clamp(np.floor(quantized.product))


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code rounds up each bias that lies half-way between two integers.",
    hint="Round a tie to the even neighbour. The handout says why.",
    code=_scaled(_clamped("torch.floor(scaled + 0.5)")),
)
def bias_rounded_half_up(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield clamp(half_up(quantized.product))


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code rounds the bias up, not to the nearest integer.",
    hint="Round to the nearest integer, as everywhere in this lab.",
    code=_scaled(_clamped("torch.ceil(scaled)")),
)
def bias_rounded_up(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield clamp(np.ceil(quantized.product))


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code rounds away from zero each bias that lies half-way between two integers.",
    hint="Round a tie to the even neighbour. The handout says why.",
    code=_scaled(_clamped("torch.trunc(scaled + 0.5 * torch.sign(scaled))")),
)
def bias_rounded_half_away(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield clamp(half_away(quantized.product))


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code scales the bias but leaves it a fraction.",
    hint="A quantized bias is a 32-bit integer. Round it.",
    code=_scaled(_clamped("scaled")),
)
def bias_unrounded(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield clamp(quantized.product)


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code clamps the bias to 8 bits, which cuts it down to almost nothing.",
    hint="A bias may use 32 bits. Clamp it to no fewer.",
    code=_scaled("return torch.clamp(torch.round(scaled), -128, 127)"),
)
def bias_in_8_bits(quantized: QuantizedBias) -> Iterable[Doubles]:
    yield np.clip(np.rint(quantized.product), -128, 127)


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code lets the bias wrap around at 8 or 16 bits, as a cast to such a type does.",
    hint="A bias may use 32 bits. Clamp it to these, and cast it to no smaller type.",
    code=_scaled("return torch.round(scaled).to(torch.int64).to(torch.int8).to(bias.dtype)"),
)
def bias_wraps_around(quantized: QuantizedBias) -> Iterable[Doubles]:
    for size in (2.0**8, 2.0**16):
        yield (np.rint(quantized.product) + size / 2) % size - size / 2


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code multiplies the bias in half precision: 11 bits, and none above 65504.",
    hint="A bias uses up to 32 bits. Multiply in float32 or wider.",
    code=_scaled("return torch.round(scaled.half().float())"),
)
def bias_in_half_precision(quantized: QuantizedBias) -> Iterable[Doubles]:
    with np.errstate(over="ignore"):  # what is too large is infinite
        products = quantized.product.astype(np.float16)
    yield np.rint(products.astype(np.float64))


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code gives the bias a range without negative numbers.",
    hint="A bias may be negative. Clamp to -2147483648..2147483647, or not at all.",
    code=_scaled("return torch.clamp(torch.round(scaled), 0, 2**32 - 1)"),
)
def bias_unsigned(quantized: QuantizedBias) -> Iterable[Doubles]:
    for bits in (8, 16, 31, 32):
        yield np.clip(np.rint(quantized.product), 0, 2.0**bits - 1)


@misconception(
    question="5.2",
    predicts=QuantizedBias,
    sentence="Your code gives the bias a range of its own.",
    hint="The bias must fit the sums that it is added to. Use the scale of these sums.",
    code={FUNCTION: "scale = 127 / bias.abs().max()\nreturn torch.round(bias * scale)"},
)
def bias_own_range(quantized: QuantizedBias) -> Iterable[Doubles]:
    largest = float(np.abs(quantized.bias).max())
    for limit in (127.0, 127.5, 128.0, 2.0**31 - 1, 2.0**31):
        yield np.rint(quantized.bias.astype(np.float64) * (limit / largest))
