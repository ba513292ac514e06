"""The page of feedback that `grade` and `check` write where it is asked for."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.result import Result

NAME = "feedback.html"


def page_of(
    html: Path | None, opened: bool, submission: Path, output: Path | None = None
) -> Path | None:
    """Where the page goes; None where none is asked for. It is tried before anything is graded.

    Args:
        html: where it was asked for.
        opened: whether it is to be opened, and so written in any case.
        submission: must not be overwritten.
        output: the results file, which neither must be.

    Raises:
        UsageError: no page can be written there.
    """
    taken = {submission.resolve(): "the submission itself"}
    if output is not None:
        taken[output.resolve()] = "the results file"
    return writable(html, opened, NAME, taken)


def writable(
    html: Path | None,
    opened: bool,
    name: str,
    taken: Mapping[Path, str],
    option: str = "--html",
) -> Path | None:
    """Where a page goes; None where none is asked for.

    Args:
        html: where it was asked for.
        opened: whether it is to be opened, and so written in any case.
        name: of the page that is not named.
        taken: what must not be overwritten, and what that is.
        option: how its user names it.

    Raises:
        UsageError: no page can be written there.
    """
    if html is None and not opened:
        return None
    page = html or Path(name)
    if page.resolve() in taken:
        raise UsageError(f"{page} is {taken[page.resolve()]}; name another {option}")
    if page.is_dir():
        raise UsageError(f"{page} is a folder; name a file as {option}")
    try:
        tempfile.TemporaryFile(dir=page.parent).close()
    except OSError as error:
        told = f"{page}: {error.strerror}; name another {option} in a folder that can be written to"
        raise UsageError(told) from error
    return page


def write_page(result: Result, page: Path, opened: bool) -> None:
    """Write the page, and open it where that is asked for.

    Raises:
        UsageError, GraderError: it cannot be written.
    """
    from grader.report.html import feedback_page

    write(feedback_page(result), page, opened)


def write(text: str, page: Path, opened: bool) -> None:
    """Write a page, say where it is, and open it where that is asked for.

    Raises:
        UsageError, GraderError: it cannot be written.
    """
    import typer
    from rich.console import Console
    from rich.text import Text

    from grader.report.file import replace

    replace(page, text.encode(), "--html")
    address = page.resolve().as_uri()
    told = Text.assemble("The page: ", (str(page), f"link {address}"))
    Console(stderr=True, highlight=False, soft_wrap=True).print(told)
    if opened:
        typer.launch(address)
