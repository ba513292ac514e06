"""The main guard: in a notebook it holds; in a script, which is graded as a module, it does not."""

import ast
import re

from grader.submission.python import parse

SPELLED = re.compile(
    rb"""__name__\s*[!=]=\s*(["'])__main__\1|(["'])__main__\2\s*[!=]=\s*__name__"""
)


def is_main_guard(node: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    return isinstance(node, ast.If) and _is_main(node.test) is True


def holding(python: str) -> str:
    """A cell whose questions whether it is `__main__` have their answers; lines and columns stay.

    Jupyter and Colab execute what stands under such a guard. The module in which a cell is graded
    has another name, for what it defines would else be taken for the grader's own.

    Args:
        python: the cell.

    Raises:
        SyntaxError: it is no Python.
    """
    if "__main__" not in python:
        return python
    lines = python.encode("utf-8", "surrogatepass").split(b"\n")  # columns count bytes
    for node in ast.walk(parse(python)):
        answer = _is_main(node)
        if answer is None or not isinstance(node, ast.Compare):
            continue
        line, start, end = lines[node.lineno - 1], node.col_offset, node.end_col_offset or 0
        # One in several lines is left; and before 3.12 one in a text says that it stands elsewhere.
        if SPELLED.fullmatch(line[start:end]):
            told = str(answer).encode().ljust(end - start)
            lines[node.lineno - 1] = line[:start] + told + line[end:]
    return b"\n".join(lines).decode("utf-8", "surrogatepass")


def _is_main(node: ast.AST) -> bool | None:
    """What `__name__ == "__main__"` or its opposite is in the main module; None: another node."""
    match node:
        case (
            ast.Compare(
                left=ast.Name(id="__name__"),
                ops=[ast.Eq() | ast.NotEq() as question],
                comparators=[ast.Constant(value="__main__")],
            )
            | ast.Compare(
                left=ast.Constant(value="__main__"),
                ops=[ast.Eq() | ast.NotEq() as question],
                comparators=[ast.Name(id="__name__")],
            )
        ):
            return isinstance(question, ast.Eq)
    return None
