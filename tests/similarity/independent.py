"""The right solutions that share no base, as they are measured and as that is shipped."""

import msgspec

from grader.similarity.compare import Compared
from grader.similarity.independent import FILE, measured
from grader.submission import Reader
from grader.validation.corpus import BASES, CORRECT
from tests.tables import whole_ones

__all__ = ["FILE", "given", "read", "written"]


def read() -> list[Compared]:
    """The solutions as fingerprints."""
    with Reader() as reader:
        found = [
            (name, reader.fingerprints(CORRECT / "solutions" / f"{name}.py"))
            for name in whole_ones()
        ]
    return [Compared(name, fingerprints.parts) for name, fingerprints in found]


def given() -> frozenset[int]:
    """The constructors that the lab gave in 2020, which are not blanks."""
    with Reader() as reader:
        parts = reader.fingerprints(BASES / "notebook_2020.py").parts
    constructors = [part for part in parts if part.name.endswith(".__init__")]
    return frozenset(mark.digest for part in constructors for mark in part.marks)


def written() -> bytes:
    """What the product ships."""
    return msgspec.json.format(msgspec.json.encode(measured(read(), given())), indent=1) + b"\n"
