#!/usr/bin/env bash
# papermill 2.7.0: `-p train false` trains, and other parameters that are not what was given.
#
# A value on the command line becomes a number, None or a bool where Python would read it so, and
# else a string. `false` is a string, not empty, so `if train:` takes it for true; only `False` is a
# bool. `nan` and `infinity`, on the other hand, are floats in any spelling, and so is a name that
# reads like one; an id loses its leading zero, and 1_000 is a thousand. From Python a tuple arrives
# as the string "(1, 2)", in which a loop finds six characters, and a dict's whole numbers as
# strings, so that a scale is not found under its layer. Nothing is said; the notebook runs with
# what it got.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    papermill==2.7.0 nbformat==5.11.1 ipykernel==7.4.0

cd "$place"
cat >look.py <<'PYTHON'
import subprocess

import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_notebook

tagged = new_code_cell("given = None", metadata={"tags": ["parameters"]})
last = new_code_cell("print(repr(given), '- true' if given else '- false')")
nbformat.write(new_notebook(cells=[tagged, last]), "lab.ipynb")
KERNEL = {"kernel_name": "python3", "language": "python", "progress_bar": False}
def shown():
    return nbformat.read("out.ipynb", 4).cells[-1].outputs[0].text
for text in ("False", "false", "no", "Nan", "0123456", "1_000"):
    command = ["venv/bin/papermill", "lab.ipynb", "out.ipynb", "-p", "given", text]
    subprocess.run([*command, "-k", "python3", "-l", "python"], capture_output=True, check=True)
    print(f"-p given {text}: {shown()}", end="")
for value in ([1, 2], (1, 2), {2: 0.5}):
    papermill.execute_notebook("lab.ipynb", "out.ipynb", {"given": value}, **KERNEL)
    print(f"given={value}: {shown()}", end="")
PYTHON
venv/bin/python look.py 2>errors | tee seen || cat errors
diff - seen <<'EXPECTED'
-p given False: False - false
-p given false: 'false' - true
-p given no: 'no' - true
-p given Nan: nan - true
-p given 0123456: 123456 - true
-p given 1_000: 1000 - true
given=[1, 2]: [1, 2] - true
given=(1, 2): '(1, 2)' - true
given={2: 0.5}: {'2': 0.5} - true
EXPECTED
