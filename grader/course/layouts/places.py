"""What lies in a folder of a download: sorted, links and special files apart, nothing opened."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.course.handed_in import LeftOut, Upload
from grader.errors import UsageError
from grader.submission.files import DEEPEST, is_skipped, printable

OF_WINDOWS = frozenset({"thumbs.db", "desktop.ini"})
"""What Windows puts beside files, as others put hidden ones."""
NOTHING = "nothing was handed in: the folder holds no file, or only what tools leave behind"
MOST_NAMED = 5


@dataclass(frozen=True)
class Person:
    """One person as a layout tells of them, before there are keys."""

    identity: str
    """Nobody else's, and the same wherever the download names this person."""
    labels: tuple[str, ...]
    """What a key is made from: see `keys.Wanted`."""
    name: str = ""
    email: str = ""
    number: str = ""


@dataclass(frozen=True)
class Handed:
    """One delivery before there are keys."""

    identity: str
    """No other delivery's."""
    people: tuple[Person, ...]
    uploads: tuple[Upload, ...]


@dataclass
class Found:
    """What a layout finds in a download."""

    root: Path
    """What `left_out` is seen from."""
    handed: list[Handed] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    clutter: list[str] = field(default_factory=list)
    """Names of what tools and systems leave behind, which is passed over."""
    noted: dict[str, list[str]] = field(default_factory=dict)
    """What is to be said, and of whom: one remark for all of whom the same is said."""

    def take(self, place: "Inside") -> None:
        """Note what is odd or clutter in a folder."""
        self.clutter += place.clutter
        for path, why in place.odd.items():
            self.leave_out(path, why)

    def leave_out(self, path: Path, why: str) -> None:
        """List something that belongs to nobody."""
        self.left_out.append(LeftOut(path.relative_to(self.root), why))

    def note(self, name: str, words: str) -> None:
        """Have something said of a student, a file or a folder."""
        self.noted.setdefault(words, []).append(name)

    def uploads_of(self, folder: Path, *uploads: Upload) -> tuple[Upload, ...]:
        """The uploads that lie in a folder: none where it holds nothing."""
        if holds_something(folder):
            return uploads
        self.note(folder.relative_to(self.root).as_posix(), NOTHING)
        return ()

    def said(self) -> tuple[str, ...]:
        """All remarks, each once."""
        found = [f"{listed(dict.fromkeys(names))}: {words}" for words, names in self.noted.items()]
        if self.clutter:
            count, names = f"{len(self.clutter):,}", listed(sorted(set(self.clutter)))
            what = "file or folder" if len(self.clutter) == 1 else "files or folders"
            found.append(f"{count} {what} of tools and systems passed over: {names}")
        return tuple(dict.fromkeys([*self.remarks, *found]))


@dataclass(frozen=True)
class Inside:
    """The folders and files of a folder, by their names, in the order of these."""

    folders: dict[str, Path]
    files: dict[str, Path]
    clutter: list[str]
    odd: dict[Path, str]
    """Links and the like, each with the reason why it is left out."""


def inside(folder: Path) -> Inside:
    """What lies in a folder.

    Raises:
        UsageError: the folder cannot be opened.
    """
    place = Inside({}, {}, [], {})
    try:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                _take(entry, Path(folder, entry.name), place)
    except OSError as error:
        name = printable(str(folder))
        raise UsageError(f"{name} cannot be opened: {error.strerror}.") from None
    return place


def _take(entry: "os.DirEntry[str]", path: Path, place: Inside) -> None:
    if is_clutter(entry.name):
        place.clutter.append(entry.name)
    elif entry.is_symlink():
        place.odd[path] = "it is a link, and those are not followed"
    elif not os.access(path, os.R_OK):
        place.odd[path] = "it cannot be opened"
    elif entry.is_dir(follow_symlinks=False):
        place.folders[entry.name] = path
    elif entry.is_file(follow_symlinks=False):
        place.files[entry.name] = path
    else:
        place.odd[path] = "it is neither a file nor a folder"


def is_clutter(name: str) -> bool:
    """Whether tools or systems leave something of this name behind."""
    return is_skipped(name) or name.lower() in OF_WINDOWS


def holds_something(folder: Path) -> bool:
    """Whether anything but clutter lies in a folder, or so deep below that nobody looks."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_clutter(name)]
        if not all(map(is_clutter, names)):
            return True
        if folders and len(Path(place).relative_to(folder).parts) >= DEEPEST:
            return True
        if any(Path(place, name).is_symlink() for name in folders):
            return True
    return False


def make_private(*folders: Path) -> None:
    """Make folders that their owner alone may enter, each where the one before is."""
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def more_than_half(part: Sequence[object], place: Inside) -> bool:
    """Whether these are most of what lies in a folder."""
    return 2 * len(part) > len(place.files) + len(place.folders)


def listed(names: Iterable[str]) -> str:
    """The first names of many, and how many more there are."""
    found = [printable(name) for name in names]
    more = len(found) - MOST_NAMED
    first = ", ".join(found[:MOST_NAMED])
    return f"{first} and {more:,} more" if more > 0 else first
