"""A layer as a program of ExecuTorch: on XNNPACK, and by its portable kernels."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import Any

import executorch.kernels.quantized  # noqa: F401  # registers what quantizes
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.exir import to_edge_transform_and_lower
from executorch.runtime import Runtime

from tests.tools.engines.given import Given

FROM, TO = -128, 127


class Quantized(torch.nn.Module):
    """The layer between two conversions, of which an engine may make one of integers."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self.given = given
        self.register_buffer("weight", torch.tensor(given.weight))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """From real numbers to real numbers."""
        given = self.given
        x = _real(_integers(x, given.step), given.step)
        weight = _real(self.weight, given.weight_step)
        conv = given.layer.kind == "conv"
        y = (torch.conv2d if conv else torch.nn.functional.linear)(x, weight)
        return _real(_integers(y, given.output_step), given.output_step)


def _integers(x: torch.Tensor, step: float) -> torch.Tensor:
    ops = torch.ops.quantized_decomposed
    return ops.quantize_per_tensor.default(x, step, 0, FROM, TO, torch.int8)


def _real(x: torch.Tensor, step: float) -> torch.Tensor:
    ops = torch.ops.quantized_decomposed
    return ops.dequantize_per_tensor.default(x, step, 0, FROM, TO, torch.int8)


def by_executorch(partitioners: list[Any], given: Given) -> Any:
    """What a program computes, with these parts of it given to others."""
    x = torch.tensor(given.x).float() * given.step
    exported = torch.export.export(Quantized(given).eval(), (x,))
    program = to_edge_transform_and_lower(exported, partitioner=partitioners).to_executorch()
    method = Runtime.get().load_program(program.buffer).load_method("forward")
    return (method.execute([x])[0] / given.output_step).round().numpy()


WAYS = {
    f"ExecuTorch {version('executorch')} on XNNPACK": partial(
        by_executorch, [XnnpackPartitioner()]
    ),
    "ExecuTorch, its portable kernels": partial(by_executorch, []),
}
