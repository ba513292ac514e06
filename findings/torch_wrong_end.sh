#!/usr/bin/env bash
# torch 2.13.0: in quantized layers a sum that is far too large becomes the smallest number.
#
# A quantized layer stops at the ends of its range: what is too large becomes the largest number, 255.
# Of sums beyond 2**31 output steps the engines fbgemm and qnnpack make the smallest one, 0, in
# linear and in convolutional layers, without an error: they convert a sum to int32 first, where what
# does not fit is the smallest, and stop at the ends afterwards. No exotic step is needed for that: an
# observer that has seen zeros alone, as behind a ReLU that never opened while it was calibrated,
# gives 1.19e-07, of which 2**31 are 256. The engine onednn stops at the right end, so that one layer
# has opposite outputs by engine.
#
# Seen on x86-64: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" torch==2.13.0
"${pip[@]}" numpy==2.4.6

"$place/venv/bin/python" -W ignore - <<'PYTHON' | tee "$place/seen"
import torch
from torch.ao.quantization import MinMaxObserver

observer = MinMaxObserver(dtype=torch.quint8)
observer(torch.zeros(8))
step, point = observer.calculate_qparams()
print(f"step {step.item():.3g}, zero point {point.item()}")
values = torch.tensor([[-300.0, 0, 1, 100, 255, 257, 300, 1000]])
print(f"{'outputs':15}", *(f"{each:5g}" for each in values[0]))
x = torch.quantize_per_tensor(values.sign(), 1.0, 1, torch.quint8)
for engine in ("fbgemm", "qnnpack", "onednn"):
    torch.backends.quantized.engine = engine
    ops = torch.ops.quantized
    for name, shape in (("linear", ()), ("conv2d", (1, 1))):
        weight = torch.diag(values[0].abs()).reshape(8, 8, *shape)
        steps = values[0].abs().clamp(min=1) / 100
        points = torch.zeros(8, dtype=torch.int64)
        weight = torch.quantize_per_channel(weight, steps, points, 0, torch.qint8)
        if shape:
            packed = ops.conv2d_prepack(weight, None, [1, 1], [0, 0], [1, 1], 1)
        else:
            packed = ops.linear_prepack(weight, None)
        made = getattr(ops, name)(x.reshape(1, 8, *shape), packed, step.item(), point.item())
        print(f"{engine + ', ' + name:15}", *(f"{each:5}" for each in made.int_repr().flatten()))
PYTHON
diff - "$place/seen" <<'EXPECTED'
step 1.19e-07, zero point 0
outputs          -300     0     1   100   255   257   300  1000
fbgemm, linear      0     0   255   255   255     0     0     0
fbgemm, conv2d      0     0   255   255   255     0     0     0
qnnpack, linear     0     0   255   255   255     0     0     0
qnnpack, conv2d     0     0   255   255   255     0     0     0
onednn, linear      0     0   255   255   255   255   255   255
onednn, conv2d      0     0   255   255   255   255   255   255
EXPECTED
