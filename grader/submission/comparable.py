"""What of a submission is compared with others: the fingerprints of what its graded names need.

What the lab gives is left out, and so is every fingerprint of the template.
"""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.submission.choice import Candidate, Library
from grader.submission.files import printable
from grader.submission.interface import PROVIDED
from grader.submission.listings import listing_of
from grader.submission.modules import is_taken
from grader.submission.normal import Normal, vocabulary
from grader.submission.program import Fingerprints, Part
from grader.submission.slice import needed
from grader.submission.source import Source, Statement, node_of, read_source, trees
from grader.submission.winnowing import fingerprints, marks
from grader.writeup import TEMPLATE

MOST_PARTS = 200
"""A long solution has 40."""
MOST_MARKS = 4000
"""Fingerprints of all parts; a long solution has 500."""
MOST_FOLLOWED = 200
"""Names that are followed into other files."""


@dataclass
class _Found:
    """What was found so far, within bounds."""

    parts: list[Part] = field(default_factory=list)
    marks: int = 0
    left_out: int = 0

    def add(self, part: Part) -> None:
        """Add a part that holds anything of its own."""
        if len(self.parts) >= MOST_PARTS or self.marks + len(part.marks) > MOST_MARKS:
            self.left_out += 1
        elif part.marks:
            self.parts.append(part)
            self.marks += len(part.marks)


def comparable(candidate: Candidate, library: Library) -> Fingerprints:
    """The fingerprints of all that the graded names need, in whatever file it stands.

    Args:
        candidate: the file that is graded.
        library: all files, those included that a cell writes.
    """
    found, modules = _Found(), _own_modules(library)
    for source, numbers in _reached(candidate, library):
        normal = Normal(vocabulary(trees(source), modules))
        for number in sorted(numbers):
            statement = source.statements[number]
            place = source.cells[statement.cell].label
            if source is not candidate.source and source.from_notebook:
                place = f"{source.name}, {place}"
            for name, node in _pieces(node_of(source, statement), statement):
                lines = source.cells[statement.cell].source.splitlines()
                try:
                    listing = listing_of(place, lines, node)
                    kept = [mark for unit in normal.units([node]) for mark in fingerprints(unit)]
                except RecursionError:
                    found.left_out += 1
                else:
                    own = tuple(mark for mark in kept if mark.digest not in of_the_lab())
                    found.add(Part(printable(name), listing, own))
    return Fingerprints(tuple(found.parts), found.left_out)


@functools.cache
def of_the_lab() -> frozenset[int]:
    """Every hash of the template, kept by winnowing or not."""
    source = read_source(TEMPLATE.read_bytes(), TEMPLATE.name)
    normal = Normal(vocabulary(trees(source), frozenset()))
    units = normal.units([node_of(source, each) for each in source.statements])
    return frozenset(mark.digest for unit in units for mark in marks(unit))


def _own_modules(library: Library) -> frozenset[str]:
    """By which names the submission's own modules can be imported."""
    paths = (PurePosixPath(name).with_suffix("") for name in library.files)
    return frozenset(part for path in paths for part in path.parts if not is_taken(part))


def _pieces(node: ast.stmt, statement: Statement) -> Iterator[tuple[str, ast.stmt]]:
    """A statement with its name; of a class its methods, and what else stands in it."""
    if isinstance(node, ast.ClassDef):
        for each in node.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield f"{node.name}.{each.name}", each
            else:
                yield node.name, each
    else:
        yield min(statement.names.binds, default=f"line {statement.line}"), node


def _reached(candidate: Candidate, library: Library) -> list[tuple[Source, set[int]]]:
    """The statements that the graded names need, by file, the graded one first."""
    graded = candidate.source
    sources, kept = {graded.name: graded}, {graded.name: set[int]()}
    pending: dict[str, set[str]] = {}
    seen: set[tuple[str, str]] = set()

    def follow(source: Source, name: str) -> None:
        if (source.name, name) not in seen and len(seen) < MOST_FOLLOWED:
            seen.add((source.name, name))
            pending.setdefault(source.name, set()).add(name)
            sources.setdefault(source.name, source)
            kept.setdefault(source.name, set())

    for each in (*candidate.definitions.values(), *candidate.challenges.values()):
        follow(each.source, each.name)
    while pending:
        name, roots = pending.popitem()
        source = sources[name]
        for number in sorted(needed([each.names for each in source.statements], roots)):
            statement = source.statements[number]
            if statement.imports:
                for other, imported in _followed(library, source, statement):
                    follow(other, imported)
            elif not statement.names.binds.keys() & {*PROVIDED}:
                kept[name].add(number)
    return [(source, kept[name]) for name, source in sources.items()]


def _followed(
    library: Library, source: Source, statement: Statement
) -> Iterator[tuple[Source, str]]:
    """What an import brings in from another file of the submission: (file, name there)."""
    match node_of(source, statement):
        case ast.Import(names=names):
            modules = [(alias.name, 0) for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            inside = f"{module}." if module else ""
            modules = [(f"{inside}{alias.name}", level) for alias in names]
            if statement.names.star:
                modules = [(module or "", level)]
            for name in statement.names.binds:
                found = library.definition(source, name)
                if found is not None and found.source is not source:
                    yield found.source, found.name
        case _:
            return
    for module, level in modules:
        path = library.modules.find(module, source.name, level)
        if path is None or path == source.name:
            continue
        other = library.source(path)
        if other is not None:
            for each in other.statements:
                yield from ((other, name) for name in each.names.binds)
