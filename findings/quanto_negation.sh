#!/usr/bin/env bash
# optimum-quanto 0.2.7, with torch 2.13.0: minus a quantized tensor keeps its lowest values.
#
# An activation that is quantized to int8 holds -128 as soon as a value lies beyond the scale, and a
# calibrated scale is a running mean, so that this is no rare thing. Minus such a tensor is a
# quantized tensor again, and its integers are negated as int8, which has no 128: -128 stays -128.
# The values of the largest magnitude keep their sign, all others change it. The same tensor times
# -1, or taken from zero, is right, and so is its absolute value. Calibration hides this where it
# streamlines, as it does by default: a minus gets floats. With streamline=False, two layers that
# hand their inputs on, with a minus in between, have the same output for -5 and for 5.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" torch==2.13.0
"${pip[@]}" numpy==2.4.6 safetensors==0.8.0 packaging==26.3 ninja==1.13.2
"${pip[@]}" --no-deps optimum-quanto==0.2.7

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import torch
from optimum.quanto import Calibration, freeze, qint8, quantize, quantize_activation

q = quantize_activation(torch.tensor([-300.0, -127, 1, 127]), qint8, torch.tensor(1.0))
for name, made in {"q": q, "-q": -q, "-1 * q": -1 * q, "0 - q": 0 - q, "abs(q)": abs(q)}.items():
    print(f"{name:7}", *made.dequantize().tolist())

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = (torch.nn.Linear(4, 4, bias=False) for _ in "12")
        for layer in (self.first, self.second):
            layer.weight = torch.nn.Parameter(torch.eye(4))

    def forward(self, x):
        return self.second(-self.first(x))

torch.manual_seed(0)
batches = torch.randn(20, 16, 4)
for streamline in (True, False):
    quantize(model := Model(), weights=qint8, activations=qint8)
    with torch.no_grad(), Calibration(streamline=streamline):
        for batch in batches:
            model(batch)
    freeze(model)
    made = model(torch.tensor([[-5.0, -1, 1, 5]])).dequantize()[0]
    print(f"streamline={streamline}: -5, -1, 1, 5 ->", *(f"{each:.1f}" for each in made))
PYTHON
diff - "$place/seen" <<'EXPECTED'
q       -128.0 -127.0 1.0 127.0
-q      -128.0 127.0 -1.0 -127.0
-1 * q  128.0 127.0 -1.0 -127.0
0 - q   128.0 127.0 -1.0 -127.0
abs(q)  128.0 127.0 1.0 127.0
streamline=True: -5, -1, 1, 5 -> 2.7 1.0 -1.0 -2.7
streamline=False: -5, -1, 1, 5 -> -2.7 1.0 -1.0 -2.7
EXPECTED
