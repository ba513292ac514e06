"""The student's own lines of what is graded, to be shown beside what is said of them."""

import ast
from collections.abc import Iterator, Mapping

from grader.listing import Listing
from grader.submission.choice import Definition
from grader.submission.files import printable
from grader.submission.source import Source, node_of

MOST_LINES = 120
"""Of one definition; a solution's longest has 40."""
MOST_METHODS = 60
"""Statements of a class that are looked at; a solution's has ten."""


def listings(definitions: Mapping[str, Definition], graded: Source) -> dict[str, Listing]:
    """The lines of each definition and of each method, such as `NetQuantized.forward`, by name.

    Args:
        definitions: by name.
        graded: the file in which nothing has to be said about the file.
    """
    return {
        key: listing
        for name, found in definitions.items()
        for key, listing in _of_definition(name, found, graded)
    }


def _of_definition(name: str, found: Definition, graded: Source) -> Iterator[tuple[str, Listing]]:
    source, last = found.source, found.source.binds(found.name)[-1]
    cell, node = source.cells[last.cell], node_of(source, last)
    lines, place = cell.source.splitlines(), cell.label
    if source is not graded and source.from_notebook:
        place = f"{source.name}, {place}"
    yield name, listing_of(place, lines, node)
    body = node.body if isinstance(node, ast.ClassDef) else []
    for each in body[:MOST_METHODS]:
        if isinstance(each, ast.FunctionDef):
            yield f"{name}.{each.name}", listing_of(place, lines, each)


def listing_of(place: str, lines: list[str], node: ast.stmt) -> Listing:
    """The lines of a statement, with its decorators.

    Args:
        place: the cell or the file.
        lines: all of those.
        node: the statement.
    """
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    own = lines[first - 1 : node.end_lineno]
    shown = [printable(line.expandtabs(4)) for line in own[:MOST_LINES]]
    return Listing(place, first, tuple(shown), len(own) - len(shown))
