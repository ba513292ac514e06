"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.shown import stdout


def _version(asked: bool) -> None:
    if asked:
        from grader.versions import NAME, grader_version

        found = grader_version()
        stdout().print(f"{NAME} {found.version} (sha256 {found.sha256})", highlight=False)
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", is_eager=True, callback=_version, help="Print name and version, and end."
    ),
]
SubmissionPath = Annotated[Path, typer.Argument(help="A .py, an .ipynb, a folder or an archive.")]
ExamName = Annotated[
    str | None, typer.Option("--exam", help="Name or folder of an exam; the default exam if none.")
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
CallSeconds = Annotated[float, typer.Option(help="Deadline of one call.", min=0.1)]
SubmissionSeconds = Annotated[float, typer.Option(help="Deadline of all calls together.", min=0.1)]
Page = Annotated[
    Path | None, typer.Option("--html", help="Also write a page to read, with pictures.")
]
OpenPage = Annotated[
    bool, typer.Option("--open", help="Open that page in the browser; feedback.html if not named.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the points only.")]
QuietCheck = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print only how many checks are not passed.")
]
