"""Runs the study and writes what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.errors import UsageError
from grader.exam import open_exam
from grader.study import tables
from grader.study.measure import Row, measure
from grader.study.page import study_page
from grader.versions import NAME, grader_version

CONFIDENCE = 0.95


def study(
    name: str | None, folder: Path, workers: int, tell: Callable[[int, int], None]
) -> list[Row]:
    """Measure every net and write `study.csv`, `study.md` and `study.html`.

    Args:
        name: of the exam, or its folder; None: the default exam.
        folder: where it is written.
        workers: processes that measure.
        tell: told how many nets of how many are measured.

    Returns:
        The rows of the table.

    Raises:
        UsageError: the folder cannot be written to.
        ExamError: the exam cannot be opened.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows = measure(name, folder, CONFIDENCE, workers, tell)
        exam, grader = open_exam(name), grader_version()
        made_by = f"{NAME} {grader.version}, exam {exam.manifest.name}"
        head = f"{made_by}; {len(exam.images):,} images; intervals at {CONFIDENCE:.0%}, one-sided."
        written = {
            "study.csv": tables.as_csv(rows),
            "study.md": tables.as_markdown(rows, head),
            "study.html": study_page(exam, rows, CONFIDENCE, made_by),
        }
        for file, text in written.items():
            (folder / file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}; name another --output") from error
    return rows
