"""Questions 2.2, 4.4 and 5.3: what quantization costs in accuracy.

An accuracy is earned if the student's whole pipeline keeps it. If it does not, functions that have
already lost points elsewhere are replaced by public integers and scales, and the rest is measured
again, so that one mistake is charged once.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from grader.arrays import Classes
from grader.checks import claims, forward, illustrations
from grader.checks.accuracy import (
    CLASS,
    SAMPLE,
    Evidence,
    Measurement,
    Shift,
    _drop,
    _logits,
    _own_bias,
    _require_quantized,
    _require_same_net,
    _words,
    accepted,
)
from grader.checks.context import Context
from grader.checks.nets import injected, own
from grader.checks.stages import ONE_ROW
from grader.exam import NetName
from grader.kit.own.checks import public
from grader.oracle import INT8, Array, Quantization, QuantizedNet, accumulate, predictions, settle
from grader.sandbox.outside.answer import Built, Forwarded
from grader.sandbox.outside.plan import NetPlan
from grader.verdict import CheckFailed, NotReached, Verdict

FORWARD_CHARGED = (
    "forward has lost points in 4.3. The other functions have lost none, or were replaced by public"
    " numbers, and a net was built of them: nothing more is lost here."
)


def _measure(context: Context, name: NetName, charged: tuple[str, ...]) -> Measurement | Verdict:
    """Build the net with public numbers in place of the charged functions; classify the images."""
    try:
        with context.session.group():
            built = _built(context, name, charged)
            _require_quantized(context, name, built)
            if forward.QUESTION.number in charged:
                return Verdict(True, FORWARD_CHARGED)
            return measure(context, name, built)
    except CheckFailed as failed:
        return failed.verdict


def measure(context: Context, name: NetName, built: Built) -> Measurement:
    """What a built net's quantization costs, by its forward.

    Raises:
        CheckFailed: it has no accuracy.
    """
    _require_last_layer(context, name, built)
    everything = np.arange(len(context.exam.images))
    classes = predictions(_logits(context, built, everything))
    return Measurement(_drop(context, name, classes))


def _require_last_layer(context: Context, name: NetName, built: Built) -> None:
    """The last layer computes with the integers and scales that the net was built with.

    They are held against the products of what the layer itself was given, where that is seen.

    Raises:
        CheckFailed: it does not.
    """
    if forward.QUESTION.number in context.charged:
        return
    last = built.plan.architecture.layers[-1]
    batch: int = context.handed_on[forward.QUESTION.number]
    images = context.exam.pixels[:SAMPLE]
    answer = context.session.forward(built, images, batch, observe=True)
    if not isinstance(answer, Forwarded) or last.name not in answer.inputs:
        return
    try:
        products = _of_last_layer(context, name, built, answer)
    except CheckFailed:  # its numbers are kept elsewhere than the lab keeps them
        return
    logits = claims.tensor(answer.outputs, products.shape, "the output of the net", ONE_ROW)
    _require_same_net(context, name, built, logits, products.clip(*INT8))


def _of_last_layer(context: Context, name: NetName, built: Built, answer: Forwarded) -> Array:
    """What the last layer's own scale makes of the products of what it was given.

    Raises:
        CheckFailed: some of that cannot be read.
    """
    last = built.plan.architecture.layers[-1]
    found = built.layers[last.name]
    shape = (SAMPLE, last.weight[1])
    given = claims.tensor(answer.inputs[last.name], shape, f"the input of {last.name}")
    weight = claims.tensor(found.weight, last.weight, f"{last.name}.weight")
    scale = claims.kept_scale(found.output_scale, f"{last.name}.output_scale")
    bias = _own_bias(context, name, built) if last.bias else None
    products: Array = settle(last, accumulate(last, given, weight, bias)) * scale
    return products


def _built(context: Context, name: NetName, charged: tuple[str, ...]) -> Built:
    """The student's net, with public numbers in place of the charged functions.

    Raises:
        CheckFailed: it cannot be built.
    """
    numbers = context.biased if name == "biased" else context.plain
    built = context.session.build(_plan(context, name, charged, numbers))
    if not isinstance(built, Built):
        raise claims.failure(built, CLASS[name])
    return built


def _plan(
    context: Context, name: NetName, charged: tuple[str, ...], numbers: Quantization
) -> NetPlan:
    """Output scales and a bias are right for the scales before them alone: they go together."""
    whole = injected(context, name, numbers.net, dict(numbers.weight_scales))
    together = bool({"4.2b", "5.2"}.intersection(charged))
    plan = own(context, name)
    if together or "2.1" in charged:
        plan = replace(plan, quantized_weights=whole.quantized_weights)
    if together or "4.2a" in charged:
        plan = replace(plan, input_scale=whole.input_scale)
    if together:
        plan = replace(plan, output_scales=whole.output_scales)
    if "5.2" in charged:
        plan = replace(plan, bias=whole.bias)
    return plan


def _require_accuracy_kept(evidence: Evidence) -> str:
    """The pipeline keeps the accuracy, or loses it where points were lost already."""
    whole, rest, tolerances = evidence.whole, evidence.rest, evidence.tolerances
    confidence = tolerances.thresholds.confidence
    actual = _words(whole, confidence)
    if not evidence.replaced and accepted(whole, tolerances):
        return actual
    replaced = ", ".join(evidence.replaced)
    if evidence.missing:
        raise NotReached(
            f"{actual}. The question is about {' and '.join(evidence.missing)}, which earned"
            " nothing above: begin there."
        )
    if evidence.replaced and rest is None:
        raise NotReached(
            f"{actual}. Every function it is made of has lost points above ({replaced});"
            " mend those first, this may then come by itself."
        )
    if isinstance(rest, Verdict) and rest.passed:
        return rest.actual
    if accepted(rest, tolerances):
        return (
            f"{actual}. With public numbers in place of {replaced}, which lost points above, it is"
            " kept: nothing more is lost here."
        )
    if rest is not None:
        actual += f". With public numbers in place of {replaced}: {_words(rest, confidence)}"
    failed = whole if rest is None else rest
    if isinstance(failed, Verdict):  # no accuracy was measured: say what to do about that
        raise CheckFailed(actual, failed.expected, failed.next_step)
    raise CheckFailed(
        actual,
        f"a drop that is not significantly above {tolerances.thresholds.accuracy_margin:g} points,"
        f" and not above {tolerances.thresholds.accuracy_limit:g}",
        "Compare each layer's integers with its float activations times the scales so far.",
        draw=partial(illustrations.of_drop, failed.drop, tolerances.thresholds),
    )


def _float_classes(context: Context, integers: dict[str, Array]) -> Classes:
    """The class of each image by the net with these weights, with nothing else rounded."""
    architecture = context.exam.nets["plain"].architecture
    ones = dict.fromkeys(architecture.names, 1.0)
    net = QuantizedNet(architecture, integers, 1.0, ones)
    return predictions(net.forward(context.exam.pixels))


def _shift(context: Context) -> Shift:
    """By how much a bias moves each class's output, which is what its own scale makes of it.

    Raises:
        CheckFailed: there is no output.
    """
    given = public.public().shifted
    net = public.net_of(context.exam, "biased", given.net)
    last, images, bias = net.architecture.names[-1], context.exam.pixels[:32], np.array(given.bias)
    batch: int = context.handed_on[forward.QUESTION.number]
    actual: list[Array] = []
    for values in (np.zeros(len(bias)), bias):
        with_bias = replace(net, biases={last: values})
        plan = injected(context, "biased", with_bias, dict(context.biased.weight_scales))
        built = context.session.build(plan)
        if not isinstance(built, Built):
            raise claims.failure(built, CLASS["biased"])
        answer = context.session.forward(built, images, batch, observe=False)
        if not isinstance(answer, Forwarded):
            raise claims.failure(answer, "NetQuantizedWithBias.forward")
        shape = (len(images), len(bias))
        actual.append(claims.tensor(answer.outputs, shape, "the output of the net", ONE_ROW))
    moved = actual[1] - actual[0]
    return Shift(bias, moved, np.broadcast_to(bias * net.scales[last], moved.shape))
