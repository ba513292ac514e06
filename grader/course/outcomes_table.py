"""What became of every check of every student, a line each, for those who analyse further.

Always as CSV. As Parquet where it is asked for: a tenth of the size, with types, but pyarrow, which
writes it, is larger than all else here but torch, so it is an extra.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.course.kept import Kept
from grader.course.outcome import Outcome
from grader.course.state import people, told
from grader.errors import UsageError
from grader.report.cells import cell, clean, table
from grader.report.file import replacing

if TYPE_CHECKING:
    import pyarrow

CSV, PARQUET = "checks.csv", "checks.parquet"
AT_ONCE = 50_000
"""Lines of one part of a Parquet file: so many are in memory."""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One check of one student."""

    student: str
    delivery: str
    """The same for the members of a group, whose lines are alike."""
    question: str
    check: str
    status: str
    score: float
    max_score: float
    bonus: bool
    overridden: bool
    """Whether a person has decided the score."""
    diagnosis: str | None
    late_days: int | None
    slice_digest: str
    """The same for the same code, whatever wraps it."""
    seconds: float
    """What the grade of the whole submission took."""


COLUMNS = Line.__struct_fields__


def require_parquet() -> None:
    """See that Parquet can be written, before anything is graded.

    Raises:
        UsageError: it cannot.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError(
            "--parquet needs pyarrow, which is not installed; pip install '.[parquet]', or do"
            f" without: {CSV} says the same"
        )


class OutcomesTable:
    """Takes a class one delivery at a time, and then writes its lines."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows = Kept(folder, list[Line])

    def add(self, outcome: Outcome) -> None:
        """Enter a delivery; without a result it has no lines."""
        for student in people(outcome):
            if found := list(_lines(clean(student.key), outcome)):
                self._rows.add(student.key, found)

    def __iter__(self) -> Iterator[Line]:
        """Every line, in the order of the students' keys."""
        for rows in self._rows:
            yield from rows

    def write_csv(self) -> None:
        """Write `checks.csv`."""
        with table(self._folder / CSV) as lines:
            lines.writerow(list(COLUMNS))
            for line in self:
                lines.writerow([cell(value) for value in msgspec.structs.astuple(line)])

    def write_parquet(self) -> None:
        """Write `checks.parquet`.

        Raises:
            UsageError: pyarrow is missing.
        """
        require_parquet()
        import pyarrow.parquet

        schema, rows = _schema(), iter(self)
        with (
            replacing(self._folder / PARQUET) as file,
            pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer,
        ):
            while some := [msgspec.structs.astuple(row) for row in islice(rows, AT_ONCE)]:
                columns = map(list, zip(*some, strict=True))
                named = dict(zip(COLUMNS, columns, strict=True))
                writer.write_table(pyarrow.table(named, schema=schema))

    def close(self) -> None:
        """Let go of what waits."""
        self._rows.close()


def _lines(student: str, outcome: Outcome) -> Iterator[Line]:
    result = told(outcome)
    if result is None:
        return
    for entry in result.entries:
        why = entry.verdict.diagnosis
        yield Line(
            student,
            clean(outcome.delivery.key),
            entry.question,
            entry.check,
            entry.status,
            entry.score,
            entry.max_score,
            entry.bonus,
            entry.override is not None,
            why.name if why else None,
            outcome.late_days,
            result.slice_digest,
            round(result.seconds, 2),
        )


def _schema() -> pyarrow.Schema:
    import pyarrow

    types = {
        "score": pyarrow.float64(),
        "max_score": pyarrow.float64(),
        "bonus": pyarrow.bool_(),
        "overridden": pyarrow.bool_(),
        "late_days": pyarrow.int32(),
        "seconds": pyarrow.float64(),
    }
    return pyarrow.schema([(name, types.get(name, pyarrow.string())) for name in COLUMNS])
