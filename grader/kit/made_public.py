"""Makes the kit's public exam: what is asked, and the key, from what the house knows to be right.

Its seed is public, and no other exam's. So what anybody finds out of it earns nothing elsewhere.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from grader.arrays import Doubles
from grader.checks import activations, bias, equations, ranges
from grader.checks.context import Context, Tolerances
from grader.checks.excess_noise import central, noise_power
from grader.checks.forward import IMAGES
from grader.checks.probe_nets import (
    Stimulus,
    hardly_saturated,
    overflowing,
    power_of_two,
    probe_nets,
    saturated,
    unsaturated,
    with_ties,
)
from grader.exam import Exam, NetName, build_exam, open_exam
from grader.kit.key import (
    Key,
    bin_of,
    fingerprint,
    integers_text,
    largest,
    sides_text,
    text_digest,
)
from grader.kit.made_nets import DATA, move_classes, write_nets
from grader.kit.public_exam import (
    FILE,
    PIXEL,
    TENSORS,
    Factors,
    Given,
    Net,
    Public,
    Quantized,
    Shifted,
)
from grader.oracle import INT8, Quantization, QuantizedNet, quantize, scale_product, widest_scale
from grader.rubric import Rubric
from grader.sandbox.outside.answer import Missing
from grader.sandbox.outside.session import Session

SEED = 20290127
"""Public: it is in every kit. The default exam has another one."""
IMAGES_IN_ALL = 500
EXACT = 1e-5
"""Of a product of powers of two: what a float32 on the way may have lost."""
INPUT_SCALE = 16.0
"""Enough for an image to be told, and no answer to 4.2a: pixels are the same in every exam."""
OUTPUT = 60
"""So far a large bias moves an output."""
Exponents = tuple[int, int, tuple[tuple[int, int], ...]]
BIAS_EXPONENTS: tuple[Exponents, ...] = (
    (5, 2, ((-2, 3), (3, -1), (1, -2), (-3, 2))),
    (4, 1, ((3, -2), (-2, -1), (2, 1), (-2, -1))),
    (3, 2, ((1, -3), (2, -1), (-2, 3), (1, -2))),
    (5, 2, ((2, 1), (-3, 1))),
    (4, 1, ((-2, 3),)),
    (3, 1, ()),
)
"""Of the product, of n_initial_input and of the pairs of ns.

Whatever of these one forgets, the product is another; and what is left is not lost in rounding.
"""
MILDER_BIAS_EXPONENTS: tuple[Exponents, ...] = (
    (13, 7, ((8, -9), (9, -8), (8, -10), (10, -9))),
    (15, 8, ((9, -10), (8, -7), (10, -11), (9, -10))),
    (11, 6, ((10, -9), (8, -10), (9, -8), (8, -9))),
)
"""The same, each on the side of 0 where a net's are."""


class _Nobody:
    """Stands where a student's session would: it only lets a question say what it asks."""

    def call(self, name: str, *_: object, **__: object) -> Missing:
        return Missing(name, None, None)

    def group(self, _name: str = "") -> AbstractContextManager[None]:
        return nullcontext()


@dataclass
class Tensors:
    """Arrays that go into one file, each once."""

    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    _known: dict[bytes, str] = field(default_factory=dict)

    def weights(self, net: QuantizedNet) -> str:
        """What the integers of a net are called."""
        arrays: dict[str, NDArray[Any]] = {
            layer: np.ascontiguousarray(weight.astype(np.int8))
            for layer, weight in net.weights.items()
        }
        arrays |= {f"{layer}.bias": values.astype(np.int32) for layer, values in net.biases.items()}
        name = self._name("weights", arrays)
        self.arrays |= {f"{name}/{key}": value for key, value in arrays.items()}
        return name

    def pixels(self, values: NDArray[np.floating]) -> str:
        """What some images are called."""
        # safetensors writes the memory of a transposed array as it lies.
        steps = np.ascontiguousarray(np.rint(values * PIXEL).astype(np.int16))
        name = self._name("pixels", {"": steps})
        self.arrays[name] = steps
        return name

    def _name(self, kind: str, arrays: Mapping[str, NDArray[Any]]) -> str:
        content = b"".join(key.encode() + value.tobytes() for key, value in sorted(arrays.items()))
        digest = hashlib.sha256(kind.encode() + content).digest()
        return self._known.setdefault(digest, f"{kind}-{len(self._known)}")


def make(folder: Path, rubric: Rubric) -> None:
    """Write the public exam into a folder, which must not exist.

    Args:
        folder: where.
        rubric: whose tolerances the key allows.

    Raises:
        ExamError: it cannot be built.
    """
    with tempfile.TemporaryDirectory() as scratch:
        write_nets(Path(scratch), SEED)
        build_exam(DATA, folder, seed=SEED, images=IMAGES_IN_ALL, nets=Path(scratch))
    move_classes(folder)
    exam, tensors = open_exam(str(folder)), Tensors()
    public = _public(exam, rubric, tensors)
    (folder / FILE).write_bytes(msgspec.json.encode(public))
    safetensors.numpy.save_file(tensors.arrays, folder / TENSORS)


def _public(exam: Exam, rubric: Rubric, tensors: Tensors) -> Public:
    session = cast(Session, _Nobody())
    context = Context(exam, session, Tolerances(rubric.thresholds), exam.seed, ())
    nets: dict[NetName, Quantization] = {
        "plain": _exact(exam, "plain"),
        "biased": _exact(exam, "biased"),
    }
    whole, over = _whole(context, exam, nets["plain"].net)
    rng = context.rng("forward probes")
    probes = list(probe_nets(rng, over.net.architecture, IMAGES // 4))
    given = [_given(each, tensors, exam) for each in (*whole, over, *probes)]
    powers = list(_factors(context, exam, nets["plain"]))
    milder = [activations._enlarged(_before(nets["plain"], len(each[2])), each) for each in powers]
    biases = list(_bias_factors(BIAS_EXPONENTS))
    small_biases = list(_bias_factors(MILDER_BIAS_EXPONENTS))
    salt = hashlib.sha256(f"salt of {exam.manifest.name}".encode()).hexdigest()[:16]
    shifted = _shifted(context, exam, nets["biased"])
    return Public(
        key=Key(
            salt,
            near=dict(_near(context, salt, rubric, powers, milder, biases + small_biases)),
            same=dict(_same(salt, [*whole, over])),
            noise=dict(_noise(exam)),
        ),
        nets={
            name: Quantized(_net(each.net, tensors), dict(each.weight_scales))
            for name, each in nets.items()
        },
        whole=tuple(given[: len(whole)]),
        overflowing=given[len(whole)],
        probes=tuple(given[len(whole) + 1 :]),
        factors=tuple(powers),
        milder=tuple(milder),
        bias_factors=tuple(biases),
        milder_bias_factors=tuple(small_biases),
        shifted=Shifted(_net(shifted[0], tensors), shifted[1]),
    )


def _exact(exam: Exam, name: NetName) -> Quantization:
    """A net under scales that are powers of two; but for the image's, each fills int8 or half."""
    net = exam.nets[name]
    weights = {layer: power_of_two(widest_scale(w)) for layer, w in net.weights.items()}
    carried, outputs = INPUT_SCALE, dict[str, float]()
    for layer in net.architecture.names:
        carried *= weights[layer]
        outputs[layer] = power_of_two(widest_scale(net.activations[layer]) / carried)
        carried *= outputs[layer]
    return quantize(
        net.architecture,
        net.weights,
        net.biases,
        exam.input_activations,
        net.activations,
        weight_scales=weights,
        input_scale=INPUT_SCALE,
        output_scales=outputs,
    )


def _whole(
    context: Context, exam: Exam, plain: QuantizedNet
) -> tuple[tuple[Stimulus, ...], Stimulus]:
    """The nets that are executed in any case, as 4.3 has them, and one that overflows."""
    images = exam.pixels[:IMAGES]
    net, few = unsaturated(plain, images), images[: IMAGES // 4]
    ties = with_ties(context.rng("forward"), net.architecture, IMAGES // 4)
    strong = Stimulus("the exam's net, saturated", saturated(net), few, saturates=True)
    strong = replace(strong, milder=hardly_saturated(net, few))
    return (Stimulus("the exam's net", net, images), ties, strong), overflowing(ties)


def _given(stimulus: Stimulus, tensors: Tensors, exam: Exam) -> Given:
    pixels = stimulus.pixels
    of_exam = np.array_equal(pixels, exam.pixels[: len(pixels)])
    return Given(
        stimulus.name,
        _net(stimulus.net, tensors),
        "" if of_exam else tensors.pixels(pixels),
        len(pixels),
        stimulus.target,
        stimulus.saturates,
        stimulus.exact,
        stimulus.wide,
        None if stimulus.milder is None else _net(stimulus.milder, tensors),
    )


def _net(net: QuantizedNet, tensors: Tensors) -> Net:
    return Net(tensors.weights(net), float(net.input_scale), dict(net.scales))


def _before(correct: Quantization, length: int) -> Factors:
    """What the sums of the layer carry that comes after so many."""
    layer = correct.net.architecture.names[length]
    return correct.weight_scales[layer], correct.net.input_scale, correct.preceding(layer)


def _factors(context: Context, exam: Exam, plain: Quantization) -> Iterator[Factors]:
    """Powers of two, as 4.2b has them, and the scales of the net itself."""
    deepest = len(exam.nets["plain"].architecture.names) - 1
    yield from activations._powers_of_two(context.rng("activations scales"), deepest)
    yield from (_before(plain, length) for length in range(deepest + 1))


def _bias_factors(exponents: Sequence[Exponents]) -> Iterator[Factors]:
    """Powers of two of every length, the lab's own first, as 5.2 has them.

    From one call of a length to the next every part of the product changes: no constant follows.
    """
    for total, image, pairs in exponents:
        n_w = total - image - sum(weight + output for weight, output in pairs)
        yield 2.0**n_w, 2.0**image, [(2.0**weight, 2.0**output) for weight, output in pairs]


def _near(
    context: Context,
    salt: str,
    rubric: Rubric,
    powers: Sequence[Factors],
    milder: Sequence[Factors],
    biases: Sequence[Factors],
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The right numbers: ranges, and what scales make of a result."""
    evidence, error = ranges.collect(context), rubric.thresholds.range_error
    for probe in (*evidence.value, *evidence.sigma):
        values, asked = probe.values, f"{probe.function} of {probe.name}"
        right = [float(values.max() - values.min())]
        if probe.function == ranges.SIGMA:
            right = [6 * ranges.sigma_of(values, ddof) for ddof in (0, 1)]
        yield asked, tuple(bin_of(salt, asked, each, error) for each in right)
    for every in (powers, milder):
        lengths = [len(factors[2]) for factors in every]
        products = [scale_product(factors[:2], factors[2]) for factors in every]
        for factors, length, product in zip(every, lengths, products, strict=True):
            first = lengths.index(length)
            asked = f"{activations.told(factors)} after {activations.told(every[first])}"
            ratio = products[first] / product
            yield asked, (bin_of(salt, asked, ratio, rubric.thresholds.scale_error),)
    for factors in (*biases, bias_of_lab(context)):
        asked = f"{bias.FUNCTION}: {activations.told(factors)}"
        yield asked, (bin_of(salt, asked, scale_product(factors[:2], factors[2]), EXACT),)


def bias_of_lab(context: Context) -> Factors:
    """What the bias of the exam's net is quantized with."""
    exact = _exact(context.exam, "biased")
    return _before(exact, len(exact.net.architecture.names) - 1)


def _same(salt: str, stimuli: Sequence[Stimulus]) -> Iterator[tuple[str, str]]:
    """The right texts: equations, and the outputs of nets in which every product is exact."""
    for equation in (equations.CONV1, equations.CONV2, equations.BIASED):
        asked = equation.variable
        right = sides_text((equation.product, names) for names in (True, False))
        yield asked, text_digest(salt, asked, right)
    for each in stimuli:
        if each.exact:
            outputs = each.net.forward(each.pixels).astype(np.float64)
            text = integers_text(outputs.clip(-INT8[1], INT8[1]))
            yield each.name, text_digest(salt, each.name, text)


def _noise(exam: Exam) -> Iterator[tuple[str, float]]:
    """The noise of the widest range, for everything a scale is asked for."""
    arrays: list[Doubles] = [exam.input_activations, *exam.nets["plain"].activations.values()]
    for net in exam.nets.values():
        arrays += [weight.astype(np.float64) for weight in net.weights.values()]
    for values in arrays:
        noise = noise_power(central(values), widest_scale(values))
        yield fingerprint(values), noise / largest(values) ** 2


def _shifted(
    context: Context, exam: Exam, biased: Quantization
) -> tuple[QuantizedNet, tuple[float, ...]]:
    """The net with a bias, half as strong as nothing is clamped by, and a large bias for it."""
    net = unsaturated(replace(biased.net, biases={}), exam.pixels[:32])
    last = net.architecture.names[-1]
    net = replace(net, scales={**net.scales, last: net.scales[last] / 2})
    size, classes = OUTPUT / net.scales[last], net.architecture.layers[-1].weight[0]
    values = np.linspace(-1, 1, classes)
    drawn = np.rint(size * context.rng("bias shift").permutation(values))
    return net, tuple(drawn.tolist())
