"""`writeup` and `export` through the command: what they say of reports that were made by hand."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.handed_in_report import reading
from grader.handed_in_report.paper import LARGEST
from grader.handed_in_report.reading import read_report
from grader.template import CHECKOUT, REFERENCE
from tests.browser import CHROMIUM
from tests.fixed_slice import every, some
from tests.writeup import bad, table
from tests.writeup.made import EVERYTHING, FOLDER, MADE
from tests.writeup.made import LARGEST as LARGEST_MADE
from tests.writeup.notebooks import blank_notebook, solved_notebook

COMPLETE = FOLDER / "chromium-complete.pdf"
NAMES = ("Ada", "3030000001")
Listed = Callable[..., dict[str, Any]]


@pytest.fixture
def listed(capsysbinary: pytest.CaptureFixture[bytes]) -> Listed:
    """What `writeup --json` prints; the exit status agrees with it."""

    def ask(*arguments: object) -> dict[str, Any]:
        status = run(["writeup", *map(str, arguments), "--json"])
        found: dict[str, Any] = json.loads(capsysbinary.readouterr().out)
        assert status == (1 if found["missing"] else 0)
        return found

    return ask


def points(found: dict[str, Any], state: str) -> set[str]:
    """The points of a state, as `question asks`."""
    items = found["items"]
    return {f"{i['question']} {i['asks']}".strip() for i in items if i["state"] == state}


@pytest.mark.parametrize("name", some(every(5, MADE), MADE))
def test_every_made_report_is_judged_as_it_is_labelled(name: str, listed: Listed) -> None:
    made = MADE[name]
    found = listed(FOLDER / f"{name}.pdf")
    assert points(found, "missing") == set(made.missing)
    if EVERYTHING in made.untold:
        assert len(points(found, "cannot tell")) == len(found["items"])
    else:
        assert points(found, "cannot tell") == set(made.untold)


def test_there_are_reports_of_many_producers_and_each_is_small() -> None:
    files = list(FOLDER.iterdir())
    assert {file.stem for file in files} == set(MADE)
    assert len(files) >= 24
    assert max(file.stat().st_size for file in files) <= LARGEST_MADE


def test_the_table_of_them_is_as_they_are_labelled() -> None:
    assert table.PAGE.read_text("utf-8") == table.written(), "python -m tests.writeup.table"


def test_neither_name_nor_number_is_shown(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for options in ([], ["--json"]):
        assert run(["writeup", str(COMPLETE), *options]) == 0
        shown = "".join(stream.decode() for stream in capsysbinary.readouterr())
        assert "student ID" in shown
        assert not [name for name in NAMES if name in shown]


def test_the_terminal_says_which_points_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["writeup", str(FOLDER / "chromium-without-2.2-accuracies.pdf")]) == 1
    shown = capsys.readouterr().out
    (line,) = [line for line in shown.splitlines() if line.startswith("✗")]
    assert "2.2" in line
    assert "no accuracy under 2.2" in line
    assert "1 missing" in shown


def test_the_appendix_is_compared_with_the_notebook(tmp_path: Path, listed: Listed) -> None:
    found = listed(COMPLETE, "--submission", REFERENCE)
    assert {f"appendix: {name} as in the notebook" for name in ("forward", "quantized_bias")} <= (
        points(found, "there")
    )
    newer = tmp_path / "lab1.py"
    code = REFERENCE.read_text("utf-8")
    newer.write_text(code.replace("scale = 127 / weights", "scale = 127.5 / weights"), "utf-8")
    found = listed(COMPLETE, "--submission", newer)
    assert points(found, "cannot tell") == {"appendix: quantized_weights as in the notebook"}


@pytest.mark.rest
def test_numbers_differ_and_are_never_called_wrong(tmp_path: Path, listed: Listed) -> None:
    notebook = tmp_path / "lab1.ipynb"
    notebook.write_text(solved_notebook(), "utf-8")
    found = listed(COMPLETE, "--submission", notebook)
    (item,) = [each for each in found["items"] if each["asks"].startswith("accuracies as")]
    assert item["state"] == "cannot tell"
    assert item["note"].startswith("differs: ")
    assert "52.20 %" in item["note"]
    assert "ranges as the notebook saved them" in points(found, "there")
    text = notebook.read_text("utf-8").replace("range   0.5560", "range   0.5570")
    notebook.write_text(text, "utf-8")
    found = listed(COMPLETE, "--submission", notebook)
    (item,) = [each for each in found["items"] if each["asks"].startswith("ranges as")]
    assert item["state"] == "cannot tell"
    assert "0.5570 for fc1" in item["note"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(bad.encrypted(), "is locked by a password", id="encrypted"),
        pytest.param(bad.simple()[:200], "is damaged", id="cut off"),
        pytest.param(b"%PDF-1.7\n" + b"\xff\0junk" * 999, "is damaged", id="garbage"),
        pytest.param(bad.many_pages(2000), "has 2000 pages", id="2,000 pages"),
        pytest.param(b"PK\3\4lab1", "is an archive or an Office document", id="a ZIP"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"<!doctype html>", "is a web page, not a PDF", id="a web page"),
        pytest.param(bad.bomb(), "is damaged, or needs too much memory", id="1 GiB once unpacked"),
        pytest.param(
            bad.endless_forms(), "is damaged, or needs too much memory", id="endless forms"
        ),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    data: bytes, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(data)
    assert run(["writeup", str(report)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert f"report.pdf {told}" in captured.err


def test_a_report_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(bad.many_frames())
    monkeypatch.setattr(reading, "CPU_SECONDS", 1)
    assert run(["writeup", str(report)]) == 2
    assert "seconds to be read" in capsys.readouterr().err


def test_a_large_file_is_not_opened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.pdf"
    with report.open("wb") as file:
        file.write(b"%PDF-1.7")
        file.truncate(300 << 20)
    assert run(["writeup", str(report)]) == 2
    assert f"300 MB large, and {LARGEST >> 20} MB is the most" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(bad.long_page(), "Page 1 is 14.0 m long", id="14 metres"),
        pytest.param(bad.longer_units(), "Page 1 is 14.0 m long", id="14 metres in longer units"),
        pytest.param(bad.font_without_map(), "Page 1 has no text", id="a font without a map"),
        pytest.param(bad.with_programs(), "holds JavaScript, which was not run", id="JavaScript"),
        pytest.param(bad.with_programs(), "holds attached files", id="attachments"),
        pytest.param(bad.huge_picture(), "Page 1 has no text", id="a picture of 10^10 pixels"),
        pytest.param(
            *(bad.many_paths(), "Page 1 has no text"), id="400,000 paths", marks=pytest.mark.rest
        ),
    ],
)
def test_what_is_odd_is_remarked_and_the_rest_is_judged(
    data: bytes, told: str, tmp_path: Path, listed: Listed
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(data)
    found = listed(report)
    assert [remark for remark in found["remarks"] if told in remark]
    assert found["pages"] == 1


def test_text_that_nobody_can_read_is_never_missing(tmp_path: Path, listed: Listed) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(bad.font_without_map())
    assert not points(listed(report), "missing")


@pytest.mark.rest
def test_no_search_stumbles_over_long_lines(tmp_path: Path, listed: Listed) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(bad.long_lines())
    found = listed(report, "--submission", REFERENCE)
    assert "1.1 observations" in points(found, "missing") | points(found, "there")


def test_a_submission_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "lab1.ipynb"
    other.write_text("{}")
    assert run(["writeup", str(COMPLETE), "--submission", str(other)]) == 2
    assert "--submission" in capsys.readouterr().err


@pytest.fixture
def exported(tmp_path: Path) -> Callable[..., Path]:
    """A notebook's report, as `export` makes it."""
    if CHROMIUM is None:
        # A student's machine need not have one; where changes are tested it is required.
        missing = "there is no Chromium; `make browser` installs Debian's"
        pytest.fail(missing) if os.environ.get("BROWSER") == "required" else pytest.skip(missing)

    def make(text: str, *options: str) -> Path:
        notebook = tmp_path / "lab1.ipynb"
        notebook.write_text(text, "utf-8")
        assert run(["export", str(notebook), *options]) == 0
        return tmp_path / "lab1-report.pdf"

    return make


@pytest.mark.rest
def test_the_exported_reference_is_complete(
    exported: Callable[..., Path], tmp_path: Path, listed: Listed
) -> None:
    report = exported(solved_notebook(), "--name", "Ada Example", "--id", "3030000001")
    found = listed(report, "--submission", tmp_path / "lab1.ipynb")
    assert points(found, "there") == {
        f"{i['question']} {i['asks']}".strip() for i in found["items"]
    }
    assert "accuracies as the notebook saved them" in points(found, "there")


@pytest.mark.rest
def test_the_exported_template_lacks_what_students_write(
    exported: Callable[..., Path], listed: Listed
) -> None:
    report = exported(blank_notebook())
    found = listed(report)
    assert points(found, "there") == {"appendix with all code"}
    assert points(found, "cannot tell") == set()


def test_nothing_that_is_saved_in_a_notebook_runs(
    exported: Callable[..., Path], tmp_path: Path
) -> None:
    script = "<p id='a'>before</p><script>document.getElementById('a').textContent = 'ran'</script>"
    output = {"output_type": "display_data", "data": {"text/html": script}, "metadata": {}}
    told = json.loads(blank_notebook())
    next(cell for cell in told["cells"] if cell["cell_type"] == "code")["outputs"] = [output]
    lines = [
        line.text for page in read_report(exported(json.dumps(told))).pages for line in page.lines
    ]
    assert "before" in lines
    assert "ran" not in lines


@pytest.mark.rest
def test_without_a_browser_there_is_a_page_that_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    notebook = tmp_path / "lab1.ipynb"
    notebook.write_text(solved_notebook(), "utf-8")
    assert run(["export", str(notebook), "--name", "<b>Ada</b>"]) == 0
    page = (tmp_path / "lab1-report.html").read_text("utf-8")
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "default-src 'none'" in page
    told = capsys.readouterr().err
    assert "print it to PDF" in told
    assert "Its id is empty" in told


def test_what_is_no_notebook_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("", "{}", "[1]", "print(1)"):
        notebook = tmp_path / "lab1.ipynb"
        notebook.write_text(text)
        assert run(["export", str(notebook)]) == 2
        assert "lab1.ipynb is no notebook" in capsys.readouterr().err


def test_the_template_that_is_handed_out_is_what_is_exported_here() -> None:
    """The parts for Question C aside, which no report needs."""
    handed_out = (CHECKOUT / "student_template" / "lab1.ipynb").read_text("utf-8")
    assert json.loads(blank_notebook())["cells"][8] in json.loads(handed_out)["cells"]
