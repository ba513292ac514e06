#!/usr/bin/env bash
# torch 2.13.0: no int8 is less than 128.
#
# A number that is compared with an int8 tensor is first made an int8, and wraps around: 128 is
# -128, 200 is -56, 256 is 0. So `x < 128` is false for all values, `x <= 255` is true for the
# negative ones alone, `x == 200` is true for -56, and an assertion that all weights are below 128
# fails for right ones. uint8 finds 255 equal to -1. A tensor of no dimensions wraps as a number
# does; a tensor of one dimension is compared by its value, and so is a float: 128.0 is right where
# 128 is not. isin() has it too, and maximum() of x and 200 is -56. clamp(), full_like() and
# masked_fill() raise for the same 200, and numpy 2 compares it exactly.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" torch==2.13.0
"${pip[@]}" numpy==2.4.6

"$place/venv/bin/python" -W error - <<'PYTHON' | tee "$place/seen"
import torch

x = torch.tensor([-128, -56, 0, 100, 127], dtype=torch.int8)
u = torch.tensor([0, 127, 128, 200, 255], dtype=torch.uint8)
n, tensor = x.numpy(), torch.tensor
for text in (
    "x", "n < 128", "x < 128", "x < 128.0", "x > -129", "x <= 255", "x == 200", "x < tensor(200)",
    "x < tensor([200])", "torch.isin(x, 200)", "torch.maximum(x, tensor(200))",
    "u", "u > -1", "u == -1", "u < 256",
):
    print(f"{text:29}", *(f"{int(each):4}" for each in eval(text)))
try:
    x.clamp(max=200)
except RuntimeError as error:
    print("x.clamp(max=200):", error)
PYTHON
diff - "$place/seen" <<'EXPECTED'
x                             -128  -56    0  100  127
n < 128                          1    1    1    1    1
x < 128                          0    0    0    0    0
x < 128.0                        1    1    1    1    1
x > -129                         0    0    0    0    0
x <= 255                         1    1    0    0    0
x == 200                         0    1    0    0    0
x < tensor(200)                  1    0    0    0    0
x < tensor([200])                1    1    1    1    1
torch.isin(x, 200)               0    1    0    0    0
torch.maximum(x, tensor(200))  -56  -56    0  100  127
u                                0  127  128  200  255
u > -1                           0    0    0    0    0
u == -1                          0    0    0    0    1
u < 256                          0    0    0    0    0
x.clamp(max=200): value cannot be converted to type int8_t without overflow
EXPECTED
