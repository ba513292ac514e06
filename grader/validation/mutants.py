"""Planting a misconception into the reference: the same file with other function bodies."""

import ast
from collections.abc import Mapping
from textwrap import dedent, indent

from grader.errors import GraderError


def planted(source: str, bodies: Mapping[str, str]) -> str:
    """The source with the bodies of these functions, or the values of these names, replaced.

    Args:
        source: a Python file.
        bodies: by `function`, `Class.method` or the name of a top-level variable (whose new value
            is the text itself, as a string).

    Raises:
        GraderError: the source has no such function or variable.
    """
    for name, body in bodies.items():
        node = _find(ast.parse(source), name)
        lines = source.splitlines(keepends=True)
        if isinstance(node, ast.FunctionDef):
            first, last = node.body[0].lineno, node.body[-1].end_lineno or 0
            text = indent(dedent(body).strip(), " " * node.body[0].col_offset) + "\n"
        else:
            first, last = node.lineno, node.end_lineno or 0
            text = f"{name} = {body!r}\n"
        source = "".join([*lines[: first - 1], text, *lines[last:]])
    return source


def _find(module: ast.Module, name: str) -> ast.FunctionDef | ast.Assign:
    scope, _, inner = name.rpartition(".")
    body = module.body
    if scope:
        body = next((n.body for n in body if isinstance(n, ast.ClassDef) and n.name == scope), [])
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name == inner:
            return node
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == inner for target in node.targets
        ):
            return node
    raise GraderError(f"the reference defines no {name}: a misconception cannot be planted")
