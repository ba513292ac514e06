#!/usr/bin/env bash
# marimo 0.25.2: `marimo convert` drops an import whose name an earlier cell has, whatever it imports.
#
# In marimo a name has one definition, so of cells that import the same thing the converter keeps one
# import. It compares the names alone. `from cmath import sqrt` is gone, and not renamed as a
# function would be, if an earlier cell has `from math import sqrt`; so is an import that replaces a
# number. What follows then calls the first one: another function with other results, or an error.
# Of a cell that tries a faster module nothing is left in `try:`, so that it is no Python, and the
# notebook does not start. The command says that it has converted, and exits with 0.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    marimo==0.25.2 nbformat==5.11.1 nbclient==0.11.0 ipykernel==7.4.0

cd "$place"
cat >look.py <<'PYTHON'
import subprocess, sys
import nbformat
from nbclient import execute
from nbformat.v4 import new_code_cell, new_notebook

NOTEBOOKS = {
    "two functions": ("from math import sqrt", "from cmath import sqrt", "print(sqrt(4))"),
    "two modules": ("import math as m\na = m.pi", "import cmath as m", "print(m.__name__)"),
    "a number before": ("e = 5", "from math import e", "print(round(e, 2))"),
    "a faster one": (
        "import json as fast",
        "try:\n    import marshal as fast\nexcept ImportError:\n    pass",
        "print(fast.__name__)",
    ),
}
for name, cells in NOTEBOOKS.items():
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    nbformat.write(notebook, "lab.ipynb")
    command = ["venv/bin/marimo", "convert", "lab.ipynb", "--output", "lab.py"]
    status = subprocess.run(command, check=True, capture_output=True).returncode
    ran = subprocess.run([sys.executable, "lab.py"], capture_output=True, text=True)
    error = ran.stderr.strip().split("\n")[-1]
    print(f"{name}: Jupyter prints", execute(notebook).cells[-1].outputs[0].text, end="")
    print(f"  converted with exit status {status}, marimo prints", ran.stdout.strip() or error)
PYTHON
venv/bin/python look.py | tee seen
diff - seen <<'EXPECTED'
two functions: Jupyter prints (2+0j)
  converted with exit status 0, marimo prints 2.0
two modules: Jupyter prints cmath
  converted with exit status 0, marimo prints math
a number before: Jupyter prints 2.72
  converted with exit status 0, marimo prints 5
a faster one: Jupyter prints marshal
  converted with exit status 0, marimo prints expected an indented block after 'try' statement on line 2
EXPECTED
