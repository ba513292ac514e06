"""What `check --watch` shows, check after check."""

import signal
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape

from grader.cli.ending import Stopped
from grader.cli.paged import write_page
from grader.cli.shown import progress, stdout
from grader.grade import Options
from grader.platforms.gradescope import document
from grader.report import student
from grader.result import Result
from grader.self_check.checker import Checked
from grader.self_check.watch import watched


def watch_until_stopped(
    path: Path,
    options: Options,
    *,
    as_json: bool,
    quiet: bool,
    page: Path | None = None,
    opened: bool = False,
) -> Result:
    """Show what each check finds, until somebody presses Ctrl-C; returns what the last one found.

    Args:
        path: the submission.
        options: how it is checked.
        as_json: a document a line.
        quiet: a line for each check.
        page: is written anew at each check, if one is asked for.
        opened: whether it is opened at the first.

    Raises:
        Stopped: before there was a first one, or by another signal.
    """
    show = _line_of_json if as_json else _line if quiet else _page
    last: Checked | None = None
    try:
        with closing(watched(path, options, partial(progress, options.exam))) as found:
            while True:
                last, first = next(found), last is None
                show(last)
                if page is not None:
                    write_page(last.result, page, opened and first)
    except Stopped as stopped:
        if last is None or stopped.number != signal.SIGINT:
            raise
        return last.result


def _line_of_json(checked: Checked) -> None:
    """What `check --json` prints, in one line, and which questions of it were not asked again."""
    shown = {**document.document(checked.result), "kept": checked.kept}
    sys.stdout.buffer.write(msgspec.json.encode(shown) + b"\n")
    sys.stdout.buffer.flush()


def _line(checked: Checked) -> None:
    console = stdout()
    if checked.unread:
        _unread(checked, console)
    else:
        console.print(student.summary(checked.result), highlight=False)


def _page(checked: Checked) -> None:
    console = stdout()
    if checked.unread:
        _unread(checked, console)
    elif checked.as_before:
        words = f"nothing that is judged has changed. {student.summary(checked.result)}"
        console.print(f"\n[bold]Saved:[/] {words}", highlight=False)
    else:
        if checked.kept:
            asked = ", ".join(checked.again) or "nothing"
            console.print(f"\n[bold]Saved:[/] asked again: {asked}.", highlight=False)
        student.show(checked.result, console, checked.kept)
    name = escape(checked.result.submission)
    console.print(f"[dim]Waiting for {name} to be saved; Ctrl-C ends.[/]", highlight=False)


def _unread(checked: Checked, console: Console) -> None:
    console.print(f"[red]✗[/] {escape(checked.unread)}", highlight=False, soft_wrap=True)
