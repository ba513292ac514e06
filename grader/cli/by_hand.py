"""What `writeup --summary` does: a page to grade the reports of a class by hand on."""

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from grader.cli.paged import writable
from grader.cli.shown import stdout
from grader.course.by_hand import Wanted, write_page
from grader.submission import printable

MOST_NAMED = 20


def write_summary(wanted: Wanted) -> None:
    """Write the page, and say what is to be done with it.

    Raises:
        UsageError: the class, the batch or the rubric cannot be read, or the page not be written.
        GraderError: the reader of PDFs does not work here.
    """
    page = wanted.page
    writable(page, False, page.name, {wanted.source.resolve(): "the class"}, "--summary")
    errors = Console(stderr=True, highlight=False)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("Cutting out", total=None)
        made = write_page(wanted, lambda done, total: bar.update(task, completed=done, total=total))
    console = stdout()
    for each in made.left_out[:MOST_NAMED]:
        console.print(Text(f"Left out: {printable(each)}"), soft_wrap=True)
    if made.key is not None:
        console.print(Text(f"Whose code is whose: {made.key}"), soft_wrap=True)
    told = f"{made.students} students on {page}"
    if made.without:
        told += f", {made.without} of them without a report that can be read"
    console.print(Text(f"{told}. Its marks: batch override --from marks.csv"), soft_wrap=True)
