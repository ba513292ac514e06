#!/usr/bin/env bash
# onnxruntime 1.31.1, with onnx 1.23.2: of two quantizations in a row one vanishes, or both do.
#
# A model rounds to steps of 1 and then to steps of 3: two parts with scales of their own were
# joined, or a coarse step stands for fewer bits. Multiples of 3 come out, say ONNX's reference
# evaluator and a session that optimizes nothing. But the lowest level of optimization makes one
# pair of nodes of the two: it intersects their ranges and divides that by 255. The coarse step is
# gone, be it the first or the second, and an accuracy that is measured so is not the model's. Where
# the zero points differ, the numbers lie on a grid that the model never names. It is on by default.
#
# Seen with 0, 1, 2, 4, 5, 7, 100 and 101: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import numpy as np
import onnxruntime as ort
from onnx.parser import parse_model
from onnx.reference import ReferenceEvaluator

TWICE = """<ir_version: 10, opset_import: ["": 21]> twice (float[8] x) => (float[8] y)
    <float s = {%s.0}, uint8 a = {%s}, float t = {%s.0}, uint8 b = {%s}> {
    q = QuantizeLinear(x, s, a)  m = DequantizeLinear(q, s, a)
    r = QuantizeLinear(m, t, b)  y = DequantizeLinear(r, t, b) }"""
VALUES = np.array([0, 1, 2, 4, 5, 7, 100, 101], np.float32)
for numbers in ((1, 0, 3, 0), (3, 0, 1, 0), (1, 10, 2, 0)):
    print("step {}, zero point {}, then step {}, zero point {}:".format(*numbers))
    model = parse_model(TWICE % numbers)
    runs = {"reference": ReferenceEvaluator(model).run}
    for level in ("DISABLE_ALL", "ENABLE_BASIC", "default"):
        options = ort.SessionOptions()
        if level != "default":
            levels = ort.GraphOptimizationLevel.__members__
            options.graph_optimization_level = levels[f"ORT_{level}"]
        runs[level] = ort.InferenceSession(model.SerializeToString(), options).run
    for name, run in runs.items():
        print(f"  {name:12}", *np.round(run(None, {"x": VALUES})[0], 2))
PYTHON
diff - "$place/seen" <<'EXPECTED'
step 1, zero point 0, then step 3, zero point 0:
  reference    0.0 0.0 3.0 3.0 6.0 6.0 99.0 102.0
  DISABLE_ALL  0.0 0.0 3.0 3.0 6.0 6.0 99.0 102.0
  ENABLE_BASIC 0.0 1.0 2.0 4.0 5.0 7.0 100.0 101.0
  default      0.0 1.0 2.0 4.0 5.0 7.0 100.0 101.0
step 3, zero point 0, then step 1, zero point 0:
  reference    0.0 0.0 3.0 3.0 6.0 6.0 99.0 102.0
  DISABLE_ALL  0.0 0.0 3.0 3.0 6.0 6.0 99.0 102.0
  ENABLE_BASIC 0.0 1.0 2.0 4.0 5.0 7.0 100.0 101.0
  default      0.0 1.0 2.0 4.0 5.0 7.0 100.0 101.0
step 1, zero point 10, then step 2, zero point 0:
  reference    0.0 0.0 2.0 4.0 4.0 8.0 100.0 100.0
  DISABLE_ALL  0.0 0.0 2.0 4.0 4.0 8.0 100.0 100.0
  ENABLE_BASIC 0.0 0.96 1.92 3.84 4.8 6.73 99.92 100.88
  default      0.0 0.96 1.92 3.84 4.8 6.73 99.92 100.88
EXPECTED
