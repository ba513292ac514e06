"""What became of one delivery: what gradebooks, summaries and comparisons are made of."""

from dataclasses import dataclass

from grader.course.handed_in import Delivery, Upload
from grader.result import Result


@dataclass(frozen=True)
class Outcome:
    """One delivery, and its result."""

    delivery: Delivery
    upload: Upload | None = None
    """The one that counts; None: nothing was handed in."""
    result: Result | None = None
    """With a person's own decisions and what lateness takes off; None: there is none (yet)."""
    problem: str = ""
    """Why there is no result, so that a person has to look at it: no student is told a 0 for it."""
    late_days: int | None = 0
    """Begun days after the due date; None: not known."""
    chosen: frozenset[str] = frozenset()
    """The keys of those students for whom this counts, of several deliveries that name them."""
