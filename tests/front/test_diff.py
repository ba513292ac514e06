"""`python -m grader diff`: whose points a new grade has changed, and why."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli import run
from grader.platforms.gradescope import document
from grader.result import Deduction, Entry, Override, Result
from grader.verdict import Diagnosis, Status, Verdict
from grader.versions import ExamVersion, GraderVersion, RubricVersion, Versions

VERSIONS = Versions(GraderVersion("1", "a"), ExamVersion("fall", "b"), RubricVersion("c"))
TRUNCATES = Diagnosis("truncates", "It truncates.", "Round.")
FLOORS = Diagnosis("floors", "It floors.", "Round.")


def entry(
    check: str, status: Status = "passed", points: float = 3, why: Diagnosis | None = None
) -> Entry:
    verdict = Verdict(status == "passed", "3", "4", "Round.", why)
    return Entry("2.1", check, "Weights", "It rounds.", points, "visible", False, status, verdict)


def result(*entries: Entry) -> Result:
    return Result(entries, VERSIONS, "lab1.py", slice_digest="d", official=True, complete=True)


RIGHT = result(entry("weights.rounding"), entry("weights.scale"))
WRONG = result(entry("weights.rounding", "failed", why=TRUNCATES), entry("weights.scale"))
CAUSES: dict[str, tuple[Result, Result]] = {
    "code": (RIGHT, replace(WRONG, slice_digest="other")),
    "exam": (RIGHT, replace(WRONG, versions=replace(VERSIONS, exam=ExamVersion("fall", "x")))),
    "grader": (
        RIGHT,
        replace(WRONG, versions=replace(VERSIONS, grader=GraderVersion("1", "x"))),
    ),
    "tolerances": (RIGHT, replace(WRONG, versions=replace(VERSIONS, rubric=RubricVersion("x")))),
    "points": (RIGHT, result(entry("weights.rounding", points=5), entry("weights.scale"))),
    "override": (
        WRONG,
        replace(
            WRONG,
            entries=(
                replace(WRONG.entries[0], override=Override(2, "=asked in person", "T. A.")),
                WRONG.entries[1],
            ),
        ),
    ),
    "late": (RIGHT, replace(RIGHT, deduction=Deduction(1, "1 day late"))),
    "unexplained": (WRONG, RIGHT),
}


def saved(folder: Path, **results: Result) -> Path:
    folder.mkdir(parents=True)
    for name, each in results.items():
        (folder / f"{name}.json").write_bytes(document.encoded(each))
    return folder


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_is_told(cause: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = CAUSES[cause]
    old, new = saved(tmp_path / "old", ada=before), saved(tmp_path / "new", ada=after)
    assert run(["diff", str(old), str(new), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (change,) = told["changes"]
    assert change["student"] == "ada"
    assert change["causes"] == [cause]
    assert told["causes"] == {cause: 1}
    points = change["after"] - change["before"]
    assert points == after.score - before.score != 0
    assert told["totals"] == {"ada": [before.score, after.score]}


def test_what_a_check_became_stands_beside_the_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = saved(tmp_path / "old", ada=RIGHT), saved(tmp_path / "new", ada=CAUSES["code"][1])
    assert run(["diff", str(old), str(new)]) == 0
    shown = capsys.readouterr().out
    assert "failed (truncates)" in shown
    assert "3 → 0" in shown
    assert "6 → 3" in shown
    assert "other code was handed in" in shown
    assert "1 student compared: 0 with more points, 1 with fewer" in shown


def test_several_causes_are_all_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    after = replace(CAUSES["exam"][1], slice_digest="other")
    old, new = saved(tmp_path / "old", ada=RIGHT), saved(tmp_path / "new", ada=after)
    assert run(["diff", str(old), str(new), "--json"]) == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change["causes"] == ["code", "exam"]


def test_the_same_points_for_another_reason_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = result(entry("weights.rounding", "failed", why=FLOORS), entry("weights.scale"))
    old, new = saved(tmp_path / "old", ada=WRONG), saved(tmp_path / "new", ada=other)
    assert run(["diff", str(old), str(new)]) == 0
    shown = capsys.readouterr().out
    assert "1 checks say something else for the same points" in shown
    assert "0 with more points, 0 with fewer, 1 with as many" in shown


def test_a_check_that_only_one_of_them_has_is_a_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = replace(result(entry("weights.rounding")), versions=CAUSES["tolerances"][1].versions)
    old, new = saved(tmp_path / "old", ada=RIGHT), saved(tmp_path / "new", ada=after)
    assert run(["diff", str(old), str(new), "--json"]) == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert (change["check"], change["before"], change["after"]) == ("weights.scale", 3, None)


def test_a_batch_s_output_is_compared_and_who_is_missing_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(tmp_path / "old" / "results", ada=RIGHT, bob=RIGHT)
    saved(tmp_path / "new" / "results", ada=RIGHT, cyd=WRONG)
    assert run(["diff", str(tmp_path / "old"), str(tmp_path / "new")]) == 0
    shown = capsys.readouterr().out
    assert "Only in the old results: bob" in shown
    assert "Only in the new results: cyd" in shown
    assert "1 student compared" in shown


def test_two_files_are_those_of_one_student(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = saved(tmp_path / "all", results=RIGHT, regraded=CAUSES["code"][1])
    assert run(["diff", str(folder / "results.json"), str(folder / "regraded.json")]) == 0
    shown = capsys.readouterr().out
    assert "regraded" in shown
    assert "Only in" not in shown


def test_the_table_holds_no_formula(tmp_path: Path) -> None:
    before, after = CAUSES["override"]
    old = saved(tmp_path / "old", **{"=cmd()": before})
    new = saved(tmp_path / "new", **{"=cmd()": after})
    output = tmp_path / "changes.csv"
    assert run(["diff", str(old), str(new), "--csv", str(output)]) == 0
    with output.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["student"] == "’=cmd()"
    assert row["details"] == "’=asked in person (T. A.)"
    assert (row["points before"], row["points after"]) == ("0", "2")
    assert row["causes"] == "override"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no results file"),
        (b"[1]", "no results file"),
        (b'{"score": "3", "tests": []}', "no results file"),
        (b'{"score": 3, "tests": []}', "extra_data"),
        (b"\xff\xfe", "no results file"),
        (b"[" * 100_000, "no results file"),
    ],
)
def test_what_is_no_results_file_is_one_clear_line(
    content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = saved(tmp_path / "old", ada=RIGHT) / "ada.json"
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    assert run(["diff", str(good), str(bad)]) == 2
    told = capsys.readouterr().err.strip()
    assert says in told
    assert "bad.json" in told
    assert len(told.splitlines()) == 1


def test_a_bad_file_among_others_is_listed_and_the_others_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = saved(tmp_path / "old", ada=RIGHT, bob=RIGHT)
    new = saved(tmp_path / "new", ada=CAUSES["code"][1], bob=RIGHT)
    (new / "bob.json").write_bytes(b"{")
    assert run(["diff", str(old), str(new)]) == 2
    shown = capsys.readouterr()
    assert "failed (truncates)" in shown.out
    (line,) = shown.err.strip().splitlines()
    assert line.startswith("Not compared: ")
    assert "bob.json" in line


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("none", "old", "there is no such file"),
        ("old/ada.json", "old", "name two of a kind"),
        ("old", "empty", "no *.json"),
    ],
)
def test_what_cannot_be_compared_is_one_clear_line(
    old: str, new: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(tmp_path / "old", ada=RIGHT)
    (tmp_path / "empty").mkdir()
    assert run(["diff", str(tmp_path / old), str(tmp_path / new)]) == 2
    told = capsys.readouterr().err.strip()
    assert says in told
    assert len(told.splitlines()) == 1
