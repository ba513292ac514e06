"""Clones of GitHub Classroom: `<assignment>-<login>/`, each with its `.git`.

Nothing in `.git` is read and git is not run, for a repository's settings and hooks can start
programs. A clone does not tell when something was pushed: a commit's date is what its author says.
"""

from collections.abc import Sequence
from pathlib import Path

from grader.course.handed_in import Upload
from grader.course.layouts.places import Found, Handed, Inside, Person, more_than_half
from grader.submission.files import printable

GIT = ".git"
PARENT = "-submissions"
"""What GitHub's own tool puts behind the assignment's name to call the folder of all clones."""


def fits(place: Inside) -> bool:
    """Whether a folder is full of clones: most of what lies in it is."""
    return more_than_half([*clones(place)], place)


def clones(place: Inside) -> dict[str, Path]:
    """The folders that are clones, by name."""
    return {name: path for name, path in place.folders.items() if _is_clone(path)}


def read(folder: Path, place: Inside, found: Found) -> None:
    """Find what was handed in."""
    for path in place.files.values():
        found.leave_out(path, "it lies beside the clones")
    there = clones(place)
    for name, path in place.folders.items():
        if name not in there:
            found.leave_out(path, f"it has no {GIT}: it is no clone")
    assignment = _assignment(folder, [*there])
    for name, path in there.items():
        if not assignment:
            found.note(name, "nothing tells the assignment's name from the student's")
        login = name.removeprefix(assignment)
        uploads = found.uploads_of(path, Upload(path))
        shown = printable(login)
        person = Person(name, (login, name), shown, number=shown)
        found.handed.append(Handed(name, (person,), uploads))


def _is_clone(folder: Path) -> bool:
    git = folder / GIT
    return not git.is_symlink() and (git.is_dir() or git.is_file())


def _assignment(folder: Path, names: Sequence[str]) -> str:
    """What all names begin with: as the folder around them says, or up to the last hyphen."""
    if folder.name.endswith(PARENT):
        told = folder.name.removesuffix(PARENT) + "-"
        if all(name.startswith(told) and name != told for name in names):
            return told
    if len(names) < 2:
        return ""
    first, last = min(names), max(names)  # what these share, all share
    shared = next((at for at, each in enumerate(first) if last[at : at + 1] != each), len(first))
    return first[: first.rfind("-", 0, shared) + 1]
