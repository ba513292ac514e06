"""Cuts a cell into its top-level statements, so that each can be executed by itself."""

import ast
from collections.abc import Sequence

from grader.submission.program import Piece


def pieces(source: str, body: Sequence[ast.stmt]) -> list[Piece]:
    """Each statement as the text that it is.

    Args:
        source: of a cell.
        body: its top-level statements.
    """
    # Columns count bytes, and every line end is one to Python.
    lines = source.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass")
    return [_piece(lines.split(b"\n"), node) for node in body]


def _piece(lines: Sequence[bytes], node: ast.stmt) -> Piece:
    # A decorator's column is that of its expression, behind the @ at the start of its line.
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    start = 0 if decorators else node.col_offset
    last = node.end_lineno or node.lineno
    kept = [*lines[first - 1 : last - 1], lines[last - 1][: node.end_col_offset]]
    kept[0] = kept[0][start:]
    text = b"\n".join(kept).decode("utf-8", "surrogatepass")
    return Piece(first, text, isinstance(node, ast.FunctionDef | ast.ClassDef))
