"""The files of a platform: what it hands in, and what must be there whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import UsageError
from grader.report.file import replace


def require_upload(folder: Path) -> None:
    """See that the platform's folder of what was handed in is there.

    Raises:
        UsageError: it is not.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; name another --root")


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
