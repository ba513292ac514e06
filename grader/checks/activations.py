"""Question 4.2b: `NetQuantized.quantize_activations(activations, n_w, n_initial_input, ns)`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grader.checks import claims, scales
from grader.checks.bench import FIRST, LATER, Bench
from grader.checks.scales import Evidence as Scales
from grader.checks.tree import Question
from grader.checks.usable import decibels_lost
from grader.finding import Finding, failed, passed
from grader.misconceptions import ScaleRatios, explain
from grader.oracle import scale_product
from grader.sandbox.outside.answer import Answer
from grader.sandbox.wire import Number

FUNCTION = "NetQuantized.quantize_activations"
Doubles = NDArray[np.float64]
SOME = 5000
"""Activations that are enough to vary the other scales with."""
Call = tuple[float, float, list[tuple[float, float]]]


@dataclass(frozen=True)
class Evidence:
    """How the result depends on the activations, and on the scales so far."""

    scales: Scales
    """With every other scale 1, so that the result is the range's scale itself."""
    calls: list[Call]
    """(n_w, n_initial_input, ns), powers of two: the first of each length with none but ones."""
    answers: list[Answer]
    """For `calls`, with the activations of the layer that comes after so many."""
    flow: list[tuple[str, Doubles, float, Answer]]
    """(layer, activations, product of all scales so far, answer) with the exam's own scales."""
    second: Answer
    """To the last call of `flow`, when it follows one that was given the same list `ns`."""


def collect(bench: Bench) -> Evidence:
    """Vary the activations, then the scales, then both as the exam's nets have them."""
    net = bench.exam.nets["plain"]
    some = _images(bench, net.activations)
    one = _ranges(bench, net.activations, some)
    calls = list(_powers_of_two(bench.rng("activations scales"), len(some) - 1))
    right = bench.plain
    with bench.session.group(LATER):
        answers = [_ask(bench, some[len(call[2])], call) for call in calls]
        flow = []
        for name in net.architecture.names:
            call = (right.weight_scales[name], right.net.input_scale, right.preceding(name))
            product = scale_product(call[:2], call[2])
            flow.append(
                (name, net.activations[name], product, _ask(bench, net.activations[name], call))
            )
        second = _ask(bench, net.activations[name], call, again=True)
    bench.session.end(FIRST, LATER)  # nothing after this asks in them
    return Evidence(one, calls, answers, flow, second)


def _images(bench: Bench, activations: Mapping[str, Doubles]) -> list[Doubles]:
    """The activations of each layer for some images, all of an image or nothing."""
    images = bench.exam.input_activations.size // bench.exam.images[0].size
    sizes = [values.size // images for values in activations.values()]
    every = zip(activations.values(), sizes, strict=True)
    return [values[: max(SOME // size, 1) * size] for values, size in every]


def _ranges(bench: Bench, activations: Mapping[str, Doubles], some: list[Doubles]) -> Scales:
    """Ask about the activations of each layer, and about drawn ones, with all scales at 1.

    Code may rely on what is always so in the lab: that activations are those of whole images, that
    so many layers precede each, and that only the last layer's are negative. So where the list of
    preceding layers cannot be empty, and the answer to an empty one is not right, that to ones is.
    """
    names = {f"the activations of {name}": depth for depth, name in enumerate(activations)}

    def ask(name: str, values: Doubles) -> Answer:
        answer = _ask(bench, values, (1.0, 1.0, []))
        signed = len(activations) - 1 if (values < 0).any() else 0
        depth = next((names[known] for known in names if name.startswith(known)), signed)
        if depth == 0 or _fits(bench, values, answer):
            return answer
        deep = _ask(bench, values, (1.0, 1.0, [(1.0, 1.0)] * depth))
        return deep if _fits(bench, values, deep) else answer

    first, *_ = names
    dark = scales.after_dark(np.tile(some[0], 2), some[0].size)
    return scales.collect(
        bench,
        FUNCTION,
        dict(zip(names, activations.values(), strict=True)),
        scales.drawn(bench, FUNCTION, size=some[-1].size, positive=some[0].size)
        | {f"{first} for some images, the first of them dark": dark},
        ask,
    )


def _fits(bench: Bench, values: Doubles, answer: Answer) -> bool:
    scale = _scale(answer, "the activations of a layer")
    if isinstance(scale, Finding):
        return False
    # What is asked again is no measurement: `bench.within` would count it as one.
    return decibels_lost(values, scale) <= bench.thresholds.usable_scale_db


def _powers_of_two(rng: np.random.Generator, deepest: int) -> Sequence[Call]:
    """Scales whose products are exact, so that even a scale rounded to a power of two is judged.

    Each factor is alone different from 1 once, then all are, in lists of every length up to that of
    the deepest layer, twice of that: code may know the layers by name, and ends where they do. The
    first of a length has none but ones: a rule for the range may depend on how deep the layer lies.
    """

    def power() -> float:
        return math.ldexp(1.0, int(rng.integers(1, 6)) * int(rng.choice([-1, 1])))

    def pairs(length: int) -> list[tuple[float, float]]:
        return [(power(), power()) for _ in range(length)]

    lengths = range(deepest + 1)
    calls: list[Call] = [(1.0, 1.0, [(1.0, 1.0)] * length) for length in lengths]
    calls += [(power(), 1.0, []), (1.0, power(), [])]
    calls += [(1.0, 1.0, [(power(), 1.0)]), (1.0, 1.0, [(1.0, power())])]
    calls += [(power(), power(), pairs(length)) for length in (*lengths[1:], deepest)]
    return calls


def _ask(bench: Bench, values: Doubles, call: Call, *, again: bool = False) -> Answer:
    n_w, n_input, ns = call
    return bench.session.call(
        FUNCTION,
        values,
        bench.number("quantized_weights", n_w),
        bench.number("NetQuantized.quantize_initial_input", n_input),
        typed(bench, ns),
        again=again,
    )


def typed(bench: Bench, ns: Sequence[tuple[float, float]]) -> list[tuple[Number, Number]]:
    """The scales of preceding layers in the types that the student's own functions return."""
    return [
        (bench.number("quantized_weights", weight), bench.number(FUNCTION, output))
        for weight, output in ns
    ]


QUESTION = Question("4.2b", "The output scales of the layers", collect)


@QUESTION.check("activations.form")
def form(evidence: Evidence, bench: Bench) -> Finding:
    """`quantize_activations` returns one positive number."""
    del bench
    return scales.form(evidence.scales.exam)


@QUESTION.check("activations.range_used", after="activations.form", core=True)
def range_used(evidence: Evidence, bench: Bench) -> Finding:
    """With all other scales at 1, the result makes good use of the 8-bit range for each layer."""
    return scales.usable(evidence.scales.exam, evidence.scales.trials, bench, "4.2b")


@QUESTION.check("activations.any_activations", after="activations.range_used")
def any_activations(evidence: Evidence, bench: Bench) -> Finding:
    """The range is used just as well for activations that are asymmetric, tiny or huge."""
    return scales.usable(evidence.scales.probes, evidence.scales.trials, bench, "4.2b")


@QUESTION.check("activations.product", after="activations.range_used")
def product(evidence: Evidence, bench: Bench) -> Finding:
    """The result is divided by every scale that the layer's sums already carry, once each."""
    claimed = []
    for answer in evidence.answers:
        scale = _scale(answer, "the activations of a layer")
        if isinstance(scale, Finding):
            return scale
        claimed.append(scale)
    case = ScaleRatios(evidence.calls)
    relative = np.array(claimed) / np.array(claimed)[case.compared_with]
    off = np.abs(relative / case.correct - 1)
    held = [bench.within("scale_error", float(each)) for each in off]
    if not all(held):
        at = held.index(False)
        n_w, n_input, ns = evidence.calls[at]
        return failed(
            f"n_w = {n_w:g}, n_initial_input = {n_input:g}, ns = {_pairs(ns)} change the result by"
            f" a factor {relative[at]:.6g} against all scales at 1",
            f"{case.correct[at]:.6g}",
            "Write down what one output of the layer has been multiplied by so far.",
            explain("4.2b", case, relative),
        )
    return _in_the_flow(evidence, bench)


def _scale(answer: Answer, of: str) -> float | Finding:
    claim = claims.returned(answer, f"{FUNCTION} for {of}")
    return claim if isinstance(claim, Finding) else claims.scale(claim, f"the scale for {of}")


def _in_the_flow(evidence: Evidence, bench: Bench) -> Finding:
    """With the scales of a real net the range is used as well as with ones."""
    for name, values, carried, answer in evidence.flow:
        scale = _scale(answer, name)
        if isinstance(scale, Finding):
            return scale
        lost = decibels_lost(values, scale * carried)
        if not bench.within("usable_scale_db", lost):
            return failed(
                f"{name}, with the scales of a quantized net: {scale:.6g}, {lost:.1f} dB more noise"
                " than the range that just holds all activations",
                f"at most {bench.thresholds.usable_scale_db:g} dB",
                "Write down what one output of the layer has been multiplied by so far.",
            )
    return passed()


def _pairs(ns: Sequence[tuple[float, float]]) -> str:
    return "[" + ", ".join(f"({weight:g}, {output:g})" for weight, output in ns) + "]"


@QUESTION.check("activations.proportional", after="activations.range_used")
def proportional(evidence: Evidence, bench: Bench) -> Finding:
    """Activations twice as large get half the scale."""
    return scales.proportional(evidence.scales, bench)


@QUESTION.check("activations.repeatable", after="activations.range_used")
def repeatable(evidence: Evidence, bench: Bench) -> Finding:
    """The same arguments give the same scale, whatever was asked before, and `ns` is kept."""
    finding = scales.repeatable(evidence.scales, bench)
    return _keeps_ns(evidence, bench) if finding.passed else finding


def _keeps_ns(evidence: Evidence, bench: Bench) -> Finding:
    """The list of scales is as good for the next layer as it was for this one."""
    layer, _, _, answer = evidence.flow[-1]
    one = _scale(answer, layer)
    if isinstance(one, Finding):
        return passed("Seen only where the scales are those of a net, which lost points above.")
    two = _scale(evidence.second, f"{layer}, with the list ns of a call before,")
    if isinstance(two, Finding):
        return replace(two, next_step=KEEP_NS)
    if bench.within("repeat_error", abs(two / one - 1)):
        return passed()
    return failed(
        f"{layer}: scale {one:.8g} at first, {two:.8g} with the same list ns again",
        "the same each time",
        KEEP_NS,
    )


KEEP_NS = "Leave ns as it is (no pop, append or assignment): later layers need it, too."
