#!/usr/bin/env bash
# brevitas 0.13.4, with torch 2.13.0: `q[0]` of a quantized tensor is all of it, and q[1] its step.
#
# A quantized layer returns a QuantTensor, which has a tensor's shape, is added and multiplied like
# one, and goes through torch's functions. To Python it is a tuple of value, step, zero point, bits
# and two flags. So the first image of a batch is the whole batch, the second one is the step, and
# the last a flag; a slice is a tuple of these; len() is 6 for any batch; a loop over the images
# runs over the fields; and `q == q` is one True. There is no error as long as the index is below 6.
# Indices that a tuple has not, such as q[0, 1], are refused, and torch.split() returns the parts
# that one would expect.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" torch==2.13.0
"${pip[@]}" --no-deps brevitas==0.13.4 dependencies==2.0.1 unfoldNd==0.2.3 packaging==26.4 \
    numpy==2.4.6

"$place/venv/bin/python" -W ignore - <<'PYTHON' | tee "$place/seen"
import torch
from brevitas.nn import QuantIdentity

layer = QuantIdentity(return_quant_tensor=True)
with torch.no_grad():
    batch = layer(torch.tensor([[-8.0, 1], [2, 3], [4, 5]]))
def shown(name, found):
    print(f"{name:18}", found.tolist() if hasattr(found, "tolist") else found)
shown("batch.value", batch.value)
shown("batch.shape", tuple(batch.shape))
shown("batch.value[0]", batch.value[0])
shown("batch[0]", batch[0])
shown("batch[1]", batch[1])
shown("batch[-1]", batch[-1])
shown("len(batch)", len(batch))
shown("len(batch[:2])", len(batch[:2]))
shown("each", [tuple(each.shape) for each in batch])
shown("batch == batch", batch == batch)
shown("torch.split", [each.tolist() for each in torch.split(batch, 1)])
try:
    batch[0, 1]
except TypeError as error:
    shown("batch[0, 1]", error)
PYTHON
diff - "$place/seen" <<'EXPECTED'
batch.value        [[-8.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
batch.shape        (3, 2)
batch.value[0]     [-8.0, 1.0]
batch[0]           [[-8.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
batch[1]           0.0625
batch[-1]          True
len(batch)         6
len(batch[:2])     2
each               [(3, 2), (), (), (), (), ()]
batch == batch     True
torch.split        [[[-8.0, 1.0]], [[2.0, 3.0]], [[4.0, 5.0]]]
batch[0, 1]        tuple indices must be integers or slices, not tuple
EXPECTED
