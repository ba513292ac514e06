"""A class without names: every student is called by a code, and one file says who is who."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from grader.course.handed_in import Delivery, Student, Upload
from grader.course.names import Names
from grader.course.outcome import Outcome
from grader.course.state import people
from grader.errors import GraderError, UsageError
from grader.report.cells import cell
from grader.report.file import replace as replace_file

HEAD = ("code", "key", "name", "email", "number", "digest")
LETTERS = "bcdfghjkmnpqrstvwxz"
"""No vowels, so that a code is no word; no digits, so that no spreadsheet takes it for a number."""
LENGTH = 8


class Codes:
    """The file that says who is who: read at the start, and longer by a line for each new student.

    A line is written before its code is used anywhere. Whoever has the file has the names, so
    only its owner may read it.
    """

    def __init__(self, path: Path) -> None:
        """Read the file, if it is there.

        Raises:
            UsageError: it is not such a file, or cannot be read or written to.
        """
        self._path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            self._codes = self._opened()
        except OSError as error:
            os.close(self._file)
            raise self._unusable(error) from error
        except UsageError:
            os.close(self._file)
            raise
        self._taken = set(self._codes.values())

    def of(self, student: Student) -> str:
        """The student's code: the same at each run."""
        digest = _digest(student.key)
        if digest not in self._codes:
            code = self._new()
            who = (student.key, student.name, student.email, student.number)
            try:
                self._write((code, *who, digest))
            except OSError as error:
                raise GraderError(f"{self._path}: {error.strerror}; make space there") from error
            self._codes[digest] = code
        return self._codes[digest]

    def known(self, key: str) -> str | None:
        """The code of the student with this key; None: there is none yet."""
        return self._codes.get(_digest(key))

    def close(self) -> None:
        """See that the file is on the disk, and let go of it."""
        os.fsync(self._file)
        os.close(self._file)

    def _opened(self) -> dict[str, str]:
        """The codes so far; a last line that was cut off is taken away."""
        data = self._path.read_bytes()
        whole = data.rfind(b"\n") + 1
        codes = self._read(data[:whole]) if data else {}
        os.fchmod(self._file, 0o600)
        os.ftruncate(self._file, whole)
        if not data:
            self._write(HEAD)
        return codes

    def _read(self, data: bytes) -> dict[str, str]:
        """The codes by the digests of keys."""
        try:
            rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
        except (UnicodeDecodeError, csv.Error) as error:
            raise self._no_key() from error
        if not rows or tuple(rows[0]) != HEAD or any(len(row) != len(HEAD) for row in rows):
            raise self._no_key()
        return {row[-1]: row[0] for row in rows[1:]}

    def _unusable(self, error: OSError) -> UsageError:
        return UsageError(f"{self._path}: {error.strerror}; name a file that can be written to")

    def _no_key(self) -> UsageError:
        return UsageError(
            f"{self._path} does not say which code is whose; name another file, or remove it (then"
            " everybody gets a new code)"
        )

    def _write(self, values: tuple[str, ...]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([cell(value) for value in values])
        data = line.getvalue().encode()
        while data:
            data = data[os.write(self._file, data) :]

    def _new(self) -> str:
        while True:
            code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            if code not in self._taken:
                self._taken.add(code)
                return code


def forget(key_file: Path, key: str) -> None:
    """Take a student's line out of the file, if there is one.

    Raises:
        UsageError, GraderError: it cannot be written.
    """
    lines = key_file.read_bytes().splitlines(keepends=True)
    end = f"{_digest(key)}\n".encode()
    replace_file(key_file, b"".join(line for line in lines if not line.endswith(end)))


def anonymous(outcomes: Iterable[Outcome], key_file: Path) -> Iterator[Outcome]:
    """The outcomes with a code in place of every name, address, number and file name.

    They are for whatever is written of a class, after it was graded. What students have written
    about themselves in their own code or its output stays, but for what `Names` finds.

    Args:
        outcomes: of the class.
        key_file: says who is who; `Codes` reads and writes it.

    Raises:
        UsageError: the file is not such a file, or cannot be written to.
        GraderError: the disk is full, or the like.
    """
    codes = Codes(key_file)
    try:
        for outcome in outcomes:
            yield _without_names(outcome, codes)
    finally:
        codes.close()


def _without_names(outcome: Outcome, codes: Codes) -> Outcome:
    delivery = outcome.delivery
    names = Names(outcome, codes.of)
    called = tuple(codes.of(student) for student in people(outcome))
    # Of a group in the order of codes, for that of names would tell something.
    key = "-".join(sorted(called))
    uploads = tuple(_renamed(upload, key) for upload in delivery.uploads)
    result = outcome.result
    if result is not None:
        submission = f"{key}{Path(result.submission).suffix}"
        result = replace(names.taken_out(result), submission=submission)
    return replace(
        outcome,
        delivery=Delivery(key, tuple(map(Student, sorted(called))), uploads),
        upload=_renamed(outcome.upload, key) if outcome.upload else None,
        result=result,
        problem=names.replaced(outcome.problem),
        chosen=frozenset(codes.of(one) for one in people(outcome) if one.key in outcome.chosen),
    )


def _renamed(upload: Upload, key: str) -> Upload:
    """The upload under a name that says nothing of who it is from, and leads to no file.

    It is made anew, so that whatever else is known of it is left behind. That is also when it came:
    who sees the platform's list knows whose second that was.
    """
    return Upload(Path(f"{key}{upload.path.suffix}"), late=upload.late)


def _digest(key: str) -> str:
    """A key as a cell that no spreadsheet changes, whatever the key is."""
    return f"k{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
