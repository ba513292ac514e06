"""Questions 2.2, 4.4 and 5.3: what quantization costs in accuracy.

An accuracy is earned if the student's whole pipeline keeps it. If it does not, every function that
has already lost points elsewhere is replaced by a right answer, and the rest is measured again, so
that one mistake is charged once.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grader.checks import claims, weights
from grader.checks.bench import BATCH, Bench
from grader.checks.nets import injected, own
from grader.checks.paired import Drop, compare
from grader.checks.probe_nets import calm
from grader.checks.tree import Question
from grader.exam import NetName
from grader.finding import Finding, failed, passed
from grader.oracle import INT8, Array, Quantization, QuantizedNet, float_forward, predictions
from grader.sandbox.outside.answer import Built, Forwarded
from grader.sandbox.outside.plan import NetPlan

PIPELINE = {
    "2.1": "quantized_weights",
    "4.2a": "quantize_initial_input",
    "4.2b": "quantize_activations",
    "5.2": "quantized_bias",
    "4.3": "forward",
}
"""The questions whose functions a quantized net is made of."""
STEP = 500
"""Images in one call: the deadline of a call is that of so many."""
SAMPLE = 300
"""Images that the student's forward answers in any case.

Where all of them agree with the oracle, at most 3 / 300 = 1 % of the others differ, with 95 %
confidence (the rule of three): by no more can the accuracies differ, and the margin is 2 points.
"""
Classes = NDArray[np.intp]


@dataclass(frozen=True)
class Evidence:
    """What the student's functions, all or some, make of the exam's images."""

    whole: Drop | Finding
    """The student's whole pipeline."""
    rest: Drop | Finding | None
    """The functions that lost no points elsewhere, the others replaced; None: not needed."""
    replaced: tuple[str, ...]
    """The functions that were replaced for `rest`."""


def accepted(drop: Drop, bench: Bench) -> bool:
    """Whether a drop is neither significantly above the margin nor above the limit."""
    significant = not bench.within("accuracy_margin", drop.at_least)
    return bench.within("accuracy_limit", drop.drop) and not significant


def _collect(bench: Bench, name: NetName) -> Evidence:
    concerned = {q: f for q, f in PIPELINE.items() if name == "biased" or q != "5.2"}
    charged = tuple(q for q in concerned if q in bench.charged)
    whole = _measure(bench, name, ())
    # A forward that has lost points need not have computed with integers at all.
    counts = "4.3" not in charged
    if not charged or (counts and isinstance(whole, Drop) and accepted(whole, bench)):
        return Evidence(whole, None, ())
    replaced = tuple(concerned[q] for q in charged)
    if len(charged) == len(concerned):
        return Evidence(whole, None, replaced)
    return Evidence(whole, _measure(bench, name, charged), replaced)


def _measure(bench: Bench, name: NetName, charged: tuple[str, ...]) -> Drop | Finding:
    """Build the net with right answers in place of the charged functions, and run the images."""
    with bench.session.group():
        default = bench.biased if name == "biased" else bench.plain
        built = bench.session.build(_plan(bench, name, charged, default))
        if isinstance(built, Built) and {"4.2b", "5.2"}.intersection(charged):
            right = _right_for(bench, name, charged, built)
            if right is not None:
                built = bench.session.build(_plan(bench, name, charged, right))
        if not isinstance(built, Built):
            return claims.failure(built, built_from(name))
        unquantized = _unquantized(bench, name, built)
        if unquantized is not None:
            return unquantized
        predict = _by_oracle if "4.3" in charged else _predicted
        classes = predict(bench, name, built)
    if isinstance(classes, Finding):
        return classes
    return compare(
        _float_right(bench, name), classes == bench.exam.labels, bench.thresholds.confidence
    )


def _unquantized(bench: Bench, name: NetName, built: Built) -> Finding | None:
    """What is no 8-bit integer among the weights: the accuracy of such a net says nothing."""
    for layer, found in built.layers.items():
        shape = bench.exam.nets[name].weights[layer].shape
        weight = claims.tensor(found.weight, shape, f"{layer}.weight")
        if isinstance(weight, Finding):
            return weight
        if not ((weight >= INT8[0]) & (weight <= INT8[1]) & (weight == np.rint(weight))).all():
            return failed(f"{layer}.weight holds values that are no 8-bit integers")
    return None


def built_from(name: NetName) -> str:
    """The student's class for a net."""
    return "NetQuantizedWithBias" if name == "biased" else "NetQuantized"


def _right_for(
    bench: Bench, name: NetName, charged: tuple[str, ...], built: Built
) -> Quantization | None:
    """Right answers for the scales that the student's remaining functions chose.

    An output scale or a bias is right only for the scales before it.
    """
    weight_scales, output_scales = {}, {}
    for layer, found in built.layers.items():
        weight = claims.scale(found.scale, f"{layer}.weight.scale")
        output = claims.scale(found.output_scale, f"{layer}.output_scale")
        if isinstance(weight, Finding) or isinstance(output, Finding):
            return None
        weight_scales[layer], output_scales[layer] = weight, output
    input_scale = claims.scale(built.input_scale, "input_scale")
    if isinstance(input_scale, Finding) or set(weight_scales) != set(bench.exam.nets[name].weights):
        return None
    chosen = None if "4.2b" in charged else output_scales
    return bench.right_for(name, weight_scales, input_scale, chosen)


def _plan(bench: Bench, name: NetName, charged: tuple[str, ...], right: Quantization) -> NetPlan:
    whole = injected(bench, name, right.net, dict(right.weight_scales))
    plan = own(bench, name)
    if "2.1" in charged:
        plan = replace(plan, quantized_weights=whole.quantized_weights)
    if "4.2a" in charged:
        plan = replace(plan, input_scale=whole.input_scale)
    if "4.2b" in charged:
        plan = replace(plan, output_scales=whole.output_scales)
    if "5.2" in charged:
        plan = replace(plan, bias=whole.bias)
    return plan


def _predicted(bench: Bench, name: NetName, built: Built) -> Classes | Finding:
    """The class of each image by the student's own forward.

    Where it agrees with the oracle on the whole sample, the oracle answers for the other images.
    """
    images, batches = len(bench.exam.images), math.ceil(len(bench.exam.images) / BATCH)
    # Whole batches of the lab, the last one filled up: code may know no other size.
    first = BATCH * int(bench.rng(f"accuracy of {name}").integers(batches))
    order = (first + np.arange(BATCH * batches)) % images
    sample, rest = order[:SAMPLE], order[SAMPLE:]
    found = _by_student(bench, name, built, sample)
    if isinstance(found, Finding):
        return found
    by_oracle = _by_oracle(bench, name, built)
    if not isinstance(by_oracle, Finding) and (found == by_oracle[sample]).all():
        return by_oracle
    others = _by_student(bench, name, built, rest) if len(rest) else np.empty(0, np.intp)
    if isinstance(others, Finding):
        return others
    classes = np.empty(images, np.intp)
    classes[order] = np.concatenate([found, others])
    return classes


def _by_student(
    bench: Bench, name: NetName, built: Built, indices: NDArray[np.intp]
) -> Classes | Finding:
    """The classes of these images by the student's forward."""
    parts = []
    for start in range(0, len(indices), STEP):
        chunk = _images(bench, indices[start : start + STEP])
        answer = bench.session.forward(built, chunk, bench.batch, observe=False)
        if not isinstance(answer, Forwarded):
            return claims.failure(answer, f"{built_from(name)}.forward")
        classes = built.plan.architecture.layers[-1].weight[0]
        logits = claims.tensor(answer.outputs, (len(chunk), classes), "the output of the net")
        if isinstance(logits, Finding):
            return logits
        parts.append(predictions(logits))
    return np.concatenate(parts)


def _images(bench: Bench, indices: NDArray[np.intp]) -> Array:
    """The pixels of these images: a view where they stand in a row, which need not be sent."""
    first, count = int(indices[0]), len(indices)
    in_a_row = bool((indices == np.arange(first, first + count)).all())
    return bench.exam.pixels[first : first + count] if in_a_row else bench.exam.pixels[indices]


def _by_oracle(bench: Bench, name: NetName, built: Built) -> Classes | Finding:
    """The class of each image by the integers and scales that the student's functions chose."""
    net = _chosen(bench, name, built)
    if isinstance(net, Finding):
        return net
    numbers = [net.input_scale, *net.scales.values()]
    arrays = [np.asarray(numbers), *net.weights.values(), *net.biases.values()]
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).digest()
    if digest not in bench.known:
        bench.known[digest] = predictions(net.forward(bench.exam.pixels))
    return bench.known[digest]


def _chosen(bench: Bench, name: NetName, built: Built) -> QuantizedNet | Finding:
    """The net that the student's functions quantized."""
    float_net = bench.exam.nets[name]
    weights: dict[str, Array] = {}
    biases: dict[str, Array] = {}
    scales: dict[str, float] = {}
    for layer, found in built.layers.items():
        weight = claims.tensor(found.weight, float_net.weights[layer].shape, f"{layer}.weight")
        scale = claims.scale(found.output_scale, f"{layer}.output_scale")
        if isinstance(weight, Finding):
            return weight
        if isinstance(scale, Finding):
            return scale
        weights[layer], scales[layer] = weight, scale
        if layer in float_net.biases:
            bias = claims.tensor(found.bias, float_net.biases[layer].shape, f"{layer}.bias")
            if isinstance(bias, Finding):
                return bias
            biases[layer] = bias
    input_scale = claims.scale(built.input_scale, "input_scale")
    if isinstance(input_scale, Finding):
        return input_scale
    return QuantizedNet(float_net.architecture, weights, input_scale, scales, biases)


def _float_right(bench: Bench, name: NetName) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = bench.exam.nets[name].predictions == bench.exam.labels
    return right


def _judge(evidence: Evidence, bench: Bench) -> Finding:
    drop = evidence.whole.drop if isinstance(evidence.whole, Drop) else None
    return replace(_finding(evidence, bench), drop=drop)


def _finding(evidence: Evidence, bench: Bench) -> Finding:
    whole, rest = evidence.whole, evidence.rest
    confidence = bench.thresholds.confidence
    if not evidence.replaced and isinstance(whole, Drop) and accepted(whole, bench):
        return passed(whole.words(confidence))
    came = whole.words(confidence) if isinstance(whole, Drop) else whole.came
    replaced = ", ".join(evidence.replaced)
    if evidence.replaced and rest is None:
        return Finding.not_reached(
            f"{came}. Every function it is made of has lost points above ({replaced});"
            " mend those first, this may then come by itself."
        )
    if isinstance(rest, Drop) and accepted(rest, bench):
        return passed(
            f"{came}. With right answers in place of {replaced}, which lost points above:"
            f" {rest.words(confidence)}. So nothing more is lost here."
        )
    if isinstance(rest, Drop):
        came += f". With right answers in place of {replaced}: {rest.words(confidence)}"
    elif rest is not None:
        came += f". With right answers in place of {replaced}: {rest.came}"
    return failed(
        came,
        f"a drop that is not significantly above {bench.thresholds.accuracy_margin:g} points, and"
        f" not above {bench.thresholds.accuracy_limit:g}",
        "Compare each layer's integers with its float activations times the scales so far.",
    )


def collect_weights(bench: Bench) -> Evidence:
    """Accuracy of the net with the claimed integer weights, computed on the trusted side."""
    charged = ("quantized_weights",) if "2.1" in bench.charged else ()
    integers: dict[str, Array] = {}
    for layer, values in bench.exam.nets["plain"].weights.items():
        got = weights.Trial(layer, values, bench.quantized[layer]).quantized
        if isinstance(got, Finding):
            return Evidence(got, None, charged)
        # Where they are none, 2.1 says so; here the integers next to them are taken.
        integers[layer] = np.rint(got.integers).clip(*INT8).astype(np.float32)
    drop = compare(
        _float_right(bench, "plain"),
        _float_classes(bench, integers) == bench.exam.labels,
        bench.thresholds.confidence,
    )
    return Evidence(drop, None, () if accepted(drop, bench) else charged)


def _float_classes(bench: Bench, integers: Mapping[str, Array]) -> Classes:
    """The class of each image by the net with these weights, with nothing else rounded."""
    digest = hashlib.sha256(b"".join(integers[layer].tobytes() for layer in integers)).digest()
    if digest not in bench.known:
        architecture = bench.exam.nets["plain"].architecture
        logits = float_forward(architecture, integers, bench.exam.images)
        bench.known[digest] = predictions(logits)
    return bench.known[digest]


def collect_plain(bench: Bench) -> Evidence:
    """Accuracy of the wholly quantized net."""
    return _collect(bench, "plain")


WEIGHTS = Question("2.2", "Accuracy with quantized weights", collect_weights)
PLAIN = Question("4.4", "Accuracy of the quantized net", collect_plain)


@WEIGHTS.check("weights.accuracy", core=True)
def weights_accuracy(evidence: Evidence, bench: Bench) -> Finding:
    """With quantized weights the net keeps its accuracy."""
    return _judge(evidence, bench)


@PLAIN.check("quantized.accuracy", core=True)
def quantized_accuracy(evidence: Evidence, bench: Bench) -> Finding:
    """With quantized weights and activations the net keeps its accuracy."""
    return _judge(evidence, bench)


@dataclass(frozen=True)
class BiasedEvidence:
    """The accuracy of the net with a bias, and how its output moves with the bias."""

    accuracy: Evidence
    shift: Finding


def collect_biased(bench: Bench) -> BiasedEvidence:
    """Measure the accuracy, then compare a net with a large bias and one without."""
    with bench.session.group():
        return BiasedEvidence(_collect(bench, "biased"), _bias_shift(bench))


BIASED = Question("5.3", "Accuracy of the quantized net with a bias", collect_biased)


@BIASED.check("biased.accuracy", core=True)
def biased_accuracy(evidence: BiasedEvidence, bench: Bench) -> Finding:
    """With its bias quantized as well the net keeps its accuracy."""
    return _judge(evidence.accuracy, bench)


@BIASED.check("biased.forward", after="biased.accuracy")
def biased_forward(evidence: BiasedEvidence, bench: Bench) -> Finding:
    """The quantized bias is added to the sums of the last layer."""
    if not evidence.shift.passed and "4.3" in bench.charged:
        return passed("Seen only through forward, which has lost points in 4.3: not charged again.")
    return evidence.shift


def _bias_shift(bench: Bench) -> Finding:
    """Whether a bias moves each class's output by what it should."""
    right: Quantization = bench.biased
    images = bench.exam.pixels[:32]
    net = calm(replace(right.net, biases={}), images)
    last = net.architecture.names[-1]
    rng = bench.rng("bias shift")
    classes = net.architecture.layers[-1].weight[0]
    size = 60 / net.scales[last]
    bias = np.rint(size * rng.permutation(np.linspace(-1, 1, classes)))
    moved: list[Array] = []
    expected: list[Array] = []
    for values in (np.zeros(classes), bias):
        with_bias = replace(net, biases={last: values})
        built = bench.session.build(injected(bench, "biased", with_bias, dict(right.weight_scales)))
        if not isinstance(built, Built):
            return claims.failure(built, "NetQuantizedWithBias")
        answer = bench.session.forward(built, images, bench.batch, observe=False)
        if not isinstance(answer, Forwarded):
            return claims.failure(answer, "NetQuantizedWithBias.forward")
        logits = claims.tensor(answer.outputs, (len(images), classes), "the output of the net")
        if isinstance(logits, Finding):
            return logits
        moved.append(logits)
        expected.append(with_bias.forward(images).astype(np.float64))
    shift, wanted = moved[1] - moved[0], expected[1] - expected[0]
    wrong = ~(np.abs(shift - wanted) <= 2)
    if not wrong.any():
        return passed()
    image, at = (int(i) for i in np.argwhere(wrong)[0])
    return failed(
        f"a bias of {bias[at]:.6g} moves output {at} of image {image} by {shift[image, at]:g}",
        f"{wanted[image, at]:g}",
        "Let the last layer add its bias before its output is scaled.",
    )
