"""Which answers a check looks at: it judges a copy of the evidence whose answers tell.

The copy is new all through, so that nothing which was worked out before is taken from a cache, and
its tolerances have measured nothing yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from grader import checks
from grader.checks.context import Tolerances
from grader.sandbox.outside.answer import (
    Built,
    Died,
    Executed,
    Forwarded,
    Missing,
    Raised,
    Returned,
    TimedOut,
)

ANSWERS = (Returned, Raised, TimedOut, Died, Missing, Built, Forwarded, Executed)
Seen = Callable[[object], None]
"""Told of an answer, each time that something of it is read."""


def watched(
    evidence: Any, seen: Seen, tolerances: Tolerances, instead: Mapping[int, object]
) -> Any:
    """A copy of evidence.

    Args:
        evidence: what a question collected.
        seen: told of each answer that is read, as it stands in `evidence`.
        tolerances: take the place of those that the evidence was collected with.
        instead: answers that take the place of others, by the identity of these.
    """
    return _Copy(seen, tolerances, instead).of(evidence)


class _Copy:
    """What is one object there is one object in the copy."""

    def __init__(self, seen: Seen, tolerances: Tolerances, instead: Mapping[int, object]) -> None:
        self._seen, self._tolerances, self._instead = seen, tolerances, instead
        self._made: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        if id(value) not in self._made:
            self._made[id(value)] = self._new(value)
        return self._made[id(value)]

    def _new(self, value: Any) -> Any:
        if isinstance(value, Tolerances):
            return self._tolerances
        if isinstance(value, ANSWERS):
            return _telling(self._instead.get(id(value), value), lambda: self._seen(value))
        if isinstance(value, list | tuple):
            return type(value)([self.of(each) for each in value])
        if isinstance(value, Mapping):
            return {key: self.of(each) for key, each in value.items()}
        # What another room has made holds no answers: an exam's recordings would be made anew.
        kind: type[Any] = type(value)
        if is_dataclass(value) and kind.__module__.startswith(checks.__name__):
            own = {each.name: self.of(getattr(value, each.name)) for each in fields(value)}
            return kind(**own)
        return value


def _telling(answer: Any, told: Callable[[], None]) -> Any:
    copied = object.__new__(_telling_kind(type(answer)))
    vars(copied).update(vars(answer))
    vars(copied)["told"] = told
    return copied


def _telling_kind(kind: type[Any]) -> type[Any]:
    """The kind of answer, but that reading one of its fields is told.

    So is asking what kind it is, where it is another one: who sees no result reads no field of it.
    """
    names = {each.name for each in fields(kind)} | {"__class__"}

    def read(self: Any, name: str) -> Any:
        if name in names:
            object.__getattribute__(self, "told")()
        return object.__getattribute__(self, name)

    return type(kind.__name__, (kind,), {"__getattribute__": read})
