"""The files of a `.zip` or `.tar.gz`, read in memory: nothing is ever written or linked."""

import errno
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

from grader.errors import UnreadableSubmissionError
from grader.submission.files import Files, printable

MOST_UNPACKED = 512 * 2**20
"""Bytes that all files of a tar say they have: to find the next one, it must be unpacked."""


DAMAGED = (
    EOFError,
    OverflowError,  # sizes beyond 64 bits
    ValueError,
    OSError,  # gzip; a position before the start
    lzma.LZMAError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_archive(path: Path) -> Files:
    """Read the code in an archive.

    Raises:
        UnreadableSubmissionError: it is damaged, encrypted or too large.

    """
    files = Files(printable(path.name))
    with path.open("rb") as file:
        _read(file, files.name, files)
    return files


def unpack_nested(files: Files) -> None:
    """Add the code in archives that lie among the files; what is packed in these stays packed."""
    for name, data in files.archives.items():
        files.inside = name
        try:
            _read(io.BytesIO(data), name, files)
        except UnreadableSubmissionError as error:
            files.notes.append(str(error))


def _read(file: IO[bytes], name: str, files: Files) -> None:
    try:
        (_read_zip if name.lower().endswith(".zip") else _read_tar)(file, name, files)
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise  # the disk's fault
        problem = f"{name} is damaged or not an archive ({printable(str(error))}). Pack it again."
        raise UnreadableSubmissionError(problem) from None
    except RuntimeError as error:  # encrypted, or an odd compression
        problem = f"{name} cannot be unpacked ({printable(str(error))}). Pack it as a plain zip."
        raise UnreadableSubmissionError(problem) from None
    except MemoryError:
        problem = f"{name} is damaged, or needs too much memory. Pack it again."
        raise UnreadableSubmissionError(problem) from None


def _read_zip(file: IO[bytes], _name: str, files: Files) -> None:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            kind = stat.S_IFMT(member.external_attr >> 16)
            # In this order: `is_dir` trips over an empty name.
            if not files.wants(member.filename) or member.is_dir():
                continue
            if kind == stat.S_IFLNK:
                files.leave_out_link(member.filename)
            elif kind in {0, stat.S_IFREG}:
                with archive.open(member) as content:
                    files.add(member.filename, content)


def _read_tar(file: IO[bytes], name: str, files: Files) -> None:
    unpacked, plain = 0, name.lower().endswith(".tar")
    with tarfile.open(fileobj=file, mode="r:" if plain else "r:gz") as archive:
        for member in archive:
            unpacked += max(member.size, 0)
            if unpacked > MOST_UNPACKED:
                problem = f"{name} unpacks to more than {MOST_UNPACKED >> 20} MiB."
                raise UnreadableSubmissionError(f"{problem} Hand in the lab's own files only.")
            if not files.wants(member.name):
                continue
            if member.issym() or member.islnk():
                files.leave_out_link(member.name)
            elif member.isreg():
                content = archive.extractfile(member)
                if content is not None:
                    files.add(member.name, content)
