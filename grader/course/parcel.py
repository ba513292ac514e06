"""What travels to a cluster and back: bytes and strict data, in which nothing is an object.

What a student handed in and what an exam holds are in sealed bytes, which a pickle goes beside.
"""

import hashlib
import pickle
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import msgspec

from grader.course.work import Setup
from grader.errors import GraderError, UsageError
from grader.exam.manifest import FILE as MANIFEST
from grader.grade import terms
from grader.versions import grader_version

MOST_BYTES = 64 << 20
"""Of one answer: a result with all its pictures has some megabytes."""
EXAM, RUBRIC = "exam", "rubric.toml"
"""What the parts of a parcel are called where it is opened."""


class Sealed:
    """Bytes that travel as they are, beside the pickle of a task; no log shows them."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = bytes(data)

    def __repr__(self) -> str:
        return "<sealed>"

    def __reduce_ex__(self, _: Any) -> tuple[type["Sealed"], tuple[pickle.PickleBuffer]]:
        return Sealed, (pickle.PickleBuffer(self.data),)


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a worker says to anything that it is asked."""

    kind: Literal["done", "missing", "unfit"]
    """`missing`: it was never given the setup. `unfit`: it cannot grade anything."""
    worker: str
    """Its address."""
    done: bytes = b""
    """A `Done` as JSON."""
    why: str = ""


class Parcel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a process far away needs to grade as one here would."""

    setup: Setup
    """Without paths, which would mean something else there."""
    exam: dict[str, bytes]
    """Its files, by name."""
    rubric: bytes | None
    """The course's own file."""
    made_by: dict[str, str]
    """What must be the same there: see `here`."""


@cache
def here() -> Mapping[str, str]:
    """What decides verdicts beside submission, exam and rubric: this grader, and what executes."""
    packages = {name: version(name) for name in ("numpy", "torch")}
    return {"grader": grader_version().sha256, "Python": platform.python_version(), **packages}


def packed(setup: Setup) -> bytes:
    """The parcel of a setup.

    Raises:
        UsageError: exam or rubric cannot be opened, or whole notebooks would be executed.
    """
    agreed = terms(setup.options())
    if agreed.execution is not None:
        raise UsageError(
            "a cluster does not execute whole notebooks: grade this class without --cluster, or"
            " without --run and points for notebook.completes and notebook.figures"
        )
    folder = agreed.exam.directory
    names = [MANIFEST, *agreed.exam.manifest.checksums]
    try:
        files = {name: (folder / name).read_bytes() for name in names}
        rubric = None if setup.rubric is None else Path(setup.rubric).read_bytes()
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be read: {error.strerror}") from error
    without = msgspec.structs.replace(setup, exam=None, rubric=None)
    return msgspec.msgpack.encode(Parcel(without, files, rubric, dict(here())))


def unpack(data: bytes, folder: Path) -> Setup:
    """Lay a parcel into a folder that nobody else can enter; returns the setup with its paths.

    Raises:
        GraderError: it comes from another grader, or is none.
    """
    try:
        parcel = msgspec.msgpack.decode(data, type=Parcel)
    except msgspec.MsgspecError as error:
        raise GraderError(f"the setup was sent by another grader: {error}") from error
    own = here()
    other = [name for name in own if parcel.made_by.get(name) != own[name]]
    if other or parcel.made_by.keys() != own.keys():
        raise GraderError(
            f"it does not have what the batch has ({_told(other, own, parcel.made_by)}): start it"
            " in a checkout of the same grader, with the same packages"
        )
    exam, rubric = folder / EXAM, folder / RUBRIC
    try:
        exam.mkdir(mode=0o700)
        for name, content in parcel.exam.items():
            _write(exam / _plain(name), content)
        if parcel.rubric is not None:
            _write(rubric, parcel.rubric)
    except OSError as error:
        raise GraderError(f"{folder}: {error.strerror}") from error
    paths = {"exam": str(exam), "rubric": None if parcel.rubric is None else str(rubric)}
    return msgspec.structs.replace(parcel.setup, **paths)


def _told(names: list[str], own: Mapping[str, str], others: Mapping[str, str]) -> str:
    return ", ".join(f"{each} {own[each][:12]}, not {others.get(each, '')[:12]}" for each in names)


def _plain(name: str) -> str:
    if Path(name).name != name:
        raise GraderError(f"{name!r} is no name of an exam's file")
    return name


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def digest_of(data: bytes) -> str:
    """What names a parcel."""
    return hashlib.sha256(data).hexdigest()
