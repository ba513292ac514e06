"""Everything that is written of a class, from one walk through it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from grader.course.gradebook import Gradebook
from grader.course.outcome import Outcome
from grader.course.outcomes_table import OutcomesTable, require_parquet
from grader.course.summary import Summary


@dataclass(frozen=True)
class Wanted:
    """What is written beside `grades.csv`, `checks.csv` and `summary.html`, and how."""

    assignment: str = "Lab 1"
    """What the summary is called after."""
    pages: bool = False
    """Whether `feedback/` has each student's page, for the summary to link to."""
    parquet: bool = False
    """Write `checks.parquet`, too."""
    canvas: str = ""
    """The head of the assignment's column as Canvas' own export has it; empty: no `canvas.csv`."""
    canvas_numbers: bool = False
    """Whether students' numbers are Canvas' own: where the class was downloaded from there."""


@dataclass(frozen=True)
class Written:
    """How many students there are, and how many of them a platform can be told about."""

    students: int
    in_canvas: int | None = None
    """None: nothing was asked for."""


def write_class(outcomes: Iterable[Outcome], folder: Path, wanted: Wanted | None = None) -> Written:
    """Write the tables and the page of a class; each file is there whole, or as it was before.

    Args:
        outcomes: each delivery once, in any order: it does not show.
        folder: is there already.
        wanted: what else is written.

    Raises:
        UsageError: the folder cannot be written to, or pyarrow is wanted and missing.
        GraderError: the disk is full, or the like.
    """
    wanted = wanted or Wanted()
    if wanted.parquet:
        require_parquet()
    with ExitStack() as stack:
        gradebook = stack.enter_context(closing(Gradebook(folder)))
        checks = stack.enter_context(closing(OutcomesTable(folder)))
        summary = stack.enter_context(closing(Summary(folder)))
        for outcome in outcomes:
            gradebook.add(outcome)
            checks.add(outcome)
            summary.add(outcome)
        gradebook.write_grades()
        in_canvas = None
        if wanted.canvas:
            in_canvas = gradebook.write_canvas(wanted.canvas, wanted.canvas_numbers)
        checks.write_csv()
        if wanted.parquet:
            checks.write_parquet()
        summary.write(wanted.assignment, wanted.pages)
        return Written(summary.students, in_canvas)
