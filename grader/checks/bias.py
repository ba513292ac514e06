"""Question 5.2: `NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)`."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from grader.arrays import Mask, Rng
from grader.checks import claims, illustrations
from grader.checks.activations import Factors, typed
from grader.checks.context import ASKED_FOR_TYPES, Context
from grader.checks.probes import evenly
from grader.checks.question import NeededBy, Question, SparedBy
from grader.checks.rounding import FLOAT32
from grader.misconceptions import QuantizedBias, explain
from grader.oracle import Array, scale_product
from grader.sandbox.outside.answer import Answer, Raised
from grader.sandbox.wire import Tensor
from grader.verdict import CheckFailed

FUNCTION = "NetQuantizedWithBias.quantized_bias"
FEWEST_LEFT = 3
"""Elements that are no bound: so many show the product."""
FLOAT16_BITS, BFLOAT16_BITS = 11, 8
"""Of the significand. A dozen factors, multiplied one by one, lose at most four more."""
LARGEST = 2.0**31
"""Products below it fit into 32 bits."""
NEEDED_BY: NeededBy = {"ties": "bias_never_rounded"}
SPARED_BY: SparedBy = {"_own_factor": "bias_last_output_scale_twice"}


def _is_power_of_two(factor: float) -> bool:
    return math.frexp(factor)[0] == 0.5


@dataclass(frozen=True)
class Call:
    """One bias that was to be quantized, and the answer."""

    name: str
    case: QuantizedBias
    answer: Answer
    factor: float
    """What the bias is multiplied by: the correct factor, or the student's own where roundings are
    judged."""

    @property
    def product(self) -> Array:
        """The bias times that factor."""
        product: Array = self.case.bias.astype(np.float64) * self.factor
        return product

    @cached_property
    def integers(self) -> Array:
        """The claimed integers; infinite where they passed the range of their type.

        Raises:
            CheckFailed: the answer is no tensor of the right shape.
        """
        claim = claims.returned(self.answer, "quantized_bias")
        return claims.tensor(
            claim,
            self.case.bias.shape,
            "the quantized bias",
            "Return the integers alone: one tensor, of the shape of the bias.",
            finite=False,
        )

    @cached_property
    def cut(self) -> Mask:
        """Where a value became a bound: infinite, or the largest or smallest, and not alone there.

        A bound that is too narrow is judged by `bias.int32` alone.
        """
        claimed, bias = self.integers, self.case.bias
        cut: Mask = np.isinf(claimed)
        for bound, beyond in ((claimed.max(), bias > 0), (claimed.min(), bias < 0)):
            at = (claimed == bound) & beyond
            cut |= at & (at.sum() > 1)
        # Where next to nothing is left, no bound explains it.
        return cut if (~cut).sum() >= FEWEST_LEFT else np.zeros_like(cut)

    @cached_property
    def half_precision(self) -> float:
        """By how much the product may be off, relatively, where it passed through half precision.

        0 where it did not: then the integers are more than such a type can hold.
        """
        with np.errstate(over="ignore"):  # then it is infinite, and differs
            seen = self.integers[np.isfinite(self.integers)].astype(np.float32)
            float16 = seen.astype(np.float16).astype(np.float32)
        if not np.abs(seen).max(initial=0) > 2**FLOAT16_BITS:
            return 0.0
        if not (seen.view(np.uint32) & 0xFFFF).any():
            return 2.0 ** (4 - BFLOAT16_BITS)
        return 2.0 ** (4 - FLOAT16_BITS) if np.array_equal(seen, float16) else 0.0

    @property
    def slack(self) -> Array:
        """What float32 may have lost in a bias times all of its factors."""
        factors = 2 * len(self.case.ns) + 2
        slack: Array = np.abs(self.product) * ((factors + 2) * FLOAT32)
        return slack if self.exact else slack + np.abs(self.product) * OWN_ERROR

    @property
    def exact(self) -> bool:
        """Whether the factor is a power of two: then float32 holds every product."""
        return _is_power_of_two(self.factor)

    @property
    def wrong_at_ties(self) -> Mask:
        """Which of products that end half-way are not rounded to the even integer.

        Under a factor that is no power of two either of both will do.
        """
        if self.exact:
            wrong: Mask = self.integers != np.rint(self.product)
        else:
            wrong = ~(np.abs(self.integers - self.product) <= 0.5 + self.slack)
        return wrong & ~self.cut


@dataclass(frozen=True)
class Evidence:
    """The bias of the exam's net and biases that show one property each."""

    exam: Call
    factors: list[Call]
    """The same biases under scales of every number and magnitude."""
    ties: Call
    wide: Call
    """Products that need all of 32 bits."""
    beyond: Call
    """Products beyond 32 bits."""


def collect(context: Context) -> Evidence:
    """Quantize the exam's bias, then drawn ones."""
    rng = context.rng("bias")
    correct, net = context.biased, context.exam.nets["biased"]
    last = net.architecture.names[-1]
    size = len(net.biases[last])
    lab = (correct.weight_scales[last], correct.net.input_scale, correct.preceding(last))
    drawn = evenly(rng, 2**7, 2**9, size, bits=14) * rng.permutation(np.resize([-1, 1], size))
    halves = rng.integers(-500, 500, size) + 0.5
    wide = LARGEST * np.resize([0.5, -0.5, 1 - 2.0**-10, 2.0**-10 - 1], size)
    beyond = LARGEST * np.resize([1.5, -1.5, 3, -3], size)
    every, as_in_a_net = _factors(rng, lab), _near(rng, lab)
    with context.session.group():
        exam = ask(context, "the bias of the exam's net", net.biases[last], lab)

        def asked(call: Call, milder: Callable[[], Call]) -> Call:
            """The call, or a milder one where only that does not raise.

            A student's own check of what biases and scales of a net are like is no mistake.
            """
            if not isinstance(call.answer, Raised) or isinstance(exam.answer, Raised):
                return call
            again = milder()
            return call if isinstance(again.answer, Raised) else again

        def become(name: str, products: Array, exponents: Exponents, milder: Exponents) -> Call:
            how = partial(_become, context, name, products, length=len(lab[2]))
            return asked(how(exponents), partial(how, milder))

        factors = [_with_factors(context, drawn, each) for each in every]
        for at, milder in enumerate(as_in_a_net):
            again = partial(_with_factors, context, drawn * SMALL, milder)
            factors[at] = asked(factors[at], again)
        return Evidence(
            exam,
            [
                call
                for call in factors
                if not (isinstance(call.answer, Raised) and len(call.case.ns) != len(lab[2]))
            ],
            ties=_first_even(
                become("a bias that ends between integers", halves, exponents, MILD_TIES)
                for exponents in (TIES, ALL_ONE)
            ),
            wide=become("a bias of 32 bits", wide, EDGE, MILD_EDGE),
            beyond=_become(context, "a bias beyond 32 bits", beyond, EDGE, length=len(lab[2])),
        )


OWN_ERROR = 2.0**-15
"""Relative error of a student's own factor that is no power of two, read off rounded products."""


Exponents = tuple[int, tuple[int, list[tuple[int, int]]]]
# Every wrong product of them that has a name differs from every other, and none leaves float32.
TIES = (6, (-2, [(-3, -2), (6, 2), (4, 3), (-3, 4)]))
EDGE = (20, (1, [(4, 1), (1, 4), (1, 1), (0, 3)]))
AS_IN_A_NET = (7, [(7, -8), (7, -6), (9, -6), (7, -9)])
MILD_TIES, MILD_EDGE = (12, AS_IN_A_NET), (30, AS_IN_A_NET)
"""The exponent of the product, and those of n_initial_input and of the pairs of ns."""
ALL_ONE: Exponents = (0, (0, []))


def _exact(exponents: Exponents, length: int) -> Factors:
    """Powers of two with a given product for so many preceding layers."""
    total, (image, pairs) = exponents
    pairs = (pairs + [(0, 0)] * length)[:length]
    rest = total - image - sum(weight + output for weight, output in pairs)
    ns = [(2.0**weight, 2.0**output) for weight, output in pairs]
    return 2.0**rest, 2.0**image, ns


def _become(
    context: Context, name: str, products: Array, exponents: Exponents, *, length: int
) -> Call:
    """Biases that become these products, whatever the student multiplies a bias by.

    A wrong factor loses the points of the product; rounding and clamping are judged by it.
    """
    factors = _exact(exponents, length)
    powers = np.ldexp(1.0, np.linspace(-20, 34, len(products)).round().astype(np.int32))
    factor = _own_factor(ask(context, name, powers, factors))
    if not _is_power_of_two(factor):  # then no tie is exact
        products = products + np.resize([0.25, -0.25], len(products))
    return ask(context, name, products / factor, factors, factor)


def _first_even(calls: Iterator[Call]) -> Call:
    """The first in which each tie became even, or the first of all if there is none.

    A factor that is computed in a way of its own (as the exponential of a sum of logarithms, say)
    may be off by the last digit of float64, and then a tie is none. Where each scale is 1 it is
    exact in any way, and a rounding that is not to even is wrong all the same.
    """
    first = next(calls)
    for call in itertools.chain([first], calls):
        try:
            if not call.wrong_at_ties.any():
                return call
        except CheckFailed:  # no integers; other checks say what came instead
            break
    return first


def _own_factor(call: Call) -> float:
    """What powers of two were multiplied by; the correct factor where that does not show.

    It shows in the largest integer that was not clamped: there rounding changes least.
    """
    try:
        integers = call.integers
    except CheckFailed:
        return call.factor
    ratios = integers / call.case.bias
    shows = (np.abs(integers) >= 4) & (np.abs(integers) < 2.0**30)
    largest = float(np.where(shows, ratios, 0.0).max())
    shows &= ratios > 0.8 * largest
    if not shows.any():
        return call.factor
    return float(ratios[np.flatnonzero(shows)[-1]])


def _with_factors(context: Context, drawn: Array, factors: Factors) -> Call:
    layers = "layer" if len(factors[2]) == 1 else "layers"
    return ask(context, f"a bias with {len(factors[2])} preceding {layers}", drawn, factors)


def _factors(rng: Rng, lab: Factors) -> list[Factors]:
    """Scales of every length, far enough from 1 that each factor shows; the lab's own first.

    The lab knows one length only, so code that raises where there are fewer is correct.

    Their product stays near 2**5: with the drawn biases neither it nor its inverse is lost in
    rounding, nor leaves 16 bits, which a bound that is too narrow might have left. Nor is what
    remains when some are forgotten: of the scales of the layers every other is below 1. From one
    call to the next the product changes by a tenth at least, which no constant follows; three
    calls of one length show it of what remains, too, for two may agree by chance.
    """
    every: list[Factors] = []
    for number, length in enumerate((*[len(lab[2])] * 3, 2, 1, 0)):
        side = rng.choice([-1, 1]) * np.resize([1, -1, -1, 1], 2 * length)
        image, *large = evenly(rng, 1.5, 4, 1 + 2 * length, bits=16)
        numbers = [one if up > 0 else 1 / one for one, up in zip(large, side, strict=True)]
        (product,) = evenly(rng, *((23, 30) if number % 2 else (34, 45)), 1, bits=16)
        n_w = product / math.prod((image, *numbers))
        first, second, *rest = (float(np.float32(each)) for each in (n_w, image, *numbers))
        every.append((first, second, list(zip(rest[::2], rest[1::2], strict=True))))
    return every


SMALL = 2.0**-9
"""What makes a drawn bias as small as a net's."""


def _near(rng: Rng, lab: Factors) -> list[Factors]:
    """Scales like those of the exam's net, each on the same side of 1; as many as of its length."""

    def single(number: float) -> float:
        return float(np.float32(number))

    n_w, image, ns = lab
    every: list[Factors] = []
    for number in range(3):
        most = [evenly(rng, 1.1, 1.9, 2, bits=16) for _ in ns]
        near = [(single(w * a), single(o / b)) for (w, o), (a, b) in zip(ns, most, strict=True)]
        (times,) = evenly(rng, *((0.7, 0.95) if number % 2 else (1.1, 1.4)), 1, bits=16)
        product = times * scale_product((n_w, image), ns)
        first = single(product / scale_product((1.0, image), near))
        every.append((first, float(image), near))
    return every


def ask(
    context: Context, name: str, bias: Array, factors: Factors, own: float | None = None
) -> Call:
    """Have a bias quantized, with these scales in the student's own types."""
    n_w, n_input, ns = factors
    values = bias.astype(np.float32)
    answer = context.session.call(
        FUNCTION,
        Tensor(values),
        context.number("quantized_weights", n_w),
        context.number("NetQuantized.quantize_initial_input", n_input),
        typed(context, ns),
    )
    case = QuantizedBias(values, float(n_w), float(n_input), ns)
    return Call(name, case, answer, scale_product((n_w, n_input), ns) if own is None else own)


QUESTION = Question("5.2", "Quantize the bias", collect, names=(FUNCTION,), asks=ASKED_FOR_TYPES)


@QUESTION.check("bias.form")
def form(evidence: Evidence) -> None:
    """`quantized_bias` returns a tensor of the shape of the bias."""
    for call in (evidence.exam, *evidence.factors):
        _ = call.integers


@QUESTION.check("bias.scaled", after="bias.form", core=True)
def scaled(evidence: Evidence) -> None:
    """The result follows the bias, and how large it is depends on the scales."""
    depth = len(evidence.exam.case.ns)
    ratios = [_ratio(call) for call in evidence.factors if len(call.case.ns) == depth]
    if max(ratios) - min(ratios) <= 1e-3 * max(ratios):
        first = evidence.factors[0]
        raise CheckFailed(
            f"every bias is multiplied by {ratios[0]:.6g}, whatever the scales are",
            "a factor that is made of them",
            "Multiply the bias by the scales that the sums carry to which it is added.",
            explain("5.2", first.case, first.integers),
        )


def _ratio(call: Call) -> float:
    """What every element of a bias was multiplied by.

    Raises:
        CheckFailed: not every element was multiplied by the same.
    """
    integers, bias = call.integers, call.case.bias
    middle = float(np.median((integers / bias)[~call.cut]))
    # Any rounding changes each by less than 1, and the ratio by as much on the smallest.
    room = 1 + np.abs(bias) / np.abs(bias).min()
    room += call.half_precision * np.abs(middle * bias)
    wrong = ~(np.abs(integers - middle * bias) <= room) & ~call.cut
    if middle <= 0:
        # Of all of them, show one that is not near its product by chance.
        wrong = ~(np.abs(integers - call.product) < 1 + call.slack)
    _require_none(wrong, call, "proportional to the bias", PROPORTIONAL)
    return middle


SCALES = "Ask which scales the sums carry that the bias is added to."
ROUND = (
    "Multiply in float32 or wider (half precision has too few digits), then round to the nearest"
    " integer, a tie to the even one."
)
PROPORTIONAL = (
    "Multiply every element of the bias that came in by the same number, in float32 or wider, round"
    " it to the nearest integer, and give it 32 bits: no narrower bound, no narrower type."
)
NEARLY = 2.0**-5
"""Half precision, multiplied a dozen times, may be off by so much, relatively."""
WIDER = "Give the integers all of 32 bits: no narrower bound, no narrower type, and both signs."


def _require_none(wrong: Mask, call: Call, expected: str | Array, next_step: str) -> None:
    """No element is wrong; `expected` is in words, or the number for each element."""
    if not wrong.any():
        return
    at = int(np.argmax(wrong))
    product = float(call.product[at])
    raise CheckFailed(
        f"{call.name}: element {at}, {call.case.bias[at]:.6g} times {call.factor:.6g} is"
        f" {product:.10g} and became {call.integers[at]:.10g}"
        f" ({int(wrong.sum())} of {wrong.size} elements)",
        expected if isinstance(expected, str) else f"{expected[at]:.10g}",
        next_step,
        explain("5.2", call.case, call.integers),
        partial(illustrations.of_bias, call.name, call.product, call.integers, wrong),
    )


@QUESTION.check("bias.integers", after="bias.scaled")
def integers_only(evidence: Evidence) -> None:
    """Every quantized bias is a whole number."""
    for call in (evidence.exam, *evidence.factors, evidence.ties):
        fraction = (call.integers != np.rint(call.integers)) & ~call.cut
        _require_none(fraction, call, "a whole number", "Round what you return.")


@QUESTION.check("bias.product", after="bias.scaled")
def product(evidence: Evidence) -> None:
    """The bias is multiplied by exactly what the sums it is added to carry."""
    for call in (*evidence.factors, evidence.exam):
        room = 1 + call.slack + call.half_precision * np.abs(call.product)
        near = np.abs(call.integers - call.product) < room
        nearly = np.abs(call.integers - call.product) <= np.maximum(
            room, NEARLY * np.abs(call.product)
        )
        step = f"{ROUND} {SCALES}" if nearly.all() else SCALES
        _require_none(~near & ~call.cut, call, np.rint(call.product), step)


@QUESTION.check_told("bias.rounding", after="bias.scaled", told="bias.product")
def rounding(evidence: Evidence, product_holds: bool) -> None:
    """Each product is rounded to the nearest integer, a tie to the even one."""
    others: Iterable[Call] = (*evidence.factors, evidence.exam)
    for call in others if product_holds else ():
        near = np.abs(call.integers - call.product) <= 0.5 + call.slack
        _require_none(~near & ~call.cut, call, np.rint(call.product), ROUND)
    # The ties alone are made for the student's own factor.
    ties = evidence.ties
    _require_none(ties.wrong_at_ties, ties, np.rint(ties.product), ROUND)


@QUESTION.check_told("bias.int32", after="bias.scaled", told="bias.product")
def int32(evidence: Evidence, product_holds: bool) -> str | None:
    """A product that fits into 32 bits keeps all its digits."""
    wide = evidence.wide
    near = np.abs(wide.integers - wide.product) <= 1 + wide.slack
    if wide.half_precision:  # its digits are judged by `bias.rounding`
        near = np.abs(wide.integers / wide.product - 1) <= wide.half_precision
    _require_none(~near, wide, np.rint(wide.product), WIDER)
    others: Iterable[Call] = (evidence.exam, *evidence.factors, evidence.ties)
    for call in others if product_holds else ():
        room = 1 + call.slack + call.half_precision * np.abs(call.product)
        cut = call.cut & ~(np.abs(call.integers - call.product) < room)
        _require_none(cut, call, np.rint(call.product), WIDER)
    return _beyond(evidence.beyond)


def _beyond(call: Call) -> str | None:
    """What becomes of products beyond 32 bits: it costs nothing, for the lab asks for no clamp."""
    try:
        clamped = (np.abs(call.integers) <= LARGEST).all() and (
            np.sign(call.integers) == np.sign(call.product)
        ).all()
    except CheckFailed:
        return "A product beyond 32 bits raises: no points lost, for the lab's own stay below."
    if clamped:
        return None
    return "A product beyond 32 bits is not clamped: no points lost, for the lab's own stay below."
