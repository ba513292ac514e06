"""Rows that wait on the disk until the last one is known, and come back in the order of their keys.

A class is told one delivery at a time, in whatever order it was graded. What is written of it must
not depend on that order, and must not fill the memory: a key and two numbers of each row do.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from grader.errors import GraderError, UsageError

Row = TypeVar("Row")


class Kept(Generic[Row]):
    """Rows of one type, in a file without a name: nothing of it stays, however the process ends."""

    def __init__(self, folder: Path, row: type[Row]) -> None:
        try:
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - `close` closes it
        except OSError as error:
            raise UsageError(
                f"{folder}: {error.strerror}; name a folder that can be written to"
            ) from error
        self._folder = folder
        self._places: list[tuple[str, int, int]] = []
        self._end = 0
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(row)

    def add(self, key: str, row: Row) -> None:
        """Keep a row.

        Raises:
            GraderError: the disk is full, or the like.
        """
        data = self._encoder.encode(row)
        try:
            self._file.write(data)
        except OSError as error:
            raise self._full(error) from error
        self._places.append((key, self._end, len(data)))
        self._end += len(data)

    def __iter__(self) -> Iterator[Row]:
        """All rows by their keys; those of one key as they came. As often as they are needed.

        Raises:
            GraderError: the disk is full, or the like.
        """
        try:
            self._file.flush()
            for _, at, length in sorted(self._places):
                self._file.seek(at)
                data = self._file.read(length)
                yield self._decoder.decode(data)
            self._file.seek(self._end)
        except OSError as error:
            raise self._full(error) from error

    def twice(self) -> frozenset[str]:
        """The keys that came more than once."""
        count = Counter(key for key, _, _ in self._places)
        return frozenset(key for key, times in count.items() if times > 1)

    def close(self) -> None:
        """Let go of the file, and so of the rows."""
        with suppress(OSError):  # what could not be written is not wanted any more
            self._file.close()

    def _full(self, error: OSError) -> GraderError:
        return GraderError(f"{self._folder}: {error.strerror}; make space there")
