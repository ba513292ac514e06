"""Which quantized net the student's classes are to build, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np

from grader.architecture import Architecture
from grader.sandbox.outside.shared import Shared
from grader.sandbox.wire import Array, Number, Tensor


@dataclass(frozen=True, eq=False)
class PracticeNet:
    """A trained float net."""

    architecture: Architecture
    parameters: Mapping[str, Array]
    """Float32, by name: `conv1.weight`."""


@dataclass(frozen=True, eq=False)
class Practice:
    """What stands in for CIFAR-10 and for trained nets; nothing in it is secret."""

    images: Array
    """Uint8, (n, channels, height, width)."""
    labels: Array
    """(n,)"""
    classes: tuple[str, ...]
    nets: Mapping[str, PracticeNet]
    """`plain`, and `biased` with a bias in the last layer."""
    shared: Shared | None = None
    """What workers need not be sent, since they map it."""

    def arrays(self) -> dict[str, Array]:
        """Everything as arrays, by the names under which `standins` finds them."""
        found = {
            "images": self.images,
            "labels": self.labels,
            "classes": np.asarray(self.classes),
        }
        for kind, net in self.nets.items():
            layers = [msgspec.to_builtins(layer) for layer in net.architecture.layers]
            found[f"{kind}/layers"] = np.asarray(json.dumps(layers))
            found |= {f"{kind}/{name}": value for name, value in net.parameters.items()}
        return found


ClassName = Literal[
    "NetQuantized",
    "NetQuantizedWithBias",
    "NetQuantizedPow2",
    "NetQuantizedInteger",
    "NetQuantizedMixed",
]
"""The classes of a submission that build a net."""


@dataclass(frozen=True, eq=False)
class NetPlan:
    """A float net, its profiled activations, and which quantized values are given.

    Each of the last four is None (the student's own function is called) or injected.
    """

    cls: ClassName
    architecture: Architecture
    weights: Mapping[str, Array]
    """Float32, by layer."""
    biases: Mapping[str, Array]
    """Float32, of the layers that have one."""
    input_activations: Array
    """Float64, 1-D, as the lab records them."""
    activations: Mapping[str, Array]
    """Float64, 1-D, by layer."""
    quantized_weights: Mapping[str, tuple[Tensor, Number]] | None = None
    """Integers in float32 and their scale, by layer."""
    input_scale: Number | None = None
    output_scales: Sequence[Number] | None = None
    """In the order of the layers."""
    bias: Tensor | None = None
    """What `quantized_bias` returns."""
    from_float: bool = False
    """Whether the class is given the float net itself, and quantizes its weights on its own."""

    @property
    def calls(self) -> tuple[str, ...]:
        """The student's functions that are called while the net is built."""
        own = {
            "quantized_weights": self.quantized_weights is None and not self.from_float,
            "NetQuantized.quantize_initial_input": self.input_scale is None,
            "NetQuantized.quantize_activations": self.output_scales is None,
            "NetQuantizedWithBias.quantized_bias": self.bias is None and bool(self.biases),
        }
        return tuple(name for name, called in own.items() if called)
