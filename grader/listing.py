"""The student's own lines of one definition, to be shown beside what is said of it."""

import msgspec


class Listing(msgspec.Struct, frozen=True):
    """Lines of code, fit for a person's eyes."""

    place: str
    """The cell or the file."""
    first: int
    """The number of the first line there."""
    lines: tuple[str, ...]
    left_out: int = 0
    """How many more there are."""
