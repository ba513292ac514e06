"""What is handed in for a notebook as it was executed: a file, or a folder with its own modules."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from grader.self_check.history import Taken
from grader.submission.modules import imported, is_taken
from grader.submission.notebook import MOST_CELLS

FILE = "notebook.ipynb"
GAP: dict[str, Any] = {"cell_type": "raw", "metadata": {}, "source": ""}
"""Stands for an execution that does not count."""
CODE: dict[str, Any] = {**GAP, "cell_type": "code", "outputs": [], "execution_count": None}


def written(folder: Path, found: Taken, home: Path) -> Path:
    """Write what is handed in.

    The cells stand in the notebook where their number says, so that a message that names a cell
    means the one with that number beside it. Only a session that is longer than a notebook may be
    is numbered anew.

    Args:
        folder: an empty one.
        found: the cells that count.
        home: where the notebook's modules are.
    """
    last = max(found.cells, default=0)
    numbers: Iterable[int] = range(1, last + 1) if last <= MOST_CELLS else found.cells
    cells = [{**CODE, "source": found.cells[n]} if n in found.cells else GAP for n in numbers]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path = folder / FILE
    path.write_bytes(msgspec.json.encode(notebook))
    home, is_alone = home.resolve(), True
    for file in _modules(home, found):
        place = folder / file.relative_to(home)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.read_bytes())
        is_alone = False
    return path if is_alone else folder


def _modules(home: Path, found: Taken) -> Iterator[Path]:
    """The student's own files that the code imports or executes, and those that these import."""
    for name in found.runs:
        for suffix in ("", ".py", ".ipynb"):
            path = (home / f"{name}{suffix}").resolve()
            if path.is_file() and path.is_relative_to(home):
                yield path
    pending, seen = [*found.imports], set[str]()
    while pending:
        name = pending.pop()
        if name in seen or is_taken(name):
            continue
        seen.add(name)
        for path in [home / f"{name}.py", *sorted((home / name).glob("**/*.py"))]:
            if path.is_file():
                yield path
                pending += [each.split(".")[0] for each in imported(path.read_bytes())]
