"""The files of a submission: the code in a folder, bounded in number, depth and bytes."""

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from grader.errors import UnreadableSubmissionError
from grader.submission import kinds

LARGEST = 32 * 2**20
"""Bytes of one file. A notebook with many figures has 5 million."""

MOST_BYTES = 64 * 2**20
"""Bytes of all notebooks and `.py` files."""

MOST_CODE_FILES = 500
MOST_FILES = 20_000
MOST_LOOKED_AT = 1_000
"""Files whose names do not say that they are code: so many are looked into all the same."""
MOST_OTHERS = 10
"""Files that are no code, and are named where no code is found."""
DEEPEST = 10

LONGEST_SHOWN = 300
"""Characters of a name in a message."""

SUFFIXES = (".ipynb", ".py")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")

SKIPPED = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages"})
"""Folders that tools make; hidden ones are skipped, too."""


@dataclass
class Files:
    """Notebooks and scripts, by their relative posix paths."""

    name: str
    """Of the folder or archive that they are from."""
    contents: dict[str, bytes] = field(default_factory=dict)
    archives: dict[str, bytes] = field(default_factory=dict)
    """Archives among the files, which are not unpacked yet."""
    inside: str = ""
    """The one of them that is being unpacked; what is packed in it stays packed."""
    notes: list[str] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)
    """When a file was last changed, as its archive says; a file system's times are not asked."""
    others: list[str] = field(default_factory=list)
    """What lies there beside code: `report.pdf is a PDF document`."""
    seen: int = 0
    looked_at: int = 0

    def wants(self, name: str) -> bool:
        """Count one file and say whether it is to be added.

        Raises:
            UnreadableSubmissionError: there are too many files.

        """
        self.seen += 1
        if self.seen > MOST_FILES or len(self.contents) > MOST_CODE_FILES:
            problem = (
                f"{self.name} has more than {MOST_FILES:,} files, or {MOST_CODE_FILES} of code."
            )
            raise UnreadableSubmissionError(f"{problem} Hand in the lab's own files only.")
        path = PurePosixPath(name)
        if not path.name or any(is_skipped(part) for part in path.parts):
            return False
        if not name.lower().endswith(SUFFIXES + ARCHIVES):
            self.looked_at += 1
            if self.looked_at > MOST_LOOKED_AT:
                return False
        if path.is_absolute() or ".." in path.parts or len(path.parts) > DEEPEST:
            self.notes.append(f"{printable(name)} is left out: it lies outside, or too deep")
            return False
        return True

    def leave_out_link(self, name: str) -> None:
        """Say that a link is not followed."""
        self.notes.append(f"{printable(name)} is left out: it is a link")

    def add(self, name: str, file: IO[bytes], time: float = 0.0) -> None:
        """Read one file, if it holds code. Too large ones are left out with a note.

        Args:
            name: its relative posix path.
            file: its content.
            time: when it was last changed, as its archive says; of any unit.
        """
        name = printable(PurePosixPath(self.inside, name).as_posix())
        packed, called_code = name.lower().endswith(ARCHIVES), name.lower().endswith(SUFFIXES)
        head = file.read(kinds.HEAD)
        may_hold_code = not self.inside if packed else kinds.may_hold_code(head)
        if not called_code and not may_hold_code:
            self._add_other(name, head)
            return
        data = head + file.read(LARGEST + 1 - len(head))
        held = sum(map(len, [*self.contents.values(), *self.archives.values()]))
        if not called_code and not packed and not kinds.holds_code(data):
            self._add_other(name, data)
        elif len(data) > LARGEST:
            self.notes.append(f"{name} is left out: it has more than {LARGEST // 2**20} MiB")
        elif len(data) + held > MOST_BYTES:
            self.notes.append(f"{name} is left out: all code has more than {MOST_BYTES >> 20} MiB")
        elif packed:
            self.archives[name] = data
        else:
            self.contents[name], self.times[name] = data, time

    def _add_other(self, name: str, data: bytes) -> None:
        what = kinds.what_it_is(data)
        if what is not None and len(self.others) < MOST_OTHERS:
            self.others.append(f"{name} is {what}")


def printable(name: str) -> str:
    """Show in one line what a student chose, such as a file name: any characters, any length."""
    escaped = (each if each.isprintable() else ascii(each)[1:-1] for each in name)
    name = "".join(escaped)
    return name if len(name) <= LONGEST_SHOWN else f"{name[:200]}…{name[-99:]}"


def is_skipped(part: str) -> bool:
    """Whether a part of a path is hidden or made by tools."""
    return part in SKIPPED or (part.startswith(".") and part != "..")


def read_file(path: Path) -> bytes:
    """Read one file that was handed in by itself, whatever it is called.

    Raises:
        UnreadableSubmissionError: it is too large.

    """
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        problem = f"{printable(path.name)} is left out: it has more than {LARGEST // 2**20} MiB."
        raise UnreadableSubmissionError(f"{problem} Clear its outputs and try again.")
    return data


def read_folder(folder: Path, files: Files | None = None) -> Files:
    """Read the code in a folder. Links are not followed.

    Args:
        folder: where it lies.
        files: what the files are added to; None: as code.

    Raises:
        UnreadableSubmissionError: there are too many files.

    """
    files = files or Files(printable(folder.name))
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        if folders and len(Path(place).relative_to(folder).parts) >= DEEPEST:
            files.notes.append(f"{printable(folders[0])} is left out: it lies too deep")
            folders.clear()  # os.walk may be recursive
        for name in sorted(names):
            path = Path(place, name)
            relative = path.relative_to(folder).as_posix()
            if not files.wants(relative):
                continue
            if path.is_symlink():
                files.leave_out_link(relative)
            elif path.is_file():
                try:
                    with path.open("rb") as file:
                        files.add(relative, file)
                except PermissionError:
                    files.notes.append(f"{printable(relative)} is left out: it cannot be opened")
    return files
