"""Which calls, made again, bring the answer that a check judged: tried out before it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader.regrade.calls import Call
from grader.regrade.recorder import (
    Asked,
    Builds,
    Calls,
    Forwards,
    QuantizesLayers,
    Reads,
    Recorder,
    Reply,
)
from grader.sandbox.outside.answer import (
    Built,
    BuiltLayer,
    Died,
    Forwarded,
    Missing,
    Raised,
    Returned,
    TimedOut,
)
from grader.sandbox.outside.session import Session
from grader.sandbox.wire import Claim

MOST = 64 << 20
"""Bytes that calls made again may pass in: a student has to be sent them."""


def replayed(recorder: Recorder, call: Call, fresh: Session) -> list[Asked]:
    """What to ask, in one process, so that this call has the answer that it had.

    First the call alone is tried, after the one that it is compared with; then it is asked after
    all that came before it in its process, for code may keep something. What was asked for checks
    that are held back stays out of it.

    Args:
        recorder: what was asked, and when.
        call: the one that is to be made again.
        fresh: a session of the same submission, in which nothing was asked yet.

    Returns:
        Nothing, if neither brings that answer.
    """
    for sequence in _sequences(recorder, call):
        if _size(sequence) > MOST:
            return []
        answers = _answers(fresh, sequence)
        asked = dict(zip(map(id, sequence), answers, strict=True))
        shown = [call] if call.beside is None else [call, call.beside]
        pairs = [(each.asked.answer, asked.get(id(each.asked))) for each in shown]
        if all(other is None or is_same(one, other) for one, other in pairs):
            return sequence
    return []


def _sequences(recorder: Recorder, call: Call) -> Iterator[list[Asked]]:
    shown = [call.asked] if call.beside is None else [call.beside.asked, call.asked]
    yield _with_nets(recorder, shown)
    before = recorder.asked[: recorder.asked.index(call.asked)]
    kept = [each for each in before if each.process == call.asked.process and not each.aside]
    yield _with_nets(recorder, [*kept, call.asked])


def _with_nets(recorder: Recorder, sequence: Sequence[Asked]) -> list[Asked]:
    """The same, and before each net's images that it is built."""
    found: list[Asked] = []
    for each in sequence:
        if isinstance(each.request, Forwards):
            built = recorder.of(each.request.built)
            if built is not None and built not in found:
                found.append(built)
        found.append(each)
    return found


def _size(sequence: Sequence[Asked]) -> int:
    arrays: dict[int, int] = {}
    for each in sequence:
        values = Call(0, "", each, {}).given.values()
        arrays |= {id(value): value.nbytes for value in values if isinstance(value, np.ndarray)}
    return sum(arrays.values())


def _answers(session: Session, sequence: Sequence[Asked]) -> list[Reply]:
    """What these are answered in a process of their own."""
    nets: dict[int, Built] = {}
    answers: list[Reply] = []
    with session.group():
        for each in sequence:
            answer = _again(session, each, nets)
            if isinstance(answer, Built):
                nets[id(each.answer)] = answer
            answers.append(answer)
    return answers


def _again(session: Session, asked: Asked, nets: dict[int, Built]) -> Reply:
    request = asked.request
    if isinstance(request, Calls):
        return session.call(request.name, *request.arguments, again=request.again)
    if isinstance(request, Reads):
        return session.value(request.name)
    if isinstance(request, Builds):
        return session.build(request.plan)
    if isinstance(request, QuantizesLayers):
        return session.quantize_layers(request.architecture, request.weights, request.images)
    built = nets.get(id(request.built))
    if built is None:
        return Missing(request.built.plan.cls, None, None)
    return session.forward(built, request.images, request.batch, True, request.other_mode)


def is_same(one: Reply, other: Reply) -> bool:
    """Whether two answers are the same; of two that ended a process, or took too long, also."""
    if isinstance(one, Returned) and isinstance(other, Returned):
        return _same_claim(one.claim, other.claim)
    if isinstance(one, Forwarded) and isinstance(other, Forwarded):
        return _same_claim(one.outputs, other.outputs)
    if isinstance(one, Built) and isinstance(other, Built):
        return _same_claim(one.input_scale, other.input_scale) and all(
            _same_layer(found, other.layers[layer]) for layer, found in one.layers.items()
        )
    if isinstance(one, Raised) and isinstance(other, Raised):
        return (one.kind, one.message) == (other.kind, other.message)
    ended = (TimedOut, Died)
    if isinstance(one, ended) and isinstance(other, ended):
        return True
    return isinstance(one, Missing) and isinstance(other, Missing)


def _same_layer(one: BuiltLayer, other: BuiltLayer) -> bool:
    pairs = (
        (one.weight, other.weight),
        (one.scale, other.scale),
        (one.output_scale, other.output_scale),
        (one.bias, other.bias),
    )
    return all(_same_claim(*pair) for pair in pairs)


def _same_claim(one: Claim, other: Claim) -> bool:
    if (one.kind, one.text, one.words, len(one.items)) != (
        other.kind,
        other.text,
        other.words,
        len(other.items),
    ):
        return False
    if one.array is not None and other.array is not None:
        return one.array.dtype == other.array.dtype and np.array_equal(
            one.array, other.array, equal_nan=one.array.dtype.kind in "fc"
        )
    return all(_same_claim(*pair) for pair in zip(one.items, other.items, strict=True))
