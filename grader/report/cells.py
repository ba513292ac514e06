"""Cells of a table that is opened in a spreadsheet: what a student wrote never becomes a formula.

Spreadsheets read a text as a formula where it begins with one of `= + - @`, and some of them drop
blanks, quotes, tabs and line ends before they look. A program that splits lines at another
separator than the comma begins cells within a text, and one that cuts a cell that is too long may
begin one with its rest. An ASCII apostrophe in front, the usual cure, is itself markup there: it
goes when the cell is edited, and the next one who opens the saved file has the formula. So the mark
is the typographic apostrophe, which is a letter like any other, right before the sign, wherever any
separator may begin a cell; control characters go, and long texts are cut. LibreOffice 7.4 finds no
formula then, at whatever it splits; with the usual cure it finds some.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from grader.report.file import replacing

MARK = "\N{RIGHT SINGLE QUOTATION MARK}"
LONGEST = 2_000
"""Characters of a text; spreadsheets hold 32,767 in a cell."""
_SIGNS = (
    "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
    "\N{FULLWIDTH COMMERCIAL AT}\N{MINUS SIGN}"
)
_DROPPED = "\"'`\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_BEGINS = re.compile(rf"(?:(?<=[,;|])|\A)[\s{_DROPPED}]*(?=[{_SIGNS}])")
_AFTER_BLANK = re.compile(rf"(?<=\s)[{_DROPPED}]*(?=[{_SIGNS}]\S)")
"""A sign between blanks is no formula: `a = b` stays."""
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Format characters that names of some languages are written with."""

Value = str | float | int | None


class Lines(Protocol):
    """Takes lines, as `csv.writer` does."""

    def writerow(self, row: list[str], /) -> object:
        """Write one."""


@contextmanager
def table(path: Path, encoding: str = "utf-8", option: str = "--output") -> Iterator[Lines]:
    """Write a file of comma-separated values line by line; it is there once all of it is.

    Raises:
        UsageError, GraderError: as `replacing` does.
    """
    with replacing(path, option) as file:
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        yield csv.writer(text, lineterminator="\n")
        text.detach()


@lru_cache(4096)  # most of a table comes again and again
def cell(value: Value) -> str:
    """A value as a cell: a number stays one, a text is never a formula, nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        marked = _BEGINS.sub(rf"\g<0>{MARK}", clean(value))
        return _AFTER_BLANK.sub(rf"\g<0>{MARK}", marked)
    return number(value)


def number(value: float) -> str:
    """A number without an exponent, and with no more digits than points have."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def clean(text: str) -> str:
    """A text in one line, of characters that are seen; half of a pair of surrogates is replaced."""
    shown = text if text.isprintable() else "".join(map(_seen, text[: 2 * LONGEST]))
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} …"


def _seen(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if kind == "Cf" else " "
