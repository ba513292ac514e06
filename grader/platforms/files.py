"""The files of a platform: what it hands in, and what must be there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import UsageError
from grader.report.file import replace
from grader.submission.files import is_skipped, printable


def require_upload(folder: Path) -> None:
    """See that the platform's folder of what was handed in is there.

    Raises:
        UsageError: it is not.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; name another --root")


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


def folder_of(output: Path, mode: int = 0o700) -> None:
    """Make the folder of a results file.

    Raises:
        UsageError: it cannot be made.
    """
    try:
        if not output.parent.is_dir():
            output.parent.mkdir()
            output.parent.chmod(mode)
    except OSError as error:
        raise UsageError(f"{output.parent}: {error.strerror}; it must be a folder") from error


def publish(path: Path, data: bytes) -> None:
    """Replace a file that holds nothing but what students see: the platform may be any user.

    Raises:
        UsageError, GraderError: as `replace` does.
    """
    replace(path, data, mode=0o644)


@contextmanager
def left_by_no_fault(*outputs: Path) -> Iterator[None]:
    """See that none of these files is there before; after a fault of the grader none remains.

    Raises:
        UsageError: one cannot be a file.
    """
    for path in outputs:
        _remove(path)
    try:
        yield
    except BaseException:
        for path in outputs:
            _remove(path)
        raise


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another --output") from error
