"""Question 4.2b: `NetQuantized.quantize_activations(activations, n_w, n_initial_input, ns)`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from grader.arrays import Doubles, Rng
from grader.checks import claims, illustrations, scales
from grader.checks.context import ASKED_FOR_TYPES, FIRST, LATER, Context, Tolerances
from grader.checks.excess_noise import decibels_lost
from grader.checks.question import NeededBy, Question, SparedBy
from grader.checks.scales import Evidence as Scales
from grader.misconceptions import ScaleRatios, explain
from grader.oracle import scale_product
from grader.pictures import Ranges
from grader.sandbox.outside.answer import Answer, Raised, Returned
from grader.sandbox.wire import Number, claim_of
from grader.verdict import CheckFailed

FUNCTION = "NetQuantized.quantize_activations"
SOME = 5000
"""Activations that are enough to vary the other scales with."""
NEEDED_BY: NeededBy = {
    "the first of them dark": "activations_first_thousand",
    "values that are": "activations_cached_by_depth",
    "second": "product_empties_ns",
}
SPARED_BY: SparedBy = {"_fits": "range_by_the_kind_of_layer"}
Factors = tuple[float, float, list[tuple[float, float]]]
"""(n_w, n_initial_input, ns): all that the sums of a layer carry."""


@dataclass(frozen=True)
class InFlow:
    """A layer's activations with the scales of a whole net, and the answer."""

    layer: str
    activations: Doubles
    carried: float
    """The product of all scales so far."""
    answer: Answer

    @property
    def scale(self) -> float:
        """The output scale that was chosen.

        Raises:
            CheckFailed: the answer is no positive number.
        """
        return _scale(self.answer, self.layer)


@dataclass(frozen=True)
class Evidence:
    """How the result depends on the activations, and on the scales so far."""

    scales: Scales
    """With every other scale 1, so that the result is the range's scale itself."""
    factors: list[Factors]
    """Powers of two: the first of each length with none but ones."""
    answers: list[Answer]
    """For `factors`, with the activations of the layer that comes after so many."""
    flow: list[InFlow]
    """Each layer in turn, with the exam's own scales."""
    second: Answer
    """To the last call of `flow`, when it follows one that was given the same list `ns`."""

    @property
    def tolerances(self) -> Tolerances:
        """What the rubric tolerates."""
        return self.scales.tolerances


def collect(context: Context) -> Evidence:
    """Vary the activations, then the scales, then both as the exam's nets have them."""
    net = context.exam.nets["plain"]
    some = _images(context, net.activations)
    with_ones = _ranges(context, net.activations, some)
    with context.session.group(LATER):
        every, answers = _products(context, some)
        flow = []
        for name in net.architecture.names:
            values, factors = net.activations[name], _of_net(context, name)
            carried = scale_product(factors[:2], factors[2])
            flow.append(InFlow(name, values, carried, _ask(context, values, factors)))
        second = _ask(context, values, factors, again=True)
    context.session.end(FIRST, LATER)  # nothing after this asks in them
    return Evidence(with_ones, every, answers, flow, second)


def _of_net(context: Context, layer: str) -> Factors:
    """What the sums of a layer carry in the exam's net, quantized by the plainest sound rule."""
    correct = context.plain
    return correct.weight_scales[layer], correct.net.input_scale, correct.preceding(layer)


def _products(context: Context, some: list[Doubles]) -> tuple[list[Factors], list[Answer]]:
    """Ask with powers of two; where these show less than a net would, with those times its scales.

    A student's own check of what a net's scales are like, such as that sums are scaled down, is no
    mistake. Nor is a tiny number that is added lest something be divided by zero: beside a product
    that is far below any net's it can be seen.
    """

    def asked(every: list[Factors]) -> list[Answer]:
        return [_ask(context, some[len(factors[2])], factors) for factors in every]

    powers = list(_powers_of_two(context.rng("activations scales"), len(some) - 1))
    answers = asked(powers)
    raised = any(isinstance(answer, Raised) for answer in answers)
    exact = context.tolerances.thresholds.scale_error
    if not raised and not exact < _farthest(powers, answers) <= ALMOST:
        return powers, answers
    names = context.exam.nets["plain"].architecture.names
    milder = [_enlarged(_of_net(context, names[len(each[2])]), each) for each in powers]
    again = asked(milder)
    if raised:
        better = not any(isinstance(answer, Raised) for answer in again)
    else:
        better = _farthest(milder, again) <= exact
    return (milder, again) if better else (powers, answers)


def _farthest(every: list[Factors], answers: list[Answer]) -> float:
    """How far the product is off where it is farthest off; infinite where one is no scale."""
    try:
        chosen = _chosen(every, answers)
    except CheckFailed:
        return math.inf
    return float(_off(ScaleRatios(every), chosen).max())


def _chosen(every: list[Factors], answers: list[Answer]) -> Doubles:
    """The scales that were chosen; raises CheckFailed where one is none."""
    pairs = zip(answers, every, strict=True)
    return np.array([_scale(answer, told(factors)) for answer, factors in pairs])


def _off(case: ScaleRatios, chosen: Doubles) -> Doubles:
    """How far each scale is off against the one that it is compared with."""
    return np.abs(chosen / chosen[case.compared_with] / case.correct - 1)


def _enlarged(factors: Factors, powers: Factors) -> Factors:
    """The scales of a net times powers of two, none of which makes one smaller."""

    def times(one: float, power: float) -> float:
        return one * max(power, 1 / power)

    (n_w, n_input, ns), (w, i, pairs) = factors, powers
    enlarged = [
        (times(weight, first), times(output, second))
        for (weight, output), (first, second) in zip(ns, pairs, strict=True)
    ]
    return times(n_w, w), times(n_input, i), enlarged


def _images(context: Context, activations: Mapping[str, Doubles]) -> list[Doubles]:
    """The activations of each layer for some images, all of an image or nothing."""
    images = context.exam.input_activations.size // context.exam.images[0].size
    sizes = [values.size // images for values in activations.values()]
    every = zip(activations.values(), sizes, strict=True)
    return [values[: max(SOME // size, 1) * size] for values, size in every]


def _ranges(context: Context, activations: Mapping[str, Doubles], some: list[Doubles]) -> Scales:
    """Ask about the activations of each layer, and about drawn ones, with all scales at 1.

    Code may rely on what is always so in the lab: that activations are those of whole images, that
    so many layers precede each, and that only the last layer's are negative. So where the list of
    preceding layers cannot be empty, and the answer to an empty one is not right, that to ones is.
    """
    names = {f"the activations of {name}": depth for depth, name in enumerate(activations)}

    def ask(name: str, values: Doubles) -> Answer:
        answer = _ask(context, values, (1.0, 1.0, []))
        if isinstance(answer, Raised):
            answer = _without_scales(context, values, answer)
        signed = len(activations) - 1 if (values < 0).any() else 0
        depth = next((names[known] for known in names if name.startswith(known)), signed)
        if depth == 0 or _fits(context, values, answer):
            return answer
        deep = _ask(context, values, (1.0, 1.0, [(1.0, 1.0)] * depth))
        return deep if _fits(context, values, deep) else answer

    first, *_ = names
    dark = scales.after_dark(np.tile(some[0], 2), some[0].size)
    return scales.collect(
        context,
        FUNCTION,
        dict(zip(names, activations.values(), strict=True)),
        scales.drawn(context, FUNCTION, size=some[-1].size, positive=some[0].size)
        | {f"{first} for some images, the first of them dark": dark},
        ask,
        "activations.any_activations",
    )


def _without_scales(context: Context, values: Doubles, otherwise: Answer) -> Answer:
    """The answer with a net's scales, times these: what it would be with none."""
    factors = _of_net(context, context.exam.nets["plain"].architecture.names[0])
    try:
        scale = _scale(_ask(context, values, factors), "the activations of a layer")
    except CheckFailed:
        return otherwise
    return Returned(claim_of(scale * scale_product(factors[:2], factors[2])))


def _fits(context: Context, values: Doubles, answer: Answer) -> bool:
    try:
        scale = _scale(answer, "the activations of a layer")
    except CheckFailed:
        return False
    # What is asked again is no measurement: `Tolerances.within` would count it as one.
    return decibels_lost(values, scale) <= context.tolerances.thresholds.excess_noise_db


def _powers_of_two(rng: Rng, deepest: int) -> Sequence[Factors]:
    """Scales whose products are exact, so that even a scale rounded to a power of two is judged.

    First come ones only, for each length of `ns`: a rule for the range may depend on how deep the
    layer lies. Then each factor alone differs from 1 once. Then all of them do, for each length up
    to that of the deepest layer, which comes twice; as in a net they make more of it, not less. No
    list is longer, since code may know the layers by name.
    """

    def power() -> float:
        return math.ldexp(1.0, int(rng.integers(1, 6)) * int(rng.choice([-1, 1])))

    def pairs(length: int) -> list[tuple[float, float]]:
        return [(power(), power()) for _ in range(length)]

    lengths = range(deepest + 1)
    every: list[Factors] = [(1.0, 1.0, [(1.0, 1.0)] * length) for length in lengths]
    every += [(power(), 1.0, []), (1.0, power(), [])]
    every += [(1.0, 1.0, [(power(), 1.0)]), (1.0, 1.0, [(1.0, power())])]
    for length in (*lengths[1:], deepest):
        n_w, n_input, ns = power(), power(), pairs(length)
        if scale_product((n_w, n_input), ns) < 1:
            n_w, n_input, ns = 1 / n_w, 1 / n_input, [(1 / one, 1 / other) for one, other in ns]
        every.append((n_w, n_input, ns))
    return every


def _ask(context: Context, values: Doubles, factors: Factors, *, again: bool = False) -> Answer:
    n_w, n_input, ns = factors
    return context.session.call(
        FUNCTION,
        values,
        context.number("quantized_weights", n_w),
        context.number("NetQuantized.quantize_initial_input", n_input),
        typed(context, ns),
        again=again,
    )


def typed(context: Context, ns: Sequence[tuple[float, float]]) -> list[tuple[Number, Number]]:
    """The scales of preceding layers in the types that the student's own functions return."""
    return [
        (context.number("quantized_weights", weight), context.number(FUNCTION, output))
        for weight, output in ns
    ]


QUESTION = Question(
    "4.2b", "The output scales of the layers", collect, names=(FUNCTION,), asks=ASKED_FOR_TYPES
)


def _scale(answer: Answer, of: str) -> float:
    return claims.scale(claims.returned(answer, f"{FUNCTION} for {of}"), f"the scale for {of}")


@QUESTION.check("activations.form")
def form(evidence: Evidence) -> None:
    """`quantize_activations` returns one positive number."""
    scales.require_form(evidence.scales.exam)


@QUESTION.check("activations.range_used", after="activations.form", core=True)
def range_used(evidence: Evidence) -> None:
    """With all other scales at 1, the result makes good use of the 8-bit range for each layer."""
    scales.require_range_used(evidence.scales.exam, evidence.scales, "4.2b")


@QUESTION.check("activations.any_activations", after="activations.range_used")
def any_activations(evidence: Evidence) -> None:
    """The range is used just as well for activations that are asymmetric, tiny or huge."""
    scales.require_range_used(evidence.scales.probes, evidence.scales, "4.2b")


@QUESTION.check("activations.product", after="activations.range_used")
def product(evidence: Evidence) -> None:
    """The result is divided by every scale that the layer's sums already carry, once each."""
    chosen = _chosen(evidence.factors, evidence.answers)
    case = ScaleRatios(evidence.factors)
    relative, off = chosen / chosen[case.compared_with], _off(case, chosen)
    within = [evidence.tolerances.within("scale_error", float(each)) for each in off]
    if not all(within):
        at = within.index(False)
        kept = evidence.scales.kept
        step = ALMOST_ALL if off[at] <= ALMOST else CARRIED
        raise CheckFailed(
            f"{told(evidence.factors[at])} change the result by a factor {relative[at]:.6g}"
            " against all scales at 1",
            f"{case.correct[at]:.6g}",
            scales.KEPT if kept else step,
            None if kept else explain("4.2b", case, relative),
            partial(_drawn, evidence.flow),
        )
    _require_range_used_in_flow(evidence)
    _require_ns_kept(evidence)


def _drawn(flow: list[InFlow]) -> Ranges:
    """What the scales of a whole net make of the sums of each layer."""
    return illustrations.of_scales(
        [(one.layer, one.activations, one.scale * one.carried) for one in flow]
    )


ALMOST = 1e-3
"""A product that is off by no more is the right one, but for a rounding or a tiny number added."""
ALMOST_ALL = "The product is right but for its last digits: round nothing, and add nothing to it."
CARRIED = "Write down what one output of the layer has been multiplied by so far."


def told(factors: Factors) -> str:
    """The scales of a call, as a person reads them."""
    n_w, n_input, ns = factors
    return f"n_w = {n_w:g}, n_initial_input = {n_input:g}, ns = {_written(ns)}"


def _written(ns: Sequence[tuple[float, float]]) -> str:
    return "[" + ", ".join(f"({weight:g}, {output:g})" for weight, output in ns) + "]"


def _require_range_used_in_flow(evidence: Evidence) -> None:
    """With the scales of a real net the range is used as well as with ones."""
    for one in evidence.flow:
        lost = decibels_lost(one.activations, one.scale * one.carried)
        if not evidence.tolerances.within("excess_noise_db", lost):
            raise CheckFailed(
                f"{one.layer}, with the scales of a quantized net: the scale {one.scale:.6g}, with"
                f" {lost:.1f} dB more noise than the range that just holds all activations",
                f"at most {evidence.tolerances.thresholds.excess_noise_db:g} dB",
                scales.KEPT if evidence.scales.kept else CARRIED,
                draw=partial(_drawn, evidence.flow),
            )


@QUESTION.check("activations.proportional", after="activations.range_used")
def proportional(evidence: Evidence) -> None:
    """Activations twice as large get half the scale."""
    scales.require_proportional(evidence.scales)


@QUESTION.check("activations.repeatable", after="activations.range_used")
def repeatable(evidence: Evidence) -> str | None:
    """The same arguments give the same scale, whatever was asked before, and `ns` is kept."""
    scales.require_repeatable(evidence.scales)
    try:
        _ = evidence.flow[-1].scale
    except CheckFailed:
        return "Seen only where the scales are those of a net, which lost points above."
    _require_ns_kept(evidence)
    return None


KEEP_NS = (
    "Leave ns and the scales as they are (no pop or append, no assignment or *= to what came in):"
    " later layers need them, too."
)


def _require_ns_kept(evidence: Evidence) -> None:
    """The list of scales is as good for the next layer as it was for this one.

    The lab's constructor hands the same list to every layer: where it changes, the net it builds
    has other scales.
    """
    last = evidence.flow[-1]
    try:
        again = _scale(evidence.second, f"{last.layer}, with the list ns of a call before,")
    except CheckFailed as failed:
        raise CheckFailed(failed.verdict.actual, failed.verdict.expected, KEEP_NS) from None
    if not evidence.tolerances.within("repeat_error", abs(again / last.scale - 1)):
        raise CheckFailed(
            f"{last.layer}: scale {last.scale:.8g} at first, {again:.8g} with the same list ns"
            " again",
            "the same each time",
            KEEP_NS,
        )
