#!/usr/bin/env bash
# numba 0.68.1: of the int8 x = -128, -x is -128 and 0 - x is 128.
#
# In a compiled function every sum, difference, product and shift of two integers has 64 bits. What
# has one operand, as -x and abs(x), and what takes whole arrays, keeps the 8 bits of NumPy. So a
# loop over int8 does not wrap where the same loop in Python does, even if the sum began as
# np.int8(0), and a - b of two arrays differs from a[i] - b[i]. Of unsigned numbers the 64 bits are
# unsigned, too: 1 - 2 is 18446744073709551615, so that the distance of two pixels is not negative
# but enormous, and becomes one of 2**64 in a float. With NUMBA_DISABLE_JIT=1, for debugging, all
# is as in Python again.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numba==0.68.1 numpy==2.4.6

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import numpy as np
from numba import njit

def dot(x, y):
    total = np.int8(0)
    for i in range(len(x)):
        total += x[i] * y[i]
    return total
low, high = np.array([-128], np.int8), np.array([100, 100], np.int8)
one, two = np.array([1], np.uint8), np.array([2], np.uint8)
print(f"{'':26} {'compiled':>21} {'Python':>7}")
def shown(name, function, *arguments):
    with np.errstate(all="ignore"):
        print(f"{name:26} {njit(function)(*arguments)!s:>21} {function(*arguments)!s:>7}")
shown("int8 -128: -x", lambda x: -x[0], low)
shown("  0 - x", lambda x: 0 - x[0], low)
shown("  abs(x)", lambda x: abs(x[0]), low)
shown("  x << 1", lambda x: x[0] << 1, low)
shown("int8 100: x + x", lambda x: x[0] + x[0], high)
shown("  arrays", lambda x: (x + x)[0], high)
shown("  products, from int8(0)", dot, high, high)
shown("uint8 1, 2: x - y", lambda x, y: x[0] - y[0], one, two)
shown("  arrays", lambda x, y: (x - y)[0], one, two)
shown("  (x - y) * 0.5", lambda x, y: (x[0] - y[0]) * 0.5, one, two)
shown("  abs(x - y)", lambda x, y: abs(x[0] - y[0]), one, two)
PYTHON
diff - "$place/seen" <<'EXPECTED'
                                        compiled  Python
int8 -128: -x                               -128    -128
  0 - x                                      128    -128
  abs(x)                                    -128    -128
  x << 1                                    -256       0
int8 100: x + x                              200     -56
  arrays                                     -56     -56
  products, from int8(0)                   20000      32
uint8 1, 2: x - y           18446744073709551615     255
  arrays                                     255     255
  (x - y) * 0.5            9.223372036854776e+18   127.5
  abs(x - y)                18446744073709551615     255
EXPECTED
