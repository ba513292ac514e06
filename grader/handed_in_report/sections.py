"""Which lines and figures of a report belong to which part of which question.

What stands before the first question is the head. The appendix is a section of its own.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from grader.handed_in_report.paper import Figure, Line, Page, Paper

PARTS = {1: 2, 2: 2, 3: 2, 4: 4, 5: 3}
"""How many parts each question has."""
TITLES = {
    "visualize weights": "1",
    "quantize weights": "2",
    "visualize activations": "3",
    "quantize activations": "4",
    "quantize biases": "5",
}
LONGEST_HEADING = 90
"""Characters; the lab's own have 40."""

_ENDS = r"(?=$|\s*[:(–—-]|[.,]?\s+[A-Z(*\[]|\.$|\s+and\b)"
QUESTION = re.compile(
    r"^[# ]*(?:\d\.?\s+)?(?i:Question|Problem|Q)\.?\s*(?P<question>[1-5])"
    r"(?:\.(?P<part>[1-4])|\s*\((?P<letter>[a-d])\))?(?P<sub>[ab])?" + _ENDS
)
NUMBERED = re.compile(
    r"^[# ]*(?P<question>[1-5])\.(?P<part>[1-4])\.?\)?\s*(?:\(?(?P<sub>[ab])\)?)?"
    r"(?=$|\s*:|\s+(?:[-–—(]|[A-Z]|and \d))"
)
ITEM = re.compile(r"^\(?(?P<part>[1-4])[.)]\s+(?=[A-Z(])")
APPENDIX = re.compile(r"^[# ]*(?:[A-Z\d]{1,2}[.:]?\s+)?Appendi(?:x|ces)\b(?![ ,]*\w+ed\b)", re.I)
IN_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d*$")
CODE = re.compile(
    r"^\s*(?:#|@|def |class |return\b|import |from \w+ import|else:|try:|(?:for|if|with) .*:$)"
    r"|^\s*[\w.\[\], ]+ = \S|\w\([^)]*\)\s*$|^\s*[\w.]+\(|[\[({]$|^[\])}]+"
)
WORD = re.compile(r"[^\W\d_]{2,}")
AHEAD = 8
"""Lines of an appendix of which one is code."""
FURNITURE_PAGES, FURNITURE_SHARE = 3, 0.6
"""A line at the edge of so many pages is a running head."""


class Place(NamedTuple):
    """A height on a page."""

    page: int
    """Counted from 0."""
    top: float
    """Points above the page's lower edge."""


START = Place(0, math.inf)


@dataclass
class Section:
    """What stands under one heading."""

    question: str
    """`1`; empty: the head."""
    part: str
    """`1.2`; empty: the question's part is not told."""
    lines: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    illegible: bool = False
    """Whether a part of it is a picture of text."""
    begins: Place = START
    """Where its heading stands."""


@dataclass
class Report:
    """A report, cut into sections."""

    sections: list[Section]
    appendix: Section | None

    def of(self, question: str, part: str = "") -> list[Section]:
        """The sections of a question, or of a part of it and of what tells no part.

        Where the part has no heading, all of its question's.
        """
        found = [each for each in self.sections if each.question == question]
        named = [each for each in found if each.part == part]
        return named if part and named else found

    @property
    def head(self) -> Section:
        """What stands before the first question."""
        return self.sections[0]

    @property
    def body(self) -> list[str]:
        """All lines but the appendix's."""
        return [line for each in self.sections for line in each.lines]


def cut(paper: Paper) -> Report:
    """Cut a report into sections."""
    flow = list(_flow(paper))
    texts = [item.text for _, item in flow if isinstance(item, Line)]
    begins = _appendix(texts)
    sections, appendix = [Section("", "")], None
    number = -1
    for page, item in flow:
        current = appendix or sections[-1]
        if isinstance(item, Figure):
            current.figures.append(item)
            continue
        if isinstance(item, bool):
            current.illegible = True
            continue
        number += 1
        place = Place(page, item.top)
        if number == begins:
            appendix = current = Section("", "", begins=place)
        heading = None if appendix else _heading(item.text, sections[-1])
        if heading is not None and heading != (sections[-1].question, sections[-1].part):
            sections.append(Section(*heading, begins=place))
            current = sections[-1]
        current.lines.append(item.text)
    return Report(sections, appendix)


def _flow(paper: Paper) -> Iterator[tuple[int, Line | Figure | bool]]:
    """Yield lines with the figures between them, and True for a page that has no text.

    Each has the number of its page.
    """
    running = running_heads(paper.pages)
    for number, page in enumerate(paper.pages):
        if page.illegible:
            yield number, True
        figures = sorted(page.figures, key=lambda each: -each.top)
        for line in page.lines:
            if without_digits(line.text) in running:
                continue
            is_heading = QUESTION.match(line.text) or NUMBERED.match(line.text)
            while is_heading and figures and figures[0].top > line.top:
                yield number, figures.pop(0)
            yield number, line
        yield from ((number, figure) for figure in figures)


def running_heads(pages: Sequence[Page]) -> set[str]:
    """What stands at the upper or lower edge of many pages, numbers aside."""
    edges = Counter(
        text
        for page in pages
        for text in {without_digits(line.text) for line in (*page.lines[:2], *page.lines[-2:])}
    )
    fewest = max(FURNITURE_PAGES, FURNITURE_SHARE * len(pages))
    found = {text for text, pages_with in edges.items() if pages_with >= fewest}
    return {text for text in found if not QUESTION.match(text) and text != "0.0"}


def without_digits(text: str) -> str:
    """A line as it would stand on every page, whatever number is in it."""
    return re.sub(r"\d+", "0", text)


def _appendix(lines: Sequence[str]) -> int:
    """The number of the line that heads the appendix; -1: there is none."""
    found = [
        number
        for number, line in enumerate(lines)
        if len(line) <= LONGEST_HEADING and APPENDIX.match(line) and not IN_CONTENTS.search(line)
    ]
    begun = next((number for number, line in enumerate(lines) if QUESTION.match(line)), 0)
    later = [number for number in found if number > begun] or found
    with_code = [number for number in later if any(map(CODE.search, lines[number + 1 :][:AHEAD]))]
    return with_code[0] if with_code else (later or [-1])[-1]


def _heading(line: str, current: Section) -> tuple[str, str] | None:
    """The question and the part that a line heads."""
    if IN_CONTENTS.search(line):
        return None
    if len(line) <= LONGEST_HEADING:
        found = QUESTION.match(line)
        if found:
            return _place(found["question"], found["part"] or _numbered(found["letter"]), current)
        words = " ".join(WORD.findall(line)).lower().removeprefix("question ")
        if words in TITLES:
            return TITLES[words], ""
    found = NUMBERED.match(line)
    if found and _comes_next(found["question"], found["part"], current):
        return _place(found["question"], found["part"], current)
    found = ITEM.match(line)
    if found and current.question and int(found["part"]) <= PARTS[int(current.question)]:
        part = f"{current.question}.{found['part']}"
        return (current.question, part) if part > current.part else None
    return None


def _numbered(letter: str | None) -> str:
    return str("abcd".index(letter.lower()) + 1) if letter else ""


def _place(question: str, part: str, current: Section) -> tuple[str, str] | None:
    if part and int(part) > PARTS[int(question)]:
        return None
    if not part and question == current.question:
        return None  # its own name again
    return question, f"{question}.{part}" if part else ""


def _comes_next(question: str, part: str, current: Section) -> bool:
    """Whether a number at the start of a line may be a heading there, and no value of a table."""
    if int(part) > PARTS[int(question)]:
        return False
    now = current.question or "0"
    if question == now:
        return f"{question}.{part}" > current.part
    return int(question) == int(now) + 1


def prose(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that are no code."""
    return (line for line in lines if not CODE.search(line))
