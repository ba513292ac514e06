"""`results.json` as Gradescope reads it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from grader.errors import UsageError
from grader.platforms.gradescope.overview import bounded, overview
from grader.report.file import replace
from grader.report.wording import lines
from grader.result import Entry, Result


def document(result: Result) -> dict[str, Any]:
    """The result in Gradescope's format."""
    return {
        "score": result.score,
        "execution_time": round(result.seconds, 2),
        "output": overview(result),
        "output_format": "html",
        "test_output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [_test(entry) for entry in result.entries],
        "leaderboard": _leaderboard(result),
        "extra_data": {
            "complete": result.complete,
            "exam": result.versions.exam.name,
            "graded": result.graded,
            "slice_digest": result.slice_digest,
            "write_up": result.write_up,
            "run": result.execution,
            "grader": result.versions.grader.version,
            "versions": msgspec.to_builtins(result.versions),
            "isolation": result.isolation,
            "official": result.official,
            "staff": result.staff,
            "unjudged": result.unjudged,
            "printed_aside": result.printed_aside,
        },
    }


def encoded(result: Result) -> bytes:
    """The result as the bytes of a file that people can read, too."""
    return msgspec.json.format(msgspec.json.encode(document(result)), indent=2) + b"\n"


def _test(entry: Entry) -> dict[str, Any]:
    diagnosis = entry.verdict.diagnosis
    return {
        "number": entry.question,
        "name": f"{entry.title}: {entry.sentence}",
        "score": entry.score,
        "max_score": 0.0 if entry.bonus else entry.max_score,  # a bonus is more than the total
        "status": "passed" if _has_all(entry) else "failed",
        "output": bounded("\n".join(lines(entry))),
        "visibility": entry.visibility,
        "extra_data": {
            "question": entry.question,
            "check": entry.check,
            "diagnosis": diagnosis.name if diagnosis else None,
            "status": entry.status,
            "override": None if entry.override is None else msgspec.to_builtins(entry.override),
        },
    }


def _has_all(entry: Entry) -> bool:
    if entry.override is not None:
        return entry.score >= entry.max_score
    return entry.status in ("passed", "by hand")


RANKED = {
    "score": ("Points", "desc"),
    "2.2": ("Accuracy lost in 2.2", "asc"),
    "4.4": ("Accuracy lost in 4.4", "asc"),
    "5.3": ("Accuracy lost in 5.3", "asc"),
    "accuracy": ("Accuracy with int8, %", "desc"),
    "powers_of_two": ("Accuracy with powers of two, %", "desc"),
    "weight_bytes": ("Bytes of weights", "asc"),
}
"""By the rubric's name, what a row is called, and whether the first is the least or the most."""


def _leaderboard(result: Result) -> list[dict[str, Any]]:
    """Rows as the rubric asks for them; what was not measured has none."""
    known: dict[str, float] = {"score": result.score}
    for entry in result.entries:
        known |= entry.verdict.published
    return [
        {"name": name, "value": round(known[ranked], 4), "order": order}
        for ranked, (name, order) in ((each, RANKED[each]) for each in result.leaderboard)
        if ranked in known
    ]


@contextmanager
def results_file(output: Path, submission: Path) -> Iterator[Callable[[Result], None]]:
    """Give a function that writes a result to `output`; after a fault no file remains.

    Raises:
        UsageError: the output is the submission, or cannot be a results file.
    """
    if output.resolve() == submission.resolve():
        raise UsageError(f"{output} is the submission itself; name another --output")
    remove(output)
    try:
        yield lambda result: write(result, output)
    except BaseException:
        remove(output)
        raise


def write(result: Result, path: Path) -> None:
    """Replace the file in one step, so that it is valid at every moment; only its owner reads it.

    Raises:
        UsageError, GraderError: as `replace` does.
    """
    replace(path, encoded(result))


def remove(path: Path) -> None:
    """See that no results file is there.

    Raises:
        UsageError: the path cannot be a results file.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another --output") from error
