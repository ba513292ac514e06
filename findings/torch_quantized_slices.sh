#!/usr/bin/env bash
# torch 2.13.0: `buffer[:2] = q` copies the integers of a quantized tensor, and not its scale.
#
# A buffer that is quantized in steps of 1 is filled by parts, as one fills a batch or a feature
# map. Given floats, it quantizes them, as it should. Given a quantized part whose step is 10, it
# takes the integers as they are: 250 is stored as 25, and read as 25. There is no error, although
# cat() converts the same part and index_put refuses it, and although a part with another type or
# scheme is refused here. copy_() to the whole does the opposite: it changes the step of the buffer,
# which was the caller's, and a view that was taken before keeps the old one, so that the two, which
# share their memory, have different values. Every layer gives its output a scale of its own.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" torch==2.13.0
"${pip[@]}" numpy==2.4.6

"$place/venv/bin/python" -W ignore::DeprecationWarning - <<'PYTHON' | tee "$place/seen"
import torch

def quantized(values, step):
    return torch.quantize_per_tensor(torch.tensor(values), step, 0, torch.qint8)
def shown(name, tensor):
    print(f"{name:30}", *tensor.dequantize().flatten().tolist(), "step", tensor.q_scale())
part = quantized([250.0, -100.0], 10.0)
shown("part", part)
buffer = quantized([1.0, 2, 3, 4], 1.0)
buffer[:2] = part.dequantize()
shown("buffer[:2] = floats", buffer)
shown("cat", torch.cat([buffer[2:], part]))
buffer[:2] = part
shown("buffer[:2] = part", buffer)
buffer[2:].copy_(part)
shown("buffer[2:].copy_(part)", buffer)
whole = quantized([1.0, 2.0], 1.0)
view = whole.view(2, 1)
whole.copy_(part)
shown("whole.copy_(part)", whole)
shown("its view", view)
PYTHON
diff - "$place/seen" <<'EXPECTED'
part                           250.0 -100.0 step 10.0
buffer[:2] = floats            127.0 -100.0 3.0 4.0 step 1.0
cat                            3.0 4.0 127.0 -100.0 step 1.0
buffer[:2] = part              25.0 -10.0 3.0 4.0 step 1.0
buffer[2:].copy_(part)         25.0 -10.0 25.0 -10.0 step 1.0
whole.copy_(part)              250.0 -100.0 step 10.0
its view                       25.0 -10.0 step 1.0
EXPECTED
