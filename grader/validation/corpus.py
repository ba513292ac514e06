"""The corpora: submissions, each of which says in its head what is special about it.

A correct one has a comment `# Trait: ...`. A wrong one begins with three comments:

    # Mistake: what is wrong.
    # Loses: 2.1, 4.3
    # Named: forgets-ns

`Loses` are the questions that must lose points. `Named` are the diagnoses of which one must be
among those that are given; `-` where the words of the checks must do.

Most hold only what differs from a base: definitions that replace some of the base's, and in a
notebook also cells.

    # Base: plain
    # Without: NetWithBias, NetQuantized.forward

The bases stand in `tests/bases`. A submission that names none is whole.

What must become of most holds for any net that an exam may have. Where it does not, since the code
brings layers or sizes of its own, the head says so:

    # Net: the lab's
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.errors import GraderError, UsageError
from grader.template import CHECKOUT
from grader.validation.cells import arranged, definitions, split
from grader.validation.composition import composed

CORRECT = CHECKOUT / "tests" / "correct"
WRONG = CHECKOUT / "tests" / "wrong"
BASES = CHECKOUT / "tests" / "bases"
_HEAD = re.compile(r"(?:#(?! ?%%).*\n)*")
_OF_COMPOSITION = re.compile(r"^# (?:Base|Without): .*\n", re.MULTILINE)
THE_LAB_S = "the lab's"


@dataclass(frozen=True)
class Solution:
    """A submission, and what must become of it."""

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
    def base(self) -> str | None:
        """The base that it names; None: it is whole."""
        return _word(read(self.path), "Base")

    @property
    def without(self) -> frozenset[str]:
        """What it leaves out of its base."""
        return _names(_word(read(self.path), "Without") or "")

    @property
    def any_net(self) -> bool:
        """Whether it must become the same of it with an exam of another net than the lab's.

        Raises:
            GraderError: the head names a net that is not the lab's.
        """
        net = _word(read(self.path), "Net")
        if net not in (None, THE_LAB_S):
            raise GraderError(f"{self.path}: `# Net: {net}` is not `# Net: {THE_LAB_S}`")
        return net is None

    @property
    def source(self) -> str:
        """The whole text, with the line ends that the file has.

        Raises:
            GraderError: the file does not fit its base.
        """
        return whole(self.path)


def correct() -> list[Solution]:
    """The correct submissions, by name.

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


def styles() -> dict[str, str]:
    """How each base is written, by its name.

    Raises:
        GraderError: one does not say.
    """
    return {path.stem: _said(path, "Style") for path in sorted(BASES.glob("*.py"))}


def whole(path: Path) -> str:
    """A submission with what it has from its base, with the line ends that the file has.

    Raises:
        GraderError: it does not fit its base, or there is no such base.
    """
    text = read(path)
    name, left_out = _word(text, "Base"), _names(_word(text, "Without") or "")
    if name is None:
        return text
    head, own = headed(text.replace("\r\n", "\n"))
    _, *cells = split(own)
    try:
        theirs = base(name)
        filled = composed(theirs, definitions(own), left_out)
        body = arranged(theirs, filled, cells) if cells else filled
    except (GraderError, SyntaxError) as error:
        raise GraderError(f"{path}: {error}") from error
    result = _OF_COMPOSITION.sub("", head) + body
    return result.replace("\n", "\r\n") if "\r\n" in text else result


@cache
def base(name: str) -> str:
    """A base without the comment at its head.

    Raises:
        GraderError: there is none of this name.
    """
    path = BASES / f"{name}.py"
    if not path.is_file():
        there = ", ".join(sorted(path.stem for path in BASES.glob("*.py")))
        raise GraderError(f"there is no base {name!r}, but {there}")
    return headed(read(path))[1]


def headed(text: str) -> tuple[str, str]:
    """The comment at the head of a file, and the rest."""
    end = found.end() if (found := _HEAD.match(text)) else 0
    return text[:end], text[end:]


def read(path: Path) -> str:
    """The text of a file, with the line ends that it has."""
    return path.read_bytes().decode("utf-8-sig")


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*/*.py"))
    if not found:
        raise UsageError(f"{folder} holds no submissions; validate --all needs a whole checkout")
    return found


def _said(path: Path, word: str) -> str:
    found = _word(read(path), word)
    if found is None:
        raise GraderError(f"{path}: there is no comment that begins with `# {word}: `")
    return found


def _word(text: str, word: str) -> str | None:
    found = re.search(rf"^# {word}: (.+?)\s*$", text, re.MULTILINE)
    return found[1] if found else None


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",")) - {"-", ""}
