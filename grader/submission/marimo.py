"""The cells of a marimo notebook, which is saved as a script of decorated functions."""

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence

from grader.submission.notebook import CodeCell
from grader.submission.python import parse_newer

CELLS = {"cell", "function", "class_definition"}
"""Decorators of `app`: a cell's body is the code; a function or class is code itself."""


def cells_of(text: str, label: str) -> list[CodeCell] | None:
    """The code cells in the order in which marimo executes them; None where it is no such notebook.

    The lines of each keep the numbers that they have in the file.

    Raises:
        SyntaxError: it is no Python.
    """
    if "import marimo" not in text or "marimo.App(" not in text:
        return None
    text, tree = parse_newer(text)
    lines = text.splitlines()
    inside = _lines_of_strings(text)
    cells = [cell for node in tree.body for cell in _cells(node, lines, inside)]
    return [CodeCell(f"{label}, cell {at + 1}", cells[at][2]) for at in _in_order(cells)]


def _cells(
    node: ast.stmt, lines: Sequence[str], inside: set[int]
) -> Iterator[tuple[set[str], set[str], str]]:
    """(names read, names made, source) of the cell that a statement is, if it is one."""
    if isinstance(node, ast.With) and _is_app(node.items[0].context_expr, {"setup"}):
        yield set(), {"*"}, _dedented(node.body, lines, inside)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        kinds = {kind for each in node.decorator_list for kind in CELLS if _is_app(each, {kind})}
        if kinds == {"cell"} and not isinstance(node, ast.ClassDef):
            last = node.body[-1]
            made = _names(last.value) if isinstance(last, ast.Return) else set()
            body = [each for each in node.body if not isinstance(each, ast.Return)]
            reads = {argument.arg for argument in node.args.args}
            yield reads, made, _dedented(body, lines, inside)
        elif kinds:
            yield set(), {node.name}, _kept(lines, range(node.lineno - 1, _end(node)))


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


def _dedented(body: Sequence[ast.stmt], lines: Sequence[str], inside: set[int]) -> str:
    """Statements without their indentation; what lies in a string stays as it is."""
    if not body:
        return ""
    indent = body[0].col_offset
    first = min([body[0].lineno, *(each.lineno for each in getattr(body[0], "decorator_list", []))])
    kept = range(first - 1, _end(body[-1]))
    shifted = [
        line[indent:] if at in kept and at + 1 not in inside else line
        for at, line in enumerate(lines)
    ]
    return _kept(shifted, kept)


def _kept(lines: Sequence[str], kept: range) -> str:
    return "\n".join([*[""] * kept.start, *lines[kept.start : kept.stop]])


def _lines_of_strings(text: str) -> set[int]:
    """The numbers of the lines that begin within a string."""
    found: set[int] = set()
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            starts.append(token.start[0])
        elif kind == "FSTRING_END":
            found.update(range(starts.pop() + 1, token.end[0] + 1))
        elif kind == "STRING":
            found.update(range(token.start[0] + 1, token.end[0] + 1))
    return found


def _in_order(cells: Sequence[tuple[set[str], set[str], str]]) -> list[int]:
    """The numbers of the cells so that what makes a name comes before what reads it."""
    made = {name: at for at, (_, names, _) in enumerate(cells) for name in names}
    needs = [
        {made[name] for name in reads if name in made} - {at}
        for at, (reads, _, _) in enumerate(cells)
    ]
    order: dict[int, None] = {}
    while len(order) < len(cells):
        left = [at for at in range(len(cells)) if at not in order]
        order.setdefault(next((at for at in left if needs[at] <= order.keys()), left[0]))
    return list(order)
