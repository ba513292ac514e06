#!/usr/bin/env bash
# onnxruntime 1.31.1, with onnx 1.23.2: a cast to int4 rounds, while one to int8 cuts off.
#
# ONNX leaves open what becomes of a fraction. Its reference evaluator drops it, and so does the
# runtime for all integers of 8 bits and more. To 4 bits the runtime rounds, with ties away from
# zero: neither what its other casts do, nor what its QuantizeLinear does, which sends ties to the
# even neighbour. So a model has other integers after `to=INT8` was changed to `to=INT4`, although
# all of them fit. And what was rounded is wrapped: 7.5, of which the others make 7, the largest
# int4, becomes -8, the smallest, and in uint4 15.5 becomes 0.
#
# Seen on x86-64, the same at every level of optimization: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import numpy as np
import onnxruntime as ort
from onnx import TensorProto
from onnx.parser import parse_model
from onnx.reference import ReferenceEvaluator

VALUES = {
    "INT": [0.5, 1.5, 2.5, 2.7, -0.5, -1.5, -2.7, 6.6, 7.4, 7.5],
    "UINT": [0.5, 1.5, 2.5, 2.7, 0.4, 1.6, 6.6, 14.6, 15.4, 15.5],
}
HEAD = '<ir_version: 10, opset_import: ["": 21]> g (float[10] x) => (float[10] y)'
def printed(name, text, values):
    model = parse_model(HEAD + text)
    runtime = ort.InferenceSession(model.SerializeToString())
    for who, run in {"reference": ReferenceEvaluator(model).run, "runtime": runtime.run}.items():
        made = run(None, {"x": np.array(values, np.float32)})[0].astype(int)
        print(f"  {name:15} {who:9}", *(f"{each:4}" for each in made))
for sign, values in VALUES.items():
    print(f"  {'':25}", *(f"{each:4}" for each in values))
    for kind in (f"{sign}8", f"{sign}4"):
        number = getattr(TensorProto, kind)
        printed(f"Cast, {kind}", f"{{ q = Cast<to={number}>(x) y = Cast<to=1>(q) }}", values)
point = "<float s = {1.0}, int4 z = {0}>"
text = f"{point} {{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }}"
printed("Quantize, INT4", text, VALUES["INT"])
PYTHON
diff - "$place/seen" <<'EXPECTED'
                             0.5  1.5  2.5  2.7 -0.5 -1.5 -2.7  6.6  7.4  7.5
  Cast, INT8      reference    0    1    2    2    0   -1   -2    6    7    7
  Cast, INT8      runtime      0    1    2    2    0   -1   -2    6    7    7
  Cast, INT4      reference    0    1    2    2    0   -1   -2    6    7    7
  Cast, INT4      runtime      1    2    3    3   -1   -2   -3    7    7   -8
                             0.5  1.5  2.5  2.7  0.4  1.6  6.6 14.6 15.4 15.5
  Cast, UINT8     reference    0    1    2    2    0    1    6   14   15   15
  Cast, UINT8     runtime      0    1    2    2    0    1    6   14   15   15
  Cast, UINT4     reference    0    1    2    2    0    1    6   14   15   15
  Cast, UINT4     runtime      1    2    3    3    0    2    7   15   15    0
  Quantize, INT4  reference    0    2    2    3    0   -2   -3    7    7    7
  Quantize, INT4  runtime      0    2    2    3    0   -2   -3    7    7    7
EXPECTED
