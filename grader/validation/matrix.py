"""What a validation found: submissions in rows, questions in columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

THRESHOLDS = (1, 2, 3)
"""Points of accuracy that a grader which looks at nothing else might allow."""


@dataclass(frozen=True)
class Cell:
    """Points lost in one question, and whether that is as it must be."""

    lost: float
    reached: bool
    expected: bool

    def plain(self) -> str:
        """Nothing lost: a dot; not reached: a dash; otherwise the points; `!` where unexpected."""
        mark = "·" if not self.lost else f"-{self.lost:g}" if self.reached else "–"
        return mark if self.expected else f"{mark}!"

    def text(self) -> str:
        """The same in colour."""
        return self.plain() if self.expected else f"[bold red]{self.plain()}[/]"


@dataclass(frozen=True)
class Line:
    """One submission."""

    name: str
    cells: dict[str, Cell]
    wrong: bool
    """Whether there is a mistake in it."""
    named: bool
    """Whether the mistake was called by its name, and by no other."""
    nameable: bool
    """Whether there is a name for it; where there is none, the words of the checks must do."""
    drops: dict[str, float]
    """Points of accuracy lost, by question, where they were measured."""

    @property
    def expected(self) -> bool:
        """Whether every cell is as it must be."""
        return all(cell.expected for cell in self.cells.values())


def show(lines: Sequence[Line], console: Console) -> None:
    """Print the matrix."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Submission", no_wrap=True)
    for question in lines[0].cells:
        table.add_column(question, justify="right")
    table.add_column("named")
    for line in lines:
        cells = [cell.text() for cell in line.cells.values()]
        named = "[dim]no[/]" if _named(line) == "no" else _named(line)
        table.add_row(line.name if line.expected else f"[red]{line.name}[/]", *cells, named)
    console.print(table)
    unexpected = sum(not line.expected for line in lines)
    color = "red" if unexpected else "green"
    console.print(
        f"[{color}]{len(lines)} submissions, {unexpected} with an unexpected cell[/]",
        highlight=False,
    )


def compare(lines: Sequence[Line], console: Console) -> None:
    """Print how many mistakes a mere accuracy threshold would let pass, and how many this does."""
    wrong = [line for line in lines if line.wrong]
    caught = sum(any(cell.lost for cell in line.cells.values()) for line in wrong)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(f"Of {len(wrong)} submissions with a mistake")
    table.add_column("count", justify="right")
    for threshold in THRESHOLDS:
        passed = sum(_accurate(line, threshold) for line in wrong)
        table.add_row(f"an accuracy within {threshold} points alone would pass", str(passed))
    table.add_row("this grader gives full points to", str(len(wrong) - caught))
    nameable = [line for line in wrong if line.nameable]
    named = sum(line.named for line in nameable)
    table.add_row("this grader calls by name", f"{named} of {len(nameable)}")
    console.print(table)


def table(lines: Sequence[Line]) -> str:
    """The matrix as a table of Markdown."""
    questions = list(lines[0].cells)
    rows = [
        ["Submission", *questions, "named"],
        ["---", *["--:"] * len(questions), "---"],
        *(
            [f"`{line.name}`", *(line.cells[q].plain() for q in questions), _named(line)]
            for line in lines
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _named(line: Line) -> str:
    return "" if not line.nameable else "yes" if line.named else "no"


def _accurate(line: Line, threshold: float) -> bool:
    """Whether every accuracy of the lab was measured and none fell by more."""
    measured = [line.drops.get(question) for question in ("2.2", "4.4", "5.3")]
    return all(drop is not None and drop <= threshold for drop in measured)
