"""The commands of those who run the course: grading, validating, exams, the template."""

import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer
from rich.console import Console
from rich.progress import track

from grader.cli.options import (
    AsJson,
    CallSeconds,
    ExamName,
    Executed,
    OpenPage,
    Page,
    Quiet,
    Rubric,
    RunAll,
    RunSeconds,
    SubmissionPath,
    SubmissionSeconds,
)
from grader.cli.paged import page_of, write_page
from grader.cli.shown import example, progress, stdout
from grader.sandbox.outside.limits import NOTEBOOK_SECONDS, Limits

if TYPE_CHECKING:
    from grader.result import Result

commands = typer.Typer()
PANEL = "Course staff"
exams = typer.Typer(help="Build an exam, or show one.", no_args_is_help=True)
commands.add_typer(exams, name="exam", rich_help_panel=PANEL)


@commands.command(rich_help_panel=PANEL, epilog=example("grade lab1.ipynb --output results.json"))
def grade(
    submission: SubmissionPath,
    output: Annotated[Path, typer.Option(help="Where to write the results.")] = Path(
        "results.json"
    ),
    exam: ExamName = None,
    rubric: Rubric = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    call_seconds: CallSeconds = Limits.call_seconds,
    submission_seconds: SubmissionSeconds = Limits.submission_seconds,
    run_all: RunAll = False,
    run_seconds: RunSeconds = NOTEBOOK_SECONDS,
    executed: Executed = None,
    html: Page = None,
    opened: OpenPage = False,
    writeup: Annotated[
        Path | None,
        typer.Option(help="The report as a PDF; the one that was handed in with it if none."),
    ] = None,
    unofficial: Annotated[
        bool,
        typer.Option(
            "--unofficial", help="Grade even where student code cannot be shut in well, and say so."
        ),
    ] = False,
) -> None:
    """Grade a submission, show the result and write results.json for Gradescope."""
    from grader.grade import Execution, Options
    from grader.grade import grade as grade_one
    from grader.handed_in_report.look import look_through
    from grader.handed_in_report.points import with_report
    from grader.platforms.gradescope import document
    from grader.report import staff
    from grader.rubric import load_rubric
    from grader.submission import require_openable

    limits = Limits(call_seconds=call_seconds, submission_seconds=submission_seconds)
    copy = executed or output.with_name(f"{submission.stem}-executed.ipynb")
    whole = Execution(copy, run_seconds, asked=run_all)
    page = page_of(html, opened, submission, output)
    options = Options(
        exam,
        rubric,
        limits,
        execution=whole,
        official=not unofficial,
        illustrated=page is not None,
    )
    with document.results_file(output, submission) as write, progress(exam) as tell:
        tell("Looking for a report")
        require_openable(submission)
        in_force = load_rubric(rubric)
        report = look_through(submission, writeup)

        def whole_of(result: "Result") -> "Result":
            return with_report(result, report, in_force)

        code = grade_one(submission, options, lambda result: write(whole_of(result)), tell)
        result = whole_of(code)
        if page is not None:
            write_page(result, page, opened)
    if as_json:
        sys.stdout.buffer.write(document.encoded(result))
    elif quiet:
        stdout().print(f"{result.score:g} of {result.max_score:g} points", highlight=False)
    else:
        staff.show(result, stdout())


@commands.command(
    rich_help_panel=PANEL, epilog=example("validate --exam exams/fall --rubric course.toml")
)
def validate(
    exam: ExamName = None,
    rubric: Rubric = None,
    seed: Annotated[int | None, typer.Option(help="Redraw the probes with this seed.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    corpora: Annotated[
        bool, typer.Option("--all", help="Also the whole submissions of tests/correct and wrong.")
    ] = False,
    margin: Annotated[
        bool,
        typer.Option("--margins", help="Show each tolerance beside the closest correct and wrong."),
    ] = False,
    write: Annotated[
        Path | None, typer.Option(help="Keep the matrix and every check's words, as Markdown.")
    ] = None,
) -> None:
    """Grade the reference, its blanks and every known mistake, and compare with what must come."""
    from grader.grade import Options, terms
    from grader.validation import margins, markdown, matrix
    from grader.validation.validate import grade_cases, line, measured

    console = stdout()
    going = grade_cases(exam, rubric, seed, workers, corpora=corpora)
    errors = Console(stderr=True)
    with closing(going.rows) as found:
        rows = list(track(found, "Validating", total=going.total, console=errors, transient=True))
    lines = [line(row) for row in sorted(rows, key=lambda row: row.index)]
    matrix.show(lines, console)
    if going.left_out:
        told = ", ".join(going.left_out)
        console.print(f"Left out, for the exam has another net than the lab's: {told}", emoji=False)
    matrix.compare(lines, console)
    if margin:
        thresholds = terms(Options(exam, rubric)).rubric.thresholds
        found_margins = margins.margins([measured(row) for row in rows], thresholds)
        margins.show(found_margins, console)
    if write is not None:
        markdown.write(write, lines, [(row.case.name, row.result) for row in rows])
    if not all(line.expected for line in lines):
        raise typer.Exit(1)


@commands.command(rich_help_panel=PANEL, epilog=example("sandbox"))
def sandbox() -> None:
    """Show how well student code is shut in on this machine: each layer, proven by trying.

    Exit status 1 where there can be no official grade.
    """
    from grader.exam import cache_folder, open_exam
    from grader.grade import secrets
    from grader.report.sandbox import Row, Sandbox, show
    from grader.sandbox.outside.isolation import LAYERS, Act
    from grader.sandbox.outside.wall import Wall

    def tried(acts: Iterable[Act]) -> list[tuple[str, bool, str]]:
        return [(act.act, act.held, act.how) for act in acts]

    with Wall() as wall:
        isolation = wall.verify(secrets(open_exam()), cache_folder())
        inventory = msgspec.to_builtins(wall.inventory())
        wall.require_canary()
    rows = [
        Row(LAYERS[name], layer.on, layer.why, tried(layer.acts))
        for name, layer in isolation.layers.items()
    ]
    found = Sandbox(isolation.word, isolation.problem, rows, tried(isolation.secrets), inventory)
    show(found, stdout())
    if isolation.problem:
        raise typer.Exit(1)


@commands.command(rich_help_panel=PANEL, epilog=example("template"))
def template(
    output: Annotated[
        Path | None, typer.Option(help="The folder; student_template in the checkout if none.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 if the files are stale.")
    ] = False,
) -> None:
    """Generate the students' lab1.py and lab1.ipynb from the reference."""
    from grader.template import TEMPLATE, outdated, write

    folder = output or TEMPLATE
    if not check:
        write(folder)
        Console().print(f"Wrote {folder}", highlight=False, soft_wrap=True)
    elif stale := outdated(folder):
        Console(stderr=True).print(
            f"{folder}: {', '.join(stale)} out of date; run `python -m grader template`",
            highlight=False,
            soft_wrap=True,
        )
        raise typer.Exit(1)


@commands.command(rich_help_panel=PANEL, epilog=example("kit --output handout"))
def kit(
    output: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("kit"),
    rubric: Rubric = None,
) -> None:
    """Write the kit for students: a wheel that checks without answers, and a zip with the lab.

    The public exam in it is of its own: whoever has the kit knows nothing of yours.
    """
    from grader.kit.write import write_kit

    written = write_kit(output, rubric)
    for path in (written.wheel, written.zip):
        size = path.stat().st_size / 1e6
        stdout().print(f"{path}: {size:.1f} MB", highlight=False, soft_wrap=True)


@commands.command(rich_help_panel=PANEL, epilog=example("study --output study"))
def study(
    output: Annotated[Path, typer.Option(help="The folder that the study is written to.")],
    exam: ExamName = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print tolerances of accuracy for a rubric.")
    ] = False,
) -> None:
    """Measure what bits, scales and ranges cost on an exam's nets: a table and a page of plots.

    A study that was interrupted goes on where it stopped.
    """
    from rich.progress import Progress

    from grader.cores import usable
    from grader.study.margins import suggested
    from grader.study.study import study as run

    with (
        progress(exam),
        Progress(console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("Measuring")
        rows = run(
            exam,
            output,
            workers or usable(),
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    if suggest:
        sys.stdout.write(suggested(rows))
    else:
        names = ", ".join(str(output / f"study.{suffix}") for suffix in ("html", "csv", "md"))
        stdout().print(f"{len(rows)} nets: {names}", highlight=False, soft_wrap=True)


@commands.command(
    rich_help_panel=PANEL, epilog=example("similar handed-in --html similar.html --open")
)
def similar(
    paths: Annotated[
        list[Path],
        typer.Argument(help="A class as it was downloaded, a folder, or several submissions."),
    ],
    html: Annotated[
        Path | None, typer.Option("--html", help="Also write a page: pairs side by side.")
    ] = None,
    opened: Annotated[
        bool, typer.Option("--open", help="Open that page in the browser; similar.html if none.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the pairs as JSON.")] = False,
    top: Annotated[int | None, typer.Option(help="Only so many pairs.", min=1)] = None,
    level: Annotated[
        int | None, typer.Option(help="Percent: pairs less alike are not listed.", min=0, max=100)
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    layout: Annotated[
        str | None, typer.Option(help="Of the download, as for batch; recognised if none.")
    ] = None,
) -> None:
    """List pairs of submissions whose graded functions are suspiciously alike.

    Names, comments, layout and order make no difference. A pair is a reason to read both, no more.
    """
    from grader.cli.similar import Asked, list_pairs
    from grader.cores import usable

    processes = workers or usable()
    list_pairs(paths, Asked(html, opened, as_json, top, level, processes, layout))


@exams.command(epilog=example("exam build --output exams/fall --dataset cifar10"))
def build(
    output: Annotated[Path, typer.Option(help="The exam's folder; must not exist yet.")],
    dataset: Annotated[
        Literal["cifar10", "shapes10"], typer.Option(help="What the images show.")
    ] = "cifar10",
    data: Annotated[
        Path | None,
        typer.Option(help="Where CIFAR-10 lies (cifar-10-batches-py, or folders of images)."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Drives images and probes; random if none.")
    ] = None,
    images: Annotated[int, typer.Option(help="Images to evaluate on.", min=100)] = 2000,
    nets: Annotated[
        Path | None,
        typer.Option(help="Other nets than the lab's: a folder with nets.py and their weights."),
    ] = None,
) -> None:
    """Build an exam: trained nets, profiled activations, images and labels, a secret seed."""
    from grader.exam import build_exam, describe, open_exam

    build_exam(dataset=dataset, data=data, output=output, seed=seed, images=images, nets=nets)
    Console().print(describe(open_exam(str(output))), highlight=False)


@exams.command("show", epilog=example("exam show exams/fall"))
def show_exam(exam: Annotated[str | None, typer.Argument(help="Name or folder.")] = None) -> None:
    """Show what an exam holds, without its seed."""
    from grader.exam import describe, open_exam

    Console().print(describe(open_exam(exam)), highlight=False)
