"""What was handed in, as a digest: as long as it is the same, it need not be read again."""

import hashlib
import os
import stat
from pathlib import Path

from grader.errors import UsageError

CHUNK = 1 << 20


def digest_of_upload(path: Path) -> str:
    """The digest of a file, or of all files of a folder, with their names; times do not count.

    Links are not followed, and nothing but files is read.

    Raises:
        UsageError: it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        if path.is_dir():
            for folder, folders, files in os.walk(path):
                folders.sort()
                for name in sorted(files):
                    _add(digest, Path(folder) / name, path)
        else:
            _add(digest, path, path.parent)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", path: Path, root: Path) -> None:
    name = os.fsencode(path.relative_to(root))
    mode = path.lstat().st_mode
    digest.update(b"%d:%b%d:" % (len(name), name, stat.S_IFMT(mode)))
    if stat.S_ISREG(mode):
        size = 0
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
        digest.update(b":%d" % size)
