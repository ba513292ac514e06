"""How many plots there are in a picture, and among the paths of a page: told by their axes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SMALLEST = 60
"""Pixels of axes on a side, as drawn: smaller boxes are signs, or cells of a table."""
DARK = 160
"""Darker greys are ink of an axis."""
THICKEST = 12
"""Pixels of an axis."""
OFF = 4
"""Pixels by which two sides of one box may differ."""
WHOLE = 0.97
"""So much of a side must be ink."""
MOST_SIDES = 20_000
"""Columns of upright lines in one picture that are looked at."""
MOST_COMPARED = 400
"""Lines of which each may be a side of axes; the tallest are."""
MOST_BESIDE = 20
"""Lines that may stand above each other in a column."""

NARROWEST, LOWEST = 45.0, 30.0
"""Points of axes on a page."""
NEAR = 24.0
"""Points between axes and the numbers along them."""
FEWEST_PATHS = 3
"""In axes with something drawn in them."""


class Box(NamedTuple):
    """A rectangle of a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    def holds(self, other: "Box", slack: float = 1.0) -> bool:
        """Whether another lies in it."""
        return (
            self.left - slack <= other.left
            and self.bottom - slack <= other.bottom
            and other.right <= self.right + slack
            and other.top <= self.top + slack
        )

    def clipped(self, page: "Box") -> "Box":
        """What of it is on the page."""
        return Box(
            min(max(self.left, page.left), page.right),
            min(max(self.bottom, page.bottom), page.top),
            min(max(self.right, page.left), page.right),
            min(max(self.top, page.bottom), page.top),
        )


class _Side(NamedTuple):
    """An upright line in a picture, in pixels."""

    column: int
    first: int
    last: int


def in_picture(grey: NDArray[np.uint8]) -> int:
    """How many boxes with something in them a picture shows; 0 where it shows none."""
    dark = grey < DARK
    tallest = sorted(_sides(dark), key=lambda side: side.first - side.last)[:MOST_COMPARED]
    sides = sorted(tallest)
    boxes: list[_Side] = []
    for number, left in enumerate(sides):
        if any(left.column - box.column <= THICKEST and _alike(left, box) for box in boxes):
            continue  # the other edge of a thick line
        for right in sides[number + 1 :]:
            if right.column - left.column >= SMALLEST and _is_box(dark, left, right):
                if _has_content(grey, left, right):
                    boxes.append(left)
                break
    return len(boxes)


def _sides(dark: NDArray[np.bool_]) -> Iterator[_Side]:
    """Yield the upright lines, from left to right."""
    rows = np.arange(len(dark), dtype=np.int16)[:, None]
    run = rows - np.maximum.accumulate(np.where(dark, np.int16(-1), rows), axis=0)
    ends = run >= SMALLEST
    ends[:-1] &= ~dark[1:]
    columns, last = np.nonzero(ends.T)
    drawn: list[list[_Side]] = []
    for column, row in zip(columns[:MOST_SIDES].tolist(), last[:MOST_SIDES].tolist(), strict=True):
        side = _Side(column, row - int(run[row, column]) + 1, row)
        for thick in reversed(drawn[-MOST_BESIDE:]):
            if column - thick[-1].column <= 1 and _alike(thick[-1], side):
                thick.append(side)
                break
        else:
            drawn.append([side])
    for thick in drawn:
        if len(thick) <= THICKEST:
            yield max(thick, key=lambda side: side.last - side.first)


def _alike(one: _Side, other: _Side) -> bool:
    return abs(one.first - other.first) <= OFF and abs(one.last - other.last) <= OFF


def _is_box(dark: NDArray[np.bool_], left: _Side, right: _Side) -> bool:
    return _alike(left, right) and all(
        dark[max(row - OFF, 0) : row + OFF + 1, left.column : right.column].any(axis=0).mean()
        >= WHOLE
        for row in (left.first, left.last)
    )


def _has_content(grey: NDArray[np.uint8], left: _Side, right: _Side) -> bool:
    inner = grey[
        left.first + 2 * OFF : left.last - 2 * OFF, left.column + 2 * OFF : right.column - 2 * OFF
    ]
    return bool(inner.size) and bool(np.ptp(inner) > OFF)


def among_paths(
    paths: Sequence[Box], numbers: Sequence[Box], words: Sequence[Box], page: Box
) -> list[Box]:
    """The axes that paths draw: a frame, paths in it, and numbers along it.

    A table has its numbers within its frame.

    Args:
        paths: all of the page.
        numbers: where numbers stand.
        words: where any words stand.
        page: the whole page.
    """
    shown = [path.clipped(page) for path in paths]
    frames: list[Box] = []
    for frame in sorted(_frames(shown, page), key=lambda box: box.width * box.height):
        inside = [path for path in shown if path != frame and frame.holds(path)]
        known = any(frame.holds(other, 4.0) for other in frames)
        if known or len(inside) < FEWEST_PATHS or not _is_labelled(frame, numbers):
            continue
        if sum(frame.holds(word) for word in words) * 2 <= len(inside):
            frames.append(frame)
    return frames


def _frames(paths: Sequence[Box], page: Box) -> Iterator[Box]:
    """Yield boxes that may be axes, each once."""
    seen: set[tuple[int, ...]] = set()
    for path in paths:
        key = tuple(round(side) for side in path)
        large = path.width > 0.95 * page.width or path.height > 0.9 * page.height
        if path.width >= NARROWEST and path.height >= LOWEST and not large and key not in seen:
            seen.add(key)
            yield path


def _is_labelled(frame: Box, numbers: Sequence[Box]) -> bool:
    """Whether two numbers stand below, or two on the left."""
    below = beside = 0
    for number in numbers:
        x, y = (number.left + number.right) / 2, (number.bottom + number.top) / 2
        below += frame.bottom - NEAR <= y < frame.bottom and frame.left - 9 <= x <= frame.right + 9
        beside += frame.left - 2 * NEAR <= x < frame.left and frame.bottom - 9 <= y <= frame.top + 9
    return below >= 2 or beside >= 2
