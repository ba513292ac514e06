"""A download that comes as a zip, unpacked: no links, no paths out of it, and bounded."""

import errno
import hashlib
import os
import shutil
import stat
import zipfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

import msgspec

from grader.course.handed_in import LeftOut
from grader.course.layouts.places import is_clutter, make_private
from grader.errors import UsageError
from grader.submission.archive import DAMAGED
from grader.submission.files import printable

LARGEST = 256 * 2**20
"""Bytes of one file: the images of CIFAR-10, which somebody will hand in, are 170 million."""
TOO_LARGE = f"it has more than {LARGEST >> 20} MiB"
MOST_BYTES = 32 * 2**30
"""Bytes of all files: a class of 30,000 whose notebooks are full of figures."""
MOST_FILES = 1_000_000
DEEPEST = 40
LONGEST_NAME = 255
"""Bytes of one name that a disk takes."""
LONGEST_PATH = 3000
BLOCK = 2**20
UNREADABLE = (*DAMAGED, RuntimeError, MemoryError)
"""What zipfile raises for a member; the last two where it is encrypted or packed oddly."""


class _Member(msgspec.Struct, frozen=True):
    path: str
    why: str


class _LeftOutError(Exception):
    """A member is not unpacked; the words say why."""


def unpacked(archive: Path, into: Path, again: str = "") -> tuple[Path, list[LeftOut]]:
    """Unpack a zip, unless the same one was unpacked here before.

    Args:
        archive: the zip.
        into: a folder for it, made if there is none; what is unpacked can be entered by its owner
            alone.
        again: the name of a file that is unpacked once more where it is gone, but its folder is
            not.

    Returns:
        The folder with its files, and what is not among them.

    Raises:
        UsageError: it is damaged or too large, or there is no room for it.
    """
    try:
        make_private(into)
        home = into / f"download-{_digest(archive)[:16]}"
        if not home.exists():
            partial = home.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)  # somebody pulled the plug
            make_private(partial, partial / "files")
            try:
                _unpack_all(archive, partial)
            except BaseException:
                shutil.rmtree(partial, ignore_errors=True)
                raise
            partial.rename(home)
        elif again:
            _unpack_again(archive, home / "files", again)
        listed = msgspec.json.decode((home / "left_out.json").read_bytes(), type=list[_Member])
    except OSError as error:
        name = printable(str(archive))
        raise UsageError(f"{name} cannot be unpacked in {into}: {error.strerror}.") from None
    except msgspec.MsgspecError:
        raise UsageError(f"{home} is damaged. Delete it, and try again.") from None
    return home / "files", [LeftOut(Path(each.path), each.why) for each in listed]


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _unpack_all(archive: Path, home: Path) -> None:
    left_out: list[_Member] = []
    name = printable(archive.name)
    try:
        opened = zipfile.ZipFile(archive)
    except UNREADABLE as error:
        if _of_the_disk(error):
            raise
        problem = f"{name} is damaged or no zip ({printable(str(error))})."
        raise UsageError(f"{problem} Download it again.") from None
    with opened:
        members = opened.infolist()
        if len(members) > MOST_FILES:
            raise UsageError(f"{name} has more than {MOST_FILES:,} files. Take it apart by hand.")
        left = MOST_BYTES
        for member in members:
            try:
                left -= _unpack(opened, member, home / "files")
            except _LeftOutError as error:
                left_out.append(_Member(printable(member.filename), str(error)))
            if left < 0:
                problem = f"{name} unpacks to more than {MOST_BYTES >> 30} GiB."
                raise UsageError(f"{problem} Take it apart by hand.")
    (home / "left_out.json").write_bytes(msgspec.json.encode(left_out))


def _unpack_again(archive: Path, folder: Path, name: str) -> None:
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            if PurePosixPath(member.filename).name == name:
                with suppress(_LeftOutError):  # it was then, too
                    path = folder.joinpath(*_parts(member))
                    if path.parent.is_dir() and not path.exists():
                        _unpack(opened, member, folder)


def _unpack(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> int:
    """Unpack one member; returns its bytes."""
    parts = _parts(member)
    if is_clutter(parts[0]):
        (folder / parts[0]).mkdir(mode=0o700, exist_ok=True)  # so that it can be counted
        return 0
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise _LeftOutError("it is a link, and those are not followed")
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise _LeftOutError("it is neither a file nor a folder")
    path = folder.joinpath(*parts)
    try:
        if member.is_dir() or kind == stat.S_IFDIR:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            return 0
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _write(opened, member, path)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise _LeftOutError("something else in the zip has its name") from None


def _parts(member: zipfile.ZipInfo) -> list[str]:
    """The path of a member below the folder that it is unpacked into."""
    name = member.filename
    if "/" not in name:  # some programs of Windows write no slash at all
        name = name.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise _LeftOutError("its path leads out of the zip")
    sizes = [len(os.fsencode(part)) for part in path.parts]
    if max(sizes) > LONGEST_NAME or sum(sizes) > LONGEST_PATH or len(sizes) > DEEPEST:
        raise _LeftOutError("its name is too long, or it lies too deep")
    return list(path.parts)


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> int:
    """Write one file that is not there yet; what is damaged leaves nothing."""
    if member.file_size > LARGEST:
        raise _LeftOutError(TOO_LARGE)
    size = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file, opened.open(member) as content:
            while block := content.read(BLOCK):
                size += len(block)
                if size > LARGEST:
                    raise _LeftOutError(TOO_LARGE)  # it had said something else
                file.write(block)
    except _LeftOutError:
        path.unlink()
        raise
    except UNREADABLE as error:
        path.unlink()
        if _of_the_disk(error):
            raise
        raise _LeftOutError(f"it cannot be unpacked ({printable(str(error))})") from None
    return size


def _of_the_disk(error: Exception) -> bool:
    """Whether it is the disk's fault rather than the zip's, whose positions may make no sense."""
    return isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}
