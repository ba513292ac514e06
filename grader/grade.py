"""Submission + exam -> result: the main flow."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from grader.checks import NEEDS, QUESTIONS, WHOLE
from grader.checks.bench import ADDED, Bench, WholeRun
from grader.errors import UnreadableSubmissionError, UsageError
from grader.exam import Exam, cache_folder, open_exam
from grader.exam.manifest import FILE as MANIFEST
from grader.finding import Finding, failed
from grader.result import Result, blank
from grader.rubric import Rubric, load_rubric
from grader.sandbox.outside.answer import Missing, Ran
from grader.sandbox.outside.isolation import LAYERS, Isolation
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.submission import Reader, Submission
from grader.versions import Versions, versions_of
from grader.whole import DEADLINE, run_whole

BY_HAND = ("1.2", "4.1a", "4.1b", "5.1")
"""The questions that are graded by hand where a submission has none of the names they ask for."""


@dataclass(frozen=True)
class Options:
    """How to grade; the defaults are those of an official grade."""

    exam: str | None = None
    """Name or folder; None: the embedded one."""
    rubric: Path | None = None
    """A course's own file, laid over the rubric."""
    limits: Limits = field(default_factory=Limits)
    questions: frozenset[str] = frozenset()
    """Judge these alone; none: all."""
    run: "Run | None" = None
    """How the whole notebook is executed, if it is."""
    official: bool = True
    """Grade only where student code is shut in well enough; False: grade anyway, and say so."""


@dataclass(frozen=True)
class Run:
    """How the whole notebook is executed."""

    executed: Path
    """Where the executed copy goes."""
    seconds: float = DEADLINE
    asked: bool = True
    """False: only where the rubric gives points for it."""


@dataclass(frozen=True)
class Terms:
    """What a submission is graded by, once everything has been read."""

    exam: Exam
    rubric: Rubric
    seed: int
    """Drives the probes: the exam's own, unless a validation redraws them."""
    questions: frozenset[str] = frozenset()
    run: Run | None = None
    official: bool = True
    known: dict[bytes, NDArray[np.intp]] = field(default_factory=dict)
    """What `Bench.known` is, from one submission to the next."""
    reader: Reader = field(default_factory=Reader)

    @cached_property
    def versions(self) -> Versions:
        """Which grader, exam and rubric these are."""
        return versions_of(self.exam.manifest.name, self.exam.directory / MANIFEST, self.rubric)


Step = Callable[[str], None]
"""Told what is being done, for a progress display."""
Write = Callable[[Result], None]
"""Given the result before student code starts, and again after each question."""


def grade(path: Path, options: Options, write: Write, step: Step) -> Result:
    """Grade one submission.

    Raises:
        UsageError: the submission, the exam or the rubric cannot be opened.
        GraderError: the grader itself could not work.
    """
    with Wall(options.limits) as wall:
        # The zygote is importing torch from here on; it has read no secret and no submission.
        step("Reading the exam and the submission")
        agreed = terms(options)
        step("Proving the wall")
        isolation = wall.prove(secrets(agreed.exam), cache_folder())
        isolation.require_basic()
        if options.official:
            isolation.require_official()
        return grade_in(wall, path, agreed, write, step)


def secrets(exam: Exam) -> list[Path]:
    """The files and folders that student code must not read."""
    here = Path(__file__).resolve()
    return [here, here.parent, exam.directory.resolve()]


def terms(options: Options, seed: int | None = None) -> Terms:
    """Read the exam and the rubric.

    Raises:
        UsageError: one of them cannot be opened, or there is no such question.
    """
    known = [question.number for question in QUESTIONS]
    for number in sorted(options.questions - set(known)):
        raise UsageError(f"there is no question {number!r}; there are {', '.join(known)}")
    rubric = load_rubric(options.rubric).covering(checks())
    exam = open_exam(options.exam)
    seed = exam.seed if seed is None else seed
    worth = sum(rubric.checks[name].points for name, about in checks().items() if about[0] == WHOLE)
    run = options.run if options.run and (options.run.asked or worth) else None
    return Terms(exam, rubric, seed, options.questions, run, options.official)


def grade_in(wall: Wall, path: Path, terms: Terms, write: Write, step: Step) -> Result:
    """Grade one submission behind a wall that already stands."""
    began = time.monotonic()
    asked = {
        name: about
        for name, about in checks().items()
        if terms.rubric.checks[name].run
        and about[0] in (terms.questions or {about[0]})
        and (about[0] != WHOLE or terms.run is not None)
    }
    result = Result(
        blank(terms.rubric, asked),
        terms.versions,
        path.name,
        official=terms.official,
        leaderboard=terms.rubric.leaderboard,
    )
    try:
        submission = terms.reader.load(path)
    except UnreadableSubmissionError as error:
        result = finished(unreadable(result, str(error)), began)
    else:
        write_up = msgspec.to_builtins(submission.write_up)
        result = replace(result, graded=submission.graded, write_up=write_up)
        write(result)
        session = wall.admit(submission.program, terms.exam.practice, terms.run is not None)
        bench = Bench(terms.exam, session, terms.rubric.thresholds, terms.seed, known=terms.known)
        if terms.run is not None:
            run = terms.run
            bench.run = cache(
                lambda: run_whole(session, terms.reader, path, run.seconds, run.executed)
            )
        try:
            for so_far in judged(bench, result, submission, step):
                result = so_far
                write(result)
        finally:
            session.end()
        if bench.run is not None and terms.run is not None:
            shown = _shown(bench.run(), terms.run)
            result = replace(result, run=shown)
        wall.require_canary()
        result = finished(replace(result, isolation=described(wall.isolation)), began)
    write(result)
    return result


def checks() -> dict[str, tuple[str, str, str]]:
    """(question, its title, sentence) of every check, by name, in order."""
    return {
        check.name: (question.number, question.title, check.sentence)
        for question in QUESTIONS
        for check in question.checks
    }


def judged(bench: Bench, result: Result, submission: Submission, step: Step) -> Iterator[Result]:
    """The result after each question."""
    by_hand = graded_by_hand(bench)
    asked = {entry.question for entry in result.entries}
    needed = asked.union(*(NEEDS.get(number, ()) for number in asked))
    for question in QUESTIONS:
        if question.number not in needed:
            continue
        step(f"{question.number} {question.title}")
        if by_hand and question.number in BY_HAND:
            finding = Finding.not_reached("Graded by hand, from the write-up.")
            for check in question.checks:
                result = result.with_outcome(check.name, "by hand", finding)
        else:
            with np.errstate(all="ignore"):  # what is claimed may be any number
                outcomes = list(question.judge(bench))
            for outcome in outcomes:
                result = result.with_outcome(outcome.check.name, outcome.status, outcome.finding)
                if outcome.status != "passed":
                    bench.charged.add(question.number)
        yield replace(
            result,
            notes=(*submission.notes, *bench.session.notes),
            printed=bench.session.output,
            measured=tuple(bench.measured),
        )


def _shown(whole: WholeRun, run: Run) -> dict[str, Any]:
    """What the executed copy shows, for results.json."""
    shown = msgspec.to_builtins(whole.write_up)
    remarks = whole.answer.remarks if isinstance(whole.answer, Ran) else ()
    copy = run.executed.name if isinstance(whole.answer, Ran) else None
    return {**shown, "remarks": remarks, "executed": copy}


def graded_by_hand(bench: Bench) -> bool:
    """Whether none of the added names is defined, nor was meant to be."""
    answers = [bench.value(name) for name in ADDED]
    return all(isinstance(a, Missing) and a.because is None for a in answers)


def unreadable(result: Result, why: str) -> Result:
    """Nothing of the upload can be graded: 0, and one clear line."""
    for entry in result.entries:
        result = result.with_outcome(entry.check, "not reached", failed(why))
    return replace(result, notes=(why,))


def finished(result: Result, began: float) -> Result:
    """The result, complete."""
    return replace(result, complete=True, seconds=time.monotonic() - began)


def described(isolation: Isolation | None) -> dict[str, Any] | None:
    """How well student code was shut in, for staff; None where that was not proven."""
    if isolation is None:
        return None
    return {
        "word": isolation.word,
        "problem": isolation.problem or None,
        "layers": {
            LAYERS[name]: {"on": layer.on, "why": layer.why}
            for name, layer in isolation.layers.items()
        },
    }
