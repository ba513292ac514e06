"""The files of a `.zip` or `.tar.gz`, read in memory: nothing is ever written or linked."""

import errno
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

from grader.errors import UnreadableSubmissionError
from grader.submission.files import Files, printable

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")

MOST_UNPACKED = 512 * 2**20
"""Bytes that all files of a tar say they have: to find the next one, it must be unpacked."""


DAMAGED = (
    EOFError,
    ValueError,
    OSError,  # gzip; a position before the start
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


def is_archive(path: Path) -> bool:
    """Whether a path has the name of an archive."""
    return path.name.lower().endswith(SUFFIXES)


def read_archive(path: Path) -> Files:
    """Read the code in an archive.

    Raises:
        UnreadableSubmissionError: it is damaged, encrypted or too large.

    """
    files = Files(printable(path.name))
    try:
        (_read_zip if path.suffix.lower() == ".zip" else _read_tar)(path, files)
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise  # the disk's fault
        problem = f"{files.name} is damaged or not an archive ({error}). Pack it again."
        raise UnreadableSubmissionError(problem) from None
    except RuntimeError as error:  # encrypted, or an odd compression
        problem = f"{files.name} cannot be unpacked ({error}). Pack it as a plain zip."
        raise UnreadableSubmissionError(problem) from None
    return files


def _read_zip(path: Path, files: Files) -> None:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            regular = stat.S_IFMT(member.external_attr >> 16) in {0, stat.S_IFREG}
            # In this order: `is_dir` trips over an empty name.
            if files.is_code(member.filename) and regular and not member.is_dir():
                with archive.open(member) as file:
                    files.add(member.filename, file)


def _read_tar(path: Path, files: Files) -> None:
    unpacked = 0
    with tarfile.open(path, "r:" if path.suffix.lower() == ".tar" else "r:gz") as archive:
        for member in archive:
            unpacked += max(member.size, 0)
            if unpacked > MOST_UNPACKED:
                problem = f"{files.name} unpacks to more than {MOST_UNPACKED >> 20} MiB."
                raise UnreadableSubmissionError(f"{problem} Hand in the lab's own files only.")
            if files.is_code(member.name) and member.isreg():
                file = archive.extractfile(member)
                if file is not None:
                    files.add(member.name, file)
