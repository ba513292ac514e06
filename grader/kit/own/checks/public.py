"""What of the public exam is asked beside its float nets, and the key for what is claimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from grader.arrays import Singles
from grader.checks.probe_nets import Stimulus
from grader.exam import Exam, NetName
from grader.kit.key import Key
from grader.kit.own.exam.default import PUBLIC
from grader.kit.public_exam import FILE, PIXEL, TENSORS, Given, Net, Public
from grader.oracle import Quantization, QuantizedNet


@cache
def public() -> Public:
    """All of it but tensors."""
    return msgspec.json.decode((PUBLIC / FILE).read_bytes(), type=Public)


@cache
def _tensors() -> dict[str, NDArray[Any]]:
    return safetensors.numpy.load_file(PUBLIC / TENSORS)


def key() -> Key:
    """What tells a right answer."""
    return public().key


def quantized(exam: Exam, name: NetName) -> Quantization:
    """A float net of the exam as integers."""
    found = public().nets[name]
    return Quantization(net_of(exam, name, found.net), found.weight_scales)


def net_of(exam: Exam, name: NetName, net: Net) -> QuantizedNet:
    """An int8 net of the architecture of one of the exam's."""
    tensors, architecture = _tensors(), exam.nets[name].architecture
    weights = {
        layer: tensors[f"{net.weights}/{layer}"].astype(np.float32) for layer in architecture.names
    }
    biases = {
        layer: tensors[f"{net.weights}/{layer}.bias"].astype(np.float64)
        for layer in architecture.names
        if f"{net.weights}/{layer}.bias" in tensors
    }
    return QuantizedNet(architecture, weights, net.input_scale, net.scales, biases)


def stimuli(exam: Exam) -> list[Stimulus]:
    """The nets that are executed in any case; the first is the exam's own."""
    return [_stimulus(exam, given) for given in public().whole]


def probes(exam: Exam) -> Iterator[Stimulus]:
    """Nets that show one stage each."""
    return (_stimulus(exam, given) for given in public().probes)


def overflowing(exam: Exam) -> Stimulus:
    """A net of whole numbers, saturated."""
    return _stimulus(exam, public().overflowing)


def _stimulus(exam: Exam, given: Given) -> Stimulus:
    net = net_of(exam, "plain", given.net)
    milder = None
    if given.milder is not None:
        scales = dict(given.milder.scales)
        milder = replace(net, input_scale=given.milder.input_scale, scales=scales)
    return Stimulus(
        given.name,
        net,
        _pixels(exam, given),
        given.target,
        saturates=given.saturates,
        exact=given.exact,
        wide=given.wide,
        milder=milder,
    )


def _pixels(exam: Exam, given: Given) -> Singles:
    if not given.pixels:
        return exam.pixels[: given.images]
    pixels: Singles = _tensors()[given.pixels].astype(np.float32) / np.float32(PIXEL)
    return pixels
