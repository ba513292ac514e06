"""Which of the files of a submission is graded, and what to say of the others."""

import ast
import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from grader.errors import UnreadableSubmissionError
from grader.submission import kinds
from grader.submission.blanks import blanks, filled_in
from grader.submission.interface import ALSO_ASKED, CHALLENGES, GRADED
from grader.submission.modules import Modules, declared_folders
from grader.submission.program import UNFORESEEN
from grader.submission.source import Source, Statement, node_of, read_source

COPY = re.compile(r"(?:\((\d+)\)|-Copy(\d*)|[ _-]copy[ _]?(\d*))$", re.IGNORECASE)
"""How a browser, Jupyter or a file manager marks a copy, at the end of a name."""
MOST_NAMED = 4
"""Blanks that are named of a file that is not graded."""
DEEPEST = 10
"""Imports that are followed from file to file."""


@dataclass(frozen=True)
class Definition:
    """Where a graded name gets what it is bound to."""

    source: Source
    statement: Statement
    name: str
    """As it is called there."""
    through: tuple[str, ...] = ()
    """The files by whose imports it gets there, its own included."""


@dataclass
class Library:
    """The files of a submission, each read at most once."""

    files: Mapping[str, bytes]
    problems: list[str] = field(default_factory=list)
    """Why some could not be read."""

    def __post_init__(self) -> None:
        """Nothing is read yet."""
        self.modules = Modules(self.files)
        self._read: dict[str, Source | None] = {}

    def source(self, name: str) -> Source | None:
        """A file, read; None where that is not possible."""
        if name not in self._read:
            try:
                source = read_source(self.files[name], name, self.files)
            except UnreadableSubmissionError as error:
                self.problems.append(str(error))
                self._read[name] = None
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - what nobody has foreseen costs that file alone
                traceback.print_exc()
                self.problems.append(f"{name} {UNFORESEEN}")
                self._read[name] = None
            else:
                self._read[name] = source
                home = str(PurePosixPath(name).parent)
                folders = [
                    folder
                    for cell in source.cells
                    if "sys.path" in cell.source
                    for folder in declared_folders(ast.parse(cell.source), home)
                ]
                self.modules.declared[name] = folders
        return self._read[name]

    def definition(self, source: Source, name: str, depth: int = 0) -> Definition | None:
        """Follow a name through imports to where it is defined; None where it is not.

        Args:
            source: the file whose name it is.
            name: at its top level.
            depth: how many imports were followed already.
        """
        found = source.binds(name)
        if found and not found[-1].imports:
            return Definition(source, found[-1], name)
        statements = found[-1:] or [each for each in source.statements if each.names.star]
        for statement in reversed(statements):
            for path, original in self._imports(source, statement, name):
                other = self.source(path) if depth < DEEPEST else None
                behind = other and self.definition(other, original, depth + 1)
                if behind:
                    return replace(behind, through=(path, *behind.through))
        return Definition(source, found[-1], name) if found else None

    def _imports(
        self, source: Source, statement: Statement, name: str
    ) -> Iterable[tuple[str, str]]:
        """(file, name there) of what an import statement binds to a name."""
        node = node_of(source, statement)
        if not isinstance(node, ast.ImportFrom):
            return
        for alias in node.names:
            if alias.name == "*" or (alias.asname or alias.name) == name:
                original = name if alias.name == "*" else alias.name
                path = self.modules.find(node.module or "", source.name, node.level)
                if path is not None and path != source.name:
                    yield path, original


@dataclass(frozen=True)
class Candidate:
    """A file that defines or imports something that the lab asks for."""

    source: Source
    filled: tuple[str, ...]
    """The blanks of Questions 1 to 5 that it fills in, its imports included."""
    challenges: Mapping[str, Definition]
    """Of the names of Question C of which it fills in something."""
    definitions: Mapping[str, Definition]
    """Of the graded names."""
    time: float

    @property
    def preference(self) -> tuple[object, ...]:
        """Most blanks filled in, most of Question C, the newest, notebooks, the upper and so on."""
        path = PurePosixPath(self.source.name)
        is_script = not self.source.from_notebook
        stem = path.name.split(".")[0]
        return (
            -len(self.filled),
            -len(self.challenges),
            -self.time,
            is_script,
            len(path.parts),
            -_copy(stem),
            str(path),
        )


def _copy(stem: str) -> int:
    found = COPY.search(stem.strip())
    if found is None:
        return 0
    return int(next((digits for digits in found.groups() if digits), "1")[:9])


def candidates(library: Library, times: Mapping[str, float]) -> list[Candidate]:
    """The files that could be graded, the one that is first.

    Args:
        library: the submission's files.
        times: when each was last changed, where an archive says so.
    """
    named = [name for name, data in library.files.items() if kinds.names_graded(data)]
    sources = [source for name in named if (source := library.source(name)) is not None]
    found = [_candidate(library, source, times.get(source.name, 0.0)) for source in sources]
    return sorted(filter(None, found), key=lambda each: each.preference)


def _candidate(library: Library, source: Source, time: float) -> Candidate | None:
    definitions, filled, challenges = {}, [], {}
    for name in GRADED:
        found = library.definition(source, name)
        if found is not None:
            definitions[name] = found
            filled += _filled_in(name, found)
    for name in (*CHALLENGES, *ALSO_ASKED):
        found = library.definition(source, name)
        if found is not None and _filled_in(name, found):
            challenges[name] = found
    if challenges.keys() <= {*ALSO_ASKED}:
        challenges = {}
    if not definitions and not any(each.names.star for each in source.statements):
        return None
    return Candidate(source, tuple(filled), challenges, definitions, time)


def _filled_in(name: str, found: Definition) -> list[str]:
    """The blanks of a name that its definition fills in."""
    if found.statement.imports:
        return []
    return filled_in(name, node_of(found.source, found.statement))


def described(found: Sequence[Candidate]) -> list[str]:
    """Say which file is graded, and what the others hold."""
    graded, *others = found
    if not others:
        return [f"{graded.source.name} is graded"]
    total = sum(len(places) for name, places in blanks().items() if name in GRADED)
    used = {*graded.source.ran}.union(*(each.through for each in graded.definitions.values()))
    lines = [f"{graded.source.name} is graded: {_held(graded, total)}"]
    for each in others:
        is_used = each.source.name in used
        how = f"counts, as {graded.source.name} uses it" if is_used else "is not graded"
        lines.append(f"{each.source.name} {how}: {_held(each, total)}")
    return lines


def _held(candidate: Candidate, total: int) -> str:
    filled = candidate.filled
    if not filled:
        return f"it fills in none of the {total} blanks"
    named = "" if len(filled) > MOST_NAMED else f" ({', '.join(filled)})"
    return f"it fills in {len(filled)} of the {total} blanks{named}"
