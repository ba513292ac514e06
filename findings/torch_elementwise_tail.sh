#!/usr/bin/env bash
# torch 2.13.0: a function of 37 equal numbers has two values.
#
# What is computed element by element is thought to depend on the element alone. On a processor it
# is computed by vectors of several numbers, and what is left over at the end by other code, whose
# last digit may differ. So x ** 1.7 of a constant tensor is not constant, a number has
# one result at the end of a tensor and one before, and x[:5] ** 1.7 differs from (x ** 1.7)[:5]. In
# float32 that is a last digit. In bfloat16, for which some functions round once in a vector and
# twice at the end, it is up to 0.8%. A tensor that is shared out to threads has an end for
# each of them, so that their number changes results of single elements, too.
#
# Seen, on x86-64 (with AVX-512 as with AVX2): what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" torch==2.13.0
"${pip[@]}" numpy==2.4.6

cat >"$place/look.py" <<'PYTHON'
import torch

VALUES = [k / 16 for k in range(1, 200)]
ways = {
    "x ** 1.7": (torch.float32, lambda x: x**1.7),
    "x / 3": (torch.float32, lambda x: x / 3),
    "rsqrt": (torch.bfloat16, torch.rsqrt),
    "x + 0.3 y": (torch.bfloat16, lambda x: torch.add(x, x / 3, alpha=0.3)),
}
def apart(way, size, kind):
    most = 0
    for value in VALUES:
        result = way(torch.full((size,), value, dtype=kind))
        most = max(most, (result.max() / result.min()).item() - 1)
    return f"{size} equal ones: " + (f"apart by {most:.1g}" if most else "all equal")
torch.set_num_threads(1)
print(torch.backends.cpu.get_cpu_capability())
for name, (kind, way) in ways.items():
    print(f"  {name:9} {str(kind)[6:]:8}", *(apart(way, size, kind) for size in (32, 37)), sep="  ")
PYTHON
for capability in avx2 default; do
    ATEN_CPU_CAPABILITY=$capability "$place/venv/bin/python" "$place/look.py"
done | tee "$place/seen"
diff - "$place/seen" <<'EXPECTED'
AVX2
  x ** 1.7  float32   32 equal ones: all equal  37 equal ones: apart by 2e-07
  x / 3     float32   32 equal ones: all equal  37 equal ones: all equal
  rsqrt     bfloat16  32 equal ones: all equal  37 equal ones: apart by 0.008
  x + 0.3 y bfloat16  32 equal ones: all equal  37 equal ones: apart by 0.008
DEFAULT
  x ** 1.7  float32   32 equal ones: all equal  37 equal ones: apart by 2e-07
  x / 3     float32   32 equal ones: all equal  37 equal ones: all equal
  rsqrt     bfloat16  32 equal ones: all equal  37 equal ones: all equal
  x + 0.3 y bfloat16  32 equal ones: all equal  37 equal ones: all equal
EXPECTED
