"""Canvas' "Download submissions": all files in one folder, whose names say whose they are.

`lastfirst_[LATE_]<user id>_<submission id>_<file name>[-N].ext`, N for the Nth resubmission. The
names tell no times: what is not marked as late was in time, by the student's own due date.
"""

import re
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from grader.course.handed_in import Upload
from grader.course.layouts.places import (
    Found,
    Handed,
    Inside,
    Person,
    make_private,
    more_than_half,
)
from grader.submission.files import LARGEST, is_skipped, printable

NAME = re.compile(
    r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>\d{1,20})_(?P<submission>\d{1,20})_(?P<file>.+)",
    re.DOTALL | re.ASCII,
)
NUMBERED = re.compile(r"(?P<stem>.+)-(?P<number>[1-9]\d{0,3})(?P<suffix>(?:\.\w+)*)", re.ASCII)
GUESSED = "files that differ by a number at the end are taken for resubmissions"
LATE = "marked as late by Canvas, which does not tell by how much"


@dataclass(frozen=True)
class _File:
    """One file, and what its name says."""

    path: Path
    who: str
    late: bool
    user: str
    name: str
    """As the student called it, or as Canvas did at a resubmission."""

    @property
    def plain(self) -> str:
        """The name without the number of a resubmission."""
        found = NUMBERED.fullmatch(self.name)
        return self.name if found is None else found["stem"] + found["suffix"]

    @property
    def number(self) -> int:
        found = NUMBERED.fullmatch(self.name)
        return 0 if found is None else int(found["number"])


def fits(place: Inside) -> bool:
    """Whether a folder is such a download: most of its files are named so, and no folder is."""
    return more_than_half(_files(place), place)


def resembles(place: Inside) -> int:
    """How many files are named as in such a download."""
    return len(_files(place))


def read(into: Path, place: Inside, found: Found) -> None:
    """Find what was handed in.

    Args:
        into: a folder where files that belong together are copied to.
        place: the folder of the download.
        found: where it is noted.
    """
    files = _files(place)
    known = {one.path for one in files}
    for path in (*place.folders.values(), *place.files.values()):
        if path not in known:
            found.leave_out(path, "its name is not of the form lastfirst_ID_ID_name")
    by_user: dict[str, list[_File]] = defaultdict(list)
    for one in files:
        by_user[one.user].append(one)
    for user, own in by_user.items():
        who = own[0].who
        if len({one.who for one in own}) > 1:
            found.note(user, "files of one user id have different names in front")
        attempts = _attempts(own)
        if len(attempts) > 1:
            found.note(f"{who} ({user})", GUESSED)
        uploads = [_upload(files, into, f"{user}-{at}") for at, files in enumerate(attempts)]
        person = Person(user, (who, f"{who} {user}"), printable(who), number=user)
        found.handed.append(Handed(user, (person,), tuple(uploads)))


def _files(place: Inside) -> list[_File]:
    found = [(path, NAME.fullmatch(name)) for name, path in place.files.items()]
    return [
        _File(path, each["who"], each["late"] is not None, each["user"], each["file"])
        for path, each in found
        if each is not None
    ]


def _attempts(files: Sequence[_File]) -> list[list[_File]]:
    """The files of one student, by the times at which they were handed in, oldest first.

    `lab1.py`, `lab1-1.py` and `lab1-2.py` are three of these, while `part-1.py` and `part-2.py`
    without a `part.py` are parts of one: a number counts where all below it are there, too. The
    newest file of each name is one of the newest upload, so that this is whole.
    """
    by_name: dict[str, list[_File]] = defaultdict(list)
    for one in files:
        by_name[one.plain].append(one)
    last = max(map(_resubmissions, by_name.values()), default=0)
    attempts: list[list[_File]] = [[] for _ in range(last + 1)]
    for several in by_name.values():
        top = _resubmissions(several)
        for one in several:
            attempts[last - top + one.number if top else last].append(one)
    return attempts


def _resubmissions(several: Sequence[_File]) -> int:
    """How many files of one name are resubmissions; 0 where a number is missing or comes twice."""
    numbers = sorted(one.number for one in several)
    return numbers[-1] if numbers == list(range(len(numbers))) else 0


def _upload(files: Sequence[_File], into: Path, name: str) -> Upload:
    """A file where it lies, or copies of several in a folder of that name."""
    marked = any(one.late for one in files)
    late, remark = (None, LATE) if marked else (timedelta(0), "")
    if len(files) == 1:
        return Upload(files[0].path, late=late, remark=remark)
    together = into / "together" / name
    shutil.rmtree(together, ignore_errors=True)  # of an earlier reading
    make_private(into, together.parent, together)
    for one, called in zip(files, _names(files), strict=True):
        shutil.copyfile(one.path, together / called, follow_symlinks=False)
    return Upload(together, late=late, remark=remark, made_of=tuple(one.path for one in files))


def _names(files: Sequence[_File]) -> list[str]:
    """What the files of one upload are called, so that one finds the other: see `import helper`.

    A number is taken off, unless another file names this one with it. Where that leads to two of
    one name, all have the names that Canvas gave them.
    """
    texts = {one.path: _start(one.path) for one in files}
    names = []
    for one in files:
        others = (text for path, text in texts.items() if path != one.path)
        asked = any(one.name.encode("utf-8", "surrogateescape") in text for text in others)
        names.append(one.name if asked else one.plain)
    unique = len({name.casefold() for name in names}) == len(names)
    fit = not any(is_skipped(name) or name == ".." for name in names)
    return names if unique and fit else [one.path.name for one in files]


def _start(path: Path) -> bytes:
    """What a file holds, as far as code is ever read."""
    with path.open("rb") as file:
        return file.read(LARGEST)
