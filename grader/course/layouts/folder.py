"""A plain folder: each file, folder or archive in it is one student's, and called by them.

`ada.pdf` beside `ada.py` is the report of the same student: both are one upload.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePath

from grader.course.handed_in import Upload
from grader.course.layouts import canvas, github, gradescope
from grader.course.layouts.keys import folded
from grader.course.layouts.places import Found, Handed, Inside, Person, listed, make_private
from grader.submission.files import printable

REPORT = ".pdf"
SUFFIXES = frozenset({REPORT, ".py", ".ipynb", ".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
SUFFIXES_OF_BROWSERS = frozenset({".txt", ".json"})
"""What they put behind the names of notebooks and scripts."""


def read(into: Path, place: Inside, found: Found) -> None:
    """Find what was handed in.

    Args:
        into: where code and report are put together.
        place: what lies in the folder.
        found: what is found is added to it.
    """
    reports = _reports(place)
    for name, path in place.folders.items():
        uploads = found.uploads_of(path, Upload(path))
        found.handed.append(_handed(name, name, uploads))
    for name, path in place.files.items():
        stem = _stem(name)
        if name == gradescope.METADATA:
            found.leave_out(path, "it is Gradescope's, but most of what lies beside it is not")
        elif stem not in reports:
            found.handed.append(_handed(name, stem, (Upload(path),)))
        elif path != reports[stem]:
            both = _together(into, name, path, reports[stem])
            found.handed.append(_handed(name, stem, (both,)))
    for entries in _alike(found):
        found.note(entries, "alike but for their endings, and taken for different students")
    like_gradescope = gradescope.submissions(place)
    if place.folders and len(like_gradescope) == len(place.folders):
        missing = f"Gradescope's {gradescope.METADATA} is missing"
        found.remarks.append(f"{missing}: nothing tells who handed in what, or when")
    others = len(github.clones(place))
    if others:
        found.remarks.append(f"{others:,} folders are clones as of GitHub Classroom, most are not")
    alike = canvas.resembles(place)
    if alike:
        found.remarks.append(f"{alike:,} files are named as in a download of Canvas, most are not")


def _alike(found: Found) -> Iterator[str]:
    """The entries that may be one student's: a folder, say, beside the archive that it was."""
    by_name: dict[str, list[str]] = {}
    for one in found.handed:
        by_name.setdefault(folded(one.people[0].labels[0]), []).append(one.identity)
    return (listed(several) for several in by_name.values() if len(several) > 1)


def _reports(place: Inside) -> dict[str, Path]:
    """By the name that a PDF shares with exactly one other file, that PDF."""
    named: dict[str, list[Path]] = {}
    for name, path in place.files.items():
        named.setdefault(_stem(name), []).append(path)
    found = {}
    for stem, paths in named.items():
        pdfs = [path for path in paths if path.suffix.lower() == REPORT]
        if len(paths) == 2 and len(pdfs) == 1:
            found[stem] = pdfs[0]
    return found


def _together(into: Path, name: str, *paths: Path) -> Upload:
    """Copies of both in a folder."""
    folder = into / "together" / name
    shutil.rmtree(folder, ignore_errors=True)  # of an earlier reading
    make_private(into, folder.parent, folder)
    for path in paths:
        shutil.copyfile(path, folder / path.name, follow_symlinks=False)
    return Upload(folder, made_of=paths)


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
