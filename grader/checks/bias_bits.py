"""Question C.4: `quantized_bias_nbit(bias, bits, n_w, n_initial_input, ns)` and `BIAS_BITS`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle

import numpy as np

from grader.arrays import Doubles, Mask, Rng
from grader.checks import bias, challenges, claims
from grader.checks.challenges import SAME_SHAPE, charging, lost_before
from grader.checks.context import Context
from grader.checks.probes import evenly
from grader.checks.question import Question
from grader.misconceptions import NarrowBias, explain
from grader.oracle import Array, bounds, scale_product
from grader.sandbox.outside.answer import Answer
from grader.sandbox.wire import Tensor
from grader.verdict import CheckFailed, Diagnosis

FUNCTION, CONSTANT = "quantized_bias_nbit", "BIAS_BITS"
WIDTHS = (4, 7, 8, 12, 16, 20)
"""float32 holds both bounds of each, and the halves between."""
BAD_WIDTHS = {"0 bits": 0, "1 bit": 1, "33 bits": 33}
LESS, MORE = 1, 4
"""`BIAS_BITS` is written down for a student's own net, and seen on the exam's. Their biases differ,
and so do the ranges that their scales come from: nets trained alike on CIFAR-10 need 13 or 14 bits,
and those of drawn shapes 10."""


@dataclass(frozen=True)
class Call:
    """A bias, a number of bits and scales, and what was returned for them."""

    bias: Doubles
    bits: int
    factors: tuple[float, float, list[tuple[float, float]]]
    answer: Answer

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"a bias of {self.bits} bits"

    @property
    def product(self) -> Doubles:
        """The bias times what its layer's sums carry, exactly."""
        n_w, n_input, ns = self.factors
        return self.bias * scale_product((n_w, n_input), ns)

    @property
    def fits(self) -> Mask:
        """Where the product needs no more than half of the range of so many bits."""
        fits: Mask = np.abs(self.product) < bounds(self.bits)[1] / 2
        return fits

    @cached_property
    def integers(self) -> Doubles:
        """The claimed integers.

        Raises:
            NotReached: the function is not filled in.
            CheckFailed: they are no tensor of that shape.
        """
        claim = challenges.returned(self.answer, FUNCTION)
        return claims.tensor(claim, self.bias.shape, f"the result of {FUNCTION}", SAME_SHAPE)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What explains the integers."""
        return explain("C.4", NarrowBias(self.product, self.bits), self.integers)


@dataclass(frozen=True)
class Evidence:
    """What became of biases, and the bits that are enough."""

    calls: list[Call]
    refused: Mapping[str, Answer]
    bits: Answer
    needed: int
    """The bits that the bias of the exam's net needs."""
    lost: tuple[str, ...]
    """`quantized_bias`, where it has lost points in Question 5.2."""


def collect(context: Context) -> Evidence:
    """Have drawn biases quantized."""
    rng = context.rng("bits of a bias")
    with context.session.group():
        calls = [
            Call(values, bits, factors, _ask(context, values, bits, factors))
            for values, bits, factors in _biases(rng)
        ]
        values, _, factors = next(_biases(rng))
        refused = {
            words: _ask(context, values, bits, factors) for words, bits in BAD_WIDTHS.items()
        }
        width = challenges.constant(context, CONSTANT)
    (integers,) = context.biased.net.biases.values()
    lost = lost_before(context, (bias.QUESTION,))
    return Evidence(calls, refused, width, _bits_of(integers), lost)


def _ask(
    context: Context,
    values: Doubles,
    bits: int,
    factors: tuple[float, float, list[tuple[float, float]]],
) -> Answer:
    n_w, n_input, ns = factors
    tensor = Tensor(values.astype(np.float32))
    return challenges.ask(context, FUNCTION, tensor, bits, n_w, n_input, ns)


def _bits_of(integers: Array) -> int:
    """The smallest number of bits with which none of these is clamped."""
    # As many digits as the farther end has, of which -2**n needs one less; one more is the sign.
    return int(max(integers.max(), -1 - integers.min())).bit_length() + 1


def _biases(
    rng: Rng,
) -> Iterator[tuple[Doubles, int, tuple[float, float, list[tuple[float, float]]]]]:
    """Biases whose products fit, are ties, just reach a bound, or lie far beyond it.

    Their scales are powers of two, so a float32 holds every product. In turns they make most of it
    and little: who clamps before scaling is seen by the one, who forgets a scale by both.
    """
    for bits, direction in zip(WIDTHS, cycle((1, -1))):
        most = 1 << (bits - 1)
        wide = (1.0, -1.0, 1.5, -1.5, 40.0, -40.0)
        beyond = most * np.asarray(wide) + np.asarray([0, -1, 0, 0, 0, 0])
        ends = np.asarray([most - 1.0, -most])
        within = most // 4 * evenly(rng, -1, 1, 8, bits=6)
        ties = rng.integers(-(most // 4), most // 4, 8) + 0.5
        products = rng.permutation(np.concatenate([beyond, ends, within, ties]))
        exponents = [direction * int(each) for each in rng.integers(-1, 4, 10)]
        numbers = [float(np.ldexp(1.0, each)) for each in exponents]
        n_w, n_input, *rest = numbers
        ns = list(zip(rest[::2], rest[1::2], strict=True))
        yield np.ldexp(products, -sum(exponents)), bits, (n_w, n_input, ns)


QUESTION = Question(
    "C.4",
    "Narrower biases",
    collect,
    names=(FUNCTION, CONSTANT),
    depends_on=(bias.QUESTION,),
    challenge=True,
)


@QUESTION.check("bias_bits.form")
def form(evidence: Evidence) -> None:
    """`quantized_bias_nbit` returns a tensor of the shape of the bias."""
    with charging(evidence.lost):
        for call in evidence.calls:
            _ = call.integers


@QUESTION.check("bias_bits.product", after="bias_bits.form")
def product(evidence: Evidence) -> None:
    """What fits is the bias times what the sums it is added to carry, as in Question 5."""
    with charging(evidence.lost):
        for call in evidence.calls:
            near = np.abs(call.integers - call.product) < 1
            _require_none(call.fits & ~near, call, "Scale it as `quantized_bias` does.")


@QUESTION.check("bias_bits.rounding", after="bias_bits.product")
def rounding(evidence: Evidence) -> None:
    """What fits is rounded to the nearest integer, a tie to the even one."""
    with charging(evidence.lost):
        for call in evidence.calls:
            wrong = call.fits & (call.integers != np.rint(call.product))
            _require_none(wrong, call, "Round, then clamp.")


@QUESTION.check("bias_bits.bounds", after="bias_bits.product")
def clamped(evidence: Evidence) -> None:
    """What does not fit becomes a bound: -2^(bits - 1) or 2^(bits - 1) - 1."""
    for call in evidence.calls:
        low, high = bounds(call.bits)
        correct = np.clip(np.rint(call.product), low, high)
        lower = (call.integers == -high) & (call.product < -high)  # -127 for -128: left open
        wrong = ~call.fits & (call.integers != correct) & ~lower
        _require_none(wrong, call, f"With {call.bits} bits, integers end at {low} and {high}.")


def _require_none(wrong: Mask, call: Call, next_step: str) -> None:
    if wrong.any():
        at = int(np.argmax(wrong))
        correct = np.clip(np.rint(call.product[at]), *bounds(call.bits))
        raise CheckFailed(
            f"{call.name}: element {at}, {call.bias[at]:.6g} times the scales is"
            f" {call.product[at]:.10g} and became {call.integers[at]:.10g}"
            f" ({int(wrong.sum())} of {wrong.size} elements)",
            f"{correct:.10g}",
            next_step,
            call.diagnosis,
        )


@QUESTION.check("bias_bits.refuses", after="bias_bits.product")
def refuses(evidence: Evidence) -> None:
    """It returns no number for less than 2 bits, or for more than 32."""
    challenges.require_refused(FUNCTION, evidence.refused, "a ValueError")


@QUESTION.check("bias_bits.width")
def width(evidence: Evidence) -> str | None:
    """`BIAS_BITS` is the smallest number of bits that clamps no bias of the net."""
    claim = challenges.returned(evidence.bits, CONSTANT)
    bits, needed = challenges.whole_number(claim, CONSTANT), evidence.needed
    if not needed - LESS <= bits <= needed + MORE:
        raise CheckFailed(
            f"{CONSTANT} is {bits}; the bias of the exam's net needs {needed}",
            f"about {needed}",
            "Find the largest magnitude of your quantized bias; one bit more is its sign.",
        )
    return None if bits == needed else f"The bias of the exam's net needs {needed}: near enough."
