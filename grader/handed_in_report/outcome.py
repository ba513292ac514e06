"""What was found of one thing that the lab asks for."""

import msgspec

from grader.writeup import State


class Found(msgspec.Struct, frozen=True):
    """Whether it is there, and what was seen."""

    state: State
    note: str = ""
    """Says what is missing, or why nothing can be told."""


def there(note: str = "") -> Found:
    """It is there."""
    return Found("there", note)


def missing(note: str) -> Found:
    """It is not."""
    return Found("missing", note)


def cannot_tell(note: str) -> Found:
    """A person has to look."""
    return Found("cannot tell", note)
