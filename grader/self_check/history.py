"""Which of the cells that a notebook has executed count, and what their code lacks.

A kernel remembers every version of every cell. Those that the graded names do not need are left
out, by the rules that find what is graded, so that a long session is read about as fast as a short
one.
"""

import builtins
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.submission.blanks import filled_in
from grader.submission.interface import ALSO_ASKED, CHALLENGES, GRADED, PROVIDED
from grader.submission.notebook import CodeCell
from grader.submission.python import written
from grader.submission.slice import needed
from grader.submission.source import RUN, Source, Statement, node_of

WANTED = frozenset((*GRADED, *PROVIDED, *CHALLENGES, *ALSO_ASKED))
BEGINS = re.compile(r"^(?:(?:async[ \t]+)?(?:def|class)[ \t]+)?(\w+)", re.MULTILINE)
"""The name that a line would bind, if its cell were Python."""
BUILT_IN = frozenset(dir(builtins))


@dataclass(frozen=True)
class Taken:
    """What counts of the cells that were executed."""

    cells: dict[int, str]
    """By the number that the notebook shows beside them, `[7]`."""
    source: Source
    """All of them, each version once."""
    last: dict[str, Statement]
    """What has bound each name last."""
    reads: frozenset[str]
    """The names that the code which counts reads."""
    imports: frozenset[str]
    """The modules that it imports, by their first names."""
    runs: tuple[str, ...]
    """The files that cells execute with `%run`."""
    broken: dict[str, str]
    """Of the names that only a cell which is no Python would bind since, what is wrong with it."""
    binds_any: bool
    """Whether names may come from elsewhere: `from helpers import *`, `%run helpers.py`."""

    def there(self, memory: Iterable[str]) -> set[str]:
        """The names that the code which counts may find, of a notebook with these in memory."""
        return {*self.last, *(memory if self.binds_any else ())}

    def answers(self, name: str) -> bool:
        """Whether something of a name of Question C is filled in."""
        found = self.last.get(name)
        if found is None or found.imports:
            return False
        return bool(filled_in(name, node_of(self.source, found)))


@dataclass(frozen=True)
class _Version:
    """A cell as it was executed, perhaps more than once."""

    statements: list[Statement]
    broken: list[str]
    runs: list[str]
    kept: bool
    """Whether it counts even where nothing needs its statements."""


def taken(executed: Sequence[str]) -> Taken:
    """Find what counts; the cells are in the order in which they were executed."""
    source, numbered = Source("notebook"), dict(enumerate(executed, start=1))
    newest = {text: number for number, text in numbered.items()}
    read = {text: _read(source, text, number) for text, number in newest.items()}
    ran = [(number, each) for number, text in numbered.items() for each in read[text].statements]
    needs = [ran[at] for at in sorted(needed([each.names for _, each in ran], WANTED))]
    bound_in = {name: number for number, each in ran for name in each.names.binds}
    broken = _broken(newest, read, bound_in)
    kept = {number for number, _ in needs} | {*broken.values()}
    kept |= {number for number, text in numbered.items() if read[text].kept}
    runs = tuple(name for version in read.values() for name in version.runs)
    return Taken(
        {number: numbered[number] for number in sorted(kept)},
        source,
        {name: each for _, each in ran for name in each.names.binds},
        frozenset[str]().union(*(each.names.reads | each.names.later for _, each in needs)),
        frozenset(name.split(".")[0] for _, each in needs for name in each.packages),
        runs,
        {name: "; ".join(read[numbered[number]].broken) for name, number in broken.items()},
        bool(runs) or any(each.names.star for _, each in ran),
    )


def _read(source: Source, text: str, number: int) -> _Version:
    statements, notes, futures = (
        len(found) for found in (source.statements, source.notes, source.futures)
    )
    source.take(CodeCell(f"cell {number}", text))
    matches = [found for line in text.split("\n") if (found := RUN.match(line))]
    runs = [name for found in matches for name in found.groups() if name is not None]
    kept = bool(runs) or len(source.futures) > futures or written(text) is not None
    return _Version(source.statements[statements:], source.notes[notes:], runs, kept)


def _broken(
    newest: dict[str, int], read: dict[str, _Version], bound_in: dict[str, int]
) -> dict[str, int]:
    """Cells that are no Python, by the name that each would bind and nothing has bound since."""
    latest = {
        name: number
        for text, number in sorted(newest.items(), key=lambda item: item[1])
        if read[text].broken
        for name in WANTED.intersection(BEGINS.findall(text))
    }
    return {name: number for name, number in latest.items() if bound_in.get(name, 0) < number}
