"""Where the files of an upload lie, by their names: for what points at a line of one."""

import os
from collections.abc import Iterator
from pathlib import Path

from grader.submission.files import is_skipped, printable


def named_once(place: Path, base: Path) -> dict[str, str]:
    """The paths of files below a place, seen from a base, by those names that only one file has."""
    found: dict[str, list[str]] = {}
    for path in _below(place):
        found.setdefault(printable(path.name), []).append(os.path.relpath(path, base))
    return {name: paths[0] for name, paths in found.items() if len(paths) == 1}


def _below(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for folder, folders, names in os.walk(place):
        folders[:] = [name for name in folders if not is_skipped(name)]
        yield from (Path(folder, name) for name in names)
