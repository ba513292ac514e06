"""A command line that ends as any program may: with a status, with nothing, or with words."""

from __future__ import annotations

import sys

import pytest

from grader.cli.ending import exit_status_of


@pytest.mark.parametrize(
    ("ending", "status", "said"),
    [(None, 0, ""), (0, 0, ""), (2, 2, ""), ("no [red] room", 1, "no [red] room\n")],
)
def test_the_status_and_the_words_are_those_of_the_program(
    ending: int | str | None, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_status_of(lambda: sys.exit(ending), "Never said.") == status
    assert capsys.readouterr() == ("", said)
