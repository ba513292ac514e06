"""What each name by itself needs of a submission, as digests: what has changed since it was read?

Like all that reads student text this belongs into the reader's process.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.submission.digest import digest_of_text, digests_of_modules
from grader.submission.interface import ALSO_ASKED, CHALLENGES, GRADED, PROVIDED
from grader.submission.modules import PACKAGE
from grader.submission.program import Slice
from grader.submission.slice import Flow
from grader.submission.source import Source

WORD = re.compile(rb"\w+")
NO_NAME = {PACKAGE, "__init__"}
"""Parts of a module's path that nothing imports it by."""


@dataclass(frozen=True)
class _Part:
    """A statement or a helper module."""

    data: bytes
    code: str
    places: str


def slices_of(
    source: Source, flow: Flow, modules: Sequence[tuple[str, bytes]], asked: Collection[str]
) -> dict[str, Slice]:
    """What each name that the lab asks for or provides needs.

    A helper module counts for a name if the statements that the name needs may reach it, and then
    so does what helper modules ask back from the graded file.

    Args:
        source: the file that is graded.
        flow: of its statements.
        modules: the helper modules, as they are laid out.
        asked: what these import from the graded file.
    """
    parts: dict[int, _Part] = {}
    always = [_as_is(source.pieces[cell][index].text) for cell, index in source.futures]
    helpers = _helpers(modules)
    asked_back = flow.needed(asked) if helpers else set()

    def parts_of(numbers: set[int]) -> list[_Part]:
        for number in numbers - parts.keys():
            parts[number] = _part(source, number, number in flow.training)
        return [parts[number] for number in sorted(numbers)]

    found = {}
    for name in (*GRADED, *PROVIDED, *CHALLENGES, *ALSO_ASKED):
        numbers = flow.needed([name])
        kept = parts_of(numbers)
        if helpers and (reached := _reached(kept, helpers)):
            kept = [*parts_of(numbers | asked_back), *reached]
        found[name] = Slice(
            _joined(part.code for part in [*always, *kept]),
            _joined(part.places for part in [*always, *kept]),
        )
    return found


def _part(source: Source, number: int, trains: bool) -> _Part:
    """A statement; that it trains makes it another, since then it is not executed."""
    statement = source.statements[number]
    piece = source.pieces[statement.cell][statement.index]
    cell = source.cells[statement.cell]
    data = piece.text.encode(errors="replace")
    place = f"{cell.label}/{piece.line}/".encode(errors="replace") + data
    return _Part(data, f"{digest_of_text(piece.text)}/{trains}", hashlib.sha256(place).hexdigest())


def _as_is(text: str) -> _Part:
    return _Part(text.encode(errors="replace"), text, text)


def _helpers(modules: Sequence[tuple[str, bytes]]) -> dict[str, _Part]:
    digests = digests_of_modules([data for _, data in modules])
    return {
        name: _Part(data, f"{name}/{digest}", f"{name}/{hashlib.sha256(data).hexdigest()}")
        for (name, data), digest in zip(modules, digests, strict=True)
    }


def _reached(statements: Sequence[_Part], helpers: dict[str, _Part]) -> list[_Part]:
    """The helper modules whose name is a word of these statements, or of one that is reached.

    A word of a text counts as well: modules are imported by that, too.
    """
    names = {name: _called(name) for name in helpers}
    words = {word for each in statements for word in WORD.findall(each.data)}
    reached: set[str] = set()
    while more := {n for n in helpers if n not in reached and (not names[n] or names[n] & words)}:
        reached |= more
        words.update(word for name in more for word in WORD.findall(helpers[name].data))
    return [helpers[name] for name in sorted(reached)]


def _called(name: str) -> set[bytes]:
    """By which words a module can be imported; none: it can be without one."""
    parts = PurePosixPath(name).with_suffix("").parts
    return {part.encode() for part in parts if part not in NO_NAME}


def _joined(digests: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(digests).encode(errors="replace")).hexdigest()
