"""A result as a student sees it in a terminal: question by question, what to mend first."""

from collections.abc import Collection
from itertools import groupby

from rich.console import Console
from rich.markup import escape

from grader.report.wording import execution_lines, lines, unjudged_lines
from grader.result import Entry, Result

PRINTED = 20
"""So many of the last lines that the student's code printed are shown."""
PRINTED_AT_THE_END = "Your code printed, at the end:"


def all_passed(result: Result) -> bool:
    """Whether nothing is left to mend; what is graded by hand does not count."""
    return not any(map(is_left, result.entries))


def is_left(entry: Entry) -> bool:
    """Whether there is something to mend, or to write; nobody has to write all of a challenge."""
    return entry.status == "failed" or (entry.status == "not reached" and not entry.bonus)


def show(result: Result, console: Console, kept: Collection[str] = ()) -> None:
    """Print a line for each question that is right, and the first thing to mend of the others.

    Args:
        result: what is shown.
        console: where.
        kept: the questions that were not asked again.
    """
    for note in notes(result):
        console.print(f"Note: {escape(note)}", highlight=False, style="dim")
    for entries in by_question(result):
        _question(entries, console, kept)
    for line in unjudged_lines(result):
        console.print(escape(line), style="red", highlight=False)
    if result.printed:
        console.print(f"\n{PRINTED_AT_THE_END}", style="dim", highlight=False)
        last = "\n".join(last_printed(result))
        console.print(last, markup=False, highlight=False, style="dim")
    console.print(f"\n[bold]{summary(result)}[/]", highlight=False)


def notes(result: Result) -> list[str]:
    """What is to be known beside the checks."""
    return [*result.notes, *execution_lines(result)]


def by_question(result: Result) -> list[list[Entry]]:
    """The checks of each question."""
    return [list(group) for _, group in groupby(result.entries, key=lambda entry: entry.question)]


def first_to_mend(entries: list[Entry]) -> Entry | None:
    """The first check of a question that fails, or else that something is left of; None: none."""
    failed = (entry for entry in entries if entry.status == "failed")
    waiting = (entry for entry in entries if entry.status != "passed")
    return next(failed, None) or next(waiting, None)


def last_printed(result: Result) -> list[str]:
    """The last lines that the student's code printed."""
    return result.printed.splitlines()[-PRINTED:]


def summary(result: Result) -> str:
    """In a few words, what is left."""
    left = sum(map(is_left, result.entries))
    if not left and all(entry.status == "not reached" for entry in result.entries):
        return "Nothing was judged."
    counted = "1 check is" if left == 1 else f"{left} checks are"
    return "Everything is right." if all_passed(result) else f"{counted} not passed yet."


def _question(entries: list[Entry], console: Console, kept: Collection[str]) -> None:
    title = f"{entries[0].question} {escape(entries[0].title)}"
    if entries[0].question in kept:
        title += " [dim](kept)[/]"
    first = first_to_mend(entries)
    if first is None:
        console.print(f"[green]✓[/] {title}", highlight=False)
    elif first.status == "by hand":
        console.print(f"[dim]… {title}: graded by hand[/]", highlight=False)
    elif first.status == "not reached":
        console.print(f"[dim]· {title}[/]", highlight=False)
        console.print(f"    {escape(lines(first)[-1])}", highlight=False, style="dim")
    else:
        passed = sum(entry.status == "passed" for entry in entries)
        console.print(f"[red]✗[/] {title} ({passed} of {len(entries)} checks)", highlight=False)
        for line in lines(first):
            console.print(f"    {escape(line)}", highlight=False)
