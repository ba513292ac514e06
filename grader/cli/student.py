"""The commands of a student who is at work."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import (
    AsJson,
    ExamName,
    Executed,
    OpenPage,
    Page,
    RunAll,
    RunSeconds,
    SubmissionPath,
)
from grader.cli.paged import page_of, write_page
from grader.cli.shown import progress, stdout
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
    html: Page = None,
    opened: OpenPage = False,
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
    page = page_of(html, opened, submission)
    options = Options(
        exam, questions=asked, execution=whole, official=False, illustrated=page is not None
    )
    with progress(exam) as tell:
        result = grade_one(submission, options, lambda _: None, tell)
    if page is not None:
        write_page(result, page, opened)
    if as_json:
        sys.stdout.buffer.write(document.encoded(result))
    else:
        student.show(result, stdout())
    if not student.all_passed(result):
        raise typer.Exit(1)
