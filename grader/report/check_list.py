"""The check list of a report, wherever it is shown: a mark for each point, and what is lacking."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.writeup import CheckList, State

SIGNS: dict[State, str] = {"there": "✓", "missing": "✗", "cannot tell": "?"}
COLOURS: dict[State, str] = {"there": "green", "missing": "red", "cannot tell": "yellow"}


def show(found: CheckList, console: Console) -> None:
    """Print a line for each point, and what there is to say of the PDF itself."""
    for line in remarks(found):
        console.print(Text(f"Note: {line}"), highlight=False, style="dim", soft_wrap=True)
    table = Table.grid(padding=(0, 2, 0, 0))
    for item in found.items:
        note = Text(item.note, "dim" if item.state == "there" else "")
        sign = Text(SIGNS[item.state], COLOURS[item.state])
        table.add_row(sign, item.question, item.asks, note)
    console.print(table)


def remarks(found: CheckList) -> tuple[str, ...]:
    """What there is to say of the PDF itself."""
    return (found.problem, *found.remarks) if found.problem else found.remarks


def lines(found: CheckList) -> Iterator[str]:
    """The same line by line, the summary first."""
    yield summary(found)
    yield from remarks(found)
    for item in found.items:
        what = f"{item.question} {item.asks}".strip()
        yield f"{SIGNS[item.state]} {what}{f': {item.note}' if item.note else ''}"


def summary(found: CheckList) -> str:
    """How much is there, in a sentence or two."""
    if found.problem:
        return "Nothing of it could be read."
    lost, untold = len(found.missing), len(found.untold)
    told = [f"{len(found.items) - lost - untold} of {len(found.items)} points are there"]
    if lost:
        told.append(f"{lost} missing")
    if untold:
        told.append(f"{untold} to be looked at by a person")
    return f"{', '.join(told)}. This says what is there, not whether it is right."
