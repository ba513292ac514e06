"""The corpora: whole submissions, each of which says in its head what is special about it.

A right one has a comment `# Trait: ...`. A wrong one begins with three comments:

    # Mistake: what is wrong.
    # Loses: 2.1, 4.3
    # Named: forgets-ns

`Loses` are the questions that must lose points. `Named` are the diagnoses of which one must be
among those that are given; `-` where the words of the checks must do.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GraderError, UsageError
from grader.template import CHECKOUT

CORRECT = CHECKOUT / "tests" / "correct"
WRONG = CHECKOUT / "tests" / "wrong"


@dataclass(frozen=True)
class Solution:
    """A whole submission, and what must become of it."""

    path: Path
    sentence: str
    """Its trait, or its mistake."""
    loses: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    """The diagnoses that call the mistake by a name; none where there is none to give."""

    @property
    def name(self) -> str:
        """The file's name, beside that of the folder that it stands in."""
        return f"{self.path.parent.parent.name}/{self.path.stem}"

    @property
    def source(self) -> str:
        """The text, with the line ends that it has."""
        return self.path.read_bytes().decode("utf-8-sig")


def correct() -> list[Solution]:
    """The right submissions, by name.

    Raises:
        UsageError: they are not there, as in a packaged autograder.
        GraderError: one has no trait.
    """
    return [Solution(path, _said(path, "Trait")) for path in _files(CORRECT)]


def wrong() -> list[Solution]:
    """The wrong submissions, by name.

    Raises:
        UsageError: they are not there, as in a packaged autograder.
        GraderError: one does not say what must come.
    """
    return [
        Solution(
            path,
            _said(path, "Mistake"),
            _names(_said(path, "Loses")),
            _names(_said(path, "Named")),
        )
        for path in _files(WRONG)
    ]


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*/*.py"))
    if not found:
        raise UsageError(f"{folder} holds no submissions; validate --all needs a whole checkout")
    return found


def _said(path: Path, word: str) -> str:
    found = re.search(rf"^# {word}: (.+?)\s*$", path.read_text("utf-8-sig"), re.MULTILINE)
    if found is None:
        raise GraderError(f"{path}: there is no comment that begins with `# {word}: `")
    return found[1]


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",")) - {"-"}
