"""The files that a class leaves behind, each replaced in one step: results, and pages to read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.course.outcome import Outcome
from grader.report.file import replace
from grader.result import Result

RESULTS, PAGES = "results", "feedback"

Encode = Callable[[Result], bytes]
"""What a result is as a file."""


@dataclass(frozen=True)
class Folders:
    """Where the files of a batch go, and what they are made with."""

    root: Path
    encode: Encode
    page: Encode
    pages: bool = False
    """Whether everybody is to have a page; otherwise those that are there are kept up to date."""

    def make(self) -> None:
        """Make the folders that are not there; only their owner can look into them."""
        for name in (RESULTS, PAGES):
            (self.root / name).mkdir(mode=0o700, exist_ok=True)

    def write(self, outcome: Outcome) -> None:
        """Write what each student of a delivery gets.

        Raises:
            GraderError: the disk is full, or the like.
        """
        for student in outcome.delivery.students:
            _put(self.root / RESULTS / f"{student.key}.json", outcome.result, self.encode)
            page = self.page_of(student.key)
            if self.pages or page.exists():
                _put(page, outcome.result, self.page)

    def page_of(self, key: str) -> Path:
        """Where a student's page is."""
        return self.root / PAGES / f"{key}.html"


def _put(path: Path, result: Result | None, encode: Encode) -> None:
    """See that a file says what a result says, and that it is not there if there is none."""
    if result is None:
        path.unlink(missing_ok=True)
        return
    data = encode(result)
    if not (path.is_file() and path.read_bytes() == data):
        replace(path, data)


def remove_others(folder: Path, suffix: str, keys: Iterable[str]) -> None:
    """Remove the files of students who are in the class no more: of nobody two results remain."""
    expected = {f"{key}{suffix}" for key in keys}
    if folder.is_dir():
        for path in folder.iterdir():
            if path.suffix == suffix and path.name not in expected:
                path.unlink()
