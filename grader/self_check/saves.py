"""Wait for a submission to be saved.

Files are looked at a few times a second; for the system's own events they would have to be looked
at as well, since these do not come from every drive, and are lost with a folder that is made anew.
So it makes no difference how an editor saves, and nothing is missed while a check is under way.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.submission.files import MOST_FILES, is_skipped

PAUSE_SECONDS = 0.2
"""Between two looks."""
LOOKING = 0.02
"""Of the time may be spent on looking: a folder may hold many files."""
QUIET_SECONDS = 0.15
"""Nothing changes for so long before a check: editors write, rename, and write again."""

MOST_LOOKS = 20
"""So often it is waited for quiet: something may write to a folder all the time."""

Stamp = tuple[int, ...]
Stamps = dict[str, Stamp]
"""What tells whether a file was written to, by its path."""


class Saves:
    """Iterated over, it waits for the next save since it was made; those of a while are one."""

    def __init__(self, path: Path, pause: Callable[[float], None] = time.sleep) -> None:
        """Look at the submission for the first time.

        Args:
            path: a file or a folder.
            pause: lets some seconds pass.
        """
        self._path, self._pause = path, pause
        self._seconds = PAUSE_SECONDS
        self._seen = self._look()

    def __iter__(self) -> Iterator[None]:
        """Yield at each save. That a file is gone is none: most often it is on its way back."""
        while True:
            now = self._look()
            if not now or now == self._seen:
                self._pause(self._seconds)
                continue
            self._seen = self._at_rest(now)
            yield

    def _at_rest(self, now: Stamps) -> Stamps:
        """The files once they no longer change, or after a while in which they did."""
        for _ in range(MOST_LOOKS):
            before = now
            self._pause(QUIET_SECONDS)
            now = self._look()
            if now == before:
                break
        return now

    def _look(self) -> Stamps:
        """The files of the submission as they are; none where there is no submission."""
        began = time.process_time()
        if self._path.is_dir():
            stamps = dict(_inside(self._path))
        else:
            stamp = _stamp(self._path)
            stamps = {} if stamp is None else {"": stamp}
        self._seconds = max(PAUSE_SECONDS, (time.process_time() - began) / LOOKING)
        return stamps


def _inside(folder: Path) -> Iterator[tuple[str, Stamp]]:
    """The files of a folder that may be read as its code, as far as they would be."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_skipped(name)]
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118 - of thousands, several times a second
            stamp = None if is_skipped(name) else _stamp(path)
            if stamp is not None:
                yield path, stamp
        count += len(names)
        if count > MOST_FILES:
            return


def _stamp(path: Path | str) -> Stamp | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - likewise
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
