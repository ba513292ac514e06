#!/usr/bin/env bash
# NumPy 2.4.6 and Pillow 13.0.0: a file that has no room is cut, and saving it is no error.
#
# A write past the limit of a file's size, or to a full disk, is an error in Python: open().write(),
# json, pickle and savez() raise. tofile() writes through a buffer of C, and nobody looks whether its
# last part, up to 4095 bytes, arrived when it is closed. np.save() of an array goes the same way,
# so that of one which lacks the room for its last bytes the header tells of more than is there. A
# large array that lacks more raises. fromfile() then takes the rest for the whole. Pillow saves
# JPEG, TIFF and PPM by a write of which it never asks how much was written; PNG, BMP and WebP raise.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0

cat >"$place/look.py" <<'PYTHON'
import io, json, os, pickle, resource
import numpy as np
from PIL import Image

a, large = np.arange(100.0), np.arange(100_000.0)
image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 60), dtype=np.uint8))
def opened(name, mode, save):
    with open(name, mode) as file:
        save(file)
def attempt(what, limit, save):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    name = what.replace(" ", "_")
    try:
        save(name)
        said = "no error"
    except OSError as error:
        said = type(error).__name__
    print(f"{what:22} {os.path.getsize(name):6} bytes, {said}")
attempt("json", 200, lambda name: opened(name, "w", lambda file: json.dump(a.tolist(), file)))
attempt("pickle", 200, lambda name: opened(name, "wb", lambda file: pickle.dump(a, file)))
attempt("savez", 200, lambda name: np.savez(open(name, "wb"), a))
attempt("tofile", 200, lambda name: a.tofile(name))
attempt("save", 200, lambda name: np.save(open(name, "wb"), a))
attempt("save, 800128 bytes", 799_000, lambda name: np.save(open(name, "wb"), large))
attempt("the same, cut by more", 700_000, lambda name: np.save(open(name, "wb"), large))
print("fromfile", len(np.fromfile("tofile")), "of", len(a), "numbers")
for kind in ("png", "bmp", "webp", "jpeg", "tiff", "ppm"):
    image.save(whole := io.BytesIO(), kind)
    attempt(f"{kind} without limit", len(whole.getvalue()), lambda name: image.save(name, kind))
    attempt(f"{kind}", 1000, lambda name: image.save(name, kind))
PYTHON
cd "$place"
venv/bin/python -W ignore::ResourceWarning look.py | cat >seen
cat seen
diff - seen <<'EXPECTED'
json                      200 bytes, OSError
pickle                    200 bytes, OSError
savez                     200 bytes, OSError
tofile                    200 bytes, no error
save                      200 bytes, no error
save, 800128 bytes     799000 bytes, no error
the same, cut by more  700000 bytes, OSError
fromfile 25 of 100 numbers
png without limit        3728 bytes, no error
png                      1000 bytes, OSError
bmp without limit        4678 bytes, no error
bmp                      1000 bytes, OSError
webp without limit       2488 bytes, no error
webp                     1000 bytes, OSError
jpeg without limit       2576 bytes, no error
jpeg                     1000 bytes, no error
tiff without limit       3722 bytes, no error
tiff                     1000 bytes, no error
ppm without limit        3613 bytes, no error
ppm                      1000 bytes, no error
EXPECTED
