#!/usr/bin/env bash
# jupytext 1.19.6: `jupytext --to py` comments out `mv += x`, if a name is also a shell's command.
#
# IPython lets one type `ls` or `rm -r folder` without a sign before it, so jupytext makes comments
# of lines that begin so, for they are no Python. It leaves `mv = 0` and `mv, n = 0, 1` alone, but
# takes `mv += 1`, `rm *= 0.9` and `cp /= 2` for commands. So a running mean that is named rm, or a
# moving variance that is named mv, as in many a batch norm, is never updated in the program, while
# IPython runs the line as Python, because the name is a variable. The program still compiles, and
# prints other numbers. Read back by jupytext, the line is code again, so that no round trip shows
# it. Other names are left alone, and so are the same lines in a loop or a function.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    jupytext==1.19.6 nbformat==5.11.1 ipython==9.18.1

cd "$place"
cat >make.py <<'PYTHON'
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_notebook

cells = [
    "rm, mv, total = 0.0, 1.0, 0.0",
    "rm *= 0.9\nrm += 0.1 * 5\nmv *= 0.9\ntotal += 5",
    "print(f'mean {rm:.2f}, variance {mv:.2f}, total {total:.0f}')",
]
nbformat.write(new_notebook(cells=[new_code_cell(source) for source in cells]), "lab.ipynb")
print("IPython prints: ", end="", flush=True)
for source in cells:
    InteractiveShell.instance().run_cell(source).raise_error()
PYTHON
{
    IPYTHONDIR=$place venv/bin/python make.py
    venv/bin/jupytext --quiet --to py:percent lab.ipynb
    echo "the program prints: $(venv/bin/python lab.py)"
    grep --extended-regexp '(rm|mv|total) [+*]=' lab.py
    venv/bin/python -c "
import jupytext
print('read back, without comments:', '#' not in jupytext.read('lab.py').cells[1].source)"
} | tee seen
diff - seen <<'EXPECTED'
IPython prints: mean 0.50, variance 0.90, total 5
the program prints: mean 0.00, variance 1.00, total 5
# rm *= 0.9
# rm += 0.1 * 5
# mv *= 0.9
total += 5
read back, without comments: True
EXPECTED
