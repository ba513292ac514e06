#!/usr/bin/env bash
# ml_dtypes 0.6.0, with numpy 2.4.6: in int4 the mean of four threes is -1.
#
# numpy sums int8 in 64 bits and takes its means in float64, so that no statistics of small integers
# overflow. An int4 array of ml_dtypes prints and computes like one of integers, but its type is no
# subtype of numpy's integers, and none of that holds for it. sum() wraps around at 8. mean() and
# std() divide a wrapped sum, and cut the result to an int4 again: a mean may lie beyond the range
# of the values, and weights from -7 to 7 have a three-sigma range of 0. Nothing is raised or warned
# of: the interpreter below makes errors of warnings. median() cuts as well, percentile() does not,
# and with dtype=float the mean is right.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 ml_dtypes==0.6.0

"$place/venv/bin/python" -W error - <<'PYTHON' | tee "$place/seen"
import ml_dtypes
import numpy as np

weights = np.random.default_rng(0).integers(-7, 8, 150)
for name, values in {
    "3 3 3 3": np.full(4, 3),
    "a hundred times 3": np.full(100, 3),
    "1 2": np.array([1, 2]),
    "150 weights from -7 to 7": weights,
}.items():
    print(name)
    for kind in (np.int8, ml_dtypes.int4):
        x = values.astype(kind)
        spread = 6 * float(x.std())
        print(f"  {x.dtype}: sum {x.sum()}, mean {float(x.mean()):.3g}, three sigma {spread:.3g}")
x = np.array([1, 2, 3, 4]).astype(ml_dtypes.int4)
print("1 2 3 4 in int4: median", np.median(x), "percentile", np.percentile(x, 50), end="")
print(", mean", x.mean(), "with dtype=float", x.mean(dtype=float))
PYTHON
diff - "$place/seen" <<'EXPECTED'
3 3 3 3
  int8: sum 12, mean 3, three sigma 0
  int4: sum -4, mean -1, three sigma 0
a hundred times 3
  int8: sum 300, mean 3, three sigma 0
  int4: sum -4, mean 0, three sigma 0
1 2
  int8: sum 3, mean 1.5, three sigma 3
  int4: sum 3, mean 1, three sigma 0
150 weights from -7 to 7
  int8: sum 43, mean 0.287, three sigma 25.7
  int4: sum -5, mean 0, three sigma 0
1 2 3 4 in int4: median 2 percentile 2.5, mean -1 with dtype=float 2.5
EXPECTED
