"""Question 4.2b: `NetQuantized.quantize_activations(activations, n_w, n_initial_input, ns)`."""

import math
from collections.abc import Mapping

from grader.arrays import Doubles
from grader.checks import scales
from grader.checks.activations import (
    CARRIED,
    FUNCTION,
    QUESTION,
    Evidence,
    Factors,
    InFlow,
    _ask,
    _fits,
    _images,
    _of_net,
    _require_ns_kept,
    _scale,
    told,
)
from grader.checks.context import LATER, Context
from grader.checks.scales import Evidence as Scales
from grader.kit.own.checks.public import key, public
from grader.sandbox.outside.answer import Answer, Raised, Returned
from grader.sandbox.wire import claim_of
from grader.verdict import CheckFailed


def collect(context: Context) -> Evidence:
    """Vary the activations, then the scales; at last ask twice with one list of them."""
    net = context.exam.nets["plain"]
    some = _images(context, net.activations)
    with_ones = _ranges(context, net.activations)
    with context.session.group(LATER):
        every, answers = _products(context, some)
        last = net.architecture.names[-1]
        values, factors = net.activations[last], _of_net(context, last)
        # What the sums carry is not known here, and nothing asks for it.
        flow = [InFlow(last, values, math.nan, _ask(context, values, factors))]
        second = _ask(context, values, factors, again=True)
    return Evidence(with_ones, every, answers, flow, second)


def _products(context: Context, some: list[Doubles]) -> tuple[list[Factors], list[Answer]]:
    """Ask with powers of two; where student code raises for one, with others.

    A student's own check of what a net's scales are like, such as that sums are scaled down, is no
    mistake.
    """
    every, milder = list(public().factors), list(public().milder)
    answers = [_ask(context, some[len(factors[2])], factors) for factors in every]
    if not any(isinstance(answer, Raised) for answer in answers):
        return every, answers
    again = [_ask(context, some[len(factors[2])], factors) for factors in milder]
    raised = any(isinstance(answer, Raised) for answer in again)
    return (every, answers) if raised else (milder, again)


def _ranges(context: Context, activations: Mapping[str, Doubles]) -> Scales:
    """Ask about the activations of each layer, with all scales at 1.

    Where the list of preceding layers cannot be empty, and the answer to an empty one is not right,
    that to ones is.
    """
    names = {f"the activations of {name}": depth for depth, name in enumerate(activations)}

    def ask(name: str, values: Doubles) -> Answer:
        answer = _ask(context, values, (1.0, 1.0, []))
        if isinstance(answer, Raised):
            answer = _of_larger(context, values, answer)
        depth = next(names[known] for known in names if name.startswith(known))
        if depth == 0 or _fits(context, values, answer):
            return answer
        deep = _ask(context, values, (1.0, 1.0, [(1.0, 1.0)] * depth))
        return deep if _fits(context, values, deep) else answer

    arrays = dict(zip(names, activations.values(), strict=True))
    return scales.collect(context, FUNCTION, arrays, {}, ask, "")


LARGER = 2.0**20
"""So much larger values have a scale below 1, as a layer's sums have."""


def _of_larger(context: Context, values: Doubles, otherwise: Answer) -> Answer:
    """The answer for the same values made larger, times that: code may know that sums are large."""
    try:
        scale = _scale(_ask(context, LARGER * values, (1.0, 1.0, [])), "larger activations")
    except CheckFailed:
        return otherwise
    return Returned(claim_of(scale * LARGER))


@QUESTION.check("activations.product", after="activations.range_used")
def product(evidence: Evidence) -> None:
    """The result is divided by every scale that the layer's sums already carry, once each."""
    chosen = [
        _scale(answer, told(factors))
        for answer, factors in zip(evidence.answers, evidence.factors, strict=True)
    ]
    lengths = [len(factors[2]) for factors in evidence.factors]
    for scale, factors, length in zip(chosen, evidence.factors, lengths, strict=True):
        first = lengths.index(length)
        ratio = scale / chosen[first]
        if not key().is_near(f"{told(factors)} after {told(evidence.factors[first])}", ratio):
            raise CheckFailed(
                f"{told(factors)} change the result by a factor {ratio:.6g}"
                " against all scales at 1",
                "another factor, of which the kit has only a digest",
                scales.KEPT if evidence.scales.kept else CARRIED,
            )
    _require_ns_kept(evidence)
