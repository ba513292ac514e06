"""The lab's float net, and whether a student's own has its shape (in the student's process)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn


class LabNet(nn.Module):
    """The lab's float net, for a submission that has none of the exam's shapes."""

    def __init__(self, layers: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self.layers = layers
        self.pool = nn.MaxPool2d(max([layer["pool"] for layer in layers]) or 1)
        for layer in layers:
            setattr(self, layer["name"], _module(layer))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (n, c, h, w) to logits (n, classes)."""
        for layer in self.layers:
            if layer["kind"] == "linear":
                x = x.flatten(1)
            x = getattr(self, layer["name"])(x)
            if layer["activation"] == "relu":
                x = x.relu()
            if layer["pool"]:
                x = nn.functional.max_pool2d(x, layer["pool"])
        return x


def _module(layer: dict[str, Any]) -> nn.Module:
    outputs, inputs, *kernel = layer["weight"]
    if layer["kind"] == "linear":
        return nn.Linear(inputs, outputs, bias=layer["bias"])
    return nn.Conv2d(
        inputs,
        outputs,
        tuple(kernel),
        stride=layer["stride"],
        padding=layer["padding"],
        bias=layer["bias"],
    )


def parameters(layers: Sequence[dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    """The shapes of a net's parameters, by name."""
    shapes = {f"{layer['name']}.weight": tuple(layer["weight"]) for layer in layers}
    biases = {
        f"{layer['name']}.bias": tuple(layer["weight"][:1]) for layer in layers if layer["bias"]
    }
    return shapes | biases


def own(
    make: Callable[[], nn.Module], layers: Sequence[dict[str, Any]]
) -> tuple[nn.Module | None, str]:
    """A net of the student's class, if its parameters are those of the layers; else why not."""
    try:
        net = make()
        shapes = {key: tuple(value.shape) for key, value in net.named_parameters()}
    except Exception as error:  # noqa: BLE001 - student code raises what it likes
        return None, f"() raised {type(error).__name__}"
    exam = parameters(layers)
    if shapes == exam:
        return net, ""
    wrong = sorted(key for key in shapes.keys() | exam.keys() if shapes.get(key) != exam.get(key))
    has, wants = _written(shapes.get(wrong[0])), _written(exam.get(wrong[0]))
    return None, f"'s {wrong[0]} is {has}, and {wants} in the exam's net"


def _written(shape: tuple[int, ...] | None) -> str:
    return "not there" if shape is None else "x".join(map(str, shape))
