"""The glossary of docs/architecture.md: short, in use, and the only names of what it names."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from grader.template import CHECKOUT

PAGE = CHECKOUT / "docs" / "architecture.md"
MOST = 30
TEXTS = ("README.md", "Makefile", "docs/*.md", "grader/**/*.py", "grader/**/*.toml", "docker/*")


class Word(NamedTuple):
    """A row of the glossary."""

    word: str
    never: list[str]
    """What the same thing is not called."""


def glossary() -> Iterator[Word]:
    for row in _table().splitlines()[2:]:
        word, _, never = (cell.strip() for cell in row.strip("|").split("|"))
        yield Word(word, re.findall(r"`(.+?)`", never))


def _table() -> str:
    found = re.search(r"^\| word \|.*?(?=\n\n)", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[0]


def texts() -> Iterator[tuple[str, str]]:
    for pattern in TEXTS:
        for path in sorted(CHECKOUT.glob(pattern)):
            if path.is_file():
                text = path.read_text("utf-8")
                yield str(path.relative_to(CHECKOUT)), text.replace(_table(), "")


def whole(word: str) -> re.Pattern[str]:
    """The word, also as a part of a name."""
    return re.compile(rf"(?<![a-zA-Z]){word.replace(' ', '.')}s?(?![a-z])")


def test_the_glossary_is_short_and_names_a_thing_once() -> None:
    words = [row.word for row in glossary()]
    assert 20 < len(words) <= MOST
    assert len(set(words)) == len(words)


def test_every_word_is_in_use() -> None:
    everything = "\n".join(text for _, text in texts()).lower()
    assert [row.word for row in glossary() if not whole(row.word).search(everything)] == []


def test_nothing_goes_by_a_name_that_was_given_up() -> None:
    given_up = [word for row in glossary() for word in row.never]
    assert given_up
    assert [
        (word, name) for name, text in texts() for word in given_up if whole(word).search(text)
    ] == []
