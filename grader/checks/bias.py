"""Question 5.2: `NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)`."""

import math
from dataclasses import dataclass

import numpy as np

from grader.checks import claims
from grader.checks.activations import Call, typed
from grader.checks.bench import Bench
from grader.checks.probes import evenly
from grader.checks.rounding import FLOAT32
from grader.checks.tree import Question
from grader.finding import Finding, failed, passed
from grader.misconceptions import QuantizedBias, explain
from grader.misconceptions.bias import INT32
from grader.oracle import Array, scale_product
from grader.sandbox.outside.answer import Answer, Raised
from grader.sandbox.wire import Tensor

FUNCTION = "NetQuantizedWithBias.quantized_bias"


def _is_power_of_two(factor: float) -> bool:
    return math.frexp(factor)[0] == 0.5


@dataclass(frozen=True)
class Trial:
    """One call."""

    name: str
    case: QuantizedBias
    answer: Answer
    factor: float
    """What the bias is multiplied by: right, or the student's own where roundings are judged."""

    @property
    def product(self) -> Array:
        """The bias times that factor."""
        product: Array = self.case.bias.astype(np.float64) * self.factor
        return product

    def integers(self) -> Array | Finding:
        """The claimed integers, or what came instead."""
        claim = claims.returned(self.answer, "quantized_bias")
        if isinstance(claim, Finding):
            return claim
        return claims.tensor(claim, self.case.bias.shape, "the quantized bias")

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


@dataclass(frozen=True)
class Evidence:
    """The bias of the exam's net and biases that show one property each."""

    exam: Trial
    factors: list[Trial]
    """The same biases under scales of every number and magnitude."""
    ties: Trial
    beyond: Trial
    """Products beyond int32."""


def collect(bench: Bench) -> Evidence:
    """Quantize the exam's bias, then drawn ones."""
    rng = bench.rng("bias")
    right, net = bench.biased, bench.exam.nets["biased"]
    last = net.architecture.names[-1]
    size = len(net.biases[last])
    call = (right.weight_scales[last], right.net.input_scale, right.preceding(last))
    drawn = evenly(rng, 2**7, 2**9, size, bits=14) * rng.choice([-1, 1], size)
    halves = rng.integers(-500, 500, size) + 0.5
    edge = 2.0**31 * np.resize([0.5, -0.5, 3, -3], size)
    with bench.session.group():
        return Evidence(
            exam=_ask(bench, "the bias of the exam's net", net.biases[last], call),
            factors=[
                trial
                for trial in (_with_factors(bench, drawn, each) for each in _calls(rng, call))
                if not (isinstance(trial.answer, Raised) and len(trial.case.ns) != len(call[2]))
            ],
            ties=_become(bench, "a bias that ends between integers", halves, TIES, len(call[2])),
            beyond=_become(bench, "a bias beyond 32 bits", edge, EDGE, len(call[2])),
        )


OWN_ERROR = 2.0**-15
"""Relative error of a student's own factor that is no power of two, read off rounded products."""


Exponents = tuple[int, tuple[int, list[tuple[int, int]]]]
# Every wrong product of them that has a name differs from every other, and none leaves float32.
TIES = (6, (-2, [(-3, -2), (6, 2), (4, 3), (-3, 4)]))
EDGE = (20, (1, [(4, 1), (1, 4), (1, 1), (0, 3)]))
"""The exponent of the product, and those of n_initial_input and of the pairs of ns."""


def _exact(exponents: Exponents, length: int) -> Call:
    """Powers of two with a given product for so many preceding layers."""
    total, (image, pairs) = exponents
    pairs = (pairs + [(0, 0)] * length)[:length]
    rest = total - image - sum(weight + output for weight, output in pairs)
    ns = [(2.0**weight, 2.0**output) for weight, output in pairs]
    return 2.0**rest, 2.0**image, ns


def _become(bench: Bench, name: str, products: Array, exponents: Exponents, length: int) -> Trial:
    """Biases that become these products, whatever the student multiplies a bias by.

    A wrong factor loses the points of the product; rounding and clamping are judged by it.
    """
    call = _exact(exponents, length)
    powers = np.ldexp(1.0, np.linspace(-20, 34, len(products)).round().astype(np.int32))
    factor = _own_factor(_ask(bench, name, powers, call))
    if not _is_power_of_two(factor):  # then no tie is exact
        products = products + np.resize([0.25, -0.25], len(products))
    return _ask(bench, name, products / factor, call, factor)


def _own_factor(trial: Trial) -> float:
    """What powers of two were multiplied by; the right factor where that does not show.

    It shows in the largest integer that was not clamped: there rounding changes least.
    """
    integers = trial.integers()
    if isinstance(integers, Finding):
        return trial.factor
    ratios = integers / trial.case.bias
    shows = (np.abs(integers) >= 4) & (np.abs(integers) < 2.0**30)
    largest = float(np.where(shows, ratios, 0.0).max())
    shows &= ratios > 0.8 * largest
    if not shows.any():
        return trial.factor
    return float(ratios[np.flatnonzero(shows)[-1]])


def _with_factors(bench: Bench, drawn: Array, call: Call) -> Trial:
    return _ask(bench, f"a bias with {len(call[2])} preceding layers", drawn, call)


def _calls(rng: np.random.Generator, lab: Call) -> list[Call]:
    """Scales of every length, far enough from 1 that each factor shows; the lab's own first.

    The lab knows one length only, so code that raises where there are fewer is right.

    Their product stays near 2**5: with the drawn biases neither it nor its inverse is lost in
    rounding, nor leaves 16 bits, which a bound that is too narrow might have left. Nor is what
    remains when some are forgotten: of the scales of the layers every other is below 1. From one
    call to the next the product changes by a tenth at least, which no constant follows; three
    calls of one length show it of what remains, too, for two may agree by chance.
    """
    calls: list[Call] = []
    for number, length in enumerate((*[len(lab[2])] * 3, 2, 1, 0)):
        side = rng.choice([-1, 1]) * np.resize([1, -1, -1, 1], 2 * length)
        image, *large = evenly(rng, 1.5, 4, 1 + 2 * length, bits=16)
        numbers = [one if up > 0 else 1 / one for one, up in zip(large, side, strict=True)]
        (product,) = evenly(rng, *((23, 30) if number % 2 else (34, 45)), 1, bits=16)
        n_w = product / math.prod((image, *numbers))
        first, second, *rest = (float(np.float32(each)) for each in (n_w, image, *numbers))
        calls.append((first, second, list(zip(rest[::2], rest[1::2], strict=True))))
    return calls


def _ask(bench: Bench, name: str, bias: Array, call: Call, own: float | None = None) -> Trial:
    n_w, n_input, ns = call
    values = bias.astype(np.float32)
    answer = bench.session.call(
        FUNCTION,
        Tensor(values),
        bench.number("quantized_weights", n_w),
        bench.number("NetQuantized.quantize_initial_input", n_input),
        typed(bench, ns),
    )
    case = QuantizedBias(values, float(n_w), float(n_input), ns)
    return Trial(name, case, answer, scale_product((n_w, n_input), ns) if own is None else own)


QUESTION = Question("5.2", "Quantize the bias", collect)


@QUESTION.check("bias.form")
def form(evidence: Evidence, bench: Bench) -> Finding:
    """`quantized_bias` returns a tensor of the shape of the bias."""
    del bench
    for trial in (evidence.exam, *evidence.factors):
        integers = trial.integers()
        if isinstance(integers, Finding):
            return integers
    return passed()


@QUESTION.check("bias.scaled", after="bias.form", core=True)
def scaled(evidence: Evidence, bench: Bench) -> Finding:
    """The result follows the bias, and how large it is depends on the scales."""
    del bench
    ratios, claimed = [], []
    depth = len(evidence.exam.case.ns)
    for trial in (trial for trial in evidence.factors if len(trial.case.ns) == depth):
        integers = trial.integers()
        if isinstance(integers, Finding):
            return integers
        bias = np.abs(trial.case.bias)
        middle = float(np.median(integers / trial.case.bias))
        # Any rounding changes each by less than 1, and the ratio by as much on the smallest.
        room = 1 + bias / bias.min()
        wrong = ~(np.abs(integers - middle * trial.case.bias) <= room)
        if middle <= 0:
            wrong[:] = True
        if wrong.any():
            return _wrong(trial, integers, "proportional to the bias", wrong)
        ratios.append(middle)
        claimed.append(integers)
    if max(ratios) - min(ratios) <= 1e-3 * max(ratios):
        return failed(
            f"every bias is multiplied by {ratios[0]:.6g}, whatever the scales are",
            "a factor that is made of them",
            "The bias is added to sums that carry these scales.",
            explain("5.2", evidence.factors[0].case, claimed[0]),
        )
    return passed()


def _wrong(trial: Trial, integers: Array, expected: str, wrong: np.ndarray) -> Finding:
    at = int(np.argmax(wrong))
    product = float(trial.product[at])
    return failed(
        f"{trial.name}: element {at}, {trial.case.bias[at]:.6g} times {trial.factor:.6g} is"
        f" {product:.10g} and became {integers[at]:.10g}"
        f" ({int(wrong.sum())} of {wrong.size} elements)",
        expected,
        "Ask which scales the sums carry that the bias is added to.",
        explain("5.2", trial.case, integers),
    )


@QUESTION.check("bias.integers", after="bias.scaled")
def integers_only(evidence: Evidence, bench: Bench) -> Finding:
    """Every quantized bias is a whole number."""
    del bench
    for trial in (evidence.exam, *evidence.factors, evidence.ties):
        integers = trial.integers()
        if isinstance(integers, Finding):
            return integers
        wrong = integers != np.rint(integers)
        if wrong.any():
            return _wrong(trial, integers, "a whole number", wrong)
    return passed()


@QUESTION.check("bias.product", after="bias.scaled")
def product(evidence: Evidence, bench: Bench) -> Finding:
    """The bias is multiplied by exactly what the sums it is added to carry."""
    del bench
    for trial in (*evidence.factors, evidence.exam):
        integers = trial.integers()
        if isinstance(integers, Finding):
            return integers
        wrong = ~(np.abs(integers - trial.product) < 1 + trial.slack)
        if wrong.any():
            right = float(np.rint(trial.product[int(np.argmax(wrong))]))
            return _wrong(trial, integers, f"{right:.10g}", wrong)
    return passed()


@QUESTION.check("bias.rounding", after="bias.scaled")
def rounding(evidence: Evidence, bench: Bench) -> Finding:
    """Each product is rounded to the nearest integer, a tie to the even one."""
    trials: tuple[Trial, ...] = (*evidence.factors, evidence.exam, evidence.ties)
    if not product(evidence, bench).passed:  # only the ties are made for the student's own factor
        trials = (evidence.ties,)
    for trial in trials:
        integers = trial.integers()
        if isinstance(integers, Finding):
            return integers
        right = np.rint(trial.product)
        if trial is evidence.ties and trial.exact:
            wrong = integers != right
        else:
            wrong = ~(np.abs(integers - trial.product) <= 0.5 + trial.slack)
        if wrong.any():
            return _wrong(trial, integers, f"{right[int(np.argmax(wrong))]:.10g}", wrong)
    return passed()


@QUESTION.check("bias.int32", after="bias.scaled")
def int32(evidence: Evidence, bench: Bench) -> Finding:
    """A product beyond 32 bits becomes the nearest bound; any other keeps all its digits."""
    del bench
    trial = evidence.beyond
    integers = trial.integers()
    if isinstance(integers, Finding):
        return integers
    clipped = np.clip(trial.product, *INT32)
    # float32 cannot hold 2**31 - 1: a clamp to it gives 2**31.
    wrong = ~(np.abs(integers - clipped) <= 1 + trial.slack.clip(max=2.0**31 * 8 * FLOAT32))
    wrong |= integers > 2.0**31
    wrong |= integers < INT32[0]
    if wrong.any():
        return _wrong(trial, integers, f"{clipped[int(np.argmax(wrong))]:.10g}", wrong)
    return passed()
