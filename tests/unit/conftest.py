"""Sessions behind the wall of all tests, for plain source; control groups of another machine."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import control_groups
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.submission.program import Program
from tests.cells import cell


@pytest.fixture
def admit(wall: Wall) -> Callable[..., Session]:
    """A session for sources: one is `lab1.py`, more are the cells of a notebook."""

    def admit(*sources: str, modules: dict[str, str] | None = None) -> Session:
        texts = [textwrap.dedent(source).lstrip("\n") for source in sources]
        labels = ["lab1.py"] if len(texts) == 1 else [f"cell {i + 1}" for i in range(len(texts))]
        cells = tuple(map(cell, texts, labels))
        helpers = tuple((path, text.encode()) for path, text in (modules or {}).items())
        return wall.admit(Program(cells, helpers))

    return admit


@pytest.fixture
def hurried(wall: Wall) -> Iterator[None]:
    """Calls of the sessions admitted in this test have a second."""
    patient = wall.limits
    wall.limits = replace(patient, call_seconds=1.0)
    yield
    wall.limits = patient


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The control groups of a machine; that of this process is told in `own` beside them."""
    monkeypatch.setattr(control_groups, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(control_groups, "OWN", tmp_path / "own")
    return tmp_path / "groups"
