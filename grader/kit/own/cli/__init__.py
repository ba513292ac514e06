"""The command `lab-kit`: what a student does with the kit."""

import shutil
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.ending import exit_status_of, stop
from grader.cli.options import AsJson, OpenPage, Page, QuietCheck, SubmissionPath, Version
from grader.cli.shown import PIPED, progress, show_check, stdout
from grader.errors import UsageError

TEMPLATE = Path(__file__).resolve().parents[1] / "template"

app = typer.Typer(
    help=(
        "Check your work on EE 290-2, Lab 1, on your own machine. Nothing is sent anywhere, and"
        " nothing here is a grade."
    ),
    epilog=(
        "Exit status: 0 everything is right; 1 something is left; 2 bad usage; 3 the kit failed."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _example(words: str) -> str:
    return f"Example: [bold]lab-kit {words}[/]"


def _questions(begun: str) -> list[str]:
    """The questions that can be asked for and begin so; for the completion of a shell."""
    from grader.checks import QUESTIONS

    return [each.number for each in QUESTIONS if each.number.startswith(begun)]


@app.callback()
def _app(version: Version = False) -> None:
    pass


@app.command(epilog=_example("check lab1.ipynb --question 4.3 --watch"))
def check(
    submission: SubmissionPath,
    question: Annotated[
        list[str] | None,
        typer.Option("--question", help="Only this one, such as 4.3.", autocompletion=_questions),
    ] = None,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Check again at every save. Ctrl-C ends it."),
    ] = False,
    as_json: AsJson = False,
    quiet: QuietCheck = False,
    html: Page = None,
    opened: OpenPage = False,
) -> None:
    """Say, question by question, what is right, and what to mend first.

    Exit status 1 while something is not right yet.
    """
    from grader.cli.paged import page_of, write_page
    from grader.grade import Options, grade
    from grader.report import student

    page = page_of(html, opened, submission)
    options = Options(
        questions=frozenset(question or ()), official=False, illustrated=page is not None
    )
    if watch:
        from grader.cli.watching import watch_until_stopped

        result = watch_until_stopped(
            submission, options, as_json=as_json, quiet=quiet, page=page, opened=opened
        )
    else:
        with progress(None) as tell:
            result = grade(submission, options, lambda _: None, tell)
        if page is not None:
            write_page(result, page, opened)
        show_check(result, as_json=as_json, quiet=quiet)
    if not student.all_passed(result):
        raise typer.Exit(1)


@app.command(epilog=_example("template --output lab1"))
def template(
    output: Annotated[Path, typer.Option(help="The folder to write to.")] = Path(),
) -> None:
    """Write the lab with its blanks: lab1.ipynb and lab1.py. Nothing is written over."""
    files = [path for path in sorted(TEMPLATE.iterdir()) if path.is_file()]  # pip adds a folder
    try:
        for path in files:
            if (output / path.name).exists():
                told = f"{output / path.name} is there already; name another folder as --output"
                raise UsageError(told)
        output.mkdir(parents=True, exist_ok=True)
        for path in files:
            shutil.copyfile(path, output / path.name)
            stdout().print(str(output / path.name), highlight=False, soft_wrap=True)
    except OSError as error:
        told = f"{error.filename or output}: {error.strerror}; name another folder as --output"
        raise UsageError(told) from error


@app.command(
    hidden=True, context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def grade() -> None:
    """Refuse, whatever is to be graded and how."""
    from grader.kit.own.sandbox.outside.wall import NO_GRADE

    raise UsageError(NO_GRADE)


@app.command(hidden=True)
def check_cells() -> None:
    """Answer the check in a notebook: executed cells by standard input, a card as JSON."""
    from grader.self_check.answer import answered

    sys.stdout.buffer.write(answered(sys.stdin.buffer.read(), PIPED))


def main() -> None:
    """Run the command line and end with its exit status."""
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit status."""
    return exit_status_of(partial(app, arguments, prog_name="lab-kit"), "The kit itself failed.")
