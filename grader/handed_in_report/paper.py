"""What of a PDF is known: lines of text and figures, page by page, as plain bounded data."""

from typing import Literal

import msgspec

MOST_PAGES = 300
"""A report with a whole notebook as its appendix has thirty."""
MOST_CHARACTERS = 2_000_000
"""Of all pages together; a report has 100,000."""
LARGEST = 64 * 2**20
"""Bytes of a file: a report full of photographs has a third of it."""
CPU_SECONDS = 8
"""A report takes 1."""
MEMORY_BYTES = 384 * 2**20
"""Addresses of the process that reads: its interpreter, the file and what it holds."""

MOST_WIDE, MOST_HIGH = 800, 2400
"""Pixels of a part of a page as it is drawn for a person."""

Fault = Literal["password", "damaged", "pages", "text", "unforeseen"]


class Figure(msgspec.Struct, frozen=True):
    """A picture, or a plot of lines and curves."""

    top: float
    """Points above the page's lower edge, as of lines."""
    plots: int
    """How many axes it shows; 0: that cannot be told."""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """Characters in a row."""

    top: float
    text: str


class Page(msgspec.Struct, frozen=True):
    """One page, in the order in which it is read."""

    lines: tuple[Line, ...]
    figures: tuple[Figure, ...] = ()
    metres: float = 0.0
    """Of its longer side."""
    illegible: bool = False
    """Whether a person sees text there that is none for a program: a scan, a font without a map."""


class Cut(msgspec.Struct, frozen=True, array_like=True):
    """A part of a page, as wide as that is."""

    page: int
    """Counted from 0."""
    top: float = 1e9
    """Points above the page's lower edge; what is beyond the page's own ends there."""
    bottom: float = -1e9


class Paper(msgspec.Struct, frozen=True, tag="paper"):
    """A PDF that could be read."""

    pages: tuple[Page, ...]
    scripts: int = 0
    """Programs in it, which nothing here runs."""
    attachments: int = 0
    """Files in it, which nothing here opens."""
    open_layers: tuple[str, ...] = ()
    """What of the wall round its reader is missing on this machine, and why."""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A PDF that could not be read, and why."""

    fault: Fault
    pages: int = 0
