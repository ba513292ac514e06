"""The page of feedback: what is on it, what is not, and what a real browser makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import pictures
from grader.cli import run
from grader.grade import Terms, grade_in
from grader.report.html import feedback_page
from grader.result import Result
from grader.sandbox.outside.wall import Wall
from grader.template import blanked, read_reference
from grader.validation.corpus import WRONG, whole
from tests.browser import Browser, open_browser

KINDS: dict[str, type[pictures.Picture]] = {
    "weights_clamped_to_64": pictures.Integers,
    "weights_half_by_sign": pictures.Integers,
    "weights_128_allowed": pictures.Integers,
    "input_first_pixel_only": pictures.Ranges,
    "activations_clipped_to_one_sigma": pictures.Ranges,
    "product_own_weights_twice": pictures.Ranges,
    "forward_cut_by_int": pictures.Layers,
    "forward_clamp_not_assigned": pictures.Layers,
    "functional_fc2_scaled_by_fc1": pictures.Layers,
    "bias_scaled_by_weights_only": pictures.Biases,
    "constructor_never_fills_the_list": pictures.Accuracy,
    "equation_bias_forgotten": pictures.Sides,
}
"""Wrong submissions, and the kind of picture that shows what is wrong."""
PAGES = ["reference", "template", *KINDS]
MOST_BYTES = 400_000


class Pages:
    """Submissions graded with pictures, each once."""

    def __init__(self, wall: Wall, terms: Terms, folder: Path) -> None:
        self._wall, self._terms, self._folder = wall, replace(terms, illustrated=True), folder
        self._results: dict[str, Result] = {}

    def of_source(self, source: str, name: str = "lab1.py") -> Result:
        path = self._folder / name
        path.write_text(source, encoding="utf-8")
        return grade_in(self._wall, path, self._terms, lambda _: None, lambda _: None)

    def of(self, name: str) -> Result:
        if name not in self._results:
            given = {"reference": read_reference, "template": lambda: blanked(read_reference())}
            read = given.get(name, lambda: whole(WRONG / "solutions" / f"{name}.py"))
            self._results[name] = self.of_source(read(), f"{name}.py")
        return self._results[name]

    def file(self, name: str) -> Path:
        path = self._folder / f"{name}.html"
        path.write_text(feedback_page(self.of(name)), encoding="utf-8")
        return path


@pytest.fixture(scope="module")
def pages(wall: Wall, terms: Terms, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return Pages(wall, terms, tmp_path_factory.mktemp("pages"))


def some(names: list[str], kept: frozenset[str]) -> list[object]:
    return [name if name in kept else pytest.param(name, marks=pytest.mark.rest) for name in names]


FEW = frozenset(("reference", "weights_clamped_to_64", "forward_cut_by_int"))


@pytest.mark.parametrize("name", some(PAGES, {"template", "forward_cut_by_int"}))
def test_a_page_holds_all_of_itself_and_no_more(pages: Pages, name: str) -> None:
    page = feedback_page(pages.of(name))
    assert len(page.encode()) < MOST_BYTES
    assert not re.search(r'(?:src|href)="(?!#|data:)|url\((?!#)|<script|@import|javascript:', page)
    identities = re.findall(r' id="([^"]+)"', page)
    assert len(set(identities)) == len(identities)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(identities)
    assert page == feedback_page(pages.of(name))


@pytest.mark.parametrize(("name", "kind"), [(name, KINDS[name]) for name in KINDS])
@pytest.mark.rest
def test_each_kind_of_mistake_has_its_picture(
    pages: Pages, name: str, kind: type[pictures.Picture]
) -> None:
    failed = [entry.verdict for entry in pages.of(name).entries if entry.status == "failed"]
    assert any(isinstance(verdict.picture, kind) for verdict in failed)


def test_it_shows_what_to_mend_first_and_the_lines_in_question(pages: Pages) -> None:
    page = feedback_page(pages.of("forward_cut_by_int"))
    assert "Mend this first" in page
    assert "NetQuantized.forward: forward_cut_by_int.py, from line" in page
    assert "This looks like" in page
    assert "`" not in re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)
    assert "&lt;code" not in page
    text = re.sub(r"<[^>]+>", "", page)
    assert "self.fc1.output_scale" in text


def test_what_is_right_is_short_and_shows_the_integers(pages: Pages) -> None:
    page = feedback_page(pages.of("reference"))
    assert "Everything is right." in page
    assert "Your integers, flowing" in page
    assert "Mend this first" not in page


def test_nothing_of_a_check_that_is_held_back_is_on_it(pages: Pages) -> None:
    result = pages.of("forward_cut_by_int")
    hidden = [
        replace(entry, visibility="after_due_date") if entry.status == "failed" else entry
        for entry in result.entries
    ]
    page = feedback_page(replace(result, entries=tuple(hidden)))
    for entry in result.entries:
        if entry.status == "failed":
            assert entry.sentence not in page
            assert entry.verdict.actual not in page
    assert "shown later" in page
    assert "Mend this first" not in page


HOSTILE = (
    "<script>alert(1)</script>",
    "</pre></style><img src=x onerror=alert(1)>",
    "\u202eevil\u2066",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_student_writes_changes_its_own_place_alone(pages: Pages, text: str) -> None:
    source = (
        "import torch\n"
        f"def quantized_weights(weights):  # {text}\n"
        f"    print({text!r} * 20000)\n"
        f"    raise ValueError({text!r})\n"
        f"Q4_1A = {text!r}\n"
    )
    page = feedback_page(pages.of_source(source))
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\u2066" not in page
    assert len(page.encode()) < MOST_BYTES


def test_an_upload_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    upload, page = tmp_path / "lab1.ipynb", tmp_path / "page.html"
    upload.write_bytes(b"%PDF-1.7 not a notebook")
    output = tmp_path / "results.json"
    command = ["grade", str(upload), "--html", str(page), "--output", str(output), "--quiet"]
    assert run(command) == 0
    assert "0 of " in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert text.count("PDF") == 1
    assert "Mend this first" not in text


def test_a_page_is_no_results_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lab1.py").write_text("x = 1\n", encoding="utf-8")
    output = str(tmp_path / "results.json")
    command = ["grade", str(tmp_path / "lab1.py"), "--output", output, "--html", output]
    assert run(command) == 2
    assert "is the results file; name another --html" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("html", "says"),
    [("nowhere/page.html", "name another --html"), ("lab1.py", "the submission itself"), (".", "")],
)
def test_a_page_that_cannot_be_written_is_one_clear_line_before_anything_is_graded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    html: str,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab1.py").write_text("x = 1\n", encoding="utf-8")
    assert run(["check", "lab1.py", "--html", html]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert len(told.strip().splitlines()) == 1


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


CUT = """
[...document.querySelectorAll("body *")].filter((each) =>
  each.closest("pre, .aloud, svg, math, details:not([open])") === null
  && getComputedStyle(each).display !== "inline"
  && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
).map((each) => each.outerHTML.slice(0, 120))
"""
"""Elements whose text does not fit, and does not scroll by itself."""
UNSEEN = """
[...document.querySelectorAll(".panel > svg, .panel > .maths")].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width < 100 || box.height < 10 || box.right > innerWidth + 1;
}).length
"""


@pytest.mark.rest
@pytest.mark.parametrize("name", PAGES)
def test_each_page_in_a_browser(pages: Pages, browser: Browser, name: str) -> None:
    path = pages.file(name)
    for scheme, width in (("light", 1000), ("light", 360), ("dark", 360)):
        with browser.page(path, scheme, width) as page:
            assert page.errors == []
            assert page.requests == []
            assert page.overflow == 0
            assert page.ask(CUT) == []
            assert page.ask(UNSEEN) == 0
            assert page.contrast("p") > 7
            assert page.violations == ""


@pytest.mark.rest
def test_a_page_by_keyboard(pages: Pages, browser: Browser) -> None:
    with browser.page(pages.file("weights_clamped_to_64")) as page:
        page.press("Tab", "Enter")
        assert page.ask("location.hash").startswith("#q")
        assert page.ask("document.getElementById(location.hash.slice(1)) !== null")
