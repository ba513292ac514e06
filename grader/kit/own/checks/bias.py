"""Question 5.2: `NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)`.

What a student multiplies a bias by is seen in what comes of it. The kit asks with powers of two
alone, so it is seen to the last bit. Whether it is right, a digest tells; roundings are judged by
it.
"""

import math
from dataclasses import replace

import numpy as np

from grader.arrays import Rng
from grader.checks.activations import Factors, told, typed
from grader.checks.bias import (
    FUNCTION,
    NEARLY,
    QUESTION,
    ROUND,
    SCALES,
    Call,
    Evidence,
    Exponents,
    _exact,
    _is_power_of_two,
    _own_factor,
    _require_none,
)
from grader.checks.context import Context
from grader.kit.own.checks.public import key, public
from grader.misconceptions import QuantizedBias
from grader.oracle import Array
from grader.sandbox.outside.answer import Raised
from grader.sandbox.wire import Tensor
from grader.verdict import CheckFailed

BEYOND, FITTING = 34, 9
"""The exponent of the largest bias that is asked with: what comes of it leaves 32 bits, or fits."""


def _factors(_rng: Rng, _lab: Factors) -> list[Factors]:
    """Scales of every length, the lab's own first: powers of two, as their product is."""
    return list(public().bias_factors)


def _near(_rng: Rng, _lab: Factors) -> list[Factors]:
    """Scales like those of a net: powers of two as well."""
    return list(public().milder_bias_factors)


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
    call = Call(name, QuantizedBias(values, float(n_w), float(n_input), ns), answer, 1.0)
    return replace(call, factor=_seen_factor(call) if own is None else own)


def _seen_factor(call: Call) -> float:
    """What the larger half of a bias was multiplied by; 1 where that does not show.

    A number so near to a power of two that roundings explain it is that power.
    """
    try:
        integers, cut = call.integers, call.cut
    except CheckFailed:
        return 1.0
    sizes = np.abs(call.case.bias)
    seen = ~cut & (sizes >= np.median(sizes)) & (integers != 0)
    if not seen.any():
        return 1.0
    middle = float(np.median((integers / call.case.bias)[seen]))
    if not (math.isfinite(middle) and middle > 0):
        return 1.0
    power = 2.0 ** round(math.log2(middle))
    return power if abs(middle / power - 1) <= NEARLY else middle


def _become(
    context: Context, name: str, products: Array, exponents: Exponents, *, length: int
) -> Call:
    """Biases that become these products, whatever the student multiplies a bias by.

    Code that raises where a product leaves 32 bits is asked for its factor with smaller ones.
    """
    factors, factor = _exact(exponents, length), 1.0
    for largest in BEYOND, FITTING:
        powers = np.ldexp(1.0, np.linspace(-20, largest, len(products)).round().astype(np.int32))
        call = ask(context, name, powers, factors)
        factor = _own_factor(call)
        if not isinstance(call.answer, Raised):
            break
    if not _is_power_of_two(factor):  # then no tie is exact
        products = products + np.resize([0.25, -0.25], len(products))
    return ask(context, name, products / factor, factors, factor)


@QUESTION.check("bias.product", after="bias.scaled")
def product(evidence: Evidence) -> None:
    """The bias is multiplied by exactly what the sums it is added to carry."""
    for call in (*evidence.factors, evidence.exam):
        scales = told((call.case.n_w, call.case.n_input, list(call.case.ns)))
        if not key().is_near(f"{FUNCTION}: {scales}", call.factor):
            raise CheckFailed(
                f"{call.name}: with {scales} it is multiplied by {call.factor:.6g}",
                "another factor, of which the kit has only a digest",
                SCALES,
            )
        room = 1 + call.slack + call.half_precision * np.abs(call.product)
        near = np.abs(call.integers - call.product) < room
        step = f"{ROUND} {SCALES}" if _is_power_of_two(call.factor) else SCALES
        _require_none(~near & ~call.cut, call, np.rint(call.product), step)
