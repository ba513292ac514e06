"""The front door: `python -m grader`, with a file of commands for each kind of user.

Only `__main__` enters. Each command imports what it needs when it is called: `--help` must not cost
a second.
"""

import os
import signal
import sys
from functools import partial

import typer

from grader.cli import course, platform, regrade, student, ta
from grader.cli.ending import exit_status_of, stop
from grader.cli.options import Version

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


@app.callback()
def _app(version: Version = False) -> None:
    pass


def main() -> None:
    """Run the command line and end with its exit status."""
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    os.umask(os.umask(0o077) & 0o077)  # whatever it was: what is made here can be read here
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; returns the exit status."""
    return exit_status_of(
        partial(app, arguments), "The grader itself failed; no score was written."
    )
