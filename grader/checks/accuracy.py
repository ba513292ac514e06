"""Questions 2.2, 4.4 and 5.3: what quantization costs in accuracy.

An accuracy is earned if the student's whole pipeline keeps it. If it does not, every function that
has already lost points elsewhere is replaced by a right answer, and the rest is measured again, so
that one mistake is charged once.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from grader.arrays import Classes
from grader.checks import activations, bias, claims, forward, illustrations, input_scale, weights
from grader.checks.context import BATCH, BUILT_WITH, FIRST, Context, Tolerances
from grader.checks.nets import injected, own
from grader.checks.paired import Drop, compare
from grader.checks.probe_nets import unsaturated
from grader.checks.question import Question
from grader.checks.stages import ONE_ROW
from grader.exam import NetName
from grader.oracle import INT8, Array, Quantization, QuantizedNet, float_forward, predictions
from grader.sandbox.outside.answer import Answer, Built, Forwarded, Raised
from grader.sandbox.outside.plan import NetPlan
from grader.verdict import CheckFailed, NotReached, Verdict

QUANTIZED_BY: dict[NetName, tuple[Question[Any], ...]] = {
    "plain": (weights.QUESTION, input_scale.QUESTION, activations.QUESTION, forward.QUESTION),
    "biased": (
        weights.QUESTION,
        input_scale.QUESTION,
        activations.QUESTION,
        bias.QUESTION,
        forward.QUESTION,
    ),
}
"""The questions whose functions a quantized net is made of."""
ABOUT: dict[NetName, tuple[Question[Any], ...]] = {
    "plain": (forward.QUESTION,),
    "biased": (bias.QUESTION, forward.QUESTION),
}
"""The questions whose functions an accuracy is about: they must be the student's own."""
CLASS: dict[NetName, str] = {"plain": "NetQuantized", "biased": "NetQuantizedWithBias"}
"""The student's class for a net."""
IMAGES_PER_CALL = 500
"""A call has one deadline, however many images it is given."""
SAMPLE = 300
"""Images that the student's forward answers in any case.

Where all of them agree with the oracle, at most 3 / 300 = 1 % of the others differ, with 95 %
confidence (the rule of three): by no more can the accuracies differ, and the margin is 2 points.
"""


@dataclass(frozen=True)
class Measurement:
    """What quantization costs one net."""

    drop: Drop
    """By the classes that the student's forward gives, or the oracle where it is charged."""
    by_oracle: Drop | None = None
    """By the oracle's classes of all images, where it has them: what is published."""

    def words(self, confidence: float) -> str:
        """All of it in one sentence."""
        return self.drop.words(confidence)


@dataclass(frozen=True)
class Evidence:
    """What the student's functions, all or some, make of the exam's images."""

    whole: Measurement | Verdict
    """The student's whole pipeline, or why it has no accuracy."""
    rest: Measurement | Verdict | None
    """The functions that lost no points elsewhere, the others replaced; None: not needed."""
    replaced: tuple[str, ...]
    """The functions that were replaced for `rest`."""
    tolerances: Tolerances
    missing: tuple[str, ...] = ()
    """The functions that the question is about, and that are not there yet."""

    @property
    def published(self) -> Drop | None:
        """What the whole pipeline loses, to be published."""
        return self.whole.by_oracle if isinstance(self.whole, Measurement) else None


def accepted(measured: Measurement | Verdict | None, tolerances: Tolerances) -> bool:
    """Whether a drop is neither significantly above the margin nor above the limit."""
    if not isinstance(measured, Measurement):
        return False
    significant = not tolerances.within("accuracy_margin", measured.drop.at_least)
    return tolerances.within("accuracy_limit", measured.drop.drop) and not significant


def _collect(context: Context, name: NetName) -> Evidence:
    concerned = QUANTIZED_BY[name]
    charged = tuple(each for each in concerned if each.number in context.charged)
    replaced = tuple(each.function for each in charged)
    whole = _measure(context, name, ())
    # A forward that has lost points need not have computed with integers at all.
    counts = forward.QUESTION not in charged
    if not charged or (counts and accepted(whole, context.tolerances)):
        return Evidence(whole, None, (), context.tolerances)
    missing = tuple(each.function for each in ABOUT[name] if each.number in context.without_core)
    rest = None
    if len(charged) < len(concerned) and not missing:
        rest = _measure(context, name, tuple(each.number for each in charged))
    return Evidence(whole, rest, replaced, context.tolerances, missing)


def _measure(context: Context, name: NetName, charged: tuple[str, ...]) -> Measurement | Verdict:
    """Build the net with correct answers in place of the charged functions; classify the images."""
    try:
        with context.session.group():
            built = _built(context, name, charged)
            return measure(context, name, built, by_oracle_alone="4.3" in charged)
    except CheckFailed as failed:
        return failed.verdict


def measure(context: Context, name: NetName, built: Built, *, by_oracle_alone: bool) -> Measurement:
    """What a built net's quantization costs: by its forward, or by its integers and scales alone.

    Raises:
        CheckFailed: it has no accuracy.
    """
    _require_quantized(context, name, built)
    by_oracle = _known_to_oracle(context, name, built, required=by_oracle_alone)
    if by_oracle is not None and by_oracle_alone:
        classes = predictions(by_oracle)
    else:
        classes = _by_forward(context, name, built, by_oracle)
    of_all = None
    if by_oracle is not None:
        of_all = _drop(context, name, predictions(by_oracle))
    return Measurement(_drop(context, name, classes), of_all)


def _drop(context: Context, name: NetName, classes: Classes) -> Drop:
    before = context.exam.nets[name].predictions == context.exam.labels
    after = classes == context.exam.labels
    return compare(before, after, context.tolerances.thresholds.confidence)


def _built(context: Context, name: NetName, charged: tuple[str, ...]) -> Built:
    """The student's net, with correct answers in place of the charged functions.

    Raises:
        CheckFailed: it cannot be built.
    """
    default = context.biased if name == "biased" else context.plain
    built = context.session.build(_plan(context, name, charged, default))
    if isinstance(built, Built) and {"4.2b", "5.2"}.intersection(charged):
        correct = _correct_for(context, name, charged, built)
        if correct is not None:
            built = context.session.build(_plan(context, name, charged, correct))
    if not isinstance(built, Built):
        raise claims.failure(built, CLASS[name])
    return built


def _require_quantized(context: Context, name: NetName, built: Built) -> None:
    """Every weight is an 8-bit integer: the accuracy of another net says nothing."""
    for layer, found in built.layers.items():
        shape = context.exam.nets[name].weights[layer].shape
        weight = claims.tensor(found.weight, shape, f"{layer}.weight")
        if not ((weight >= INT8[0]) & (weight <= INT8[1]) & (weight == np.rint(weight))).all():
            raise CheckFailed(
                f"{layer}.weight holds values that are no 8-bit integers",
                "whole numbers in -128..127",
                "Keep the integers that quantized_weights returns as the weights of the layers.",
            )


def _correct_for(
    context: Context, name: NetName, charged: tuple[str, ...], built: Built
) -> Quantization | None:
    """Correct answers for the scales that the student's remaining functions chose, if it can be.

    An output scale or a bias is correct only for the scales before it.
    """
    weight_scales, output_scales = {}, {}
    try:
        for layer, found in built.layers.items():
            weight_scales[layer] = claims.kept_scale(found.scale, f"{layer}.weight.scale")
            output_scales[layer] = claims.kept_scale(found.output_scale, f"{layer}.output_scale")
        input_scale = claims.kept_scale(built.input_scale, "input_scale")
    except CheckFailed:
        return None
    if set(weight_scales) != set(context.exam.nets[name].weights):
        return None
    chosen = None if "4.2b" in charged else output_scales
    return context.correct_for(name, weight_scales, input_scale, chosen)


def _plan(
    context: Context, name: NetName, charged: tuple[str, ...], correct: Quantization
) -> NetPlan:
    whole = injected(context, name, correct.net, dict(correct.weight_scales))
    plan = own(context, name)
    if "2.1" in charged:
        plan = replace(plan, quantized_weights=whole.quantized_weights)
    if "4.2a" in charged:
        plan = replace(plan, input_scale=whole.input_scale)
    if "4.2b" in charged:
        plan = replace(plan, output_scales=whole.output_scales)
    if "5.2" in charged:
        plan = replace(plan, bias=whole.bias)
    return plan


def _by_forward(context: Context, name: NetName, built: Built, by_oracle: Array | None) -> Classes:
    """The class of each image by the student's own forward.

    It answers for a sample. Where it agrees with the oracle there, the oracle answers for the other
    images. Where it differs by more than the rounding of floats explains, another net has answered
    than the one that was built.

    Raises:
        CheckFailed: there are no logits, or they are those of another net.
    """
    images, batches = len(context.exam.images), math.ceil(len(context.exam.images) / BATCH)
    # Whole batches of the lab, the last one filled up: code may know no other size.
    first = BATCH * int(context.rng(f"accuracy of {name}").integers(batches))
    order = (first + np.arange(BATCH * batches)) % images
    sample, rest = order[:SAMPLE], order[SAMPLE:]
    logits = _logits(context, built, sample)
    found = predictions(logits)
    if by_oracle is not None:
        # A forward that has lost points is not expected to agree.
        if "4.3" not in context.charged:
            _require_same_net(context, name, built, logits, by_oracle[sample])
        classes = predictions(by_oracle)
        if (found == classes[sample]).all():
            return classes
    others = predictions(_logits(context, built, rest)) if len(rest) else found[:0]
    classes = np.empty(images, np.intp)
    classes[order] = np.concatenate([found, others])
    return classes


FEW_DIFFER = 0.05
"""Of the images: where no more have other logits, their mean tells of a bias."""
NEXT_TO = 2
"""By so much a logit may differ: a float on the other side of a tie, once or twice."""


def _require_same_net(
    context: Context, name: NetName, built: Built, logits: Array, by_oracle: Array
) -> None:
    """The logits are those of the integers and scales that the net was built with."""
    off = logits - by_oracle
    differing = ~(np.abs(off) <= NEXT_TO).all(axis=1)
    others = off[~differing]
    # An engine that saturates in 16 bits moves the mean as well, and many images with it.
    few = differing.mean() <= FEW_DIFFER
    on_the_mean = float(np.abs(others.mean(axis=0)).max()) if few else 0.0
    tolerances = context.tolerances
    if tolerances.within("other_outputs", float(differing.mean())) and tolerances.within(
        "mean_output", on_the_mean
    ):
        return
    what = "its integers and scales"
    step = "Let forward compute with the integers and scales of its net, and nothing else."
    other_bias = ""
    if name == "biased":
        what = "its integers, its scales and what quantized_bias returns for them"
        step = "Let the last layer add the quantized bias to its sums, before its output is scaled."
        other_bias = _other_bias(context, name, built)
    if other_bias:
        step = "Give quantized_bias the scales of the layers, and keep what it returns as the bias."
    if differing.any():
        seen = f"{int(differing.sum())} of {len(logits)} images have other outputs"
    else:
        seen = f"an output is off by {on_the_mean:.2g}, averaged over {len(logits)} images"
    raise CheckFailed(
        f"{built.plan.cls}.forward does not return what follows from {what}: {seen}{other_bias}",
        "the outputs of the net that was built",
        step,
    )


def _other_bias(context: Context, name: NetName, built: Built) -> str:
    """What the last layer's bias is, where it is not what `quantized_bias` gives."""
    last = built.plan.architecture.names[-1]
    float_bias = context.exam.nets[name].biases.get(last)
    if float_bias is None:
        return ""
    try:
        found = claims.tensor(built.layers[last].bias, float_bias.shape, f"{last}.bias")
        expected = _own_bias(context, name, built)
    except CheckFailed:
        return ""
    off = np.abs(found - expected) > 1
    if not off.any():
        return ""
    at = int(np.argmax(off))
    return f": {last}.bias[{at}] is {found[at]:.6g} and should be {expected[at]:.6g}"


def _logits(context: Context, built: Built, indices: Classes) -> Array:
    """The logits of the images with these indices by the student's forward.

    Raises:
        CheckFailed: it gives none.
    """
    parts = []
    batch: int = context.handed_on[forward.QUESTION.number]
    for start in range(0, len(indices), IMAGES_PER_CALL):
        chunk = _images(context, indices[start : start + IMAGES_PER_CALL])
        answer = context.session.forward(built, chunk, batch, observe=False)
        if not isinstance(answer, Forwarded):
            raise claims.failure(answer, f"{built.plan.cls}.forward")
        classes = built.plan.architecture.layers[-1].weight[0]
        shape = (len(chunk), classes)
        parts.append(claims.tensor(answer.outputs, shape, "the output of the net", ONE_ROW))
    return np.concatenate(parts)


def _images(context: Context, indices: Classes) -> Array:
    """The pixels of these images: a view where they stand in a row, which need not be sent."""
    first, count = int(indices[0]), len(indices)
    in_a_row = bool((indices == np.arange(first, first + count)).all())
    pixels = context.exam.pixels
    return pixels[first : first + count] if in_a_row else pixels[indices]


def _known_to_oracle(
    context: Context, name: NetName, built: Built, *, required: bool
) -> Array | None:
    """The logits of all images by the integers and scales that the student's functions chose.

    None where they are kept elsewhere than the lab keeps them.

    Raises:
        CheckFailed: then, if they are required.
    """
    try:
        net = _chosen(context, name, built)
    except CheckFailed:
        if required:
            raise
        return None
    numbers = [net.input_scale, *net.scales.values()]
    arrays = [np.asarray(numbers), *net.weights.values(), *net.biases.values()]
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).digest()
    if digest not in context.known:
        context.known[digest] = net.forward(context.exam.pixels)
    return context.known[digest]


def _chosen(context: Context, name: NetName, built: Built) -> QuantizedNet:
    """The net that the student's functions quantized.

    Raises:
        CheckFailed: its numbers cannot be read.
    """
    float_net = context.exam.nets[name]
    weights: dict[str, Array] = {}
    scales: dict[str, float] = {}
    for layer, found in built.layers.items():
        shape = float_net.weights[layer].shape
        weights[layer] = claims.tensor(found.weight, shape, f"{layer}.weight")
        scales[layer] = claims.kept_scale(found.output_scale, f"{layer}.output_scale")
    input_scale = claims.kept_scale(built.input_scale, "input_scale")
    biases = {layer: _own_bias(context, name, built) for layer in float_net.biases}
    return QuantizedNet(float_net.architecture, weights, input_scale, scales, biases)


def _own_bias(context: Context, name: NetName, built: Built) -> Array:
    """What the student's own function makes of the last layer's bias, for the net's own scales.

    Where the constructor hands it other arguments, or adds the result elsewhere, another net comes
    of it than this one.
    """
    if built.plan.bias is not None:
        return np.asarray(built.plan.bias.array, np.float64)
    *before, last = built.plan.architecture.names

    def carried(layer: str) -> tuple[float, float]:
        found = built.layers[layer]
        return (
            claims.kept_scale(found.scale, f"{layer}.weight.scale"),
            claims.kept_scale(found.output_scale, f"{layer}.output_scale"),
        )

    bias_of = context.exam.nets[name].biases[last]
    factors = (
        carried(last)[0],
        claims.kept_scale(built.input_scale, "input_scale"),
        [carried(layer) for layer in before],
    )
    call = bias.ask(context, "the bias of the built net", bias_of, factors)
    return call.integers


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
    if rest is not None and accepted(rest, tolerances):
        return (
            f"{actual}. With right answers in place of {replaced}, which lost points above:"
            f" {_words(rest, confidence)}. So nothing more is lost here."
        )
    if rest is not None:
        actual += f". With right answers in place of {replaced}: {_words(rest, confidence)}"
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


def _words(measured: Measurement | Verdict, confidence: float) -> str:
    return measured.words(confidence) if isinstance(measured, Measurement) else measured.actual


def collect_weights(context: Context) -> Evidence:
    """Accuracy of the net with the claimed integer weights, computed on the trusted side."""
    charged = (weights.FUNCTION,) if weights.QUESTION.number in context.charged else ()
    answers: Mapping[str, Answer] = context.handed_on[weights.QUESTION.number]
    integers: dict[str, Array] = {}
    try:
        logits = _logits_of_own_net(context)
        for layer, values in context.exam.nets["plain"].weights.items():
            claimed = weights.Call(layer, values, answers[layer]).quantized.integers
            # Where they are none, 2.1 says so; here the integers next to them are taken.
            integers[layer] = np.rint(claimed).clip(*INT8).astype(np.float32)
        if not charged:
            _require_same_weights(logits, _float_classes(context, integers))
    except CheckFailed as failed:
        return Evidence(failed.verdict, None, charged, context.tolerances)
    drop = _drop(context, "plain", _float_classes(context, integers))
    measured = Measurement(drop, drop)
    kept = accepted(measured, context.tolerances)
    return Evidence(measured, None, () if kept else charged, context.tolerances)


def _logits_of_own_net(context: Context) -> Array:
    """What the float net gives for some images with the weights, in the student's own types.

    An accuracy is that of a net that runs. Integers of an integer type do not, unless the student's
    own code casts them.
    """
    net = context.exam.nets["plain"]
    images = context.exam.pixels[:SOME]
    with context.session.group(FIRST):
        answer = context.session.quantize_layers(net.architecture, net.weights, images)
    if isinstance(answer, Raised):
        told = claims.failure(answer, "The net with quantized weights").verdict
        raise CheckFailed(
            told.actual,
            "logits of the net whose weights are the integers",
            "Return the integers as a float tensor: the net multiplies them by float pixels.",
        )
    logits = claims.returned(answer, "the net with quantized weights")
    classes = net.architecture.layers[-1].weight[0]
    shape = (len(images), classes)
    return claims.tensor(logits, shape, "the output of the net with quantized weights")


SOME = 100
"""Images, by whose classes it shows whether a net has the weights that it should."""


def _require_same_weights(logits: Array, classes: Classes) -> None:
    """The net has the weights that `quantized_weights` returns, whoever has put them there."""
    other = int((predictions(logits) != classes[: len(logits)]).sum())
    if 2 * other > len(logits):
        raise CheckFailed(
            f"the net that quantize_layer_weights leaves gives {other} of {len(logits)} images"
            " another class than the integers of quantized_weights do",
            "the classes that follow from these integers",
            "Let quantize_layer_weights put what quantized_weights returns into every layer.",
        )


def _float_classes(context: Context, integers: Mapping[str, Array]) -> Classes:
    """The class of each image by the net with these weights, with nothing else rounded."""
    digest = hashlib.sha256(b"".join(integers[layer].tobytes() for layer in integers)).digest()
    if digest not in context.known:
        architecture = context.exam.nets["plain"].architecture
        context.known[digest] = float_forward(architecture, integers, context.exam.images)
    return predictions(context.known[digest])


def collect_plain(context: Context) -> Evidence:
    """Accuracy of the wholly quantized net."""
    return _collect(context, "plain")


def _lost(name: str, evidence: Evidence) -> dict[str, float]:
    """The points of accuracy that are lost, under a name; nothing where they are not known."""
    return {} if evidence.published is None else {name: evidence.published.drop}


def kept(name: str, measured: Drop | None) -> dict[str, float]:
    """The accuracy that is left, in percent, under a name; likewise."""
    return {} if measured is None else {name: measured.after}


WEIGHTS = Question(
    "2.2",
    "Accuracy with quantized weights",
    collect_weights,
    depends_on=(weights.QUESTION,),
    asks=("quantize_layer_weights", *BUILT_WITH),
    publishes={"weights.accuracy": lambda evidence: _lost("2.2", evidence)},
)
PLAIN = Question(
    "4.4",
    "Accuracy of the quantized net",
    collect_plain,
    depends_on=QUANTIZED_BY["plain"],
    asks=("quantize_layer_weights", *BUILT_WITH),
    publishes={
        "quantized.accuracy": lambda evidence: {
            **_lost("4.4", evidence),
            **kept("accuracy", evidence.published),
        }
    },
)


@WEIGHTS.check("weights.accuracy", core=True)
def weights_accuracy(evidence: Evidence) -> str:
    """With quantized weights the net keeps its accuracy."""
    return _require_accuracy_kept(evidence)


@PLAIN.check("quantized.accuracy", core=True)
def quantized_accuracy(evidence: Evidence) -> str:
    """With quantized weights and activations the net keeps its accuracy."""
    return _require_accuracy_kept(evidence)


@dataclass(frozen=True)
class BiasedEvidence:
    """The accuracy of the net with a bias, and how its output moves with the bias."""

    accuracy: Evidence
    shift: Shift | CheckFailed
    forward_charged: bool
    """Whether forward has lost points in 4.3."""


@dataclass(frozen=True)
class Shift:
    """By how much a bias moves each output, (images, classes), and by how much it should."""

    bias: Array
    actual: Array
    expected: Array


def collect_biased(context: Context) -> BiasedEvidence:
    """Measure the accuracy, then compare a net with a large bias and one without."""
    with context.session.group():
        accuracy = _collect(context, "biased")
        shift: Shift | CheckFailed
        try:
            shift = _shift(context)
        except CheckFailed as failed:
            shift = failed
    charged = forward.QUESTION.number in context.charged
    return BiasedEvidence(accuracy, shift, charged)


BIASED = Question(
    "5.3",
    "Accuracy of the quantized net with a bias",
    collect_biased,
    depends_on=QUANTIZED_BY["biased"],
    asks=("NetQuantizedWithBias", "quantize_layer_weights", *BUILT_WITH),
    publishes={"biased.accuracy": lambda evidence: _lost("5.3", evidence.accuracy)},
)


@BIASED.check("biased.accuracy", core=True)
def biased_accuracy(evidence: BiasedEvidence) -> str:
    """With its bias quantized as well the net keeps its accuracy."""
    return _require_accuracy_kept(evidence.accuracy)


@BIASED.check("biased.forward", after="biased.accuracy")
def biased_forward(evidence: BiasedEvidence) -> str | None:
    """The quantized bias is added to the sums of the last layer."""
    try:
        _require_bias_added(evidence.shift)
    except CheckFailed:
        if not evidence.forward_charged:
            raise
        return "Seen only through forward, which has lost points in 4.3: not charged again."
    return None


def _require_bias_added(shift: Shift | CheckFailed) -> None:
    if isinstance(shift, CheckFailed):
        raise shift
    wrong = ~(np.abs(shift.actual - shift.expected) <= 2)
    if not wrong.any():
        return
    image, at = (int(i) for i in np.argwhere(wrong)[0])
    raise CheckFailed(
        f"a bias of {shift.bias[at]:.6g} moves output {at} of image {image} by"
        f" {shift.actual[image, at]:g}",
        f"{shift.expected[image, at]:g}",
        "Let the last layer add its bias, with all of its 32 bits, before its output is scaled.",
    )


def _shift(context: Context) -> Shift:
    """By how much a bias moves each class's output.

    Raises:
        CheckFailed: there is no output.
    """
    correct: Quantization = context.biased
    images = context.exam.pixels[:32]
    net = unsaturated(replace(correct.net, biases={}), images)
    last = net.architecture.names[-1]
    classes = net.architecture.layers[-1].weight[0]
    # Half as strong: with the bias nothing is clamped either, whatever the sums are without it.
    net = replace(net, scales={**net.scales, last: net.scales[last] / 2})
    size = 60 / net.scales[last]
    bias = np.rint(size * context.rng("bias shift").permutation(np.linspace(-1, 1, classes)))
    batch: int = context.handed_on[forward.QUESTION.number]
    actual: list[Array] = []
    expected: list[Array] = []
    for values in (np.zeros(classes), bias):
        with_bias = replace(net, biases={last: values})
        plan = injected(context, "biased", with_bias, dict(correct.weight_scales))
        built = context.session.build(plan)
        if not isinstance(built, Built):
            raise claims.failure(built, CLASS["biased"])
        answer = context.session.forward(built, images, batch, observe=False)
        if not isinstance(answer, Forwarded):
            raise claims.failure(answer, "NetQuantizedWithBias.forward")
        shape = (len(images), classes)
        actual.append(claims.tensor(answer.outputs, shape, "the output of the net", ONE_ROW))
        expected.append(with_bias.forward(images).astype(np.float64))
    return Shift(bias, actual[1] - actual[0], expected[1] - expected[0])
