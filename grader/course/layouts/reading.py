"""Reads a download: finds its layout, asks it who handed in what, gives keys and lateness."""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.handed_in import Delivery, Download, Student
from grader.course.layouts import canvas, folder, github, gradescope, nbgrader
from grader.course.layouts.due import Dates, Due, dates_of
from grader.course.layouts.keys import Wanted, unique_keys
from grader.course.layouts.places import Found, Handed, Inside, Person, inside
from grader.course.layouts.unpacking import unpacked
from grader.errors import UsageError
from grader.submission import require_openable
from grader.submission.files import printable

LAYOUTS: Mapping[str, str] = {
    "gradescope": "Gradescope's download, with its submission_metadata.yml",
    "canvas": "Canvas' download, files named lastfirst_ID_ID_name",
    "nbgrader": "nbgrader's submitted/STUDENT/ASSIGNMENT/",
    "github": "clones of GitHub Classroom, each with its .git",
    "folder": "files, folders or archives, one student each",
}
"""What a download may be, each with what it is recognised by; the last where nothing else fits."""
PLAIN = "folder"
FITS: Mapping[str, Callable[[Path, Inside], bool]] = {
    "gradescope": lambda _, place: gradescope.fits(place),
    "canvas": lambda _, place: canvas.fits(place),
    "nbgrader": nbgrader.fits,
    "github": lambda _, place: github.fits(place),
}
"""Whether a folder is recognised for what a platform hands out."""
COULD_BE: Mapping[str, Callable[[Inside], bool]] = {
    "gradescope": gradescope.could_be,
    "canvas": lambda place: canvas.resembles(place) > 0,
    "nbgrader": nbgrader.could_be,
    "github": lambda place: bool(github.clones(place)),
}
"""Whether a folder may be that where somebody says so."""
NO_TIME = "nothing tells when this was handed in, so it is not known whether it is late"
NO_DATE = "no due date is known, so it is not known whether this is late"
DEEPEST = 2
"""A zip, or a person who unpacks one, puts so many folders around a download."""


@dataclass(frozen=True)
class _Recognised:
    layout: str
    folder: Path
    place: Inside
    around: tuple[Inside, ...]
    """The folders that it was wrapped in, each of which holds nothing else."""


def read_download(
    path: Path,
    into: Path,
    *,
    layout: str | None = None,
    assignment: str | None = None,
    due: Due | None = None,
) -> Download:
    """Read a class as a platform hands it out.

    Args:
        path: a folder or a zip.
        into: a folder of this class's own, made if it is needed: a zip is unpacked there, and what
            lies apart in the download but belongs together is copied there.
        layout: one of `LAYOUTS`; None: what the download is recognised for.
        assignment: which one, where the download holds several.
        due: the due dates, where the download does not tell how late something is.

    Raises:
        UsageError: the download cannot be read, is of no layout that is named, or of several, or a
            due date fits two students.
    """
    if layout is not None and layout not in LAYOUTS:
        raise UsageError(f"{printable(layout)} is no layout; name one of {', '.join(LAYOUTS)}.")
    root, found = _opened(path, into)
    recognised = _recognised(root, layout, path)
    for place in (*recognised.around, recognised.place):
        found.take(place)
    try:
        _read(recognised, assignment, into, found)
        if root != path and gradescope.METADATA in recognised.place.files:
            # It names everybody. Of what was unpacked, whoever is forgotten must be in nothing.
            recognised.place.files[gradescope.METADATA].unlink()
    except OSError as error:
        where = printable(str(error.filename or path))
        raise UsageError(f"{where} cannot be read or written: {error.strerror}.") from None
    return _download(recognised, found, due or Due())


def _opened(path: Path, into: Path) -> tuple[Path, Found]:
    """The folder that a download is, or is unpacked to."""
    require_openable(path)
    if path.is_dir():
        return path, Found(path)
    if not zipfile.is_zipfile(path):
        raise UsageError(f"{path} is neither a folder nor a zip. Name what was downloaded.")
    root, left_out = unpacked(path, into, again=gradescope.METADATA)
    return root, Found(root, left_out=left_out)


def _recognised(root: Path, layout: str | None, asked: Path) -> _Recognised:
    """Find the layout of what was asked for, here or where a folder holds nothing but another."""
    levels = list(_levels(root))
    for at, (folder_there, place) in enumerate(levels):
        fitting = _fitting(layout, folder_there, place)
        if len(fitting) > 1:
            which = " and for ".join(fitting)
            raise UsageError(f"{asked} can be taken for {which}. Name its layout by hand.")
        if fitting:
            around = tuple(each for _, each in levels[:at])
            return _Recognised(fitting[0], folder_there, place, around)
    if layout not in (None, PLAIN):
        raise UsageError(f"{asked} does not look like {LAYOUTS[layout or PLAIN]}.")
    at = min(1, len(levels) - 1) if root != asked else 0
    return _Recognised(PLAIN, *levels[at], tuple(each for _, each in levels[:at]))


def _levels(root: Path) -> Iterator[tuple[Path, Inside]]:
    """A folder; where it holds nothing but one folder, that, and so on."""
    for _ in range(DEEPEST + 1):
        place = inside(root)
        yield root, place
        if place.files or len(place.folders) != 1:
            return
        (root,) = place.folders.values()


def _fitting(layout: str | None, path: Path, place: Inside) -> list[str]:
    """The platforms that a folder may be from."""
    if layout is None:
        return [name for name, fits in FITS.items() if fits(path, place)]
    return [layout] if layout in COULD_BE and COULD_BE[layout](place) else []


def _read(recognised: _Recognised, assignment: str | None, into: Path, found: Found) -> None:
    place = recognised.place
    if recognised.around and recognised.layout == PLAIN:
        name = printable(recognised.folder.name)
        found.remarks.append(f"the folder {name} is taken for the class, not for one student")
    match recognised.layout:
        case "gradescope":
            gradescope.read(recognised.folder, place, found)
        case "canvas":
            canvas.read(into, place, found)
        case "nbgrader":
            nbgrader.read(assignment, place, found)
        case "github":
            github.read(recognised.folder, place, found)
        case _:
            folder.read(into, place, found)


def _download(recognised: _Recognised, found: Found, due: Due) -> Download:
    students = _students(found.handed)
    dates, nobody = dates_of(due, list(students.values()))
    for name in nobody:
        found.note(name, "has a due date, but is nobody of this class")
    keys = _keys(found.handed, students)
    deliveries = [
        _delivery(each, key, students, dates) for each, key in zip(found.handed, keys, strict=True)
    ]
    _note_lateness(deliveries, due, found)
    left_out = sorted(found.left_out, key=lambda each: str(each.path))
    return Download(recognised.layout, tuple(deliveries), tuple(left_out), found.said())


def _students(handed: Sequence[Handed]) -> dict[str, Student]:
    """Everybody, by identity, with a key."""
    people: dict[str, Person] = {}
    for one in (one for each in handed for one in each.people):
        people.setdefault(one.identity, one)
    keys = unique_keys([Wanted(one.labels, one.identity) for one in people.values()])
    return {
        one.identity: Student(key, one.name, one.email, one.number)
        for one, key in zip(people.values(), keys, strict=True)
    }


def _keys(handed: Sequence[Handed], students: Mapping[str, Student]) -> list[str]:
    """A key for each delivery: its student's, or those of a group."""
    return unique_keys(
        [
            Wanted(("-".join(students[one.identity].key for one in each.people),), each.identity)
            for each in handed
        ]
    )


def _delivery(handed: Handed, key: str, students: Mapping[str, Student], dates: Dates) -> Delivery:
    members = tuple(students[one.identity] for one in handed.people)
    uploads = tuple(
        each if each.late is not None else replace(each, late=dates.late(members, each.at))
        for each in handed.uploads
    )
    return Delivery(key, members, uploads)


def _note_lateness(deliveries: Sequence[Delivery], due: Due, found: Found) -> None:
    """Say of whom it is not known whether they are late, and why."""
    uploads = [(one.key, each) for one in deliveries for each in one.uploads]
    for key, upload in uploads:
        if upload.late is None:
            found.note(key, upload.remark or (NO_TIME if upload.at is None else NO_DATE))
    if due.told and uploads and all(each.at is None for _, each in uploads):
        found.remarks.append("this download tells no times, so the due dates change nothing")
