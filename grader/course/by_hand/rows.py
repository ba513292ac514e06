"""What the page shows of one delivery: each part of the report, and what is said of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from grader.course.by_hand.pictures import Picture, pictures
from grader.course.by_hand.said import Said, decided, said_of
from grader.course.handed_in import Student
from grader.course.names import Names
from grader.course.outcome import Outcome
from grader.course.state import people
from grader.errors import UnreadableSubmissionError
from grader.handed_in_report.look import Chosen, best, pdfs_of
from grader.handed_in_report.paper import Cut
from grader.handed_in_report.regions import PARTS, regions, unreadable_pages
from grader.report.check_list import remarks
from grader.saved_results import Results, read_results
from grader.submission import Reader, Submission, printable

MOST_SHOWN = 4
"""Pages of one part."""
NO_PDF = "No PDF was handed in."
NOT_HEADED = "Nothing is headed by this question."
NOT_DRAWN = "It could not be drawn in time: open the PDF."
SCAN = "These are all the pages without text, as a scan has them: they may show a name."


class Point(msgspec.Struct, frozen=True):
    """One thing that the lab asks for there."""

    state: str
    asks: str
    note: str


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of a report."""

    pictures: tuple[Picture, ...] = ()
    scan: bool = False
    """Whether they may show more than that part: then a name, too."""
    note: str = ""
    """Why there is no picture, or that there are more."""
    points: tuple[Point, ...] = ()
    said: tuple[Said, ...] = ()
    mark: tuple[float, str] | None = None
    """What a person has decided before, and why."""


class Row(msgspec.Struct, frozen=True):
    """One delivery."""

    student: str
    """The key or the code of one of its students: a decision counts for all of them."""
    name: str
    remarks: tuple[str, ...]
    parts: dict[str, Part]


@dataclass
class Rows:
    """Makes rows, in as many threads as there are."""

    folder: Path
    """Where the pictures go."""
    results: Path | None = None
    """The folder of the results files, each by a key or a code."""
    called: Callable[[Student], str] | None = None
    """What each student is called in place of a name; None: by name."""
    file_of: Callable[[Student], str] = lambda student: student.key
    """What a student's results file is called."""
    _own: threading.local = field(default_factory=threading.local)
    _readers: list[Reader] = field(default_factory=list)

    def close(self) -> None:
        """Let go of the processes that read."""
        for reader in self._readers:
            reader.__exit__()

    def row(self, outcome: Outcome, stem: str) -> Row:
        """The row of a delivery.

        Args:
            outcome: the delivery, and the upload of it that counts.
            stem: the names of its pictures begin with it.

        Raises:
            UsageError, GraderError: a results file is none, or the reader does not work.
        """
        students = sorted(people(outcome), key=self.key)
        chosen = None if outcome.upload is None else self._chosen(outcome.upload.path)
        results = self._results(students)
        nameless: Callable[[str], str] = str
        if self.called is not None:
            nameless = Names(outcome, self.called).replaced
        shown = _shown(chosen, self.folder, stem)
        told = remarks(chosen.told) if chosen is not None else (NO_PDF,)
        return Row(
            self.key(students[0]),
            "" if self.called else printable(", ".join(s.name or s.key for s in students)),
            tuple(map(nameless, told)),
            {part: _with_words(shown[part], part, chosen, results, nameless) for part in PARTS},
        )

    def key(self, student: Student) -> str:
        """What a student is called in marks."""
        return self.called(student) if self.called else student.key

    def _results(self, students: Sequence[Student]) -> Results | None:
        if self.results is None:
            return None
        files = (self.results / f"{self.file_of(each)}.json" for each in students)
        there = next((file for file in files if file.is_file()), None)
        return None if there is None else read_results(there, "name another --batch")

    def _chosen(self, path: Path) -> Chosen | None:
        reader: Reader | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._own.reader = Reader()
            self._readers.append(reader)
        found = pdfs_of(path, reader)
        return best(found, _submission(path, reader) if found.files else None)


def _submission(path: Path, reader: Reader) -> Submission | None:
    try:
        return reader.load(path)
    except UnreadableSubmissionError:  # a PDF alone, for one
        return None


def _shown(chosen: Chosen | None, folder: Path, stem: str) -> dict[str, Part]:
    """Every part with its pictures."""
    if chosen is None or chosen.paper is None:
        return dict.fromkeys(PARTS, Part())
    scans = unreadable_pages(chosen.paper)
    places = regions(chosen.paper)
    wanted = {part: places[part] or scans for part in PARTS}
    drawn = pictures(
        chosen.data,
        (cut for cuts in wanted.values() for cut in cuts[:MOST_SHOWN]),
        folder,
        stem,
    )
    return {part: _part(wanted[part], drawn, scan=not places[part]) for part in PARTS}


def _part(cuts: Sequence[Cut], drawn: dict[Cut, Picture | None], *, scan: bool) -> Part:
    if not cuts:
        return Part(note=NOT_HEADED)
    some = [drawn[cut] for cut in cuts[:MOST_SHOWN] if cut in drawn]
    found = tuple(picture for picture in some if picture is not None)
    notes = [SCAN] if scan else []
    if len(found) < len(some):
        notes.append(NOT_DRAWN)
    if len(cuts) > MOST_SHOWN:
        notes.append(f"{len(cuts) - MOST_SHOWN} more pages are not shown: open the PDF.")
    return Part(found, scan, " ".join(notes))


def _with_words(
    shown: Part,
    part: str,
    chosen: Chosen | None,
    results: Results | None,
    nameless: Callable[[str], str],
) -> Part:
    items = () if chosen is None else chosen.told.items
    points = tuple(
        Point(item.state, item.asks, nameless(item.note))
        for item in items
        if item.question[:3] == part
    )
    if results is None:
        return msgspec.structs.replace(shown, points=points)
    made = decided(results, f"report.{part}")
    return msgspec.structs.replace(
        shown,
        points=points,
        said=tuple(said_of(results, part, nameless)),
        mark=None if made is None else (made.points, made.why),
    )
