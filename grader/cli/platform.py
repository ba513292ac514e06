"""The commands that a platform starts, and those that make what it is given."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.options import CallSeconds, ExamName, Rubric, SubmissionSeconds
from grader.cli.shown import example, stdout
from grader.sandbox.outside.limits import Limits

commands = typer.Typer()
PANEL = "Platforms"


@commands.command(rich_help_panel=PANEL, epilog=example("autograder --root /autograder"))
def autograder(
    root: Annotated[Path, typer.Option(help="Where the platform puts everything.")] = Path(
        "/autograder"
    ),
    deadline: Annotated[
        float, typer.Option(help="Seconds for all of it; the platform's own limit is 600.", min=1)
    ] = 480,
    exam: ExamName = None,
    rubric: Rubric = None,
    call_seconds: CallSeconds = Limits.call_seconds,
    submission_seconds: SubmissionSeconds = Limits.submission_seconds,
) -> None:
    """Grade as Gradescope does: ROOT/submission into ROOT/results/results.json, in time."""
    from grader.grade import Options
    from grader.platforms.gradescope.autograder import autograde

    limits = Limits(call_seconds=call_seconds, submission_seconds=submission_seconds)
    result = autograde(root, Options(exam, rubric, limits), deadline)
    isolation = result.isolation["word"] if result.isolation else "not proven to the end"
    console = stdout()
    console.print(f"{result.score:g} of {result.max_score:g} points", highlight=False)
    console.print(f"Isolation: {isolation}", highlight=False)
    for remark in result.staff:
        console.print(f"Staff: {escape(remark)}", highlight=False)


@commands.command(rich_help_panel=PANEL, epilog=example("package --exam exams/fall"))
def package(
    output: Annotated[Path, typer.Option(help="The file to write.")] = Path("autograder.zip"),
    exam: ExamName = None,
    rubric: Rubric = None,
) -> None:
    """Write autograder.zip for Gradescope: the grader and an exam, without the reference."""
    from grader.exam import open_exam
    from grader.grade import Options, terms
    from grader.platforms.gradescope.package import package as write

    agreed = terms(Options(exam, rubric))
    size = write(output, open_exam(exam).directory, rubric)
    about = f"exam {agreed.exam.manifest.name}, {agreed.rubric.total:g} points"
    stdout().print(f"{output}: {size / 1e6:.1f} MB, {about}", highlight=False)
