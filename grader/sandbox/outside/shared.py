"""The exam's own arrays, which workers map instead of being sent them again and again.

They lie in sealed memory without a name. For each request a worker maps the part that it needs anew
and privately: code that changes its argument in place changes a copy of its own.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import sys
import time
from collections.abc import Iterable
from multiprocessing.context import assert_spawning
from multiprocessing.reduction import DupFd
from typing import Any

import numpy as np

from grader.errors import WallError
from grader.sandbox.wire import Array

PAGE = mmap.ALLOCATIONGRANULARITY
Places = dict[str, tuple[int, str, tuple[int, ...]]]
"""Where each array lies, its type and its shape."""

PATIENCE = 10.0
"""Seconds for which sealing is tried again while the kernel says that the memory is busy."""


class Shared:
    """Some arrays in memory that other processes can map, and nobody can change.

    While a process is spawned it can be among what that one is given: then it is the same memory.
    """

    descriptor: int | None = None
    """Of the memory; None where there is none that can be shared."""

    def __init__(self, arrays: Iterable[tuple[str, Array]], of: str = "") -> None:
        """Copy the arrays, one after the other.

        Args:
            arrays: by name.
            of: says what they belong to.

        Where the system has no such memory (anywhere but on Linux) they are kept, and sent.

        Raises:
            WallError: there is no room, or the memory cannot be sealed.
        """
        self.arrays: dict[str, Array] = {}
        """By name; nobody can write to them."""
        self.of = of
        self._start = self._size = 0
        self._places: Places = {}
        if sys.platform == "linux":
            try:
                self._lay(arrays)
            except OSError as error:
                raise WallError(f"the exam cannot be laid in memory: {error.strerror}") from error
        else:
            self.arrays = dict(arrays)

    def __del__(self) -> None:
        if self.descriptor is not None:
            with contextlib.suppress(OSError):  # the interpreter may have closed it
                os.close(self.descriptor)

    def place(self, array: Array) -> int | None:
        """Where the bytes of an array lie in the memory; None if they do not, or not in a row."""
        offset = array.__array_interface__["data"][0] - self._start
        inside = offset >= 0 and offset + array.nbytes <= self._size
        return offset if inside and array.size and array.flags.c_contiguous else None

    def _lay(self, arrays: Iterable[tuple[str, Array]]) -> None:
        self.descriptor = os.memfd_create("exam", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        with open(self.descriptor, "wb", closefd=False) as file:
            for name, array in arrays:
                self._places[name] = file.tell(), array.dtype.str, array.shape
                file.write(np.ascontiguousarray(array).data)
                file.write(bytes(-file.tell() % PAGE))
            self._size = file.tell()
        seal(self.descriptor)
        os.fchmod(self.descriptor, 0o444)  # nor can another user touch its times
        self._map(self.descriptor)

    def _map(self, descriptor: int) -> None:
        memory = mmap.mmap(descriptor, self._size, prot=mmap.PROT_READ)
        for name, (offset, dtype, shape) in self._places.items():
            count = int(np.prod(shape))
            self.arrays[name] = np.frombuffer(memory, dtype, count, offset).reshape(shape)
        self._start = np.frombuffer(memory, np.uint8).__array_interface__["data"][0]

    def __getstate__(self) -> tuple[object, ...]:
        """For a process that is being spawned.

        Raises:
            RuntimeError: none is, or nothing here can be shared.
        """
        assert_spawning(self)
        if self.descriptor is None:
            raise RuntimeError("this system has no memory that another process could map")
        return DupFd(self.descriptor), self._size, self._places, self.of

    def __setstate__(self, state: tuple[Any, int, Places, str]) -> None:
        """In that process: the same memory."""
        duplicate, self._size, self._places, self.of = state
        self.arrays, self.descriptor = {}, duplicate.detach()
        os.set_inheritable(self.descriptor, False)
        self._map(self.descriptor)


def seal(descriptor: int) -> None:
    """Nobody can write to this memory any more, or change its size.

    While the kernel itself holds one of its pages (to move it, or to age it), it says that the
    memory is busy; that passes.

    Raises:
        OSError: it cannot be sealed, or is still busy after `PATIENCE`.
    """
    import fcntl  # not on every system that can import this file

    seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
            return
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() >= end:
                raise
        time.sleep(0.05)
