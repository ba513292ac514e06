"""What PrairieLearn starts as an external grader: a question's files in, its `results.json` out.

It has no network and a time limit of the question's own. What cannot be read as code is no attempt.
"""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from grader.grade import Options
from grader.pictures import Picture
from grader.platforms.deadline import grade_in_time
from grader.platforms.files import folder_of, left_by_no_fault, publish, require_upload
from grader.platforms.told import Row, bounded, rows, sentences, share
from grader.report.html import drawn
from grader.result import Result

LONGEST = 1_000_000
"""Bytes of the whole file: the platform refuses a longer one."""
ROOMS = (60_000, 10_000, 2_000, 400)
"""Characters of one text, the first with which the file is short enough. With the last of them all
checks fit, whatever is written for one character."""


def grade_question(root: Path, options: Options, deadline: float) -> Result:
    """Grade what lies in `root/student` into `root/results/results.json`.

    Raises:
        UsageError: there is no such folder, or the exam or the rubric cannot be opened.
        GraderError: the grader itself could not work; no file is left.
    """
    submission, output = root / "student", root / "results" / "results.json"
    require_upload(submission)
    folder_of(output, 0o755)
    with left_by_no_fault(output):
        return grade_in_time(
            submission,
            replace(options, illustrated=True),
            deadline,
            lambda result: publish(output, encoded(result)),
        )


def encoded(result: Result) -> bytes:
    """The result as the bytes of a file that the platform takes.

    Where it would be too long, the last pictures are left out first, then the middle of texts.
    """
    told = [*rows(result)]
    images = [_images(row) for row in told]
    for room in ROOMS:
        data = msgspec.json.encode(_document(result, told, images, room))
        while len(data) > LONGEST and any(images):
            last = max(at for at, each in enumerate(images) if each)
            images[last] = []
            data = msgspec.json.encode(_document(result, told, images, room))
        if len(data) <= LONGEST:
            break
    return data


def _document(
    result: Result, told: list[Row], images: list[list[dict[str, str]]], room: int
) -> dict[str, Any]:
    if result.refused:
        return {"gradable": False, "format_errors": [bounded(result.refused, room)]}
    said = "\n".join([*sentences(result), *_graded(result)])
    return {
        "gradable": True,
        "score": share(result),
        "message": bounded(said, room),
        "output": bounded(result.printed, room),
        "tests": [_test(row, each, room) for row, each in zip(told, images, strict=True)],
    }


def _graded(result: Result) -> Iterator[str]:
    for name, place in result.graded.items():
        yield f"Graded: {name}: {place}"


def _test(row: Row, images: list[dict[str, str]], room: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": bounded(f"{row.question} {row.name}", room),
        "points": row.points,
        "max_points": row.most,
        "message": bounded("\n".join(row.lines), room),
    }
    return {**found, "images": images} if images else found


def _images(row: Row) -> list[dict[str, str]]:
    return [] if row.picture is None else [*_panels(row.picture, row.question)]


def _panels(shown: Picture, question: str) -> Iterator[dict[str, str]]:
    """Each panel as an address that holds it: an image of a page of its own, black on white."""
    figure = drawn(shown, f"p{question.replace('.', '-')}")
    marks = "; ".join(f"{layer} {word}" for _, word, layer in figure.strip)
    label = f"{figure.caption} ({marks})" if marks else figure.caption
    for panel in figure.panels:
        data = base64.b64encode(panel.encode()).decode("ascii")
        yield {"label": label, "url": f"data:image/svg+xml;base64,{data}"}
