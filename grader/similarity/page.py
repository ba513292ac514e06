"""The page of pairs: each side by side, with what both have in common marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.html import coloured, render
from grader.similarity.compare import Found, Pair
from grader.similarity.independent import Independent
from grader.similarity.words import NOTE, figure, percent, plain
from grader.submission import Part
from grader.versions import NAME, grader_version

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_PAIRS = 60
"""Whose code is shown: a page of so many has some 3 MB."""
RARE = 0.5
"""What counts so much is marked as rare, all else that both have as usual."""


@dataclass(frozen=True)
class Line:
    """One line of code."""

    html: Markup
    mark: str
    """`rare`, `usual`, or nothing: whether both have it, and whether others have it, too."""


@dataclass(frozen=True)
class Side:
    """A function of one of the two."""

    owner: str
    name: str
    place: str
    """The cell or the file, where that is not all that was handed in."""
    first: int
    lines: tuple[Line, ...]
    left_out: int


@dataclass(frozen=True)
class Row:
    """A function of one beside the function of the other that has most of the same."""

    one: Side | None
    other: Side | None
    elsewhere: str
    """Where in the other what is marked stands, if nothing is beside it."""


@dataclass(frozen=True)
class Shown:
    """A pair on the page."""

    one: str
    other: str
    alike: str
    functions: list[tuple[str, str]]
    rows: list[Row]


def similar_page(found: Found, known: Independent) -> str:
    """The whole page.

    Args:
        found: what came out of a class.
        known: what it is held against.
    """
    shown = found.pairs[:MOST_PAIRS]
    return render(
        "similar",
        pairs=[_shown(pair) for pair in shown],
        total=found.total,
        more=found.total - len(shown),
        number=len(found.submissions),
        unread=found.unread,
        cut=[each for each in found.submissions if each.left_out],
        plain=plain(found) if found.plain else "",
        level=percent(found.level),
        figure=figure(known),
        note=NOTE,
        made_by=f"{NAME} {grader_version().version}",
    )


def _shown(pair: Pair) -> Shown:
    functions = [(name, percent(alike)) for name, alike in pair.functions]
    return Shown(pair.one.name, pair.other.name, percent(pair.alike), functions, _rows(pair))


def _rows(pair: Pair) -> list[Row]:
    """Each function beside the one that has most in common with it, the richest first."""
    one = [part for part in pair.one.parts if _digests(part) & pair.shared.keys()]
    other = [part for part in pair.other.parts if _digests(part) & pair.shared.keys()]
    matched = _matched(one, other, pair.shared)
    rows = [Row(_side(pair, one[a], 0), _side(pair, other[b], 1), "") for a, b in matched]
    alone = set(range(len(one))) - {a for a, _ in matched}
    rows += [Row(_side(pair, one[a], 0), None, _most(one[a], other, pair)) for a in sorted(alone)]
    alone = set(range(len(other))) - {b for _, b in matched}
    rows += [Row(None, _side(pair, other[b], 1), _most(other[b], one, pair)) for b in sorted(alone)]
    return rows


def _matched(
    one: Sequence[Part], other: Sequence[Part], shared: Mapping[int, float]
) -> list[tuple[int, int]]:
    """Which functions stand side by side: those of one name, then those with most in common."""
    common = [
        (mine.name == theirs.name, _common(mine, theirs, shared), -a, -b)
        for a, mine in enumerate(one)
        for b, theirs in enumerate(other)
    ]
    found: list[tuple[int, int]] = []
    for _, much, a, b in sorted(common, reverse=True):
        if much and not any(-a == taken or -b == used for taken, used in found):
            found.append((-a, -b))
    return found


def _most(part: Part, others: Sequence[Part], pair: Pair) -> str:
    """Which of the other's functions has most in common with one that stands alone."""
    return max(others, key=lambda each: _common(part, each, pair.shared)).name


def _common(one: Part, other: Part, shared: Mapping[int, float]) -> float:
    """How much two functions have in common; what everybody has counts a little, too."""
    both = sorted(_digests(one) & _digests(other))
    return sum(shared[digest] + 1e-3 for digest in both if digest in shared)


def _digests(part: Part) -> frozenset[int]:
    return frozenset(mark.digest for mark in part.marks)


def _side(pair: Pair, part: Part, which: int) -> Side:
    marks: dict[int, str] = {}
    for mark in part.marks:
        count = pair.shared.get(mark.digest)
        if count is None:
            continue
        for line in range(mark.first, mark.last + 1):
            if count >= RARE or line not in marks:
                marks[line] = "rare" if count >= RARE else "usual"
    listing = part.listing
    lines = tuple(
        Line(html, marks.get(listing.first + at, ""))
        for at, html in enumerate(coloured(listing.lines))
    )
    owner = (pair.one, pair.other)[which].name
    place = "" if listing.place == owner else listing.place
    return Side(owner, part.name, place, listing.first, lines, listing.left_out)
