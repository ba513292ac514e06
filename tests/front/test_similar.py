"""`similar` through the command: what it finds, what it does not, and what it says of both."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.similarity import LEVEL, independent
from grader.similarity.words import percent
from grader.validation.corpus import BASES, CORRECT, base, correct
from tests.browser import Browser, open_browser
from tests.course.made_class import made_class
from tests.similarity.planted import PLANTED, copy, original
from tests.tables import whole_ones

MOST_BYTES = 4_000_000
Similar = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class: all independent right solutions, what was copied, and the copies."""
    folder = tmp_path_factory.mktemp("class")
    for name in whole_ones():
        text = (CORRECT / "solutions" / f"{name}.py").read_text("utf-8")
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    for plant in PLANTED:
        (folder / f"{plant.name}.py").write_text(original(plant), encoding="utf-8")
        (folder / f"{plant.name}-copy.py").write_text(copy(plant), encoding="utf-8")
    return folder


@pytest.fixture
def similar(capsysbinary: pytest.CaptureFixture[bytes]) -> Similar:
    """What `similar --json` prints."""

    def ask(*arguments: object) -> dict[str, Any]:
        assert run(["similar", *map(str, arguments), "--json"]) == 0
        found: dict[str, Any] = json.loads(capsysbinary.readouterr().out)
        return found

    return ask


def pairs(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(pair["one"], pair["other"]) for pair in found["pairs"]}


def test_it_finds_every_copy_and_no_pair_of_independent_solutions(
    handed_in: Path, similar: Similar
) -> None:
    found = similar(handed_in)
    assert len(PLANTED) == 20
    assert pairs(found) == {(f"{each.name}-copy.py", f"{each.name}.py") for each in PLANTED}
    assert len(found["compared"]) == len(list(handed_in.iterdir()))
    assert found["not_compared"] == []


@pytest.mark.rest
def test_others_that_share_no_base_are_no_pair_either(tmp_path: Path, similar: Similar) -> None:
    """The level was not chosen by these: the bases, and the notebooks that are whole."""
    derived = {"challenges"}  # of `plain`, with Question C
    texts = {path.stem: base(path.stem) for path in BASES.glob("*.py") if path.stem not in derived}
    texts |= {
        one.path.stem: one.source
        for one in correct()
        if one.base is None and one.path.parent.name == "notebooks"
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8", newline="")
    found = similar(tmp_path)
    assert len(found["compared"]) == len(texts) >= 20
    assert found["pairs"] == []


def test_independent_solutions_by_themselves_are_no_pair(tmp_path: Path, similar: Similar) -> None:
    found = similar(*(CORRECT / "solutions" / f"{name}.py" for name in whole_ones()))
    assert len(found["compared"]) >= 20
    assert found["pairs"] == []


@pytest.mark.rest
def test_the_most_alike_come_first_and_as_many_as_are_asked_for(
    handed_in: Path, similar: Similar
) -> None:
    found = similar(handed_in, "--top", 3)
    alike = [pair["alike"] for pair in found["pairs"]]
    assert len(alike) == 3
    assert alike == sorted(alike, reverse=True)
    assert all(0 <= each <= 1 for each in alike)
    assert {(pair["one"], pair["other"]) for pair in found["pairs"]} <= pairs(similar(handed_in))


@pytest.mark.rest
def test_a_lower_level_lists_more_and_a_higher_one_less(handed_in: Path, similar: Similar) -> None:
    usual, lower, higher = (
        similar(handed_in, "--level", level)
        for level in (round(LEVEL * 100), round(LEVEL * 100) // 2, 100)
    )
    assert pairs(higher) < pairs(usual) < pairs(lower)
    assert all(pair["alike"] >= 0.3 for pair in lower["pairs"])


@pytest.mark.rest
def test_it_says_the_same_whoever_reads(
    handed_in: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    said = []
    for workers in ("1", "3"):
        assert run(["similar", str(handed_in), "--json", "--workers", workers]) == 0
        said.append(capsysbinary.readouterr().out)
    assert said[0] == said[1]


def test_the_table_names_the_pair_and_what_it_is_held_against(
    handed_in: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["similar", str(handed_in), "--top", "1"]) == 0
    said = " ".join(capsys.readouterr().out.split("\n"))
    assert "-copy.py" in said
    assert f"{percent(independent().most)} alike" in said
    assert "A pair is a reason to read both" in said
    assert "19 more pairs" in said


def test_a_class_without_such_a_pair_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in whole_ones()[:2]:
        (tmp_path / f"{name}.py").write_bytes((CORRECT / "solutions" / f"{name}.py").read_bytes())
    assert run(["similar", str(tmp_path)]) == 0
    assert "No two of 2 submissions" in capsys.readouterr().out


def test_what_cannot_be_read_is_listed(tmp_path: Path, similar: Similar) -> None:
    plant = PLANTED[0]
    (tmp_path / "ada.py").write_text(original(plant), encoding="utf-8")
    (tmp_path / "bob.py").write_text(copy(plant), encoding="utf-8")
    (tmp_path / "cy.ipynb").write_bytes(b"%PDF-1.7 not a notebook")
    (tmp_path / "dan").mkdir()
    (tmp_path / "eve.py").symlink_to(tmp_path / "ada.py")
    found = similar(tmp_path)
    assert found["compared"] == ["ada.py", "bob.py"]
    assert pairs(found) == {("ada.py", "bob.py")}
    why = {each["name"]: each["why"] for each in found["not_compared"]}
    assert why.keys() == {"cy.ipynb", "dan", "eve.py"}
    assert "PDF" in why["cy.ipynb"]
    assert "link" in why["eve.py"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere cannot be opened"),
        (["one.py"], "name a folder of submissions, or two files"),
        (["empty"], "fewer than two submissions"),
        (["one.py", "nowhere.py"], "nowhere.py cannot be opened"),
        (["full", "--html", "nowhere/page.html"], "name another --html"),
        (["full", "--html", "full/a.py"], "one of the submissions"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    for name in "ab":
        (tmp_path / "full" / f"{name}.py").write_text("x = 1\n", encoding="utf-8")
    assert run(["similar", *arguments]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert len(told.strip().splitlines()) == 1


HOSTILE = ("<script>alert(1)</script>", "</pre></style><img src=x onerror=alert(1)>", "\u202eevil")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_students_write_changes_its_own_place_alone(text: str, tmp_path: Path) -> None:
    folder, page = tmp_path / "class", tmp_path / "page.html"
    folder.mkdir()
    source = original(PLANTED[0]).replace("return", f"# {text}\n    return", 1)
    safe = re.sub("[/]", "-", text)
    for name in ("a", f"{safe}"):
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    (folder / f"{safe}.ipynb").write_text(f"%PDF {text}", encoding="utf-8")
    assert run(["similar", str(folder), "--html", str(page)]) == 0
    written = page.read_text(encoding="utf-8")
    assert percent(1) in written
    assert "<script" not in written
    assert "<img" not in written
    assert "\u202e" not in written


@pytest.fixture(scope="module")
def page(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "similar.html"
    assert run(["similar", str(handed_in), "--html", str(path)]) == 0
    return path


def test_the_page_holds_all_of_itself_and_shows_both_sides(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert not re.search(r'(?:src|href)="(?!#|data:)|url\((?!#)|<script|@import|javascript:', text)
    identities = re.findall(r' id="([^"]+)"', text)
    assert len(set(identities)) == len(identities)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(identities)
    assert text.count('class="pair"') == len(PLANTED)
    assert f"{percent(independent().most)} alike" in text
    first = text.partition('class="pair"')[2].partition('class="pair"')[0]
    assert len(re.findall('class="line rare"', first)) > 10
    assert "and no verdict" in text


def test_the_page_of_a_class_without_a_pair(tmp_path: Path) -> None:
    for name in whole_ones()[:2]:
        (tmp_path / f"{name}.py").write_bytes((CORRECT / "solutions" / f"{name}.py").read_bytes())
    (tmp_path / "report.py").write_bytes(b"%PDF-1.7")
    path = tmp_path.parent / f"{tmp_path.name}.html"
    assert run(["similar", str(tmp_path), "--html", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert "No two of them" in text
    assert "report.py" in text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


CUT = """
[...document.querySelectorAll("body *")].filter((each) =>
  each.closest("pre, .aloud, .wide") === null && getComputedStyle(each).display !== "inline"
  && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
).map((each) => each.outerHTML.slice(0, 120))
"""
"""Elements whose text does not fit, and does not scroll by itself."""
COLUMNS = "new Set([...document.querySelector('.sides').children].map((e) => e.offsetTop)).size"


@pytest.mark.rest
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
def test_the_page_in_a_browser(page: Path, browser: Browser, scheme: str, width: int) -> None:
    with browser.page(page, scheme, width) as shown:
        assert shown.errors == []
        assert shown.requests == []
        assert shown.overflow == 0
        assert shown.ask(CUT) == []
        assert shown.ask(COLUMNS) == (2 if width == 360 else 1)
        assert shown.contrast("p") > 7
        assert shown.violations == ""
        shown.press("Tab", "Tab", "Enter")
        assert shown.ask("location.hash") == "#pair1"


def test_of_a_class_as_it_was_downloaded_each_last_upload_is_compared(
    tmp_path: Path, similar: Similar
) -> None:
    made = made_class(tmp_path / "made", "gradescope", 6, 3, small=True)
    found = similar(made.path)
    names = {*found["compared"], *(each["name"] for each in found["not_compared"])}
    handed_in = [each for each in made.deliveries if each.uploads]
    assert 2 <= len(names) <= len(handed_in)
    assert not any(name.startswith("submission_") for name in names)
