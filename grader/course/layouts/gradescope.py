"""Gradescope's "Download submissions": a folder for each, and a file of YAML that says whose.

What students put into their folders is never asked for a time or a name.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader.course.handed_in import Upload
from grader.course.layouts.places import Found, Handed, Inside, Person, listed
from grader.course.layouts.ruby_yaml import DamagedYamlError, Node, entries
from grader.course.layouts.times import moment
from grader.errors import UsageError
from grader.submission.files import printable

METADATA = "submission_metadata.yml"
FOLDER = re.compile(r"submission_\d+", re.ASCII)
WANTED = frozenset({"submitters", "name", "sid", "email", "created_at", "history", "id", "utc"})
LARGEST_GROUP = 50
MOST_ENTRIES = 200_000


@dataclass(frozen=True)
class _Entry:
    """What the YAML says of one folder."""

    folder: str
    people: tuple[Person, ...]
    at: datetime | None
    earlier: tuple[tuple[str, datetime | None], ...]
    """The folders in which earlier uploads would lie, if they came along, and their times."""
    contradicted: int = 0
    """Which it is of several for one folder, with different people: it is given to none of them."""


def fits(place: Inside) -> bool:
    """Whether a folder is such a download: beside the YAML most are folders of submissions."""
    beside = len(place.folders) + len(place.files) - 1
    return could_be(place) and (2 * len(submissions(place)) > beside or not beside)


def could_be(place: Inside) -> bool:
    """Whether a folder that is called such a download may be one."""
    return METADATA in place.files


def submissions(place: Inside) -> list[str]:
    """The folders that are called as submissions are in such a download."""
    return [name for name in place.folders if FOLDER.fullmatch(name)]


def read(folder: Path, place: Inside, found: Found) -> None:
    """Find what was handed in.

    Raises:
        UsageError: the YAML cannot be read, or is that of another download.
    """
    all_entries = _entries(folder / METADATA, found)
    named = {one.folder for one in all_entries}
    if place.folders and not named.intersection(place.folders):
        raise UsageError(
            f"{printable(str(folder / METADATA))} names no folder that lies beside it. Put that of"
            " the same download there, or read the submissions with the layout `folder`."
        )
    taken: set[str] = set()
    for entry in all_entries:
        uploads = _uploads(entry, named, place, taken, found)
        identity = f"entry {entry.contradicted} {entry.folder}"
        found.handed.append(Handed(identity, entry.people, uploads))
    _note_people(found)
    contradicted = {one.folder for one in all_entries if one.contradicted}
    for name, path in place.folders.items():
        if name in contradicted:
            found.leave_out(path, f"{METADATA} names it for different people")
        elif name not in taken:
            found.leave_out(path, f"{METADATA} does not name it")
    for name, path in place.files.items():
        if name != METADATA:
            found.leave_out(path, "it lies beside the folders of the submissions")


def _entries(path: Path, found: Found) -> list[_Entry]:
    """What the YAML says, folder by folder.

    Raises:
        UsageError: it cannot be read.
    """
    named: dict[str, list[_Entry]] = {}
    try:
        for number, (folder, node) in enumerate(entries(path, WANTED)):
            if number >= MOST_ENTRIES:
                raise DamagedYamlError(f"it has more than {MOST_ENTRIES:,} entries")
            several = named.setdefault(folder, [])
            entry = _entry(folder, node, found)
            if all(one.people != entry.people for one in several):
                several.append(entry)
            else:
                found.note(folder, f"named more than once in {METADATA}")
    except DamagedYamlError as error:
        way = "Download the submissions again, or read them with the layout `folder`."
        raise UsageError(f"{printable(str(path))} cannot be read: {error}. {way}") from None
    return [one for several in named.values() for one in _agreeing(several)]


def _agreeing(several: list[_Entry]) -> Iterator[_Entry]:
    """The one entry of a folder; or all of them, none of which can have it."""
    if len(several) == 1:
        yield several[0]
        return
    for number, one in enumerate(several, start=1):
        yield replace(one, contradicted=number, earlier=())


def _entry(folder: str, node: Node, found: Found) -> _Entry:
    values = node if isinstance(node, dict) else {}
    told = values.get("submitters")
    nodes = told if isinstance(told, list) else [told]
    if len(nodes) > LARGEST_GROUP:
        found.note(folder, f"of more than {LARGEST_GROUP} people, the first so many are read")
    several = [_person(each, folder, at) for at, each in enumerate(nodes[:LARGEST_GROUP])]
    people = {one.identity: one for one in several if one is not None}
    if None in several:
        found.note(folder, f"{METADATA} does not tell the name of everybody who handed this in")
    if not people:
        people = {"": Person(f"folder {folder}", (folder,))}
    history = values.get("history")
    earlier = map(_earlier, history if isinstance(history, list) else [])
    before = tuple(each for each in earlier if each[0] != folder)
    return _Entry(folder, tuple(people.values()), _moment(values.get("created_at")), before)


def _earlier(node: Node) -> tuple[str, datetime | None]:
    values = node if isinstance(node, dict) else {}
    return f"submission_{_line(values.get('id'))}", _moment(values.get("created_at"))


def _person(node: Node, folder: str, at: int) -> Person | None:
    values = node if isinstance(node, dict) else {}
    name, email, number = (_line(values.get(key)) for key in ("name", "email", "sid"))
    label = name or email.partition("@")[0] or number
    if not label:
        return None
    known = f"email {email.casefold()}" if email else f"sid {number}" if number else ""
    return Person(known or f"folder {folder} {at}", (label,), name, email, number)


def _line(node: Node) -> str:
    """A text in one line, without what would move a terminal's cursor."""
    return printable(" ".join(node.split())) if isinstance(node, str) else ""


def _moment(node: Node) -> datetime | None:
    """A time, or an object of Rails' that holds one."""
    if isinstance(node, dict):
        node = node.get("utc")
    return moment(node) if isinstance(node, str) else None


def _uploads(
    entry: _Entry, named: set[str], place: Inside, taken: set[str], found: Found
) -> tuple[Upload, ...]:
    """The uploads whose files are there, oldest first; the folder of the entry is the newest."""
    if entry.contradicted:
        found.note(entry.folder, f"named in {METADATA} for different people, and given to nobody")
        return ()
    uploads: list[Upload] = []
    for folder, at in entry.earlier:
        if folder in place.folders and folder not in named and folder not in taken:
            taken.add(folder)
            uploads += found.uploads_of(place.folders[folder], Upload(place.folders[folder], at))
        else:
            found.note(entry.folder, "earlier uploads are listed, whose files did not come along")
    uploads.sort(key=lambda one: (one.at is not None, one.at.timestamp() if one.at else 0.0))
    path = place.folders.get(entry.folder)
    if path is None:
        found.note(entry.folder, f"named in {METADATA}, but there is no such folder")
        return tuple(uploads)
    taken.add(entry.folder)
    if entry.at is None:
        found.note(entry.folder, f"{METADATA} tells no time that makes sense")
    return (*uploads, *found.uploads_of(path, Upload(path, entry.at)))


def _note_people(found: Found) -> None:
    """Say who is named in more than one submission, and who goes by two names."""
    counted = Counter(one.identity for each in found.handed for one in each.people)
    names: dict[str, set[str]] = {}
    for one in (one for each in found.handed for one in each.people):
        names.setdefault(one.identity, set()).add(one.labels[0])
    for identity, several in names.items():
        if counted[identity] > 1:
            found.note(min(several), "named in more than one submission, of which one counts")
        if len(several) > 1:
            found.remarks.append(f"one student goes by several names: {listed(sorted(several))}")
