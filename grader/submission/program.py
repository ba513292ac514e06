"""What a submission becomes: the student's code as plain data."""

from typing import Literal

import msgspec

from grader.listing import Listing
from grader.writeup import Printed, WriteUp

Kind = Literal["py", "ipynb", "folder", "archive"]

UNFORESEEN = "cannot be read: it holds something that the grader does not foresee. Ask the staff."
"""Of a file over which the reader itself stumbles; the staff find the traceback in the log."""

LAST_COUNTS = "times: the last counts"
"""Of a name that is defined more than once."""


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One top-level statement, to be executed by itself."""

    line: int
    """Of its cell, on which it begins: with its first decorator, if it has one."""
    text: str
    defines: bool = False
    """Whether it is a plain `def` or `class`."""
    trains: bool = False
    """Whether it trains: it is not executed, and its names are bound to a trained net."""


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code cell of a notebook, or a whole `.py` file."""

    label: str
    """How to name it to a person: `cell 12` (counted from 1 over all cells) or `lab1.py`."""
    source: str
    """The whole Python source, with the student's line numbers; magics have become nothing."""
    pieces: tuple[Piece, ...]
    """The statements that are needed, in their order."""


class Program(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The graded slice of a submission."""

    cells: tuple[Cell, ...]
    """Those of which something is needed, in order of execution."""
    modules: tuple[tuple[str, bytes], ...] = ()
    """Helper modules beside the submission: (relative posix path, content)."""
    packages: tuple[str, ...] = ()
    """What the kept code and the helper modules import: `torchvision`, `matplotlib.pyplot`."""
    name: str = "lab1.py"
    """Of the file that is graded, as its code finds it in `sys.argv` and `__file__`."""
    package: str = ""
    """What relative imports start from, where there are any."""


class Challenges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of Question C is filled in."""

    graded: dict[str, str]
    """Where each name stands of which something is filled in."""
    program: Program
    """A slice of its own, with all that these need, so that it cannot touch Questions 1 to 5."""
    digest: str
    """Of that slice."""
    listings: dict[str, Listing] = {}
    """The lines of each of these names."""


class Slice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one name needs of a submission, as digests: of two readings, whether it has changed."""

    code: str
    """Without comments, white space and places, as `grader.submission.digest` has it."""
    places: str
    """With them: the same only where every line is the same, and stands where it stood."""


class Reading(msgspec.Struct, frozen=True, tag="reading"):
    """A submission that could be read."""

    kind: Kind
    program: Program
    notes: tuple[str, ...]
    """Lines for the student."""
    graded: dict[str, str] = {}
    """Where the definition of each graded name stands that counts: `cell 12, line 3`."""
    write_up: WriteUp = WriteUp()
    digest: str = ""
    """Of the slice, as `grader.submission.digest` says."""
    challenges: Challenges | None = None
    """What is filled in of Question C; None: nothing."""
    listings: dict[str, Listing] = {}
    """The lines of each graded name, and of the methods of each class."""
    slices: dict[str, Slice] = {}
    """By name, where that was asked for."""
    ranges: tuple[Printed, ...] = ()
    """Of layers, as its outputs have them."""


class Whole(msgspec.Struct, frozen=True, tag="whole"):
    """The graded file as it was handed in."""

    name: str
    data: bytes
    older: bytes = b""
    """The same, and what only a newer Python reads rewritten for this one; empty: nothing is."""


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """A fingerprint, and the lines that it was taken of."""

    digest: int
    """48 bits."""
    first: int
    last: int


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A function, a method or another statement that graded names need, to be compared."""

    name: str
    """`NetQuantized.forward`; of what binds nothing, its place."""
    listing: Listing
    marks: tuple[Mark, ...]


class Fingerprints(msgspec.Struct, frozen=True, tag="fingerprints"):
    """What of a submission can be compared with another's."""

    parts: tuple[Part, ...]
    left_out: int = 0
    """Statements that are too many or too deep to be compared."""


class Pdfs(msgspec.Struct, frozen=True, tag="pdfs"):
    """The PDFs of a submission, unread."""

    files: tuple[bytes, ...]
    left_out: int = 0
    """How many more there are, which are too many or too large."""
    problem: str = ""
    """Why nobody can look for any."""


class Refusal(msgspec.Struct, frozen=True, tag="refusal"):
    """A submission that could not be read, and why."""

    reason: str
