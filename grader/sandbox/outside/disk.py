"""How much of the disk a worker takes: what lies in its folder, and what is open without a name."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from grader.sandbox.outside.limits import Limits

LOOK_SECONDS = 0.2
"""How often the open files of a process are looked at."""
CLOSED = "it made folders that cannot be looked into"
DEEPEST = 50
"""Folders in folders that are looked into: a walk recurses."""
BLOCK = 512
"""Bytes of a block, as `stat` counts them."""


class Disk:
    """What one worker may use of the disk, and whether it uses more."""

    def __init__(self, folder: Path, limits: Limits, known: int | None = None) -> None:
        """Watch a scratch folder.

        Args:
            folder: of the worker.
            limits: what it may use.
            known: a descriptor of a file without a name that the worker was given; None: none.
        """
        self._folder, self._limits = folder, limits
        self._known = None if known is None else _identity(os.fstat(known))
        self._unnamed = 0
        self._looked = -math.inf

    def exceeded(self, pid: int | None) -> str:
        """Which limit is exceeded; empty where none is.

        Args:
            pid: the worker, whose open files count as well; None: it has run no student code yet.
        """
        if pid is not None and time.monotonic() >= self._looked + LOOK_SECONDS:
            try:
                self._unnamed = self.bytes_without_name(pid)
            except PermissionError:
                if _is_alive(pid):
                    return "its open files cannot be looked at"
            self._looked = time.monotonic()
        most_files, most_bytes = self._limits.scratch_files, self._limits.scratch_bytes
        try:
            files, size = usage(self._folder, most_files)
        except PermissionError:
            return CLOSED
        if files > most_files:
            return f"it made more than {most_files:,} files, or folders too deep"
        if size + self._unnamed > most_bytes:
            return f"its files took more than {most_bytes >> 20} MiB"
        return ""

    def bytes_without_name(self, pid: int) -> int:
        """Bytes of the files that a process holds open or mapped, and that are in no folder.

        Of one that is mapped and not open only the folder can be told in which it was: it counts
        as the largest that there may be.

        Raises:
            PermissionError: they cannot be seen, or the process has ended.
        """
        found: dict[int, int] = {}
        with contextlib.suppress(FileNotFoundError, ProcessLookupError), _as_owner_of(pid):
            for each in _open_without_name(pid):
                if _identity(each) != self._known:
                    found[each.st_ino] = BLOCK * each.st_blocks
            for inode in _mapped_without_name(pid, self._folder):
                found.setdefault(inode, self._limits.file_bytes)
        return sum(found.values())


def usage(folder: Path, most: int) -> tuple[int, int]:
    """Count files and bytes on disk below a folder, up to `most` files; no link is followed.

    What lies too deep to be looked at counts as too many files.

    Raises:
        PermissionError: a folder cannot be looked into.
    """
    files = size = 0
    if sys.platform == "win32":
        for path, folders, names in os.walk(folder):
            files += 1 + len(names)
            if folders and len(Path(path).relative_to(folder).parts) >= DEEPEST:
                folders.clear()
                files = most + 1
            if files > most:
                break
            for name in names:
                with contextlib.suppress(OSError):
                    size += os.lstat(Path(path, name)).st_size
        return files, size
    for place, folders, names, descriptor in os.fwalk(folder, onerror=_raise_unless_gone):
        files += 1 + len(names)
        if folders and len(Path(place).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
            files = most + 1
        if files > most:
            break
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # it is gone meanwhile
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                size += BLOCK * found.st_blocks
    return files, size


def _raise_unless_gone(error: OSError) -> None:
    if isinstance(error, PermissionError):
        raise error


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _open_without_name(pid: int) -> Iterator[os.stat_result]:
    """Yield what is known of each open file that is in no folder."""
    with os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # it is closed meanwhile
                found = entry.stat()
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                    yield found


def _mapped_without_name(pid: int, folder: Path) -> Iterator[int]:
    """Yield the inode of each mapped file that was in a folder, and is in none now."""
    inside = b" " + os.fsencode(folder).replace(b"\n", b"\\012") + b"/"
    with Path(f"/proc/{pid}/maps").open("rb") as lines:
        for line in lines:
            if line.endswith(b" (deleted)\n") and inside in line:
                yield int(line.split(maxsplit=5)[4])


@contextlib.contextmanager
def _as_owner_of(pid: int) -> Iterator[None]:
    """See /proc as the user of a process does.

    Root sees another user's files only where it may trace processes, and in a container it may not.
    The change is of this thread, and of what it may see in file systems.
    """
    if os.geteuid() != 0:
        yield
        return
    owner = Path(f"/proc/{pid}").stat().st_uid
    libc = ctypes.CDLL(None)
    libc.setfsgid(owner)
    libc.setfsuid(owner)
    try:
        yield
    finally:
        libc.setfsuid(0)
        libc.setfsgid(0)


def _is_alive(pid: int) -> bool:
    """Whether a process runs; what has ended and waits for its parent shows nothing of itself."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"
