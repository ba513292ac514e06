"""What `writeup` shows: the check list of a report, in the terminal and as JSON."""

import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from grader.cli.shown import stdout
from grader.errors import UnreadableSubmissionError, UsageError
from grader.handed_in_report.check_list import check_list
from grader.handed_in_report.paper import Paper
from grader.handed_in_report.reading import read_report
from grader.report.check_list import show, summary
from grader.submission import Submission, load
from grader.writeup import CheckList


def check_report(path: Path, submission: Path | None, as_json: bool) -> bool:
    """Show what a report has; whether nothing is missing.

    Raises:
        UsageError: the report or the submission cannot be read.
        GraderError: the reader does not work here.
    """
    handed_in = None if submission is None else _loaded(submission)
    paper = read_report(path)
    found = check_list(paper, handed_in)
    if as_json:
        sys.stdout.buffer.write(_encoded(found, paper))
    else:
        _show(found, paper, stdout())
    return not found.missing


def export_report(notebook: Path, output: Path | None, name: str, student_id: str) -> None:
    """Make a report of a notebook, and say where it is.

    Raises:
        UsageError: the notebook cannot be read, or the report not be written.
        GraderError: the browser cannot print.
    """
    from grader.handed_in_report.export import export
    from grader.handed_in_report.page import Head

    made = export(notebook, output, Head(name, student_id))
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(Text(f"The report: {made.path}"))
    if not made.is_pdf:
        told = "There is no Chromium here: open that page in any browser, and print it to PDF."
        console.print(Text(told))
    for blank in made.blank:
        console.print(Text(f"Its {blank} is empty: name it with --{blank}."))
    told = f"Check it: python -m grader writeup REPORT.pdf --submission {notebook}"
    console.print(Text(told), style="dim")


def _loaded(path: Path) -> Submission:
    """The submission to compare with.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return load(path)
    except UnreadableSubmissionError as error:
        raise UsageError(f"--submission: {error}") from None


def _encoded(found: CheckList, paper: Paper) -> bytes:
    document = {
        "pages": found.pages,
        "missing": len(found.missing),
        "cannot_tell": len(found.untold),
        "items": found.items,
        "remarks": found.remarks,
        "not_shut_in_by": paper.open_layers,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _show(found: CheckList, paper: Paper, console: Console) -> None:
    show(found, console)
    if paper.open_layers:
        layers = ", ".join(layer.partition(":")[0] for layer in paper.open_layers)
        told = f"Your PDF's reader was not shut in by {layers} here: check PDFs of your own only."
        console.print(Text(told), highlight=False, style="dim")
    console.print(Text(summary(found), "bold"), highlight=False)
