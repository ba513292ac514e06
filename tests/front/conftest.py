"""Grades uploads as the command line does, behind the wall of all tests."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grade import Terms, grade_in
from grader.result import Result
from grader.sandbox.outside.wall import Wall

Graded = Callable[..., Result]
QUICK = frozenset({"1.2", "2.1", "4.1", "5.1"})
"""Questions that take a fraction of a second, and meet every part of a solution but the nets."""


@pytest.fixture
def graded(wall: Wall, terms: Terms) -> Graded:
    """Grade what was handed in: these questions of it; none: all."""

    def grade(path: Path, questions: frozenset[str] = QUICK) -> Result:
        asked = replace(terms, questions=questions)
        return grade_in(wall, path, asked, lambda _: None, lambda _: None)

    return grade


def loses_nothing(result: Result) -> bool:
    """Whether every check passed that was asked for."""
    assert result.entries
    return all(entry.status == "passed" for entry in result.entries)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A temporary directory of its own, which every user can pass through."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    for path in (folder, *folder.parents):
        if not path.stat().st_mode & 0o001:
            path.chmod(path.stat().st_mode | 0o711)
    return folder
