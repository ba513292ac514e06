"""A layer in torch's own engines."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch

from tests.tools.engines.given import Given

ZERO_POINT = 128
"""Of the engines' unsigned integers."""


def by_torch(engine: str, given: Given) -> Any:
    """What an engine of torch computes."""
    torch.backends.quantized.engine = engine
    shifted = torch.tensor(given.x.astype(np.int16) + ZERO_POINT).to(torch.uint8)
    x = torch._make_per_tensor_quantized_tensor(shifted, given.step, ZERO_POINT)
    weight = torch.tensor(given.weight)
    weight = torch._make_per_tensor_quantized_tensor(weight, given.weight_step, 0)
    ops = torch.ops.quantized
    if given.layer.kind == "conv":
        packed = ops.conv2d_prepack(weight, None, [1, 1], [0, 0], [1, 1], 1)
        result = ops.conv2d(x, packed, given.output_step, ZERO_POINT)
    else:
        packed = ops.linear_prepack(weight, None)
        result = ops.linear(x, packed, given.output_step, ZERO_POINT)
    return result.int_repr().numpy().astype(np.int16) - ZERO_POINT


WAYS = {
    f"torch {torch.__version__}, {engine}": partial(by_torch, engine)
    for engine in ("fbgemm", "x86", "onednn", "qnnpack")
}
