"""What of a class is done: an SQLite file that survives whatever ends a batch.

It holds verdicts, and what a person has decided. Points are added up anew whenever they are told,
so that a change of the rubric's points needs no change here.
"""

import fcntl
import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from grader.course.handed_in import Delivery, Download
from grader.errors import GraderError, UsageError
from grader.result import Override, Result

FILE = "journal.sqlite"
LOCK = ".batch.lock"
FORMAT = 1
"""Raised whenever an older grader could not read the file, or a newer one would misread it."""
TABLES = """
create table about (name text primary key, value text not null);
create table delivery (key text primary key, place integer not null, data blob not null);
create table graded (
    delivery text not null, number integer not null, upload text not null, state text not null,
    slice text not null, reusable integer not null, data blob not null,
    primary key (delivery, number)
);
create index by_slice on graded (slice) where reusable;
create table tried (
    delivery text not null, number integer not null, upload text not null, times integer not null,
    why text not null, primary key (delivery, number)
);
create table override (
    delivery text not null, check_name text not null, data blob not null,
    primary key (delivery, check_name)
);
create table forgotten (digest text primary key);
"""

State = Literal["graded", "aside"]
"""`aside`: there is no result, and a person has to look at it."""


class Graded(msgspec.Struct, frozen=True):
    """What became of one upload."""

    state: State
    result: Result | None = None
    """Without what a person decided, and without what lateness takes off."""
    problem: str = ""
    bases: dict[str, str] = {}
    """By question, what its verdicts rest on beside the submission: `basis.bases`."""
    places: dict[str, str] = {}
    """By question, where the lines stand that it needs, as a digest."""
    said: tuple[str, ...] = ()
    """The last of the result's remarks, which came of executing it."""
    pictures: str = ""
    """What its pictures rest on: `basis.basis_of_pictures`; empty: it has none."""


@dataclass(frozen=True)
class Kept:
    """A row of the journal."""

    upload: str
    """The digest of what was handed in."""
    graded: Graded


class _Paths:
    """Paths, which JSON does not have, as texts; msgspec asks for no other type in a journal."""

    @staticmethod
    def encode(value: object) -> object:
        if isinstance(value, Path):
            return str(value)
        raise TypeError(f"a journal holds no {type(value)}")

    @staticmethod
    def decode(wanted: type, value: Any) -> Any:
        if wanted is Path:
            return Path(value)
        raise TypeError(f"a journal holds no {wanted}")


class Journal:
    """Context manager: a batch's folder, for this process alone."""

    def __init__(self, folder: Path, *, new: bool = False) -> None:
        """Name a journal.

        Args:
            folder: the batch's.
            new: whether it may be made; otherwise it must be there.
        """
        self.folder, self._new = folder, new
        self._lock = -1

    def __enter__(self) -> "Journal":
        """Open it.

        Raises:
            UsageError: there is none, another batch is at work, or it cannot be opened.
        """
        path = self.folder / FILE
        if not self._new and not path.is_file():
            raise UsageError(f"{self.folder}: no batch was graded into it; name its --output")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UsageError(f"{self.folder}: {error.strerror}; name another --output") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise UsageError(
                f"{self.folder}: another batch is at work there; wait for its end, or name another"
                " --output"
            ) from error
        try:
            self._open(path)
        except BaseException:
            os.close(self._lock)
            raise
        return self

    def _open(self, path: Path) -> None:
        new = not path.exists()
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            path.chmod(0o600)
            self._db.execute("pragma synchronous = full")
            self._db.execute("pragma secure_delete = on")
            if new or not self._db.execute("select 1 from sqlite_master limit 1").fetchone():
                self._make_tables()
            found = self.about("format")
        except sqlite3.OperationalError as error:
            raise UsageError(f"{path}: {error}; make space, or name another --output") from error
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{path} is no journal ({error}); name another --output") from error
        if found != str(FORMAT):
            raise UsageError(
                f"{path} was made by another version of the grader; name another --output"
            )

    def _make_tables(self) -> None:
        """Make all of them or none: a disk may be full after each."""
        told = f"insert into about values ('format', '{FORMAT}');"  # noqa: S608 - our own number
        try:
            self._db.executescript(f"begin; {TABLES} {told} commit;")
        except sqlite3.Error:
            self._undo()
            raise

    def __exit__(self, *_: object) -> None:
        self._db.close()
        os.close(self._lock)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """All inside happens, or nothing of it.

        Raises:
            GraderError: the disk is full, or the like; what was written before stays.
        """
        try:
            self._db.execute("begin immediate")
            yield self._db
            self._db.execute("commit")
        except sqlite3.OperationalError as error:
            self._undo()
            raise GraderError(
                f"{self.folder / FILE}: {error}; what was done before is kept: make space, and"
                " give the same command again"
            ) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self._db.in_transaction:
            self._db.execute("rollback")

    def about(self, name: str) -> str | None:
        """What was remembered of the batch as a whole."""
        row = self._db.execute("select value from about where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Remember something of the batch as a whole."""
        with self._writing() as db:
            db.execute("insert or replace into about values (?, ?)", (name, value))

    def enter(self, download: Download) -> list[Delivery]:
        """Take what was downloaded in place of what was before; returns what is in it.

        Who was forgotten stays so.
        """
        gone = {row[0] for row in self._db.execute("select digest from forgotten")}
        entered = []
        for delivery in download.deliveries:
            left = tuple(s for s in delivery.students if _digest(s.key) not in gone)
            if left:
                entered.append(replace(delivery, students=left))
        rows = [(each.key, place, _encoded(each)) for place, each in enumerate(entered)]
        with self._writing() as db:
            db.execute("delete from delivery")
            db.executemany("insert into delivery values (?, ?, ?)", rows)
        return entered

    def deliveries(self) -> Iterator[Delivery]:
        """Everything that was handed in, in the download's order."""
        for (data,) in self._db.execute("select data from delivery order by place"):
            yield _decoded(data, Delivery)

    def kept(self, delivery: str, number: int) -> Kept | None:
        """What became of an upload of a delivery, counted from 0."""
        row = self._db.execute(
            "select upload, data from graded where delivery = ? and number = ?", (delivery, number)
        ).fetchone()
        return None if row is None else Kept(row[0], _decoded(row[1], Graded))

    def same_code(self, slice_key: str) -> Graded | None:
        """A grade of the same code that may be used again; whoever handed it in."""
        row = self._db.execute(
            "select data from graded where reusable and slice = ? limit 1", (slice_key,)
        ).fetchone()
        return None if row is None else _decoded(row[0], Graded)

    def keep(
        self, delivery: str, number: int, upload: str, graded: Graded, slice_key: str = ""
    ) -> None:
        """Keep what became of an upload.

        Args:
            delivery: its key.
            number: of the upload, counted from 0.
            upload: the digest of what was handed in.
            graded: what became of it.
            slice_key: the digest of its code, where the verdicts may be used again.
        """
        row = (delivery, number, upload, graded.state, slice_key, bool(slice_key), _encoded(graded))
        with self._writing() as db:
            db.execute("insert or replace into graded values (?, ?, ?, ?, ?, ?, ?)", row)
            db.execute("delete from tried where delivery = ? and number = ?", (delivery, number))

    def failed(self, delivery: str, number: int, upload: str, why: str) -> int:
        """Note that an attempt came to nothing; returns how many have."""
        with self._writing() as db:
            db.execute(
                "insert into tried values (?, ?, ?, 1, ?) on conflict do update set"
                " times = iif(upload = excluded.upload, times + 1, 1), upload = excluded.upload,"
                " why = excluded.why",
                (delivery, number, upload, why),
            )
            row = db.execute(
                "select times from tried where delivery = ? and number = ?", (delivery, number)
            ).fetchone()
        return int(row[0])

    def overrides(self, delivery: str) -> dict[str, Override]:
        """What persons have decided about a delivery, by check."""
        rows = self._db.execute(
            "select check_name, data from override where delivery = ?", (delivery,)
        )
        return {name: _decoded(data, Override) for name, data in rows}

    def decide(self, decisions: Iterable[tuple[str, str, Override | None]]) -> None:
        """Keep what a person has decided, all of it or nothing.

        Args:
            decisions: each a delivery's key, a check, and what is decided; None: nothing any more.
        """
        with self._writing() as db:
            for delivery, check, override in decisions:
                db.execute(
                    "delete from override where delivery = ? and check_name = ?", (delivery, check)
                )
                if override is not None:
                    row = (delivery, check, _encoded(override))
                    db.execute("insert into override values (?, ?, ?)", row)

    def forget(self, student: str) -> None:
        """Delete all that is known of a student; a group's other members keep theirs."""
        with self._writing() as db:
            for delivery in list(self.deliveries()):
                left = tuple(each for each in delivery.students if each.key != student)
                if left == delivery.students:
                    continue
                if left:
                    data = _encoded(replace(delivery, students=left))
                    db.execute("update delivery set data = ? where key = ?", (data, delivery.key))
                    continue
                for table in ("graded", "tried", "override"):
                    db.execute(f"delete from {table} where delivery = ?", (delivery.key,))  # noqa: S608 - one of three words
                db.execute("delete from delivery where key = ?", (delivery.key,))
            db.execute("insert or ignore into forgotten values (?)", (_digest(student),))
        self._db.execute("vacuum")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _encoded(value: object) -> bytes:
    return zlib.compress(msgspec.json.encode(value, enc_hook=_Paths.encode), 1)


def _decoded(data: bytes, wanted: Any) -> Any:
    return msgspec.json.decode(zlib.decompress(data), type=wanted, dec_hook=_Paths.decode)
