#!/usr/bin/env bash
# marimo 0.25.2: `marimo convert` makes code of a raw cell, which is then executed.
#
# In Jupyter a raw cell is never executed: it holds text for LaTeX, or code that somebody has
# switched off by changing the cell's type. The converter, to which a cell is Markdown or code, takes
# it for code. So what was given up runs again. If it comes first, it also has the name of the
# function to itself, and an import or a test finds the old attempt, while what counted in Jupyter is
# called by another name. A raw cell of plain text is no Python, and a notebook with one such cell
# does not start at all. The way back to .ipynb makes code cells of them.
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
from nbformat.v4 import new_code_cell, new_notebook, new_raw_cell

def ran(*command):
    return subprocess.run(command, capture_output=True, text=True)
def shown(name, cells):
    notebook = new_notebook(cells=cells)
    nbformat.write(notebook, "lab.ipynb")
    ran("venv/bin/marimo", "convert", "lab.ipynb", "--output", "lab.py").check_returncode()
    made = execute(notebook).cells
    outputs = [each.text for cell in made for each in cell.get("outputs", [])]
    print(f"{name}: Jupyter prints", ", ".join("".join(outputs).splitlines()))
    made = ran(sys.executable, "lab.py")
    print("  marimo prints", ", ".join(made.stdout.splitlines() or made.stderr.splitlines()[-1:]))
new = new_code_cell("def quantized(x):\n    return round(x)")
use = new_code_cell("print(quantized(1.7))")
shown("an old attempt", [new_raw_cell("def quantized(x):\n    return int(x)"), new, use])
look = "import lab; print('  lab.quantized(1.7) is', lab.quantized(1.7))"
print(ran(sys.executable, "-c", look).stdout, end="")
shown("old code", [new_raw_cell("print('training for an hour')"), new, use])
ran("venv/bin/marimo", "export", "ipynb", "lab.py", "--output", "back.ipynb").check_returncode()
print("  and back:", *(cell.cell_type for cell in nbformat.read("back.ipynb", 4).cells))
shown("a text", [new_raw_cell("See page 3."), new, use])
PYTHON
venv/bin/python look.py | tee seen
diff - seen <<'EXPECTED'
an old attempt: Jupyter prints 2
  marimo prints 2
  lab.quantized(1.7) is 1
old code: Jupyter prints 2
  marimo prints training for an hour, 2
  and back: code code code
a text: Jupyter prints 2
  marimo prints invalid syntax
EXPECTED
