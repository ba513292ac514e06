"""What `similar` shows: pairs in the terminal, as JSON, and on a page."""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from grader.cli.paged import writable, write
from grader.cli.shown import stdout
from grader.similarity import (
    LEVEL,
    Compared,
    Found,
    NotCompared,
    Pair,
    compared,
    entries,
    independent,
    read,
    similar_page,
    too_plain,
)
from grader.similarity.words import NOTE, figure, percent, plain

NAME = "similar.html"
FUNCTIONS = 3
"""So many are named of each pair."""


class Asked(NamedTuple):
    """How the pairs are asked for."""

    html: Path | None
    opened: bool
    as_json: bool
    top: int | None
    level: int | None
    """Percent."""
    workers: int


def list_pairs(paths: Sequence[Path], asked: Asked) -> None:
    """Compare submissions, and show the pairs that are alike.

    Raises:
        UsageError: there are no two, one that is named cannot be opened, or there can be no page.
        GraderError: the reader does not work here.
    """
    handed_in = entries(paths)
    taken = {each.path.resolve(): "one of the submissions" for each in handed_in}
    page = writable(asked.html, asked.opened, NAME, taken)
    with closing(read(handed_in, asked.workers)) as found:
        console = Console(stderr=True)
        total = len(handed_in)
        answers = list(track(found, "Reading", total=total, console=console, transient=True))
    submissions = [each for each in answers if isinstance(each, Compared)]
    unread = [each for each in answers if isinstance(each, NotCompared)]
    level = LEVEL if asked.level is None else asked.level / 100
    known = independent()
    background = known.background
    pairs = compared(submissions, background, level)
    short = too_plain(submissions, background, level)
    shown = Found(submissions, unread, level, pairs[: asked.top], len(pairs), short)
    if page is not None:
        write(similar_page(shown, known), page, asked.opened)
    if asked.as_json:
        sys.stdout.buffer.write(_encoded(shown))
    else:
        _show(shown, stdout())


def _encoded(found: Found) -> bytes:
    known = independent()
    document = {
        "compared": [each.name for each in found.submissions],
        "not_compared": [{"name": each.name, "why": each.why} for each in found.unread],
        "cut": [each.name for each in found.submissions if each.left_out],
        "too_plain": [each.name for each in found.plain],
        "level": found.level,
        "independent": {
            "solutions": known.solutions,
            "pairs": known.pairs,
            "most": known.most,
            "tenth": known.tenth,
            "median": known.median,
        },
        "pairs": [
            {
                "one": pair.one.name,
                "other": pair.other.name,
                "alike": round(pair.alike, 4),
                "fingerprints": len(pair.shared),
                "functions": {name: round(alike, 4) for name, alike in pair.functions},
            }
            for pair in found.pairs
        ],
        "more_pairs": found.more,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _show(found: Found, console: Console) -> None:
    number = len(found.submissions)
    if found.pairs:
        console.print(_table(found.pairs))
        if found.more:
            more = f"{found.more} more pairs are {percent(found.level)} alike or more."
            console.print(more, highlight=False)
    else:
        words = f"No two of {number} submissions are {percent(found.level)} alike or more."
        console.print(words, highlight=False)
    for each in found.unread:
        line = Text.assemble(("Not compared: ", "yellow"), f"{each.name}: {each.why}")
        console.print(line, highlight=False, soft_wrap=True)
    for cut in found.submissions:
        if cut.left_out:
            words = f"Not compared as a whole: {cut.name}: {cut.left_out} statements are left out."
            console.print(Text(words), highlight=False, soft_wrap=True)
    if found.plain:
        console.print(Text(plain(found)), highlight=False, soft_wrap=True)
    console.print(Text(figure(independent())), highlight=False, style="dim")
    console.print(Text(NOTE[0]), highlight=False, style="dim")


def _table(pairs: Sequence[Pair]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("alike", justify="right")
    for name in ("one", "other", "most in common"):
        table.add_column(name, overflow="fold")
    for pair in pairs:
        named = ", ".join(f"{name} {percent(alike)}" for name, alike in pair.functions[:FUNCTIONS])
        words = (percent(pair.alike), pair.one.name, pair.other.name, named)
        table.add_row(*map(Text, words))
    return table
