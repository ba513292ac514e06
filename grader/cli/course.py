"""The commands for a class: all submissions of an assignment, and what a person decides of them."""

import getpass
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from grader.cli.ending import Stopped
from grader.cli.options import CallSeconds, ExamName, Quiet, Rubric, RunAll, SubmissionSeconds
from grader.cli.shown import example, progress, stdout
from grader.sandbox.outside.limits import Limits

if TYPE_CHECKING:
    from grader.course.batch import Counts
    from grader.course.handed_in import Download
    from grader.course.pool import Pool
    from grader.course.whole import Formats, Report
    from grader.course.work import Setup
    from grader.exam import Exam

commands = typer.Typer()
PANEL = "Course staff"
MOST_NAMED = 20
"""So many are named in the terminal; summary.html and grades.csv have all."""


class _WithDefault(TyperGroup):
    """`batch FOLDER` is `batch run FOLDER`; what is decided afterwards has commands of its own."""

    default = "run"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


batch = typer.Typer(
    cls=_WithDefault,
    help=(
        "Grade a class: [bold]batch FOLDER|ZIP --output DIR[/]; afterwards decide, or forget.\n\n"
        "FOLDER or ZIP is what Gradescope or Canvas hand out, nbgrader's folder, clones of GitHub"
        " Classroom, or a folder with a file, a folder or an archive for each student. Whatever"
        " ends it, the same command goes on where it was."
    ),
    epilog=example("batch submissions.zip --output fall --html"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)
commands.add_typer(batch, name="batch", rich_help_panel=PANEL)

Output = Annotated[Path, typer.Option("--output", help="The folder of the class's results.")]
Who = Annotated[
    str, typer.Argument(metavar="STUDENT", help="A key, name, e-mail address, number or code.")
]


@batch.command(
    epilog=example("batch run submissions.zip --output fall --due 2026-10-01T23:59-07:00")
)
def run(
    source: Annotated[
        Path, typer.Argument(metavar="FOLDER|ZIP", help="The class as it was downloaded.")
    ],
    output: Output,
    exam: ExamName = None,
    rubric: Rubric = None,
    which: Annotated[
        Literal["latest", "best", "all"],
        typer.Option(help="Of several uploads: which counts. all: the latest, and all are graded."),
    ] = "latest",
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Of a Dask scheduler whose workers grade: tls://HOST:PORT."
        ),
    ] = None,
    tls_ca: Annotated[
        Path | None, typer.Option(help="The authority that signs the cluster's certificates.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Your own certificate by it.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key.")] = None,
    layout: Annotated[
        str | None, typer.Option(help="gradescope, canvas, nbgrader, github or folder.")
    ] = None,
    assignment: Annotated[
        str | None, typer.Option(help="Of nbgrader's, where there are several; heads the summary.")
    ] = None,
    due: Annotated[
        str | None, typer.Option(help="Due date, such as 2026-10-01T23:59-07:00.")
    ] = None,
    due_file: Annotated[
        Path | None, typer.Option(help="Extensions: a CSV with the columns student and due.")
    ] = None,
    html: Annotated[
        bool, typer.Option("--html", help="Also write a page with pictures for each student.")
    ] = False,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Codes in place of names; key.csv says whose.")
    ] = False,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Also write checks.parquet (needs pyarrow).")
    ] = False,
    canvas: Annotated[
        str, typer.Option(help="Also write canvas.csv; the assignment's column as Canvas has it.")
    ] = "",
    gradescope: Annotated[
        bool,
        typer.Option("--gradescope", help="Also write gradescope.zip, which hands results out."),
    ] = False,
    run_all: RunAll = False,
    call_seconds: CallSeconds = Limits.call_seconds,
    submission_seconds: SubmissionSeconds = Limits.submission_seconds,
    unofficial: Annotated[
        bool,
        typer.Option(
            "--unofficial", help="Grade even where student code cannot be shut in well, and say so."
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Grade a class: results, a gradebook and a summary, in a folder of its own."""
    _require_names(anonymous, canvas, gradescope)
    pool = _pool(workers, cluster, tls_ca, tls_cert, tls_key)
    from grader.course.layouts import Due, read_due, read_due_file
    from grader.course.whole import Asked, grade_class
    from grader.course.work import Setup

    limits = Limits(call_seconds=call_seconds, submission_seconds=submission_seconds)
    setup = Setup(
        exam if exam is None or not Path(exam).exists() else str(Path(exam).resolve()),
        None if rubric is None else str(rubric.resolve()),
        limits,
        official=not unofficial,
        illustrated=html,
        executes=run_all,
    )
    asked = Asked(
        setup, which, assignment or source.stem, anonymous, parquet, canvas, prepared=gradescope
    )
    dates = Due(
        None if due is None else read_due(due), {} if due_file is None else read_due_file(due_file)
    )
    with progress(exam):
        pass  # the default exam is built before, with a bar of its own
    try:
        with _bar(quiet) as tell:
            report = grade_class(
                source,
                output,
                asked,
                dates,
                pool,
                _formats(),
                tell,
                layout=layout,
                nbgrader_assignment=assignment,
            )
    except Stopped as stopped:
        Console(stderr=True).print("Stopped. What is done is kept: the same command goes on.")
        raise SystemExit(stopped.exit_status) from None
    _say(report, output, quiet=quiet, anonymous=anonymous)


def _require_names(anonymous: bool, canvas: str, gradescope: bool) -> None:
    """Platforms know students by who they are."""
    from grader.errors import UsageError

    if anonymous and (canvas or gradescope):
        asked = "--canvas" if canvas else "--gradescope"
        raise UsageError(f"{asked} names students: leave it out, or --anonymous")


def _pool(
    workers: int | None, address: str | None, ca: Path | None, cert: Path | None, key: Path | None
) -> "Callable[[Setup, Exam], Pool]":
    """What makes the processes that grade: here, or on a cluster."""
    from grader.errors import UsageError

    if address is None:
        if ca or cert or key:
            raise UsageError("--tls-ca, --tls-cert and --tls-key go with --cluster")
        from grader.cores import usable
        from grader.course.pool import LocalPool

        return lambda setup, exam: LocalPool(setup, exam, workers or usable())
    if workers is not None:
        raise UsageError("--workers counts processes here; a cluster has workers of its own")
    from grader.course.cluster import Cluster, ClusterPool

    named = Cluster(address, ca, cert, key)
    return lambda setup, _: ClusterPool(setup, named)


@contextmanager
def _bar(quiet: bool) -> "Iterator[Callable[[Counts], None]]":
    """A bar with the rate and the time left, where someone is looking."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True, highlight=False)
    if quiet:
        yield lambda _: None
        return
    if not console.is_terminal:
        yield _Lines(console)
        return
    with Progress(
        TextColumn("Grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[also]}"),
        console=console,
    ) as bar:
        task = bar.add_task("", total=None, rate="", also="")

        def tell(counts: "Counts") -> None:
            speed = bar.tasks[0].speed
            rate = (
                "" if not speed else f"{speed:.1f}/s" if speed >= 1 else f"{1 / speed:.1f} s each"
            )
            also = f"{counts.aside} set aside" if counts.aside else ""
            bar.update(task, total=counts.total, completed=counts.done, rate=rate, also=also)

        yield tell


class _Lines:
    """A line for each tenth of a class, where the progress goes into a file."""

    def __init__(self, console: Console) -> None:
        self._console, self._told = console, 0

    def __call__(self, counts: "Counts") -> None:
        tenth = max(1, counts.total // 10)
        if counts.done // tenth > self._told:
            self._told = counts.done // tenth
            self._console.print(f"{counts.done} of {counts.total} done")


def _say(report: "Report", output: Path, *, quiet: bool, anonymous: bool) -> None:
    """The last words: how many there are, who needs a person, and where everything is."""
    console, counts = stdout(), report.counts
    parts = {
        "graded": counts.graded,
        "with the same code as another": counts.same,
        "done before": counts.before,
        "unreadable": counts.unreadable,
        "not judged in full": counts.unjudged,
        "set aside": counts.aside,
        "handed in nothing": report.nothing,
        "left out of the download": len(report.download.left_out),
    }
    if not quiet:
        told = _nameless(report.download) if anonymous else _about(report.download)
        for line in told:
            console.print(_plain(line), highlight=False)
        for name, why in report.aside[:MOST_NAMED]:
            console.print(f"[red]Needs a person:[/] {_plain(f'{name}: {why}')}", highlight=False)
        console.print(
            f"Everything is in {escape(str(output))}; begin with summary.html.", highlight=False
        )
    found = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    console.print(
        f"{report.students} students: {found or 'nobody handed in anything'}.", highlight=False
    )


def _about(download: "Download") -> Iterator[str]:
    """What is to be said of a download."""
    for remark in download.remarks[:MOST_NAMED]:
        yield f"Remark: {remark}"
    for left in download.left_out[:MOST_NAMED]:
        yield f"Left out: {left.path}: {left.why}"


def _nameless(download: "Download") -> Iterator[str]:
    """The same without anybody's name, as far as that goes."""
    if download.remarks:
        yield f"{len(download.remarks)} remarks, which name students, are told without --anonymous"
    for why, count in Counter(left.why for left in download.left_out).items():
        yield f"Left out: {count}: {why}"


def _plain(text: str) -> str:
    """What may hold words of students, as it is."""
    from grader.submission import printable

    return escape(printable(text))


def _formats() -> "Formats":
    from grader.course.whole import Formats
    from grader.platforms.gradescope import document
    from grader.report.html import feedback_page

    return Formats(document.encoded, lambda result: feedback_page(result).encode())


@batch.command(epilog=example("batch override ada weights.rounding 2 --why regrade --output fall"))
def override(
    output: Output,
    student: Annotated[
        str | None,
        typer.Argument(metavar="STUDENT", help="A key, name, e-mail address, number or code."),
    ] = None,
    check: Annotated[
        str | None, typer.Argument(metavar="CHECK", help="Such as weights.rounding.")
    ] = None,
    points: Annotated[float | None, typer.Argument(metavar="POINTS", min=0)] = None,
    marks: Annotated[
        Path | None,
        typer.Option("--from", help="Many at once: a CSV with student, check, points and why."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="Says whose code is whose, where the marks of --from have others."),
    ] = None,
    why: Annotated[str, typer.Option(help="Shown to the student.")] = "",
    by: Annotated[str | None, typer.Option(help="Who decides; your login if not named.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take a decision back.")] = False,
) -> None:
    """Decide about the points of one check; it is kept at every regrade.

    With --from about many, each in a line as `writeup --summary` saves marks: all of them count, or
    none.
    """
    from grader.cli.decided import of_file, of_one
    from grader.course.whole import decide
    from grader.errors import UsageError

    who = by or getpass.getuser()
    if marks is not None:
        decisions = of_file(marks, who, alone=student is None and not why and not undo)
        decide(output, decisions, _formats(), key)
        stdout().print(f"{len(decisions)} decisions are kept; everything is written anew.")
        return
    if key is not None:
        raise UsageError("--key goes with --from")
    made = of_one(student, check, points, why, who, undo=undo)
    (delivery,) = decide(output, [made], _formats())
    others = len(delivery.students) - 1
    whose = f"{made.who} and {others} more of the group" if others else made.who
    told = "taken back" if made.override is None else f"{made.override.points:g} points"
    stdout().print(f"{_plain(whose)}: {escape(made.check)}: {told}; everything is written anew.")


@batch.command(epilog=example("batch page ada --output fall --open"))
def page(
    student: Who,
    output: Output,
    opened: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Write the page of one student, with pictures; it is kept up to date from then on."""
    from grader.course.pool import LocalPool
    from grader.course.whole import draw

    path = draw(
        output, student, lambda setup, exam: LocalPool(setup, exam, 1), _formats(), lambda _: None
    )
    address = path.resolve().as_uri()
    stdout().print(f"The page: [link={address}]{escape(str(path))}[/link]", highlight=False)
    if opened:
        typer.launch(address)


@batch.command(epilog=example("batch forget ada --output fall"))
def forget(student: Who, output: Output) -> None:
    """Delete all that is kept of a student, who stays forgotten at every later run."""
    from grader.course.whole import forget as forget_student

    left = forget_student(output, student, _formats())
    stdout().print(f"{_plain(student)} is forgotten; {left} students are left.", highlight=False)
