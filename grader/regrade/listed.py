"""A comparison of two grades: in a terminal, as JSON, and as a table for a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.regrade.changes import WORDS, Change, Comparison, names
from grader.report.cells import cell, table

HEAD = (
    "student",
    "question",
    "check",
    "points before",
    "points after",
    "was",
    "is now",
    "causes",
    "details",
    "total before",
    "total after",
)


def show(found: Comparison, console: Console) -> None:
    """Print every change, and what they come to."""
    if found.changes:
        console.print(_table(found))
        console.print()
    for title, students in (
        ("Only in the old results", found.only_before),
        ("Only in the new results", found.only_after),
    ):
        if students:
            console.print(f"{title}: {escape(names(students))}", highlight=False)
    for line in summary(found):
        console.print(escape(line), highlight=False)


def _table(found: Comparison) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for header in ("student", "check", "points", "was", "is now", "because of"):
        table.add_column(header, overflow="fold", justify="right" if header == "points" else "left")
    last = ""
    for change in found.changes:
        if change.student != last:
            before, after = found.totals[change.student]
            total = f"[bold]{before:g} → {after:g}[/]"
            table.add_row(f"[bold]{escape(change.student)}[/]", "[dim]total[/]", total, "", "", "")
        last = change.student
        told = (change.check, _points(change), change.was, change.is_now, why(change))
        table.add_row("", *map(escape, told))
    return table


def _points(change: Change) -> str:
    before = "-" if change.before is None else f"{change.before:g}"
    after = "-" if change.after is None else f"{change.after:g}"
    return f"{before} → {after}"


def why(change: Change) -> str:
    """Every cause that can have made a change, in words."""
    words = ", or ".join(WORDS[cause] for cause in change.causes)
    return f"{words}: {change.details}" if change.details else words


def summary(found: Comparison) -> list[str]:
    """What all changes come to."""
    differences = [after - before for before, after in found.totals.values()]
    more, fewer = (sum(sign * each > 0 for each in differences) for sign in (1, -1))
    compared = "1 student" if found.students == 1 else f"{found.students} students"
    lines = [
        f"{compared} compared: {more} with more points, {fewer} with fewer,"
        f" {found.students - more - fewer} with as many; {len(found.changes)} checks changed."
    ]
    lines += [f"  {count} by {WORDS[cause]}" for cause, count in found.causes.most_common()]
    if found.other_diagnosis:
        lines.append(f"{found.other_diagnosis} checks say something else for the same points.")
    if found.only_before or found.only_after:
        alone = f"{len(found.only_before)} only in the old, {len(found.only_after)} only in the new"
        lines.append(f"Not compared: {alone} results.")
    return lines


def encoded(found: Comparison) -> bytes:
    """The same as JSON."""
    document = {
        "students": found.students,
        "changes": found.changes,
        "totals": found.totals,
        "causes": dict(found.causes),
        "other_diagnosis": found.other_diagnosis,
        "only_before": found.only_before,
        "only_after": found.only_after,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def write_table(found: Comparison, path: Path) -> None:
    """Write the changes as CSV; no text in it becomes a formula.

    Raises:
        UsageError, GraderError: it cannot be written.
    """
    with table(path, option="--csv") as lines:
        lines.writerow(list(HEAD))
        for change in found.changes:
            before, after = found.totals[change.student]
            who = (change.student, change.question, change.check)
            told = (change.was, change.is_now, " ".join(change.causes), change.details)
            row = (*who, change.before, change.after, *told, before, after)
            lines.writerow(list(map(cell, row)))
