"""Whether a name and a student ID stand at the head of a report; neither is kept or shown."""

import re
from collections.abc import Sequence

from grader.handed_in_report.outcome import Found, cannot_tell, missing, there
from grader.handed_in_report.sections import Report, prose
from grader.writeup import new_words

LINES = 40
"""Of a head that are looked at, code aside."""
_LABEL = r"\b(?:{})\b\s*(?:\([^)]*\))?\s*[:#=]\s*(?P<value>.*)$"
NAME = re.compile(_LABEL.format("(?:your |student |full )*name|author|submitted by|by"), re.I)
ID = re.compile(_LABEL.format(r"(?:student )?id(?: number| no\.?)?|s\.?id|student number"), re.I)
DIGITS = re.compile(r"(?<![\d.])[A-Z]?\d{7,10}(?![\d.])")
"""A student ID without a label."""
OTHER_LABEL = re.compile(r"\b(?:student ?id|sid|id|name|e-?mail|date|course)\b.*$", re.I)
PLACEHOLDER = re.compile(
    r"^[\W_]*(?:(?:your|student|full|first|last|name|id|number|here|none|n/?a|tbd|todo|x|0)[\W_]*)*$",
    re.I,
)
_WORD = r"[^\W\d_][\w.'’-]*"
NAME_LINE = re.compile(rf"^(?:by |and )?{_WORD}(?:[ ,]+{_WORD}){{1,4}}$")
NO_NAME = re.compile(
    r"\b(?:lab|quantiz\w*|ee|hardware|machine|learning|university|berkeley|report|write-?up|spring"
    r"|summer|fall|winter|professor|prof|instructor|department|homework|assignment|due|question"
    r"|notebook|contents|page|student|january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b",
    re.I,
)
MOST_WORDS, LONGEST = 7, 80
"""Words and characters of a line that says who hands it in."""
UNKNOWN_LINES = 6
"""Of so many first lines each may be a name that nothing tells."""


def name_of(report: Report) -> Found:
    """Whether a name is there."""
    lines = _lines(report)
    values = [found["value"] for line in lines for found in [NAME.search(line)] if found]
    values = [OTHER_LABEL.sub("", value) for value in values]
    if any(re.search(r"[^\W\d_]{2}", value) and not PLACEHOLDER.match(value) for value in values):
        return there()
    if values:
        return _below(lines, NAME, "its place is empty")
    own = _own(lines)
    if any(_looks_like_a_name(line) for line in own):
        return there("a line that looks like one")
    if own:
        return cannot_tell("nothing is called Name before Question 1; write Name: in front of it")
    return missing("nothing before Question 1 is a name")


def id_of(report: Report) -> Found:
    """Whether a student ID is there."""
    lines = _lines(report)
    values = [found["value"] for line in lines for found in [ID.search(line)] if found]
    if any(re.search(r"\d{3}", value) and not PLACEHOLDER.match(value) for value in values):
        return there()
    if any(DIGITS.search(line) for line in lines):
        return there("a number that looks like one")
    if values:
        return _below(lines, ID, "its place is empty")
    return missing("no number before Question 1 is one")


def _lines(report: Report) -> list[str]:
    return list(prose(report.head.lines))[:LINES]


def _below(lines: Sequence[str], label: re.Pattern[str], empty: str) -> Found:
    """A form has its values in the line below, where nothing says what is one."""
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if label.search(line) and after and not (NAME.search(after) or ID.search(after)):
            if PLACEHOLDER.match(after) or not _may_be(after):
                continue
            return cannot_tell("its line is empty; whether it stands below, a person has to see")
    return missing(empty)


def _own(lines: Sequence[str]) -> list[str]:
    """The first lines that may say who hands it in, and are not the lab's."""
    found = (line for line in lines[:UNKNOWN_LINES] if not ID.search(line))
    return [line for line in found if _may_be(line) and re.search(r"[^\W\d_]{2}", line)]


def _may_be(line: str) -> bool:
    short = len(line) <= LONGEST and len(line.split()) <= MOST_WORDS
    return short and not NO_NAME.search(line) and not NAME.search(line) and bool(new_words(line))


def _looks_like_a_name(line: str) -> bool:
    line = DIGITS.sub("", line).strip(" ,;|-()")
    words = line.split()
    return bool(NAME_LINE.match(line)) and sum(word[0].isupper() for word in words) >= 2
