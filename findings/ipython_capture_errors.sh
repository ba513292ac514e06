#!/usr/bin/env bash
# ipython 9.18.1, with nbclient 0.11.0: a cell that begins with %%capture cannot fail.
#
# nbclient runs notebooks for nbconvert, papermill and `jupyter execute`, and stops at the first
# cell that raises: this is how a notebook is tested. %%capture keeps away what a cell prints, and
# the exception with it: the traceback is shown, but the cell counts as done. What comes after the
# error in that cell was never run, the next cells are, and nbclient raises nothing. So an assertion
# that fails under %%capture passes. Even sys.exit() and a syntax error are of no consequence. The
# same error under %%time and %%prun stops the notebook. `%run FILE` keeps the errors of the file to
# itself as well.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    ipython==9.18.1 nbclient==0.11.0 nbformat==5.11.1 ipykernel==7.4.0

cd "$place"
cat >look.py <<'PYTHON'
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

with open("tests.py", "w") as file:
    file.write("assert 1 == 2\n")
for first in (
    "assert 1 == 2",
    "%%time\nassert 1 == 2",
    "%%capture\nassert 1 == 2",
    "%%capture\nimport sys; sys.exit(1)",
    "%%capture\nif",
    "%run tests.py",
):
    cells = [new_code_cell(f"{first}\ndone = True"), new_code_cell("print('done' in globals())")]
    notebook = new_notebook(cells=cells)
    try:
        NotebookClient(notebook).execute()
    except CellExecutionError as error:
        said = f"stops, {error.ename}"
    else:
        said = f"passes; its rest ran: {cells[1].outputs[0].text}"
    shown = [output.ename for output in cells[0].outputs if output.output_type == "error"]
    print(f"{first!r}: {said.strip()}; shown: {shown}")
PYTHON
venv/bin/python look.py | tee seen
diff - seen <<'EXPECTED'
'assert 1 == 2': stops, AssertionError; shown: ['AssertionError']
'%%time\nassert 1 == 2': stops, AssertionError; shown: ['AssertionError']
'%%capture\nassert 1 == 2': passes; its rest ran: False; shown: ['AssertionError']
'%%capture\nimport sys; sys.exit(1)': passes; its rest ran: False; shown: ['SystemExit']
'%%capture\nif': passes; its rest ran: False; shown: ['SyntaxError']
'%run tests.py': passes; its rest ran: True; shown: ['AssertionError']
EXPECTED
