"""What a check found, in words and numbers, and the misconception that explains it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from grader.pictures import Picture

Status = Literal["passed", "failed", "not reached", "by hand"]
"""What became of a check."""


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
class Verdict:
    """The result of one check.

    `actual` and `expected` are in numbers; `next_step` says where to look. All may be empty where
    the check passed; `actual` then is a remark.
    """

    passed: bool
    actual: str = ""
    expected: str = ""
    next_step: str = ""
    diagnosis: Diagnosis | None = None
    reached: bool = True
    """False: nothing could be said; the check counts as not reached."""
    published: Mapping[str, float] = field(default_factory=dict)
    """What a leaderboard may rank, by its name in a rubric, as the oracle computed it."""
    picture: Picture | None = None
    """What there is to see of it, where pictures were asked for; in no results file."""

    @property
    def status(self) -> Status:
        """What became of the check."""
        if self.passed:
            return "passed"
        return "failed" if self.reached else "not reached"


class CheckFailed(Exception):  # noqa: N818 - a verdict on the student's code, no error of ours
    """A property does not hold. Raised by whatever finds out; `Question.judge` catches it."""

    def __init__(
        self,
        actual: str,
        expected: str = "",
        next_step: str = "",
        diagnosis: Diagnosis | None = None,
        draw: Callable[[], Picture] | None = None,
    ) -> None:
        super().__init__(actual)
        self.verdict = Verdict(False, actual, expected, next_step, diagnosis)
        self.draw = draw
        """Makes a picture of it, where one is asked for: few are."""


class NotReached(CheckFailed):
    """Nothing can be said about a property."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.verdict = Verdict(False, why, reached=False)
