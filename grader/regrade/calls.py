"""The calls that a check judged, each beside what is right for it, and the one that fails."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.checks import claims, weights
from grader.oracle import QuantizedNet, accumulate, predictions, settle
from grader.regrade.named import Expected, Named
from grader.regrade.recorder import Asked, Builds, Calls, Forwards, QuantizesLayers, Recorder
from grader.regrade.values import Shown, brief, claimed, failure, function_of, given, like
from grader.sandbox.outside.answer import Built, Forwarded, Returned
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.wire import Array, Tensor
from grader.verdict import CheckFailed, Verdict


@dataclass(frozen=True, eq=False)
class Call:
    """One call that a check judged."""

    number: int
    """From 1, in the order in which they were made."""
    name: str
    asked: Asked
    expected: Expected
    """By the names of what was claimed; of several right ones the plainest, where one is known."""
    beside: Call | None = None
    """An earlier one that it is compared with."""
    fails: bool = False
    """Whether the verdict speaks of it."""
    remark: str = ""
    """What else there is to say of it."""
    verdict: str = ""
    """What the check says of this call, if it is one that fails."""

    @property
    def function(self) -> str:
        """What was asked, as a student calls it."""
        return function_of(self.asked.request)

    @property
    def given(self) -> dict[str, Shown]:
        """What was passed in, by name."""
        return given(self.asked.request)

    @property
    def claimed(self) -> dict[str, Shown]:
        """What came back, by name; nothing where nothing did."""
        return claimed(self.asked)

    @property
    def failure(self) -> str:
        """Why nothing did; empty where something did."""
        return failure(self.asked)

    @property
    def outcome(self) -> str:
        """In a few words, how the claim compares with what is right."""
        if self.failure:
            return self.failure
        if isinstance(self.asked.request, Builds):
            return "it was built"
        told = [
            self._compared(name, value) if name in self.expected else f"{name}: {brief(value)}"
            for name, value in self.claimed.items()
            if name in self.expected or not name.startswith("into")
        ]
        return "; ".join(filter(None, [*told, self.remark]))

    def _compared(self, name: str, value: Shown) -> str:
        right = self.expected[name]
        if isinstance(value, str) or isinstance(right, str):
            return f"{name}: {brief(value)}"
        if right.ndim == 0 and value.size == 1:
            return f"{name}: {brief(value)}, right {brief(right)}"
        shaped = like(value, right)
        if shaped is None:
            return f"{name}: {brief(value)}, right {brief(right)}"
        with np.errstate(invalid="ignore"):
            return f"{name}: {int((shaped != right).sum()):,} of {right.size:,} differ"


@dataclass(frozen=True)
class Judged:
    """All calls that a check judged."""

    calls: tuple[Call, ...]
    worked_out: bool
    """Whether it judged numbers that were worked out of all of these before."""
    main: Asked | None
    """What decides."""

    @property
    def shown(self) -> Call | None:
        """The call that fails; where none does, one that stands for all."""
        main = (call for call in self.calls if call.asked is self.main)
        return next(main, None) or next(iter(self.calls), None)


def judged(
    recorder: Recorder,
    asked: Sequence[Asked],
    names: Sequence[Named],
    looked_at: Sequence[Asked],
    failing: Sequence[tuple[Asked, Verdict]],
    main: Asked | None,
) -> Judged:
    """Put names to the calls that a check judged.

    Args:
        recorder: the session.
        asked: what was asked while the evidence was collected.
        names: the answers in the evidence.
        looked_at: what the check looked at.
        failing: the calls of which it says something, first the one that its verdict is about.
        main: the one that decides, whether it fails or not.
    """
    kept = [each for each in recorder.asked if each in looked_at]
    worked_out = not kept
    if worked_out:  # the evidence holds no answers any more
        kept = behind(recorder, asked, names)
    said = {id(each): verdict.actual for each, verdict in failing}
    made: dict[int, Call] = {}
    for number, each in enumerate(kept, 1):
        call = _call(number, each, recorder, names, made)
        fails = bool(failing) and each is failing[0][0]
        made[id(each)] = replace(call, fails=fails, verdict=said.get(id(each), ""))
    return Judged(tuple(made.values()), worked_out, main)


def behind(recorder: Recorder, asked: Sequence[Asked], names: Sequence[Named]) -> list[Asked]:
    """All calls behind numbers that were worked out while the evidence was collected."""
    handed = [recorder.of(each.answer) for each in names]
    return [each for each in recorder.asked if each in asked or each in handed]


def _call(
    number: int,
    asked: Asked,
    recorder: Recorder,
    names: Sequence[Named],
    made: Mapping[int, Call],
) -> Call:
    found = next((each for each in names if each.answer is asked.answer), None)
    if found is None:
        right, remark = _right(asked, recorder), other_classes(asked)
        return Call(number, _described(asked), asked, right, remark=remark)
    beside = recorder.of(found.beside)
    expected = found.expected or _right(asked, recorder)
    earlier = None if beside is None else made.get(id(beside))
    own = isinstance(asked.request, Calls | Forwards | Builds) and found.name
    return Call(number, own or _described(asked), asked, expected, earlier)


def spoken_of(
    calls: Sequence[Asked],
    names: Sequence[Named],
    looked_at: Sequence[Asked],
    verdict: Verdict,
    *,
    core: bool,
) -> Asked | None:
    """The call that a verdict speaks of.

    Args:
        calls: all that may be meant.
        names: what they are called.
        looked_at: what the check looked at, in the order of the first look.
        verdict: what the check found.
        core: whether it is the core check of its question.

    It is the one whose words it has, the longest if there are several. Without such words, it is
    the last one that was looked at: who reads what is no answer looks no further. For numbers that
    were worked out of many calls see `_net_that_counts`.
    """
    told = verdict.actual
    found: tuple[int, Asked | None] = (0, None)
    for each in names:
        length = sum(map(len, each.words))
        if length > found[0] and all(word in told for word in each.words):
            match = next((call for call in calls if call.answer is each.answer), None)
            found = (length, match) if match is not None else found
    if found[1] is not None:
        return found[1]
    if looked_at:
        return looked_at[-1]
    failed = [call for call in calls if failure(call)]
    return next(iter([*failed, *_nets_that_count(calls, core), *reversed(calls)]), None)


def _nets_that_count(calls: Sequence[Asked], core: bool) -> list[Asked]:
    """The nets that were given images, the one that decides first.

    A core check is about an accuracy: it is that of the net which was built last of the student's
    own functions, and which answered for a sample of the images first.
    """
    nets = [call for call in calls if isinstance(call.request, Forwards)]
    own = [call for call in nets if _is_own(call)] if core else []
    built = [call.request.built for call in own if isinstance(call.request, Forwards)]
    sample = [
        call
        for call in own
        if isinstance(call.request, Forwards) and call.request.built is built[-1]
    ]
    whole = [call for call in calls if isinstance(call.request, QuantizesLayers)]
    return [*sample, *reversed(nets), *whole]


def _is_own(asked: Asked) -> bool:
    """Whether a function of the student's decides about a net that was given images."""
    return isinstance(asked.request, Forwards) and bool(asked.request.built.plan.calls)


def other_classes(asked: Asked) -> str:
    """How many images a net of the student's own gives another class than the float net, in words.

    Empty where that is not to be said.
    """
    if not _is_own(asked) or not isinstance(asked.answer, Forwarded):
        return ""
    request, outputs = asked.request, asked.answer.outputs.array
    if not isinstance(request, Forwards) or outputs is None or outputs.ndim != 2:
        return ""
    if len(outputs) != len(request.images):
        return ""
    plan, x = request.built.plan, request.images
    for layer in plan.architecture.layers:
        bias = plan.biases.get(layer.name)
        x = settle(layer, accumulate(layer, x, plan.weights[layer.name], bias))
    other = int((predictions(x) != predictions(outputs)).sum())
    return f"{other} of {len(x)} images get another class than by the float net"


def _described(asked: Asked) -> str:
    """What to call something that nobody has named."""
    request = asked.request
    if isinstance(request, Builds):
        return f"{request.plan.cls} is built"
    if isinstance(request, Forwards):
        return f"{len(request.images)} images in batches of {request.batch}"
    if isinstance(request, QuantizesLayers):
        return "the float net with quantized weights"
    return function_of(request)


def _right(asked: Asked, recorder: Recorder) -> Expected:
    """What is right for the integers and scales that were claimed, whatever the question asks."""
    request, answer = asked.request, asked.answer
    if isinstance(request, Calls) and isinstance(answer, Returned):
        return _rounded(request, answer) if request.name == weights.FUNCTION else {}
    if not isinstance(request, Forwards) or request.built.plan.cls == "NetQuantizedInteger":
        return {}
    with contextlib.suppress(CheckFailed):
        net = _net(request.built, _own_bias(asked, recorder))
        return {"outputs": net.forward(request.images)}
    return {}


def _rounded(request: Calls, answer: Returned) -> Expected:
    """The integers that belong to the scale which was returned for some weights."""
    (tensor,) = request.arguments
    values = tensor.array if isinstance(tensor, Tensor) else np.asarray(tensor)
    with contextlib.suppress(CheckFailed):
        seen = weights.Call("", values, answer).quantized.rounding
        return {"integers": np.rint(seen.clamped) + 0.0}
    return {}


def _own_bias(asked: Asked, recorder: Recorder) -> Array | None:
    """What `quantized_bias` answered for this net; None where it was not asked."""
    before = recorder.asked[: recorder.asked.index(asked)]
    for each in reversed(before):
        if isinstance(each.request, Builds):
            return None
        if isinstance(each.request, Calls) and isinstance(each.answer, Returned):
            return each.answer.claim.array
    return None


def _net(built: Built, own_bias: Array | None) -> QuantizedNet:
    """The net that was built.

    Raises:
        CheckFailed: its numbers cannot be read.
    """
    plan = built.plan
    integers, output_scales = {}, {}
    for layer, found in built.layers.items():
        shape = plan.architecture.layer(layer).weight
        integers[layer] = claims.tensor(found.weight, shape, f"{layer}.weight")
        output_scales[layer] = claims.kept_scale(found.output_scale, f"{layer}.output_scale")
    input_scale = claims.kept_scale(built.input_scale, "input_scale")
    biases = _biases(plan, built, own_bias)
    return QuantizedNet(plan.architecture, integers, input_scale, output_scales, biases)


def _biases(plan: NetPlan, built: Built, own: Array | None) -> dict[str, Array]:
    last = plan.architecture.names[-1]
    if last not in plan.biases:
        return {}
    if plan.bias is not None:
        return {last: np.asarray(plan.bias.array, np.float64)}
    if own is not None and own.shape == plan.biases[last].shape:
        return {last: own.astype(np.float64)}
    shape = plan.biases[last].shape
    return {last: claims.tensor(built.layers[last].bias, shape, f"{last}.bias")}
