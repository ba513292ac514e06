"""What Codabench starts as a scoring program, and the bundle that makes a competition of it.

It reads `scores.json`, one flat object of numbers, and shows `detailed_results.html` while it
changes. The exam lies in the reference data, which participants do not see.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from grader.errors import UsageError
from grader.grade import Options, Terms, checks
from grader.platforms.deadline import grade_in_time
from grader.platforms.files import folder_of, left_by_no_fault, publish, require_upload
from grader.platforms.told import RANKED, ranked, rows
from grader.platforms.zips import exam_members, write_zip
from grader.report.html import feedback_page
from grader.result import Result
from grader.writeup import REPORT_CHECKS

TITLE = "Lab 1: Quantization"
OVERVIEW = """\
Hand in a zip of your `lab1.py` or `lab1.ipynb`. It is graded question by question. The detailed
results of a submission say what was expected, and what to mend first.
"""
COMMAND = "grader platform codabench --exam /app/input/ref/exam"
WITH_RUBRIC = " --rubric /app/input/ref/course.toml"


def score_submission(root: Path, options: Options, deadline: float) -> Result:
    """Grade what lies in `root/input/res` into `root/output`.

    Raises:
        UsageError: there is no such folder, or the exam or the rubric cannot be opened.
        GraderError: the grader itself could not work; no file is left.
    """
    submission = root / "input" / "res"
    numbers, page = (root / "output" / name for name in ("scores.json", "detailed_results.html"))
    require_upload(submission)
    folder_of(numbers, 0o755)

    def write(result: Result) -> None:
        publish(page, feedback_page(result).encode())
        publish(numbers, msgspec.json.encode(scores(result)))

    with left_by_no_fault(numbers, page):
        return grade_in_time(submission, replace(options, illustrated=True), deadline, write)


def scores(result: Result) -> dict[str, float]:
    """A number for each column; what was not measured has none."""
    found = {"score": result.score, "complete": float(result.complete)}
    found |= {_key(name): value for name, value in ranked(result).items()}
    for row in rows(result):
        found[_of_question(row.question)] = found.get(_of_question(row.question), 0.0) + row.points
    return found


def _key(name: str) -> str:
    """The column of what is ranked; what is named by a question is accuracy that is lost there."""
    return f"lost_{name.replace('.', '_')}" if name[0].isdigit() else name


def _of_question(number: str) -> str:
    return f"question_{number.replace('.', '_')}"


def bundle(output: Path, agreed: Terms, rubric: Path | None, image: str | None) -> int:
    """Write a competition's bundle; returns its size in bytes. It holds the exam.

    Raises:
        UsageError: no image is named, or the file cannot be written.
    """
    if not image:
        raise UsageError("Codabench pulls an image of the grader: name it as --image")
    try:
        write_zip(output, _members(agreed, rubric, image))
        output.chmod(0o600)
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}; name another --output") from error
    return output.stat().st_size


def _members(agreed: Terms, rubric: Path | None, image: str) -> Iterator[tuple[str, bytes]]:
    import yaml

    program = yaml.safe_dump({"command": COMMAND + (WITH_RUBRIC if rubric else "")})
    yield "scoring_program.zip", _zipped([("metadata.yaml", program.encode())])
    yield "reference_data.zip", _zipped(exam_members(agreed.exam.directory, rubric))
    yield "competition.yaml", yaml.safe_dump(_competition(agreed, image), sort_keys=False).encode()
    yield "overview.md", OVERVIEW.encode()
    yield "terms.md", b"What you hand in is your own work, by the rules of the course.\n"
    yield "logo.png", _logo()


def _competition(agreed: Terms, image: str) -> dict[str, Any]:
    first = {"index": 0, "name": TITLE}
    data = {"scoring_program": "scoring_program.zip", "reference_data": "reference_data.zip"}
    limits = {"execution_time_limit": 600, "max_submissions_per_day": 10}
    board = {"index": 0, "title": "Results", "key": "results", "columns": [*_columns(agreed)]}
    return {
        "version": 2,
        "title": TITLE,
        "description": f"{agreed.rubric.total:g} points",
        "image": "logo.png",
        "terms": "terms.md",
        "docker_image": image,
        "enable_detailed_results": True,
        "pages": [{"title": "Overview", "file": "overview.md"}],
        "tasks": [{**first, "description": "All questions", "is_public": False, **data}],
        "phases": [{**first, "tasks": [0], "start": "2020-01-01 00:00:00", **limits}],
        "leaderboards": [board],
    }


def _columns(agreed: Terms) -> Iterator[dict[str, Any]]:
    """Points and what the rubric ranks, for everybody; then each question, for organizers."""
    shown = [*dict.fromkeys(("score", *agreed.rubric.leaderboard))]
    for at, name in enumerate(shown):
        title, sorting = RANKED[name]
        yield {"index": at, "key": _key(name), "title": title, "sorting": sorting}
    rules = agreed.rubric.checks
    shown_checks = (
        about for name, about in checks().items() if name not in REPORT_CHECKS or rules[name].points
    )
    questions = dict.fromkeys(about[:2] for about in shown_checks)
    for at, (number, title) in enumerate(questions, len(shown)):
        column = {"index": at, "key": _of_question(number), "title": f"{number} {title}"}
        yield {**column, "sorting": "desc", "hidden": True}


def _zipped(members: Iterable[tuple[str, Path | bytes]]) -> bytes:
    data = io.BytesIO()
    write_zip(data, members)
    return data.getvalue()


def _logo() -> bytes:
    from matplotlib.image import imsave

    data, steps = io.BytesIO(), np.linspace(-1, 1, 128)
    imsave(data, np.outer(steps, steps).round(1), format="png", metadata={"Software": ""})
    return data.getvalue()
