"""How much of the disk a worker takes: what lies in its folder, and what is open without a name."""

from __future__ import annotations

import contextlib
import ctypes
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
PF_EXITING = 0x4
"""Of the flags in /proc/PID/task/TID/stat: the thread has begun to end, or has ended."""
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
        self._looked = time.monotonic()  # most workers end before their open files are looked at

    def exceeded(self, pid: int | None) -> str:
        """Which limit is exceeded; empty where none is.

        Args:
            pid: the worker, whose open files count as well; None: it has run no student code yet.
        """
        if pid is not None and time.monotonic() >= self._looked + LOOK_SECONDS:
            try:
                self._unnamed = self.bytes_without_name(pid)
            except PermissionError:
                if _first_living(pid) is not None:
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
            if (thread := _first_living(pid)) is None:
                return 0
            for each in _open_without_name(thread):
                if _identity(each) != self._known:
                    found[each.st_ino] = BLOCK * each.st_blocks
            for inode in _mapped_without_name(thread, self._folder):
                found.setdefault(inode, self._limits.file_bytes)
        return sum(found.values())


def usage(folder: Path, most: int) -> tuple[int, int]:
    """Count files and bytes on disk below a folder, up to `most` files; no link is followed.

    A folder, or a link to one, is a file as well. What lies too deep to be looked at counts as too
    many files.

    Raises:
        PermissionError: a folder cannot be looked into.
    """
    files = size = 0
    if sys.platform == "win32":
        for path, folders, names in os.walk(folder):
            files += len(folders) + len(names)
            if folders and len(Path(path).relative_to(folder).parts) >= DEEPEST:
                folders.clear()
                files = most + 1
            if files > most:
                break
            for name in names:
                with contextlib.suppress(OSError):
                    size += os.lstat(Path(path, name)).st_size
        return files, size
    with contextlib.suppress(*GONE), _opened(folder, None) as top:
        for found in _below(top, DEEPEST):
            files = most + 1 if found is None else files + 1
            if files > most or found is None:
                break
            size += BLOCK * found.st_blocks
    return files, size


GONE = (FileNotFoundError, NotADirectoryError)
"""What a name meets that means nothing any more, or not a folder any more."""


def _below(folder: int, deeper: int) -> Iterator[os.stat_result | None]:
    """Yield what is known of each file and folder below an open folder; None for one too deep."""
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(*GONE):
                found = os.stat(entry.name, dir_fd=folder, follow_symlinks=False)
                yield found
                if stat.S_ISDIR(found.st_mode):
                    if not deeper:
                        yield None
                    with _opened(entry.name, folder) as inner:
                        yield from _below(inner, deeper - 1)


@contextlib.contextmanager
def _opened(name: Path | str, parent: int | None) -> Iterator[int]:
    """A folder, open; never what a link leads to, and nothing else that has taken its place."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    descriptor = os.open(name, flags, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _first_living(pid: int) -> Path | None:
    """Where the system tells of the first thread of a process that does not end; None: all do.

    What ends shows nothing of what is open, and the main thread may end before the others.
    """
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                status = (thread / "stat").read_text(errors="replace")
                if not int(status.rpartition(")")[2].split()[6]) & PF_EXITING:
                    return thread
    return None


def _open_without_name(thread: Path) -> Iterator[os.stat_result]:
    """Yield what is known of each open file that is in no folder."""
    with os.scandir(thread / "fd") as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # it is closed meanwhile
                found = entry.stat()
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                    yield found


def _mapped_without_name(thread: Path, folder: Path) -> Iterator[int]:
    """Yield the inode of each mapped file that was in a folder, and is in none now."""
    inside = b" " + os.fsencode(folder).replace(b"\n", b"\\012") + b"/"
    with (thread / "maps").open("rb") as lines:
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
