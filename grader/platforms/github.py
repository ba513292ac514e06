"""What a step of a GitHub workflow runs: a summary, annotations, and a reporter's result.

A student can change a workflow in a repository of their own: there the result is unofficial.
"""

import base64
import os
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from grader.errors import UsageError
from grader.grade import Options
from grader.platforms.deadline import grade_in_time
from grader.platforms.files import publish
from grader.platforms.named import named_once
from grader.platforms.told import (
    as_markdown,
    bounded,
    first_few,
    first_within,
    has_all,
    most,
    rows,
    sentences,
)
from grader.report.student import all_passed
from grader.report.wording import lines
from grader.result import Entry, Result

UNOFFICIAL = "Unofficial: what counts is what the course grades."
TITLE = "Lab 1: Quantization"
ROOMS = (4_000, 1_000, 100)
"""Characters of one message, the first with which the reporter's result is short enough."""
LONGEST = 120_000
"""Bytes of that result in base64. The reporter gets it as one variable of its environment, and
Linux starts no program with one of 131,072."""
MOST_LINES = 50
"""Of a summary, beside its table: GitHub refuses one of more than 1 MiB."""


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
        publish(output, before[1] + b"result=" + encoded(result) + b"\n")

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
    """The result as the reporter of GitHub Classroom reads it: base64 of JSON."""
    each = (msgspec.json.encode(_document(result, room)) for room in ROOMS)
    return first_within(LONGEST, map(base64.b64encode, each))


def _document(result: Result, room: int) -> dict[str, Any]:
    """For the reporter, which adds the points up; of a longer message the middle is left out."""
    failed = "fail" if result.complete and not result.refused else "error"
    tests = [
        {
            "name": f"{row.question} {row.name}",
            "status": "pass" if row.passed else "fail",
            "score": row.points,
            "message": bounded("\n".join(row.lines), room),
        }
        for row in rows(result)
    ]
    status = "pass" if all_passed(result) else failed
    told: dict[str, Any] = {"version": 1, "status": status, "official": result.official}
    return {**told, "max_score": result.max_score, "tests": tests}


def markdown(result: Result) -> str:
    """The summary: what is said of the whole, and the points of each question."""
    table = ["| question | points |", "|---|--:|"]
    for number, group in groupby(result.entries, key=lambda entry: entry.question):
        entries = list(group)
        mark = "✅" if all(map(has_all, entries)) else "❌"
        total = f" of {sum(map(most, entries)):g}" if any(map(most, entries)) else ""
        points = f"{sum(entry.score for entry in entries):g}{total}"
        table.append(f"| {mark} {number} {entries[0].title} | {points} |")
    said = "\n\n".join(map(as_markdown, first_few(sentences(result), MOST_LINES)))
    return "\n".join([f"### {TITLE}", "", said, "", *table, ""])


def annotations(result: Result, submission: Path) -> Iterator[str]:
    """A workflow command for each check that fails, at the student's own lines."""
    if not result.official:
        yield _command("notice", {"title": TITLE}, UNOFFICIAL)
    if result.refused:
        yield _command("error", {"title": TITLE}, result.refused)
    workspace = Path(os.environ.get("GITHUB_WORKSPACE", ".")).resolve()
    names = named_once(submission.resolve(), workspace) if result.listings else {}
    for entry in result.entries:
        if entry.status == "failed" and entry.visibility == "visible":
            place, where = _place(entry, result, names)
            words = bounded("\n".join([*lines(entry), *where]), ROOMS[0])
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


def _command(name: str, properties: Mapping[str, str], words: str) -> str:
    """A workflow command; what would end a part of it is written as the runner reads it."""
    told = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    return f"::{name} {told}::{_escaped(words)}"


def _escaped(text: str, also: str = "") -> str:
    for sign in f"%\r\n{also}":  # % first
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
