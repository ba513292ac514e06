"""The commands that answer a request for a regrade."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli.options import AsJson, ExamName, Page, Rubric, SubmissionPath
from grader.cli.paged import page_of
from grader.cli.shown import example, progress, stdout
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.regrade.explain import Explanation
    from grader.regrade.script import Script

commands = typer.Typer()
PANEL = "Course staff"
REPLAY = Path("replay.py")
"""What the script is called on a page, where no other name was asked for."""


@commands.command(
    rich_help_panel=PANEL, epilog=example("explain lab1.ipynb --check weights.rounding")
)
def explain(
    submission: SubmissionPath,
    check: Annotated[str, typer.Option(help="Its name, such as weights.rounding.")],
    exam: ExamName = None,
    rubric: Rubric = None,
    save: Annotated[
        Path | None, typer.Option(help="Also keep all arrays, whole, as a file of NumPy's (.npz).")
    ] = None,
    html: Page = None,
    script: Annotated[
        Path | None,
        typer.Option(help="Also write a script for the student that makes the failing call again."),
    ] = None,
    as_json: AsJson = False,
    unofficial: Annotated[
        bool,
        typer.Option(
            "--unofficial", help="Explain even where student code cannot be shut in well."
        ),
    ] = False,
) -> None:
    """Show everything about one check: what it asked, what came, what is right, and why.

    Answers a request for a regrade. Nothing of it is for students, but the script.
    """
    from grader.grade import Options
    from grader.regrade import explain as explaining
    from grader.regrade.show import encoded, show

    explaining.question_of(check)
    page = page_of(html, False, submission)
    arrays = None if script is None else script.with_suffix(".npz")
    _require_places(submission, {"--save": save, "--script": script, "--html": page, "": arrays})
    options = Options(exam, rubric, official=not unofficial)
    with progress(exam) as tell:
        found = explaining.explain(submission, check, options, tell)
        made = _script(found, script or REPLAY)
        _write(found, made, save, page, script)
    if as_json:
        sys.stdout.buffer.write(encoded(found))
    else:
        show(found, stdout())
    _tell(found, made, script)


def _require_places(submission: Path, places: dict[str, Path | None]) -> None:
    """Two files of one name, or in no folder: told before anything is graded.

    Raises:
        UsageError: one of these cannot be written.
    """
    taken = {submission.resolve(): "the submission itself"}
    for option, path in places.items():
        if path is None:
            continue
        named = option or "--script, whose arrays lie beside it"
        if path.resolve() in taken:
            raise UsageError(f"{path} is {taken[path.resolve()]}; name another {named}")
        if not path.parent.is_dir() or path.is_dir():
            raise UsageError(f"{path}: no file can be written there; name another {named}")
        taken[path.resolve()] = f"what {option or '--script'} writes"
    script = places.get("--script")
    if script is not None and script.suffix != ".py":
        raise UsageError(f"{script}: a script of Python ends in .py; name another --script")


def _script(found: "Explanation", path: Path) -> "Script | None":
    """The script that makes the failing call again, if there is one."""
    from grader.regrade.script import About, script_of
    from grader.report.wording import lines

    if found.judged is None or not found.replay.sequence:
        return None
    last = found.replay.sequence[-1]
    call = next(each for each in found.judged.calls if each.asked is last)
    entry, arrays = found.entry, path.with_suffix(".npz").name
    told = lines(entry)  # what the student was told, no more
    about = About(entry.check, entry.question, told, found.replay.submission, path.name, arrays)
    return script_of(found.replay.sequence, call, about)


def _write(
    found: "Explanation",
    made: "Script | None",
    save: Path | None,
    page: Path | None,
    script: Path | None,
) -> None:
    from grader.regrade.saved import arrays_of, npz
    from grader.report.file import replace

    if save is not None:
        replace(save, npz(arrays_of(found)), "--save")
    if page is not None:
        from grader.regrade.page import page as page_text

        text = page_text(found, "" if made is None else made.text)
        replace(page, text.encode(), "--html")
    if script is not None and made is not None:
        replace(script, made.text.encode(), "--script")
        if made.arrays:
            replace(script.with_suffix(".npz"), npz(made.arrays), "--script")


def _tell(found: "Explanation", made: "Script | None", script: Path | None) -> None:
    """Say where the script is, or why there is none."""
    if made is None:
        why = found.replay.why_not or "the check judged nothing"
        told = f"No script for the student: {why}."
    elif script is None:
        told = "--script FILE.py writes a script that makes this call again, for the student."
    else:
        beside = f" and {script.with_suffix('.npz').name}, which it needs" if made.arrays else ""
        told = f"For the student: {script}{beside}."
    Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(told)


@commands.command(rich_help_panel=PANEL, epilog=example("diff results.json regraded.json"))
def diff(
    old: Annotated[Path, typer.Argument(help="A results file, or a folder of them.")],
    new: Annotated[Path, typer.Argument(help="The same of a later grade.")],
    as_json: AsJson = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Also write the changes as a table.")
    ] = None,
) -> None:
    """Show whose points a new grade has changed, and why."""
    from grader.regrade.changes import compare
    from grader.regrade.listed import encoded, show, write_table
    from grader.regrade.results import read

    before, after = read(old), read(new)
    if before.alone != after.alone:
        one, many = (old, new) if before.alone else (new, old)
        raise UsageError(f"{one} is one results file, and {many} a folder: name two of a kind")
    found = compare(before, after)
    if csv is not None:
        write_table(found, csv)
    if as_json:
        sys.stdout.buffer.write(encoded(found))
    else:
        show(found, stdout())
    unread = (*before.unread, *after.unread)
    errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    for line in unread:
        errors.print(f"Not compared: {line}")
    if unread:
        raise typer.Exit(UsageError.exit_status)
