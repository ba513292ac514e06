#!/usr/bin/env bash
# QKeras 0.9.0: quantized_bits rounds ties to another side if its scale is found automatically.
#
# quantized_bits(8, 7) makes whole numbers, ties to even. With alpha="auto", which looks for a
# scale, it rounds ties away from zero: weights whose largest is 127 have the scale 1 with
# either, and other integers. With alpha="auto_po2" a vector, as a bias is, has a scale for each of
# its numbers. None is far off then, and they have no common step: of 4 bits, which count to 7,
# 0.9 becomes 7/8, and -0.0007 beside it -6/8192. The same numbers as a matrix of one column share
# one step, and the small ones are 0.
#
# Seen, with TensorFlow 2.21.0 and its Keras 2: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" tensorflow-cpu==2.21.0 numpy==2.4.6 pyparsing==3.2.5 networkx tqdm scipy \
    scikit-learn dm-tree requests kt-legacy
"${pip[@]}" --no-deps qkeras==0.9.0 tf-keras==2.21.0 keras-tuner==1.4.8 \
    tensorflow-model-optimization==0.8.1

cat >"$place/look.py" <<'PYTHON'
import numpy as np
from qkeras import quantized_bits

column = np.array([[127, -3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5]], np.float32).T
for alpha in (None, 1, "auto", "auto_po2"):
    quantizer = quantized_bits(8, 7, symmetric=1, alpha=alpha)
    whole = quantizer(column).numpy().ravel()
    scale = float(np.ravel(quantizer.scale)[0])
    print(f"alpha={alpha!s:9}", *(f"{each:4g}" for each in whole), " scale", scale)
bias = np.array([0.9, -0.31, 0.05, 0.002, -0.0007], np.float32)
for name, array in (("column", bias[:, None]), ("vector", bias)):
    quantizer = quantized_bits(4, 0, symmetric=1, alpha="auto_po2")
    parts = np.ravel(quantizer(array).numpy())
    scales = np.ravel(quantizer.scale) * np.ones(5)
    print(f"{name}:", *(f"{8 * part / scale:g}*{scale / 8:g}" for part, scale in zip(parts, scales)))
PYTHON
export TF_USE_LEGACY_KERAS=1 TF_CPP_MIN_LOG_LEVEL=3
"$place/venv/bin/python" "$place/look.py" 2>"$place/log" | tee "$place/seen"
diff - "$place/seen" <<'EXPECTED'
alpha=None       127   -4   -2   -2    0    0    2    2    4  scale 1.0
alpha=1          127   -4   -2   -2    0    0    2    2    4  scale 1.0
alpha=auto       127   -4   -3   -2   -1    1    2    3    4  scale 1.0
alpha=auto_po2   127   -4   -3   -2   -1    1    2    3    4  scale 1.0
column: 7*0.125 -2*0.125 0*0.125 0*0.125 0*0.125
vector: 7*0.125 -2*0.125 6*0.0078125 7*0.000244141 -6*0.00012207
EXPECTED
