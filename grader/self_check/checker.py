"""Check one submission again and again: only the questions are asked whose code has changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.checks import QUESTIONS
from grader.errors import UnreadableSubmissionError, UsageError
from grader.grade import ADDED, Progress, Terms, begun, grade_read, unreadable
from grader.kept import names_a_line, together
from grader.result import Result
from grader.sandbox.outside.wall import Wall
from grader.submission import Submission

MOST_KNOWN = 100
"""Nets whose logits are remembered, of some 100 kB each: a day at work has many versions."""


@dataclass(frozen=True)
class Checked:
    """What came of one check."""

    result: Result
    """Of all questions, those that were kept as well."""
    again: tuple[str, ...] = ()
    """The questions that were asked, in order."""
    kept: tuple[str, ...] = ()
    """Those whose verdicts are from an earlier check: what they depend on is as it was."""
    as_before: bool = False
    """Whether nothing was asked, and nothing else is to be said than the last time."""
    unread: str = ""
    """Why nothing could be read; empty: it could."""


@dataclass(frozen=True)
class _Basis:
    """What the verdicts of one question depend on."""

    code: tuple[object, ...]
    places: tuple[str, ...]


class Checker:
    """One submission behind one wall."""

    def __init__(self, wall: Wall, path: Path, terms: Terms) -> None:
        self._wall, self._path, self._terms = wall, path, terms
        self._bases: dict[str, _Basis] = {}
        """By question, of the verdicts that are known."""
        self._last: Result | None = None
        self._opened = False
        self._said: tuple[str, ...] = ()
        """Remarks of the last session."""

    def check(self, progress: Progress) -> Checked:
        """Check the submission as it is now.

        Raises:
            UsageError: it could not be opened from the first.
            GraderError: the grader itself could not work.
        """
        progress("Reading the submission")
        try:
            submission = self._terms.reader.load(self._path, sliced=True)
        except UnreadableSubmissionError as error:
            self._opened = True
            return self._unread(error)
        except UsageError as error:  # between two steps of an editor there may be no file
            if not self._opened:
                raise
            return self._unread(error)
        self._opened = True
        return self._checked(submission, progress)

    def _unread(self, error: Exception) -> Checked:
        """What was known stays known: somebody is typing."""
        return Checked(unreadable(self._path, self._terms, str(error)), unread=str(error))

    def _checked(self, submission: Submission, progress: Progress) -> Checked:
        whole = begun(submission, self._terms)
        asked = tuple(dict.fromkeys(entry.question for entry in whole.entries))
        bases = {number: _basis(number, submission) for number in asked}
        again = tuple(number for number in asked if self._may_differ(number, bases[number]))
        fresh = self._graded(submission, again, progress) if again else None
        if fresh is not None and fresh.cut_short and again != asked:
            again, fresh = asked, self._graded(submission, asked, progress)
        if fresh is not None:
            self._said = tuple(note for note in fresh.notes if note not in whole.notes)
        result = together(whole, self._last or whole, fresh, again)
        result = replace(result, notes=(*whole.notes, *self._said))
        as_before = fresh is None and self._last is not None and _told(result) == _told(self._last)
        cut_short = fresh is not None and fresh.cut_short
        self._last, self._bases = result, {} if cut_short else bases
        kept = tuple(number for number in asked if number not in again)
        return Checked(result, again, kept, as_before)

    def _may_differ(self, number: str, now: _Basis) -> bool:
        """Whether a question could have another verdict than the one that is known."""
        before = self._bases.get(number)
        if before is None or self._last is None or before.code != now.code:
            return True
        entries = (entry for entry in self._last.entries if entry.question == number)
        return before.places != now.places and any(map(names_a_line, entries))

    def _graded(
        self, submission: Submission, questions: Collection[str], progress: Progress
    ) -> Result:
        if len(self._terms.known) > MOST_KNOWN:
            self._terms.known.clear()
        terms = replace(self._terms, questions=frozenset(questions))
        return grade_read(self._wall, submission, terms, lambda _: None, progress)


def _told(result: Result) -> tuple[object, ...]:
    """What of a result a student is told."""
    return result.entries, result.notes


def _basis(number: str, submission: Submission) -> _Basis:
    """What a question depends on: the slices of all names it needs, and which of them count."""
    question = next(each for each in QUESTIONS if each.number == number)
    beyond: Mapping[str, str] = submission.challenges.graded if submission.challenges else {}
    needs = sorted(question.needs)
    slices = [submission.slices[name] for name in needs]
    filled_in = tuple(name for name in needs if name in beyond)
    by_hand = question.by_hand and not submission.graded.keys() & set(ADDED)
    return _Basis(
        (by_hand, filled_in, *(each.code for each in slices)),
        tuple(each.places for each in slices),
    )
