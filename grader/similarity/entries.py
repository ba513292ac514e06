"""The submissions that are compared: found in a folder or named, and read."""

import queue
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UnreadableSubmissionError, UsageError
from grader.similarity.compare import Compared, NotCompared
from grader.submission import Reader, is_skipped, printable, require_openable


@dataclass(frozen=True)
class Entry:
    """One submission."""

    name: str
    """As it is listed."""
    path: Path


def entries(paths: Sequence[Path]) -> list[Entry]:
    """The submissions of a class: those in one folder, or those that are named.

    Raises:
        UsageError: there are fewer than two, or one that is named cannot be opened.
    """
    for path in paths:
        require_openable(path)
    if len(paths) == 1:
        (folder,) = paths
        if not folder.is_dir():
            raise UsageError(f"{folder} is one file; name a folder of submissions, or two files")
        inside = sorted(path for path in folder.iterdir() if not is_skipped(path.name))
        found = [Entry(printable(path.name), path) for path in inside]
    else:
        found = [Entry(printable(str(path)), path) for path in dict.fromkeys(paths)]
    if len(found) < 2:
        named = ", ".join(map(str, paths))
        raise UsageError(
            f"{named} holds fewer than two submissions, so there is nothing to compare"
        )
    return found


def read(found: Sequence[Entry], workers: int) -> Generator[Compared | NotCompared, None, None]:
    """Read submissions, in their order, with so many processes.

    Raises:
        GraderError: the reader does not work here.
    """
    readers: queue.SimpleQueue[Reader] = queue.SimpleQueue()

    def one(entry: Entry) -> Compared | NotCompared:
        reader = readers.get()
        try:
            return _read(reader, entry)
        finally:
            readers.put(reader)

    with ExitStack() as stack:
        for _ in range(min(workers, len(found))):
            readers.put(stack.enter_context(Reader()))
        pool = ThreadPoolExecutor(min(workers, len(found)))
        stack.callback(pool.shutdown, cancel_futures=True)
        yield from pool.map(one, found)


def _read(reader: Reader, entry: Entry) -> Compared | NotCompared:
    if entry.path.is_symlink():
        return NotCompared(entry.name, "It is a link, and links are not followed.")
    try:
        fingerprints = reader.fingerprints(entry.path)
    except (UnreadableSubmissionError, UsageError) as error:
        return NotCompared(entry.name, str(error))
    return Compared(entry.name, fingerprints.parts, fingerprints.left_out)
