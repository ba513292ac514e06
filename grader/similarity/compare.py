"""How alike two submissions are: how much of the rarer fingerprints of one the other has, too.

A fingerprint counts by how rarely anybody else has it: one that no other has counts most, and one
that everybody has counts nothing. *Others* are the class and the independent right solutions,
without the two that are compared. So the lab's own idioms weigh little, whether they are known from
the solutions or show in the class, and a ring of ten that copied one file is found all the same.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from grader.submission import Part

LEVEL = 0.6
"""Pairs that are less alike are not listed."""
FEW = 15
"""A submission with less than so many rare fingerprints is measured as if it had them: two that
wrote little, and the same, are no evidence."""


@dataclass(frozen=True)
class Compared:
    """One submission, as fingerprints."""

    name: str
    parts: tuple[Part, ...]
    left_out: int = 0
    """Statements that could not be compared."""

    @cached_property
    def digests(self) -> frozenset[int]:
        """All of its fingerprints."""
        return frozenset(mark.digest for part in self.parts for mark in part.marks)


@dataclass(frozen=True)
class Pair:
    """Two submissions that are alike."""

    one: Compared
    other: Compared
    alike: float
    """The share of the rarer fingerprints of the smaller one that the other has, too: 0 to 1."""
    shared: Mapping[int, float]
    """How much each fingerprint counts that both have: 0 is what everybody has, 1 what nobody
    else has."""
    functions: tuple[tuple[str, float], ...]
    """The functions that both have, with how alike each is; the one with most in common first."""


@dataclass(frozen=True)
class Background:
    """What a class is held against."""

    solutions: int = 0
    """Independent right ones."""
    counts: Mapping[int, int] = field(default_factory=dict)
    """How many of these have a fingerprint."""
    given: Set[int] = frozenset()
    """Fingerprints of what a lab gives, which count nothing."""


@dataclass(frozen=True)
class NotCompared:
    """A submission that could not be read, so that a person has to look at it."""

    name: str
    why: str


@dataclass(frozen=True)
class Found:
    """What came out of a class."""

    submissions: Sequence[Compared]
    unread: Sequence[NotCompared]
    level: float
    pairs: Sequence[Pair]
    """Those that are shown."""
    total: int
    """Of all that reach the level."""
    plain: Sequence[Compared] = ()
    """Those with so little of their own that no pair of theirs can reach it."""

    @property
    def more(self) -> int:
        """Pairs that are not shown."""
        return self.total - len(self.pairs)


Weights = Mapping[int, float]
"""How much each fingerprint counts: from 0, everybody else has it, to 1, nobody else has."""


def compared(
    submissions: Sequence[Compared],
    known: Background,
    level: float = LEVEL,
) -> list[Pair]:
    """All pairs that are as alike as the level says or more, the most alike first.

    Args:
        submissions: a class.
        known: what the class is held against.
        level: 0 to 1.
    """
    weights = _weights(submissions, known)
    found = []
    for one, other in _candidates(submissions, weights, level):
        alike = _alike(one.digests, other.digests, weights, FEW)
        if alike >= level:
            shared = {digest: weights[digest] for digest in sorted(one.digests & other.digests)}
            found.append(Pair(one, other, alike, shared, _functions(one, other, weights)))
    return sorted(found, key=lambda pair: (-pair.alike, pair.one.name, pair.other.name))


def too_plain(submissions: Sequence[Compared], known: Background, level: float) -> list[Compared]:
    """Those with so little of their own that no pair of theirs can reach the level."""
    weights = _weights(submissions, known)
    return [each for each in submissions if _sum(each.digests, weights) < level * FEW]


def _weights(submissions: Sequence[Compared], known: Background) -> Weights:
    """How much each fingerprint counts.

    As in search engines, and as in information theory, what one in ten has counts half of what one
    in a hundred has.
    """
    counts = Counter(known.counts)
    for each in submissions:
        counts.update(each.digests)
    others = known.solutions + len(submissions) - 2
    most = math.log2(others + 1) if others > 0 else 0.0
    by_count = {count: _weight(count, others, most) for count in set(counts.values())}
    found = {digest: by_count[count] for digest, count in counts.items()}
    return found | dict.fromkeys(known.given & found.keys(), 0.0)


def _weight(count: int, others: int, most: float) -> float:
    seen = min(max(count - 2, 0), others)  # the two that are compared are no others
    return 1 - math.log2(seen + 1) / most if most else 1.0


def _sum(digests: Iterable[int], weights: Weights) -> float:
    """The same whatever their order."""
    return math.fsum(weights[digest] for digest in digests)


def _candidates(
    submissions: Sequence[Compared], weights: Weights, level: float
) -> Iterator[tuple[Compared, Compared]]:
    """Yield all pairs that can be so alike; not many others.

    Each is looked up by its rarest fingerprints alone, for whoever has none of these has too little
    in common with it: the rest of its fingerprints together stay below the level.
    """
    totals = [_sum(each.digests, weights) for each in submissions]
    index: dict[int, list[int]] = {}
    for at in sorted(range(len(submissions)), key=lambda at: (totals[at], at)):
        digests = submissions[at].digests
        for before in sorted({other for digest in digests for other in index.get(digest, ())}):
            first, second = sorted((before, at))
            yield submissions[first], submissions[second]
        for digest in _rarest(digests, weights, level * max(totals[at], FEW)):
            index.setdefault(digest, []).append(at)


def _rarest(digests: Iterable[int], weights: Weights, enough: float) -> Iterator[int]:
    """Yield fingerprints but for common ones, whose sum stays below what is enough."""
    rest = 0.0
    for digest in sorted(digests, key=lambda each: (weights[each], each)):
        rest += weights[digest]
        if rest >= enough * (1 - 1e-9):  # sums of floats: rather one fingerprint too many
            yield digest


def _alike(one: Set[int], other: Set[int], weights: Weights, few: float) -> float:
    least = max(min(_sum(one, weights), _sum(other, weights)), few)
    return _sum(one & other, weights) / least if least else 0.0


def _functions(one: Compared, other: Compared, weights: Weights) -> tuple[tuple[str, float], ...]:
    mine, theirs = _by_name(one), _by_name(other)
    names = sorted(mine.keys() & theirs.keys())
    common = {name: _sum(mine[name] & theirs[name], weights) for name in names}
    return tuple(
        (name, _alike(mine[name], theirs[name], weights, 0.0))
        for name in sorted(names, key=lambda name: -common[name])
        if common[name]
    )


def _by_name(submission: Compared) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for part in submission.parts:
        found.setdefault(part.name, set()).update(mark.digest for mark in part.marks)
    return found
