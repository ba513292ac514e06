"""A layer as a model of ONNX, in ONNX Runtime and OpenVINO."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import helper, numpy_helper

from tests.tools.engines.given import Given


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
    """What ONNX Runtime computes."""
    code = model(given, quantized=quantized).SerializeToString()
    session = onnxruntime.InferenceSession(code, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": given.x})[0]


def by_openvino(given: Given) -> Any:
    """What OpenVINO computes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layer.onnx")
        onnx.save(model(given, quantized=False), path)
        core = openvino.Core()
        return core.compile_model(core.read_model(path), "CPU")({"x": given.x})[0]


WAYS = {
    f"ONNX Runtime {onnxruntime.__version__}, QLinear": partial(by_onnxruntime, quantized=True),
    "ONNX Runtime, QuantizeLinear": partial(by_onnxruntime, quantized=False),
    f"OpenVINO {openvino.__version__.partition('-')[0]}": by_openvino,
}
