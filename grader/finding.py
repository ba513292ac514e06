"""What a check found, in words and numbers, and the misconception that explains it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnosis:
    """A named misconception, as a student reads it."""

    name: str
    """Short and stable, such as `truncates`; staff count by it."""
    sentence: str
    """What the code does."""
    hint: str
    """Where to look next; never the answer's code."""


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    `came` and `expected` are in numbers; `next_step` says where to look. All may be empty where
    the check passed; `came` then is a remark.
    """

    passed: bool
    came: str = ""
    expected: str = ""
    next_step: str = ""
    diagnosis: Diagnosis | None = None
    reached: bool = True
    """False: nothing could be said; the check counts as not reached."""
    drop: float | None = None
    """Points of accuracy that the student's whole pipeline loses, where one was measured."""

    @classmethod
    def not_reached(cls, why: str) -> "Finding":
        """The property could not be looked at."""
        return cls(False, came=why, reached=False)


def passed(remark: str = "") -> Finding:
    """The property holds."""
    return Finding(True, came=remark)


def failed(
    came: str, expected: str = "", next_step: str = "", diagnosis: Diagnosis | None = None
) -> Finding:
    """The property does not hold."""
    return Finding(False, came, expected, next_step, diagnosis)
