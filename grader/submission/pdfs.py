"""The PDFs among what was handed in, as bytes: nothing here looks into one."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from grader.submission.files import ARCHIVES, Files, is_skipped, printable, read_folder
from grader.submission.kinds import archive_mode
from grader.submission.program import Pdfs

SUFFIX = ".pdf"
BEGINS = b"%PDF-"
FIRST = 1024
"""Bytes in which a PDF says that it is one."""
MOST = 4
MOST_BYTES = 64 * 2**20
"""Of all of them together."""
MOST_NAMES = 5_000
"""Of files in a folder that are looked at; where there are more, the reader decides."""
LISTS = re.compile(rb"\.(?:pdf|zip|tar|tgz|tar\.gz)", re.I)
"""What an archive's own list has, where it may hold a PDF."""


@dataclass
class PdfFiles(Files):
    """The PDFs of a folder or an archive; other archives in it are unpacked, too."""

    pdfs: list[bytes] = field(default_factory=list)
    left_out: int = 0
    """Those beyond `MOST` or `MOST_BYTES`."""

    def add(self, name: str, file: IO[bytes], time: float = 0.0) -> None:
        """Keep a file that is called a PDF."""
        if name.lower().endswith(ARCHIVES):
            super().add(name, file, time)
        elif name.lower().endswith(SUFFIX):
            room = MOST_BYTES - sum(map(len, self.pdfs))
            data = file.read(room + 1)
            if len(data) > room or len(self.pdfs) == MOST:
                self.left_out += 1
            else:
                self.pdfs.append(data)


def may_hold_pdfs(path: Path) -> bool:
    """Whether PDFs may be among what was handed in: to look costs a process."""
    if path.is_dir():
        try:
            names = list(islice(_names(path), MOST_NAMES))
        except OSError:  # it is deeper than a path can name, say: the reader has its own way
            return True
        return len(names) == MOST_NAMES or any(
            name.lower().endswith((SUFFIX, *ARCHIVES)) and not is_skipped(name) for name in names
        )
    with path.open("rb") as file:
        head = file.read(FIRST)
        mode = archive_mode(head)
        if mode is None:
            return BEGINS in head
        if mode != "zip":
            return True
        return path.stat().st_size > MOST_BYTES or bool(LISTS.search(head + file.read()))


def _names(folder: Path) -> Iterator[str]:
    """The names of all files in a folder, however deep: a student made it."""
    left = [str(folder)]
    while left:
        with os.scandir(left.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                else:
                    yield entry.name


def read_pdfs(path: Path) -> Pdfs:
    """Take the PDFs out of a folder or an archive, or the file itself.

    Raises:
        UnreadableSubmissionError: there are too many files, or the archive is damaged.
    """
    from grader.submission.archive import read_archive, unpack_nested  # 15 ms, as in `reader`

    files = PdfFiles(printable(path.name))
    if path.is_dir():
        read_folder(path, files)
    else:
        with path.open("rb") as file:
            head = file.read(FIRST)
        if BEGINS in head and archive_mode(head) is None:
            with path.open("rb") as file:
                files.add(f"report{SUFFIX}", file)
            return Pdfs(tuple(files.pdfs), files.left_out)
        read_archive(path, archive_mode(head), files)
    unpack_nested(files)
    return Pdfs(tuple(files.pdfs), files.left_out)
