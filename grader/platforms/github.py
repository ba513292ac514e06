"""What a step of a GitHub workflow runs: a summary, annotations, and a reporter's result.

A student can change a workflow in a repository of their own: there the result is unofficial.
"""

import base64
import os
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import msgspec

from grader.errors import UsageError
from grader.grade import Options
from grader.platforms.deadline import grade_in_time
from grader.platforms.files import publish
from grader.platforms.told import as_markdown, bounded, has_all, most, rows, sentences
from grader.report.student import all_passed
from grader.report.wording import lines
from grader.result import Entry, Result
from grader.submission.files import is_skipped, printable

UNOFFICIAL = "Unofficial: what counts is what the course grades."
TITLE = "Lab 1: Quantization"
LONGEST = 4_000
"""Characters of one message."""


def grade_in_workflow(submission: Path, options: Options, deadline: float) -> Result:
    """Grade a file or a checkout; returns what was written for the step, and printed.

    Raises:
        UsageError: this is no step of a workflow, or something cannot be opened.
        GraderError: the grader itself could not work; no result is handed on.
    """
    summary, output = _file("GITHUB_STEP_SUMMARY"), _file("GITHUB_OUTPUT")
    before = summary.read_bytes(), output.read_bytes()

    def write(result: Result) -> None:
        publish(summary, before[0] + markdown(result).encode())
        publish(output, before[1] + b"result=" + base64.b64encode(encoded(result)) + b"\n")

    try:
        result = grade_in_time(submission, options, deadline, write)
    except BaseException:
        publish(summary, before[0])
        publish(output, before[1])
        raise
    for line in annotations(result, submission):
        print(line)  # noqa: T201 - the runner reads them there
    return result


def _file(variable: str) -> Path:
    path = Path(os.environ.get(variable, ""))
    if not path.is_file():
        raise UsageError(f"{variable} names no file: run this in a step of a GitHub workflow")
    return path


def encoded(result: Result) -> bytes:
    """The result as the reporter of GitHub Classroom reads it: it adds the points up."""
    failed = "fail" if result.complete and not result.refused else "error"
    tests = [
        {
            "name": f"{row.question} {row.name}",
            "status": "pass" if row.passed else "fail",
            "score": row.points,
            "message": bounded("\n".join(row.lines), LONGEST),
        }
        for row in rows(result)
    ]
    status = "pass" if all_passed(result) else failed
    found = {"version": 1, "status": status, "max_score": result.max_score, "tests": tests}
    return msgspec.json.encode({**found, "official": result.official})


def markdown(result: Result) -> str:
    """The summary: what is said of the whole, and the points of each question."""
    table = ["| question | points |", "|---|--:|"]
    for number, group in groupby(result.entries, key=lambda entry: entry.question):
        entries = list(group)
        mark = "✅" if all(map(has_all, entries)) else "❌"
        total = f" of {sum(map(most, entries)):g}" if any(map(most, entries)) else ""
        points = f"{sum(entry.score for entry in entries):g}{total}"
        table.append(f"| {mark} {number} {entries[0].title} | {points} |")
    return "\n".join(
        [f"### {TITLE}", "", "\n\n".join(map(as_markdown, sentences(result))), "", *table, ""]
    )


def annotations(result: Result, submission: Path) -> Iterator[str]:
    """A workflow command for each check that fails, at the student's own lines."""
    if not result.official:
        yield _command("notice", {"title": TITLE}, UNOFFICIAL)
    if result.refused:
        yield _command("error", {"title": TITLE}, result.refused)
    names = _names(submission) if result.listings else {}
    for entry in result.entries:
        if entry.status == "failed" and entry.visibility == "visible":
            place, where = _place(entry, result, names)
            words = bounded("\n".join([*lines(entry), *where]), LONGEST)
            yield _command("error", {**place, "title": f"{entry.question} {entry.title}"}, words)


def _place(
    entry: Entry, result: Result, names: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The file and its line; of a notebook the file, and words for the cell."""
    for _, listing in result.listings.get(entry.question, ())[:1]:
        if listing.place in names:
            return {"file": names[listing.place], "line": str(listing.first)}, []
        notebooks = [path for name, path in names.items() if name.endswith(".ipynb")]
        place = {"file": notebooks[0]} if len(notebooks) == 1 else {}
        return place, [f"In {listing.place}, from line {listing.first}."]
    return {}, []


def _names(submission: Path) -> dict[str, str]:
    """The paths of files below the workspace, by those names that only one file has."""
    workspace = Path(os.environ.get("GITHUB_WORKSPACE", ".")).resolve()
    found: dict[str, list[str]] = {}
    for path in _files(submission.resolve()):
        found.setdefault(printable(path.name), []).append(os.path.relpath(path, workspace))
    return {name: paths[0] for name, paths in found.items() if len(paths) == 1}


def _files(submission: Path) -> Iterator[Path]:
    if submission.is_file():
        yield submission
    for folder, folders, names in os.walk(submission):
        folders[:] = [name for name in folders if not is_skipped(name)]
        yield from (Path(folder, name) for name in names)


def _command(name: str, properties: Mapping[str, str], words: str) -> str:
    """A workflow command; what would end a part of it is written as the runner reads it."""
    told = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    return f"::{name} {told}::{_escaped(words)}"


def _escaped(text: str, also: str = "") -> str:
    for sign in f"%\r\n{also}":  # % first
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
