"""Damaged and hostile notebooks, sources and archives, drawn from a `Random`.

The unit test draws a few hundred, and `tests.benchmarks.fuzz` draws thousands.
"""

import bz2
import gzip
import io
import json
import lzma
import stat
import struct
import tarfile
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from grader.errors import UnreadableSubmissionError
from grader.submission.program import UNFORESEEN
from grader.submission.reader import read

LONGEST_LINE = 12_000

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

TEXT = """\
import torch
from math import *
from __future__ import annotations
x = 1
x += table[0]
table = {"a": [i for i in range(3) if (y := i)]}
table["b"] = lambda z: z
device = "cuda" if torch.cuda.is_available() else "cpu"
def quantized_weights(w): return torch.round(w), 1.0
class NetQuantized(torch.nn.Module):
    def forward(self, x): return helper(x)
NetQuantized.forward = lambda self, x: x
for i, data in enumerate(loader):
    net.train()
if __name__ == "__main__":
with open("f") as f: global x
try: pass
except* E as e: del e
match x:
    case [a, *b] | {"k": c, **d}: pass
def f[T: int](x: T): nonlocal x; yield x
type Alias[T] = list[T]
async def g(): await h()
return
@register
f"{x!r:{y}} {'"'}"
%matplotlib inline
%%time
%%bash
!pip install \\
   torch
files = !ls
%time x = f(1)
get_ipython().system('ls')
?torch.nn
x??
%
!
>>> x = 1
In [1]: x = 1
/f a
;f a
# coding: utf-16
'''
\\
(
]
\0
\f
\ud800
0x
é = “1”
x = f"{x["a"]:>{'}'}}{
  f"{y!r}"  # é
=}" 'b'
type X[T: int = str, *Ts, **P] = T[*Ts, 1:2]
class A[T, *Ts](B, k=T):
    def f[S](self, *x: *Ts) -> f"{T}": x = t"{T}"
try: pass
except A, B: e[*x]
x = f"é{get_ipython()}" + f'''é
{get_ipython().getoutput("ls")}'''
%time x = f'''{"\\n"}{'"'}'''
%time x = "\\ud800"
%time 'a' "b"; y = 1
%time if x: y
%%time -n 5 x
%%capture out
%%timeit
!!ls
%%!
x = %time f()
get_ipython().run_line_magic("time", "x = 1")
get_ipython().run_line_magic("time", "f(1)")(get_ipython())
get_ipython().magic("time x = 1")
get_ipython().run_cell_magic("time", "", "def value_range(w):\\n    return get_ipython()\\n")
get_ipython().run_cell_magic("writefile", "-a b.py", "x = '\\ud800'")
get_ipython().run_cell_magic("capture", "", "%%time\\nget_ipython().magic(u'time x')")
get_ipython().run_cell_magic("timeit", "\x1b", "class NetQuantizedWithBias: pass"); x = 1
# class NetQuantized:
if False: Q4_1A = 1
%run a.py
%run -i "./lab.ipynb"
%run ../b
get_ipython().run_line_magic('run', 'a b.py')
# MAGIC %run ./d.txt
from a import *
from .b import quantized_weights as value_range
from ..x.b import value_range, NetQuantized
from lab import NetQuantized
import import_ipynb, a.b.c as d
sys.path.append('../x')
sys.path.insert(0, os.path.join(str(Path("x").parent), "y"))
<<<<<<< HEAD
=======
>>>>>>> theirs
# COMMAND ----------
import marimo; app = marimo.App()
@app.cell
def _(a, torch):
    x = \'\'\'
  y\'\'\'
    return x, a
@app.cell
def _():
    _x = f"{_x}"; print(_x, end=_x)
app._unparsable_cell(r"", name="_")
@app.function
class Net: pass
with app.setup:
    import a
%%script false
\u202e\u2066x = 1
x = '\u202e'; \u200b
\x1b[31mx
\x85\u2028\u2029
\r
"""
LINES = [*TEXT.split("\n"), f"x = {'1' * 5000}", f"%time x = 0x{'f' * 5000}", "-" * 3000 + "x"]
LINES += [f"sys.modules[0x{'f' * 5000}].y = x", f"vars(sys.modules[-0x{'f' * 5000}])['x'] = x"]
LINES += ["(" * 250, "x = " + "(" * 90 + ")" * 90, "if x:\n" + " if x:\n" * 3, "lambda: " * 500]
LINES += ["x = f'{'a'}'; y = " + "(" * 900 + ")" * 900, "type X = " + "-" * 5000 + "x"]
LINES += ["type X = x\nmatch x:\n case " + "(" * 40 + "1" + ")" * 40 + ": pass", 'f"{' * 200]
GOOD = [*LINES[:9], "\n".join(LINES[9:11]), LINES[11], "\n".join(LINES[12:14]), "", "# %%"]
"""Python, in any order."""

NAMES = ["a.py", "lab.ipynb", "x/b.py", "json.py", "../e.py", "/abs.py", "torch/__init__.py"]
NAMES += [".git/x.py", "é.py", "a b.py", "c.PY", "d.txt", "a.py", "lab.ipynb", "lab (1).ipynb"]
NAMES += [
    "lab",
    "lab.ipynb.txt",
    "x/__init__.py",
    "src/a.py",
    "src\\\\x\\\\b.py",
    "b-Copy9.py",
    "a/b/c.py",
]
NAMES += ["a/../../b.py", "C:\\x.py", "..\\y.py", "//c.py", "./d.py", "a.py/", "", ".", "..py"]
NAMES += [
    "new\nline.py",
    "\x1b[31mred.py",
    "\u202eyp.bal.py",
    "n" * 250 + ".py",
    "x/" * 40 + "e.py",
]
NAMES += ["n" * 30_000 + ".py", "x.zip", "deep.tar.gz", "nul\0.py", "\u2028.ipynb", "a.ipynb/b.py"]

CODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252", "utf-7", "shift_jis"]
DECLARED = [*CODINGS, "zlib", "idna", "punycode", "rot13", "undefined", "unicode_escape", "no-such"]
DECLARED += ["mbcs", "utf8\x00", "." * 300, "c" * 20_000, "utf-8-unix", "latin-1-x", "é"]

SPLINTERS = [b"[", b"{", b"null", b"\xff", b'"', b"\\u0000", b"\\ud800", b"1e999", b"NaN", b"("]
SPLINTERS += [b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b[0m", "\u202e".encode(), b"-Infinity"]
SPLINTERS += [b'"cells": [],', b"\xed\xa0\x80"]

ODD: list[Any] = [None, 5, -1, 1.5, float("nan"), float("inf"), True, "", "x", [], {}, [[]], [None]]
ODD += [{"a": {}}, "\ud800", "\0", "\u202e", 10**400, ["a", 5], {"": None}, "<b>" * 50]

HUGE, NEST = "@huge@", "@nest@"
"""Stand for what `json.dumps` would not write."""

BYTES = [0, 1, 2, 8, 0x7F, 0x80, 0xFF]


# Python ---------------------------------------------------------------------------------------


def code(random: Random) -> str:
    lines = random.choices(GOOD, k=random.randint(0, 12))
    odd = random.choice([0, 0, 1, 2, 12])
    for line in random.choices(LINES, k=odd):
        lines.insert(random.randint(0, len(lines)), line)
    return "\n".join(lines if odd < 12 else lines[::2])


def source(random: Random) -> bytes:
    coding, text = random.choice(["utf-8", "utf-8", *CODINGS]), code(random)
    if random.random() < 0.3:
        declared = random.choice([coding, random.choice(DECLARED)])
        text = f"{random.choice(['', chr(10)])}# -*- coding: {declared} -*-\n{text}"
    return text.encode(coding, "replace")


# Notebooks ------------------------------------------------------------------------------------


def notebook(random: Random) -> bytes:
    old = random.random() < 0.2
    cells = [_cell(random, old) for _ in range(random.randint(0, 8))]
    whole: dict[str, Any] = {"nbformat": 3 if old else 4, "nbformat_minor": random.randint(0, 5)}
    whole["metadata"] = {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}}
    if old:
        half = random.randint(0, len(cells))
        whole["worksheets"] = [{"cells": cells[:half]}, {"cells": cells[half:]}]
    else:
        whole["cells"] = cells
    for _ in range(random.choice([0, 0, 1, 1, 2, 8])):
        _bend(random, whole)
    return _dumped(random, random.choice(ODD) if random.random() < 0.02 else whole)


def _cell(random: Random, old: bool) -> dict[str, Any]:
    text = code(random)
    kind = random.choice(["code", "code", "code", "markdown", "raw", "heading"])
    written = random.choice([text, text.splitlines(keepends=True)])
    cell: dict[str, Any] = {"cell_type": kind, "input" if old else "source": written}
    if kind == "code":
        cell["outputs"] = [_output(random) for _ in range(random.choice([0, 0, 1, 3]))]
        cell["execution_count"] = random.choice([None, 1, 10**9])
    if random.random() < 0.5:
        cell["id"] = random.choice(["abc", "abc", "", "x" * 100, 5])
    if random.random() < 0.5:
        cell["metadata"] = {"tags": ["x"], "collapsed": True, "id": "x"}
    if random.random() < 0.2:
        cell["attachments"] = {"image.png": {"image/png": "iVBORw0KGgo="}}
    return cell


def _output(random: Random) -> dict[str, Any]:
    match random.randrange(4):
        case 0:
            text = random.choice([["a\n"] * random.choice([1, 5000]), "loss 0.1\n" * 20, "\x1b[0m"])
            return {"output_type": "stream", "name": "stdout", "text": text}
        case 1:
            return {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["\x1b[31m"]}
        case 2:
            return {"output_type": "pyout", "png": "iVBORw0KGgo=", "text": ["<Figure>"]}
    png = "iVBORw0KGgo" + "A" * random.choice([0, 100, 100, 300_000])
    data = {
        "image/png": random.choice([png, [png], png + "=\n", "not base64 \u2028", *ODD]),
        "text/plain": random.choice(["<Figure>", ["<Figure ", "size>"], *ODD]),
        "text/html": random.choice(["<img src=x onerror=y>", ["<svg>"] * 1000, *ODD]),
    }
    for mime in random.sample(sorted(data), random.randint(0, 2)):
        del data[mime]
    kind = random.choice(["display_data", "execute_result"])
    return {"output_type": kind, "data": data, "metadata": {"image/png": {"width": 5}}}


def _bend(random: Random, whole: Any) -> None:
    """Put something else in one place, anywhere in the tree; or take the place away."""
    places = []
    pending = [whole]
    while pending:
        at = pending.pop()
        keys = at if isinstance(at, dict) else range(len(at))
        places += [(at, key) for key in keys]
        pending += [at[key] for key in keys if isinstance(at[key], (dict, list)) and at[key]]
    if not places:  # nothing is left
        return
    at, key = random.choice(places)
    if random.random() < 0.2:
        del at[key]
    else:
        others = [*ODD, HUGE, NEST, [at[key]], {"a": 1, "cells": [1]}]
        at[key] = deepcopy(random.choice(others))


def _dumped(random: Random, value: object) -> bytes:
    ascii_only, depth = random.random() < 0.5, random.choice([50, 900, 5000, 100_000])
    opening, closing = random.choice(["[]", ('{"a":', "}")])
    text = json.dumps(value, ensure_ascii=ascii_only, indent=random.choice([None, 1]))
    text = text.replace(f'"{HUGE}"', "1" * 5000)
    text = text.replace(f'"{NEST}"', opening * depth + "1" + closing * depth)
    for _ in range(random.choice([0, 0, 0, 1, 5])):
        places = [at for at, letter in enumerate(text[:5000]) if letter == "{"]
        if places:  # a key that is there, too
            at = random.choice(places) + 1
            key = random.choice(["cells", "source", "cell_type", "outputs", "data", "nbformat"])
            text = f'{text[:at]}"{key}": {json.dumps(random.choice(ODD))}, {text[at:]}'
    coding = random.choice(CODINGS) if random.random() < 0.1 else "utf-8"
    return text.encode(coding, "surrogatepass" if coding.startswith("utf-8") else "replace")


# Archives -------------------------------------------------------------------------------------


def _name(random: Random) -> str:
    return random.choice(random.choice([NAMES[:3], NAMES]))


def _content(random: Random) -> bytes:
    if random.random() < 0.05:
        return random.choice([zipped, tarred])(random)
    return random.choice([notebook, source, lambda _: b""])(random)


def zipped(random: Random) -> bytes:
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w") as archive:
        warnings.simplefilter("ignore")  # two files of one name
        for _ in range(random.randint(0, 5)):
            member = zipfile.ZipInfo(_name(random) or "x")
            member.compress_type = random.choice([0, 8, 8, 12, 14])
            member.external_attr = random.choice([0, 0, stat.S_IFREG, stat.S_IFLNK, 0o10000]) << 16
            if random.random() < 0.1:  # sizes and places that need 64 bits
                values = [random.choice([0, 40, 2**31, 2**63, 2**64 - 1]) for _ in range(3)]
                member.extra = struct.pack("<HH3Q", 1, random.choice([24, 8, 99]), *values)
            archive.writestr(member, _content(random))
        if random.random() < 0.1:
            archive.comment = random.choice([b"\n\x1b[0m", b"PK\5\6" + bytes(18)])
    whole = bytearray(data.getvalue())
    for _ in range(random.choice([0, 0, 0, 1, 3])):
        _lie(random, whole)
    if random.random() < 0.05:
        _end_of_64_bits(random, whole)
    return bytes(whole)


FIELDS = {
    b"PK\1\2": [(8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (38, 4), (42, 4)],
    b"PK\3\4": [(6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)],
    b"PK\5\6": [(4, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)],
}
"""(place, size) in the headers of a zip: flags, compression, checksum, sizes, places."""


def _lie(random: Random, whole: bytearray) -> None:
    mark = random.choice(sorted(FIELDS))
    places = [at for at in range(len(whole)) if whole.startswith(mark, at)]
    if places:
        place, size = random.choice(FIELDS[mark])
        start = random.choice(places) + place
        whole[start : start + size] = bytes(random.choices(BYTES, k=size))


def _end_of_64_bits(random: Random, whole: bytearray) -> None:
    at = whole.rfind(b"PK\5\6")
    values = [random.choice([0, 1, at, 2**31, 2**63, 2**64 - 1]) for _ in range(4)]
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, *values)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, random.choice([at, values[0]]), 1)
    whole[at:at] = record + locator
    end = at + len(record) + len(locator)
    whole[end + 8 : end + 20] = b"\xff" * 12


TYPES = [b"0", b"0", b"0", b"\0", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"S", b"L", b"K"]
TYPES += [b"x", b"g", b"X", b"V", b"D"]
"""Files, links, devices, folders, pipes, sparse files, long names, attributes, others."""

ATTRIBUTES = {
    "path": ["../x.py", "a\n.py", "p" * 20_000 + ".py", ""],
    "size": ["5", "-1", "10000000000000", "x", "9" * 5000],
    "hdrcharset": ["BINARY", "no-such"],
    "mtime": ["nan", "1e999", "x"],
    "GNU.sparse.major": ["1", "0", "x"],
    "GNU.sparse.minor": ["0", "1"],
    "GNU.sparse.name": ["s.py", "../s.py"],
    "GNU.sparse.realsize": ["1000", "10000000000000", "-5", "x"],
    "GNU.sparse.size": ["1000", "x"],
    "GNU.sparse.map": ["0,1", "0,1,5,10", "0,1,x", "-1,5", "99999999999,9"],
    "GNU.sparse.numblocks": ["1", "999999999"],
}


def tar(random: Random) -> bytes:
    data = io.BytesIO()
    form = random.choice([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    for _ in range(random.randint(0, 5)):
        content = _content(random)
        member = tarfile.TarInfo(_name(random))
        member.type = random.choice(random.choice([TYPES[:2], TYPES]))
        member.linkname = random.choice(["", "a.py", "/etc/passwd", "../../x"])
        member.size = len(content)
        if random.random() < 0.1:
            member.size = random.choice(
                [0, 1, 10**7, 8 * 2**30 - 1, 10**12, 2**63, 2**70, -1, -600]
            )
        if random.random() < 0.2:
            keys = random.sample(sorted(ATTRIBUTES), 3)
            member.pax_headers = {key: random.choice(ATTRIBUTES[key]) for key in keys}
        try:
            header = member.tobuf(form, errors="surrogateescape")
        except (ValueError, struct.error):  # what this format cannot say
            member.name, member.size, member.linkname = "a.py", len(content), ""
            header = member.tobuf(tarfile.GNU_FORMAT)
        data.write(header + content + bytes(-len(content) % 512))
    if random.random() < 0.8:
        data.write(bytes(1024))
    return data.getvalue()


def tarred(random: Random) -> bytes:
    raw = random.choice([mangled(random, tar(random)), tar(random)])
    whole = gzip.compress(raw, compresslevel=1, mtime=0)
    match random.randrange(12):
        case 0:
            return whole[: random.randrange(len(whole) + 1)]
        case 1:
            return whole + gzip.compress(tar(random), compresslevel=1, mtime=0)
        case 2:
            return whole + random.choice([b"\0" * 100, b"junk", whole[:20]])
        case 3:
            half = random.randrange(len(raw) + 1)
            return gzip.compress(raw[:half]) + gzip.compress(raw[half:])
        case 4:
            pack = random.choice([bz2.compress, lzma.compress, zlib.compress])
            return pack(tar(random))
    return whole


def mangled(random: Random, whole: bytes) -> bytes:
    data = bytearray(whole)
    for _ in range(random.choice([0, 0, 0, 0, 1, 2, 20])):
        place = random.randrange(len(data) + 1)
        match random.randrange(4):
            case 0:
                data[place : place + 1] = random.randbytes(1)
            case 1:
                del data[place : place + random.randint(1, 30)]
            case 2:
                data[place:place] = random.choice(SPLINTERS) * random.choice([1, 3, 50])
            case 3:
                other = random.randrange(len(data) + 1)
                data[place : place + 5] = data[other : other + 20]
    return bytes(data)


KINDS: dict[str, Callable[[Random], bytes]] = {
    "lab.ipynb": notebook,
    "lab.py": source,
    "lab.zip": zipped,
    "lab.tar.gz": tarred,
    "lab.tar": tar,
}
"""The name that something is handed in by, and what draws it."""


def drawn(random: Random, name: str) -> bytes:
    """What is handed in by that name."""
    return mangled(random, KINDS[name](random))


# What must come of it -------------------------------------------------------------------------


def read_or_refused(path: Path) -> tuple[bool, list[str]]:
    """Whether it was read, and what a person sees of it: remarks and names, or the refusal."""
    try:
        reading = read(path)
    except UnreadableSubmissionError as error:
        return False, [str(error)]
    again = msgspec.json.decode(msgspec.json.encode(reading), type=type(reading))
    assert again == reading, "the reading changes on its way to the grader"
    return True, [*reading.notes, *(cell.label for cell in reading.program.cells)]


def flaw(line: str) -> str | None:
    """What is wrong with a line that a person is to read, if anything."""
    if UNFORESEEN in line:
        return "a file that the reader stumbled over"
    if len(line.splitlines()) != 1:
        return "several lines, or none"
    if len(line) > LONGEST_LINE:
        return f"{len(line):,} characters"
    bad = {letter for letter in line if letter in BIDI or unicodedata.category(letter) in _UNSEEN}
    return f"unseen characters: {sorted(map(ascii, bad))}" if bad else None


_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
