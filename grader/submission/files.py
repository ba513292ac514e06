"""The files of a submission: the one that is graded, and the helper modules beside it."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.errors import UnreadableSubmissionError

LARGEST = 32 * 2**20
"""Bytes of one file. A notebook with many figures has 5 million."""

MOST_CODE = 4 * 2**20
"""Bytes of all `.py` files of a folder."""

MOST_FILES = 2_000
DEEPEST = 8

SUFFIXES = (".ipynb", ".py")

RESERVED = frozenset({"conftest", "sitecustomize", "usercustomize"})
"""Names that Python or tools import by themselves."""


def read_file(path: Path) -> bytes:
    """Read one file.

    Raises:
        UnreadableSubmissionError: it is too large.

    """
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableSubmissionError(
            f"{path.name} has more than {LARGEST // 2**20} MiB. Clear its outputs and try again."
        )
    return data


def find_files(folder: Path) -> dict[str, Path]:
    """Find notebooks and Python files in a folder: their paths by their relative posix paths.

    Raises:
        UnreadableSubmissionError: there are too many files to look at.

    """
    found = {}
    for seen, path in enumerate(_walk(folder, 0)):
        if seen >= MOST_FILES:
            problem = f"{folder.name} has more than {MOST_FILES:,} files."
            raise UnreadableSubmissionError(f"{problem} Hand in the lab's own files only.")
        if path.suffix.lower() in SUFFIXES:
            found[path.relative_to(folder).as_posix()] = path
    return found


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the regular files of a folder, top first; no links, nothing hidden or generated."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith((".", "__MACOSX", "__pycache__")):
                continue
            if entry.is_file(follow_symlinks=False):
                yield Path(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
    for inner in folders:
        if depth < DEEPEST and not (inner / "pyvenv.cfg").exists():
            yield from _walk(inner, depth + 1)


def helper_modules(
    files: dict[str, Path], graded: str
) -> tuple[tuple[tuple[str, bytes], ...], list[str]]:
    """Read the modules that the graded file can import, and say which are left out."""
    home = PurePosixPath(graded).parent
    modules, notes, size = [], [], 0
    for name, path in files.items():
        place = PurePosixPath(name)
        if name == graded or place.suffix != ".py" or not place.is_relative_to(home):
            continue
        relative = place.relative_to(home)
        parts = relative.with_suffix("").parts
        if not all(part.isidentifier() for part in parts):
            continue
        if is_taken(parts[0]):
            notes.append(f"{name} is left out: it has the name of a module of Python or a package")
            continue
        data = read_file(path)
        size += len(data)
        if size > MOST_CODE:
            notes.append(f"{name} and what follows is left out: too much code beside {graded}")
            break
        modules.append((relative.as_posix(), data))
    return tuple(modules), notes


def is_taken(name: str) -> bool:
    """Whether a top-level module name belongs to Python or to an installed package."""
    if name in RESERVED or name in sys.stdlib_module_names or name.startswith("__"):
        return True
    return importlib.util.find_spec(name) is not None
