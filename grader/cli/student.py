"""The commands of a student who is at work."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import AsJson, ExamName, Executed, RunAll, RunSeconds, SubmissionPath
from grader.cli.shown import PIPED, progress, stdout
from grader.sandbox.outside.limits import NOTEBOOK_SECONDS

commands = typer.Typer()
PANEL = "Students"


@commands.command(rich_help_panel=PANEL)
def check(
    submission: SubmissionPath,
    question: Annotated[
        list[str] | None, typer.Option("--question", help="Only this one, such as 4.3.")
    ] = None,
    exam: ExamName = None,
    as_json: AsJson = False,
    run_all: RunAll = False,
    run_seconds: RunSeconds = NOTEBOOK_SECONDS,
    executed: Executed = None,
) -> None:
    """Check your own work, question by question: what is right, and what to mend first.

    Exit status 1 while something is not right yet.
    """
    from grader.grade import Execution, Options
    from grader.grade import grade as grade_one
    from grader.platforms.gradescope import document
    from grader.report import student

    copy = executed or Path(f"{submission.stem}-executed.ipynb")
    whole = Execution(copy, run_seconds) if run_all else None
    asked = frozenset(question or ())
    options = Options(exam, questions=asked, execution=whole, official=False)
    with progress(exam) as tell:
        result = grade_one(submission, options, lambda _: None, tell)
    if as_json:
        sys.stdout.buffer.write(document.encoded(result))
    else:
        student.show(result, stdout())
    if not student.all_passed(result):
        raise typer.Exit(1)


@commands.command(hidden=True)
def check_cells() -> None:
    """Answer the check in a notebook: executed cells by standard input, a card as JSON."""
    from grader.self_check.answer import answered

    sys.stdout.buffer.write(answered(sys.stdin.buffer.read(), PIPED))
