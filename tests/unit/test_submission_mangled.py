"""Damaged and hostile notebooks, sources and archives: a program or one line, nothing else.

`SUBMISSION_CASES=20000 pytest tests/unit/test_submission_mangled.py` runs more of them.
"""

import io
import json
import os
import tarfile
import warnings
import zipfile
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from grader.errors import UnreadableSubmissionError
from grader.submission.reader import read

CASES = int(os.environ.get("SUBMISSION_CASES", "300"))

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
"""
LINES = TEXT.split("\n")
VALID = 12
"""The first lines are Python, in any order."""

NAMES = ["a.py", "lab.ipynb", "x/b.py", "json.py", "../e.py", "/abs.py", "torch/__init__.py"]
NAMES += [".git/x.py", "é.py", "a b.py", "c.PY", "d.txt", "a.py", "lab.ipynb"]

SPLINTERS = [b"[", b"{", b"null", b"\xff", b'"', b"\\u0000", b"\\ud800", b"1e999", b"NaN", b"("]


def code(random: Random) -> str:
    lines = random.choice([LINES, LINES[:VALID]])
    return "\n".join(random.choices(lines, k=random.randint(0, 12)))


def bent(random: Random, value: object) -> object:
    """Mostly the value itself."""
    others = [None, 5, [value], {"a": value}, True, ""]
    return value if random.random() < 0.95 else random.choice(others)


def notebook(random: Random) -> bytes:
    old = random.random() < 0.2
    cells = []
    for _ in range(random.randint(0, 8)):
        text = code(random)
        cell = {
            "cell_type": bent(random, random.choice(["code", "code", "code", "markdown"])),
            "input" if old else "source": bent(
                random, random.choice([text, text.splitlines(keepends=True)])
            ),
            "outputs": bent(random, [{"data": {"image/png": "A" * 100}}]),
        }
        cells.append(bent(random, cell))
    inside = {"worksheets": [{"cells": cells}]} if old else {"cells": bent(random, cells)}
    return json.dumps(bent(random, {"nbformat": 4, **inside})).encode()


def source(random: Random) -> bytes:
    coding = random.choice(["utf-8", "utf-8", "utf-16", "latin-1"])
    return code(random).encode(coding, "replace")


def zipped(random: Random) -> bytes:
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w", random.choice([0, 8])) as archive:
        warnings.simplefilter("ignore")  # two files of one name
        for _ in range(random.randint(0, 5)):
            archive.writestr(random.choice(NAMES), random.choice([notebook, source])(random))
    return data.getvalue()


def tarred(random: Random) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for _ in range(random.randint(0, 5)):
            content = random.choice([notebook, source])(random)
            member = tarfile.TarInfo(random.choice(NAMES))
            member.size, member.type = len(content), random.choice([b"0", b"0", b"0", b"1", b"2"])
            archive.addfile(member, io.BytesIO(content))
    return data.getvalue()


def mangled(random: Random, whole: bytes) -> bytes:
    data = bytearray(whole)
    for _ in range(random.choice([0, 0, 1, 2, 5, 20])):
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


KINDS = {"lab.ipynb": notebook, "lab.py": source, "lab.zip": zipped, "lab.tar.gz": tarred}


@pytest.mark.parametrize("name", KINDS)
@settings(
    max_examples=CASES // len(KINDS),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**63))
def test_anything_is_read_or_refused_in_one_line(tmp_path, name, seed):
    random = Random(seed)
    data = mangled(random, KINDS[name](random))
    note(repr(data))
    path = tmp_path / name
    path.write_bytes(data)
    try:
        reading = read(path)
    except UnreadableSubmissionError as error:
        lines = [str(error)]
    else:
        lines = list(reading.notes)
        assert msgspec.json.decode(msgspec.json.encode(reading), type=type(reading)) == reading
    for line in lines:
        assert line.encode()
        assert "\n" not in line
        assert len(line) < 12_000
