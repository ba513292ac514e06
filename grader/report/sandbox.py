"""How well student code is shut in on this machine, for staff, in a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

COLORS = {"full": "green", "reduced": "yellow", "unprotected": "red"}
MUST_BE_EMPTY = ("readable", "writable", "reachable")


@dataclass(frozen=True)
class Row:
    """One layer."""

    name: str
    on: bool
    why: str
    tried: Sequence[tuple[str, bool, str]]
    """(act, whether it was stopped, the error that it ended in)."""


@dataclass(frozen=True)
class Sandbox:
    """What was found."""

    word: str
    problem: str
    rows: Sequence[Row]
    secrets: Sequence[tuple[str, bool, str]]
    inventory: Mapping[str, Sequence[str]]


def show(found: Sandbox, console: Console) -> None:
    """Print the layers with what was tried against each, and what is open inside a worker."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Layer", "", "What it does, or why it is missing", "Tried, and stopped by"):
        table.add_column(column)
    for row in found.rows:
        mark = "[green]on[/]" if row.on else "[red]off[/]"
        table.add_row(row.name, mark, escape(row.why), _tried(row.tried))
    if found.secrets:
        table.add_row("Files of the grader", "", "", _tried(found.secrets))
    console.print(table)
    console.print("\n[bold]Inside a worker[/]")
    for name, items in found.inventory.items():
        empty = "[green]nothing[/]" if name in MUST_BE_EMPTY else "nothing"
        text = escape(", ".join(items)) if items else empty
        color = "red" if items and name in MUST_BE_EMPTY else "default"
        label = name.replace("_", " ")
        console.print(f"{label} ({len(items)}): [{color}]{text}[/]", highlight=False)
    console.print(f"\n[bold {COLORS[found.word]}]{found.word}[/]", highlight=False, end="")
    console.print(f": {escape(found.problem)}" if found.problem else "", highlight=False)


NOTHING = "nothing came of it"
"""What is said of an act that raised nothing, and had no effect."""


def _tried(acts: Sequence[tuple[str, bool, str]]) -> str:
    lines = dict.fromkeys(
        f"{escape(act)}: {how or NOTHING}" if held else f"[red]{escape(act)}: it could[/]"
        for act, held, how in acts
    )
    return "\n".join(lines)
