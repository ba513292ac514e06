"""A results file of this grader, read strictly. Whoever compares or shows results may enter."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.errors import UsageError
from grader.result import Override
from grader.verdict import Status
from grader.versions import Versions
from grader.writeup import WriteUp


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
    number: str = ""
    name: str = ""
    output: str = ""

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
    write_up: WriteUp | None = None


class Results(msgspec.Struct, frozen=True):
    """One results file."""

    score: float
    tests: tuple[Test, ...]
    extra_data: Extra

    @property
    def deduction(self) -> float:
        """Points that are taken off for being late."""
        return sum(test.score for test in self.tests) - self.score


def read_results(path: Path, instead: str) -> Results:
    """The results in a file.

    Args:
        path: the file.
        instead: what to do where it cannot be opened, such as `name another --batch`.

    Raises:
        UsageError: it cannot be opened, or is no results file.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Results)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; {instead}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: no results file of this grader: {error}") from error
