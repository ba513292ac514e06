"""Who handed in what, whatever the platform it was downloaded from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Student:
    """One person of the class, as far as the download tells."""

    key: str
    """Names their files: no other student's, and safe as a file's name."""
    name: str = ""
    email: str = ""
    number: str = ""
    """What the platform knows them by: Gradescope's `:sid`, Canvas' `ID`, a login at GitHub."""


@dataclass(frozen=True)
class Upload:
    """One thing that was handed in: a file, a folder or an archive."""

    path: Path
    """To be opened; links below it were never followed, and are not to be."""
    at: datetime | None = None
    """When it was handed in; None where the download does not tell."""
    late: timedelta | None = None
    """How long after the due date of whoever handed it in, 0 if in time; None: not known."""
    remark: str = ""
    """For staff, of this upload alone: such as that it is late, and nobody says by how much."""
    made_of: tuple[Path, ...] = ()
    """The files of the download that `path` was put together from; none: it lies there itself."""


@dataclass(frozen=True)
class Delivery:
    """Everything that one student handed in, or the members of a group together."""

    key: str
    """No other delivery's, the same at every reading of the same download."""
    students: tuple[Student, ...]
    uploads: tuple[Upload, ...]
    """In the order in which they were handed in; none: this student is known all the same."""


@dataclass(frozen=True)
class LeftOut:
    """Something in a download that belongs to nobody, so that a person has to look at it."""

    path: Path
    """As seen from the download: a name in an archive may be one that no disk takes."""
    why: str


@dataclass(frozen=True)
class Download:
    """A class as a platform hands it out."""

    layout: str
    """The platform's name, or `folder`."""
    deliveries: tuple[Delivery, ...]
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()
    """For staff: what was read, but makes little sense."""
