"""The front door: `python -m grader`."""

import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track

from grader.errors import GraderError

PIPED = 160
"""Columns of what is printed where nobody is looking."""

app = typer.Typer(
    help=(
        "Grade EE 290-2, Lab 1: post-training int8 quantization of a LeNet.\n\n"
        "A student at work wants [bold]check[/]; Gradescope and a TA want [bold]grade[/]; a TA who"
        " changes anything wants [bold]validate[/] afterwards. What a submission is measured"
        " against is an [bold]exam[/]; one is embedded, and built at its first use."
    ),
    epilog=(
        "Exit status: 0 graded, whatever the score (check: everything is right; validate: nothing"
        " unexpected); 1 check or validate found something; 2 bad usage; 3 the grader could not"
        " work, and no score was written."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
exams = typer.Typer(help="Build an exam, or show one.", no_args_is_help=True)
app.add_typer(exams, name="exam")

Submission = Annotated[Path, typer.Argument(help="A .py, an .ipynb, a folder or an archive.")]
ExamName = Annotated[
    str | None, typer.Option("--exam", help="Name or folder of an exam; the embedded one if none.")
]
Rubric = Annotated[
    Path | None, typer.Option(help="A course's own points and tolerances, laid over the rubric.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the results as JSON.")]
RunAll = Annotated[
    bool,
    typer.Option(
        "--run",
        help="Also execute the whole notebook, on a few hundred images; keeps an executed copy.",
    ),
]
RunSeconds = Annotated[float, typer.Option(help="Deadline of --run.", min=1)]
Executed = Annotated[
    Path | None,
    typer.Option(help="The executed copy; NAME-executed.ipynb beside the results if none."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the points only.")]


@app.command()
def grade(
    submission: Submission,
    output: Annotated[Path, typer.Option(help="Where to write the results.")] = Path(
        "results.json"
    ),
    exam: ExamName = None,
    rubric: Rubric = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    call_seconds: Annotated[float, typer.Option(help="Deadline of one call.", min=0.1)] = 20,
    submission_seconds: Annotated[
        float, typer.Option(help="Deadline of all calls together.", min=0.1)
    ] = 240,
    run_all: RunAll = False,
    run_seconds: RunSeconds = 120,
    executed: Executed = None,
    unofficial: Annotated[
        bool,
        typer.Option(
            "--unofficial", help="Grade even where student code cannot be shut in well, and say so."
        ),
    ] = False,
) -> None:
    """Grade a submission, show the result and write results.json for Gradescope."""
    from grader.grade import Options, Run
    from grader.grade import grade as run
    from grader.report import gradescope, terminal
    from grader.sandbox.supervisor import Limits

    limits = Limits(call_seconds=call_seconds, submission_seconds=submission_seconds)
    copy = executed or output.with_name(f"{submission.stem}-executed.ipynb")
    whole = Run(copy, run_seconds, asked=run_all)
    options = Options(exam, rubric, limits, run=whole, official=not unofficial)
    with _progress(exam) as step:
        result = run(submission, options, output, step)
    if as_json:
        sys.stdout.buffer.write(gradescope.encoded(result))
    elif quiet:
        _console().print(f"{result.score:g} of {result.max_score:g} points", highlight=False)
    else:
        terminal.show(result, _console())


@app.command()
def check(
    submission: Submission,
    question: Annotated[
        list[str] | None, typer.Option("--question", help="Only this one, such as 4.3.")
    ] = None,
    exam: ExamName = None,
    as_json: AsJson = False,
    run_all: RunAll = False,
    run_seconds: RunSeconds = 120,
    executed: Executed = None,
) -> None:
    """Check your own work, question by question: what is right, and what to mend first.

    Exit status 1 while something is not right yet.
    """
    from grader.grade import Options, Run
    from grader.grade import grade as run
    from grader.report import friendly, gradescope

    copy = executed or Path(f"{submission.stem}-executed.ipynb")
    whole = Run(copy, run_seconds) if run_all else None
    asked = frozenset(question or ())
    options = Options(exam, questions=asked, run=whole, official=False)
    with _progress(exam) as step:
        result = run(submission, options, None, step)
    if as_json:
        sys.stdout.buffer.write(gradescope.encoded(result))
    else:
        friendly.show(result, _console())
    if not friendly.right(result):
        raise typer.Exit(1)


@app.command()
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
        typer.Option("--margins", help="Show each tolerance beside the closest right and wrong."),
    ] = False,
    write: Annotated[
        Path | None, typer.Option(help="Keep the matrix and every check's words, as Markdown.")
    ] = None,
) -> None:
    """Grade the reference, its blanks and every known mistake, and compare with what must come."""
    from grader.grade import Options, terms
    from grader.report import margins, matrix, pages
    from grader.validate import line, measured
    from grader.validate import validate as run

    console = _console()
    total, found = run(exam, rubric, seed, workers, corpora=corpora)
    rows = list(
        track(found, "Validating", total=total, console=Console(stderr=True), transient=True)
    )
    lines = [line(row) for row in sorted(rows, key=lambda row: row.index)]
    matrix.show(lines, console)
    matrix.compare(lines, console)
    if margin:
        thresholds = terms(Options(exam, rubric)).rubric.thresholds
        found_margins = margins.margins([measured(row) for row in rows], thresholds)
        margins.show(found_margins, console)
    if write is not None:
        pages.write(write, lines, [(row.case.name, row.result) for row in rows])
    if not all(line.expected for line in lines):
        raise typer.Exit(1)


@app.command()
def sandbox() -> None:
    """Show how well student code is shut in on this machine: each layer, proven by trying.

    Exit status 1 where there can be no official grade.
    """
    from grader.exam import cache_folder, open_exam
    from grader.grade import secrets
    from grader.report.sandbox import Row, Sandbox, show
    from grader.sandbox.isolation import LAYERS, Act
    from grader.sandbox.supervisor import Wall

    def tried(acts: Iterable[Act]) -> list[tuple[str, bool, str]]:
        return [(act.act, act.held, act.how) for act in acts]

    with Wall() as wall:
        isolation = wall.prove(secrets(open_exam()), cache_folder())
        inventory = msgspec.to_builtins(wall.inventory())
        wall.require_canary()
    rows = [
        Row(LAYERS[name], layer.on, layer.why, tried(layer.acts))
        for name, layer in isolation.layers.items()
    ]
    found = Sandbox(isolation.word, isolation.problem, rows, tried(isolation.secrets), inventory)
    show(found, _console())
    if isolation.problem:
        raise typer.Exit(1)


@app.command()
def autograder(
    root: Annotated[Path, typer.Option(help="Where the platform puts everything.")] = Path(
        "/autograder"
    ),
    deadline: Annotated[
        float, typer.Option(help="Seconds for all of it; the platform's own limit is 600.", min=1)
    ] = 480,
    exam: ExamName = None,
    rubric: Rubric = None,
    call_seconds: Annotated[float, typer.Option(help="Deadline of one call.", min=0.1)] = 20,
    submission_seconds: Annotated[
        float, typer.Option(help="Deadline of all calls together.", min=0.1)
    ] = 240,
) -> None:
    """Grade as Gradescope does: ROOT/submission into ROOT/results/results.json, in time."""
    from grader.autograder import autograde
    from grader.grade import Options
    from grader.sandbox.supervisor import Limits

    limits = Limits(call_seconds=call_seconds, submission_seconds=submission_seconds)
    result = autograde(root, Options(exam, rubric, limits), deadline)
    isolation = result.isolation["word"] if result.isolation else "not proven to the end"
    console = _console()
    console.print(f"{result.score:g} of {result.max_score:g} points", highlight=False)
    console.print(f"Isolation: {isolation}", highlight=False)
    for remark in result.staff:
        console.print(f"Staff: {escape(remark)}", highlight=False)


@app.command()
def package(
    output: Annotated[Path, typer.Option(help="The file to write.")] = Path("autograder.zip"),
    exam: ExamName = None,
    rubric: Rubric = None,
) -> None:
    """Write autograder.zip for Gradescope: the grader and an exam, without the reference."""
    from grader.exam import open_exam
    from grader.grade import Options, terms
    from grader.package import package as write

    agreed = terms(Options(exam, rubric))
    size = write(output, open_exam(exam).directory, rubric)
    about = f"exam {agreed.exam.manifest.name}, {agreed.rubric.total:g} points"
    _console().print(f"{output}: {size / 1e6:.1f} MB, {about}", highlight=False)


@app.command()
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


@exams.command()
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


@exams.command("show")
def show_exam(exam: Annotated[str | None, typer.Argument(help="Name or folder.")] = None) -> None:
    """Show what an exam holds, without its seed."""
    from grader.exam import describe, open_exam

    Console().print(describe(open_exam(exam)), highlight=False)


def _console() -> Console:
    """Standard output: as wide as the terminal, or wide enough for any table where it is piped."""
    console = Console(emoji=False)
    return console if console.is_terminal else Console(width=PIPED, emoji=False)


@contextmanager
def _progress(exam: str | None) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, where someone is looking.

    The embedded exam, if it is the one and is not there yet, is built before, for that has a
    progress bar of its own.
    """
    from grader.exam import embedded_exam

    if exam is None:
        embedded_exam()
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _text: None
        return
    with console.status("Starting") as status:
        yield lambda text: status.update(text)


class Stopped(BaseException):
    """Somebody pressed Ctrl-C, or the platform asked this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_status = 128 + number


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)


def main() -> None:
    """Run the command line and end with its exit status."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit status."""
    errors = Console(stderr=True, emoji=False)
    try:
        app(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except Stopped as stopped:
        errors.print("Stopped; nothing was left behind.")
        return stopped.exit_status
    except GraderError as error:
        errors.print(f"[red]Error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        return error.exit_status
    except Exception:  # noqa: BLE001 - a fault of ours must end in exit status 3, whatever it is
        errors.print("[red]The grader itself failed; no score was written.[/]")
        traceback.print_exc()
        return GraderError.exit_status
    return 0
