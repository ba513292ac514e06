"""What a command shows: its standard output, and what it is doing meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from grader.result import Result

PIPED = 160
"""Columns of what is printed where nobody is looking."""


def example(words: str) -> str:
    """What stands below a command's help."""
    return f"Example: [bold]python -m grader {words}[/]"


def stdout() -> Console:
    """Standard output: as wide as the terminal, or wide enough for any table where it is piped."""
    console = Console(emoji=False)
    return console if console.is_terminal else Console(width=PIPED, emoji=False)


@contextmanager
def progress(exam: str | None) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, where someone is looking.

    The default exam is built before, where it is asked for and not there yet: the build shows a
    progress bar of its own.
    """
    from grader.exam import default_exam
    from grader.exam.default import DATASET

    if exam in (None, DATASET):
        default_exam()
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _text: None
        return
    with console.status("Starting") as status:
        yield lambda text: status.update(text)


def show_check(result: Result, *, as_json: bool, quiet: bool) -> None:
    """What a student is told of a check: in words, as a document, or in one line."""
    from grader.platforms.gradescope import document
    from grader.report import student

    if as_json:
        sys.stdout.buffer.write(document.encoded(result))
    elif quiet:
        stdout().print(student.summary(result), highlight=False)
    else:
        student.show(result, stdout())
