#!/usr/bin/env bash
# numba 0.68.1: the mean of ten million float32 around 10 is 9.40, and their deviation is too large.
#
# NumPy adds float32 in pairs of halves, so that its sums are right to the last digits, and a
# function with @njit is thought to be the same, only faster. It adds one number to the next in a
# float32: as the sum grows, less of each number is left in it, and of ones it stays at 2**24. So
# np.sum, np.mean, np.std and np.var are other numbers in a compiled function, and three sigmas,
# from which a scale is made, are 16% too large. With parallel=True each thread has a sum of its
# own: two threads are right here, and one is not. fastmath, which is said to cost precision, is
# right, for it adds several sums side by side. float64 is right.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numba==0.68.1 numpy==2.4.6

cat >"$place/look.py" <<'PYTHON'
import os
import numpy as np
from numba import njit, set_num_threads

values = (np.random.default_rng(0).standard_normal(10_000_000) + 10).astype(np.float32)
ones = np.ones(2**25, np.float32)
def of(array):
    return np.mean(array), 3 * np.std(array), np.sum(array)
def shown(name, function):
    mean, sigmas, total = function(values)
    print(f"{name:24} mean {mean:5.2f}, three sigmas {sigmas:4.2f};", end=" ")
    print(f"of 2**25 ones {function(ones)[0]:3.1f}, their sum {function(ones)[2]:.0f}")
shown("NumPy", of)
shown("@njit", njit(of))
shown("  fastmath", njit(fastmath=True)(of))
parallel = njit(parallel=True)(of)
for threads in (2, 1):
    set_num_threads(threads)
    shown(f"  parallel, threads: {threads}", parallel)
compiled = njit(of)
print("@njit, float64: mean {:.2f}, three sigmas {:.2f}".format(*compiled(values.astype(float))))
PYTHON
NUMBA_NUM_THREADS=2 "$place/venv/bin/python" "$place/look.py" | tee "$place/seen"
diff - "$place/seen" <<'EXPECTED'
NumPy                    mean 10.00, three sigmas 3.00; of 2**25 ones 1.0, their sum 33554432
@njit                    mean  9.40, three sigmas 3.49; of 2**25 ones 0.5, their sum 16777216
  fastmath               mean 10.00, three sigmas 3.00; of 2**25 ones 1.0, their sum 33554432
  parallel, threads: 2   mean 10.00, three sigmas 3.00; of 2**25 ones 1.0, their sum 33554432
  parallel, threads: 1   mean  9.40, three sigmas 3.49; of 2**25 ones 0.5, their sum 16777216
@njit, float64: mean 10.00, three sigmas 3.00
EXPECTED
