"""The folder that a grader's workers live in: locked while one does, swept when none does."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grader.errors import WallError
from grader.sandbox import scratch

PREFIX = "grader-"
NAME = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}")
"""What `mkdtemp` makes of the prefix."""
LOCK = "in-use.lock"
"""A file in the folder. Its lock goes away with the last process that holds it, however it ends."""
MODES = frozenset({0o700, 0o711})


@dataclass(frozen=True)
class Home:
    """A folder of this user's own, by its true name."""

    path: Path
    lock: int | None
    """Descriptor that holds the lock; None where there are no locks: such a folder is never swept.

    The zygote has it, too: it ends the workers and removes the folder where the grader is gone.
    """

    def remove(self) -> None:
        """Remove the folder, and only then give the lock back."""
        try:
            scratch.remove(self.path)
        finally:
            if self.lock is not None:
                os.close(self.lock)


def new_home(where: str | None = None) -> Home:
    """A new folder, after those were swept that killed graders left beside it.

    Raises:
        WallError: none can be made.
    """
    where = where or tempfile.gettempdir()
    sweep(Path(where))
    try:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=where)).resolve()
        return Home(path, _locked(path))
    except OSError as error:
        raise WallError(
            f"{where}: no scratch folder can be made ({error.strerror});"
            " make room, or point TMPDIR at a folder that can be written to"
        ) from error


def sweep(where: Path) -> None:
    """Remove the folders that graders of this user left in a folder, and nothing else.

    A folder counts as left if it is one, has the name, the owner and the mode that `new_home` gives
    it, and holds a lock file that nobody has locked. No link is followed. What cannot be removed
    stays: a worker may still be ending in it.
    """
    with contextlib.suppress(OSError):  # a temporary directory need not be listed by everybody
        for path in sorted(where.iterdir()):
            if NAME.fullmatch(path.name):
                with contextlib.suppress(OSError):
                    _remove_if_left(path)


def _locked(folder: Path) -> int | None:
    """Lock a folder; the file gets its name once it is locked, so that nobody finds it free."""
    if sys.platform == "win32":
        return None
    import fcntl  # not on every system that can import this file

    unnamed = folder / f".{LOCK}"
    descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        unnamed.rename(folder / LOCK)
    except OSError:  # this file system knows no locks
        os.close(descriptor)
        unnamed.unlink()
        return None
    return descriptor


def _remove_if_left(path: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    with contextlib.ExitStack() as stack:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        stack.callback(os.close, folder)
        about = os.fstat(folder)
        if about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) not in MODES:
            return
        lock = os.open(LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        stack.callback(os.close, lock)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        about = os.fstat(lock)
        # Another grader that swept at the same moment has unlinked it: then all of it is gone.
        if stat.S_ISREG(about.st_mode) and about.st_uid == os.getuid() and about.st_nlink == 1:
            scratch.remove(path)
