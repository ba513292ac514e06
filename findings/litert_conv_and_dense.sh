#!/usr/bin/env bash
# ai-edge-litert 2.3.0: its reference kernels round a dense layer otherwise than the same convolution.
#
# A dense layer of one weight 1 and a 1x1 convolution of it are one operation, and both divide their
# sums by a step of 2 or 4. Of LiteRT's kernels for reference the dense one sends a tie away from
# zero and rounds once; the one for convolutions sends it up and rounds twice, so that 5/4, which is
# no tie, becomes 2. Who learns the rule from a dense layer misses the sums of the convolutions.
#
# Seen on x86-64: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 flatbuffers==25.12.19 ai-edge-litert==2.3.0
"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

KINDS = {"conv": (3, 1, "Conv2D", {"padding": 1, "strideW": 1, "strideH": 1}),
         "dense": (9, 8, "FullyConnected", {})}
def made(name, **fields):
    vars(one := getattr(schema, f"{name}T")()).update(fields)
    return one
def tensor(shape, step, buffer=0, kind=9):  # 9: int8, 2: int32
    scale = made("QuantizationParameters", scale=[step], zeroPoint=[0], quantizedDimension=0)
    return made("Tensor", shape=shape, type=kind, quantization=scale, buffer=buffer)
def result(kind, sums, step):
    number, options, name, fields = KINDS[kind]
    weight = [1, 1, 1, 1] if kind == "conv" else [1, 1]
    x = np.array(sums, np.int8).reshape((-1, 1, 1, 1) if kind == "conv" else (-1, 1))
    call = made("Operator", inputs=[0, 1, 2], outputs=[3], builtinOptionsType=options)
    call.builtinOptions = made(f"{name}Options", **fields)
    tensors = [tensor(list(x.shape), 1.0), tensor(weight, 1.0, 1), tensor([1], 1.0, 2, 2)]
    graph = made("SubGraph", inputs=[0], outputs=[3], operators=[call])
    graph.tensors = [*tensors, tensor(list(x.shape), step)]
    code = made("OperatorCode", builtinCode=number, deprecatedBuiltinCode=number, version=4)
    model = made("Model", version=3, operatorCodes=[code], subgraphs=[graph])
    model.buffers = [made("Buffer", data=np.uint8(each)) for each in ([], [1], [0, 0, 0, 0])]
    (builder := flatbuffers.Builder()).Finish(model.Pack(builder), b"TFL3")
    run = Interpreter(None, bytes(builder.Output()), None, 1, OpResolverType.BUILTIN_REF)
    run.allocate_tensors()
    run.set_tensor(0, x)
    run.invoke()
    return run.get_tensor(3).ravel()
for step, sums in ((2, (-5, -3, -1, 1, 3, 5)), (4, (-7, -6, -5, 5, 6, 7))):
    print(*(f"{each}/{step}" for each in sums))
    for kind in KINDS:
        print(f"  {kind:5}", *result(kind, sums, float(step)))
PYTHON
diff - "$place/seen" <<'EXPECTED'
-5/2 -3/2 -1/2 1/2 3/2 5/2
  conv  -2 -1 0 1 2 3
  dense -3 -2 -1 1 2 3
-7/4 -6/4 -5/4 5/4 6/4 7/4
  conv  -2 -2 -1 2 2 2
  dense -2 -2 -1 1 2 2
EXPECTED
