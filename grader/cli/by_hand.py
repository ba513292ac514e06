"""What `writeup --summary` does: a page to grade the reports of a class by hand on."""

import os
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from grader.cli.paged import writable
from grader.cli.shown import stdout
from grader.course.by_hand import Wanted, write_page

MOST_NAMED = 20


class AtATime(NamedTuple):
    """What is asked for, beside the class."""

    page: Path
    batch: Path | None
    rubric: Path | None
    anonymous: bool
    layout: str | None
    workers: int | None


def write_summary(source: Path, asked: AtATime) -> None:
    """Write the page, and say what is to be done with it.

    Raises:
        UsageError: the class, the batch or the rubric cannot be read, or the page not be written.
        GraderError: the reader of PDFs does not work here.
    """
    writable(asked.page, False, asked.page.name, {source.resolve(): "the class"}, "--summary")
    wanted = Wanted(
        source,
        asked.page,
        asked.batch,
        asked.rubric,
        asked.anonymous,
        asked.layout,
        asked.workers or os.cpu_count() or 1,
    )
    errors = Console(stderr=True, highlight=False)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("Cutting out", total=None)
        made = write_page(wanted, lambda done, total: bar.update(task, completed=done, total=total))
    console = stdout()
    for remark in made.remarks[:MOST_NAMED]:
        console.print(Text(f"Remark: {remark}"), soft_wrap=True)
    if made.key is not None:
        console.print(Text(f"Whose code is whose: {made.key}"), soft_wrap=True)
    told = (
        f"{made.students} reports on {asked.page}"
        if not made.without
        else (f"{made.students} students on {asked.page}, {made.without} without a report")
    )
    console.print(Text(f"{told}. Its marks: batch override --from marks.csv"), soft_wrap=True)
