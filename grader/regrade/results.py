"""The results of a class, or of one student, as files have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.saved_results import Results, read_results

RESULTS = "results"
"""The folder of a batch's output in which the results are."""
INSTEAD = "name results that can be read"


@dataclass(frozen=True)
class Class:
    """The results of a class, or of one student."""

    students: Mapping[str, Results]
    """By the name of the file, without its ending."""
    unread: tuple[str, ...] = ()
    """A line for each file that is no results file."""
    alone: bool = False
    """Whether it is one file, whose name says nothing."""


def read(path: Path) -> Class:
    """The results in a file, in a folder of `*.json`, or in the `results` of a batch's output.

    Raises:
        UsageError: there are none.
    """
    if path.is_file():
        return Class({path.stem: read_results(path, INSTEAD)}, alone=True)
    if not path.is_dir():
        raise UsageError(f"{path}: there is no such file or folder; name results to compare")
    folder = path / RESULTS if (path / RESULTS).is_dir() else path
    students: dict[str, Results] = {}
    unread = []
    for file in sorted(folder.glob("*.json")):
        try:
            students[file.stem] = read_results(file, INSTEAD)
        except UsageError as error:
            unread.append(str(error))
    if not students and not unread:
        raise UsageError(f"{folder}: there is no *.json in it; name a folder of results")
    return Class(students, tuple(unread))
