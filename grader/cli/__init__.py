"""The front door: `python -m grader`, with a file of commands for each kind of user.

Only `__main__` enters. Each command imports what it needs when it is called: `--help` must not cost
a second.
"""

import os
import signal
import sys
import traceback
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from grader.cli import course, platform, regrade, student, ta
from grader.cli.shown import stdout
from grader.cli.stopped import Stopped, stop
from grader.errors import GraderError

app = typer.Typer(
    help=(
        "Grade EE 290-2, Lab 1: post-training int8 quantization of a LeNet.\n\n"
        "A student at work wants [bold]check[/]; Gradescope and a TA want [bold]grade[/]; a TA who"
        " changes anything wants [bold]validate[/] afterwards. What a submission is measured"
        " against is an [bold]exam[/]: the default exam if none is named, which is built at its"
        " first use."
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
for commands in (
    student.commands,
    ta.commands,
    course.commands,
    regrade.commands,
    platform.commands,
):
    app.add_typer(commands)


def _version(asked: bool) -> None:
    if asked:
        from grader.versions import NAME, grader_version

        grader = grader_version()
        stdout().print(f"{NAME} {grader.version} (sha256 {grader.sha256})", highlight=False)
        raise typer.Exit


@app.callback()
def _app(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_version, help="Print name and version, and end."
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line and end with its exit status."""
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    os.umask(os.umask(0o077) & 0o077)  # whatever it was: what is made here can be read here
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
