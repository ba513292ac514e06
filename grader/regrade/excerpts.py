"""What a person is shown of arrays: their shape, and some of their values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.regrade.calls import Call
from grader.regrade.values import LONGEST, Shown, like
from grader.sandbox.wire import Array, clean

FIRST = 8
"""Values of an array that are shown."""
ROWS = 12
"""Elements in which a claim differs from what is right that are shown."""


@dataclass(frozen=True)
class Excerpt:
    """Some of a value."""

    name: str
    kind: str
    """Its dtype and shape; empty for a text."""
    ends: str
    """Its smallest and its largest number; empty where there are not several."""
    values: str


@dataclass(frozen=True)
class Element:
    """One number of a claim beside the one that is right."""

    at: tuple[int, ...]
    given: str
    """The value of the first argument there; empty where that has another shape."""
    claimed: str
    right: str


@dataclass(frozen=True)
class Difference:
    """Where one part of a claim differs from what is right."""

    name: str
    count: int
    size: int
    elements: tuple[Element, ...]
    """The first of them."""


def excerpt(name: str, value: Shown) -> Excerpt:
    """Some of a value."""
    if isinstance(value, str):
        return Excerpt(name, "", "", clean(value, LONGEST))
    values = value.reshape(-1)
    shape = "x".join(map(str, value.shape))
    kind = f"{value.dtype} {shape}".rstrip()
    first = ", ".join(number(each) for each in values[:FIRST])
    more = f", ... ({values.size - FIRST:,} more)" if values.size > FIRST else ""
    return Excerpt(name, kind, _ends(values), first + more)


def _ends(values: Array) -> str:
    if values.size < 2 or values.dtype.kind not in "fiu":
        return ""
    with np.errstate(invalid="ignore"):
        return f"{number(values.min())} to {number(values.max())}"


def number(value: object) -> str:
    """A number in few digits."""
    array = np.asarray(value)
    return f"{array.item():.9g}" if array.dtype.kind in "fiuc" else str(array.item())


def differences(call: Call) -> list[Difference]:
    """Where the claim of a call differs from what is right."""
    found = []
    claimed = call.claimed
    for name, right in call.expected.items():
        value = claimed.get(name)
        if value is None or isinstance(value, str) or isinstance(right, str):
            continue
        shaped = like(value, right)
        if shaped is None:
            continue
        with np.errstate(invalid="ignore"):
            count = int((shaped != right).sum())
        if count:
            found.append(Difference(name, count, right.size, _elements(call, shaped, right)))
    return found


def _elements(call: Call, claimed: Array, right: Array) -> tuple[Element, ...]:
    with np.errstate(invalid="ignore"):
        places = np.argwhere(claimed != right)[:ROWS]
    first = next(iter(call.given.values()), "")
    fits = not isinstance(first, str) and first.shape == right.shape and first.ndim > 0
    return tuple(
        Element(
            at,
            number(first[at]) if fits and not isinstance(first, str) else "",
            number(claimed[at]),
            number(right[at]),
        )
        for at in (tuple(int(each) for each in place) for place in places)
    )
