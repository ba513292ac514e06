"""The words that tell who somebody is, taken out of what was said of their code."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from grader.course.handed_in import Student, Upload
from grader.course.outcome import Outcome
from grader.course.state import people
from grader.result import Entry, Result

SHORTEST = 5
"""Characters of a number or a word that alone tells who it is; shorter ones also mean other things:
a student may be called Max, and code calls `max`."""

OURS = frozenset(("entries", "versions", "isolation", "measured", "deduction", "leaderboard"))
"""Fields of a result in which nothing of a student's is quoted; entries are seen to one by one."""


class Names:
    """The students of one delivery, found wherever they are named in a text.

    Their whole names, addresses, numbers and keys are found, and the names of their files. A first
    name alone is not, nor what else a student has written about themselves.
    """

    def __init__(self, outcome: Outcome, called: Callable[[Student], str]) -> None:
        """Look for the people of this delivery, each of them called so instead."""
        instead: dict[str, str] = {}
        for student in people(outcome):
            instead |= dict.fromkeys(_words(student), called(student))
        instead |= dict.fromkeys(_files(outcome), "the file")
        words = sorted(map(re.escape, instead), key=len, reverse=True)
        # Not within a longer word; what stands between underscores is a word here.
        self._found = re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})(?![^\W_])", re.IGNORECASE)
        self._instead = {word.casefold(): name for word, name in instead.items()}

    def replaced(self, text: str) -> str:
        """The text without them."""
        if not self._instead:
            return text
        return self._found.sub(lambda found: self._instead.get(found[0].casefold(), "…"), text)

    def taken_out(self, result: Result) -> Result:
        """The result without them, wherever a text of it may come from the student."""
        fields = {
            field.name: self._in(getattr(result, field.name))
            for field in dataclasses.fields(result)
            if field.name not in OURS
        }
        entries = tuple(map(self._entry, result.entries))
        return dataclasses.replace(result, entries=entries, **fields)

    def _entry(self, entry: Entry) -> Entry:
        """What a check asks, and the sentences of a diagnosis, are the same for everybody."""
        verdict = entry.verdict
        said = dataclasses.replace(
            verdict,
            actual=self.replaced(verdict.actual),
            expected=self.replaced(verdict.expected),
            next_step=self.replaced(verdict.next_step),
        )
        made = entry.override
        if made is not None:
            made = dataclasses.replace(made, why=self.replaced(made.why), by="")
        return dataclasses.replace(entry, verdict=said, override=made)

    def _in(self, value: Any) -> Any:
        """The value without them, however deep its texts lie."""
        if isinstance(value, str):
            return self.replaced(value)
        if isinstance(value, tuple | list):
            return type(value)(map(self._in, value))
        if isinstance(value, Mapping):
            return {key: self._in(each) for key, each in value.items()}
        if isinstance(value, msgspec.Struct):
            fields = {name: self._in(getattr(value, name)) for name in value.__struct_fields__}
            return msgspec.structs.replace(value, **fields)
        return value


def _words(student: Student) -> Iterator[str]:
    parts = student.name.split()
    if len(parts) > 1:
        yield from _orders(parts)
    elif len(student.name.strip()) >= SHORTEST:
        yield student.name.strip()
    yield from (word for word in (student.email,) if word)
    local = student.email.partition("@")[0]
    yield from (word for word in (student.number, student.key, local) if len(word) >= SHORTEST)


def _orders(parts: list[str]) -> Iterator[str]:
    """A name as people, lists and platforms write it."""
    parts = [part.strip(",") for part in parts]
    for some in (parts, [parts[-1], *parts[:-1]], [*parts[1:], parts[0]], [parts[0], parts[-1]]):
        yield from (" ".join(some), "".join(some), "_".join(some), ".".join(some), "-".join(some))
        yield f"{some[0]}, {' '.join(some[1:])}"


def _files(outcome: Outcome) -> Iterator[str]:
    uploads: list[Upload] = [*outcome.delivery.uploads]
    if outcome.upload is not None:
        uploads.append(outcome.upload)
    yield from (upload.path.name for upload in uploads if upload.path.name)
    if outcome.result is not None and outcome.result.submission:
        yield outcome.result.submission
