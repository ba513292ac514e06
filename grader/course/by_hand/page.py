"""The page on which a person grades the reports of a class, one question for everybody.

The pictures lie in a folder beside the page, and a browser asks for each when it comes into view:
within the page, those of 60 students would be 30 MB that are all read before anything is seen.
Marks stay in the browser until they are saved as a file; no server is asked.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from grader.course.anonymous import Codes
from grader.course.by_hand.pictures import empty
from grader.course.by_hand.rows import Row, Rows
from grader.course.handed_in import Delivery, Student
from grader.course.journal import Journal
from grader.course.layouts import read_download
from grader.course.outcome import Outcome
from grader.course.state import people
from grader.course.told import outcomes
from grader.course.whole import KEY, Asked, asked_before
from grader.errors import UsageError
from grader.handed_in_report.regions import PARTS
from grader.report.file import replace as replace_file
from grader.report.html import in_script, pieces
from grader.rubric import Rubric, load_rubric
from grader.versions import NAME, grader_version
from grader.writeup import REPORT_CHECKS

FOLDER = Path(__file__).parent
PICTURES = "'self' file:"
"""Where a browser may get pictures from: beside the page, which on a disk is no `'self'`."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    source: Path
    """The class as it was downloaded, or a folder of PDFs."""
    page: Path
    batch: Path | None = None
    """The output of a batch, for what the autograder says."""
    rubric: Path | None = None
    """Says what each part is worth; None: the batch's own."""
    anonymous: bool = False
    layout: str | None = None
    workers: int = 1


@dataclass(frozen=True)
class Made:
    """What was made."""

    students: int
    without: int
    """Those of whom there is no PDF."""
    key: Path | None
    """Says whose code is whose."""
    left_out: tuple[str, ...]
    """What of the class is nobody's, and why."""


def write_page(wanted: Wanted, tell: Callable[[int, int], None]) -> Made:
    """Write the page, and the pictures beside it.

    Args:
        wanted: what is asked for.
        tell: is told how many of how many are done.

    Raises:
        UsageError: the class, the batch or the rubric cannot be read, or the page not be written.
        GraderError: the reader of PDFs does not work here.
    """
    folder = wanted.page.with_name(f"{wanted.page.stem}-pictures")
    asked = _asked(wanted)
    rubric = load_rubric(wanted.rubric or (None if asked is None else _rubric_of(asked)))
    key = _key_file(wanted)
    with ExitStack() as stack:
        unpacked = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        download = read_download(wanted.source, unpacked, layout=wanted.layout)
        try:
            empty(folder)
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror}; name another --summary") from error
        rows = stack.enter_context(closing(_rows(wanted, folder, key, stack)))
        counting = _counting(wanted, download.deliveries, rubric, asked)
        in_order = sorted(counting, key=lambda each: _first(each, rows))
        found = list(_each(rows, in_order, wanted.workers, tell))
    page = _page(found, rubric, wanted, folder.name)
    replace_file(wanted.page, "".join(page).encode(), "--summary")
    without = sum(not any(part.points for part in row.parts.values()) for row in found)
    left_out = tuple(f"{each.path}: {each.why}" for each in download.left_out)
    return Made(len(found), without, key, left_out)


def _asked(wanted: Wanted) -> Asked | None:
    """What the batch was asked for, if there is one."""
    if wanted.batch is None:
        return None
    with Journal(wanted.batch) as journal:
        return asked_before(journal)


def _rubric_of(asked: Asked) -> Path | None:
    return None if asked.setup.rubric is None else Path(asked.setup.rubric)


def _counting(
    wanted: Wanted, deliveries: Sequence[Delivery], rubric: Rubric, asked: Asked | None
) -> list[Outcome]:
    """Of each delivery the upload that counts: in the batch, or the last."""
    if wanted.batch is None or asked is None:
        return [Outcome(each, each.uploads[-1] if each.uploads else None) for each in deliveries]
    if asked.which == "best":  # by the batch's own points: what it says of that stands beside it
        rubric = load_rubric(_rubric_of(asked))
    with Journal(wanted.batch) as journal:
        told = outcomes(deliveries, journal, rubric, None, asked.which)
        return [replace(each, result=None) for each in told]


def _key_file(wanted: Wanted) -> Path | None:
    """Where the codes are: a batch's are the same in all that is made of it."""
    if not wanted.anonymous:
        return None
    if wanted.batch is not None:
        return wanted.batch / KEY
    return wanted.page.with_name(f"{wanted.page.stem}-{KEY}")


def _rows(wanted: Wanted, folder: Path, key: Path | None, stack: ExitStack) -> Rows:
    results = None if wanted.batch is None else wanted.batch / "results"
    called: Callable[[Student], str] | None = None
    if key is not None:
        called = stack.enter_context(closing(Codes(key))).of
    rows = Rows(folder, results, called)
    if wanted.batch is not None and (wanted.batch / KEY).exists():
        codes = stack.enter_context(closing(Codes(wanted.batch / KEY)))

        def file_of(student: Student) -> str:
            code = codes.known(student.key) or student.key
            named = (results or folder) / f"{student.key}.json"
            return student.key if named.exists() else code

        rows.file_of = file_of
    return rows


def _first(outcome: Outcome, rows: Rows) -> str:
    """What the rows are sorted by: where students have codes, nothing of their names shows."""
    return min(map(rows.key, people(outcome)))


def _each(
    rows: Rows, counting: Sequence[Outcome], workers: int, tell: Callable[[int, int], None]
) -> Iterator[Row]:
    with ThreadPoolExecutor(workers) as threads:
        try:
            made = threads.map(rows.row, counting, (f"{at:05}" for at in range(len(counting))))
            for done, row in enumerate(made, 1):
                tell(done, len(counting))
                yield row
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise


def _page(rows: Sequence[Row], rubric: Rubric, wanted: Wanted, folder: str) -> Iterator[str]:
    questions = [_question(part, rubric) for part in PARTS]
    told: dict[str, Any] = {"questions": questions, "folder": folder, "rows": rows}
    identity = msgspec.json.encode([[row.student for row in rows], questions])
    told["id"] = hashlib.sha256(identity).hexdigest()[:16]
    return pieces(
        "by_hand",
        FOLDER,
        (FOLDER / "by_hand.js").read_text(encoding="utf-8"),
        pictures=PICTURES,
        students=len(rows),
        assignment=wanted.source.stem,
        data=in_script(msgspec.json.encode(told).decode()),
        made_by=f"{NAME} {grader_version().version}",
    )


def _question(part: str, rubric: Rubric) -> dict[str, Any]:
    check = f"report.{part}"
    worth = rubric.checks[check]
    most = worth.points if worth.enabled else 0.0
    _, title, asks = REPORT_CHECKS[check]
    return {
        "part": part,
        "check": check,
        "title": title.partition(": ")[2],
        "asks": asks,
        "most": most or None,
    }
