"""Cells that no spreadsheet takes for a formula, whatever it drops and wherever it splits."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.cells import LONGEST, MARK, cell, clean, number, table

SIGNS = "=+-@＝＋－＠−"
DROPPED = " \t\r\n\"'`\u00a0\u200b\u200c\u200d\ufeff\u202e"
"""What one program or the other takes away before it looks."""
TEXT = st.text(st.one_of(st.sampled_from(SIGNS + DROPPED + ",;|a1"), st.characters()))


@given(TEXT)
def test_no_text_is_a_formula_wherever_it_is_split(text: str) -> None:
    shown = cell(text)
    for separator in (",", ";", "|", "\t", "\n", "\r"):
        for part in shown.split(separator):
            assert part.strip().lstrip(DROPPED)[:1] not in tuple(SIGNS)
    for part in shown.split():
        assert part.lstrip(DROPPED)[:1] not in tuple(SIGNS) or part in tuple(SIGNS)


@given(TEXT)
def test_nothing_changes_when_it_is_written_once_more(text: str) -> None:
    assert cell(cell(text)) == cell(text)
    cell(text).encode("utf-8")
    assert len(cell(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada Example", "Ada Example"),
        ("Zoë O'Neil-Ray", "Zoë O'Neil-Ray"),
        ("a = b", "a = b"),
        ("x\n=1+1", f"x {MARK}=1+1"),
        ('x "=1+1', f'x "{MARK}=1+1'),
        ("x@school.example", "x@school.example"),
        ("=1+1", f"{MARK}=1+1"),
        ("\t=1+1", f" {MARK}=1+1"),
        ('" @SUM(A1)', f'" {MARK}@SUM(A1)'),
        ("-5", f"{MARK}-5"),
        ("Doe;=1+1", f"Doe;{MARK}=1+1"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\ud800b", "a\ufffdb"),
        ("a\u202eb\x00", "ab "),
        ("", ""),
    ],
)
def test_what_a_text_becomes(text: str, shown: str) -> None:
    assert cell(text) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(5, "5"), (-5.0, "-5"), (100, "100"), (0.5, "0.5"), (1 / 3, "0.3333"), (-0.00001, "0"),
     (1e6, "1000000"), (None, "")],
)  # fmt: skip
def test_a_number_stays_one(value: float | None, shown: str) -> None:
    assert cell(value) == shown
    assert value is None or number(value) == shown


def test_a_text_is_never_longer_than_a_cell() -> None:
    assert len(clean("é" * 40_000)) == LONGEST + 2
    assert len(clean("\n" * 40_000)) == LONGEST + 2


def test_a_table_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with table(path) as lines:
        lines.writerow(["x", 'y"z', "1,2"])
    before = path.read_bytes()
    assert list(csv.reader(before.decode().splitlines())) == [["x", 'y"z', "1,2"]]
    with pytest.raises(ZeroDivisionError), table(path) as lines:
        lines.writerow([str(1 / 0)])
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]
    assert path.stat().st_mode & 0o777 == 0o600
