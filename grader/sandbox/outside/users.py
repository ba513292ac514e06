"""Uids for workers, which no other grader on this machine has."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import WallError

USERS = range(60706, 61184)
"""Uids that neither distributions nor systemd give to anybody: below those of its services without
a user of their own, and below 65536, so that a user namespace has them, too."""
BLOCK = 8
"""Uids of one grader; no two of its workers that live at one time have the same one."""
FOLDERS = ("/run/quantization-grader", "/tmp/quantization-grader")  # noqa: S108 - see `_folder`
"""Where blocks are claimed: the first that root alone can enter, or that can be made so."""


@dataclass(frozen=True)
class Claimed:
    """A block of uids, as long as a process holds its lock."""

    users: range
    lock: int | None
    """The descriptor, which the zygote gets, too: where the grader is killed, it ends later."""


NOBODY = Claimed(range(0), None)
"""What an ordinary user's grader has."""


@contextlib.contextmanager
def own_users() -> Iterator[Claimed]:
    """A block of uids that no other grader on this machine has: all their processes may be killed.

    Raises:
        WallError: all are claimed, or nothing can be claimed here.
    """
    import fcntl  # not on every system that can import this file

    folder = _folder()
    blocks = [range(first, first + BLOCK) for first in USERS[::BLOCK] if first + BLOCK in USERS]
    secrets.SystemRandom().shuffle(blocks)
    for block in blocks:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        lock = os.open(folder / f"users-{block.start}.lock", flags, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        try:
            yield Claimed(block, lock)
        finally:
            os.close(lock)
        return
    raise WallError(f"{len(blocks)} graders run on this machine; wait for one to end")


def _folder() -> Path:
    """Where nobody but root can claim anything.

    Raises:
        WallError: there is no such folder.
    """
    for path in map(Path, FOLDERS):
        with contextlib.suppress(OSError):  # there already, or nothing can be made here
            path.mkdir(mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            found = path.lstat()
            mine = stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o077
            if mine and os.access(path, os.W_OK):
                return path
    names = " and ".join(FOLDERS)
    raise WallError(f"{names} cannot be written to, or belong to another user: remove one of them")
