"""The key of the kit's public exam: what tells a right answer, and gives none.

A right number or text is there as a salted digest. Of the noise that a sound scale makes there is
the number, since many scales are sound. The kit and what makes it read this module both.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec
import numpy as np

from grader.arrays import Doubles
from grader.errors import GraderError
from grader.polynomial import Polynomial

SLOW = 2**14
"""The cost of a digest of a text: 16 MiB, and some hundredths of a second."""
FINE = 2**16
"""Steps of a fingerprint: what the last bits of a value are changes none."""
OFF_TIES = 0.2
"""Values that are simple fractions of the largest one lie on no edge of a step."""
Item = TypeVar("Item")


class Bin(msgspec.Struct, frozen=True):
    """A right number: every number within the tolerance lies in the same bin, whose digest it is.

    The offset puts the right number in the middle. It is a fraction of a bin, and tells of no bin.
    """

    tolerance: float
    offset: float
    digest: str


class Key(msgspec.Struct, frozen=True):
    """Everything that claims are held against."""

    salt: str
    near: dict[str, tuple[Bin, ...]]
    """By what is asked: right numbers, any of which will do."""
    same: dict[str, str]
    """By what is asked: the digest of the right text."""
    noise: dict[str, float]
    """By the fingerprint of some values: the noise of the widest range, over the square of the
    largest of them."""

    def is_near(self, asked: str, number: float) -> bool:
        """Whether a number is a right one, within its tolerance.

        Raises:
            GraderError: the public exam does not ask this.
        """
        return any(
            number_digest(self.salt, asked, number, one.tolerance, one.offset) == one.digest
            for one in _found(self.near, asked)
        )

    def is_same(self, asked: str, text: str) -> bool:
        """Whether a text is the right one.

        Raises:
            GraderError: the public exam does not ask this.
        """
        return text_digest(self.salt, asked, text) == _found(self.same, asked)

    def widest_noise(self, values: Doubles) -> float:
        """The mean square error that the range which clips none of these values makes.

        Raises:
            GraderError: the public exam has no such values.
        """
        return _found(self.noise, fingerprint(values)) * largest(values) ** 2


def _found(known: Mapping[str, Item], asked: str) -> Item:
    """What the key has of this.

    Raises:
        GraderError: nothing; so the kit is damaged, or its parts are of two versions.
    """
    if asked not in known:
        raise GraderError(f"the key of the public exam lacks {asked}: install the kit anew")
    return known[asked]


def largest(values: Doubles) -> float:
    """The largest magnitude."""
    return float(np.abs(values).max())


def fingerprint(values: Doubles) -> str:
    """The same for the same values, whatever they are multiplied by."""
    parts = values.reshape(-1).astype(np.float64) / largest(values)
    steps = np.rint(parts * FINE + OFF_TIES)
    return hashlib.sha256(steps.astype("<i4").tobytes()).hexdigest()[:32]


def bin_of(salt: str, asked: str, right: float, tolerance: float) -> Bin:
    """The bin of a right number, of which others may differ by a relative tolerance."""
    position = math.log(right) / (2 * tolerance)
    offset = round(position) - position
    return Bin(tolerance, offset, number_digest(salt, asked, right, tolerance, offset))


def number_digest(salt: str, asked: str, number: float, tolerance: float, offset: float) -> str:
    """The digest of the bin that a number lies in; of none for one that is not positive."""
    if not (math.isfinite(number) and number > 0):
        return ""
    number_of_bin = round(math.log(number) / (2 * tolerance) + offset)
    return hashlib.sha256(f"{salt}\n{asked}\n{number_of_bin}".encode()).hexdigest()[:40]


def text_digest(salt: str, asked: str, text: str) -> str:
    """The digest of a text that answers what is asked.

    It is slow on purpose: an equation is the same in every exam, and to try all there are takes
    more days than to think takes minutes.
    """
    digest = hashlib.scrypt(
        text.encode(), salt=f"{salt}\n{asked}".encode(), n=SLOW, r=8, p=1, maxmem=2**26, dklen=20
    )
    return digest.hex()


def integers_text(integers: Doubles) -> str:
    """Whole numbers as a text; another one for what is none."""
    if not (integers == np.rint(integers)).all():
        return "no whole numbers"
    return f"{integers.shape} {integers.astype(int).reshape(-1).tolist()}"


def sides_text(sides: Iterable[tuple[Polynomial, bool]]) -> str:
    """The sides of an equation, in any order, as a text.

    Args:
        sides: what each comes to, and whether it names the output that is asked for.
    """
    return "\n".join(sorted({f"{sorted(side.items())} {names}" for side, names in sides}))
