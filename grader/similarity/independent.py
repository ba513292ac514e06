"""What is known of right solutions that were written independently of each other.

`python -m tests.similarity` writes it from the whole files of `tests/correct`.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from grader.errors import GraderError
from grader.similarity.compare import Background, Compared, compared

FILE = Path(__file__).with_name("independent.json")


class Independent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How alike they are, and which fingerprints they have."""

    solutions: int
    pairs: int
    most: float
    """How alike the two are that are most so, by the same measure as a class: among the others
    that their fingerprints are held against are neither of the two."""
    tenth: float
    """What a tenth of the pairs exceeds."""
    median: float
    fingerprints: dict[str, str]
    """How many have them: the fingerprints, in hexadecimal."""

    given: str
    """Those of the constructors that the lab gave in 2020; today's template is at hand."""

    @property
    def background(self) -> Background:
        """What a class is held against."""
        counts = {
            digest: int(count)
            for count, digests in self.fingerprints.items()
            for digest in _read(digests)
        }
        return Background(self.solutions, counts, frozenset(_read(self.given)))


@cache
def independent() -> Independent:
    """What is shipped.

    Raises:
        GraderError: it is not there, or damaged.
    """
    try:
        return msgspec.json.decode(FILE.read_bytes(), type=Independent)
    except (OSError, msgspec.MsgspecError) as error:
        raise GraderError(f"{FILE}: {error}; use a whole checkout") from error


def measured(solutions: Sequence[Compared], given: Iterable[int]) -> Independent:
    """What is known of some independent solutions.

    Args:
        solutions: as fingerprints.
        given: fingerprints of what a lab gives.
    """
    known = Background(given=frozenset(given))
    alike = [pair.alike for pair in compared(solutions, known, level=0.0)]
    pairs = len(solutions) * (len(solutions) - 1) // 2
    alike += [0.0] * (pairs - len(alike))
    counts = Counter(digest for each in solutions for digest in each.digests)
    by_count: dict[int, list[int]] = {}
    for digest, count in counts.items():
        by_count.setdefault(count, []).append(digest)
    return Independent(
        len(solutions),
        pairs,
        round(max(alike), 3),
        round(statistics.quantiles(alike, n=10)[-1], 3),
        round(statistics.median(alike), 3),
        {str(count): _written(by_count[count]) for count in sorted(by_count)},
        _written(known.given),
    )


def _read(digests: str) -> list[int]:
    return [int(digest, 16) for digest in digests.split()]


def _written(digests: Iterable[int]) -> str:
    return " ".join(f"{digest:012x}" for digest in sorted(digests))
