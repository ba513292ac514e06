"""Submission + exam -> result: the main flow."""

import time
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from grader.checks import QUESTIONS, Question
from grader.checks.context import Context, ExecutedNotebook, Tolerances
from grader.checks.question import Outcome
from grader.errors import GraderError, UnreadableSubmissionError, UsageError
from grader.exam import Exam, cache_folder, open_exam
from grader.exam.manifest import FILE as MANIFEST
from grader.listing import Listing
from grader.oracle import Array
from grader.result import Result, blank
from grader.rubric import Rubric, load_rubric
from grader.sandbox.outside.answer import Executed, Missing
from grader.sandbox.outside.isolation import LAYERS, Isolation
from grader.sandbox.outside.limits import NOTEBOOK_SECONDS, Limits
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.submission import Challenges, Reader, Submission
from grader.verdict import NotReached, Verdict
from grader.versions import Versions, versions_of
from grader.whole import execute_whole
from grader.writeup import REPORT_CHECKS

ADDED = tuple(name for question in QUESTIONS if question.by_hand for name in question.names)
"""The names that the original lab does not have."""
CHALLENGES = frozenset(question.number for question in QUESTIONS if question.challenge)
"""The questions that nobody has to answer, judged only where something of them is filled in."""
OPTIONAL = frozenset(question.number for question in QUESTIONS if question.optional)
"""The questions that are judged only where the whole notebook is executed."""


@dataclass(frozen=True)
class Options:
    """How to grade; the defaults are those of an official grade."""

    exam: str | None = None
    """Name or folder; None: the default one."""
    rubric: Path | None = None
    """A course's own file, laid over the rubric."""
    limits: Limits = field(default_factory=Limits)
    questions: frozenset[str] = frozenset()
    """Judge these alone; none: all."""
    execution: "Execution | None" = None
    """How the whole notebook is executed, if it is."""
    official: bool = True
    """Grade only where student code is shut in well enough; False: grade anyway, and say so."""
    illustrated: bool = False
    """Keep what pictures of the verdicts show."""


@dataclass(frozen=True)
class Execution:
    """How the whole notebook is executed."""

    executed: Path
    """Where the executed copy goes."""
    seconds: float = NOTEBOOK_SECONDS
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
    execution: Execution | None = None
    official: bool = True
    illustrated: bool = False
    known: dict[bytes, Array] = field(default_factory=dict)
    """What `Context.known` is, from one submission to the next."""
    reader: Reader = field(default_factory=Reader)
    session: type[Session] = Session
    """What the checks ask: one of another kind also remembers what it was asked."""
    collector: Callable[[str, Callable[[Context], Any], Context], Any] | None = None
    """What `Context.collector` is; None: nobody wants to see the evidence."""

    @cached_property
    def versions(self) -> Versions:
        """Which grader, exam and rubric these are."""
        return versions_of(self.exam.manifest.name, self.exam.directory / MANIFEST, self.rubric)


Progress = Callable[[str], None]
"""Told what is being done, for a progress display."""
Write = Callable[[Result], None]
"""Given the result before student code starts, and again after each question."""


def grade(path: Path, options: Options, write: Write, progress: Progress) -> Result:
    """Grade one submission.

    Raises:
        UsageError: the submission, the exam or the rubric cannot be opened.
        GraderError: the grader itself could not work.
    """
    with standing(options, progress) as (wall, agreed):
        return grade_in(wall, path, agreed, write, progress)


@contextmanager
def standing(
    options: Options, progress: Progress, *, reads: bool = True
) -> Iterator[tuple[Wall, Terms]]:
    """A wall that is proven, and the terms: what any number of grades can be made with.

    Args:
        options: how to grade.
        progress: told what is being done.
        reads: whether submissions are read here; the reader is otherwise started when it is asked.

    Raises:
        UsageError: the exam or the rubric cannot be opened.
        GraderError: the wall is not what it must be.
    """
    with Wall(options.limits) as wall:
        # The zygote is importing torch from here on; it has read no secret and no submission.
        progress("Reading the exam and the submission")
        agreed = terms(options)
        if reads:
            agreed.reader.start()
        progress("Proving the wall")
        isolation = wall.verify(secrets(agreed.exam), cache_folder())
        isolation.require_basic()
        if options.official:
            isolation.require_official()
        yield wall, agreed


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
    whole = [name for name, about in checks().items() if about[0] in OPTIONAL]
    worth = sum(rubric.checks[name].points for name in whole)
    asked = options.execution is not None and (options.execution.asked or worth > 0)
    execution = options.execution if asked else None
    return Terms(
        exam, rubric, seed, options.questions, execution, options.official, options.illustrated
    )


def grade_in(wall: Wall, path: Path, terms: Terms, write: Write, progress: Progress) -> Result:
    """Grade one submission behind a wall that already stands."""
    began = time.monotonic()
    try:
        submission = terms.reader.load(path)
    except UnreadableSubmissionError as error:
        result = finished(unreadable(path, terms, str(error)), began)
        write(result)
        return result
    return grade_read(wall, submission, terms, write, progress, began)


def grade_read(
    wall: Wall,
    submission: Submission,
    terms: Terms,
    write: Write,
    progress: Progress,
    began: float | None = None,
) -> Result:
    """Grade one submission that has been read.

    Args:
        wall: stands already.
        submission: what was read.
        terms: what it is graded by.
        write: given the result again and again.
        progress: told what is being done.
        began: when its reading did, if that counts.
    """
    began = time.monotonic() if began is None else began
    beyond = submission.challenges
    result = begun(submission, terms)
    submission = replace(submission, notes=result.notes)
    write(result)
    whole = terms.execution is not None
    session = wall.admit(submission.program, terms.exam.practice, whole, terms.session)
    context = _context(session, submission, terms)
    try:
        for so_far in judged(context, result, submission, progress):
            result = so_far
            write(result)
    finally:
        session.end()
    if beyond is not None:
        for so_far in judged_beyond(wall, beyond, context, result, progress):
            result = so_far
            write(result)
    if context.execute is not None and terms.execution is not None:
        shown = _shown(context.execute(), terms.execution)
        result = replace(result, execution=shown)
    wall.require_canary()
    result = finished(replace(result, isolation=described(wall.isolation)), began)
    write(result)
    return result


def begun(submission: Submission, terms: Terms) -> Result:
    """The result before anything is asked: every check that is judged, as not reached."""
    beyond = submission.challenges
    tried = frozenset(beyond.graded if beyond else ())
    return replace(
        _empty(submission.path, terms, tried),
        graded={**submission.graded, **(beyond.graded if beyond else {})},
        listings=_by_question(submission),
        slice_digest=submission.digest,
        write_up=msgspec.to_builtins(submission.write_up),
        notes=(*submission.notes, *_left_out(terms, tried)),
    )


def _empty(path: Path, terms: Terms, tried: frozenset[str]) -> Result:
    return Result(
        blank(terms.rubric, _asked(terms, tried)),
        terms.versions,
        path.name,
        official=terms.official,
        leaderboard=terms.rubric.leaderboard,
    )


def _context(session: Session, submission: Submission, terms: Terms) -> Context:
    context = Context(
        terms.exam,
        session,
        Tolerances(terms.rubric.thresholds),
        terms.seed,
        ADDED,
        slice_digest=submission.digest,
        held_back=frozenset(
            name for name, rule in terms.rubric.checks.items() if rule.visibility != "visible"
        ),
        known=terms.known,
        illustrated=terms.illustrated,
    )
    if terms.collector is not None:
        context.collector = terms.collector
    if terms.execution is not None:
        how, path = terms.execution, submission.path
        context.execute = cache(
            lambda: execute_whole(session, terms.reader, path, how.seconds, how.executed)
        )
    return context


def _left_out(terms: Terms, tried: frozenset[str]) -> list[str]:
    """Say of the parts of Question C that were asked for by their number what is not there."""
    return [
        f"{question.number}: nothing of it is filled in ({', '.join(question.names)})"
        for question in QUESTIONS
        if question.challenge
        and question.number in terms.questions
        and not tried.intersection(question.names)
    ]


def _asked(terms: Terms, tried: frozenset[str]) -> dict[str, tuple[str, str, str]]:
    """What `checks` says of the checks that are judged.

    Args:
        terms: which questions are asked for, and which checks a course does without.
        tried: the names of Question C of which something is filled in.
    """
    challenges = {q.number for q in QUESTIONS if q.challenge and tried.intersection(q.names)}
    return {
        name: about
        for name, about in checks().items()
        if terms.rubric.checks[name].enabled
        and name not in REPORT_CHECKS  # whoever has the PDF adds these
        and about[0] in (terms.questions or {about[0]})
        and (about[0] not in OPTIONAL or terms.execution is not None)
        and (about[0] not in CHALLENGES or about[0] in challenges)
    }


def _by_question(submission: Submission) -> dict[str, list[tuple[str, Listing]]]:
    """The student's own lines of what each question is about."""
    beyond = submission.challenges.listings if submission.challenges else {}
    lines = {**beyond, **submission.listings}
    return {
        question.number: [(name, lines[name]) for name in question.names if name in lines]
        for question in QUESTIONS
    }


def checks() -> dict[str, tuple[str, str, str]]:
    """(question, its title, sentence) of every check, by name, in order."""
    judged = {
        check.name: (question.number, question.title, check.sentence)
        for question in QUESTIONS
        for check in question.checks
    }
    return {**judged, **REPORT_CHECKS}


def judged(
    context: Context, result: Result, submission: Submission, progress: Progress
) -> Iterator[Result]:
    """The result after each question."""
    by_hand = graded_by_hand(context)
    asked = {entry.question for entry in result.entries}
    for question in needed(asked):
        if question.challenge:
            continue
        progress(f"{question.number} {question.title}")
        if by_hand and question.by_hand:
            verdict = NotReached("Graded by hand, from the write-up.").verdict
            for check in question.checks:
                result = result.with_outcome(check.name, "by hand", verdict)
        else:
            result = _entered(result, question, context)
        yield replace(
            result,
            notes=(*submission.notes, *context.session.notes),
            printed=context.session.output,
            printed_aside=context.session.output_aside,
            measured=tuple(context.tolerances.measured),
            cut_short=context.session.over,
            disturbed=context.session.disturbed,
        )


def judged_beyond(
    wall: Wall, found: Challenges, context: Context, result: Result, progress: Progress
) -> Iterator[Result]:
    """The result after each part of Question C that something is filled in of.

    It has a session of its own, so that whatever its code does or uses up, Questions 1 to 5 have
    what they had.
    """
    asked = {entry.question for entry in result.entries}
    questions = [question for question in needed(asked) if question.challenge]
    if not questions:
        return
    session = wall.admit(found.program, context.exam.practice, kind=type(context.session))
    own = replace(
        context,
        session=session,
        constants=(),
        slice_digest=found.digest,
        challenges=frozenset(found.graded),
    )
    notes, printed, aside = result.notes, result.printed, result.printed_aside
    try:
        for question in questions:
            progress(f"{question.number} {question.title}")
            result = _entered(result, question, own)
            yield replace(
                result,
                notes=tuple(dict.fromkeys([*notes, *session.notes])),
                printed=printed + session.output,
                printed_aside=aside + session.output_aside,
                measured=tuple(context.tolerances.measured),
                cut_short=result.cut_short or session.over,
                disturbed=result.disturbed or session.disturbed,
            )
    finally:
        session.end()


def _entered(result: Result, question: Question[Any], context: Context) -> Result:
    """The result with the outcomes of a question; what it loses is noted in the context."""
    outcomes, fault = _outcomes(question, context)
    if fault:
        result = replace(result, unjudged={**result.unjudged, question.number: fault})
    for outcome in outcomes:
        verdict = outcome.verdict
        result = result.with_outcome(outcome.check.name, verdict.status, verdict)
        if not verdict.passed:
            context.charged.add(question.number)
            context.without_core.update([question.number] * outcome.check.core)
    return result


def _outcomes(question: Question[Any], context: Context) -> tuple[list[Outcome], str]:
    """The outcome of every check of a question, and what nobody has foreseen, if it was not judged.

    No student may bring a grade to its end, nor lose another question's points. So such a fault
    costs this question alone, until a person has looked at it; the traceback is for the staff.
    """
    try:
        with np.errstate(all="ignore"):  # what is claimed may be any number
            return list(question.judge(context)), ""
    except GraderError:  # the wall does not hold, or the grader cannot work at all
        raise
    except Exception as error:  # noqa: BLE001 - see above
        traceback.print_exc()
        words = "The grader could not judge this: a person has to look at it."
        verdict = NotReached(words).verdict
        fault = f"{type(error).__name__}: {error}"[:300]
        return [Outcome(check, verdict) for check in question.checks], fault


def needed(asked: Collection[str]) -> list[Question[Any]]:
    """The questions that are asked for, and those that they depend on, in order."""
    wanted = [question for question in QUESTIONS if question.number in asked]
    numbers = {each.number for question in wanted for each in (question, *question.depends_on)}
    return [question for question in QUESTIONS if question.number in numbers]


def _shown(whole: ExecutedNotebook, execution: Execution) -> dict[str, Any]:
    """What the executed copy shows, for results.json."""
    shown = msgspec.to_builtins(whole.write_up)
    remarks = whole.answer.remarks if isinstance(whole.answer, Executed) else ()
    copy = execution.executed.name if isinstance(whole.answer, Executed) else None
    return {**shown, "remarks": remarks, "executed": copy}


def graded_by_hand(context: Context) -> bool:
    """Whether none of the added names is defined, nor was meant to be."""
    answers = [context.value(name) for name in ADDED]
    return all(isinstance(a, Missing) and a.because is None for a in answers)


def unreadable(path: Path, terms: Terms, why: str) -> Result:
    """Nothing of the upload can be graded: 0, and one clear line."""
    result = _empty(path, terms, frozenset())
    for entry in result.entries:
        result = result.with_outcome(entry.check, "not reached", Verdict(False, why))
    return replace(result, notes=(why,), refused=why)


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
