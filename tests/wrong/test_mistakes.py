"""Whole submissions with one mistake or two: points are lost exactly where the mistake is."""

import pytest

from grader.misconceptions import changed
from grader.misconceptions.registry import Code
from grader.validation.composition import planted
from tests.conftest import Judge, lost
from tests.fixed_slice import some

WEIGHTS = "quantized_weights"
FORWARD = "NetQuantized.forward"

FUNCTIONAL_FORWARD = """
def q(x, scale):
    return torch.clamp(torch.round(x * scale), -128, 127)
x = q(x, self.input_scale)
x = q(F.max_pool2d(F.relu(F.conv2d(x, self.conv1.weight)), 2), self.conv1.output_scale)
x = q(F.max_pool2d(F.relu(F.conv2d(x, self.conv2.weight)), 2), self.conv2.output_scale)
x = x.view(x.size(0), -1)
x = q(F.relu(F.linear(x, self.fc1.weight)), self.fc1.output_scale)
x = q(F.relu(F.linear(x, self.fc2.weight)), self.fc2.output_scale)
return q(F.linear(x, self.fc3.weight, self.fc3.bias), self.fc3.output_scale)
"""

FLOAT_NET = """
def real(layer):
    return layer.weight / layer.weight.scale
total = self.input_scale
for layer in (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3):
    total = total * layer.weight.scale * layer.output_scale
bias = self.fc3.bias
if bias is not None:
    bias = bias / (total / self.fc3.output_scale)
x = F.max_pool2d(F.relu(F.conv2d(x, real(self.conv1))), 2)
x = F.max_pool2d(F.relu(F.conv2d(x, real(self.conv2))), 2)
x = x.view(x.size(0), -1)
x = F.relu(F.linear(x, real(self.fc1)))
x = F.relu(F.linear(x, real(self.fc2)))
x = F.linear(x, real(self.fc3), bias)
return torch.clamp(torch.round(x * total), -128, 127)
"""

FAKE_QUANTIZATION = """
def fake(x, scale):
    return torch.clamp(torch.round(x * scale), -128, 127) / scale
carried = self.input_scale
x = fake(x, carried)
layers = (self.conv1, self.conv2, self.fc1, self.fc2, self.fc3)
for layer in layers:
    weight = layer.weight / layer.weight.scale
    if layer in layers[:2]:
        x = F.max_pool2d(F.relu(F.conv2d(x, weight)), 2)
    else:
        x = F.linear(x.flatten(1), weight)
        if layer is not self.fc3:
            x = F.relu(x)
    carried = carried * layer.weight.scale * layer.output_scale
    x = fake(x, carried)
return x
"""


def weights(scale: str, result: str) -> dict[str, str]:
    """A body of `quantized_weights`."""
    return {WEIGHTS: f"scale = {scale}\nreturn {result}, scale"}


def forward(old: str, new: str) -> Code:
    """The reference's forward with some of its text replaced."""
    return {FORWARD: changed((old, new))}


MISTAKES = {
    "truncated weights": (
        weights("127 / weights.abs().max()", "(weights * scale).int().float()"),
        "2.1",
    ),
    "weights rounded half up": (
        weights("127 / weights.abs().max()", "torch.floor(weights * scale + 0.5).clamp(-128, 127)"),
        "2.1",
    ),
    "scale without abs": (
        weights("127 / weights.max()", "(weights * scale).round().clamp(-128, 127)"),
        "2.1",
    ),
    "weights not clamped": (
        weights("127 / (3 * weights.std())", "(weights * scale).round()"),
        "2.1",
    ),
    "weights wrapped around": (
        weights(
            "127 / (3 * weights.std())",
            "(weights * scale).round().long().to(torch.int8).to(weights.dtype)",
        ),
        "2.1",
    ),
    "returned scale not applied": (
        {
            WEIGHTS: "scale = 127 / weights.abs().max()\n"
            "return (weights * scale).round(), 126 / weights.abs().max()"
        },
        "2.1",
    ),
    "truncated activations": (forward("torch.round(x * scale)", "torch.trunc(x * scale)"), "4.3"),
    "activations rounded half up": (
        forward("torch.round(x * scale)", "torch.floor(x * scale + 0.5)"),
        "4.3",
    ),
    "activations not clamped": (
        forward("torch.clamp(torch.round(x * scale), min=-128, max=127)", "torch.round(x * scale)"),
        "4.3",
    ),
    "activations wrapped around": (
        forward(
            "torch.clamp(torch.round(x * scale), min=-128, max=127)",
            "torch.round(x * scale).long().to(torch.int8).float()",
        ),
        "4.3",
    ),
    "missing relu": (forward("F.relu(self.conv2(x))", "self.conv2(x)"), "4.3"),
    "unscaled last layer": (
        forward("to_int8(self.fc3(x), self.fc3.output_scale)", "self.fc3(x)"),
        "4.3",
    ),
    "the previous layer's scale": (
        forward("self.fc2(x)), self.fc2.output_scale", "self.fc2(x)), self.fc1.output_scale"),
        "4.3",
    ),
    "a float net behind int8 claims": ({FORWARD: FLOAT_NET}, "4.3"),
    "fake quantization": ({FORWARD: FAKE_QUANTIZATION}, "4.3"),
}

COMBINED = [
    ("truncated weights", "truncated activations"),
    ("scale without abs", "missing relu"),
    ("weights rounded half up", "a float net behind int8 claims"),
    ("returned scale not applied", "the previous layer's scale"),
    ("weights not clamped", "unscaled last layer"),
]


ALONE = {"the previous layer's scale", "fake quantization"}
TOGETHER = COMBINED[-1:]
"""This one `make test` judges; the wrong solutions that it judges make most of the others."""


@pytest.mark.parametrize("name", some(ALONE, MISTAKES))
def test_a_mistake_is_charged_where_it_was_made(name: str, judge: Judge, reference: str) -> None:
    bodies, question = MISTAKES[name]
    assert lost(judge(planted(reference, bodies))) == {question}


@pytest.mark.parametrize(("one", "two"), some(TOGETHER, COMBINED))
def test_two_mistakes_are_charged_in_both_questions(
    one: str, two: str, judge: Judge, reference: str
) -> None:
    (first, a), (second, b) = MISTAKES[one], MISTAKES[two]
    assert lost(judge(planted(reference, first | second))) == {a, b}


RELU_2 = "F.relu(F.conv2d(x, self.conv2.weight))"
FUNCTIONAL = {
    "right": ("", "", set()),
    "no relu": (RELU_2, RELU_2[7:-1], {"relu"}),
    "truncates": ("torch.round", "torch.trunc", {"rounding"}),
    "half up": ("torch.round(x * scale)", "torch.floor(x * scale + 0.5)", {"rounding"}),
    "another scale": ("self.fc1.output_scale", "self.conv2.output_scale", {"scale"}),
    "mean": ("max_pool2d", "avg_pool2d", {"pool"}),
    "unclamped": (
        "torch.clamp(torch.round(x * scale), -128, 127)",
        "torch.round(x * scale)",
        {"clamp"},
    ),
    "unclamped fc1": (
        "q(F.relu(F.linear(x, self.fc1.weight)), self.fc1.output_scale)",
        "torch.round(F.relu(F.linear(x, self.fc1.weight)) * self.fc1.output_scale)",
        {"clamp"},
    ),
    "image cut": (
        "q(x, self.input_scale)",
        "torch.clamp(torch.trunc(x * self.input_scale), -128, 127)",
        {"rounding"},
    ),
    "whole at the end only": (
        "torch.clamp(torch.round(x * scale), -128, 127)\n",
        "(x * scale if scale is not self.fc3.output_scale\n"
        "            else torch.clamp(torch.round(x * scale), -128, 127))\n",
        {"rounding", "clamp"},
    ),
}


@pytest.mark.parametrize("name", some({"right", "another scale"}, FUNCTIONAL))
def test_a_forward_without_modules_loses_at_the_wrong_step_alone(
    name: str, judge: Judge, reference: str
) -> None:
    old, new, steps = FUNCTIONAL[name]
    result = judge(planted(reference, {FORWARD: FUNCTIONAL_FORWARD.replace(old, new)}))
    failed = {entry.check for entry in result.entries if entry.status == "failed"}
    assert failed == {f"forward.{step}" for step in steps}
