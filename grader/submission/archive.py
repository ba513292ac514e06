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
from grader.submission.kinds import HEAD, ArchiveMode, TarMode, archive_mode

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


def read_archive(path: Path, mode: ArchiveMode | None, files: Files | None = None) -> Files:
    """Read the code in an archive.

    Args:
        path: of the archive.
        mode: how it is packed; None: as its name says.
        files: what the files are added to; None: as code.

    Raises:
        UnreadableSubmissionError: it is damaged, encrypted or too large.

    """
    files = files or Files(printable(path.name))
    with path.open("rb") as file:
        _read(file, files.name, files, mode)
    return files


def unpack_nested(files: Files) -> None:
    """Add the code in archives that lie among the files; what is packed in these stays packed."""
    for name, data in files.archives.items():
        files.inside = name
        try:
            _read(io.BytesIO(data), name, files, archive_mode(data[:HEAD]))
        except UnreadableSubmissionError as error:
            files.notes.append(str(error))


def _read(file: IO[bytes], name: str, files: Files, mode: ArchiveMode | None) -> None:
    try:
        if mode is None and name.lower().endswith(".zip"):
            mode = "zip"
        if mode == "zip":
            _read_zip(file, files)
        else:
            plain: TarMode = "r:" if name.lower().endswith(".tar") else "r:gz"
            _read_tar(file, name, files, mode or plain)
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


def _read_zip(file: IO[bytes], files: Files) -> None:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            kind, name = stat.S_IFMT(member.external_attr >> 16), member.filename
            if "/" not in name:  # some programs of Windows write no slash at all
                name = name.replace("\\", "/")
            if name.endswith("/") or not files.wants(name):
                continue
            if kind == stat.S_IFLNK:
                files.leave_out_link(name)
            elif kind in {0, stat.S_IFREG}:
                with archive.open(member) as content:
                    files.add(name, content, _seconds(member.date_time))


def _seconds(time: tuple[int, int, int, int, int, int]) -> float:
    """A number that grows with the time; months of 31 days will do."""
    year, month, day, hour, minute, second = time
    return float((((year * 12 + month) * 31 + day) * 24 + hour) * 3600 + minute * 60 + second)


def _read_tar(file: IO[bytes], name: str, files: Files, mode: TarMode) -> None:
    unpacked = 0
    with tarfile.open(fileobj=file, mode=mode) as archive:
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
                    files.add(member.name, content, float(member.mtime))
