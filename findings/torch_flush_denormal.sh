#!/usr/bin/env bash
# torch 2.13.0: set_flush_denormal(True) flushes half of a tensor, and all of Python's floats.
#
# It "disables denormal floating numbers on CPU". What it sets is a mode of the processor, for the
# thread that calls. torch shares a large tensor out to threads that it started before, and these
# go on as before: of a million denormals half become zero, all do with one thread, and which ones
# depends on their number. Where nothing ran in parallel before, the threads are started by
# one that has the mode, and have it too. In the calling thread it is not torch alone: NumPy
# flushes, and of Python's own floats 5e-324 == 0 is true, 2 * 1e-310 is 0.0, and json.loads reads
# 1e-310 as 0.0.
#
# Seen, on x86-64: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" torch==2.13.0
"${pip[@]}" numpy==2.4.6

cat >"$place/look.py" <<'PYTHON'
import json, sys
import numpy as np
import torch

threads, before = int(sys.argv[1]), sys.argv[2] == "ran"
torch.set_num_threads(1)
denormals = torch.full((1_000_000,), 1e-40)
torch.set_num_threads(threads)
if before:
    torch.ones(1_000_000) * 2
torch.set_flush_denormal(True)
halves = (denormals * 0.5).chunk(2)
torch.set_flush_denormal(False)
print(f"threads: {threads}, parallel work before: {before}; zeros in each half:",
      *((each == 0).sum().item() for each in halves))
if not before:
    small, array, text = float("5e-324"), np.array([1e-310]), "[1e-310]"
    def looked():
        return small == 0, 2 * float(array[0]), (array == 0).item(), json.loads(text)
    print("Python and NumPy:", *looked())
    torch.set_flush_denormal(True)
    print("  flushing:", *looked())
PYTHON
for arguments in "2 ran" "1 ran" "2 rested"; do
    "$place/venv/bin/python" "$place/look.py" $arguments
done | tee "$place/seen"
diff - "$place/seen" <<'EXPECTED'
threads: 2, parallel work before: True; zeros in each half: 500000 0
threads: 1, parallel work before: True; zeros in each half: 500000 500000
threads: 2, parallel work before: False; zeros in each half: 500000 500000
Python and NumPy: False 2e-310 False [1e-310]
  flushing: True 0.0 True [0.0]
EXPECTED
