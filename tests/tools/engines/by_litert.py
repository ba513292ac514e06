"""A layer as a model of LiteRT, once TensorFlow Lite, by each set of its kernels."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from tests.tools.engines.given import Given

INT32, INT8 = 2, 9
CONV, DENSE = 3, 9
VALID = 1


def _made(kind: str, **fields: Any) -> Any:
    one = getattr(schema, f"{kind}T")()
    vars(one).update(fields)
    return one


def _tensor(shape: tuple[int, ...], steps: list[float], buffer: int, kind: int = INT8) -> Any:
    """A tensor of integers; steps of several channels belong to its first axis."""
    scale = _made(
        "QuantizationParameters", scale=steps, zeroPoint=[0] * len(steps), quantizedDimension=0
    )
    return _made("Tensor", shape=[*shape], type=kind, quantization=scale, buffer=buffer)


def model(given: Given) -> bytes:
    """The layer in LiteRT's format, channels last; a convolution has a step for each channel."""
    conv = given.layer.kind == "conv"
    weight = given.weight.transpose(0, 2, 3, 1).copy() if conv else given.weight
    x, outputs = _order(given), len(weight)
    sides = (x.shape[1] - weight.shape[1] + 1, x.shape[2] - weight.shape[2] + 1) if conv else ()
    steps = [given.weight_step] * (outputs if conv else 1)
    tensors = [
        _tensor(x.shape, [given.step], 0),
        _tensor(weight.shape, steps, 1),
        _tensor((outputs,), [given.step * each for each in steps], 2, INT32),
        _tensor((len(x), *sides, outputs), [given.output_step], 0),
    ]
    kind = CONV if conv else DENSE
    code = _made("OperatorCode", builtinCode=kind, deprecatedBuiltinCode=kind, version=4)
    call = _made("Operator", inputs=[0, 1, 2], outputs=[3], builtinOptionsType=1 if conv else 8)
    call.builtinOptions = (
        _made(
            "Conv2DOptions",
            padding=VALID, strideW=1, strideH=1, dilationWFactor=1, dilationHFactor=1,
        )
        if conv
        else _made("FullyConnectedOptions")
    )  # fmt: skip
    graph = _made("SubGraph", inputs=[0], outputs=[3], operators=[call], tensors=tensors)
    built = _made("Model", version=3, operatorCodes=[code], subgraphs=[graph])
    zeros = np.zeros(outputs, np.int32)
    built.buffers = [
        _made("Buffer"),
        *(_made("Buffer", data=each.ravel().view(np.uint8)) for each in (weight, zeros)),
    ]
    builder = flatbuffers.Builder()
    builder.Finish(built.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _order(given: Given) -> Any:
    """The input as LiteRT has it: channels last."""
    return given.x.transpose(0, 2, 3, 1).copy() if given.layer.kind == "conv" else given.x


def by_litert(kernels: str, given: Given) -> Any:
    """What these kernels compute."""
    run = Interpreter(None, model(given), None, 1, OpResolverType[kernels])
    run.allocate_tensors()
    run.set_tensor(0, _order(given))
    run.invoke()
    made = run.get_tensor(3)
    return made.transpose(0, 3, 1, 2) if given.layer.kind == "conv" else made


WAYS = {
    f"LiteRT {version('ai-edge-litert')}, {kernels}": partial(by_litert, kernels)
    for kernels in ("AUTO", "BUILTIN_REF", "BUILTIN_WITHOUT_DEFAULT_DELEGATES")
}
