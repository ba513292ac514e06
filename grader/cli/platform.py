"""The commands that a platform starts, and those that make what it is given."""

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from grader.cli.options import CallSeconds, ExamName, Rubric, SubmissionPath, SubmissionSeconds
from grader.cli.shown import example, stdout
from grader.sandbox.outside.limits import Limits

if TYPE_CHECKING:
    from grader.grade import Options
    from grader.result import Result

commands = typer.Typer()
further = typer.Typer(help="Grade as another platform does: its folders in, its files out.")
commands.add_typer(further, name="platform", rich_help_panel="Platforms")
PANEL = "Platforms"
Deadline = Annotated[
    float, typer.Option(help="Seconds for all of it; less than the platform's own limit.", min=1)
]


class PackagedFor(str, Enum):
    """The platforms that a package can be made for."""

    GRADESCOPE = "gradescope"
    CODABENCH = "codabench"


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
    from grader.platforms.gradescope.autograder import autograde

    options = _options(exam, rubric, call_seconds, submission_seconds)
    _tell(autograde(root, options, deadline))


@further.command(epilog=example("platform prairielearn --deadline 540"))
def prairielearn(
    root: Annotated[Path, typer.Option(help="Where the platform puts everything.")] = Path(
        "/grade"
    ),
    deadline: Deadline = 20,
    exam: ExamName = None,
    rubric: Rubric = None,
    call_seconds: CallSeconds = Limits.call_seconds,
    submission_seconds: SubmissionSeconds = Limits.submission_seconds,
) -> None:
    """Grade a question's attempt: ROOT/student into ROOT/results/results.json."""
    from grader.platforms.prairielearn import grade_question

    options = _options(exam, rubric, call_seconds, submission_seconds)
    _tell(grade_question(root, options, deadline))


@further.command(epilog=example("platform codabench --exam /app/input/ref/exam"))
def codabench(
    root: Annotated[Path, typer.Option(help="Where the platform puts everything.")] = Path("/app"),
    deadline: Deadline = 480,
    exam: ExamName = None,
    rubric: Rubric = None,
    call_seconds: CallSeconds = Limits.call_seconds,
    submission_seconds: SubmissionSeconds = Limits.submission_seconds,
) -> None:
    """Score a submission: ROOT/input/res into ROOT/output, numbers and a page."""
    from grader.platforms.codabench import score_submission

    options = _options(exam, rubric, call_seconds, submission_seconds)
    _tell(score_submission(root, options, deadline))


@further.command(epilog=example("platform github ."))
def github(
    submission: SubmissionPath,
    deadline: Deadline = 480,
    exam: Annotated[
        str | None,
        typer.Option(
            help="The course's own, where no student can change the workflow: an official grade."
            " Without one, the public exam, and a result that says that it is unofficial."
        ),
    ] = None,
    rubric: Rubric = None,
    call_seconds: CallSeconds = Limits.call_seconds,
    submission_seconds: SubmissionSeconds = Limits.submission_seconds,
) -> None:
    """Grade in a step of a workflow: a summary, annotations, and a reporter's `result`.

    Exit status 1 while something is not right yet.
    """
    from grader.platforms.github import grade_in_workflow
    from grader.report.student import all_passed

    options = _options(exam, rubric, call_seconds, submission_seconds)
    result = grade_in_workflow(submission, replace(options, official=exam is not None), deadline)
    _tell(result)
    if not all_passed(result):
        raise typer.Exit(1)


def _options(
    exam: str | None, rubric: Path | None, call_seconds: float, submission_seconds: float
) -> "Options":
    from grader.grade import Options

    limits = Limits(call_seconds=call_seconds, submission_seconds=submission_seconds)
    return Options(exam, rubric, limits)


def _tell(result: "Result") -> None:
    """For staff: the points, how well student code was shut in, and what only they should know."""
    isolation = result.isolation["word"] if result.isolation else "not proven to the end"
    console = stdout()
    console.print(f"{result.score:g} of {result.max_score:g} points", highlight=False)
    console.print(f"Isolation: {isolation}", highlight=False)
    for remark in result.staff:
        console.print(f"Staff: {escape(remark)}", highlight=False)


@commands.command(
    rich_help_panel=PANEL,
    epilog=example("package --for codabench --exam exams/fall --image you/lab1:fall"),
)
def package(
    platform: Annotated[
        PackagedFor, typer.Option("--for", help="The platform that takes it.")
    ] = PackagedFor.GRADESCOPE,
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write; autograder.zip or codabench.zip if none."),
    ] = None,
    exam: ExamName = None,
    rubric: Rubric = None,
    image: Annotated[
        str | None, typer.Option(help="Codabench: the grader's image, as it is pulled.")
    ] = None,
) -> None:
    """Write what a platform takes: the grader and an exam, or a competition's bundle."""
    from grader.grade import Options, terms
    from grader.platforms.codabench import bundle
    from grader.platforms.gradescope.package import package as write

    agreed = terms(Options(exam, rubric))
    if platform is PackagedFor.CODABENCH:
        output = output or Path("codabench.zip")
        size = bundle(output, agreed, rubric, image)
    else:
        output = output or Path("autograder.zip")
        size = write(output, agreed.exam.directory, rubric)
    about = f"exam {agreed.exam.manifest.name}, {agreed.rubric.total:g} points"
    stdout().print(f"{output}: {size / 1e6:.1f} MB, {about}", highlight=False)
