"""The names that statements read and bind, against Python's own symbol table."""

import ast
import importlib.util
import symtable
import textwrap
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.submission.scopes import names_of

MODULES = [
    "argparse",
    "ast",
    "asyncio.tasks",
    "collections",
    "contextlib",
    "dataclasses",
    "_pydecimal",
    "difflib",
    "doctest",
    "enum",
    "fractions",
    "functools",
    "inspect",
    "logging",
    "pydoc",
    "statistics",
    "string",
    "tarfile",
    "typing",
    "unittest.mock",
    "zipfile",
]


def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from tables(child)


def plain(names) -> set[str]:
    """Without names that classes mangle."""
    return {name for name in names if not name.startswith("__")}


@pytest.mark.parametrize("module", MODULES)
def test_names_are_those_of_the_symbol_table(module):
    spec = importlib.util.find_spec(module)
    body = ast.parse(Path(spec.origin).read_bytes()).body
    assert len(body) > 5
    for statement in body:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(ast.unparse(statement), module, "exec")
        scopes = list(tables(table))
        read = {each.get_name() for each in table.get_symbols() if each.is_referenced()}
        bound = {
            each.get_name()
            for each in table.get_symbols()
            if each.is_assigned() or each.is_imported()
        }
        declared = set()
        for scope in scopes:
            for each in scope.get_symbols():
                if each.is_global() and each.is_referenced():
                    read.add(each.get_name())
                if each.is_declared_global() and each.is_assigned():
                    declared.add(each.get_name())
        names = names_of(statement)
        found = names.reads | names.later
        # `del x` and `x += 1` need x; a class body may find outside what it binds itself.
        updated = {
            getattr(target, "id", "")
            for node in ast.walk(statement)
            if isinstance(node, ast.Delete | ast.AugAssign)
            for target in getattr(node, "targets", None) or [node.target]
        }
        in_classes = {
            each.get_name()
            for scope in scopes
            if scope.get_type() == "class"
            for each in scope.get_symbols()
            if each.is_assigned()
        }
        assert plain(found - read) <= updated | in_classes
        assert plain(read - found) <= names.binds.keys() | declared
        assert plain(bound ^ names.binds.keys()) <= declared
        assert names.sure <= bound


SCOPES = {
    # statement: (read while it runs, read later, surely bound)
    "x = x": ("x", "", "x"),
    "x += y": ("x y", "", ""),
    "x: y = z": ("y z", "", "x"),
    "x: y": ("y", "", ""),
    "x[y] = z": ("x y z", "", ""),
    "del x": ("x", "", ""),
    "x = y = [y for y in z]": ("z", "", "x y"),
    "[a for a in x for b in y(a) if b > c]": ("c x y", "", ""),
    "[y := f(x) for x in z]": ("f z", "", ""),
    "f(x) and (y := z)": ("f x z", "", ""),
    "lambda a, b=c: a + b + d": ("c", "d", ""),
    "(x for y in z)": ("x z", "x", ""),
    "import a.b": ("", "", ""),
    "import a.b as c, d": ("", "", "c d"),
    "from a import b as c, d": ("", "", "c d"),
    "global x": ("", "", ""),
    "def f(a, *b, c=d, **e) -> g: return a, b, c, e, h": ("d g", "h", "f"),
    "def f():\n  x = 1\n  return x": ("", "", "f"),
    "def f():\n  return x\n  x = 1": ("", "", "f"),
    "def f():\n  global x\n  return x": ("", "x", "f"),
    "def f(x):\n  def g():\n    return x, y\n  return g": ("", "y", "f"),
    "def f(x):\n  def g():\n    global x\n    return x": ("", "x", "f"),
    "def f():\n  x = 1\n  def g():\n    nonlocal x\n    x += 1": ("", "", "f"),
    "def f():\n  for x in y: pass\n  with z as w: pass\n  return w, x": ("", "y z", "f"),
    "def f(x):\n  x: y = 1": ("", "y", "f"),
    "def f():\n  class C:\n    x = 1\n    def g(self): return x": ("", "x", "f"),
    "def f(x):\n  class C:\n    x = x": ("", "x", "f"),
    "def f(x):\n  class C:\n    y = x": ("", "", "f"),
    "def f():\n  try: pass\n  except E as e: print(e)": ("", "E print", "f"),
    "class C(B, k=m):\n  x = y\n  z = x": ("B m y", "", "C"),
    "class C:\n  x = 1\n  def f(self): return x": ("", "x", "C"),
    "class C:\n  x = 1\n  y = [x for _ in x]": ("", "x", "C"),
    "class C:\n  x = x\n  class D:\n    y = x": ("x", "x", "C"),
    "class C:\n  if a: x = 1\n  y = x": ("a x", "", "C"),
    "if x: y = 1\nelse: y = 2": ("x", "", "y"),
    "if x: y = 1": ("x", "", ""),
    "if x: pass\nelif y: z = 1": ("x y", "", ""),
    "for x in y: z = x": ("y", "", ""),
    "for x in y: pass\nelse: z = x": ("x y", "", ""),
    "while x: x = y": ("x y", "", ""),
    "with x as y: z = y": ("x", "", "y"),
    "try: import x\nexcept E: x = None": ("E", "", "x"),
    "try: import x\nexcept E: pass": ("E", "", ""),
    "try: x = 1\nfinally: y = x": ("x", "", "x y"),
    "try: x = 1\nexcept E as e: x = e\nelse: y = x": ("E", "", "x"),
    "match x:\n  case [a, *b]: c = a, b\n  case {'k': d, **e}: c = d, e\n  case F(g) | g: c = g": (
        "F x",
        "",
        "",
    ),
}


@pytest.mark.parametrize(("source", "expected"), SCOPES.items(), ids=SCOPES)
def test_scoping_rules(source, expected):
    [statement] = ast.parse(textwrap.dedent(source)).body
    names = names_of(statement)
    found = tuple(" ".join(sorted(each)) for each in (names.reads, names.later, names.sure))
    assert found == expected
