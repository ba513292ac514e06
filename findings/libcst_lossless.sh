#!/usr/bin/env bash
# libcst 1.9.0: a tree that is said to be lossless loses form feeds, and the last carriage return.
#
# parse_module(code).code is promised to be the code again, with all of its whitespace, and programs
# that change one name of a file trust that the rest stays as it is. A form feed, which Python
# ignores and older sources have between their parts, is gone where code follows it at the beginning
# of a line, with no error; on an empty line or within one it stays. Of a file whose lines end in
# carriage returns the last one is gone, and so is a backslash before the first statement, with
# its line, and the mark at the beginning of a text, though not of bytes. So a codemod that changes
# nothing changes the file. parso gives all of it back.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check libcst==1.9.0 parso==0.8.7

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import ast

import libcst
import parso

class Nothing(libcst.CSTTransformer):
    """Changes no node."""
for code in (
    "x = 1\n\x0cy = 2\n",
    "\x0cx = 1\n",
    "def f():\n    x\n\x0c\n    y\n",
    "x = 1 \x0c# one\n",
    "x = 1\ry = 2\r",
    "x = 1\r\ny = 2\r\n",
    "x = 1\ny = 2",
    "\\\nx = 1\n",
    "\ufeffx = 1\n",
):
    module = libcst.parse_module(code)
    kept = (module.code, libcst.parse_module(code.encode()).bytes.decode())
    changed = module.visit(Nothing()).code
    statements = len(ast.parse(code.encode()).body)
    print(f"{code!r}: {statements}", *("kept" if each == code else "changed" for each in kept),
          "->", repr(changed), "parso", "kept" if parso.parse(code).get_code() == code else "changed")
PYTHON
diff - "$place/seen" <<'EXPECTED'
'x = 1\n\x0cy = 2\n': 2 changed changed -> 'x = 1\ny = 2\n' parso kept
'\x0cx = 1\n': 1 changed changed -> 'x = 1\n' parso kept
'def f():\n    x\n\x0c\n    y\n': 1 kept kept -> 'def f():\n    x\n\x0c\n    y\n' parso kept
'x = 1 \x0c# one\n': 1 kept kept -> 'x = 1 \x0c# one\n' parso kept
'x = 1\ry = 2\r': 2 changed changed -> 'x = 1\ry = 2' parso kept
'x = 1\r\ny = 2\r\n': 2 kept kept -> 'x = 1\r\ny = 2\r\n' parso kept
'x = 1\ny = 2': 2 kept kept -> 'x = 1\ny = 2' parso kept
'\\\nx = 1\n': 1 changed changed -> 'x = 1\n' parso kept
'\ufeffx = 1\n': 1 changed kept -> 'x = 1\n' parso kept
EXPECTED
