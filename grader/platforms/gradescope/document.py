"""`results.json` as Gradescope reads it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from grader.errors import UsageError
from grader.platforms.files import left_by_no_fault
from grader.platforms.gradescope.overview import LONGEST, overview
from grader.platforms.told import RANKED, bounded, has_all, most, ranked
from grader.report import check_list
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
        "tests": [*map(_test, result.entries), *_check_list(result)],
        "leaderboard": _leaderboard(result),
        "extra_data": {
            "complete": result.complete,
            "exam": result.versions.exam.name,
            "graded": result.graded,
            "slice_digest": result.slice_digest,
            "write_up": result.write_up,
            "report": None if result.report is None else msgspec.to_builtins(result.report),
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
        "max_score": most(entry),
        "status": "passed" if has_all(entry) else "failed",
        "output": bounded("\n".join(lines(entry)), LONGEST),
        "visibility": entry.visibility,
        "extra_data": {
            "question": entry.question,
            "check": entry.check,
            "diagnosis": diagnosis.name if diagnosis else None,
            "status": entry.status,
            "override": None if entry.override is None else msgspec.to_builtins(entry.override),
        },
    }


def _check_list(result: Result) -> Iterator[dict[str, Any]]:
    """The report, point by point, as one test that is worth nothing."""
    found = result.report
    if found is None:
        return
    whole = not (found.missing or found.untold or found.problem)
    status = "passed" if whole else "failed" if found.missing else "not reached"
    yield {
        "number": "R",
        "name": "Report: what the lab asks for, point by point",
        "score": 0.0,
        "max_score": 0.0,
        "status": "passed" if whole else "failed",
        "output": bounded("\n".join(check_list.lines(found)), LONGEST),
        "visibility": result.check_list,
        "extra_data": {
            "question": "R",
            "check": "report",
            "diagnosis": None,
            "status": status,
            "override": None,
        },
    }


def _leaderboard(result: Result) -> list[dict[str, Any]]:
    """Rows as the rubric asks for them; what was not measured has none."""
    rows = ((*RANKED[name], value) for name, value in ranked(result).items())
    return [{"name": name, "value": value, "order": order} for name, order, value in rows]


@contextmanager
def results_file(output: Path, submission: Path) -> Iterator[Callable[[Result], None]]:
    """Give a function that writes a result to `output`; after a fault no file remains.

    Raises:
        UsageError: the output is the submission, or cannot be a results file.
    """
    if output.resolve() == submission.resolve():
        raise UsageError(f"{output} is the submission itself; name another --output")
    with left_by_no_fault(output):
        yield lambda result: write(result, output)


def write(result: Result, path: Path) -> None:
    """Replace the file in one step, so that it is valid at every moment; only its owner reads it.

    Raises:
        UsageError, GraderError: as `replace` does.
    """
    replace(path, encoded(result))
