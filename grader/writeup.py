"""What of the written part is there, for the person who grades it: figures, text, numbers.

Of a notebook only what was saved is counted; nothing is executed or shown. Of a report this is
what is asked of it, and the check list that others make.
"""

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import Literal

import msgspec

PARTS = ("1.2", "3.2", "4.1", "5.1")
"""Questions that ask for words or an equation."""
PLOTTED = ("1", "3")
"""Questions that ask for figures."""

TEMPLATE = Path(__file__).parents[1] / "student_template" / "lab1.py"
IN_A_ROW = 4
"""So many words in a row of a line make it the lab's own."""
_NUMBER = r"(?P<question>[1-5])(?:\.(?P<part>\d))?\b"
HEADING = re.compile(
    r"^[ #]{0,9}(?:#|\*\*)\s{0,9}(?:Question|Problem|Part|Q)?\s{0,9}" + _NUMBER, re.I | re.M
)
NAMED = re.compile(r"^[ \t]{0,40}#[^\n]{0,99}?\b(?:Question|Q)\s{0,9}" + _NUMBER, re.I | re.M)
"""A comment in code that names a question."""
WORDS = re.compile(r"\w+")
EQUATION = re.compile(
    r"""^(Q\d_\d\w?)(?:[ \t]{0,9}:[ \t]{0,9}[\w."']{1,40})?[ \t]{0,9}=(?!=)[ \t]{0,9}
    (?:\([ \t]{0,9}(?:\#[^\n]{0,99})?\n?[ \t]{0,99}){0,3}  # which black puts round a long line
    (?:
        [frbuFRBU]{0,2}(?:\"{3}|'{3})\s{0,99}(?!["'\s])
        | [frbuFRBU]{0,2}["'](?!["'\n])
        | (?![frbuFRBU]{0,2}["']|[\s)(]|None\b|\.\.\.)
    )""",
    re.M | re.X,
)
"""An answer that is no empty text: how it begins."""
PERCENT = re.compile(r"accura\w{0,9}[^\n%]{0,80}?(?P<value>\d{1,3}(?:\.\d{1,6})?)\s{0,3}%", re.I)
LAYER = re.compile(r"^[ \t]{0,20}(?P<layer>input|conv[12]|fc[123])\b(?P<rest>[^\n]{0,200})", re.M)
RANGES = re.compile(r"(?<![\w.-])-?\d{1,9}\.\d{1,9}(?![\w.])")
LONGEST = 200_000
"""Characters of one cell that are looked at."""
MOST_ACCURACIES = 30
MOST_RANGES = 60


State = Literal["there", "missing", "cannot tell"]
REPORT_CHECKS: dict[str, tuple[str, str, str]] = {
    f"report.{part}": (f"R.{part}", f"Report: {title}", sentence)
    for part, title, sentence in (
        ("head", "its head", "Your name and your student ID stand at its head."),
        ("1.1", "weights drawn", "The weights of all five layers are drawn, and described."),
        ("1.2", "ranges of weights", "Both ranges of each layer, the one you prefer, and why."),
        ("2.1", "code for weights", "The code of quantized_weights."),
        ("2.2", "accuracy", "The accuracy with quantized weights."),
        ("3.1", "activations drawn", "The input and all five outputs are drawn, and described."),
        ("3.2", "ranges of activations", "Both ranges of each, the one you prefer, and why."),
        ("4.1", "equations", "The equations of conv1 and of conv2."),
        ("4.2", "code for scales", "The code of both functions that find scales."),
        ("4.3", "code of forward", "The code of forward."),
        ("4.4", "accuracy", "The accuracy of the quantized net."),
        ("5.1", "equation with a bias", "The equation with a bias."),
        ("5.2", "code for biases", "The code of quantized_bias."),
        ("5.3", "accuracies", "The accuracies with a bias, before and after."),
        ("appendix", "all code", "An appendix has all of your code."),
    )
}
"""By the name of each check of a report, its question, that one's title, and what it asks."""
OF_THE_WHOLE = {"name": "head", "student ID": "head", "appendix with all code": "appendix"}
"""By what a point asks that belongs to no question, its part."""


class Item(msgspec.Struct, frozen=True):
    """One thing that the lab asks of a report."""

    question: str
    """`1.2`; empty: of the whole report."""
    asks: str
    state: State
    note: str = ""
    """Says what is missing, or why nothing can be told."""

    @property
    def part(self) -> str:
        """The part of the report that it is of: `4.1` for `4.1a`; empty: it has no points."""
        return self.question[:3] or OF_THE_WHOLE.get(self.asks, "")


class CheckList(msgspec.Struct, frozen=True):
    """A report, point by point; who handed it in is not in it."""

    pages: int
    items: tuple[Item, ...] = ()
    remarks: tuple[str, ...] = ()
    """Lines for the student on the PDF itself."""
    problem: str = ""
    """Why nothing of it can be told; empty where something can."""

    @property
    def missing(self) -> tuple[Item, ...]:
        """The points that are missing."""
        return tuple(item for item in self.items if item.state == "missing")

    @property
    def untold(self) -> tuple[Item, ...]:
        """The points that a person has to look at."""
        return tuple(item for item in self.items if item.state == "cannot tell")


class Passage(msgspec.Struct, frozen=True):
    """One cell of a notebook, as far as the write-up goes."""

    label: str
    """`cell 12`"""
    is_code: bool
    text: str
    images: int = 0
    """Pictures among its saved outputs."""
    printed: str = ""
    """Text among its saved outputs."""


class Printed(msgspec.Struct, frozen=True):
    """A range of one layer that was printed, as it was."""

    cell: str
    layer: str
    value: str


class Figures(msgspec.Struct, frozen=True):
    """The figures saved under one question."""

    question: str
    count: int
    cells: tuple[str, ...]


class WriteUp(msgspec.Struct, frozen=True):
    """What a human grader may want to know before opening the notebook."""

    figures: tuple[Figures, ...] = ()
    written: dict[str, str] = {}
    """By question: `312 characters of text`, `printed values`, or `nothing`."""
    accuracies: tuple[tuple[str, str], ...] = ()
    """(cell, percent) of each accuracy that was printed, as it was."""


def write_up(passages: Sequence[Passage]) -> WriteUp:
    """Count what is there, by question."""
    own = lab_s_own()
    placed = list(_placed(passages))
    figures = tuple(_figures(question, placed) for question in PLOTTED)
    return WriteUp(
        figures,
        {part: _written(part, placed, own) for part in PARTS},
        tuple(_accuracies(passages))[:MOST_ACCURACIES],
    )


@functools.cache
def lab_s_own() -> Set[tuple[str, ...]]:
    """Runs of words of the template."""
    lab = TEMPLATE.read_text(encoding="utf-8")
    return _shingles([lab, *lab.splitlines()])


def _placed(passages: Iterable[Passage]) -> Iterator[tuple[str, str, Passage]]:
    """Say under which question and part (`1.2`, or nothing) each passage stands."""
    question = part = ""
    for passage in passages:
        pattern, start = NAMED if passage.is_code else HEADING, 0
        for found in pattern.finditer(passage.text):
            before = passage.text[start : found.start()]
            if before.strip():
                yield question, part, _cut(passage, before)
            question, start = found["question"], found.start()
            part = f"{question}.{found['part']}" if found["part"] else ""
        rest = msgspec.structs.replace(passage, text=passage.text[start:])
        yield question, part, rest


def _cut(passage: Passage, text: str) -> Passage:
    return Passage(passage.label, passage.is_code, text)


def _figures(question: str, placed: Iterable[tuple[str, str, Passage]]) -> Figures:
    found = [passage for at, _, passage in placed if at == question and passage.images]
    return Figures(
        question,
        sum(passage.images for passage in found),
        tuple(dict.fromkeys(passage.label for passage in found)),
    )


def _written(
    part: str, placed: Sequence[tuple[str, str, Passage]], own: Set[tuple[str, ...]]
) -> str:
    here = [passage for _, at, passage in placed if at == part]
    where = ""
    if not here:  # the original lab has no heading for each part
        where = f" under Question {part[0]}"
        here = [passage for at, _, passage in placed if at == part[0]]
    count = sum(len(line) for passage in here for line in _lines(passage) if _is_new(line, own))
    found = [f"{count} characters of text"] if count else []
    if any(re.search(r"\d", passage.printed) for passage in here):
        found.append("printed values")
    for passage in here:
        found += EQUATION.findall(passage.text) if passage.is_code else []
    return (", ".join(dict.fromkeys(found)) or "nothing") + where


def _lines(passage: Passage) -> Iterator[str]:
    """Yield the lines of a text, and the comments of code."""
    for line in passage.text.split("\n"):
        if not passage.is_code or line.lstrip().startswith("#"):
            yield line.lstrip("# ").rstrip()


def _is_new(line: str, own: Set[tuple[str, ...]]) -> bool:
    """Whether a line has words, and most of them are not the lab's own."""
    found = _shingles([line])
    return bool(WORDS.search(line)) and len(found & own) * 2 < max(len(found), 1)


def new_words(text: str) -> str:
    """The words of a text that are not the lab's own, however its lines are broken."""
    own, words = lab_s_own(), WORDS.findall(text)
    lowered = [word.lower() for word in words]
    known: set[int] = set()
    for start in range(len(words) - IN_A_ROW + 1):
        if tuple(lowered[start : start + IN_A_ROW]) in own:
            known.update(range(start, start + IN_A_ROW))
    return " ".join(word for number, word in enumerate(words) if number not in known)


def _shingles(texts: Iterable[str]) -> set[tuple[str, ...]]:
    """So many words in a row, wherever they stand; of a short line, the line itself."""
    found: set[tuple[str, ...]] = set()
    for text in texts:
        words = [word.lower() for word in WORDS.findall(text)]
        for size in {min(IN_A_ROW, len(words)), IN_A_ROW} - {0}:
            found.update(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
    return found


def _accuracies(passages: Iterable[Passage]) -> Iterator[tuple[str, str]]:
    for passage in passages:
        for found in PERCENT.finditer(passage.printed):
            yield passage.label, found["value"]


def printed_ranges(passages: Iterable[Passage]) -> tuple[Printed, ...]:
    """The numbers of each printed line that begins with a layer and speaks of a range."""
    found = (
        Printed(passage.label, line["layer"], value)
        for passage in passages
        for line in LAYER.finditer(passage.printed)
        if "range" in line["rest"].lower()
        for value in RANGES.findall(line["rest"])
    )
    return tuple(itertools.islice(found, MOST_RANGES))
