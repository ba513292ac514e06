"""Code of a newer Python does under this one what it was written to do, on the same lines."""

import ast
import builtins
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox.inside import newer_python
from grader.submission import apart
from grader.submission.newer_syntax import older
from grader.submission.python import parse, parse_newer, to_python
from grader.submission.reader import read

STRINGS = {
    "the same quotes": ('x = {"a": {"b": 1}}\nanswer = f"{x["a"]["b"]}"', "1"),
    "triple quotes in triple quotes": ('answer = f"""{"""a""" + f"""{1}"""}"""', "a1"),
    "quotes six deep": ("""answer = f"{f"{f"{f"{f"{f"{1 + 1}"}"}"}"}"}\"""", "2"),
    "a backslash": ("answer = f\"{'\\n'.join(['a', 'b'])}\"", "a\nb"),
    "a name of Unicode": ("answer = f'{'\\N{MIDDLE DOT}'}\\N{MIDDLE DOT}\\x41'", "··A"),
    "a comment": ('answer = f"""{\n  1  # one }\n}"""', "1"),
    "a line break": ("answer = f'{\n  1 +\n  2\n}, {3\n}'", "3, 3"),
    "a continued text": ("x = 'a'\nanswer = f'b\\\n{x + ''}\\\nc'", "bac"),
    "braces": ("answer = f'{{{'}'}}}{{}}'", "{}}{}"),
    "raw": ("answer = rf'\\n{'\\n'}\\{'a'}\\d'", "\\n\n\\a\\d"),
    "raw by capitals": ("answer = FR'\\d{'a' 'b'}'", "\\dab"),
    "an odd escape": ("answer = f'\\d\\{'a'}'", "\\d\\a"),
    "quotes in the text": ("answer = f'''\"\"\"\\'{'a'}\"'''", '"""\'a"'),
    "conversions": ("x = 'é'\nanswer = f'{x!r}{x!s}{x + ''!a}'", "'é'é'\\xe9'"),
    "a format": ("answer = f'{1.5:{'>'}{'8'}.{'2'}f}|'", "    1.50|"),
    "a format with a conversion": ("answer = f'{'a'!r:{'>'}{'5'}}'", "  'a'"),
    "a format in a format": ("a, b = 5, 1\nanswer = f'{1:{a:{b}}}{'x'}'", "    1x"),
    "a format of dates": (
        "from datetime import date\nanswer = f'{date(2024, 1, 2):%Y{'-'}%d}'",
        "2024-02",
    ),
    "documenting itself": ("x = [1]\nanswer = f'{ x [0] = }{''}'", " x [0] = 1"),
    "documenting itself with a format": ("x = 3\nanswer = f'{x = :>{'4'}}'", "x =    3"),
    "documenting itself with a conversion": ("x = 'a'\nanswer = f'{x=!s}{''=}'", "x=a''=''"),
    "beside other strings": ("answer = 'a' f'{'b'}' \"c\" f'{1}' r'\\d'", "ab" + "c1\\d"),
    "beside others over lines": ("answer = (\n 'a'  # one\n f'{'b'}'\n\n '''c\n'''\n)", "abc\n"),
    "no tuple in brackets": ("x = 1, 2\nanswer = f'{*x, '3'}'", "(1, 2, '3')"),
    "an assignment inside": ("answer = f'{(x := 'a')}{x}'", "aa"),
    "a lambda": ("answer = f'{(lambda x: x + 'b')('a')}'", "ab"),
    "a condition": ("answer = f'{'a' if True else 'b'}'", "a"),
    "a comprehension": ("answer = f'{','.join(f'{i}{'-'}' for i in range(2))}'", "0-,1-"),
    "a method of it": ("answer = f'{'a'}'.upper() + f'{'b'}'[0] % ()", "Ab"),
    "in the order of the text": (
        "x = []\nanswer = f'{x}{x.append('a')}{x}'",
        "[]None['a']",
    ),
    "yield": ("def f():\n  yield f'{yield 'a'}'\nanswer = next(f())", "a"),
    "where format is the student's": ("format = str = repr = None\nanswer = f'{'a'!r:>4}'", " 'a'"),
    "in a function of one line": ("def f(x): return f'{x['a']}'\nanswer = f({'a': 1})", "1"),
    "in an annotation": ("def f(x: f'{'a'}') -> None: ...\nanswer = f.__annotations__['x']", "a"),
}

TYPES = {
    "an alias": ("type X = int\nanswer = X.__value__ is int", True),
    "an alias that knows no such name yet": ("type X = list[Later]\nanswer = X.__name__", "X"),
    "an alias of itself": ("type X = int | list[X]\nanswer = 'X' in repr(X.__value__)", True),
    "an alias over lines": (
        "type X = dict[\n  str,\n  int,\n]\nanswer = X.__value__",
        dict[str, int],
    ),
    "an alias in a function": (
        "def f():\n  type X = int\n  return X.__value__\nanswer = f() is int",
        True,
    ),
    "an alias beside others": ("type X = int; type Y = X; answer = Y.__value__ is X", True),
    "an alias in annotations": (
        "from typing import Optional, Union, Callable\ntype X = int\n"
        "def f(a: X, b: X | None, c: None | X, d: Optional[X], e: Callable[[X], X], g: list[X],"
        " h: Union[int, X]) -> X: return a\nanswer = f(1, 2, 3, 4, 5, 6, 7)",
        1,
    ),
    "an alias with parameters": (
        "type X[K, *V, **P] = dict[K, tuple[*V]]\nanswer = len(X.__type_params__)",
        3,
    ),
    "an alias with arguments": (
        "type X[K] = list[K]\ndef f(a: X[int], b: X[str] = 2): return a + b\nanswer = f(1)",
        3,
    ),
    "type as a name": ("type = 3\ntype X = int\nanswer = type", 3),
    "a function": ("def f[T](x: T, y: list[T] | None = None) -> T: return x\nanswer = f(1)", 1),
    "a bound and constraints": (
        "def f[T: int, S: (str, bytes)](x: T, y: S) -> dict[T, S]: return {x: y}\n"
        "answer = f(1, 'a')",
        {1: "a"},
    ),
    "a bound that is not defined": ("def f[T: Nowhere](x: T) -> T: return x\nanswer = f(1)", 1),
    "parameters over lines": (
        "def f[\n  T: int,  # one\n  S,\n](\n  x: T,\n) -> S:\n  return x\nanswer = f(1)",
        1,
    ),
    "many values": ("def f[*Ts](*args: *Ts) -> tuple[*Ts]: return args\nanswer = f(1, 2)", (1, 2)),
    "many parameters": (
        "from typing import Callable, Concatenate\n"
        "def f[**P, T](g: Callable[P, T], h: Callable[Concatenate[int, P], T] = 1):\n"
        "  def call(*args: P.args, **kwargs: P.kwargs) -> T: return g(*args, **kwargs)\n"
        "  return call\nanswer = f(max)(1, 2)",
        2,
    ),
    "a method": (
        "class A:\n  def f[T](self, x: T) -> T:\n    y: T = x\n    return y\nanswer = A().f(1)",
        1,
    ),
    "a decorated coroutine": (
        "import asyncio\ndef d(g): return g\n@d\nasync def f[T](x: T) -> T: return x\n"
        "answer = asyncio.run(f(1))",
        1,
    ),
    "the same name as an attribute": (
        "class A:\n  T = 2\ndef f[T](x: T) -> T: return x.T + g(T=1)\ndef g(T): return T\n"
        "answer = f(A)",
        3,
    ),
    "the same name inside": (
        "T = 5\ndef f[T](x: T, y=T) -> T:\n  for T in [x]: pass\n  return T + y\nanswer = f(1)",
        6,
    ),
    "the same name outside": ("T = 5\ndef f[T](x: T) -> T: return x\nanswer = f(1) + T", 6),
    "the parameter itself": (
        "def f[T](): return [T, T]\na, b = f()\nanswer = a is b",
        True,
    ),
    "a parameter in a string": ("def f[T](): return f'{T}'\nanswer = f().strip('~')", "T"),
    "a class": (
        "class A[T]:\n  x: T = 1\n  def f(self, y: T) -> T: return y\nanswer = A[int]().f(1)",
        1,
    ),
    "a class of a base": (
        "class A: pass\nclass B[T](A): pass\nanswer = issubclass(B, A) and B[int]().__class__ is B",
        True,
    ),
    "a class of a generic base": (
        "class A[T]: x = 1\nclass B[T, S](A[T]): pass\nclass C(B[int, str]): pass\n"
        "answer = C().x + B[str, int]().x",
        2,
    ),
    "a class with a keyword": (
        "class A:\n  def __init_subclass__(cls, k): cls.k = k\n"
        "class B[T](A, k=1): pass\nanswer = B.k",
        1,
    ),
    "a class with a keyword alone": ("class A[T](metaclass=type): x = 1\nanswer = A[int].x", 1),
    "a class with empty parentheses": ("class A[T](): x = 1\nanswer = A.x", 1),
    "a class over lines": (
        "class A[\n  T,\n  *Ts,\n](\n  list[T],\n):\n  pass\nanswer = A[int, str]([1])",
        [1],
    ),
    "a class of many parameters": (
        "class A[*Ts, **P]:\n  def f(self, *x: *Ts) -> tuple[*Ts]: return x\n"
        "answer = A[int, str, [bool]]().f(1)",
        (1,),
    ),
    "a data class": (
        "from dataclasses import dataclass\n@dataclass(slots=True)\nclass A[T]:\n  x: T\n"
        "answer = A[int](1) == A(1)",
        True,
    ),
    "a protocol": (
        "from typing import Protocol\nclass A[T](Protocol):\n  def f(self) -> T: ...\n"
        "class B(A[int]):\n  def f(self): return 1\nanswer = B().f()",
        1,
    ),
    "a named tuple": (
        "from typing import NamedTuple\nclass A[T](NamedTuple):\n  x: T\nanswer = A[int](1).x",
        1,
    ),
    "a typed dictionary": (
        "import typing\nclass A[T](typing.TypedDict):\n  x: T\nanswer = A[int](x=1)",
        {"x": 1},
    ),
    "a default": (
        "def f[T = int, *Ts = *tuple[int], **P = [int]](x: T): return x\nanswer = f(1)",
        1,
    ),
    "a default of a class": ("class A[T: int = bool, S=T]:\n  x: S = 1\nanswer = A().x", 1),
    "a default of an alias": ("type X[T = int] = list[T]\nanswer = X.__name__", "X"),
    "annotations that stay text": (
        "from __future__ import annotations\ndef f[T](x: T) -> list[T]: return x\nanswer = f(1)",
        1,
    ),
}

OTHERS = {
    "a starred subscript": ("x, i = {(1, 2): 3}, (1, 2)\nanswer = x[*i]", 3),
    "more in a starred subscript": ("x, i = {(0, 1, 2): 3}, (1, 2)\nanswer = x[0, *i,]", 3),
    "a starred subscript with slices": (
        "class X:\n  def __getitem__(self, key): return key\nslice = None\n"
        "answer = str(X()[*[1], 2:3, ::\n4])",
        "(1, slice(2, 3, None), slice(None, None, 4))",
    ),
    "a starred subscript assigned": ("x = {}\nx[*'ab'] = 1\nanswer = x", {("a", "b"): 1}),
    "a starred subscript removed": ("x = {(1,): 2}\ndel x[*[1]]\nanswer = x", {}),
    "a starred subscript in another": ("x = {(1,): 2, (2,): 3}\nanswer = x[*[x[*[1]]]]", 3),
    "except with a star": (
        "try: 1 / 0\nexcept* ZeroDivisionError: answer = 1\nexcept* ValueError: pass",
        1,
    ),
    "a group of one": (
        "try:\n  int('x')\nexcept*ValueError as group:\n"
        "  answer = [type(e) for e in group.exceptions]",
        [ValueError],
    ),
    "except with a star and kinds": (
        "try: int('x')\nexcept* (TypeError, ValueError): answer = 1\nelse: answer = 2\n"
        "finally: answer += 1",
        2,
    ),
}
CASES = {**STRINGS, **TYPES, **OTHERS}

UNPARENTHESIZED = {
    "except of two": ("try: int('x')\nexcept TypeError, ValueError: answer = 1", 1),
    "except of two, the first": ("try: 1 + ''\nexcept TypeError, ValueError: answer = 1", 1),
    "except of three": (
        "try: 1 / 0\nexcept OSError, ValueError, ArithmeticError:\n  answer = 1",
        1,
    ),
    "except with a star of two": ("try: int('x')\nexcept* TypeError, ValueError: answer = 1", 1),
}
"""Python 3.14."""


@pytest.fixture(autouse=True)
def _at_run_time(monkeypatch):
    apart.begin()
    monkeypatch.setattr(builtins, newer_python.NAME, newer_python, raising=False)


def answer(source):
    space = {"__name__": "submission"}
    exec(compile(source, "cell 1", "exec", dont_inherit=True), space)
    return space["answer"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [*CASES.values(), *UNPARENTHESIZED.values()],
    ids=[*CASES, *UNPARENTHESIZED],
)
def test_it_does_what_it_was_written_to_do(source, expected):
    text, tree = parse_newer(source)
    assert text.count("\n") == source.count("\n")
    assert tree.body
    assert answer(text) == expected


@pytest.mark.parametrize("source", [source for source, _ in CASES.values()], ids=CASES)
def test_that_is_what_a_newer_python_does(source, newest):
    """Asked of Python 3.13 itself, so that what is expected is not only what we believe."""
    _, expected = next(case for case in CASES.values() if case[0] == source)
    assert newest(source) == repr(expected)


@pytest.fixture(scope="session")
def newest():
    """What Python 3.13 finds for `answer`."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [*pyenv.glob("versions/3.13.*/bin/python"), shutil.which("python3.13")]
    if not any(found):
        pytest.skip("there is no Python 3.13")
    code = (
        "import json, sys\nfound = []\nfor source in json.load(sys.stdin):\n"
        "    space = {}\n"
        "    try: exec(source, space)\n"
        "    except Exception as error: space['answer'] = error\n"
        "    found.append(repr(space['answer']))\n"
        "json.dump(found, sys.stdout)"
    )
    sources = [source for source, _ in CASES.values()]
    done = subprocess.run(
        [str(next(filter(None, found))), "-W", "ignore", "-c", code],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(sources, json.loads(done.stdout), strict=True)).__getitem__


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=6), st.data())
def test_every_statement_stays_on_its_line(names, data):
    parts = []
    for number, name in enumerate(names):
        gap = data.draw(st.sampled_from(["\n", "\n\n# a comment\n", "\n'''a\ntext'''\n", "\n\f\n"]))
        parts.append(f"{CASES[name][0]}{gap}mark{number} = {number}")
    source = "\n".join(part for part in parts if "__future__" not in part)
    apart.begin()
    text, tree = parse_newer(source)
    assert text.count("\n") == source.count("\n")
    lines = source.split("\n")
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("mark"):
            assert lines[node.lineno - 1] == ast.unparse(node)


def test_what_this_python_reads_is_not_touched():
    source = "x = f'{1!r:>4}'\ntry: pass\nexcept (A, B): pass\ny = x[1:2, *z] if 0 else ''\n"
    if sys.version_info < (3, 11):
        source = source.replace(", *z", "")
    new = "def f[T](x): return f'{x['a']}'\n"
    assert parse_newer(source)[0] == source
    assert parse_newer(new + source)[0].endswith(source)


@pytest.mark.parametrize(
    "source",
    [
        "x = f'{",
        "def f[T(x): pass",
        "type X = ",
        "except* x",
        "print 'a'  # except a, b",
        "x = f'{a b}'",
        "class A[T]: x = (",
    ],
)
def test_what_no_python_reads_stays_an_error(source):
    with pytest.raises(SyntaxError):
        parse_newer(source)
    with pytest.raises(SyntaxError):
        to_python(source)


BREAKING = {
    "nested": "(" * 3000 + "1" + ")" * 3000,
    "signs": "-" * 30_000 + "1",
    "negations": "not " * 3000 + "1",
    "brackets": "[" * 3000,
    "f-strings": "f'{" * 3000,
}


@pytest.mark.parametrize("tail", BREAKING.values(), ids=BREAKING)
def test_what_breaks_the_parser_breaks_nothing_else(tail):
    assert older(f"x = f'{{'a'}}'\ny = {tail}") is None
    assert older("x: list[*y]\ntype X = f'{'a'}'") is not None or sys.version_info >= (3, 12)


def test_what_takes_too_long_is_given_up_and_so_is_the_rest_of_the_reading(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS_PER_READING", 1.0)
    apart.begin()
    slow = "type X = f'{'a'}'\nmatch x:\n case " + "(" * 60 + "1" + ")" * 60 + ": pass"
    while apart._left > 0:
        assert older(slow) is None
    assert older("type X = f'{'a'}'") is None
    apart.begin()
    assert older("type X = f'{'a'}'") is not None


# Whatever it is handed in as ----------------------------------------------------------------------

NEW = """def quantized_weights[T](weights: T) -> tuple[T, float]:
    print(f"{f"{weights}"}")
    return weights, 1.0
"""


def notebook(*cells):
    saved = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"nbformat": 4, "cells": saved})


def zipped(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return path


def pieces(reading):
    return [(c.label, p.line, p.text) for c in reading.program.cells for p in c.pieces]


def test_a_cell_a_script_and_a_script_in_an_archive_are_read_alike(tmp_path):
    (tmp_path / "lab.ipynb").write_text(notebook("x = 1", NEW))
    (tmp_path / "lab.py").write_text(f"x = 1\n{NEW}")
    zipped(tmp_path / "lab.zip", lab_py=f"x = 1\n{NEW}")
    found = [read(tmp_path / name) for name in ("lab.ipynb", "lab.py", "lab.zip")]
    assert len({each.digest for each in found}) == 1
    assert [line for each in found for _, line, _ in pieces(each)] == [1, 2, 2]
    for each in found:
        (definition,) = (text for *_, text in pieces(each))
        parse(definition)
        assert not any("left out" in note for note in each.notes)


@pytest.mark.parametrize(
    "magic", ["%matplotlib inline", "!pip install x", "x = !ls", "%time y = 1"]
)
def test_magics_may_stand_beside_it(magic, tmp_path):
    path = tmp_path / "lab.ipynb"
    path.write_text(notebook(f"{magic}\n{NEW}\n{magic}"))
    reading = read(path)
    assert [line for _, line, _ in pieces(reading)] == [2]


@pytest.mark.parametrize("line", ["%time x = f'{'a'}'", "%time f'{'a'}'", "x = %time f'{'a'}'"])
def test_it_may_stand_in_a_magic(line):
    source = to_python(line)
    parse(source)
    assert "a" in source


@pytest.mark.parametrize("broken", ["print 'python 2'", "x = (", "def f(:\n    pass"])
def test_a_broken_block_of_a_script_costs_the_others_nothing(broken, tmp_path):
    path = tmp_path / "lab.py"
    path.write_text(f"{NEW}\n\n{broken}\n\n\n{NEW.replace('weights', 'bias')}\ny = 2\n")
    reading = read(path)
    (note,) = (note for note in reading.notes if "left out" in note)
    assert f"lines {NEW.count(chr(10)) + 3} to" in note
    assert "quantized_weights" in reading.graded


HELPER = 'type X = int\ndef double[T](x: T) -> T: return f"{"é"}" and x + x\n'


@pytest.mark.parametrize("coding", ["", "# coding: latin-1\n", "# -*- coding: utf-8 -*-\n"])
def test_a_helper_module_can_be_imported(coding, tmp_path):
    folder = tmp_path / "handed"
    folder.mkdir()
    text = coding + HELPER
    (folder / "helper.py").write_bytes(text.encode("latin-1" if "latin" in coding else "utf-8"))
    (folder / "lab.py").write_text(f"import helper\n{NEW}")
    ((name, data),) = read(folder).program.modules
    assert name == "helper.py"
    space = {}
    exec(compile(data, name, "exec", dont_inherit=True), space)
    assert space["double"](2) == 4


def test_so_can_a_module_that_a_cell_writes(tmp_path):
    path = tmp_path / "lab.ipynb"
    path.write_text(notebook(f"%%writefile helper.py\n{HELPER}", f"import helper\n{NEW}"))
    ((_, data),) = read(path).program.modules
    assert ast.parse(data)


def test_a_file_that_breaks_the_parser_costs_the_one_beside_it_nothing(tmp_path):
    folder = tmp_path / "handed"
    folder.mkdir()
    (folder / "lab.py").write_text(NEW)
    for name in ("nested", "brackets", "f-strings"):
        tail = BREAKING[name]
        (folder / f"{name}.py").write_text(f"x = f'{{'a'}}'\n{NEW}\ny = {tail}")
    reading = read(folder)
    assert "quantized_weights" in reading.graded
    assert pieces(reading)
