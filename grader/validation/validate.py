"""Does the grader judge well? Grade what is known to be correct, empty or wrong, and compare.

The reference must get every point, its blanks none on the function questions, and each
misconception, planted into the reference, must lose points in exactly its own questions. So must
the whole submissions of the corpora, where these are asked for.
"""

import atexit
import multiprocessing
import re
import tempfile
from collections.abc import Collection, Generator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from grader.checks import QUESTIONS
from grader.cores import Cores, usable
from grader.exam import Exam, open_exam
from grader.grade import CHALLENGES, Options, Terms, grade_in, terms
from grader.misconceptions import REGISTRY
from grader.result import Result
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.template import blanked, read_reference
from grader.validation import margins
from grader.validation.composition import planted
from grader.validation.corpus import Solution, correct, wrong
from grader.validation.matrix import Cell, Line

CALL_SECONDS = 10
"""Half of what a grade allows: the corpora's functions take less than two, or never end."""
LAYERS_OF_LAB = {
    "conv1": (6, 3, 5, 5),
    "conv2": (16, 6, 5, 5),
    "fc1": (120, 400),
    "fc2": (84, 120),
    "fc3": (10, 84),
}
"""The shapes of the weights."""
FLATTENED = re.compile(r"16 ?\* ?5 ?\* ?5")
"""How the lab's code writes the one size that a forward has to know."""
ACCURACIES = frozenset(question.number for question in QUESTIONS if question.depends_on)
"""The questions that may be lost where one that they depend on is."""
REQUIRED = frozenset(question.number for question in QUESTIONS) - CHALLENGES
"""Question C alone need not be answered."""


@dataclass(frozen=True)
class Case:
    """A submission of which it is known what it must lose."""

    name: str
    source: str
    loses: frozenset[str]
    """The questions in which at least one point must be lost.

    In all others none may be lost. But an accuracy may be not reached where it depends on these.
    """
    loses_all: bool = False
    """Whether every point of those questions must be lost."""
    named: frozenset[str] = frozenset()
    """The diagnoses that name the mistake; none where there is none to give."""
    beyond: bool = True
    """Whether Question C is judged, too, where something of it is filled in."""


@dataclass(frozen=True)
class Row:
    """What became of a case."""

    case: Case
    index: int
    """Its place among the cases."""
    lost: dict[str, float]
    """Points lost by question; each bonus check that is worth none counts for one."""
    not_reached: frozenset[str]
    """The questions of which nothing failed, and not everything was reached."""
    most: dict[str, float]
    """Points of each question."""
    diagnoses: frozenset[str]
    drops: dict[str, float]
    """Points of accuracy that the whole pipeline lost, by question, where they were measured."""
    result: Result

    def unexpected(self, question: str) -> bool:
        """Whether this cell is not what it must be."""
        lost = self.lost[question]
        if question not in self.case.loses:
            excused = question in ACCURACIES and question in self.not_reached
            return lost > 0 and not excused
        return lost < self.most[question] if self.case.loses_all else lost == 0

    @property
    def expected(self) -> bool:
        """Whether every cell is as it must be."""
        return not any(self.unexpected(question) for question in self.lost)


@dataclass(frozen=True)
class Validation:
    """A validation as it goes."""

    total: int
    """How many cases there are."""
    left_out: tuple[str, ...]
    """The submissions of which nothing is known with this exam's net."""
    rows: Generator[Row, None, None]
    """The row of each case as it is done. Whoever does not take all has to close it: that ends the
    processes."""


def cases(*, corpora: bool = False, without: Collection[str] = ()) -> list[Case]:
    """The reference, its blanks, and each misconception as a planted mistake; then the corpora.

    Args:
        corpora: whether the corpora are taken.
        without: names of submissions that are not.

    Raises:
        UsageError: the reference is not there, as in a packaged autograder.
    """
    source = read_reference()
    every = frozenset(question.number for question in QUESTIONS)
    found = [
        Case("reference", source, frozenset()),
        Case("blanks", blanked(source), every, loses_all=True),
    ]
    for misconception in REGISTRY:
        name, loses = misconception.diagnosis.name, frozenset({misconception.question})
        wrong_source = planted(source, misconception.code)
        beyond = misconception.question in CHALLENGES  # or it would take twice the time
        found.append(Case(name, wrong_source, loses, named=frozenset({name}), beyond=beyond))
    if corpora:
        for solution in _solutions():
            name, loses = solution.name, solution.loses
            if name not in without:
                found.append(Case(name, solution.source, loses, named=solution.named))
    return found


def _solutions() -> list[Solution]:
    """The corpora's scripts; notebooks are tested as such, in both of their forms."""
    return [one for one in (*correct(), *wrong()) if one.path.parent.name == "solutions"]


def grade_cases(
    exam: str | None,
    rubric: Path | None,
    seed: int | None,
    workers: int | None,
    *,
    corpora: bool = False,
) -> Validation:
    """Grade all cases."""
    layers = open_exam(exam).nets["plain"].architecture.layers  # built once, not in every worker
    of_lab = {layer.name: layer.weight for layer in layers} == LAYERS_OF_LAB
    others = () if of_lab or not corpora else (one for one in _solutions() if not one.any_net)
    left_out = tuple(one.name for one in others)
    todo = cases(corpora=corpora, without=left_out)
    rows = _rows(todo, (exam, rubric, seed), min(workers or usable(), len(todo)))
    return Validation(len(todo), left_out, rows)


def _rows(
    todo: list[Case], arguments: tuple[str | None, Path | None, int | None], workers: int
) -> Generator[Row, None, None]:
    context = multiprocessing.get_context("spawn")
    others = multiprocessing.active_children()
    with ProcessPoolExecutor(
        max_workers=workers,
        mp_context=context,
        initializer=_start,
        initargs=(Cores(workers), *arguments),
    ) as pool:
        try:
            jobs = [pool.submit(_grade, index, case) for index, case in enumerate(todo)]
            for done in as_completed(jobs):
                yield done.result()
        except BaseException:  # the pool would first have all cases graded that are left
            for process in multiprocessing.active_children():
                if process not in others:
                    process.terminate()  # its zygote ends the workers, and removes their folder
            raise


@dataclass(frozen=True)
class _Worker:
    """What a process of the pool keeps from one case to the next."""

    wall: Wall
    terms: Terms


_worker: list[_Worker] = []


def _start(cores: Cores, exam: str | None, rubric: Path | None, seed: int | None) -> None:
    cores.take()
    wall = Wall(Limits(call_seconds=CALL_SECONDS))
    wall.__enter__()
    atexit.register(wall.__exit__, None, None, None)
    _worker.append(_Worker(wall, terms(Options(exam=exam, rubric=rubric), seed)))


def _grade(index: int, case: Case) -> Row:
    (worker,) = _worker
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lab1.py"
        source = fitted(case.source, worker.terms.exam)
        path.write_bytes(source.encode("utf-8"))  # with its own line ends
        terms = worker.terms if case.beyond else replace(worker.terms, questions=REQUIRED)
        result = grade_in(worker.wall, path, terms, _ignore, _ignore)
    return row(case, index, result)


def fitted(source: str, exam: Exam) -> str:
    """The submission as it would be written for the exam's net: flattened to that net's size."""
    layers = exam.nets["plain"].architecture.layers
    inputs = next(layer.weight[1] for layer in layers if layer.kind == "linear")
    return source if inputs == 16 * 5 * 5 else FLATTENED.sub(str(inputs), source)


def _ignore(_: object) -> None:
    """Nobody follows the progress of one grade in a validation."""


def row(case: Case, index: int, result: Result) -> Row:
    """Sum a result up by question."""
    lost = dict.fromkeys((q.number for q in QUESTIONS if not q.optional), 0.0)
    most = dict(lost)
    drops: dict[str, float] = {}
    diagnoses = set()
    failed = {entry.question for entry in result.entries if entry.status == "failed"}
    for entry in result.entries:
        worth = entry.max_score or float(entry.bonus)
        lost[entry.question] = lost.get(entry.question, 0) + worth * (entry.status != "passed")
        most[entry.question] = most.get(entry.question, 0) + worth
        if entry.verdict.diagnosis:
            diagnoses.add(entry.verdict.diagnosis.name)
        if entry.question in entry.verdict.published:
            drops[entry.question] = entry.verdict.published[entry.question]
    missed = {entry.question for entry in result.entries if entry.status == "not reached"}
    return Row(
        case, index, lost, frozenset(missed - failed), most, frozenset(diagnoses), drops, result
    )


def measured(row: Row) -> margins.Sample:
    """What the tolerances were compared with."""
    return margins.Sample(row.case.name, not row.case.loses, row.result.measured)


def line(row: Row) -> Line:
    """The row for the matrix."""
    return Line(
        name=row.case.name,
        cells={
            question: Cell(lost, question not in row.not_reached, not row.unexpected(question))
            for question, lost in row.lost.items()
        },
        wrong=bool(row.case.loses) and not row.case.loses_all,
        named=bool(row.case.named) and row.diagnoses <= row.case.named and bool(row.diagnoses),
        nameable=bool(row.case.named),
        drops=row.drops,
    )
