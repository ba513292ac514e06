#!/usr/bin/env bash
# marimo 0.25.2: `marimo convert` makes a new object where `+=` in a later cell changes the old one.
#
# `w *= 0.5` in a cell of its own changes an array for all that hold it: a layer, a list of layers, a
# function. In marimo a name has one definition, so the converter writes `w_1 = w * 0.5`, which
# leaves the array as it was, and it does so for lists and sets as well. Only the cells below that
# name w get the new one: the layer keeps its old weights, and a function that was defined above
# goes on filling a list that nobody reads any more. `w[:] *= 0.5` stays as it is, and works. The
# converted notebook runs without an error, and prints other numbers.
#
# Seen, with numpy 2.4.6: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 \
    marimo==0.25.2 nbformat==5.11.1 nbclient==0.11.0 ipykernel==7.4.0

cd "$place"
cat >look.py <<'PYTHON'
import subprocess, sys
import nbformat
from nbclient import execute
from nbformat.v4 import new_code_cell, new_notebook

ARRAY = "import numpy as np\nw = np.array([8.0, 4.0])\nlayer = {'weight': w}"
SHOW = "print(w, layer['weight'])"
RECORD = "seen = []\ndef record(value):\n    seen.append(value)"
NOTEBOOKS = {
    "an array": (ARRAY, "w *= 0.5", SHOW),
    "a part of it": (ARRAY, "w[:] *= 0.5", SHOW),
    "a list": (RECORD, "seen += [1]", "record(2)", "print(seen)"),
}
for name, cells in NOTEBOOKS.items():
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    nbformat.write(notebook, "lab.ipynb")
    command = ["venv/bin/marimo", "convert", "lab.ipynb", "--output", "lab.py"]
    subprocess.run(command, check=True, capture_output=True)
    ran = subprocess.run([sys.executable, "lab.py"], check=True, capture_output=True, text=True)
    print(f"{name}, {cells[1]}")
    print("  Jupyter prints", execute(notebook).cells[-1].outputs[0].text, end="")
    print("  marimo prints", ran.stdout, end="")
PYTHON
venv/bin/python look.py | tee seen
diff - seen <<'EXPECTED'
an array, w *= 0.5
  Jupyter prints [4. 2.] [4. 2.]
  marimo prints [4. 2.] [8. 4.]
a part of it, w[:] *= 0.5
  Jupyter prints [4. 2.] [4. 2.]
  marimo prints [4. 2.] [4. 2.]
a list, seen += [1]
  Jupyter prints [1, 2]
  marimo prints [1]
EXPECTED
