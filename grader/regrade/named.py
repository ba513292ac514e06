"""The answers in the evidence of a question: what each is called, and what is right for it.

The names are those that verdicts use, so that a sentence leads to the call which it speaks of.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from typing import Any

import numpy as np

from grader import checks
from grader.arrays import Doubles
from grader.checks import (
    activations,
    bias,
    bias_bits,
    bits,
    channels,
    claims,
    equations,
    forward,
    integers,
    ranges,
    scales,
    weights,
)
from grader.checks.challenges import Integers
from grader.checks.excess_noise import decibels_lost
from grader.checks.stages import ForwardCall, Stage
from grader.misconceptions import ScaleRatios
from grader.oracle import INT8, Array, bounds, multiplier_of, requantize, widest_scale
from grader.polynomial import written
from grader.regrade.values import Shown
from grader.regrade.watching import ANSWERS
from grader.verdict import CheckFailed

EQUATIONS = {"4.1a": equations.CONV1, "4.1b": equations.CONV2, "5.1": equations.BIASED}
EACH_SIDE = "each side, with every output replaced by what it is made of"
Expected = Mapping[str, Shown]


@dataclass(frozen=True, eq=False)
class Named:
    """One answer; where several words may lead to it, there are several of these."""

    answer: object
    name: str
    words: tuple[str, ...] = ()
    """A verdict that speaks of this call has all of them."""
    expected: Expected = field(default_factory=dict)
    """What is right, by the names that `values.claimed` has; of several right ones the plainest."""
    beside: object = None
    """The answer to another call that it is compared with."""


def named(question: str, evidence: Any) -> list[Named]:
    """Every answer in the evidence of a question, those with the best names first."""
    if question in EQUATIONS:
        equation = EQUATIONS[question]
        right = {EACH_SIDE: written(equation.product)}
        return [Named(evidence, equation.variable, (), right)]
    how = _OF_EVIDENCE.get(type(evidence))
    found = [] if how is None else list(how(evidence))
    known = {id(each.answer) for each in found}
    return found + [each for each in _walked(evidence) if id(each.answer) not in known]


def handed_on(evidence: Any) -> list[Named]:
    """The answers in what another question hands on, by their keys there."""
    return list(_walked(evidence))


def _walked(value: Any, path: str = "") -> Iterator[Named]:
    """Every answer within a value, named by its holder, or by where it is."""
    if isinstance(value, ANSWERS):
        yield Named(value, path)
    elif isinstance(value, list | tuple):
        for at, each in enumerate(value):
            yield from _walked(each, f"{path} {at + 1}")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _walked(each, f"{path}: {key}" if path else str(key))
    elif is_dataclass(value) and type(value).__module__.startswith(checks.__name__):
        if isinstance(getattr(value, "answer", None), ANSWERS):
            yield _held(value, path)
            return
        for each in fields(value):
            yield from _walked(getattr(value, each.name), each.name)


def _held(holder: Any, path: str) -> Named:
    name = getattr(holder, "name", "") or getattr(getattr(holder, "stimulus", None), "name", path)
    how = _OF_HOLDER.get(type(holder))
    right = {} if how is None else _unless_unread(lambda: how(holder))
    return Named(holder.answer, name, (name,), right)


def _unless_unread(right: Callable[[], Expected], otherwise: Expected | None = None) -> Expected:
    """What is right, unless that depends on a claim which cannot be read."""
    with contextlib.suppress(CheckFailed):
        return right()
    return otherwise or {}


def _of_ranges(evidence: ranges.Evidence) -> Iterator[Named]:
    for probe in (*evidence.value, *evidence.sigma):
        values = probe.values
        value = probe.function == ranges.VALUE
        right = float(values.max() - values.min()) if value else 6 * ranges.sigma_of(values)
        name = f"{probe.function} of {probe.name}"
        yield Named(probe.answer, name, (probe.name, probe.function), {"range": np.asarray(right)})


def _of_weights(evidence: weights.Evidence) -> Iterator[Named]:
    most = evidence.tolerances.thresholds.excess_noise_db

    def right(each: weights.Call) -> Expected:
        plain = widest_scale(each.values)
        integers = requantize(each.values, plain).astype(np.float64)
        any_scale = {"integers": integers, "scale": np.asarray(plain)}
        return _unless_unread(lambda: _for_own_scale(each.quantized, most, any_scale), any_scale)

    first = {each.name: each.answer for each in evidence.layers}
    for each in (*evidence.layers, *evidence.shapes, *evidence.ties, *evidence.outliers):
        yield Named(each.answer, each.name, (each.name,), right(each))
    for each in (*evidence.negated.values(), *evidence.farther.values()):
        yield Named(each.answer, each.name, (each.name,), right(each))
    for each in evidence.again:
        name, beside = f"{each.name}, asked again", first.get(each.name)
        for words in ("at first", "the second time"):
            yield Named(each.answer, name, (each.name, words), right(each), beside)


def _for_own_scale(one: weights.Quantized, most: float, plain: Expected) -> Expected:
    """What is right for the scale that was returned, or for a plain one where that is not sound."""
    if not decibels_lost(one.values, one.applied, one.bounds) <= most:
        return plain
    scale = one.scale
    if one.interval is not None and not one.interval[0] <= scale <= one.interval[1]:
        scale = sum(one.interval) / 2
    right = np.rint(np.clip(one.rounding.products, *INT8))
    return {"integers": right, "scale": np.asarray(scale)}


def _of_scales(evidence: scales.Evidence) -> Iterator[Named]:
    for each in (*evidence.exam, *evidence.probes):
        right = {"scale": np.asarray(widest_scale(each.values))}
        yield Named(each.answer, each.name, (each.name,), right)
    for one, two in zip(evidence.exam, evidence.doubled, strict=True):
        times = float(np.abs(two.values).max()) / float(np.abs(one.values).max())
        half = _unless_unread(partial(_scale_of, one, times))
        yield Named(two.answer, two.name, (one.name, "times the values"), half, one.answer)
    for one, two in zip(evidence.exam, evidence.again, strict=True):
        same = _unless_unread(partial(_scale_of, one))
        name = f"{two.name}, asked again"
        yield Named(two.answer, name, (one.name, "at first", "later"), same, one.answer)


def _scale_of(call: scales.Call | activations.InFlow, times: float = 1.0) -> Expected:
    """The scale that was chosen, for so many times the values."""
    return {"scale": np.asarray(call.scale / times)}


def _of_activations(evidence: activations.Evidence) -> Iterator[Named]:
    yield from _of_scales(evidence.scales)
    case = ScaleRatios(evidence.factors)
    for at, answer in enumerate(evidence.answers):
        name = activations.told(evidence.factors[at])
        base = evidence.answers[case.compared_with[at]]
        right = _unless_unread(partial(_times, base, float(case.correct[at])))
        beside = None if base is answer else base
        yield Named(answer, name, (name,), right, beside)
    for each in evidence.flow:
        right = {"scale": np.asarray(widest_scale(each.activations) / each.carried)}
        name = f"{each.layer}, with the scales of a quantized net"
        yield Named(each.answer, name, (name,), right)
    last = evidence.flow[-1]
    same = _unless_unread(partial(_scale_of, last))
    name = f"{last.layer}, with the list ns of a call before"
    for words in ((last.layer, "with the same list ns again"), (name,)):
        yield Named(evidence.second, name, words, same, last.answer)


def _times(answer: Any, times: float) -> Expected:
    claim = claims.returned(answer, activations.FUNCTION)
    return {"scale": np.asarray(claims.scale(claim, "the scale") * times)}


def _of_bias(evidence: bias.Evidence) -> Iterator[Named]:
    calls = (evidence.exam, *evidence.factors, evidence.ties, evidence.wide, evidence.beyond)
    for each in calls:
        right = np.clip(np.rint(each.product), -bias.LARGEST, bias.LARGEST - 1)
        words = (each.name, f"times {each.factor:.6g} is")
        name = f"{each.name}, times {each.factor:.6g}"
        yield Named(each.answer, name, words, {"integers": right})


def _of_forward(evidence: forward.Evidence) -> Iterator[Named]:
    first = evidence.baseline
    for each in (*evidence.unsaturated, *evidence.saturated):
        name = each.stimulus.name
        yield Named(each.answer, name, (name,), _of_net(each))
    yield Named(first.answer, first.stimulus.name, ("images the outputs and the right ones",))
    later = {f"in batches of {size}": call for size, call in evidence.batches.items()}
    later |= {f"after {between}": call for between, call in evidence.later.items()}
    later["in the other mode"] = evidence.other_mode
    for words, each in later.items():
        same = _unless_unread(partial(_first_of, first, len(each.stimulus.pixels)))
        yield Named(each.answer, f"the first images, {words}", (words,), same, first.answer)


def _first_of(call: ForwardCall, count: int) -> Expected:
    return {"outputs": call.outputs[:count]}


def _of_net(call: ForwardCall) -> Expected:
    """What each stage should have made of its own input; of the whole net, where none is seen."""
    stages = call.stages_seen
    if not stages:
        return {"outputs": call.stimulus.net.forward(call.stimulus.pixels)}
    if call.stimulus.target:
        return {"outputs": _right(stages[0])}
    following = [f"into {name}" for name in call.stimulus.net.architecture.names]
    return dict(zip([*following, "outputs"], map(_right, stages), strict=True))


def _right(stage: Stage) -> Doubles:
    right: Doubles = np.rint(stage.rounded.clamped) + 0.0
    return right


def _narrow(seen: Integers) -> Array:
    return np.rint(np.clip(seen.products, *bounds(seen.bits)))


def _of_multiplier(call: integers.MultiplierCall) -> Expected:
    multiplier, shift = multiplier_of(call.scale)
    return {"multiplier": np.asarray(multiplier), "shift": np.asarray(shift)}


def _of_narrow_bias(call: bias_bits.Call) -> Expected:
    return {"integers": np.rint(np.clip(call.product, *bounds(call.bits)))}


_OF_EVIDENCE: Mapping[type[Any], Callable[[Any], Iterator[Named]]] = {
    ranges.Evidence: _of_ranges,
    weights.Evidence: _of_weights,
    scales.Evidence: _of_scales,
    activations.Evidence: _of_activations,
    forward.Evidence: _of_forward,
    bias.Evidence: _of_bias,
}
_OF_HOLDER: Mapping[type[Any], Callable[[Any], Expected]] = {
    integers.MultiplierCall: _of_multiplier,
    integers.RescaleCall: lambda call: {"integers": call.correct},
    integers.NetCall: lambda call: {"outputs": call.correct},
    bits.Call: lambda call: {"integers": _narrow(call.seen)},
    bias_bits.Call: _of_narrow_bias,
    channels.Call: lambda call: {"integers": _narrow(call.seen)},
}
