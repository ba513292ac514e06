"""The cells of a marimo notebook, which is saved as a script of decorated functions."""

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.submission.notebook import CodeCell
from grader.submission.python import parse, parse_newer
from grader.submission.scopes import names_of
from grader.writeup import LONGEST, Passage

CELLS = {"cell", "function", "class_definition"}
"""Decorators of `app`: a cell's body is the code; a function or class is code itself."""

UNPARSABLE = "_unparsable_cell"
"""A method of `app` that is given the text of a cell which is no Python, such as `!pip list`."""
INDENT = " " * 4
"""Of a cell's code, as marimo writes it."""
OWN = re.compile(r"_(?!_)\w+")
"""A name that belongs to its cell: the same in another cell is another name."""
OF_CELL = "_of_cell_"
"""What is put behind it, before the number of its cell, where another cell has it as well."""


class _Cell(NamedTuple):
    """A cell, and what it is to the others."""

    reads: set[str]
    makes: set[str]
    source: str


def cells_of(text: str, label: str) -> list[CodeCell] | None:
    """The code cells in the order in which marimo executes them; None where it is no such notebook.

    The lines of each keep the numbers that they have in the file.

    Raises:
        SyntaxError: it is no Python.
    """
    if "import marimo" not in text or "marimo.App(" not in text:
        return None
    text, tree = parse_newer(text)
    lines = text.split("\n")
    strings = _strings(text)
    cells = [cell for node in tree.body for cell in _cells(node, lines, strings)]
    sources = _told_apart([cell.source for cell in cells])
    return [CodeCell(f"{label}, cell {at + 1}", sources[at]) for at in _in_order(cells)]


def passages_of(text: str) -> Iterator[Passage]:
    """Yield what stands in the file one after the other: text where it is Markdown, else code.

    Raises:
        SyntaxError: it is no Python.
    """
    text, tree = parse_newer(text)
    lines = text.split("\n")
    for node in tree.body:
        markdown = _markdown(node)
        code = "\n".join(line.removeprefix(INDENT) for line in lines[node.lineno - 1 : _end(node)])
        shown = code if markdown is None else markdown
        yield Passage(f"line {node.lineno}", markdown is None, shown[:LONGEST])


def _markdown(node: ast.stmt) -> str | None:
    """The text of a cell that shows Markdown and does nothing else."""
    match node:
        case ast.FunctionDef(
            body=[
                ast.Expr(value=ast.Call(func=ast.Attribute(attr="md"), args=[text])),
                *rest,
            ]
        ) if all(isinstance(each, ast.Return) for each in rest):
            constants = [each for each in ast.walk(text) if isinstance(each, ast.Constant)]
            return textwrap.dedent("".join(str(each.value) for each in constants))
    return None


def _cells(node: ast.stmt, lines: Sequence[str], strings: Sequence[range]) -> Iterator[_Cell]:
    """Yield the cell that a statement is, if it is one."""
    if isinstance(node, ast.With) and _is_app(node.items[0].context_expr, {"setup"}):
        yield _Cell(set(), {"*"}, _dedented(node.body, lines, strings))
    elif isinstance(node, ast.Expr) and _is_app(node.value, {UNPARSABLE}):
        yield _Cell(set(), set(), _unparsed(node.value))
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        kinds = {kind for each in node.decorator_list for kind in CELLS if _is_app(each, {kind})}
        if kinds == {"cell"} and not isinstance(node, ast.ClassDef):
            last = node.body[-1]
            made = _names(last.value) if isinstance(last, ast.Return) else set()
            body = [each for each in node.body if not isinstance(each, ast.Return)]
            reads = {argument.arg for argument in node.args.args}
            yield _Cell(reads, made, _dedented(body, lines, strings))
        elif kinds:
            code = _kept(lines, range(node.lineno - 1, _end(node)))
            yield _Cell(set(), {node.name}, code)


def _is_app(node: ast.expr, names: set[str]) -> bool:
    """Whether it is `app.cell`, or that with arguments."""
    target = node.func if isinstance(node, ast.Call) else node
    return (
        isinstance(target, ast.Attribute)
        and target.attr in names
        and isinstance(target.value, ast.Name)
        and target.value.id == "app"
    )


def _names(node: ast.expr | None) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} if node else set()


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _unparsed(call: ast.expr) -> str:
    """The text that such a call is given."""
    match call:
        case ast.Call(args=[ast.Constant(value=str(text)) as given, *_]):
            return "\n" * (given.lineno - 1) + textwrap.dedent(text)
    return ""


def _dedented(body: Sequence[ast.stmt], lines: Sequence[str], strings: Sequence[range]) -> str:
    """Statements without their indentation.

    What lies in a string loses it, too: marimo has put it there. It stays as it is where it has
    less, for then somebody else has written it.
    """
    if not body:
        return ""
    indent = body[0].col_offset
    first = min([body[0].lineno, *(each.lineno for each in getattr(body[0], "decorator_list", []))])
    kept = range(first - 1, _end(body[-1]))
    as_they_are = {
        at
        for string in strings
        if string.start in kept
        if any(lines[at].strip() and lines[at][:indent].strip() for at in string)
        for at in string
    }
    shifted = [
        _without(line, indent) if at in kept and at not in as_they_are else line
        for at, line in enumerate(lines)
    ]
    return _kept(shifted, kept)


def _without(line: str, indent: int) -> str:
    """A line without its indentation, of which an empty one may have less."""
    return line[indent:] if line[:indent].isspace() else line.lstrip()


def _kept(lines: Sequence[str], kept: range) -> str:
    return "\n".join([*[""] * kept.start, *lines[kept.start : kept.stop]])


def _strings(text: str) -> list[range]:
    """The lines that begin within a string, as the indices of each one's."""
    found: list[range] = []
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            starts.append(token.start[0])
        elif kind == "FSTRING_END":
            found.append(range(starts.pop(), token.end[0]))
        elif kind == "STRING":
            found.append(range(token.start[0], token.end[0]))
    return [lines for lines in found if lines]


def _in_order(cells: Sequence[_Cell]) -> list[int]:
    """The numbers of the cells so that what makes a name comes before what reads it."""
    made = {name: at for at, cell in enumerate(cells) for name in cell.makes}
    needs = [
        {made[name] for name in cell.reads if name in made} - {at} for at, cell in enumerate(cells)
    ]
    order: dict[int, None] = {}
    while len(order) < len(cells):
        left = [at for at in range(len(cells)) if at not in order]
        order.setdefault(next((at for at in left if needs[at] <= order.keys()), left[0]))
    return list(order)


def _told_apart(sources: Sequence[str]) -> list[str]:
    """The cells, in which no name of a cell's own is that of an earlier cell's."""
    found, seen = [], set[str]()
    for number, source in enumerate(sources, start=1):
        own = _own_names(source)
        again = own & seen
        found.append(_renamed(source, again, number) if again else source)
        seen |= own
    return found


def _own_names(source: str) -> set[str]:
    """The names of its own that a cell binds at its top, and that can be given other names."""
    if "_" not in source:
        return set()
    try:
        tree = parse(source)
        bound = {name for each in tree.body for name in names_of(each).binds}
        return {name for name in bound if OWN.fullmatch(name)} - _kept_names(tree)
    except (SyntaxError, RecursionError):  # it will be left out
        return set()


def _kept_names(tree: ast.Module) -> set[str]:
    """The names that stand where another cell may mean them, or where a text has them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name) | ast.keyword(arg=str(name)) | ast.Attribute(attr=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.update({name, other or name})
            case ast.ClassDef(body=body):
                found.update(name for each in body for name in names_of(each).binds)
            case ast.JoinedStr():  # until Python 3.12 nobody tells the places in it
                found.update(each.id for each in ast.walk(node) if isinstance(each, ast.Name))
    return found


def _renamed(source: str, names: set[str], number: int) -> str:
    """The source of a cell in which these names also tell the cell's number."""
    lines = source.split("\n")
    before, places = "", []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.string in names and before != ".":
            places.append((token.start[0] - 1, token.end[1]))
        before = token.string
    for at, column in reversed(places):
        lines[at] = f"{lines[at][:column]}{OF_CELL}{number}{lines[at][column:]}"
    return "\n".join(lines)
