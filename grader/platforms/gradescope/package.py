"""`autograder.zip`: what Gradescope unpacks into /autograder/source, the same bytes every time."""

from collections.abc import Iterator
from pathlib import Path

from grader.errors import UsageError
from grader.platforms.zips import exam_members, write_zip
from grader.template import CHECKOUT
from grader.versions import sources

TOP = ("docker/setup.sh", "docker/run_autograder", "docker/newest-python")
"""Executable, and at the root, where the platform looks for the first two."""
FILES = ("LICENSE", "pyproject.toml", "student_template/lab1.py", "constraints/*.txt")
"""What a build needs beside the grader."""


def package(output: Path, exam: Path, rubric: Path | None) -> int:
    """Write the package; returns its size in bytes.

    Neither the reference nor a test goes into it. The exam does: whoever has the package has the
    labels and the seed.

    Raises:
        UsageError: this is no whole checkout, or the file cannot be written.
    """
    try:
        write_zip(output, _members(exam, rubric), _executable())
        output.chmod(0o600)  # it holds the exam
    except OSError as error:
        raise UsageError(
            f"{error.filename}: {error.strerror}; package in a whole checkout, into a folder that"
            " can be written to"
        ) from error
    return output.stat().st_size


def _executable() -> set[str]:
    return {Path(name).name for name in TOP}


def _members(exam: Path, rubric: Path | None) -> Iterator[tuple[str, Path]]:
    for name in TOP:
        yield Path(name).name, CHECKOUT / name
    for pattern in FILES:
        for path in CHECKOUT.glob(pattern):
            yield path.relative_to(CHECKOUT).as_posix(), path
    for name in sources():
        yield name, CHECKOUT / name
    yield from exam_members(exam, rubric)
