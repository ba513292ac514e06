"""Do engines of libraries compute the lab's own net as the lab does, bit for bit?

Each layer is given the integers that the lab's arithmetic gives it, and its result is held against
the lab's. Prints how many values differ. ONNX Runtime and OpenVINO are no part of the environment:

    pip install --target TOOLS --no-deps onnx==1.22.0 onnxruntime==1.32.0 openvino==2026.4.1 \
        openvino-telemetry ml-dtypes flatbuffers protobuf
    PYTHONPATH=TOOLS:. python -m tests.tools.engines_on_the_net
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime
import openvino
import torch
from onnx import helper, numpy_helper

from grader.architecture import Layer
from grader.exam import open_exam
from grader.oracle import quantize

IMAGES = 200
ZERO_POINT = 128
"""Of the engines' unsigned integers."""


class Given(NamedTuple):
    """One layer: its integers, and the steps that a model has for them."""

    layer: Layer
    x: Any
    weight: Any
    step: float
    weight_step: float
    output_step: float


def model(given: Given, *, quantized: bool) -> Any:
    """The layer in ONNX: one quantized operator, or a real one between two conversions."""
    conv = given.layer.kind == "conv"
    weight = given.weight if conv else given.weight.T.copy()
    arrays = {"w": weight, "zero": np.int8(0)}
    arrays |= {
        "xs": np.float32(given.step),
        "ws": np.float32(given.weight_step),
        "ys": np.float32(given.output_step),
    }
    if quantized:
        inputs = ["x", "xs", "zero", "w", "ws", "zero", "ys", "zero"]
        nodes = [helper.make_node("QLinearConv" if conv else "QLinearMatMul", inputs, ["y"])]
    else:
        nodes = [
            helper.make_node("DequantizeLinear", ["x", "xs", "zero"], ["real x"]),
            helper.make_node("DequantizeLinear", ["w", "ws", "zero"], ["real w"]),
            helper.make_node("Conv" if conv else "MatMul", ["real x", "real w"], ["real y"]),
            helper.make_node("QuantizeLinear", ["real y", "ys", "zero"], ["y"]),
        ]
    graph = helper.make_graph(
        nodes,
        "layer",
        [helper.make_tensor_value_info("x", onnx.TensorProto.INT8, given.x.shape)],
        [helper.make_tensor_value_info("y", onnx.TensorProto.INT8, None)],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def by_onnxruntime(given: Given, *, quantized: bool) -> Any:
    code = model(given, quantized=quantized).SerializeToString()
    session = onnxruntime.InferenceSession(code, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": given.x})[0]


def by_openvino(given: Given) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layer.onnx")
        onnx.save(model(given, quantized=False), path)
        core = openvino.Core()
        return core.compile_model(core.read_model(path), "CPU")({"x": given.x})[0]


def by_torch(engine: str, given: Given) -> Any:
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


WAYS: dict[str, Callable[[Given], Any]] = {
    f"ONNX Runtime {onnxruntime.__version__}, QLinear": partial(by_onnxruntime, quantized=True),
    "ONNX Runtime, QuantizeLinear": partial(by_onnxruntime, quantized=False),
    f"OpenVINO {openvino.__version__.partition('-')[0]}": by_openvino,
} | {
    f"torch {torch.__version__}, {engine}": partial(by_torch, engine)
    for engine in ("fbgemm", "x86", "onednn", "qnnpack")
}


def layers() -> Iterator[tuple[Given, Any]]:
    """Yield each layer of the exam's net, and what the lab's arithmetic makes of its input."""
    exam = open_exam()
    net = exam.nets["plain"]
    right = quantize(
        net.architecture, net.weights, net.biases, exam.input_activations, net.activations
    )
    values = dict(right.net.trace(exam.pixels[:IMAGES]))
    before, step = "input", 1 / right.net.input_scale
    for layer in net.architecture.layers:
        x = values[before].astype(np.int8)
        weight_step = 1 / right.weight_scales[layer.name]
        output_step = step * weight_step / right.net.scales[layer.name]
        yield (
            Given(
                layer,
                x if layer.kind == "conv" else x.reshape(len(x), -1),
                right.net.weights[layer.name].astype(np.int8),
                step,
                weight_step,
                output_step,
            ),
            values[layer.name],
        )
        before, step = layer.name, output_step


def settled(layer: Layer, y: Any) -> Any:
    """ReLU and pooling, which change places with rounding."""
    if layer.activation == "relu":
        y = np.maximum(y, 0)
    if layer.pool:
        n, channels, height, width = y.shape
        side = layer.pool
        y = y.reshape(n, channels, height // side, side, width // side, side).max((3, 5))
    return y


def main() -> None:
    """Print a line for each way."""
    off: dict[str, list[Any]] = {name: [] for name in WAYS}
    for given, right in layers():
        for name, way in WAYS.items():
            made = settled(given.layer, np.asarray(way(given)).astype(np.int16))
            off[name].append((made.reshape(right.shape) - right).ravel())
    print(torch.backends.cpu.get_cpu_capability())
    for name, parts in off.items():
        every = np.concatenate(parts)
        wrong = [f"{int((part != 0).sum())}" for part in parts]
        print(f"{name}: {int((every != 0).sum())} of {every.size} differ", end="")
        print(f", by at most {int(np.abs(every).max())} (by layer: {', '.join(wrong)})")


if __name__ == "__main__":
    main()
