"""Grades a class: whatever ends it, finished work stays finished, and the same command goes on."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import local
from typing import Any, NamedTuple

import msgspec

from grader.checks import QUESTIONS
from grader.course.basis import bases, basis_of_pictures, basis_of_report
from grader.course.handed_in import Delivery
from grader.course.journal import Graded, Journal
from grader.course.pool import Pool
from grader.course.upload import digest_of_upload
from grader.course.work import Done, Setup, Task
from grader.errors import GraderError, UnreadableSubmissionError, UsageError
from grader.grade import Terms, begun, finished, unreadable
from grader.handed_in_report.look import of_upload
from grader.kept import NAMES_A_LINE, names_a_line, together
from grader.result import Result
from grader.submission import Reader, Reading, Submission, submission_of
from grader.writeup import CheckList

MOST_ATTEMPTS = 3
"""A submission over which the grader fails so often is set aside."""
AHEAD = 3
"""So many submissions for each worker are read, or are waited for."""
READ_FOR = 8
"""Workers whose submissions one process reads: that takes a twentieth of a grade."""
REPORT = "R"
"""What `bases` have of the check list, beside those of questions."""
EXECUTED = "executed"
"""The folder of executed notebooks."""


@dataclass(frozen=True)
class Wanted:
    """An upload that is to have a result."""

    delivery: str
    number: int
    path: Path
    upload: str
    """The digest of what was handed in."""
    report: CheckList | None = None
    """The PDF in it, once it was looked through."""


class _Read(NamedTuple):
    """An upload that was read."""

    reading: Reading | None
    refused: str
    """Why there is none."""
    report: CheckList | None


@dataclass
class Counts:
    """What a batch has done so far."""

    total: int = 0
    graded: int = 0
    """By executing student code."""
    same: int = 0
    """With the verdicts of the same code, handed in by somebody else or before."""
    unreadable: int = 0
    before: int = 0
    """Kept from an earlier batch."""
    unjudged: int = 0
    aside: int = 0

    @property
    def done(self) -> int:
        """How many of them have what they will have."""
        return self.graded + self.same + self.unreadable + self.before + self.aside


Tell = Callable[[Counts], None]


@dataclass
class _Flight:
    """A submission that is being graded, and those with the same code, which wait for it."""

    wanted: Wanted
    reading: Reading
    submission: Submission
    whole: Result
    """Before anything was asked."""
    slice_key: str
    again: tuple[str, ...]
    """The questions that are asked."""
    known: Graded | None
    """A grade of the same code, from which all other verdicts are kept."""
    waiting: list[tuple[Wanted, Reading]] = field(default_factory=list)
    unjudged: bool = False
    """Whether it could not be judged once before."""


class Batch:
    """One run over a class."""

    def __init__(
        self, journal: Journal, terms: Terms, setup: Setup, pool: Pool, tell: Tell
    ) -> None:
        self._journal, self._terms, self._setup, self._pool = journal, terms, setup, pool
        self._tell = tell
        self._bases = {**bases(terms, setup.limits), REPORT: basis_of_report()}
        self._pictures = basis_of_pictures() if setup.illustrated else ""
        self._todo: deque[Wanted] = deque()
        self._pending: dict[Future[Any], Callable[[Future[Any]], None]] = {}
        """What is being read or graded, and what is to be done with what comes of it."""
        self._flights: dict[str, _Flight] = {}
        """By the digest of their code."""
        self._readers = local()
        self._all_readers: list[Reader] = []
        self.counts = Counts()

    def run(self, deliveries: Iterable[Delivery], numbers: Callable[[Delivery], list[int]]) -> None:
        """Grade what has no result yet.

        Args:
            deliveries: what was handed in.
            numbers: which uploads of a delivery are to have a result.

        Raises:
            GraderError: the grader cannot work at all, or the disk is full.
        """
        for delivery in deliveries:
            for number in numbers(delivery):
                self._consider(delivery, number)
        self._tell(self.counts)
        threads = ThreadPoolExecutor(max(1, self._pool.workers // READ_FOR))
        try:
            while self._todo or self._pending:
                self._fill(threads)
                done, _ = wait(self._pending, return_when=FIRST_COMPLETED)
                for future in done:
                    self._pending.pop(future)(future)
                self._tell(self.counts)
        finally:
            threads.shutdown(cancel_futures=True)
            for reader in self._all_readers:
                reader.__exit__()

    def _consider(self, delivery: Delivery, number: int) -> None:
        """Have an upload graded, unless what is known of it still holds."""
        path = delivery.uploads[number].path
        self.counts.total += 1
        upload = digest_of_upload(path)
        kept = self._journal.kept(delivery.key, number)
        if kept is not None and kept.upload == upload and self._holds(kept.graded):
            self.counts.before += 1
            self.counts.unjudged += bool(kept.graded.result and kept.graded.result.unjudged)
        else:
            self._todo.append(Wanted(delivery.key, number, path, upload))

    def _holds(self, graded: Graded) -> bool:
        """Whether a grade is what would come of it now."""
        return (
            graded.state == "graded" and graded.bases == self._bases and self._has_pictures(graded)
        )

    def _has_pictures(self, graded: Graded) -> bool:
        """Whether it has the pictures that are asked for; more do no harm."""
        return not self._pictures or graded.pictures == self._pictures

    def _fill(self, threads: ThreadPoolExecutor) -> None:
        """Read ahead, but not further than the workers will get to soon."""
        while self._todo and len(self._pending) < AHEAD * self._pool.workers:
            wanted = self._todo.popleft()
            future = threads.submit(self._read, wanted.path)
            self._pending[future] = partial(self._take_reading, wanted)

    def _read(self, path: Path) -> _Read:
        reader: Reader | None = getattr(self._readers, "reader", None)
        if reader is None:
            reader = self._readers.reader = Reader()
            self._all_readers.append(reader)
        try:
            reading, refused = reader.read(path, sliced=True), ""
        except UnreadableSubmissionError as error:
            reading, refused = None, str(error)
        submission = None if reading is None else submission_of(path, reading)
        return _Read(reading, refused, of_upload(path, reader, submission))

    def _take_reading(self, wanted: Wanted, future: Future[_Read]) -> None:
        began = time.monotonic()
        try:
            reading, refused, report = future.result()
        except UsageError as error:
            self._set_aside(wanted, str(error))
        except GraderError as error:
            if self._fails(wanted, str(error)):
                self._todo.append(wanted)
        else:
            wanted = replace(wanted, report=report)
            if reading is not None:
                self._have(wanted, reading)
                return
            result = finished(unreadable(wanted.path, self._terms, refused), began)
            self.counts.unreadable += 1
            self._keep(wanted, Graded("graded", result, bases=self._bases, pictures=self._pictures))

    def _have(self, wanted: Wanted, reading: Reading) -> None:
        """Have a submission graded; or use a grade of the same code, also one that is to come."""
        key = self._slice_key(wanted, reading)
        if key in self._flights:
            self._flights[key].waiting.append((wanted, reading))
            return
        known = self._journal.same_code(key)
        if known is not None and not self._has_pictures(known):
            known = None
        submission = submission_of(wanted.path, reading)
        whole = begun(submission, self._terms)
        again = self._again(whole, submission, known)
        if known is not None and known.result is not None and not again:
            self.counts.same += 1
            self._keep(wanted, self._graded(submission, known.result, known.said, whole), key)
            return
        flight = _Flight(wanted, reading, submission, whole, key, again, known)
        self._flights[key] = flight
        self._submit(flight)

    def _slice_key(self, wanted: Wanted, reading: Reading) -> str:
        """The same for the same code: also for names of helper modules, by which it is imported."""
        parts = [reading.digest, reading.challenges.digest if reading.challenges else ""]
        parts += [f"{name} {each.code}" for name, each in sorted(reading.slices.items())]
        if self._terms.execution is not None:  # then more is executed than the slice
            parts.append(wanted.upload)
        return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()

    def _again(
        self, whole: Result, submission: Submission, known: Graded | None
    ) -> tuple[str, ...]:
        """The questions whose verdicts are not known of the same code, or are told otherwise."""
        asked = _asked(whole)
        if known is None or known.result is None:
            return asked
        places = _places(submission)
        moved = {number for number in asked if known.places.get(number) != places[number]}
        if moved and any(NAMES_A_LINE.search(line) for line in known.said):
            return asked
        there = {entry.question for entry in known.result.entries}
        lines = {entry.question for entry in known.result.entries if names_a_line(entry)}
        return tuple(
            number
            for number in asked
            if number not in there
            or known.bases.get(number) != self._bases[number]
            or (number in moved and number in lines)
        )

    def _submit(self, flight: _Flight) -> None:
        wanted = flight.wanted
        executed = self._journal.folder / EXECUTED / f"{wanted.delivery}-{wanted.number + 1}.ipynb"
        task = Task(str(wanted.path), flight.reading, flight.again, str(executed))
        future = self._pool.submit(msgspec.json.encode(task))
        self._pending[future] = partial(self._take_grade, flight)

    def _take_grade(self, flight: _Flight, future: Future[bytes]) -> None:
        done = _answer(future)
        if not done.stands:
            raise GraderError(done.fault)
        if done.result is None:
            self._lost(flight, done.fault)
        elif done.result.cut_short and flight.known is not None:  # then verdicts hang together
            flight.known, flight.again = None, _asked(flight.whole)
            self._submit(flight)
        elif done.result.unjudged and not flight.unjudged:
            flight.unjudged = True
            self._submit(flight)
        else:
            self._landed(flight, done.result, done.said)

    def _landed(self, flight: _Flight, result: Result, said: tuple[str, ...]) -> None:
        """Keep a grade, and give it to those that waited for it."""
        del self._flights[flight.slice_key]
        self.counts.graded += 1
        self.counts.unjudged += bool(result.unjudged)
        known = flight.known
        if known is not None and known.result is not None:
            result = together(flight.whole, known.result, result, flight.again)
            said = tuple(dict.fromkeys([*known.said, *said]))
        reusable = not result.disturbed and not result.unjudged
        graded = self._graded(flight.submission, result, said, flight.whole)
        self._keep(flight.wanted, graded, flight.slice_key if reusable else "")
        for wanted, reading in flight.waiting:
            self._have(wanted, reading)

    def _graded(
        self, submission: Submission, result: Result, said: tuple[str, ...], whole: Result
    ) -> Graded:
        """What is kept of a grade that this submission has, or one of the same code."""
        told = together(whole, result, None, ())
        return Graded(
            "graded",
            replace(told, notes=(*whole.notes, *said)),
            bases=self._bases,
            places=_places(submission),
            said=said,
            pictures=self._pictures,
        )

    def _lost(self, flight: _Flight, why: str) -> None:
        """Try again what came to nothing by no fault of the submission's, so often and no more."""
        if self._fails(flight.wanted, why):
            self._submit(flight)
            return
        del self._flights[flight.slice_key]
        for wanted, reading in flight.waiting:
            self._have(wanted, reading)

    def _fails(self, wanted: Wanted, why: str) -> bool:
        """Note that an attempt has failed; returns whether another is made."""
        times = self._journal.failed(wanted.delivery, wanted.number, wanted.upload, why)
        if times < MOST_ATTEMPTS:
            return True
        self._set_aside(wanted, f"{why} ({times} attempts)")
        return False

    def _set_aside(self, wanted: Wanted, why: str) -> None:
        self.counts.aside += 1
        self._keep(wanted, Graded("aside", problem=why))

    def _keep(self, wanted: Wanted, graded: Graded, slice_key: str = "") -> None:
        if graded.result is not None:  # of the same code another may have it with its own report
            own = replace(graded.result, report=wanted.report)
            graded = msgspec.structs.replace(graded, result=own)
        self._journal.keep(wanted.delivery, wanted.number, wanted.upload, graded, slice_key)


def _answer(future: Future[bytes]) -> Done:
    """What a process of the pool has answered; what is no answer is its fault alone."""
    error = future.exception()
    if error is None:
        try:
            return msgspec.json.decode(future.result(), type=Done)
        except msgspec.MsgspecError as unread:
            error = unread
    # Otherwise it has ended, or was ended.
    return Done(fault=f"{type(error).__name__}: {error}")


def _asked(whole: Result) -> tuple[str, ...]:
    """The questions that a result has entries of."""
    return tuple(dict.fromkeys(entry.question for entry in whole.entries))


def _places(submission: Submission) -> dict[str, str]:
    """By question, where the lines stand that it needs, as a digest."""
    found = {}
    for question in QUESTIONS:
        places = [submission.slices[name].places for name in sorted(question.needs)]
        found[question.number] = hashlib.sha256("\n".join(places).encode()).hexdigest()
    return found
