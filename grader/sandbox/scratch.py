"""Scratch folders: made for one owner, removed whatever was put in (standard library only)."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

HELPERS = "<helper modules>"
"""Stands on `sys.path` where the helpers of a submission go: behind the standard library, so that
a `json.py` shadows nothing, and before all packages, so that what is installed decides nothing."""


def make(folder: Path, owner: int | None) -> None:
    """Make an empty folder that only its owner may enter; None: whoever this process is."""
    folder.mkdir(mode=0o700)
    if owner is not None:
        os.chown(folder, owner, owner)


def enterable(folder: Path) -> bool:
    """Whether every user may pass through a folder and those above it."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def remove(folder: Path) -> None:
    """Delete a folder and all below it, with any depth, names and permissions inside.

    Nothing is opened but folders, no link is followed, and no recursion can run out: a folder in a
    folder is moved up to the top, until the top is empty. Nobody else may still write there.
    """
    if not folder.exists():
        return
    folder.chmod(0o700)
    if sys.platform == "win32":  # no folder can be held open there while it changes
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                path.chmod(0o600)  # what is read-only cannot be deleted
        shutil.rmtree(folder, ignore_errors=True)
        return
    top = _open_folder(str(folder), None)
    moved = os.urandom(8).hex()  # a prefix that no name inside can have
    count = 0
    try:
        while names := _clear(top):
            for name in names:
                inner = _open_folder(name, top)
                try:
                    for deeper in _clear(inner):
                        os.rename(deeper, f"{moved}-{count}", src_dir_fd=inner, dst_dir_fd=top)
                        count += 1
                finally:
                    os.close(inner)
                os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)
    folder.rmdir()


def _open_folder(name: str, parent: int | None) -> int:
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)


def _clear(folder: int) -> list[str]:
    """Delete everything in an open folder but its folders, whose names are returned."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.name, 0o700, dir_fd=folder)
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders
