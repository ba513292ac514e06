"""The commands for a class: all submissions of an assignment, and what a person decides of them."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from grader.cli.options import (
    CallSeconds,
    ExamName,
    Rubric,
    RunAll,
    SubmissionSeconds,
)
from grader.cli.shown import example, progress, stdout
from grader.sandbox.outside.limits import Limits

if TYPE_CHECKING:
    from grader.course.batch import Counts

PANEL = "Course staff"


class _WithDefault(TyperGroup):
    """`batch FOLDER` is `batch run FOLDER`; what is decided afterwards are commands beside it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


commands = typer.Typer()
batch = typer.Typer(
    cls=_WithDefault,
    help=(
        "Grade a class: [bold]batch FOLDER|ZIP --output DIR[/]; then decide, or forget.\n\n"
        "FOLDER or ZIP is what Gradescope or Canvas hand out, nbgrader's folder, clones of GitHub"
        " Classroom, or a folder with a file, a folder or an archive for each student."
    ),
    epilog=example("batch submissions.zip --output fall"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)
commands.add_typer(batch, name="batch", rich_help_panel=PANEL)
