"""Which of the lab's blanks some code has filled in: what differs from the template in its syntax.

Comments, docstrings, empty lines and how the code is laid out fill in nothing: editors and
formatters change them.
"""

import ast
import copy
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.submission.interface import CHALLENGES, GRADED
from grader.writeup import TEMPLATE

PLACE = "# YOUR CODE HERE"
"""Stands in every function of the template that is to be filled in."""


@dataclass(frozen=True)
class Blank:
    """A function, method or constant of the template that students fill in."""

    name: str
    """`quantized_weights`, or `NetQuantized.forward`."""
    syntax: str
    """How it stands in the template."""


@functools.cache
def blanks() -> Mapping[str, tuple[Blank, ...]]:
    """The template's blanks, by the top-level name that holds them."""
    text = TEMPLATE.read_text(encoding="utf-8")
    found = {name: tuple(_blanks_of(text, name, node)) for name, node in _bound(ast.parse(text))}
    return {name: places for name, places in found.items() if places}


def filled_in(name: str, node: ast.stmt) -> list[str]:
    """The blanks of a graded name that its definition fills in.

    Args:
        name: top-level, such as `NetQuantized`.
        node: the statement that binds the name.

    Returns:
        Names of blanks. A definition without any of the template's, such as a class that gets its
        methods elsewhere, counts as one by its own name.
    """
    places = {blank.name: blank.syntax for blank in blanks().get(name, ())}
    own = {each: part for each, part in _parts(name, node) if each in places}
    if not own:
        return [] if _does_nothing(node) else [name]
    return [
        each
        for each, part in own.items()
        if not _does_nothing(part) and _syntax(part) != places[each]
    ]


def _blanks_of(text: str, name: str, node: ast.stmt) -> Iterator[Blank]:
    for each, part in _parts(name, node):
        segment = ast.get_source_segment(text, part) or ""
        if PLACE in segment or (name in (*GRADED, *CHALLENGES) and isinstance(node, ast.Assign)):
            yield Blank(each, _syntax(part))


def _syntax(node: ast.stmt) -> str:
    """A statement without its comments, its docstring and its layout."""
    if (
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node) is not None
    ):
        node = copy.copy(node)
        node.body = node.body[1:]
    return ast.dump(node)


def _bound(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node


def _parts(name: str, node: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """The methods of a class, or the statement itself."""
    if not isinstance(node, ast.ClassDef):
        yield name, node
        return
    for method in node.body:
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}.{method.name}", method


def _does_nothing(node: ast.stmt) -> bool:
    """Whether a function or class holds words alone, or says that it is not written yet."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return all(_is_nothing(statement) for statement in node.body)


def _is_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None):
            return True
        case ast.Return(value=ast.Constant(value=None)):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
    return False
