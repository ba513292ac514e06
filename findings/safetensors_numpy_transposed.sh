#!/usr/bin/env bash
# safetensors 0.8.0, safetensors.numpy: the weights of a transposed array come back shuffled.
#
# A convolution from Keras is (height, width, in, out), and torch wants (out, in, height, width). So
# one writes `weights.transpose(3, 2, 0, 1)`, saves it, and loads a tensor of the right shape and
# type, which has all the weights in it, and nearly all in the wrong place. save() writes the memory
# as it lies, beside the shape of the view. It neither raises nor warns. The docstring asks for
# arrays that are "contiguous and dense", but so is a transposed matrix: its flags say F_CONTIGUOUS.
# 0.7.0 kept each of these, so a script that is right with it is wrong after an update. Minimum,
# maximum, histogram and scale do not show it, because only the order of the weights differs.
#
# Seen: what EXPECTED says below. "In place" counts the weights that are where they were.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"

cat >"$place/look.py" <<'PYTHON'
import numpy as np
import safetensors
from safetensors.numpy import load, save

keras = np.arange(5 * 5 * 3 * 2, dtype=np.int16).reshape(5, 5, 3, 2)
small = np.array([[1, 2, 3], [4, 5, 6]], np.int8)
print("safetensors", safetensors.__version__)
for name, array in {
    "as it is": small,
    "transposed": small.T,
    "in Fortran's order": np.asfortranarray(small),
}.items():
    print(f"  {name}: {array.tolist()} -> {load(save({'x': array}))['x'].tolist()}")
torch_order = keras.transpose(3, 2, 0, 1)
back = load(save({"x": torch_order}))["x"]
same_values = np.array_equal(np.sort(back, axis=None), np.sort(torch_order, axis=None))
print(f"  a convolution: in place {(back == torch_order).sum()} of {back.size}, ", end="")
print(f"same shape {back.shape == torch_order.shape}, same values {same_values}")
PYTHON

for version in 0.7.0 0.8.0; do
    "$place/venv/bin/pip" install --quiet --disable-pip-version-check \
        numpy==2.4.6 safetensors==$version
    "$place/venv/bin/python" "$place/look.py" | tee -a "$place/seen"
done
diff - "$place/seen" <<'EXPECTED'
safetensors 0.7.0
  as it is: [[1, 2, 3], [4, 5, 6]] -> [[1, 2, 3], [4, 5, 6]]
  transposed: [[1, 4], [2, 5], [3, 6]] -> [[1, 4], [2, 5], [3, 6]]
  in Fortran's order: [[1, 2, 3], [4, 5, 6]] -> [[1, 2, 3], [4, 5, 6]]
  a convolution: in place 150 of 150, same shape True, same values True
safetensors 0.8.0
  as it is: [[1, 2, 3], [4, 5, 6]] -> [[1, 2, 3], [4, 5, 6]]
  transposed: [[1, 4], [2, 5], [3, 6]] -> [[1, 2], [3, 4], [5, 6]]
  in Fortran's order: [[1, 2, 3], [4, 5, 6]] -> [[1, 4, 2], [5, 3, 6]]
  a convolution: in place 2 of 150, same shape True, same values True
EXPECTED
