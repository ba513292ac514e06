"""Quantized nets of the student's classes: built from a plan, injected, run and observed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.architecture import Architecture, Layer
from grader.sandbox.outside.answer import Built, Died, Forwarded, Missing, Raised, TimedOut
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.outside.session import Session
from grader.sandbox.wire import Array, Claim, Number, Tensor

Admit = Callable[..., Session]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wall needs Linux")

ARCHITECTURE = Architecture(
    (3, 12, 12),
    (
        Layer("conv1", "conv", (4, 3, 5, 5), "relu", pool=2),
        Layer("fc1", "linear", (8, 64), "relu"),
        Layer("fc2", "linear", (5, 8), "none", bias=True),
    ),
)
NAMES = ARCHITECTURE.names
STUDENT = """
from copy import deepcopy
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

class NetWithBias(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 5, bias=False)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(64, 8, bias=False)
        self.fc2 = nn.Linear(8, 5)

def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round(), scale

class NetQuantized(nn.Module):
    def __init__(self, net_with_weights_quantized):
        super().__init__()
        net = copy_model(net_with_weights_quantized)
        self.conv1, self.pool, self.fc1, self.fc2 = net.conv1, net.pool, net.fc1, net.fc2
        self.input_activations = net.input_activations
        self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)
        ns = []
        for layer in self.conv1, self.fc1, self.fc2:
            layer.output_scale = NetQuantized.quantize_activations(
                layer.activations, layer.weight.scale, self.input_scale, ns)
            ns.append((layer.weight.scale, layer.output_scale))

    @staticmethod
    def quantize_initial_input(pixels):
        return 127 / np.abs(pixels).max()

    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        scale = 127 / np.abs(activations).max() / (n_w * n_initial_input)
        for w, o in ns:
            scale /= w * o
        return scale

    def forward(self, x):
        x = self.scaled(x, self.input_scale)
        x = self.scaled(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
        x = self.scaled(F.relu(self.fc1(x.flatten(1))), self.fc1.output_scale)
        return self.scaled(self.fc2(x), self.fc2.output_scale)

    def scaled(self, x, scale):
        return (x * scale).round().clamp(-128, 127)

class NetQuantizedWithBias(NetQuantized):
    def __init__(self, net_with_weights_quantized):
        super().__init__(net_with_weights_quantized)
        ns = [(layer.weight.scale, layer.output_scale) for layer in (self.conv1, self.fc1)]
        self.fc2.bias.data = NetQuantizedWithBias.quantized_bias(
            self.fc2.bias.data, self.fc2.weight.scale, self.input_scale, ns)

    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        for w, o in ns:
            n_w = n_w * w * o
        return (bias * n_w * n_initial_input).round()
"""


def plan(**injected: Any) -> NetPlan:
    random = np.random.default_rng(0)
    weights = {
        layer.name: random.normal(size=layer.weight).astype(np.float32)
        for layer in ARCHITECTURE.layers
    }
    activations: dict[str, Array] = {name: random.normal(size=50) for name in NAMES}
    bias: dict[str, Array] = {"fc2": np.ones(5, np.float32)}
    inputs = random.uniform(-1, 1, 50)
    own = NetPlan("NetQuantizedWithBias", ARCHITECTURE, weights, bias, inputs, activations)
    return replace(own, **injected)


def quantized(weights: Mapping[str, Array]) -> dict[str, tuple[Tensor, Number]]:
    return {name: (Tensor(np.round(w * 40)), Number(40.0)) for name, w in weights.items()}


GIVEN: dict[str, Any] = {
    "quantized_weights": quantized(plan().weights),
    "input_scale": Number(100.0, "numpy.float32"),
    "output_scales": [Number(0.5, "tensor.float32"), Number(0.25), Number(0.125)],
    "bias": Tensor(np.arange(5, dtype=np.float32)),
}
IMAGES = np.random.default_rng(1).uniform(-1, 1, (7, 3, 12, 12)).astype(np.float32)


def built(answer: object) -> Built:
    assert isinstance(answer, Built), answer
    return answer


def ran(answer: object) -> Forwarded:
    assert isinstance(answer, Forwarded), answer
    return answer


def array(claim: Claim) -> Array:
    assert claim.array is not None, claim
    return claim.array


def without(*lines: str) -> str:
    """The student's source with some lines changed: pairs of old and new text."""
    source = STUDENT
    for old, new in zip(lines[::2], lines[1::2], strict=True):
        assert old in source
        source = source.replace(old, new)
    return source


def test_the_student_s_own_functions_make_the_net(admit: Admit) -> None:
    session, own = admit(STUDENT), plan()
    net = built(session.build(own))
    assert net.net == "student"
    assert not net.bypassed
    scale = array(net.layers["conv1"].scale)
    assert scale == pytest.approx(127 / np.abs(own.weights["conv1"]).max())
    assert net.input_scale.kind == "numpy.float64"
    expected = np.round(own.weights["conv1"] * scale.astype(np.float32))
    np.testing.assert_array_equal(array(net.layers["conv1"].weight), expected)
    scales = [array(part) for name in NAMES for part in (net.layers[name].scale,)]
    outputs = [array(net.layers[name].output_scale) for name in NAMES]
    product = array(net.input_scale) * np.prod(scales) * outputs[0] * outputs[1]
    np.testing.assert_array_equal(array(net.layers["fc2"].bias), np.round(product))


def test_injected_values_arrive_in_their_types(admit: Admit) -> None:
    session = admit(STUDENT)
    net = built(session.build(plan(**GIVEN)))
    assert not net.bypassed
    assert net.input_scale.number == Number(100.0, "numpy.float32")
    scales = [net.layers[name].output_scale.number for name in NAMES]
    assert scales == GIVEN["output_scales"]
    assert net.layers["fc1"].scale.number == Number(40.0)
    np.testing.assert_array_equal(array(net.layers["fc2"].bias), np.arange(5))
    weight = GIVEN["quantized_weights"]["fc1"][0].array
    np.testing.assert_array_equal(array(net.layers["fc1"].weight), weight)


def expected_forward(images: Array) -> tuple[Array, dict[str, Array]]:
    weights = {name: pair[0].array for name, pair in GIVEN["quantized_weights"].items()}
    x = np.clip(np.round(images * np.float32(100)), -128, 127)
    inputs = {"conv1": x}
    windows = np.lib.stride_tricks.sliding_window_view(x, (5, 5), axis=(2, 3))
    x = np.maximum(np.einsum("ncijhw,ochw->noij", windows, weights["conv1"]), 0)
    x = x.reshape(len(x), 4, 4, 2, 4, 2).max(axis=(3, 5))
    inputs["fc1"] = x = np.clip(np.round(x * 0.5), -128, 127).reshape(len(x), -1)
    x = np.clip(np.round(np.maximum(x @ weights["fc1"].T, 0) * 0.25), -128, 127)
    inputs["fc2"] = x
    return np.clip(np.round((x @ weights["fc2"].T + np.arange(5)) * 0.125), -128, 127), inputs


@pytest.mark.parametrize("batch", [1, 3, 7, 100])
def test_outputs_and_inputs_of_all_batches_come_in_one(admit: Admit, batch: int) -> None:
    session = admit(STUDENT)
    with session.group():
        answer = ran(session.forward(built(session.build(plan(**GIVEN))), IMAGES, batch, True))
    outputs, inputs = expected_forward(IMAGES)
    np.testing.assert_array_equal(array(answer.outputs), outputs)
    assert answer.unobserved == ()
    for name in NAMES:
        np.testing.assert_array_equal(array(answer.inputs[name]), inputs[name])


def test_unasked_nothing_is_observed(admit: Admit) -> None:
    session = admit(STUDENT)
    answer = ran(session.forward(built(session.build(plan(**GIVEN))), IMAGES, 7))
    assert (answer.inputs, answer.unobserved) == ({}, ())


STORED_ELSEWHERE = without(
    "self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)",
    "self.input_scale = self.first = NetQuantized.quantize_initial_input(self.input_activations)",
    "            ns.append((layer.weight.scale, layer.output_scale))\n",
    "            ns.append((layer.weight.scale, layer.output_scale))\n        self.ns = ns\n",
    "x = self.scaled(x, self.input_scale)",
    "x = self.scaled(x, self.first)",
    "self.fc1.output_scale)\n",
    "self.ns[1][1])\n",
)
IN_A_SUBCLASS = without(
    "class NetQuantizedWithBias(NetQuantized):",
    "class NetQuantizedWithBias(NetQuantized):\n"
    "    @staticmethod\n    def quantize_initial_input(pixels): return 3.0\n",
    "NetQuantized.quantize_initial_input(self",
    "self.quantize_initial_input(self",
)
NO_STATIC = STUDENT.replace("    @staticmethod\n", "")
NOT_WRITTEN = without("def quantize_activations", "def other", "def quantized_bias", "def another")


@pytest.mark.parametrize(
    "source", [STUDENT, STORED_ELSEWHERE, IN_A_SUBCLASS, NO_STATIC, NOT_WRITTEN]
)
def test_injected_scales_arrive_wherever_they_are_kept(admit: Admit, source: str) -> None:
    session = admit(source)
    net = built(session.build(plan(**GIVEN)))
    assert not net.bypassed
    answer = ran(session.forward(net, IMAGES, 7))
    np.testing.assert_array_equal(array(answer.outputs), expected_forward(IMAGES)[0])


def test_scales_that_were_bypassed_are_set_afterwards(admit: Admit) -> None:
    session = admit(
        without(
            "self.input_scale = NetQuantized.quantize_initial_input(self.input_activations)",
            "self.input_scale = 127 / np.abs(self.input_activations).max()",
            "NetQuantizedWithBias.quantized_bias(",
            "(lambda bias, *_: bias * 2)(",
        )
    )
    net = built(session.build(plan(**GIVEN)))
    assert net.bypassed
    assert net.input_scale.number == Number(100.0, "numpy.float32")
    answer = ran(session.forward(net, IMAGES, 7))
    np.testing.assert_array_equal(array(answer.outputs), expected_forward(IMAGES)[0])


def test_the_replaced_methods_come_back(admit: Admit) -> None:
    session = admit(STUDENT)
    with session.group():
        before = session.call("NetQuantized.quantize_initial_input", np.ones(3))
        built(session.build(plan(**GIVEN)))
        after = session.call("NetQuantized.quantize_initial_input", np.ones(3))
        assert repr(before) == repr(after)
        assert built(session.build(plan())).input_scale.number != Number(100.0, "numpy.float32")


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (("class NetWithBias(", "class Other("), None),
        (
            ("nn.Linear(64, 8,", "nn.Linear(64, 9,"),
            "NetWithBias's fc1.weight is 9x64, and 8x64 in the exam's net",
        ),
        (
            ("nn.Linear(8, 5)", "nn.Linear(8, 5, bias=False)"),
            "NetWithBias's fc2.bias is not there, and 5 in the exam's net",
        ),
        (("self.pool = ", "self.extra = nn.Linear(1, 1)\n        self.pool = "), "extra.bias"),
        (("self.pool = ", "1 / 0\n        self.pool = "), "NetWithBias() raised ZeroDivisionError"),
    ],
)
def test_another_float_net_gives_way_to_the_lab_s(
    admit: Admit, change: tuple[str, str], note: str | None
) -> None:
    session = admit(without(*change))
    net = built(session.build(plan(**GIVEN)))
    assert net.net == "lab"
    assert note is None or any(note in line for line in net.notes)
    answer = ran(session.forward(net, IMAGES, 7))
    np.testing.assert_array_equal(array(answer.outputs), expected_forward(IMAGES)[0])


def test_the_student_s_copy_model_goes_before_the_lab_s(admit: Admit) -> None:
    session = admit(STUDENT + "\ndef copy_model(net): raise LookupError\n")
    answer = session.build(plan())
    assert isinstance(answer, Raised)
    assert answer.kind == "LookupError"
    assert built(admit(STUDENT).build(plan())).notes == (
        "copy_model is not defined: the lab's was used",
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (("class NetQuantizedWithBias", "class Other"), "NetQuantizedWithBias"),
        (("def quantized_weights", "def other"), "quantized_weights"),
    ],
)
def test_what_is_missing_is_named(admit: Admit, change: tuple[str, str], name: str) -> None:
    answer = admit(without(*change)).build(plan())
    assert isinstance(answer, Missing)
    assert answer.name == name


@pytest.mark.parametrize(
    ("change", "unobserved"),
    [
        (("self.fc1(x.flatten(1))", "F.linear(x.flatten(1), self.fc1.weight)"), ("fc1",)),
        (("self.conv1(x)", "(self.conv1(x), self.conv1(x))[0]"), ("conv1",)),
        (("self.fc2(x)", "self.fc2(input=x)"), ("fc2",)),
        (("self.fc1(x.flatten(1))", "torch.stack([self.fc1(y.flatten()) for y in x])"), ("fc1",)),
    ],
)
def test_a_layer_that_is_not_called_once_is_unobserved(
    admit: Admit, change: tuple[str, str], unobserved: tuple[str, ...]
) -> None:
    session = admit(without(*change))
    answer = ran(session.forward(built(session.build(plan(**GIVEN))), IMAGES, 3, True))
    assert answer.unobserved == unobserved
    assert set(answer.inputs) == set(NAMES) - set(unobserved)
    np.testing.assert_array_equal(array(answer.outputs), expected_forward(IMAGES)[0])


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("torch.zeros(4, 5)", "a tensor of float32, 4x5"),
        ("None", "None"),
        ("[1]", "a list of 1"),
        ("torch.zeros(())", "a tensor of float32, 0-d"),
        ("torch.zeros(len(x), 5).to_sparse()", "a sparse tensor"),
        ("torch.zeros(len(x), 5, device='meta')", "a tensor on meta"),
    ],
)
def test_an_output_that_does_not_fit_its_batch_comes_alone(
    admit: Admit, result: str, words: str
) -> None:
    session = admit(
        without("return self.scaled(self.fc2(x)", f"return {result}\n        (self.fc2(x)")
    )
    answer = ran(session.forward(built(session.build(plan(**GIVEN))), IMAGES, 3, True))
    assert answer.outputs.words == words
    assert answer.unobserved == NAMES


@pytest.mark.parametrize("dtype", ["float64", "int8", "float16"])
def test_outputs_keep_the_student_s_dtype(admit: Admit, dtype: str) -> None:
    end = "return self.scaled(self.fc2(x), self.fc2.output_scale)"
    session = admit(without(end, f"{end}.to(torch.{dtype})"))
    answer = ran(session.forward(built(session.build(plan(**GIVEN))), IMAGES, 3))
    assert array(answer.outputs).dtype == dtype


def test_a_net_whose_process_is_gone_is_built_again(admit: Admit) -> None:
    session = admit(STUDENT)
    net = built(session.build(plan(**GIVEN)))
    with session.group():
        first = ran(session.forward(net, IMAGES, 7))
        assert session._child is not None
        os.kill(session._child.pid, signal.SIGKILL)
        second = ran(session.forward(net, IMAGES, 7))
    np.testing.assert_array_equal(array(first.outputs), array(second.outputs))
    assert any("NetQuantizedWithBias.forward: its process" in note for note in session.notes)


KILLED = {
    "in the constructor": ("super().__init__(net_with_weights_quantized)", "os._exit(0)"),
    "in quantized_weights": ("scale = 127 / weights.abs().max().item()", "os._exit(0)"),
    "in the float net": ("self.conv1 = nn.Conv2d(3, 4, 5, bias=False)", "os._exit(0)"),
}


@pytest.mark.parametrize("where", KILLED)
def test_killed_while_building_costs_the_build(admit: Admit, where: str) -> None:
    old, new = KILLED[where]
    session = admit("import os\n" + without(old, new))
    with session.group():
        answer = session.build(plan())
        assert isinstance(answer, Died)
        assert answer.retried
        assert not isinstance(session.call("NetQuantized.quantize_initial_input", np.ones(2)), Died)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("act", ["os._exit(0)", "os.kill(os.getpid(), 9)", "while True: pass"])
def test_killed_in_forward_costs_the_forward(admit: Admit, act: str) -> None:
    session = admit("import os\n" + without("x = self.scaled(x, self.input_scale)", act))
    with session.group():
        net = built(session.build(plan(**GIVEN)))
        answer = session.forward(net, IMAGES, 3, True)
        assert isinstance(answer, TimedOut if "while" in act else Died)
        built(session.build(plan(**GIVEN)))


def test_an_exception_in_forward_names_its_line(admit: Admit) -> None:
    session = admit(without("x = self.scaled(x, self.input_scale)", "x = x.nothing"))
    answer = session.forward(built(session.build(plan(**GIVEN))), IMAGES, 3)
    assert isinstance(answer, Raised)
    line = STUDENT.splitlines().index("        x = self.scaled(x, self.input_scale)") + 1
    assert answer.where == f"lab1.py, line {line - 1}"  # the leading newline was cut
