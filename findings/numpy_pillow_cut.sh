#!/usr/bin/env bash
# NumPy 2.4.6 and Pillow 13.0.0: a file that has no room is cut, and saving it is no error.
#
# A write past the limit of a file's size, or to a full disk, is an error in Python: open().write()
# and savez() raise. tofile() writes through a buffer of C, and nobody looks whether its last part,
# up to 4095 bytes, arrived when it is closed. np.save() of an array goes the same way, so that of
# one which lacks the room for its last bytes the header tells of more than is there. A large array
# that lacks more raises. fromfile() then takes the rest for the whole. Pillow saves JPEG, TIFF and
# PPM by a write of which it never asks how much was written; PNG and BMP raise.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0

cat >"$place/look.py" <<'PYTHON'
import io, os, resource
import numpy as np
from PIL import Image

a, large = np.arange(100.0), np.arange(100_000.0)
image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 60), dtype=np.uint8))
def attempt(what, limit, save):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    name = what.replace(" ", "_")
    try:
        save(name)
        said = "no error"
    except OSError as error:
        said = type(error).__name__
    print(f"{what:22} {os.path.getsize(name):6} bytes, {said}")
attempt("savez", 200, lambda name: np.savez(open(name, "wb"), a))
attempt("tofile", 200, lambda name: a.tofile(name))
attempt("save", 200, lambda name: np.save(open(name, "wb"), a))
attempt("save, 800128 bytes", 799_000, lambda name: np.save(open(name, "wb"), large))
attempt("the same, cut by more", 700_000, lambda name: np.save(open(name, "wb"), large))
print("fromfile", len(np.fromfile("tofile")), "of", len(a), "numbers")
for kind in ("png", "bmp", "jpeg", "tiff", "ppm"):
    image.save(whole := io.BytesIO(), kind)
    attempt(f"{kind}, {len(whole.getvalue())} bytes", 1000, lambda name: image.save(name, kind))
PYTHON
cd "$place"
venv/bin/python -W ignore::ResourceWarning look.py | cat >seen
cat seen
diff - seen <<'EXPECTED'
savez                     200 bytes, OSError
tofile                    200 bytes, no error
save                      200 bytes, no error
save, 800128 bytes     799000 bytes, no error
the same, cut by more  700000 bytes, OSError
fromfile 25 of 100 numbers
png, 3728 bytes          1000 bytes, OSError
bmp, 4678 bytes          1000 bytes, OSError
jpeg, 2576 bytes         1000 bytes, no error
tiff, 3722 bytes         1000 bytes, no error
ppm, 3613 bytes          1000 bytes, no error
EXPECTED
