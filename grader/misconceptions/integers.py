"""Wrong multipliers, and wrong ways to rescale integers (question C.2)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from grader.arrays import Doubles
from grader.misconceptions.registry import changed, misconception
from grader.oracle import MULTIPLIER_BITS, Integers, multiplier_of, rescale

MULTIPLIER, RESCALE = "quantize_multiplier", "requantize"


def in_parts(pairs: Iterable[tuple[float, float]]) -> Doubles:
    """Multipliers and shifts as (thousands, rest, shift), so that one unit of 2**31 shows."""
    return np.asarray([(one // 1000, one % 1000, shift) for one, shift in pairs], np.float64)


@dataclass(frozen=True)
class Multipliers:
    """The multiplier and shift of some scales, `in_parts`: (scales, 3)."""

    scales: tuple[float, ...]

    def each(self, pair: Callable[[float, int], tuple[float, float]]) -> Doubles:
        """What becomes of each fraction in 1/2 .. 1 and its exponent."""
        parts = zip(*np.frexp(np.asarray(self.scales)), strict=True)
        return in_parts(pair(float(one), int(two)) for one, two in parts)

    @property
    def correct(self) -> Doubles:
        """The nearest ones."""
        return in_parts(multiplier_of(scale) for scale in self.scales)


@dataclass(frozen=True)
class Requantized:
    """What `requantize` makes of the sums of a layer."""

    sums: Integers
    multiplier: int
    shift: int

    @property
    def products(self) -> Integers:
        """The sums times the multiplier: up to 62 bits."""
        products: Integers = self.sums * np.int64(self.multiplier)
        return products

    @property
    def bits(self) -> int:
        """How many bits are dropped."""
        return MULTIPLIER_BITS + self.shift

    @property
    def correct(self) -> Doubles:
        """Rounded once, ties to even."""
        return rescale(self.sums, self.multiplier, self.shift).astype(np.float64)

    def plus_half(self, down: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | bool) -> Doubles:
        """Half a unit is added, less one digit where that is told, and the rest is shifted away."""
        half = np.int64(1 << (self.bits - 1))
        found: Doubles = ((self.products + half - np.int64(1) * down) >> self.bits).astype(
            np.float64
        )
        return found


@misconception(
    question="C.2",
    predicts=Multipliers,
    sentence="Your code cuts the multiplier off. It does not round it.",
    hint="int() cuts off. Round first.",
    code={MULTIPLIER: changed(("round(fraction * 2**31)", "int(fraction * 2**31)"))},
)
def multiplier_cut_off(multipliers: Multipliers) -> Iterable[Doubles]:
    yield multipliers.each(lambda fraction, e: (np.floor(fraction * 2.0**31), -e))


@misconception(
    question="C.2",
    predicts=Multipliers,
    sentence="Your code returns 2^31 as a multiplier, which needs 32 bits.",
    hint="A fraction just below 1 rounds up to it. Halve it then, and shift by one less.",
    code={
        MULTIPLIER: """
            fraction, exponent = math.frexp(scale)
            if not 0 < fraction < 1:
                raise ValueError
            return round(fraction * 2**31), -exponent
        """
    },
)
def multiplier_overflows(multipliers: Multipliers) -> Iterable[Doubles]:
    yield multipliers.each(lambda fraction, e: (np.rint(fraction * 2.0**31), -e))


@misconception(
    question="C.2",
    predicts=Multipliers,
    sentence="Your code clamps a multiplier of 2^31 to 2^31 - 1.",
    hint="Half of 2^31 fits as well, with another shift, and is the same number.",
    code={
        MULTIPLIER: changed(
            ("multiplier, exponent = 2**30, exponent + 1", "multiplier = 2**31 - 1")
        )
    },
)
def multiplier_clamped(multipliers: Multipliers) -> Iterable[Doubles]:
    largest = 2.0**31 - 1
    yield multipliers.each(lambda fraction, e: (min(np.rint(fraction * 2.0**31), largest), -e))


@misconception(
    question="C.2",
    predicts=Multipliers,
    sentence="Your code returns the shift with the other sign.",
    hint="Scales below 1 are shifted to the right: their shift is not negative.",
    code={MULTIPLIER: changed(("return multiplier, -exponent", "return multiplier, exponent"))},
)
def shift_negated(multipliers: Multipliers) -> Iterable[Doubles]:
    yield multipliers.correct * np.asarray([1.0, 1.0, -1.0])


@misconception(
    question="C.2",
    predicts=Multipliers,
    sentence="Your code counts the 31 bits of the multiplier in the shift as well.",
    hint="scale = multiplier / 2^(31 + shift): they are there already.",
    code={
        MULTIPLIER: changed(("return multiplier, -exponent", "return multiplier, 31 - exponent"))
    },
)
def shift_counts_the_multiplier(multipliers: Multipliers) -> Iterable[Doubles]:
    yield multipliers.correct + np.asarray([0.0, 0.0, 31.0])


@misconception(
    question="C.2",
    predicts=Multipliers,
    sentence="Your code never returns a negative shift, but a multiplier of more than 31 bits.",
    hint="A negative shift is a shift to the left. Halve the multiplier as often.",
    code={
        MULTIPLIER: """
            fraction, exponent = math.frexp(scale)
            if not 0 < fraction < 1:
                raise ValueError
            return (round(scale * 2**31), 0) if scale >= 1 else (round(fraction * 2**31), -exponent)
        """
    },
)
def shift_never_negative(multipliers: Multipliers) -> Iterable[Doubles]:
    yield multipliers.each(
        lambda fraction, e: (np.rint(np.ldexp(fraction, 31 + max(e, 0))), -min(e, 0))
    )


ROUNDED = """
bits = 31 + shift
if not 2**30 <= multiplier < 2**31:
    raise ValueError
product = accumulator * multiplier
"""
"""How a wrong body of `requantize` begins."""


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code drops bits without rounding, which rounds down.",
    hint="What is dropped may be more than a half. Negative sums are rounded down as well.",
    code={RESCALE: ROUNDED + "return product >> bits"},
)
def shift_floors(case: Requantized) -> Iterable[Doubles]:
    yield (case.products >> case.bits).astype(np.float64)


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code cuts off toward zero.",
    hint="What is dropped may be more than a half. Round to the nearest integer.",
    code={
        RESCALE: ROUNDED + "return torch.sign(product) * (torch.abs(product) >> bits)",
    },
)
def rescaled_toward_zero(case: Requantized) -> Iterable[Doubles]:
    products = case.products
    yield (np.sign(products) * (np.abs(products) >> case.bits)).astype(np.float64)


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code adds a half and shifts, which rounds ties up.",
    hint="Of two integers that are equally near, take the even one.",
    code={RESCALE: ROUNDED + "return (product + (1 << (bits - 1))) >> bits"},
)
def rescaled_half_up(case: Requantized) -> Iterable[Doubles]:
    yield case.plus_half(False)


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code rounds ties away from zero, as many a library does.",
    hint="Of two integers that are equally near, take the even one.",
    code={
        RESCALE: ROUNDED
        + """
nearest = (torch.abs(product) + (1 << (bits - 1))) >> bits
return torch.sign(product) * nearest
""",
    },
)
def rescaled_half_away(case: Requantized) -> Iterable[Doubles]:
    yield case.plus_half(case.products < 0)


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code holds the product in a float64, which has 53 bits.",
    hint="The product may have 62. An int64 holds it.",
    code={RESCALE: ROUNDED + "return torch.round(product.double() / 2.0**bits).long()"},
)
def product_in_float64(case: Requantized) -> Iterable[Doubles]:
    yield np.rint(np.ldexp(case.sums.astype(np.float64) * case.multiplier, -case.bits))
    yield np.rint(np.ldexp(case.products.astype(np.float64), -case.bits))


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code holds the product in a float32, which has 24 bits.",
    hint="The product may have 62. An int64 holds it.",
    code={
        RESCALE: ROUNDED
        + "return torch.round(accumulator.float() * (multiplier / 2.0**bits)).long()",
    },
)
def product_in_float32(case: Requantized) -> Iterable[Doubles]:
    sums, factor = case.sums.astype(np.float32), np.ldexp(float(case.multiplier), -case.bits)
    yield np.rint(sums * np.float32(factor)).astype(np.float64)


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code multiplies in 32 bits, where the product wraps around.",
    hint="Turn the sums into int64 before you multiply.",
    code={
        RESCALE: ROUNDED
        + """
product = (accumulator.int() * torch.tensor(multiplier, dtype=torch.int32)).long()
rest, half = product & ((1 << bits) - 1), 1 << (bits - 1)
odd = (product >> bits) % 2 == 1
return (product >> bits) + ((rest > half) | ((rest == half) & odd)).long()
""",
    },
)
def product_in_32_bits(case: Requantized) -> Iterable[Doubles]:
    wrapped = case.products.astype(np.int32).astype(np.int64)
    whole = wrapped >> case.bits
    rest, half = wrapped - (whole << case.bits), np.int64(1) << np.int64(case.bits - 1)
    odd = whole % 2 == 1
    yield (whole + ((rest > half) | ((rest == half) & odd))).astype(np.float64)


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code rounds twice: first to the high half of the product, then by the shift.",
    hint="What lies below a half may reach it in the first step. Round once, at the end.",
    code={
        RESCALE: ROUNDED
        + """
def shifted(x, by):
    if by <= 0:
        return x << -by
    whole = x >> by
    rest, half = x - (whole << by), 1 << (by - 1)
    return whole + ((rest > half) | ((rest == half) & (whole % 2 == 1))).long()

return shifted(shifted(product, min(31, bits)), bits - min(31, bits))
""",
    },
)
def rescaled_twice(case: Requantized) -> Iterable[Doubles]:
    high = rescale(case.sums, case.multiplier, min(case.shift, 0))
    left = max(case.shift, 0)
    yield np.rint(np.ldexp(high.astype(np.float64), -left))


@misconception(
    question="C.2",
    predicts=Requantized,
    sentence="Your code takes a negative shift for none.",
    hint="31 + shift bits are dropped, whatever the sign of the shift is.",
    code={RESCALE: changed(("bits = 31 + shift", "bits = 31 + max(shift, 0)"))},
)
def negative_shift_ignored(case: Requantized) -> Iterable[Doubles]:
    yield rescale(case.sums, case.multiplier, max(case.shift, 0)).astype(np.float64)
