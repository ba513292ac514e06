"""Verdicts that are kept from an earlier grade, and what is asked anew, put together."""

import re
from collections.abc import Collection
from dataclasses import replace

from grader.result import Entry, Result

NAMES_A_LINE = re.compile(r"\bline \d+")


def names_a_line(entry: Entry) -> bool:
    """Whether its verdict names a line: it is told again where the student's lines have moved."""
    verdict = entry.verdict
    return (
        NAMES_A_LINE.search(f"{verdict.actual} {verdict.expected} {verdict.next_step}") is not None
    )


def together(whole: Result, known: Result, fresh: Result | None, again: Collection[str]) -> Result:
    """One result of what was asked now, and of earlier verdicts for all else.

    Args:
        whole: of this submission, before anything was asked.
        known: an earlier one, of the same code as far as it is kept.
        fresh: with the questions that were asked again; None: none was.
        again: these questions.
    """
    outcomes = {entry.check: entry for entry in known.entries}
    outcomes |= {} if fresh is None else {entry.check: entry for entry in fresh.entries}
    unjudged = {number: why for number, why in known.unjudged.items() if number not in again}
    newest = known if fresh is None else fresh
    return replace(
        newest,
        entries=tuple(_with_outcome(entry, outcomes[entry.check]) for entry in whole.entries),
        versions=whole.versions,
        submission=whole.submission,
        graded=whole.graded,
        listings=whole.listings,
        slice_digest=whole.slice_digest,
        write_up=whole.write_up,
        leaderboard=whole.leaderboard,
        unjudged={**unjudged, **(fresh.unjudged if fresh else {})},
    )


def _with_outcome(entry: Entry, known: Entry) -> Entry:
    """The entry as the rubric has it now, with an outcome that is known."""
    most = 0.0 if known.status == "by hand" else entry.max_score
    return replace(entry, status=known.status, verdict=known.verdict, max_score=most)
