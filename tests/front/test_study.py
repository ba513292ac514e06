"""The study through the command: a table, a page of plots, and what it says of an exam's nets."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cli import run
from grader.exam import Exam
from grader.rubric import load_rubric
from grader.study import measure
from grader.study.variants import Variant, variants
from tests.browser import Browser, open_browser

Rows = dict[tuple[str, str, str], dict[str, str]]
FILES = ("study.html", "study.csv", "study.md")


def table(folder: Path) -> Rows:
    with (folder / "study.csv").open(encoding="utf-8", newline="") as file:
        return {(row["question"], row["series"], row["at"]): row for row in csv.DictReader(file)}


def some(of: list[Variant]) -> list[Variant]:
    """As few as a page can be made of."""
    lines = {"all layers", "conv1", "largest", "3 sigma", "last layer", "free scales", "floor"}
    places = {"2", "3", "5", "8", "32", "all"}
    return [
        each
        for each in of
        if (each.series in lines and each.at in places)
        or (each.question == "channels" and each.at in ("3", "4"))
    ]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "variants", lambda architecture: some(variants(architecture)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    assert run(["study", "--output", str(folder)]) == 0
    return folder


@pytest.mark.rest
@pytest.mark.usefixtures("few")
def test_it_goes_on_where_it_stopped_and_comes_out_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert run(["study", "--output", str(first), "--workers", "1"]) == 0
    assert "nets: " in capsys.readouterr().out
    second.mkdir()
    lines = (first / measure.KEPT).read_bytes().splitlines(keepends=True)
    (second / measure.KEPT).write_bytes(b"".join(lines[1:-2]) + lines[-2][:30])
    assert run(["study", "--output", str(second), "--suggest"]) == 0
    for name in FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes()
    left = (second / measure.KEPT).read_bytes().splitlines()
    assert len(left) == len(lines) + 1  # the line that was cut off stays, and counts for nothing
    suggested = capsys.readouterr().out
    rubric = tmp_path / "course.toml"
    rubric.write_text(suggested, encoding="utf-8")
    assert load_rubric(rubric).thresholds.accuracy_margin >= 0.5
    page = (first / "study.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!#)|url\((?!#)|<script|@import', page)
    identities = re.findall(r' id="([^"]+)"', page)
    assert len(set(identities)) == len(identities)


def test_an_output_that_is_a_file_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert run(["study", "--output", str(tmp_path / "taken")]) == 2
    assert "name another --output" in capsys.readouterr().err


@pytest.mark.rest
def test_it_agrees_with_what_is_known(whole: Path, exam: Exam) -> None:
    rows = table(whole)

    def lost(*key: str, end: str = "drop") -> float:
        return float(rows[key][end])

    for bits in "5678":
        assert lost("bits", "all layers", bits, end="at_least") < 1
    assert lost("bits", "all layers", "3", end="at_most") > 2
    assert float(rows["bits", "all layers", "2"]["accuracy"]) < 30
    for power in ("floor", "nearest"):
        assert lost("powers", power, "all", end="at_least") < 0.5
    assert lost("channels", "one scale a channel", "3") < lost(
        "channels", "one scale a tensor", "3"
    )
    assert lost("bias", "last layer", "32", end="at_least") < 0.5
    assert all(
        float(row["at_least"]) <= float(row["drop"]) <= float(row["at_most"])
        for row in rows.values()
    )
    assert len(rows) == len(variants(exam.nets["plain"].architecture))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.mark.rest
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_in_a_browser(whole: Path, browser: Browser, scheme: str, width: int) -> None:
    with browser.page(whole / "study.html", scheme, width) as page:
        assert page.errors == []
        assert page.requests == []
        assert page.overflow == 0
        assert page.ask("document.querySelectorAll('svg[role=img]').length") == 5
        assert page.ask("document.querySelector('svg').getBoundingClientRect().width") > 300
        assert page.contrast("p") > 7
        assert page.contrast("svg text") > 7
        page.press("Tab", "Tab", "Enter")
        assert page.ask("document.querySelector('details').open")
