"""Which of the lab's blanks some code has filled in, told from the template token by token."""

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.submission.digest import digest_of_text
from grader.submission.interface import CHALLENGES, GRADED
from grader.writeup import TEMPLATE

PLACE = "# YOUR CODE HERE"
"""Stands in every function of the template that is to be filled in."""


@dataclass(frozen=True)
class Blank:
    """A function, method or constant of the template that students fill in."""

    name: str
    """`quantized_weights`, or `NetQuantized.forward`."""
    digest: str
    """Of how it stands in the template."""


@functools.cache
def blanks() -> Mapping[str, tuple[Blank, ...]]:
    """The template's blanks, by the top-level name that holds them."""
    text = TEMPLATE.read_text(encoding="utf-8")
    found = {name: tuple(_blanks_of(text, name, node)) for name, node in _bound(ast.parse(text))}
    return {name: places for name, places in found.items() if places}


def filled_in(name: str, text: str, node: ast.stmt) -> list[str]:
    """The blanks of a graded name that its definition fills in.

    Args:
        name: top-level, such as `NetQuantized`.
        text: the source that the definition stands in.
        node: the statement that binds the name.

    Returns:
        Names of blanks. A definition without any of the template's, such as a class that gets its
        methods elsewhere, counts as one by its own name.
    """
    places = {blank.name: blank.digest for blank in blanks().get(name, ())}
    own = {each: part for each, part in _parts(name, node) if each in places}
    if not own:
        return [] if _does_nothing(node) else [name]
    return [
        each
        for each, part in own.items()
        if not _does_nothing(part) and digest_of_text(_segment(text, part)) != places[each]
    ]


def _blanks_of(text: str, name: str, node: ast.stmt) -> Iterator[Blank]:
    for each, part in _parts(name, node):
        segment = _segment(text, part)
        if PLACE in segment or (name in (*GRADED, *CHALLENGES) and isinstance(node, ast.Assign)):
            yield Blank(each, digest_of_text(segment))


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


def _segment(text: str, node: ast.stmt) -> str:
    """The lines of a statement, from its own column on; what stands behind it on its last, too."""
    first, *more = _lines(text)[node.lineno - 1 : node.end_lineno]
    return "\n".join([first[node.col_offset :], *more])


@functools.lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    return text.split("\n")
