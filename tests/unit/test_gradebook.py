"""The gradebook: a line for each student, whatever became of what they handed in."""

import csv
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.gradebook import CANVAS, GRADES, Gradebook, lab_order
from grader.course.outcome import Outcome
from grader.errors import UsageError
from grader.result import Deduction, Override
from tests.outcomes import failing, made, outcome, passing, student

Rows = dict[str, dict[str, str]]


def written(folder: Path, outcomes: Iterable[Outcome], canvas: str = "", own: bool = False) -> Rows:
    """The lines of `grades.csv` by student."""
    with closing(Gradebook(folder)) as book:
        for each in outcomes:
            book.add(each)
        book.write_grades()
        if canvas:
            book.write_canvas(canvas, own)
    with (folder / GRADES).open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def canvas(folder: Path) -> list[list[str]]:
    with (folder / CANVAS).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_each_member_of_a_pair_has_the_points_by_question(tmp_path: Path) -> None:
    result = failing(passing(), "weights.rounding")
    pair = outcome(result, student("a", "Ada A"), student("b", "Ben B"))
    rows = written(tmp_path, [pair])
    assert list(rows) == ["a", "b"]
    for row in rows.values():
        assert row["question 2.1"] == "15"
        assert row["question 4.3"] == "18"
        assert row["total"] == row["earned"] == "97"
        assert row["out of"] == "100"
        assert row["state"] == "graded"
        assert row["handed in"] == "2026-10-01 12:00:00+00:00"
    assert [rows[key]["name"] for key in "ab"] == ["Ada A", "Ben B"]


def test_lateness_and_decisions_are_told_apart_from_what_was_earned(tmp_path: Path) -> None:
    result = failing(passing(), "weights.rounding")
    entries = tuple(
        replace(each, override=Override(2.0, "near", "TA")) if each.status == "failed" else each
        for each in result.entries
    )
    result = replace(result, entries=entries, deduction=Deduction(9.9, "1 day late"))
    row = written(tmp_path, [outcome(result, student("a"), late_days=1)])["a"]
    assert (row["earned"], row["deduction"], row["total"]) == ("99", "9.9", "89.1")
    assert (row["late days"], row["overridden"]) == ("1", "2")
    assert row["decisions"] == "weights.rounding: 2 in place of 0 (near, TA)"


def test_who_has_no_points_has_no_zero(tmp_path: Path) -> None:
    unjudged = replace(passing(), unjudged={"4.3": "KeyError"})
    rows = written(
        tmp_path,
        [
            outcome(None, student("nothing")),
            outcome(None, student("broken"), problem="the worker died"),
            outcome(passing(), student("both"), problem="set aside"),
            outcome(unjudged, student("unjudged")),
            outcome(replace(passing(), complete=False), student("cut")),
            outcome(passing(), student("late"), late_days=None),
        ],
    )
    assert [rows[key]["total"] for key in ("nothing", "broken", "both")] == ["", "", ""]
    assert rows["nothing"]["state"] == "nothing handed in"
    assert (rows["broken"]["state"], rows["broken"]["why"]) == ("not graded", "the worker died")
    assert (rows["unjudged"]["state"], rows["unjudged"]["why"]) == ("not judged", "4.3: KeyError")
    assert rows["cut"]["state"] == "cut off"
    assert rows["late"]["late days"] == ""
    assert rows["late"]["remarks"] == "how late it is is not known"


def test_a_decision_about_a_question_that_was_not_judged_makes_it_final(tmp_path: Path) -> None:
    result = replace(passing(), unjudged={"1.2": "KeyError"})
    first = replace(result.entries[0], override=Override(2.0, "seen"))
    decided = replace(result, entries=(first, *result.entries[1:]))
    assert written(tmp_path, [outcome(decided, student("a"))])["a"]["state"] == "graded"


def test_the_order_in_which_a_class_was_graded_does_not_show(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    outcomes = list(made(60))
    for folder, some in ((one, outcomes), (other, outcomes[::-1])):
        folder.mkdir()
        written(folder, some, "Lab 1")
    for name in (GRADES, CANVAS):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_canvas_is_told_final_points_alone(tmp_path: Path) -> None:
    unjudged = replace(passing(), unjudged={"4.3": "KeyError"})
    outcomes = [
        outcome(passing(), student("a", "Ada A", "12")),
        outcome(passing(), student("b", "Ben B")),
        outcome(passing(), student("c")),
        outcome(unjudged, student("d", "Dan D", "13")),
        outcome(None, student("e", "Eve E", "14")),
    ]
    written(tmp_path, outcomes, "Lab 1 (7)")
    assert canvas(tmp_path) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 1 (7)"],
        ["Points Possible", "", "", "", "", "100"],
        ["Ada A", "", "12", "", "", "100"],
        ["Ben B", "", "", "b@school.example", "", "100"],
    ]
    written(tmp_path, outcomes, "Lab 1 (7)", own=True)
    assert canvas(tmp_path)[2] == ["Ada A", "12", "", "", "", "100"]


def test_who_was_in_several_deliveries_is_said_to(tmp_path: Path) -> None:
    pair = outcome(passing(), student("a"), student("b"))
    rows = written(tmp_path, [replace(pair, chosen=frozenset({"a"}))])
    assert "of several deliveries that name this student" in rows["a"]["remarks"]
    assert rows["b"]["remarks"] == ""


def test_questions_stand_as_the_lab_has_them() -> None:
    right = ["1.2", "2.1", "2.2", "4.1a", "4.1b", "4.2a", "4.10", "5.3", "C.1", "C.2", "Run"]
    backwards = list(reversed(right))
    assert sorted(backwards, key=lab_order) == right


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        Gradebook(tmp_path / "nowhere")
