#!/usr/bin/env bash
# gguf 0.19.0: in Q4_0 one weight decides for its block to which side all others are rounded.
#
# A block of 32 weights is divided so that its largest in magnitude becomes -8, the one value of 4
# bits that has no opposite, then 8.5 is added and the fraction cut. If that largest weight is
# positive, the step is negative, and everything is mirrored: with -8 in the block 2.5 becomes 3,
# -2.5 becomes -2; with 8 they become 2 and -3. The other side ends at 7: 8 beside -8 is 7, and -8
# beside 8 is -7, by which of the two comes first. So neither "ties up" nor "ties down" is true of a
# layer, and symmetric weights are clipped at a side that may change every 32 weights. Q5_0 does the
# same; Q8_0 sends ties away from zero, and keeps both ends.
#
# Seen: what EXPECTED says below. Each block has 32 weights, of which the rest are zeros.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 gguf==0.19.0

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import numpy as np
from gguf import GGMLQuantizationType, quants

def through(kind, first):
    block = np.zeros(32, np.float32)
    block[: len(first)] = first
    kind = GGMLQuantizationType[kind]
    made = quants.dequantize(quants.quantize(block, kind), kind)
    return [f"{each:4.0f}" for each in made[: len(first)]]
VALUES = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
for kind, largest in (("Q4_0", 8), ("Q5_0", 16), ("Q8_0", 127)):
    print(kind, " " * 3, *(f"{each:4}" for each in VALUES))
    for sign in (-1, 1):
        print(f"  {sign * largest:4} ->", *through(kind, [sign * largest, *VALUES])[1:], end="")
        both = [sign * largest, -sign * largest]
        print(f"; {both} ->", *through(kind, both))
PYTHON
diff - "$place/seen" <<'EXPECTED'
Q4_0     -2.5 -1.5 -0.5  0.5  1.5  2.5
    -8 ->   -2   -1    0    1    2    3; [-8, 8] ->   -8    7
     8 ->   -3   -2   -1   -0    1    2; [8, -8] ->    8   -7
Q5_0     -2.5 -1.5 -0.5  0.5  1.5  2.5
   -16 ->   -2   -1    0    1    2    3; [-16, 16] ->  -16   15
    16 ->   -3   -2   -1   -0    1    2; [16, -16] ->   16  -15
Q8_0     -2.5 -1.5 -0.5  0.5  1.5  2.5
  -127 ->   -3   -2   -1    1    2    3; [-127, 127] -> -127  127
   127 ->   -3   -2   -1    1    2    3; [127, -127] ->  127 -127
EXPECTED
