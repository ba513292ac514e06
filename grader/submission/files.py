"""The files of a submission: the code in a folder, bounded in number, depth and bytes."""

import importlib.util
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from grader.errors import UnreadableSubmissionError

LARGEST = 32 * 2**20
"""Bytes of one file. A notebook with many figures has 5 million."""

MOST_BYTES = 64 * 2**20
"""Bytes of all notebooks and `.py` files."""

MOST_MODULES = 4 * 2**20
"""Bytes of all helper modules."""

MOST_CODE_FILES = 500
MOST_FILES = 20_000
DEEPEST = 10

LONGEST_SHOWN = 300
"""Characters of a name in a message."""

SUFFIXES = (".ipynb", ".py")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")

SKIPPED = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages"})
"""Folders that tools make; hidden ones are skipped, too."""

RESERVED = frozenset({"conftest", "sitecustomize", "usercustomize"})
"""Modules that Python or tools import by themselves."""


@dataclass
class Files:
    """Notebooks and Python files, by their relative posix paths."""

    name: str
    """Of the folder or archive that they are from."""
    contents: dict[str, bytes] = field(default_factory=dict)
    archives: dict[str, bytes] = field(default_factory=dict)
    """Archives among the files, which are not unpacked yet."""
    inside: str = ""
    """The one of them that is being unpacked; what is packed in it stays packed."""
    notes: list[str] = field(default_factory=list)
    seen: int = 0

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
        suffixes = SUFFIXES if self.inside else SUFFIXES + ARCHIVES
        if not name.lower().endswith(suffixes) or any(is_skipped(part) for part in path.parts):
            return False
        if path.is_absolute() or ".." in path.parts or len(path.parts) > DEEPEST:
            self.notes.append(f"{printable(name)} is left out: it lies outside, or too deep")
            return False
        return True

    def leave_out_link(self, name: str) -> None:
        """Say that a link is not followed."""
        self.notes.append(f"{printable(name)} is left out: it is a link")

    def add(self, name: str, file: IO[bytes]) -> None:
        """Read one file. Too large ones are left out with a note."""
        name = printable(PurePosixPath(self.inside, name).as_posix())
        data = file.read(LARGEST + 1)
        held = sum(map(len, [*self.contents.values(), *self.archives.values()]))
        if len(data) > LARGEST:
            self.notes.append(f"{name} is left out: it has more than {LARGEST // 2**20} MiB")
        elif len(data) + held > MOST_BYTES:
            self.notes.append(f"{name} is left out: all code has more than {MOST_BYTES >> 20} MiB")
        elif name.lower().endswith(ARCHIVES):
            self.archives[name] = data
        else:
            self.contents[name] = data


def printable(name: str) -> str:
    """Show in one line what a student chose, such as a file name: any characters, any length."""
    escaped = (each if each.isprintable() else ascii(each)[1:-1] for each in name)
    name = "".join(escaped)
    return name if len(name) <= LONGEST_SHOWN else f"{name[:200]}…{name[-99:]}"


def is_skipped(part: str) -> bool:
    """Whether a part of a path is hidden or made by tools."""
    return part in SKIPPED or (part.startswith(".") and part != "..")


def read_file(path: Path) -> bytes:
    """Read one file that was handed in by itself.

    Raises:
        UnreadableSubmissionError: it is too large.

    """
    files = Files(path.name)
    with path.open("rb") as file:
        files.add(path.name, file)
    if files.notes:
        raise UnreadableSubmissionError(f"{files.notes[0]}. Clear its outputs and try again.")
    return files.contents[printable(path.name)]


def read_folder(folder: Path) -> Files:
    """Read the code in a folder. Links are not followed.

    Raises:
        UnreadableSubmissionError: there are too many files.

    """
    files = Files(printable(folder.name))
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


def helper_modules(files: Files, graded: str) -> tuple[tuple[tuple[str, bytes], ...], list[str]]:
    """Find the modules that the graded file can import, and say which are left out."""
    home = PurePosixPath(graded).parent
    modules, notes, size = [], [], 0
    for name, data in files.contents.items():
        path = PurePosixPath(name)
        if name == graded or path.suffix != ".py" or not path.is_relative_to(home):
            continue
        relative = path.relative_to(home)
        parts = relative.with_suffix("").parts
        if not all(part.isidentifier() for part in parts):
            continue
        if is_taken(parts[0]):
            notes.append(f"{name} cannot be imported: Python or a package has that name")
        elif size + len(data) > MOST_MODULES:
            notes.append(
                f"{name} cannot be imported: more than {MOST_MODULES >> 20} MiB of modules"
            )
        else:
            size += len(data)
            modules.append((relative.as_posix(), data))
    return tuple(modules), notes


def is_taken(name: str) -> bool:
    """Whether a top-level module name belongs to Python or to an installed package."""
    if name in RESERVED or name in sys.stdlib_module_names or name.startswith("__"):
        return True
    return importlib.util.find_spec(name) is not None
