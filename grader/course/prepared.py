"""`gradescope.zip`: results that were made elsewhere, for Gradescope to show to each student.

Gradescope takes points of a programming assignment from an autograder alone, so this is one that
grades nothing: it looks the students of a submission up, and hands out the file that is there for
them. No code of a student runs beside the others' results.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from grader.course.kept import Kept
from grader.course.outcome import Outcome
from grader.course.state import people, state_of
from grader.errors import GraderError
from grader.report.file import replacing

PREPARED = "gradescope.zip"
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can hold, so that the same results give the same bytes."""
SETUP = "#!/usr/bin/env bash\n# There is nothing to install: the results are here already.\n"
SCRIPT = Path(__file__).with_name("run_prepared.py")


class _Address(msgspec.Struct, frozen=True, array_like=True):
    email: str
    key: str


def write_prepared(outcomes: Iterable[Outcome], folder: Path) -> int:
    """Write `gradescope.zip` from `results/`; returns how many students it knows.

    Left out are students without an address, for Gradescope knows people by theirs; those who share
    one; and those whose points are not final.

    Args:
        outcomes: of the class.
        folder: has `results/KEY.json` of each student, in Gradescope's format.

    Raises:
        UsageError: the folder cannot be written to.
        GraderError: a results file is missing, or the disk is full.
    """
    known = Kept(folder, _Address)
    try:
        for outcome in outcomes:
            if state_of(outcome)[0] == "graded":
                for student in people(outcome):
                    if email := student.email.strip().casefold():
                        known.add(email, _Address(email, student.key))
        twice = known.twice()
        some = [each for each in known if each.email not in twice]
    finally:
        known.close()
    with (
        replacing(folder / PREPARED) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, data in _members(some, folder / "results"):
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, so that the mode counts
            info.external_attr = (0o100644 if name.endswith(".json") else 0o100755) << 16
            archive.writestr(info, data)
    return len(some)


def _members(known: list[_Address], results: Path) -> Iterator[tuple[str, bytes]]:
    yield "setup.sh", SETUP.encode()
    yield "run_autograder", SCRIPT.read_bytes()
    numbers = {each.email: f"{at}.json" for at, each in enumerate(known)}
    yield "known.json", msgspec.json.encode(numbers)
    for each in known:
        path = results / f"{each.key}.json"
        try:
            yield f"results/{numbers[each.email]}", path.read_bytes()
        except OSError as error:
            raise GraderError(f"{path}: {error.strerror}; grade this student again") from error
