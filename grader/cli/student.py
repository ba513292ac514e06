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
    QuietCheck,
    Rubric,
    RunAll,
    RunSeconds,
    SubmissionPath,
)
from grader.cli.paged import page_of, write_page
from grader.cli.shown import PIPED, example, progress, show_check
from grader.errors import UsageError
from grader.sandbox.outside.limits import NOTEBOOK_SECONDS

commands = typer.Typer()
PANEL = "Students"


@commands.command(rich_help_panel=PANEL, epilog=example("check lab1.ipynb --question 4.3 --watch"))
def check(
    submission: SubmissionPath,
    question: Annotated[
        list[str] | None, typer.Option("--question", help="Only this one, such as 4.3.")
    ] = None,
    exam: ExamName = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Check again at every save: the questions whose code has changed. Ctrl-C ends it.",
        ),
    ] = False,
    as_json: AsJson = False,
    quiet: QuietCheck = False,
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
    from grader.report import student

    if watch and run_all:
        raise UsageError("--watch asks single questions again; leave out --run, or --watch")
    copy = executed or Path(f"{submission.stem}-executed.ipynb")
    whole = Execution(copy, run_seconds) if run_all else None
    page = page_of(html, opened, submission)
    options = Options(
        exam,
        questions=frozenset(question or ()),
        execution=whole,
        official=False,
        illustrated=page is not None,
    )
    if watch:
        from grader.cli.watching import watch_until_stopped

        result = watch_until_stopped(
            submission, options, as_json=as_json, quiet=quiet, page=page, opened=opened
        )
    else:
        with progress(exam) as tell:
            result = grade_one(submission, options, lambda _: None, tell)
        if page is not None:
            from grader.handed_in_report.look import look_through
            from grader.handed_in_report.points import with_report
            from grader.rubric import load_rubric

            result = with_report(result, look_through(submission), load_rubric())
            write_page(result, page, opened)
        show_check(result, as_json=as_json, quiet=quiet)
    if not student.all_passed(result):
        raise typer.Exit(1)


@commands.command(rich_help_panel=PANEL, epilog=example("writeup report.pdf"))
def writeup(
    report: Annotated[
        Path, typer.Argument(help="The PDF to hand in; with --summary a class, as for batch.")
    ],
    submission: Annotated[
        Path | None,
        typer.Option(help="The notebook that belongs to it: its code and numbers are compared."),
    ] = None,
    as_json: AsJson = False,
    summary: Annotated[
        Path | None,
        typer.Option(help="Staff: a page to grade a class by hand on, question by question."),
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="Staff: the output of a batch, shown beside each answer.")
    ] = None,
    rubric: Rubric = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Staff: the page has codes in place of names.")
    ] = False,
    layout: Annotated[
        str | None, typer.Option(help="Staff: of the class, as for batch; recognised if none.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Staff: reports at a time; one a core.", min=1)
    ] = None,
) -> None:
    """Check your write-up: what the lab asks for that is there, missing, or not to be told.

    Exit status 1 while something is missing. Nobody's name or number is shown or kept.
    """
    from grader.cli.writeup import check_report

    if summary is not None:
        from grader.cli.by_hand import write_summary
        from grader.cores import usable
        from grader.course.by_hand import Wanted

        if submission is not None or as_json:
            raise UsageError("--summary is of a class: leave out --submission and --json")
        at_a_time = workers or usable()
        write_summary(Wanted(report, summary, batch, rubric, anonymous, layout, at_a_time))
        return
    if batch or rubric or anonymous or layout or workers:
        raise UsageError("--batch, --rubric, --anonymous, --layout, --workers go with --summary")
    if not check_report(report, submission, as_json):
        raise typer.Exit(1)


@commands.command(rich_help_panel=PANEL, epilog=example("export lab1.ipynb --name Ada --id 303"))
def export(
    notebook: Annotated[Path, typer.Argument(help="The notebook, as it was saved.")],
    output: Annotated[
        Path | None, typer.Option(help="The PDF; NAME-report.pdf beside the notebook if none.")
    ] = None,
    name: Annotated[str, typer.Option(help="Your name, for the report's head.")] = "",
    student_id: Annotated[str, typer.Option("--id", help="Your student ID, for its head.")] = "",
) -> None:
    """Make the PDF to hand in: the notebook as it was saved, and all of its code as an appendix.

    Nothing is run. It needs a Chromium or Chrome; without one it makes a page to print.
    """
    from grader.cli.writeup import export_report

    export_report(notebook, output, name, student_id)


@commands.command(hidden=True)
def check_cells() -> None:
    """Answer the check in a notebook: executed cells by standard input, a card as JSON."""
    from grader.self_check.answer import answered

    sys.stdout.buffer.write(answered(sys.stdin.buffer.read(), PIPED))
