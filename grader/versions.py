"""Which grader, exam and rubric a result was made with: names, versions and digests.

Two results are comparable where these agree. Whoever makes a result may enter.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from grader import __version__
from grader.rubric import Rubric

NAME = "quantization-grader"
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class GraderVersion:
    """The code that judged."""

    version: str
    sha256: str
    """Of its source files; the same in a checkout, a package and an image."""


@dataclass(frozen=True)
class ExamVersion:
    """What a submission was measured against."""

    name: str
    sha256: str
    """Of the manifest, which holds the checksums of all other files."""


@dataclass(frozen=True)
class RubricVersion:
    """Points, visibilities and tolerances."""

    sha256: str
    """Of the rubric in force, a course's own file included."""


@dataclass(frozen=True)
class Versions:
    """Everything that decides a result, but the submission."""

    grader: GraderVersion
    exam: ExamVersion
    rubric: RubricVersion


def versions_of(exam: str, manifest: Path, rubric: Rubric) -> Versions:
    """Name what a grade is made with: the exam's name, its manifest, the rubric in force."""
    in_force = msgspec.json.encode(rubric, order="sorted")
    return Versions(
        grader_version(),
        ExamVersion(exam, _sha256(manifest.read_bytes())),
        RubricVersion(_sha256(in_force)),
    )


@cache
def grader_version() -> GraderVersion:
    """The version of this grader, and what its source files give.

    The digest is that of the listing that `sha256sum` prints of them, in the order of their names.
    """
    listing = "".join(f"{_sha256((_ROOT / name).read_bytes())}  {name}\n" for name in sources())
    return GraderVersion(__version__, _sha256(listing.encode()))


def sources() -> list[str]:
    """Every file that the grader consists of, as seen from the folder above, sorted."""
    found: list[str] = []
    for folder, _, files in os.walk(_ROOT / "grader"):  # `rglob` takes twice as long
        inside = Path(folder).relative_to(_ROOT).as_posix()
        found += [f"{inside}/{file}" for file in files if file.endswith((".py", ".toml"))]
    return sorted(found)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
