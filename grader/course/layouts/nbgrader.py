"""nbgrader's `submitted/STUDENT/ASSIGNMENT/`, each with the time in its `timestamp.txt`.

Due dates are in nbgrader's gradebook, which is not read.
"""

from collections import Counter
from datetime import datetime
from pathlib import Path

from grader.course.handed_in import Upload
from grader.course.layouts.places import Found, Handed, Inside, Person, inside, listed
from grader.course.layouts.times import moment
from grader.errors import UsageError
from grader.submission.files import printable

SUBMITTED = "submitted"
OF_A_COURSE = frozenset({"source", "release", "autograded", "feedback", "exchange", "downloaded"})
"""Other folders of a course."""
TIMESTAMP = "timestamp.txt"
LONGEST = 1_000
"""Bytes of a time."""


def fits(folder: Path, place: Inside) -> bool:
    """Whether a folder is a course with `submitted/`, or that folder itself."""
    if SUBMITTED in place.folders:
        others = place.folders.keys() - OF_A_COURSE - {SUBMITTED}
        students = inside(place.folders[SUBMITTED])
        return len(others) <= len(students.folders) and _is_submitted(students, named=True)
    return _is_submitted(place, named=folder.name == SUBMITTED)


def could_be(place: Inside) -> bool:
    """Whether a folder that is called such a course may be one."""
    within = place.folders.get(SUBMITTED)
    students = place if within is None else inside(within)
    return any(inside(each).folders for each in students.folders.values())


def _is_submitted(place: Inside, *, named: bool) -> bool:
    """Whether most of what lies there are students' folders with an assignment.

    These hold no files, unless the name of the folder around them tells what they are.
    """
    students = [inside(each) for each in place.folders.values()]
    if not named and any(each.files for each in students):
        return False
    there = [each for each in students if each.files or each.folders]
    marked = [
        each
        for each in there
        if any(_is_assignment(folder, named=named) for folder in each.folders.values())
    ]
    return 2 * len(marked) > len(there) + len(place.files)


def _is_assignment(folder: Path, *, named: bool) -> bool:
    files = inside(folder).files
    return TIMESTAMP in files or (named and any(name.endswith(".ipynb") for name in files))


def read(assignment: str | None, place: Inside, found: Found) -> None:
    """Find what was handed in for one assignment.

    Raises:
        UsageError: there are several, and none is named, or there is none of that name.
    """
    if SUBMITTED in place.folders:
        for path in (*place.folders.values(), *place.files.values()):
            if path.name != SUBMITTED:
                found.leave_out(path, f"it lies beside {SUBMITTED}/")
        place = inside(place.folders[SUBMITTED])
        found.take(place)
    for path in place.files.values():
        found.leave_out(path, "it lies beside the students' folders")
    students = {name: inside(path) for name, path in place.folders.items()}
    wanted = _wanted(students, assignment)
    for name, within in students.items():
        found.take(within)
        for path in within.files.values():
            found.leave_out(path, f"it lies beside the folders of {printable(name)}'s assignments")
        folder = within.folders.get(wanted)
        uploads: tuple[Upload, ...] = ()
        if folder is not None:
            at = _time(folder / TIMESTAMP)
            uploads = found.uploads_of(folder, Upload(folder, at))
            if at is None and uploads:
                found.note(name, f"there is no {TIMESTAMP} with a time")
        person = Person(name, (name,), printable(name), number=printable(name))
        found.handed.append(Handed(name, (person,), uploads))
    others = [each for within in students.values() for each in within.folders if each != wanted]
    if others:
        folders = listed(sorted(set(others)))
        found.remarks.append(f"{len(others):,} folders of other assignments passed over: {folders}")


def _wanted(students: dict[str, Inside], assignment: str | None) -> str:
    counted = Counter(name for within in students.values() for name in within.folders)
    if assignment is None and len(counted) == 1:
        return next(iter(counted))
    if assignment is not None and assignment in counted:
        return assignment
    which = "" if assignment is None else f"{printable(assignment)} is not among them. "
    found = listed(sorted(counted))
    raise UsageError(f"nbgrader's {SUBMITTED}/ has these assignments: {found}. {which}Name one.")


def _time(path: Path) -> datetime | None:
    """What a `timestamp.txt` says; one without a zone is in UTC, as nbgrader reads it."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            text = file.read(LONGEST).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return moment(text) or moment(f"{text} UTC")
