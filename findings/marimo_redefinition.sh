#!/usr/bin/env bash
# marimo 0.25.2: `marimo convert` leaves the name of a corrected function to the first attempt.
#
# In Jupyter a later cell replaces a function: one tries, sees an error, and defines it again below.
# In marimo a name has one definition, so the converter renames the later ones, and the attempt that
# was given up keeps the name. That is what a grader, an import or a test finds under it. A function
# between the two calls it for good, while in Jupyter it calls the correction. So the converted
# notebook prints other numbers, and the command says that it has converted, and nothing else.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    marimo==0.25.2 nbformat==5.11.1 nbclient==0.11.0 ipykernel==7.4.0

cd "$place"
cat >make.py <<'PYTHON'
import nbformat
from nbclient import execute
from nbformat.v4 import new_code_cell, new_notebook

cells = [
    "def quantized(x):\n    return int(x)",
    "def layer(values):\n    return [quantized(x) for x in values]",
    "# int() cuts off\ndef quantized(x):\n    return round(x)",
    "print(quantized(1.7), layer([1.7, 2.7]))",
]
notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
nbformat.write(notebook, "lab.ipynb")
print("Jupyter prints", execute(notebook).cells[-1].outputs[0].text, end="")
PYTHON
{
    venv/bin/python make.py
    venv/bin/marimo convert lab.ipynb --output lab.py 2>&1
    echo "marimo prints $(venv/bin/python lab.py)"
    venv/bin/python -c "import lab; print('lab.quantized(1.7) is', lab.quantized(1.7))"
    echo "defined in lab.py: $(grep --only-matching 'def [a-z][a-z_0-9]*' lab.py | xargs)"
} | tee seen
diff - seen <<'EXPECTED'
Jupyter prints 2 [2, 3]
Converted notebook saved to lab.py
marimo prints 2 [1, 2]
lab.quantized(1.7) is 1
defined in lab.py: def quantized def layer def quantized_1
EXPECTED
