"""`writeup --summary`: the page of a class's reports, its marks, and what a batch makes of them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from grader.cli import run
from tests.browser import Browser, Page, open_browser
from tests.made_reports import RIGHT, RUBRIC, made_reports
from tests.writeup import bad
from tests.writeup.made import FOLDER

HOSTILE = "</script><img src=x onerror=alert(1)>"
CARDS = "[...document.querySelectorAll('.card h3')].map((each) => each.textContent)"
CURRENT = "document.querySelector('.card[aria-current]').querySelector('h3').textContent"
QUESTION = "document.getElementById('question').textContent"
TOLD = "document.getElementById('told').textContent"
DRAWN = """
[...document.querySelectorAll('.card[aria-current] img')].every((each) =>
  each.complete && each.naturalWidth > 100)
"""


def summary(source: Path, page: Path, *arguments: object) -> Path:
    assert run(["writeup", str(source), "--summary", str(page), *map(str, arguments)]) == 0
    return page


def data(page: Path) -> Any:
    (found,) = re.findall(r'id="data">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    return json.loads(found)


def rows(page: Path) -> dict[str, Any]:
    return {row["name"] or row["student"]: row for row in data(page)["rows"]}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete report, one that lacks something, a scan, and one that is locked."""
    folder = tmp_path_factory.mktemp("few")
    source = folder / "class"
    source.mkdir()
    for name, report in (
        ("ada", "latex-complete"),
        ("bob", "chromium-without-2.2-accuracies"),
        ("cleo", "scan-complete"),
    ):
        shutil.copyfile(FOLDER / f"{report}.pdf", source / f"{name}.pdf")
    (source / "dan.pdf").write_bytes(bad.encrypted())
    return summary(source, folder / "page.html")


def pictures(page: Path, student: str, part: str) -> list[Path]:
    shown = rows(page)[student]["parts"][part].get("pictures", [])
    return [page.with_name("page-pictures") / each["file"] for each in shown]


def ink(path: Path) -> float:
    """The share of a picture that is no paper."""
    with Image.open(path) as image:
        grey = image.convert("L").histogram()
    return sum(grey[:128]) / sum(grey)


@pytest.mark.rest
def test_each_part_is_cut_out_where_it_stands(few: Path) -> None:
    for student in ("ada", "bob"):
        for part in data(few)["questions"]:
            found = pictures(few, student, part["part"])
            assert found, (student, part)
            assert all(0.001 < ink(path) < 0.6 for path in found), (student, part)
    whole = {path for part in ("4.1", "5.1") for path in pictures(few, "ada", part)}
    for path in whole:
        with Image.open(path) as image:
            assert image.height < 500  # an equation, and not its page


@pytest.mark.rest
def test_the_pictures_show_what_stands_there(few: Path) -> None:
    """The plots of 1.1 are large and have colours; the accuracy of 2.2 is a line."""
    (plots, line) = (pictures(few, "bob", part)[0] for part in ("1.1", "4.4"))
    with Image.open(plots) as large, Image.open(line) as small:
        assert large.height > 3 * small.height
        colours = large.convert("RGB").getcolors(1 << 16) or []
    assert any(max(rgb) - min(rgb) > 60 for count, rgb in colours if count > 500)


@pytest.mark.rest
def test_a_scan_is_shown_whole_and_a_locked_report_is_told(few: Path) -> None:
    cleo, dan = rows(few)["cleo"], rows(few)["dan"]
    first, other = (cleo["parts"][part]["pictures"] for part in ("1.1", "5.3"))
    assert first == other
    assert "These are all the pages without text" in cleo["parts"]["1.1"]["note"]
    assert {point["state"] for point in cleo["parts"]["1.1"]["points"]} == {"cannot tell"}
    assert dan["remarks"] == ["The PDF is locked by a password. Export it without one."]
    assert not any(part.get("pictures") for part in dan["parts"].values())


@pytest.mark.rest
def test_only_its_owner_can_look_at_it_and_it_holds_no_name_of_a_report(few: Path) -> None:
    folder = few.with_name("page-pictures")
    assert folder.stat().st_mode & 0o077 == 0
    for path in (few, *folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0
        assert b"3030000001" not in path.read_bytes()
        assert b"Ada Example" not in path.read_bytes()


@pytest.mark.rest
def test_written_again_the_pictures_of_before_are_gone(few: Path, tmp_path: Path) -> None:
    source = tmp_path / "class"
    source.mkdir()
    shutil.copyfile(FOLDER / "latex-complete.pdf", source / "zoe.pdf")
    page = tmp_path / "page.html"
    folder = tmp_path / "page-pictures"
    folder.mkdir()
    for name in ("00007-03.png", "mine.png"):
        (folder / name).write_bytes(b"")
    summary(source, page)
    names = {path.name for path in folder.iterdir()}
    assert "00007-03.png" not in names
    assert "mine.png" in names


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "--summary", "page.html"), "cannot be opened"),
        (("class", "--summary", "no/page.html"), "name another --summary"),
        (("class", "--summary", "class"), "is the class; name another --summary"),
        (("class", "--summary", "page.html", "--json"), "leave out --submission and --json"),
        (("class", "--summary", "page.html", "--batch", "class"), "no batch was graded into it"),
        (("class", "--summary", "page.html", "--layout", "canvas"), "does not look like"),
        (("class",), "name the PDF in it, or a class's --summary"),
        (("a.pdf", "--anonymous"), "go with --summary"),
    ],
)
def test_what_cannot_be_is_one_line(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("class").mkdir()
    shutil.copyfile(FOLDER / "latex-complete.pdf", "class/ada.pdf")
    assert run(["writeup", *arguments]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of three with reports, by a rubric that has points for 5.1; the class beside it."""
    folder = tmp_path_factory.mktemp("graded")
    source = made_reports(folder, 3, code=True)
    (folder / "course.toml").write_text(RUBRIC, encoding="utf-8")
    (source / "bob.py").write_text("Q5_1 = 'Out = 0'\n", encoding="utf-8")
    command = ["batch", str(source), "--output", str(folder / "out"), "--quiet"]
    assert run([*command, "--rubric", str(folder / "course.toml")]) == 0
    return folder


@pytest.fixture
def batch(graded: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    shutil.copytree(graded / "out", tmp_path / "out")
    return tmp_path / "out"


def totals(batch: Path) -> dict[str, str]:
    with (batch / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row["total"] for row in csv.DictReader(file)}


@pytest.mark.rest
def test_code_and_report_of_one_name_are_one_student_s(graded: Path) -> None:
    assert set(totals(graded / "out")) == {"ada", "bob", "cleo"}
    assert totals(graded / "out")["ada"] == "7"


@pytest.mark.rest
def test_beside_each_answer_stands_what_the_autograder_says(graded: Path, tmp_path: Path) -> None:
    page = summary(graded / "reports", tmp_path / "page.html", "--batch", graded / "out")
    found = rows(page)
    for name, status in (("ada", "passed"), ("bob", "failed")):
        (said,) = found[name]["parts"]["5.1"]["said"]
        assert said["status"] == status
        assert "scales the bias" in said["asks"]
    assert "Got: " in found["bob"]["parts"]["5.1"]["said"][0]["words"]
    most = {each["part"]: each["most"] for each in data(page)["questions"]}
    assert most["5.1"] == 3
    assert most["1.1"] is None


METADATA = """\
submission_9:
  :submitters:
  - :name: Ann
    :email: ann@example.edu
  :created_at: 2026-10-02 20:00:00 Z
  :history:
  - :id: 8
    :created_at: 2026-10-01 20:00:00 Z
"""
OTHER = """
total = 96
[checks."equations.bias"]
points = 0
"""
"""A rubric by which both of her uploads have as many points, so that the last would count."""


@pytest.mark.rest
def test_the_report_is_shown_that_came_with_the_upload_that_counts(tmp_path: Path) -> None:
    """Ann's first upload was right, with a whole report; her last is neither."""
    source, output = tmp_path / "class", tmp_path / "out"
    for number, code, report in (
        (8, RIGHT, "latex-complete"),
        (9, "Q5_1 = 'Out = 0'\n", "chromium-without-2.2-accuracies"),
    ):
        folder = source / f"submission_{number}"
        folder.mkdir(parents=True)
        (folder / "lab1.py").write_text(code, encoding="utf-8")
        shutil.copyfile(FOLDER / f"{report}.pdf", folder / "report.pdf")
    (source / "submission_metadata.yml").write_text(METADATA, encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(OTHER, encoding="utf-8")
    for which, more, missing in (
        ("best", (), False),
        ("best", ("--rubric", other), False),
        ("latest", (), True),
    ):
        command = ["batch", str(source), "--output", str(output), "--which", which, "--quiet"]
        assert run(command) == 0
        page = summary(source, tmp_path / f"{which}.html", "--batch", output, *more)
        (row,) = data(page)["rows"]
        states = {each["state"] for each in row["parts"]["2.2"]["points"]}
        assert ("missing" in states) == missing, (which, more)


@pytest.mark.rest
def test_marks_are_taken_up_as_decisions_all_of_them_or_none(
    batch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marks = tmp_path / "marks.csv"
    marks.write_text(
        'student,check,points,why\nada,report.5.1,1.5,"Half, ""of it"""\nbob,report.5.1,,\n'
        "cleo,report.5.1,0,\n",
        encoding="utf-8",
    )
    command = ["batch", "override", "--from", str(marks), "--output", str(batch), "--by", "ta"]
    before = totals(batch)
    assert run(command) == 0
    assert "2 decisions are kept" in capsys.readouterr().out
    assert totals(batch) == {**before, "ada": "5.5", "cleo": "4"}
    told = (batch / "results" / "ada.json").read_text("utf-8")
    assert 'Decided by the course\'s staff: 1.5 of 3 points: Half, \\"of it\\"' in told
    assert "Graded by hand." in (batch / "results" / "cleo.json").read_text("utf-8")
    marks.write_text(
        "student,check,points\nada,report.5.1,3\nnobody,report.5.1,1\n", encoding="utf-8"
    )
    assert run(command) == 2
    assert "marks.csv, line 3: 'nobody' is no student" in capsys.readouterr().err
    assert totals(batch)["ada"] == "5.5"


@pytest.mark.rest
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column student, check, points"),
        ("student;check;points\nada;report.5.1;1\n", "no column"),
        ("student,check,points\nada,report.5.1,1,5\nada,report.5.1,2\n", "again, as line 2"),
        ("student,check,points\nada,report.5.1,one\n", "'one' is no number of points"),
        ("student,check,points\nada,report.5.1,nan\n", "'nan' is no number of points"),
        ("student,check,points\nada,report.5.1,4\n", "line 2: report.5.1 is worth 3 points"),
        ("student,check,points\nada,report.1.1,1\n", "line 2: report.1.1 is worth no points"),
        ("student,check,points\nada,report.9,1\n", "line 2: there is no check 'report.9'"),
    ],
)
def test_marks_that_cannot_be_taken_up_are_one_line(
    text: str, words: str, batch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marks = tmp_path / "marks.csv"
    marks.write_text(text, encoding="utf-8")
    assert run(["batch", "override", "--from", str(marks), "--output", str(batch)]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.rest
def test_a_page_without_names_has_codes_that_marks_come_back_by(
    graded: Path, batch: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    summary(graded / "reports", page, "--batch", batch, "--anonymous")
    text = page.read_text("utf-8")
    for name in ("ada", "bob", "cleo"):
        assert not re.search(rf"\b{name}\b", text, re.I)
    codes = [row["student"] for row in data(page)["rows"]]
    assert codes == sorted(codes)
    assert [bool(row["parts"]["5.1"]["said"]) for row in data(page)["rows"]] == [True] * 3
    marks = tmp_path / "marks.csv"
    lines = [f"{code},report.5.1,1" for code in codes]
    marks.write_text("\n".join(["student,check,points", *lines]), encoding="utf-8")
    assert run(["batch", "override", "--from", str(marks), "--output", str(batch)]) == 0
    assert totals(batch) == {"ada": "5", "bob": "1", "cleo": "5"}


@pytest.mark.rest
def test_without_a_batch_the_codes_lie_beside_the_page(
    graded: Path, batch: Path, tmp_path: Path
) -> None:
    page = summary(graded / "reports", tmp_path / "page.html", "--anonymous")
    key = tmp_path / "page-key.csv"
    assert key.stat().st_mode & 0o077 == 0
    lines = key.read_text("utf-8").splitlines()
    code = next(line.partition(",")[0] for line in lines if ",ada," in line)
    assert code in {row["student"] for row in data(page)["rows"]}
    marks = tmp_path / "marks.csv"
    marks.write_text(f"student,check,points\n{code},report.5.1,2\n", encoding="utf-8")
    command = ["batch", "override", "--from", str(marks), "--output", str(batch)]
    assert run(command) == 2
    assert run([*command, "--key", str(key)]) == 0
    assert totals(batch)["ada"] == "6"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def page(graded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the batch, one of whose students is called like a piece of a page."""
    folder = tmp_path_factory.mktemp("page")
    source = Path(shutil.copytree(graded / "reports", folder / "reports"))
    shutil.copyfile(source / "cleo.pdf", source / f"{HOSTILE.replace('/', '∕')}.pdf")
    return summary(source, folder / "page.html", "--batch", graded / "out")


@pytest.mark.rest
@pytest.mark.parametrize(("scheme", "width"), [("light", 1300), ("light", 360), ("dark", 900)])
def test_the_page_in_a_browser(page: Path, browser: Browser, scheme: str, width: int) -> None:
    with browser.page(page, scheme, width) as shown:
        pictures = page.with_name("page-pictures").resolve().as_uri()
        assert shown.errors == []
        assert all(each.startswith(pictures) for each in shown.requests)
        assert shown.overflow == 0
        assert len(shown.ask(CARDS)) == 4
        assert any("<img src=x" in name for name in shown.ask(CARDS))
        assert shown.contrast("#asks") > 7
        assert shown.violations == ""
        shown.ask("document.querySelector('.card[aria-current] img').decode()")
        assert shown.ask(DRAWN)


def question(shown: Page, part: str) -> None:
    """Turn to a question by keys."""
    for _ in range(20):
        if shown.ask(QUESTION).startswith(f"{part} "):
            return
        shown.press("N")
    raise AssertionError(part)


@pytest.mark.rest
def test_a_question_is_graded_for_everybody_by_keys_alone(
    page: Path, browser: Browser, batch: Path, tmp_path: Path
) -> None:
    with browser.page(page, width=1300) as shown:
        question(shown, "5.1")
        first, second, third, fourth = shown.ask(CARDS)
        assert shown.ask(CURRENT) == first
        shown.press("n")
        assert shown.ask(CURRENT) == second
        shown.press("p", "a")  # all of the points, and on
        assert shown.ask(CURRENT) == second
        shown.press("m")
        shown.write("1.5")
        shown.press("Tab")
        shown.write('=half, "so far"')
        shown.press("Enter")
        assert shown.ask(CURRENT) == third
        shown.press("m")
        shown.write("7")  # more than there is
        assert shown.ask("document.querySelectorAll('[aria-invalid=true]').length") == 1
        assert "2 marked here" in shown.ask(TOLD)
        shown.press("Escape", "z")
        assert shown.ask(CURRENT) == fourth
        assert "3 marked here, 3 to save" in shown.ask(TOLD)
        shown.reload()
        question(shown, "5.1")
        assert "3 marked here, 3 to save" in shown.ask(TOLD)
        text = shown.saved("#save")
        assert shown.errors == []
    saved = list(csv.DictReader(io.StringIO(text)))
    names = [re.search(r"(ada|bob|cleo|img)", name)[0] for name in (first, second, third)]  # type: ignore[index] # each matches
    by_name = dict(zip(names, saved, strict=True))
    assert [row["points"] for row in saved] == ["3", "1.5", "0"]
    assert saved[1]["why"] == '’=half, "so far"'
    assert {row["check"] for row in saved} == {"report.5.1"}
    kept = [row for name, row in by_name.items() if name != "img"]
    marks = tmp_path / "marks.csv"
    with marks.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(saved[0]))
        writer.writeheader()
        writer.writerows(kept)
    assert run(["batch", "override", "--from", str(marks), "--output", str(batch)]) == 0


@pytest.mark.rest
def test_keys_can_be_turned_off_and_do_nothing_where_somebody_types(
    page: Path, browser: Browser
) -> None:
    with browser.page(page, width=1300) as shown:
        before = shown.ask(CURRENT)
        shown.press("c")
        shown.write("no n or p or a")
        assert shown.ask(CURRENT) == before
        assert shown.ask("document.activeElement.value") == "no n or p or a"
        invalid = "document.querySelectorAll('[aria-invalid=true]').length"
        assert shown.ask(invalid) == 1  # a comment without points is no mark
        shown.ask("document.getElementById('single').click()")
        shown.press("Escape", "n")
        assert shown.ask(CURRENT) == before


@pytest.mark.rest
def test_a_scan_is_shown_on_demand_where_there_are_no_names(
    browser: Browser, tmp_path: Path
) -> None:
    source = tmp_path / "class"
    source.mkdir()
    shutil.copyfile(FOLDER / "scan-complete.pdf", source / "ada.pdf")
    page = summary(source, tmp_path / "page.html", "--anonymous")
    with browser.page(page) as shown:
        assert shown.ask("document.querySelector('.cut').checkVisibility()") is False
        assert shown.requests == []
        shown.press("r")
        assert shown.ask("document.querySelector('.cut').checkVisibility()") is True
        assert shown.violations == ""


@pytest.mark.rest
def test_without_its_script_the_page_says_so(page: Path, browser: Browser) -> None:
    with browser.page(page, script=False) as shown:
        assert "This page needs its script" in shown.text("main")


def test_what_grades_code_alone_meets_in_a_report_s_name(tmp_path: Path) -> None:
    """Two PDFs of one name, or a PDF beside two files of code, stay what they are."""
    from grader.course.layouts import read_download

    source = tmp_path / "class"
    source.mkdir()
    for name in ("ada.py", "ada.ipynb", "ada.pdf", "bob.py", "bob.PDF", "zoe.pdf"):
        (source / name).write_text(RIGHT, encoding="utf-8")
    found = read_download(source, tmp_path / "into")
    together = {
        each.students[0].name: sorted(path.name for path in each.uploads[0].made_of)
        for each in found.deliveries
        if each.uploads[0].made_of
    }
    assert together == {"bob": ["bob.PDF", "bob.py"]}
    assert len(found.deliveries) == 5
