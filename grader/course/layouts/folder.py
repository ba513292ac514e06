"""A plain folder: each file, folder or archive in it is one student's, and called by them."""

from pathlib import PurePath

from grader.course.handed_in import Upload
from grader.course.layouts import canvas, gradescope
from grader.course.layouts.places import Found, Handed, Inside, Person
from grader.submission.files import printable

SUFFIXES = frozenset({".py", ".ipynb", ".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
SUFFIXES_OF_BROWSERS = frozenset({".txt", ".json"})
"""What they put behind the names of notebooks and scripts."""


def read(place: Inside, found: Found) -> None:
    """Find what was handed in."""
    for name, path in place.folders.items():
        uploads = found.uploads_of(path, Upload(path))
        found.handed.append(_handed(name, name, uploads))
    for name, path in place.files.items():
        found.handed.append(_handed(name, _stem(name), (Upload(path),)))
    if place.folders and all(map(gradescope.FOLDER.fullmatch, place.folders)):
        missing = f"Gradescope's {gradescope.METADATA} is missing"
        found.remarks.append(f"{missing}: nothing tells who handed in what, or when")
    alike = canvas.resembles(place)
    if alike:
        found.remarks.append(f"{alike:,} files are named as in a download of Canvas, most are not")


def _handed(entry: str, name: str, uploads: tuple[Upload, ...]) -> Handed:
    return Handed(entry, (Person(entry, (name, entry), printable(name)),), uploads)


def _stem(name: str) -> str:
    """A file's name without what says what it is; a dot in a person's name stays."""
    path = PurePath(name)
    if path.suffix.lower() in SUFFIXES_OF_BROWSERS:
        path = path.with_suffix("")
    while path.suffix.lower() in SUFFIXES:
        path = path.with_suffix("")
    return path.name
