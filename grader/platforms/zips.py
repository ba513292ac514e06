"""Zips that have the same bytes every time."""

import zipfile
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import IO

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can hold: each file gets it."""


def write_zip(
    output: Path | IO[bytes],
    members: Iterable[tuple[str, Path | bytes]],
    executable: Container[str] = (),
) -> None:
    """Write a zip of files by name.

    Args:
        output: a path, or a file that is open.
        members: names, each with a file or with bytes.
        executable: those of the names that can be started.

    Raises:
        OSError: a file cannot be read, or the zip not written.
    """
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(members, key=lambda member: member[0]):
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, so that the mode counts
            info.external_attr = (0o100755 if name in executable else 0o100644) << 16
            data = content if isinstance(content, bytes) else content.read_bytes()
            archive.writestr(info, data)


def exam_members(exam: Path, rubric: Path | None) -> Iterator[tuple[str, Path]]:
    """The exam in a folder, and the course's rubric beside it."""
    for path in exam.rglob("*"):
        if path.is_file():
            yield f"exam/{path.relative_to(exam).as_posix()}", path
    if rubric is not None:
        yield "course.toml", rubric
