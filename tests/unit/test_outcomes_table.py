"""Every check of every student as lines: as CSV, and the same as Parquet."""

import csv
import importlib.util
from contextlib import closing
from pathlib import Path

import pytest

from grader.course.outcomes_table import COLUMNS, CSV, PARQUET, OutcomesTable
from grader.errors import UsageError
from grader.misconceptions import REGISTRY
from tests.outcomes import entries, failing, made, outcome, passing, student

WHY = next(known.diagnosis for known in REGISTRY if known.question == "2.1")


def lines(folder: Path) -> list[dict[str, str]]:
    with (folder / CSV).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_line_for_each_check_of_each_student(tmp_path: Path) -> None:
    result = failing(passing(), "weights.rounding", WHY)
    with closing(OutcomesTable(tmp_path)) as table:
        table.add(outcome(result, student("b"), student("a"), late_days=1))
        table.add(outcome(None, student("c")))
        table.write_csv()
    found = lines(tmp_path)
    assert [line["student"] for line in found] == ["a"] * len(entries()) + ["b"] * len(entries())
    failed = [line for line in found if line["status"] == "failed"]
    assert failed[0] == {
        "student": "a",
        "delivery": "b",
        "question": "2.1",
        "check": "weights.rounding",
        "status": "failed",
        "score": "0",
        "max_score": "3",
        "bonus": "0",
        "overridden": "0",
        "diagnosis": WHY.name,
        "late_days": "1",
        "slice_digest": "d" * 64,
        "seconds": "1",
    }
    assert len(failed) == 2


@pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="pyarrow is an extra: `parquet`"
)
def test_parquet_says_the_same_with_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet

    monkeypatch.setattr("grader.course.outcomes_table.AT_ONCE", 500)
    with closing(OutcomesTable(tmp_path)) as table:
        for each in made(40):
            table.add(each)
        table.write_csv()
        table.write_parquet()
    read = pyarrow.parquet.read_table(tmp_path / PARQUET)
    assert read.column_names == list(COLUMNS)
    rows, plain = read.to_pylist(), lines(tmp_path)
    assert len(rows) == len(plain) > 1500
    for typed, text in zip(rows, plain, strict=True):
        assert isinstance(typed["score"], float)
        assert {name: typed[name] or "" for name in ("student", "check", "diagnosis")} == {
            name: text[name] for name in ("student", "check", "diagnosis")
        }
        assert typed["late_days"] == (int(text["late_days"]) if text["late_days"] else None)
    assert {typed["diagnosis"] for typed in rows} > {None}


def test_without_pyarrow_there_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with closing(OutcomesTable(tmp_path)) as table, pytest.raises(UsageError) as raised:
        table.write_parquet()
    assert "pip install '.[parquet]'" in str(raised.value)
    assert list(tmp_path.iterdir()) == []
