"""A class from the download to the gradebook, and what a person decides of it afterwards."""

import errno
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.course.anonymous import Codes, anonymous
from grader.course.anonymous import forget as forget_code
from grader.course.batch import EXECUTED, Batch, Counts, Tell
from grader.course.files import PAGES, RESULTS, Encode, Folders, remove_others
from grader.course.handed_in import Delivery, Download, Student
from grader.course.journal import Journal
from grader.course.layouts import Due, read_download
from grader.course.outcome import Outcome
from grader.course.pool import Pool
from grader.course.prepared import write_prepared
from grader.course.told import Telling, Which, numbers, outcomes
from grader.course.work import Setup
from grader.course.written import Wanted, write_class
from grader.errors import GraderError, UsageError
from grader.exam import Exam
from grader.grade import Terms, checks, terms
from grader.result import Override
from grader.rubric import Rubric
from grader.submission import require_openable

UNPACKED = "uploads"
"""The folder that a zip is unpacked into."""
KEY = "key.csv"
"""Says whose code is whose, where a class has no names."""
ASKED = "asked"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a batch is asked for, beside the class: kept for what is decided afterwards."""

    setup: Setup = Setup()
    which: Which = "latest"
    assignment: str = "Lab 1"
    anonymous: bool = False
    parquet: bool = False
    canvas: str = ""
    prepared: bool = False
    """Write `gradescope.zip`, too."""
    layout: str = ""
    """Of the download, as it was recognised."""

    def wanted(self) -> Wanted:
        """What is written of the class."""
        return Wanted(
            self.assignment,
            self.setup.illustrated,
            self.parquet,
            self.canvas,
            canvas_numbers=self.layout == "canvas",
        )


@dataclass(frozen=True)
class Report:
    """What became of a batch."""

    counts: Counts
    download: Download
    students: int
    nothing: int
    """Deliveries of which nothing was handed in."""
    aside: tuple[tuple[str, str], ...]
    """As `Written` has them."""


@dataclass(frozen=True)
class Written:
    """What a walk through a class has found."""

    students: int
    aside: tuple[tuple[str, str], ...]
    """(student, why) of those that have no result and need a person."""


@dataclass(frozen=True)
class Formats:
    """What a result becomes as a file, for machines and for people."""

    encode: Encode
    page: Encode


def grade_class(
    source: Path,
    folder: Path,
    asked: Asked,
    due: Due,
    pool: Callable[[Setup, Exam], Pool],
    formats: Formats,
    tell: Tell,
    *,
    layout: str | None = None,
    nbgrader_assignment: str | None = None,
) -> Report:
    """Grade a class into a folder; what is graded already, and as it would be now, stays.

    Args:
        source: the download, a folder or a zip.
        folder: where everything goes.
        asked: what is asked for.
        due: due dates that the download does not tell.
        pool: makes the processes that grade.
        formats: what results become.
        tell: is told how far it is.
        layout: of the download; None: it is recognised.
        nbgrader_assignment: which of several.

    Raises:
        UsageError: the download, the exam or the rubric cannot be opened; another batch is at work.
        GraderError: the grader itself cannot work; what was graded before is kept.
    """
    require_openable(source)
    with _opened(folder, new=True) as journal:
        download = read_download(
            source, folder / UNPACKED, layout=layout, assignment=nbgrader_assignment, due=due
        )
        asked = msgspec.structs.replace(asked, layout=download.layout)
        _require_same_names(journal, asked)
        agreed = terms(asked.setup.options())
        deliveries = journal.enter(download)
        _remove_forgotten(folder, download, deliveries)
        journal.remember(ASKED, msgspec.json.encode(asked).decode())
        if agreed.execution is not None:
            (folder / EXECUTED).mkdir(mode=0o700, exist_ok=True)
        with pool(asked.setup, agreed.exam) as processes:
            batch = Batch(journal, agreed, asked.setup, processes, tell)
            batch.run(deliveries, lambda each: numbers(each, asked.which))
        told = write(journal, asked, agreed, formats)
        nothing = sum(not delivery.uploads for delivery in deliveries)
        return Report(batch.counts, download, told.students, nothing, told.aside)


@contextmanager
def _opened(folder: Path, *, new: bool = False) -> Iterator[Journal]:
    """The journal of a folder, in which a full disk ends whatever is done with one line."""
    try:
        with Journal(folder, new=new) as journal:
            yield journal
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise GraderError(
            f"{error.filename or folder}: {error.strerror}; what was done before is kept: make"
            " space, and give the same command again"
        ) from error


def _remove_forgotten(folder: Path, download: Download, entered: list[Delivery]) -> None:
    """Remove what a newer zip has brought back of those who are forgotten."""
    known = {delivery.key for delivery in entered}
    for delivery in download.deliveries:
        if delivery.key not in known:
            _remove_files(folder, delivery, download.layout)


def _require_same_names(journal: Journal, asked: Asked) -> None:
    """A folder either has names or codes: with both, the one would tell the other.

    Raises:
        UsageError: it has the other.
    """
    before = asked_before(journal)
    if before is not None and before.anonymous != asked.anonymous:
        have, option = ("codes", "with") if before.anonymous else ("names", "without")
        raise UsageError(
            f"{journal.folder} has {have}: go on {option} --anonymous, or name another --output"
        )


def asked_before(journal: Journal) -> Asked | None:
    """What the batch was asked for that is kept in a journal."""
    text = journal.about(ASKED)
    return None if text is None else msgspec.json.decode(text, type=Asked)


def _told(
    journal: Journal, asked: Asked, agreed: Terms, deliveries: Iterable[Delivery] | None = None
) -> Iterator[Outcome]:
    """The outcomes of these deliveries; None: of all."""
    every = journal.deliveries() if deliveries is None else deliveries
    found = outcomes(every, journal, agreed.rubric, agreed.versions, asked.which)
    return anonymous(found, journal.folder / KEY) if asked.anonymous else found


def write(journal: Journal, asked: Asked, agreed: Terms, formats: Formats) -> Written:
    """Write everything that is told of a class, from one walk through it."""
    folders = _folders(journal, asked, formats)
    keys: list[str] = []
    aside: list[tuple[str, str]] = []

    def written() -> Iterator[Outcome]:
        for outcome in _told(journal, asked, agreed):
            folders.write(outcome)
            students = outcome.delivery.students
            keys.extend(student.key for student in students)
            if outcome.problem:
                names = ", ".join(each.name or each.key for each in students)
                aside.append((names, outcome.problem))
            yield outcome

    students = write_class(written(), journal.folder, asked.wanted()).students
    if asked.prepared:
        write_prepared(_told(journal, asked, agreed), journal.folder)
    remove_others(journal.folder / RESULTS, ".json", keys)
    remove_others(journal.folder / PAGES, ".html", keys)
    return Written(students, tuple(aside))


def _folders(journal: Journal, asked: Asked, formats: Formats) -> Folders:
    folders = Folders(journal.folder, formats.encode, formats.page, asked.setup.illustrated)
    folders.make()
    return folders


def draw(
    folder: Path, who: str, pool: Callable[[Setup, Exam], Pool], formats: Formats, tell: Tell
) -> Path:
    """Write the page of one student: graded once more where pictures are missing; returns its path.

    Raises:
        UsageError: there is no such student or batch, or nothing that could be shown.
        GraderError: the grader itself cannot work.
    """
    with _opened(folder) as journal:
        asked, agreed = _asked_and_terms(journal)
        student = find_student(journal, who)
        delivery = _counting(journal, asked, agreed, [student])[student.key]
        setup = msgspec.structs.replace(asked.setup, illustrated=True)
        agreed = terms(setup.options())
        with pool(setup, agreed.exam) as processes:
            batch = Batch(journal, agreed, setup, processes, tell)
            batch.run([delivery], lambda each: numbers(each, asked.which))
        folders = _folders(journal, asked, formats)
        (outcome,) = _told(journal, asked, agreed, [delivery])
        if outcome.result is None:
            why = outcome.problem or "nothing was handed in"
            raise UsageError(f"there is nothing to show of {who!r}: {why}")
        page = folders.page_of(_called(journal, student))
        page.touch(mode=0o600)
        folders.write(outcome)
        return page


@dataclass(frozen=True)
class Decision:
    """What a person decides about one check of one student's; of a group it counts for all."""

    who: str
    """Key, name, address, number or code."""
    check: str
    override: Override | None
    """None: an earlier decision is taken back."""
    where: str = ""
    """Where it stands, if it is one of many: said before what is wrong with it."""


def decide(
    folder: Path, decisions: Sequence[Decision], formats: Formats, key: Path | None = None
) -> list[Delivery]:
    """Keep a person's decisions, all of them or none, and write everything anew.

    Args:
        folder: of the batch.
        decisions: by whom and about what.
        formats: what results become.
        key: says whose code is whose, where that is not the batch's own file.

    Raises:
        UsageError: there is no such student, check or batch, or the points cannot be given.
    """
    with _opened(folder) as journal:
        asked, agreed = _asked_and_terms(journal)
        known = students_by_name(journal, key)
        students = []
        for each in decisions:
            try:
                students.append(_only(known, each.who))
                _require_points(each, agreed.rubric)
            except UsageError as error:
                raise UsageError(f"{each.where}{error}") from None
        counting = _counting(journal, asked, agreed, students)
        found = [counting[student.key] for student in students]
        journal.decide(
            (delivery.key, each.check, each.override)
            for delivery, each in zip(found, decisions, strict=True)
        )
        write(journal, asked, agreed, formats)
        return found


def _require_points(decision: Decision, rubric: Rubric) -> None:
    """See that there is such a check, and that it is worth as much.

    Raises:
        UsageError: there is none, or it is not.
    """
    check, made = decision.check, decision.override
    if check not in checks():
        raise UsageError(f"there is no check {check!r}; `grader diff` and results.json name them")
    most = rubric.checks[check].points
    if made is None or 0 <= made.points <= most:
        return
    if not most:
        raise UsageError(f"{check} is worth no points: give it some in a rubric, and grade by that")
    raise UsageError(f"{check} is worth {most:g} points: give 0 to {most:g}")


def forget(folder: Path, who: str, formats: Formats) -> int:
    """Delete everything of a student, and what was unpacked; returns how many are left.

    Raises:
        UsageError: there is no such student, or no such batch.
    """
    with _opened(folder) as journal:
        asked, agreed = _asked_and_terms(journal)
        student = find_student(journal, who)
        for delivery in journal.deliveries():
            if delivery.students == (student,):
                _remove_files(folder, delivery, asked.layout)
        journal.forget(student.key)
        if (folder / KEY).exists():
            forget_code(folder / KEY, student.key)
        return write(journal, asked, agreed, formats).students


def _asked_and_terms(journal: Journal) -> tuple[Asked, Terms]:
    asked = asked_before(journal)
    if asked is None:
        raise UsageError(f"{journal.folder}: no class was graded into it; name its --output")
    return asked, terms(asked.setup.options())


Named = Mapping[str, Mapping[str, Student]]
"""By what names somebody, those that it fits, by their keys."""


def students_by_name(journal: Journal, key: Path | None = None) -> Named:
    """Everybody of a class, by key, name, address, number and code.

    Args:
        journal: of the batch.
        key: says whose code is whose; None: the batch's own file, if there is one.

    Raises:
        UsageError: there is no such file, or it is another.
    """
    found: dict[str, dict[str, Student]] = {}
    if key is not None:
        require_openable(key)
    path = key or journal.folder / KEY
    with ExitStack() as stack:
        codes = stack.enter_context(closing(Codes(path))) if path.exists() else None
        for delivery in journal.deliveries():
            for student in delivery.students:
                code = codes.known(student.key) if codes is not None else None
                for who in {student.key, student.name, student.email, student.number, code}:
                    if who:
                        found.setdefault(who, {})[student.key] = student
    return found


def find_student(journal: Journal, who: str) -> Student:
    """The one student that something names.

    Args:
        journal: of the batch.
        who: the key, the name, the address, the number or the code of a student.

    Raises:
        UsageError: nobody has it, or several have.
    """
    return _only(students_by_name(journal), who)


def _only(known: Named, who: str) -> Student:
    """The one that it names, by key rather than by any other.

    Raises:
        UsageError: nobody has it, or several have.
    """
    found = known.get(who, {})
    if who in found:
        return found[who]
    if not found:
        raise UsageError(f"{who!r} is no student of this class; grades.csv has their keys")
    if len(found) > 1:
        raise UsageError(f"{who!r} fits several students: name one of {', '.join(sorted(found))}")
    return next(iter(found.values()))


def _called(journal: Journal, student: Student) -> str:
    """What a student's files are called after: a code, where a class has no names."""
    if not (journal.folder / KEY).exists():
        return student.key
    with closing(Codes(journal.folder / KEY)) as codes:
        return codes.of(student)


def _counting(
    journal: Journal, asked: Asked, agreed: Terms, students: Iterable[Student]
) -> dict[str, Delivery]:
    """What each of these students has handed in, by their keys: of several the one that counts."""
    found: dict[str, dict[str, Delivery]] = {student.key: {} for student in students}
    for delivery in journal.deliveries():
        for student in delivery.students:
            if student.key in found:
                found[student.key][delivery.key] = delivery
    counting: Mapping[str, str] = {}
    if any(len(deliveries) > 1 for deliveries in found.values()):
        counting = Telling(journal, agreed.rubric, agreed.versions, asked.which).counting()
    return {
        student: deliveries[counting.get(student, next(iter(deliveries)))]
        for student, deliveries in found.items()
    }


def _remove_files(folder: Path, delivery: Delivery, layout: str) -> None:
    """Remove what was unpacked or executed for one delivery, and nothing outside of the folder."""
    unpacked = (folder / UNPACKED).resolve()
    for number, upload in enumerate(delivery.uploads):
        for path in (upload.path, *upload.made_of):
            # The folder of nbgrader's student holds the one of the assignment.
            whole = (path.parent if layout == "nbgrader" else path).resolve()
            if whole.is_relative_to(unpacked) and whole != unpacked:
                shutil.rmtree(whole) if whole.is_dir() else whole.unlink(missing_ok=True)
        (folder / EXECUTED / f"{delivery.key}-{number + 1}.ipynb").unlink(missing_ok=True)
