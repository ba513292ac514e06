"""What is written of a class, and what a real browser makes of its page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.course.gradebook import CANVAS, GRADES
from grader.course.outcome import Outcome
from grader.course.outcomes_table import CSV
from grader.course.summary import SUMMARY
from grader.course.written import Wanted, write_class
from tests.browser import Browser, Page, open_browser
from tests.outcomes import HOSTILE, failing, made, outcome, passing, student

WINDOW = 50
LARGE_TOO = pytest.param("large", 3, marks=pytest.mark.rest)
"""In a small class too few pass or fail any check to plot what splits it."""
ROWS = """[...document.querySelectorAll("#body tr")].map((row) => row.cells[0].textContent)"""
ADDRESSES = """
[...document.querySelectorAll("#body a")].map((link) => link.getAttribute("href"))
"""
TOLD = "document.getElementById('told').textContent"
POINTS = """
[...document.querySelectorAll("#body tr")].map((row) => parseFloat(row.cells[2].textContent))
"""


def page_of(folder: Path, outcomes: list[Outcome], wanted: Wanted | None = None) -> Path:
    write_class(outcomes, folder, wanted)
    return folder / SUMMARY


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 students, some with names that no page must take for more."""
    folder = tmp_path_factory.mktemp("small")
    return page_of(folder, list(made(30, 4)), Wanted(pages=True, canvas="Lab 1"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_of(tmp_path_factory.mktemp("large"), list(made(10_000)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


def data(page: Path) -> Any:
    (found,) = re.findall(r'id="data">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    return json.loads(found)


def type_in(page: Page, text: str) -> None:
    """Search for a text, as somebody types it."""
    page.ask("document.getElementById('search').select()")
    page.write(text)


def test_all_files_are_written_whole_and_no_others(small: Path) -> None:
    found = {path.name for path in small.parent.iterdir()}
    assert found == {GRADES, CANVAS, CSV, SUMMARY}
    assert all(path.stat().st_mode & 0o077 == 0 for path in small.parent.iterdir())


def test_a_page_holds_all_of_itself_and_runs_its_own_script_alone(small: Path) -> None:
    page = small.read_text("utf-8")
    assert not re.search(r'(?:src|href)="(?!#)|url\((?!#)|@import|javascript:', page)
    scripts = re.findall("<script[^>]*>", page)
    assert scripts == ['<script type="application/json" id="data">', "<script>"]
    assert re.search(r"default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src", page)
    identities = re.findall(r' id="([^"]+)"', page)
    assert len(set(identities)) == len(identities)


def test_everybody_is_in_it_once_whatever_they_are_called(small: Path) -> None:
    rows = data(small)["rows"]
    assert [row[1] for row in rows] == [f"s{at:05}" for at in range(30)]
    assert rows[0][0] == HOSTILE[0]
    assert HOSTILE[0] not in small.read_text("utf-8")


def test_the_order_in_which_it_was_graded_does_not_show(tmp_path: Path, small: Path) -> None:
    again = page_of(tmp_path, list(made(30, 4))[::-1], Wanted(pages=True, canvas="Lab 1"))
    assert again.read_bytes() == small.read_bytes()


def test_it_says_what_to_reteach_and_why(tmp_path: Path) -> None:
    wrong = failing(passing(), "quantized.accuracy")
    cheap = failing(passing(), "ranges.value")
    some = [wrong, wrong, cheap, passing()]
    page = page_of(tmp_path, [outcome(each, student(f"s{at}")) for at, each in enumerate(some)])
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page.read_text("utf-8")))
    assert "What to reteach first: 4.4" in text
    assert "2 of 4 submissions lost points here; 50 % of its points were earned" in text
    assert text.index("4.4") < text.index("Then, by the points that they cost the class")


@pytest.mark.parametrize(
    ("outcomes", "says"),
    [
        ([], "not known yet"),
        pytest.param([outcome(None, student("a"))], "not known yet", marks=pytest.mark.rest),
        pytest.param(
            *([outcome(passing(), student("a"))], "Every submission earned every point."),
            marks=pytest.mark.rest,
        ),
        ([outcome(replace(passing(), unjudged={"4.3": "why"}), student("a"))], "4.3: why"),
        ([outcome(None, student("a"), problem="It <died>.")], "It &lt;died&gt;."),
    ],
    ids=["nobody", "nothing handed in", "all right", "not judged", "not graded"],
)
def test_a_class_of_which_little_is_known(
    tmp_path: Path, browser: Browser, outcomes: list[Outcome], says: str
) -> None:
    path = page_of(tmp_path, outcomes)
    assert says in path.read_text("utf-8")
    with browser.page(path) as page:
        assert page.errors == []
        assert page.violations == ""


@pytest.mark.rest
@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("light", 360), ("dark", 360)])
@pytest.mark.parametrize(("which", "plots"), [("small", 2), LARGE_TOO])
def test_the_page_in_a_browser(
    which: str,
    plots: int,
    browser: Browser,
    request: pytest.FixtureRequest,
    scheme: str,
    width: int,
) -> None:
    with browser.page(request.getfixturevalue(which), scheme, width) as page:
        page.ask("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert page.errors == []
        assert page.requests == []
        assert page.overflow == 0
        assert page.ask("document.querySelectorAll('svg[role=img]').length") == plots
        assert page.ask("document.images.length") == 0
        assert page.contrast(".first p") > 7
        assert page.contrast("svg text") > 7
        assert page.violations == ""


def test_names_are_shown_as_they_are_and_links_lead_to_files(small: Path, browser: Browser) -> None:
    with browser.page(small) as page:
        names = page.ask(ROWS)
        assert any(name.startswith(HOSTILE[0]) for name in names)
        assert page.ask("document.querySelectorAll('#body img, #body script').length") == 0
        addresses = page.ask(ADDRESSES)
        pages = {f"feedback/s{at:05}.html" for at in range(30)}
        assert set(addresses) <= pages | {f"results/s{at:05}.json" for at in range(30)}
        assert len(addresses) > 40


@pytest.mark.parametrize("which", ["small", pytest.param("large", marks=pytest.mark.rest)])
def test_it_sorts_and_searches(
    which: str, browser: Browser, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(which)
    rows = data(path)["rows"]
    points = [row[5] for row in rows if row[5] is not None]
    with browser.page(path) as page:
        assert page.errors == []
        assert page.requests == []
        assert len(page.ask(ROWS)) == min(WINDOW, len(rows))
        page.ask("document.querySelector('button[data-column=points]').click()")
        least = sorted(points)[:WINDOW]
        assert page.ask(POINTS)[: len(least)] == least
        page.ask("document.querySelector('button[data-column=points]').click()")
        assert page.ask(POINTS)[:20] == sorted(points, reverse=True)[:20]
        assert page.ask("document.querySelectorAll('th[aria-sort=descending]').length") == 1
        type_in(page, "s00012")
        assert len(page.ask(ROWS)) == 1
        type_in(page, "zoe")  # the student is Zoë
        assert "s00005" in page.ask(ROWS)[0]
        type_in(page, "nobody at all")
        assert page.ask(TOLD) == "Nobody"
        assert page.errors == []


def test_a_mistake_leads_to_those_who_made_it(small: Path, browser: Browser) -> None:
    known = data(small)
    with browser.page(small) as page:
        page.ask("document.querySelector('button[data-search^=mistake]').click()")
        name = page.ask("document.getElementById('search').value").removeprefix("mistake:")
        at = known["mistakes"].index(name.replace("~", " "))
        made_it = {row[1] for row in known["rows"] if at in row[10]}
        assert {re.findall(r"s\d{5}", name)[-1] for name in page.ask(ROWS)} == made_it
        assert page.ask("document.activeElement.id") == "search"


@pytest.mark.rest
def test_windows_are_turned_by_keyboard(large: Path, browser: Browser) -> None:
    with browser.page(large) as page:
        page.ask("document.getElementById('search').focus()")
        page.press("Tab", "Enter")  # the first button that can be pressed: Next
        assert page.ask(TOLD) == "51 to 100 of 10,000 students"
        page.press("Shift+Tab", "Enter")
        assert page.ask(TOLD) == "1 to 50 of 10,000 students"
        assert page.ask("document.activeElement.id") == "after"
        assert page.violations == ""


def test_without_its_script_the_page_says_where_the_table_is(small: Path, browser: Browser) -> None:
    with browser.page(small, script=False) as page:
        text = page.text("main")
        assert "grades.csv says the same" in text
        assert "What to reteach first" in text
        assert "Show who made it" not in text
