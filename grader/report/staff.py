"""A result as staff see it in a terminal: the points by question, then every check that failed."""

from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.report import check_list
from grader.report.wording import execution_lines, lines, write_up_lines
from grader.result import Entry, Result

MARKS = {
    "passed": "[green]✓[/]",
    "failed": "[red]✗[/]",
    "not reached": "[dim]·[/]",
    "by hand": "[dim]…[/]",
}


def show(result: Result, console: Console) -> None:
    """Print the table of questions, every check that lost points, and the total."""
    console.print(_table(result))
    for number, group in groupby(result.entries, key=lambda entry: entry.question):
        entries = [entry for entry in group if entry.status not in ("passed", "by hand")]
        if entries:
            _question(number, entries, console)
    for number, why in result.unjudged.items():
        console.print(f"[red]Not judged:[/] {number} ({escape(why)}). Grade it by hand.")
    for note in [*result.notes, *execution_lines(result), *write_up_lines(result)]:
        console.print(f"[dim]Note:[/] {escape(note)}", highlight=False)
    if result.report is not None:
        console.print("\n[bold]Report[/]", highlight=False)
        check_list.show(result.report, console)
        console.print(check_list.summary(result.report), highlight=False)
    if result.printed:
        count = len(result.printed.splitlines())
        console.print(f"[dim]Your code printed {count} lines; results.json has them.[/]")
    if result.printed_aside:
        count = len(result.printed_aside.splitlines())
        hidden = "where a check asks that is held back; results.json has them, for staff"
        console.print(f"[dim]It printed {count} lines {hidden}.[/]")
    console.print(_total(result), highlight=False)


def _table(result: Result) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column()
    table.add_column("Question")
    table.add_column("Points", justify="right")
    table.add_column()
    for number, group in groupby(result.entries, key=lambda entry: entry.question):
        entries = list(group)
        earned = sum(entry.score for entry in entries)
        most = sum(entry.max_score for entry in entries)
        marks = "".join(MARKS[entry.status] for entry in entries)
        points = "by hand" if entries[0].status == "by hand" else f"{earned:g} / {most:g}"
        if all(entry.bonus for entry in entries):
            points = f"+ {earned:g}" if most else ""
        table.add_row(number, entries[0].title, points, marks)
    return table


def _question(number: str, entries: list[Entry], console: Console) -> None:
    console.print(f"\n[bold]{number} {escape(entries[0].title)}[/]", highlight=False)
    failed = [entry for entry in entries if entry.status == "failed"]
    for entry in failed:
        first, *rest = lines(entry, staff=True)
        console.print(f"  {MARKS['failed']} {escape(first)}", highlight=False)
        for line in rest:
            console.print(f"      {escape(line)}", highlight=False)
    waiting = [entry for entry in entries if entry.status == "not reached"]
    if waiting and failed:
        names = ", ".join(entry.check for entry in waiting)
        console.print(f"  {MARKS['not reached']} not reached: {escape(names)}", highlight=False)
    elif waiting:
        for entry in waiting:
            console.print(
                f"  {MARKS['not reached']} {escape(lines(entry, staff=True)[-1])}", highlight=False
            )


def _total(result: Result) -> str:
    color = "green" if result.score == result.max_score else "yellow"
    stamp = "" if result.official else "Unofficial: "
    total = f"\n{stamp}[bold {color}]{result.score:g} of {result.max_score:g} points[/]"
    if any(entry.status == "by hand" for entry in result.entries):
        total += "; the written questions are graded by hand"
    return f"{total} [dim](exam {escape(result.versions.exam.name)}, {result.seconds:.1f} s)[/]"
