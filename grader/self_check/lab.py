"""A lab that is read once, and whose questions are asked together as soon as one is needed."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from grader import grade
from grader.errors import UnreadableSubmissionError
from grader.report.student import PRINTED
from grader.report.wording import execution_lines, unjudged_lines
from grader.result import Entry, Result
from grader.submission import Submission, require_openable


def shares(questions: Sequence[str], count: int) -> dict[str, int]:
    """Which question belongs to which of so many shares, neighbours to the same one.

    So what questions depend on is mostly asked once.
    """
    numbers = list(dict.fromkeys(questions))
    return {number: at * count // len(numbers) for at, number in enumerate(numbers)}


class Lab:
    """A submission, and what its checks have found so far."""

    def __init__(self, path: Path, exam: str | None, count: int) -> None:
        """Read a submission.

        Args:
            path: where it lies.
            exam: name or folder; None: the default one.
            count: so many processes share the questions.

        Raises:
            UsageError: the submission or the exam cannot be opened.
        """
        require_openable(path)
        self.path, self.unread, self._count = path, "", count
        self._options = grade.Options(exam, official=False)
        self._stack = ExitStack()
        self._terms = grade.terms(self._options)
        self._stack.enter_context(self._terms.reader)
        self._shares: dict[str, int] = {}
        self._known: dict[str, Entry] = {}
        self._results: list[Result] = []
        self._submission: Submission | None = None
        try:
            self._submission = self._terms.reader.load(path)
        except UnreadableSubmissionError as error:
            self.unread = str(error)

    def close(self) -> None:
        """End all processes."""
        self._stack.close()

    def questions(self) -> Iterator[tuple[str, Sequence[Entry]]]:
        """Each question with its checks; none where nothing could be read."""
        if self._submission is not None:
            entries = grade.begun(self._submission, self._terms).entries
            for number, group in groupby(entries, key=lambda entry: entry.question):
                yield number, tuple(group)

    def select(self, questions: Sequence[str]) -> None:
        """Only these will be needed."""
        self._shares = shares(questions, self._count)

    def entry(self, check: str) -> Entry:
        """What came of one check; the first of a share asks all of its questions."""
        if check not in self._known:
            number = next(n for n, entries in self.questions() if check in _names(entries))
            share = self._shares[number]
            self._ask({each for each, its in self._shares.items() if its == share})
        return self._known[check]

    def _ask(self, questions: set[str]) -> None:
        if self._submission is None:
            return
        if not self._results:
            self._wall, _ = self._stack.enter_context(grade.standing(self._options, _ignore))
        asked = replace(self._terms, questions=frozenset(questions))
        result = grade.grade_read(self._wall, self._submission, asked, lambda _: None, _ignore)
        self._results.append(result)
        self._known |= {entry.check: entry for entry in result.entries}

    def said(self) -> list[str]:
        """What is to be told of the file, and what its code printed."""
        found: dict[str, None] = {}
        for result in self._results:
            notes = [*result.notes, *execution_lines(result)]
            found |= dict.fromkeys(f"Note: {note}" for note in notes)
            found |= dict.fromkeys(unjudged_lines(result))
            if result.printed:
                last = "\n".join(result.printed.splitlines()[-PRINTED:])
                found |= {f"Your code printed, at the end:\n{last}": None}
        return list(found)


def _names(entries: Sequence[Entry]) -> set[str]:
    return {entry.check for entry in entries}


def _ignore(_: str) -> None:
    """Nobody looks at single steps."""
