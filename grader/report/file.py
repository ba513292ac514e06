"""Files that are replaced in one step: there whole, or as they were before."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.errors import GraderError, UsageError


def replace(path: Path, data: bytes, option: str = "--output", mode: int = 0o600) -> None:
    """Replace a file, so that it is valid at every moment; only its owner reads it.

    Args:
        path: the file.
        data: what it holds then.
        option: how its user has named it.
        mode: of the file, where others read it as well.

    Raises:
        UsageError: there is no such folder, or it cannot be written to.
        GraderError: the disk is full, or the like.
    """
    with replacing(path, option, mode) as file:
        file.write(data)


@contextmanager
def replacing(path: Path, option: str = "--output", mode: int = 0o600) -> Iterator[BinaryIO]:
    """The same for what is written piece by piece: it is replaced once the last one is there.

    Args:
        path: the file.
        option: how its user has named it.
        mode: of the file.

    Raises:
        UsageError: there is no such folder, or it cannot be written to.
        GraderError: the disk is full, or the like.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}; name another {option} in a folder that can be written to"
        ) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        raise GraderError(f"{path}: {error.strerror}; it could not be written") from error
    finally:
        temporary.unlink(missing_ok=True)
