"""The cores that may be used, and one for each process of a pool.

A process that stays on its core finds what it works on in that core's caches: a class of a hundred
takes a twentieth less time.
"""

import contextlib
import math
import os
import sys
from multiprocessing.context import assert_spawning
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from grader.control_groups import limits

QUOTA = ("cpu", "cpu.max", "cpu.cfs_quota_us")


def usable() -> int:
    """How many cores' time this process may use: a container has a share of them."""
    if sys.platform != "linux":
        return os.cpu_count() or 1
    cores = len(os.sched_getaffinity(0))
    return min([cores, *(_share(each) or cores for each in limits(*QUOTA))])


def _share(limit: Path) -> int | None:
    """How many cores' time a control group may use; none if that is not limited."""
    quota, *period = limit.read_text().split()
    if not quota.isdigit():
        return None
    of = period[0] if period else limit.with_name("cpu.cfs_period_us").read_text()
    return math.ceil(int(quota) / int(of))


class Cores:
    """The cores that this process may use, each to be taken by one process.

    While a process is spawned it can be among what that one is given. A core is free again once
    the process that took it has ended, however it did.
    """

    _locks: int | None = None
    """Of a file in memory, with a byte for each core: whoever has that one locked has the core. The
    system knows such locks by process, and forgets them with it."""

    def __init__(self, processes: int) -> None:
        """Have a core for each, if they are just as many; otherwise nobody gets one.

        Fewer do better where they find room, and of more some would wait for a core of others. A
        share of a machine's time is no core of it.

        Args:
            processes: how many will want to take one.
        """
        if sys.platform == "linux" and processes == len(os.sched_getaffinity(0)):
            self._locks = os.memfd_create("cores")

    def __del__(self) -> None:
        if self._locks is not None:
            with contextlib.suppress(OSError):  # the interpreter may have closed it
                os.close(self._locks)

    def take(self) -> None:
        """Stay on a core that no other process has taken, with all that is started from here.

        Where there is none the process stays where it is.
        """
        if sys.platform != "linux" or self._locks is None:
            return
        import fcntl  # not on every system that can import this file

        for core in sorted(os.sched_getaffinity(0)):
            try:
                fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, core)
            except BlockingIOError:
                continue
            os.sched_setaffinity(0, {core})
            return

    def __getstate__(self) -> object:
        """For a process that is being spawned.

        Raises:
            RuntimeError: none is.
        """
        assert_spawning(self)
        return None if self._locks is None else DupFd(self._locks)

    def __setstate__(self, duplicate: Any) -> None:
        """In that process: the same cores."""
        if duplicate is not None:
            self._locks = duplicate.detach()
            os.set_inheritable(self._locks, False)
