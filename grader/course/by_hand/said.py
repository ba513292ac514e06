"""What the autograder says of a question, as the results files of a batch have it."""

from collections.abc import Callable, Iterator

import msgspec

from grader.result import Override
from grader.saved_results import Results
from grader.writeup import WriteUp

LONGEST = 700
"""Characters of what is said of one check."""


class Said(msgspec.Struct, frozen=True):
    """What is said of one check."""

    status: str
    asks: str
    points: str
    words: str


def said_of(results: Results, part: str, nameless: Callable[[str], str]) -> Iterator[Said]:
    """Yield what is said of a part of the lab.

    Args:
        results: a student's.
        part: such as `4.1`, for 4.1a and 4.1b.
        nameless: takes out what tells who it is.
    """
    for test in results.tests:
        if test.number[:3] == part:
            words = nameless("\n".join(test.output.splitlines()[1:]))
            asks = test.name.partition(": ")[2] or test.name
            worth = f"{test.score:g} of {test.max_score:g}" if test.max_score else ""
            yield Said(test.extra_data.status or "", asks, worth, words[:LONGEST])
    saved = _saved(results.extra_data.write_up, part)
    if saved:
        yield Said("", "Saved in the code", "", saved)


def _saved(write_up: WriteUp | None, part: str) -> str:
    """The figures and the text that the notebook itself has there."""
    if write_up is None:
        return ""
    if part in ("1.1", "3.1"):
        counts = [each.count for each in write_up.figures if each.question == part[0]]
        return ", ".join(f"{count} figures under Question {part[0]}" for count in counts)
    written = write_up.written.get(part, "")
    return "" if written.startswith("nothing") else written


def decided(results: Results, check: str) -> Override | None:
    """What a person has decided about a check."""
    found = (test.extra_data for test in results.tests)
    return next((about.override for about in found if about.check == check), None)
