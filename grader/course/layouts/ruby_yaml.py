"""YAML as Ruby writes it, read event by event: nothing is constructed, whatever its tags say.

Memory holds what is wanted and no more: a class's results of then come along, and are passed over.
"""

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from grader.submission.files import printable

Node: TypeAlias = "str | list[Node] | dict[str, Node] | None"
"""Texts are as they stand there: a number keeps its zeros, and a time its digits."""

LARGEST = 2 * 2**30
"""Bytes: 10,000 students with the results of five uploads each have a quarter of that."""
DEEPEST = 8
MOST_ITEMS = 1_000
"""Items of one list; what comes behind them is passed over."""
LONGEST = 1_000
"""Characters of one text."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
BINARY = frozenset({"!binary", "tag:yaml.org,2002:binary"})
"""How Ruby tags a text that is in no coding."""


class DamagedYamlError(Exception):
    """It is no YAML, or not of the shape that is asked for; the words are for staff."""


def entries(path: Path, wanted: frozenset[str]) -> Iterator[tuple[str, Node]]:
    """Yield the keys of the outermost mapping with their values, one after the other.

    Args:
        path: of the file.
        wanted: the keys that are kept of all mappings inside, without Ruby's colon.

    Raises:
        DamagedYamlError: it cannot be read, or not any further.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size > LARGEST:
                raise DamagedYamlError(f"it has {size:,} bytes")
            file.seek(0)
            yield from _Reader(file, wanted).entries()
    except OSError as error:
        raise DamagedYamlError(str(error.strerror)) from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise DamagedYamlError(f"{line}{printable(str(error.problem))}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0] if str(error) else "it makes no sense"
        raise DamagedYamlError(printable(first)) from None


class _Reader:
    """Builds what is wanted from the events of a parser.

    An alias is the very node that it names, never a copy, so many of them cost nothing. One that
    names what is passed over, or what it stands in, is None.
    """

    def __init__(self, file: Any, wanted: frozenset[str]) -> None:
        native = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = yaml.parse(file, Loader=native)
        self._wanted = wanted
        self._anchored: dict[str, Node] = {}

    def entries(self) -> Iterator[tuple[str, Node]]:
        event = next(self._events, None)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(self._events, None)
        if not isinstance(event, yaml.MappingStartEvent):
            raise DamagedYamlError("it does not begin with a key and a colon")
        yield from self._pairs(None, 1)

    def _pairs(self, wanted: frozenset[str] | None, depth: int) -> Iterator[tuple[str, Node]]:
        """The rest of a mapping: the keys that are wanted; None: all."""
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = _key(event)
            if key is None:
                self._pass_over(event)
            value = next(self._events)
            if key is None or (wanted is not None and key not in wanted):
                self._pass_over(value)
            else:
                yield key, self._node(value, depth)

    def _items(self, depth: int) -> Iterator[Node]:
        """The rest of a list."""
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, depth)

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._anchored.get(event.anchor)
        node: Node = None
        if isinstance(event, yaml.ScalarEvent):
            node = _text(event)
        elif depth >= DEEPEST:
            self._pass_over(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = [each for at, each in enumerate(self._items(depth + 1)) if at < MOST_ITEMS]
        else:
            node = dict(self._pairs(self._wanted, depth + 1))
        if event.anchor:
            self._anchored[event.anchor] = node
        return node

    def _pass_over(self, event: Any) -> None:
        """Read to the end of a node, however deep it is."""
        depth = 0
        while True:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth == 0:
                return
            event = next(self._events)


def _key(event: Any) -> str | None:
    """A key without the colon of Ruby's symbols; None for what is no text."""
    if not isinstance(event, yaml.ScalarEvent):
        return None
    text: str = event.value
    return text[:LONGEST].removeprefix(":")


def _text(event: Any) -> str | None:
    text: str = event.value
    if event.tag in BINARY:
        try:
            text = base64.b64decode(text).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return None
    plain = event.implicit[0] and not event.style
    return None if plain and text in NULLS else text[:LONGEST]
