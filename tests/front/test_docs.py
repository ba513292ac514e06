"""The documents: short, without repeats, and true wherever a machine can tell."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.cli import app
from grader.template import CHECKOUT
from tests import example_checks, house, picture
from tests.conftest import Judge
from tests.quantizers import page as quantizers

README = CHECKOUT / "README.md"
PAGES = [
    README,
    *sorted((CHECKOUT / "docs").glob("*.md")),
    CHECKOUT / "reference" / "nets" / "README.md",
    *sorted((CHECKOUT / "tests").glob("*/README.md")),
]
GRADER = re.compile(r"(?:\S*python -m grader) (.+)")
MODULE = re.compile(r"python -m (tests[\w.]*)")
MAKE = re.compile(r"(?:^|\|\| )make (.+)")
FILE = re.compile(r"(?:\.ci|docker|docs|grader|reference|student_template|tests)/[\w./*-]+")
FEWEST = 5
"""Words of a sentence that must not come twice; shorter ones are labels."""

name = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))


@cache
def tokens(page: Path) -> list[Token]:
    """The page's blocks, each followed by what stands in its lines."""
    found: list[Token] = []
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8")):
        found += [token, *(token.children or [])]
    return found


def codes(page: Path) -> Iterator[str]:
    """Every line of code, without its comment."""
    for token in tokens(page):
        if token.type == "code_inline":
            yield token.content
        elif token.type in ("fence", "code_block") and token.info in ("", "bash"):
            yield from (line.partition(" # ")[0].strip() for line in token.content.splitlines())


def anchors(page: Path) -> set[str]:
    """What a link can name behind #, as Git hosts make it of headings."""
    blocks = tokens(page)
    headings = [
        inline.content for opened, inline in pairwise(blocks) if opened.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def sentences(page: Path) -> Iterator[str]:
    """The sentences of a page; of the corpora's generated tables none."""
    generated = page.is_relative_to(CHECKOUT / "tests")
    in_table = False
    for token in tokens(page):
        in_table = token.type == "table_open" or (in_table and token.type != "table_close")
        if token.type == "inline" and not (generated and in_table):
            text = " ".join(token.content.split())
            yield from (part for part in re.split(r"(?<=[.!?:;])\s", text) if part)


def test_the_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 120


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = {README.resolve()}, [README]
    while waiting:
        page = waiting.pop()
        linked = {target for target, _ in links(page) if target.suffix == ".md"} - reached
        reached |= linked
        waiting += linked
    assert {page.resolve() for page in PAGES} <= reached


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files that a page links to or shows, with what stands behind #."""
    for token in tokens(page):
        target = token.attrs.get("href") or token.attrs.get("src")
        if target and not str(target).startswith("https://"):
            path, _, anchor = str(target).partition("#")
            yield (page.parent / path if path else page).resolve(), anchor


@name
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), target
        assert not anchor or anchor in anchors(target), f"{target}#{anchor}"


@name
def test_files_that_are_named_exist(page: Path) -> None:
    for code in codes(page):
        for path in FILE.findall(code):
            assert list(CHECKOUT.glob(path)), path


@name
def test_commands_of_the_grader_exist(page: Path) -> None:
    for code in codes(page):
        for command in GRADER.findall(code):
            known(typer.main.get_command(app), shlex.split(command, comments=True))


def known(command: Any, words: list[str]) -> None:
    """Walk a command line down to its command, and look every option up."""
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        default = getattr(command, "default", None)
        named = words[0] in command.commands or default is None
        command = command.commands[words.pop(0) if named else default]
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    asked = {word for word in words if word.startswith("--")}
    assert asked <= options, f"{command.name} has no {asked - options}"


@name
def test_modules_that_are_run_exist(page: Path) -> None:
    for code in codes(page):
        for module in MODULE.findall(code):
            assert find_spec(module) is not None, module


@name
def test_targets_and_variables_of_make_exist(page: Path) -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    for code in codes(page):
        for command in MAKE.findall(code):
            for word in shlex.split(command, comments=True):
                target, _, value = word.partition("=")
                pattern = rf"\$\({target}\)|\$\(if \$\({target}\)" if value else rf"^{target}:"
                assert re.search(pattern, makefile, re.MULTILINE), word


def test_no_sentence_stands_twice() -> None:
    count = Counter(
        sentence
        for page in PAGES
        for sentence in sentences(page)
        if len(sentence.split()) >= FEWEST
    )
    assert [sentence for sentence, times in count.items() if times > 1] == []


def test_the_checks_that_are_shown_are_those_of_the_code() -> None:
    page = example_checks.PAGE.read_text("utf-8")
    assert page == example_checks.written(), "python -m tests.example_checks"


def test_the_house_is_drawn_as_it_is() -> None:
    assert house.PAGE.read_text("utf-8") == house.written(), "python -m tests.house"


@pytest.mark.rest
def test_quantizers_do_what_their_page_says() -> None:
    """The versions of NumPy and Python may be others than when it was written."""
    versions, _, tables = quantizers.measured().partition("\n")
    shown = quantizers.PAGE.read_text("utf-8")
    assert versions.partition(",")[0] in shown
    assert tables in shown, "python -m tests.quantizers"


def test_the_picture_shows_what_a_grade_says(judge: Judge) -> None:
    shown = picture.PICTURE.read_text("utf-8")
    (seconds,) = re.findall(r"([\d.]+)&#160;s\)", shown)
    result = replace(judge(picture.submission()), seconds=float(seconds))
    assert picture.drawn(result) == shown, "python -m tests.picture"
