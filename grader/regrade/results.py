"""Results as files have them, read strictly: one student's, or those of a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.errors import UsageError
from grader.result import Override
from grader.verdict import Status
from grader.versions import Versions

RESULTS = "results"
"""The folder of a batch's output in which the results are."""


class About(msgspec.Struct, frozen=True):
    """What a test says of its check, beside what the platform reads."""

    question: str
    check: str
    diagnosis: str | None = None
    status: Status | None = None
    """None: the file was written before results said it."""
    override: Override | None = None


class Test(msgspec.Struct, frozen=True):
    """One check."""

    score: float
    max_score: float
    status: str
    extra_data: About

    @property
    def became(self) -> str:
        """What became of the check, and the diagnosis if there is one."""
        about = self.extra_data
        why = f" ({about.diagnosis})" if about.diagnosis else ""
        return f"{about.status or self.status}{why}"


class Extra(msgspec.Struct, frozen=True):
    """What the whole says, beside what the platform reads."""

    versions: Versions
    slice_digest: str = ""
    complete: bool = True
    unjudged: dict[str, str] = {}


class Results(msgspec.Struct, frozen=True):
    """One results file."""

    score: float
    tests: tuple[Test, ...]
    extra_data: Extra

    @property
    def deduction(self) -> float:
        """Points that are taken off for being late."""
        return sum(test.score for test in self.tests) - self.score


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
        return Class({path.stem: _results(path)}, alone=True)
    if not path.is_dir():
        raise UsageError(f"{path}: there is no such file or folder; name results to compare")
    folder = path / RESULTS if (path / RESULTS).is_dir() else path
    students: dict[str, Results] = {}
    unread = []
    for file in sorted(folder.glob("*.json")):
        try:
            students[file.stem] = _results(file)
        except UsageError as error:
            unread.append(str(error))
    if not students and not unread:
        raise UsageError(f"{folder}: there is no *.json in it; name a folder of results")
    return Class(students, tuple(unread))


def _results(path: Path) -> Results:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Results)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name results that can be read") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: no results file of this grader: {error}") from error
