"""A report beside the code: its check list on the page and in results, and points for it."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.handed_in_report import reading
from grader.handed_in_report.look import look_through
from grader.handed_in_report.points import with_report
from grader.platforms import deadline
from grader.platforms.deadline import OutOfTimeError
from grader.report.html import feedback_page
from grader.rubric import load_rubric
from grader.template import REFERENCE
from grader.writeup import REPORT_CHECKS, CheckList, Item
from tests.browser import Browser, open_browser
from tests.outcomes import passing
from tests.writeup import bad
from tests.writeup.made import FOLDER

COMPLETE = FOLDER / "chromium-complete.pdf"
LACKING = FOLDER / "chromium-without-2.2-accuracies.pdf"
SCAN = FOLDER / "scan-complete.pdf"
NAMES = ("Ada", "3030000001")
RUBRIC = """
total = 106
[checks."report.head"]
points = 1
[checks."report.2.2"]
points = 2
[checks."report.4.4"]
points = 3
"""
Graded = Callable[..., dict[str, Any]]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    path = tmp_path / "course.toml"
    path.write_text(RUBRIC, encoding="utf-8")
    return path


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A folder with code that takes no time to grade."""
    folder = tmp_path / "handed in"
    folder.mkdir()
    (folder / "lab1.py").write_text("Q5_1 = ''\n", encoding="utf-8")
    return folder


@pytest.fixture
def graded(tmp_path: Path, wall_stands: None, capsys: pytest.CaptureFixture[str]) -> Graded:
    """What `grade` writes."""

    def grade(path: Path, *arguments: object) -> dict[str, Any]:
        output = tmp_path / "results.json"
        command = ["grade", str(path), "--output", str(output), *map(str, arguments)]
        assert run(command) == 0, capsys.readouterr().err
        found: dict[str, Any] = json.loads(output.read_bytes())
        return found

    return grade


def points(found: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Score and most of each check of a report."""
    return {
        test["extra_data"]["check"]: (test["score"], test["max_score"])
        for test in found["tests"]
        if test["number"].startswith("R.")
    }


def test_by_default_a_report_is_told_to_staff_and_worth_nothing(
    code: Path, graded: Graded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without = graded(code)
    assert without["extra_data"]["report"] is None
    page = tmp_path / "page.html"
    found = graded(code, "--writeup", LACKING, "--html", page)
    terminal = capsys.readouterr().out
    assert points(found) == {}
    assert [found["score"], *(t["max_score"] for t in found["tests"][:-1])] == [
        without["score"],
        *(t["max_score"] for t in without["tests"]),
    ]
    items = found["extra_data"]["report"]["items"]
    assert [i["asks"] for i in items if i["state"] == "missing"] == [
        "accuracy of quantized weights"
    ]
    told = found["tests"][-1]
    assert (told["max_score"], told["status"]) == (0, "failed")
    assert told["visibility"] == "after_published"
    assert "✗ 2.2 accuracy of quantized weights: no accuracy under 2.2" in told["output"]
    assert "✓ student ID" in told["output"]
    assert "1 missing" in terminal
    shown = page.read_text("utf-8")
    assert "Your report" in shown
    assert "no accuracy under 2.2" in shown
    whole = json.dumps(found) + terminal + shown
    assert not [name for name in NAMES if name in whole]


@pytest.mark.rest
def test_the_page_of_a_check_has_it_too(code: Path, tmp_path: Path, wall_stands: None) -> None:
    shutil.copyfile(LACKING, code / "report.pdf")
    page = tmp_path / "page.html"
    assert run(["check", str(code), "--html", str(page), "--question", "5.1"]) == 1
    assert "no accuracy under 2.2" in page.read_text("utf-8")


@pytest.mark.rest
def test_a_course_may_show_the_check_list_to_students(
    code: Path, graded: Graded, course: Path
) -> None:
    course.write_text('check_list = "visible"\n', encoding="utf-8")
    told = graded(code, "--writeup", COMPLETE, "--rubric", course)["tests"][-1]
    assert (told["number"], told["visibility"], told["status"]) == ("R", "visible", "passed")


def test_a_rubric_gives_points_wherever_the_total_is(
    code: Path, graded: Graded, course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    found = graded(code, "--writeup", LACKING, "--rubric", course, "--html", page)
    given = {"report.head": (1, 1), "report.2.2": (0, 2), "report.4.4": (3, 3)}
    assert points(found) == given
    assert found["score"] == sum(test["score"] for test in found["tests"]) == 4
    assert "4 of 106 points" in capsys.readouterr().out
    text = page.read_text("utf-8")
    assert "R.2.2" in text
    assert "missing: accuracy of quantized weights (no accuracy under 2.2)" in text


def test_what_cannot_be_told_needs_a_person_and_is_not_missing(
    code: Path, graded: Graded, course: Path
) -> None:
    found = graded(code, "--writeup", SCAN, "--rubric", course)
    assert points(found)["report.4.4"] == (0, 3)
    assert set(found["extra_data"]["unjudged"]) == {"R.head", "R.2.2", "R.4.4"}
    (test,) = (t for t in found["tests"] if t["number"] == "R.4.4")
    assert test["extra_data"]["status"] == "not reached"
    assert "A person has to look at it." in test["output"]
    assert "missing" not in test["output"]


def test_without_a_pdf_its_points_are_not_reached(code: Path, graded: Graded, course: Path) -> None:
    found = graded(code, "--rubric", course)
    (test,) = (t for t in found["tests"] if t["number"] == "R.2.2")
    assert "There is no PDF in what was handed in." in test["output"]
    assert not any(name.startswith("R") for name in found["extra_data"]["unjudged"])


def zipped(code: Path, *pdfs: Path) -> Path:
    path = code.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in (code / "lab1.py", *pdfs):
            archive.write(each, f"mine/{each.name}")
    return path


def tarred(code: Path, *pdfs: Path) -> Path:
    path = code.with_suffix(".tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        for each in (code / "lab1.py", *pdfs):
            archive.add(each, each.name)
    return path


def nested(code: Path, *pdfs: Path) -> Path:
    inner = zipped(code, *pdfs)
    path = code / "outer.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.write(inner, "inner.zip")
    return path


def beside(code: Path, *pdfs: Path) -> Path:
    for each in pdfs:
        shutil.copyfile(each, code / each.name.upper())
    return code


@pytest.mark.rest
@pytest.mark.parametrize("packed", [zipped, tarred, nested, beside])
def test_a_pdf_is_found_in_what_was_handed_in(packed: Callable[..., Path], code: Path) -> None:
    found = look_through(packed(code, LACKING))
    assert found is not None
    assert [item.asks for item in found.missing] == ["accuracy of quantized weights"]
    assert look_through(packed(code)) is None or packed is beside


@pytest.mark.rest
def test_of_several_pdfs_the_one_that_is_the_report_is_taken(code: Path, tmp_path: Path) -> None:
    other = tmp_path / "aaa.pdf"
    other.write_bytes(bad.simple())
    found = look_through(zipped(code, other, LACKING))
    assert found is not None
    assert len(found.missing) == 1
    assert f"Of 2 PDFs the one with {found.pages} pages was looked through" in found.remarks[0]
    assert "lacking" not in found.remarks[0]


@pytest.mark.rest
def test_a_report_alone_is_looked_through_although_there_is_no_code(
    graded: Graded, course: Path
) -> None:
    found = graded(LACKING, "--rubric", course)
    assert points(found)["report.4.4"] == (3, 3)
    assert found["score"] == 4


@pytest.mark.rest
@pytest.mark.parametrize(
    ("data", "told"),
    [
        (bad.encrypted(), "The PDF is locked by a password."),
        (b"PK\3\4lab1", "The PDF is an archive or an Office document, not a PDF."),
        (bad.many_pages(2000), "The PDF has 2000 pages"),
    ],
    ids=["encrypted", "an archive", "2,000 pages"],
)
def test_a_pdf_that_cannot_be_read_costs_nothing_until_a_person_has_looked(
    data: bytes, told: str, code: Path, graded: Graded, course: Path
) -> None:
    (code / "ada example.pdf").write_bytes(data)
    found = graded(code, "--rubric", course)
    assert found["extra_data"]["report"]["problem"].startswith(told)
    assert set(found["extra_data"]["unjudged"]) >= {"R.head", "R.2.2", "R.4.4"}
    assert "ada example" not in json.dumps(found)


def test_a_report_alone_that_cannot_be_read_is_not_taken_for_missing(
    tmp_path: Path, graded: Graded, course: Path
) -> None:
    path, page = tmp_path / "ada example.pdf", tmp_path / "page.html"
    path.write_bytes(bad.encrypted())
    found = graded(path, "--rubric", course, "--html", page)
    assert found["extra_data"]["report"]["problem"].startswith("The PDF is locked by a password.")
    assert set(found["extra_data"]["unjudged"]) >= {"R.head", "R.2.2", "R.4.4"}
    assert "There is no PDF" not in json.dumps(found) + page.read_text("utf-8")


def test_no_pdf_ends_a_grade_whatever_it_does_to_its_reader(
    code: Path, graded: Graded, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(COMPLETE, code / "report.pdf")
    monkeypatch.setattr(reading, "_asked", lambda *_: (1, b"", "Traceback\nValueError: odd"))
    found = graded(code, "--rubric", course)
    told = found["extra_data"]["report"]["problem"]
    assert told == (
        "The PDF could not be read here: The reader of PDFs ended with 1: ValueError: odd"
    )
    assert points(found)["report.2.2"] == (0, 2)
    assert "R.2.2" in found["extra_data"]["unjudged"]


@pytest.mark.rest
def test_a_platform_tells_of_a_report_and_of_the_code_though_it_comes_too_late(
    code: Path, tmp_path: Path, course: Path, wall_stands: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(COMPLETE, code / "report.pdf")
    shutil.copytree(code, tmp_path / "root" / "submission")
    command = ["autograder", "--root", str(tmp_path / "root"), "--rubric", str(course)]
    output = tmp_path / "root" / "results" / "results.json"
    assert run(command) == 0
    found = json.loads(output.read_bytes())
    assert points(found)["report.4.4"] == (3, 3)
    assert found["tests"][-1]["number"] == "R"

    def late(_: Path) -> None:
        raise OutOfTimeError("its time was used up")

    def armed(ending: deadline._Ending) -> None:
        ending.why = "its time was used up"
        return

    monkeypatch.setattr(deadline, "look_through", late)
    monkeypatch.setattr(deadline._Ending, "require_time", armed)
    assert run(command) == 0
    found = json.loads(output.read_bytes())
    assert not found["extra_data"]["complete"]
    assert "The grade was ended" in found["output"]
    assert found["extra_data"]["report"]["problem"] == deadline.NOT_YET
    assert len(found["tests"]) > 40  # the code is judged
    assert "R.4.4" in found["extra_data"]["unjudged"]


def test_a_pdf_that_is_named_and_cannot_be_read_ends_in_one_line(
    code: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(bad.encrypted())
    output = tmp_path / "results.json"
    command = ["grade", str(code), "--output", str(output), "--writeup", str(report)]
    assert run(command) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "report.pdf is locked by a password" in err
    assert not output.exists()


def test_every_part_of_the_check_list_has_a_check_and_each_has_some_of_it() -> None:
    found = look_through(REFERENCE, COMPLETE)
    assert found is not None
    parts = {item.part for item in found.items} - {""}
    assert {f"report.{part}" for part in parts} == set(REPORT_CHECKS)
    compared = [item.asks for item in found.items if not item.part]
    assert all("notebook" in asks for asks in compared)


@pytest.mark.rest
def test_a_member_that_claims_to_be_small_is_bounded(code: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lab1.py", "Q5_1 = ''\n")
        with archive.open("report.pdf", "w") as member:
            member.write(b"%PDF-1.7")
            for _ in range(65):
                member.write(bytes(1 << 20))
    path = code / "all.zip"
    path.write_bytes(data.getvalue())
    found = look_through(path)
    assert found is not None
    assert found.problem == "What was handed in has a PDF that is too large to be read."


HOSTILE = "</li></ul><script>alert(1)</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.mark.rest
@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 360)])
def test_the_check_list_on_the_page_in_a_browser(
    tmp_path: Path, browser: Browser, scheme: str, width: int
) -> None:
    states = ("there", "missing", "cannot tell")
    items = tuple(Item("1.1", HOSTILE, state, HOSTILE) for state in states)
    report = CheckList(3, items, (HOSTILE,))
    result = with_report(replace(passing(), listings={}), report, load_rubric())
    path = tmp_path / "page.html"
    path.write_text(feedback_page(result), encoding="utf-8")
    with browser.page(path, scheme, width) as page:
        assert page.errors == []
        assert page.overflow == 0
        assert page.violations == ""
        text = page.text("section[aria-labelledby=report]")
        assert text.count(HOSTILE) == 7
        assert "missing:\n1.1" in text
        assert "cannot tell:\n1.1" in text
