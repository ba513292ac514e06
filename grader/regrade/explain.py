"""Everything about one check of one submission: what it judged, by which tolerances, and why."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks import CHECKS, QUESTIONS, Check, Question
from grader.checks.context import Context, Tolerances
from grader.errors import UnreadableSubmissionError, UsageError
from grader.grade import Options, Progress, Terms, grade_read, standing, unreadable
from grader.pictures import Picture
from grader.regrade.calls import Judged, behind, judged, spoken_of
from grader.regrade.named import Named, handed_on, named
from grader.regrade.recorder import Asked, Recorder, Reply
from grader.regrade.replay import replayed
from grader.regrade.values import with_right
from grader.regrade.watching import watched
from grader.result import Entry, Result
from grader.rubric import Measured, Thresholds
from grader.sandbox.outside.wall import Wall
from grader.submission import Submission
from grader.verdict import CheckFailed, Verdict

MOST_FAILING = 24
"""So many failing calls of one check are told apart."""
CLOSE = 3
"""Names that are offered for one that is misspelled."""


@dataclass(frozen=True)
class Replay:
    """What to ask again, at home, so that it fails again."""

    sequence: tuple[Asked, ...] = ()
    """At last the call itself; nothing where there is no script."""
    why_not: str = ""
    """Why there is none."""
    submission: str = ""
    """The name of the student's file that is graded."""


@dataclass(frozen=True)
class Explanation:
    """One check, and everything that it judged."""

    result: Result
    """Of the check's question alone."""
    entry: Entry
    thresholds: Thresholds
    judged: Judged | None = None
    """None: the check judged nothing."""
    others: int = 0
    """Calls of its question that it did not look at."""
    collected: tuple[Measured, ...] = ()
    """What was compared with tolerances while the evidence was collected."""
    measured: tuple[Measured, ...] = ()
    """The same by the check itself."""
    picture: Picture | None = None
    replay: Replay = field(default_factory=Replay)

    @property
    def is_held_back(self) -> bool:
        """Whether students see nothing of it yet."""
        return self.entry.visibility != "visible"


def explain(path: Path, check: str, options: Options, progress: Progress) -> Explanation:
    """Grade the question of a check, and what it depends on, and keep all that the check judged.

    Raises:
        UsageError: there is no such check; or the submission, the exam or the rubric cannot be
            opened; or the check is not judged here.
        GraderError: the grader itself could not work.
    """
    question = question_of(check)
    asked = replace(options, questions=frozenset({question.number}), illustrated=False)
    with standing(asked, progress) as (wall, agreed):
        return explained(wall, path, check, agreed, progress)


def question_of(check: str) -> Question[Any]:
    """The question of a check.

    Raises:
        UsageError: there is no such check, or it cannot be explained.
    """
    names = [each.name for each in CHECKS]
    for question in QUESTIONS:
        if check in (each.name for each in question.checks):
            if question.optional:
                raise UsageError(
                    f"{check} judges the whole executed notebook: look at the copy that"
                    " `grade --run` keeps"
                )
            return question
    close = difflib.get_close_matches(check, names, CLOSE, 0.5)
    inside = [name for name in names if check and check in name][:CLOSE]
    told = ", ".join(dict.fromkeys([*close, *inside])) or f"{', '.join(names[:CLOSE])}, ..."
    raise UsageError(f"there is no check {check!r}; the nearest are {told}")


def explained(wall: Wall, path: Path, check: str, agreed: Terms, progress: Progress) -> Explanation:
    """The same, behind a wall that stands, by terms that ask for the check's question.

    Raises:
        UsageError, GraderError: as `explain` does.
    """
    question = question_of(check)
    thresholds = agreed.rubric.thresholds
    agreed = replace(agreed, questions=frozenset({question.number}))
    try:
        submission = agreed.reader.load(path)
    except UnreadableSubmissionError as error:
        result = unreadable(path, agreed, str(error))
        return Explanation(result, _entry(result, check, question), thresholds)
    seen = _Seen(question.number)
    recorded = replace(agreed, session=Recorder, collector=seen.collect)
    result = grade_read(wall, submission, recorded, lambda _: None, progress)
    entry = _entry(result, check, question)
    found = Explanation(result, entry, thresholds, collected=tuple(seen.measured))
    if seen.context is None or question.number in result.unjudged:
        return found
    progress("Making the failing call again")
    return _judged(found, seen, question, wall, submission, agreed)


def _entry(result: Result, check: str, question: Question[Any]) -> Entry:
    for entry in result.entries:
        if entry.check == check:
            return entry
    if question.challenge:
        names = ", ".join(question.names)
        raise UsageError(f"{check}: nothing of {question.number} is filled in ({names})")
    raise UsageError(f"{check}: the rubric does without this check, so nothing is judged by it")


class _Seen:
    """The evidence of one question, and what was asked and measured for it."""

    def __init__(self, number: str) -> None:
        self._number = number
        self.evidence: Any = None
        self.context: Context | None = None
        self.asked: list[Asked] = []
        self.measured: list[Measured] = []
        self._used: list[object] = []
        """Answers to other questions that are judged here once more."""

    def collect(self, number: str, how: Callable[[Context], Any], context: Context) -> Any:
        """Collect the evidence of a question, as `Context.collector` does."""
        if number != self._number:
            return how(context)
        recorder, measured = _recorder(context), context.tolerances.measured
        asked_before, measured_before = len(recorder.asked), len(measured)
        handed_on = dict(context.handed_on)
        for name, value in handed_on.items():
            context.handed_on[name] = watched(value, self._used.append, context.tolerances, {})
        self.evidence = how(context)
        context.handed_on.update(handed_on)
        self.context = context
        self.asked = recorder.asked[asked_before:]
        self.measured = list(measured[measured_before:])
        return self.evidence

    def handed_on(self) -> list[Named]:
        """What of other questions' evidence this one has used."""
        values = () if self.context is None else self.context.handed_on.values()
        every = (each for value in values for each in handed_on(value))
        return [each for each in every if any(each.answer is used for used in self._used)]


def _recorder(context: Context) -> Recorder:
    session = context.session
    if not isinstance(session, Recorder):
        raise TypeError(f"{type(session).__name__} remembers nothing")
    return session


def _judged(
    found: Explanation,
    seen: _Seen,
    question: Question[Any],
    wall: Wall,
    submission: Submission,
    agreed: Terms,
) -> Explanation:
    """Have the check judge once more, and see what it looks at."""
    if seen.context is None:
        return found
    check = next(each for each in question.checks if each.name == found.entry.check)
    held = _held(question, seen.evidence)
    if check.after is not None and check.after not in held:
        return found
    recorder = _recorder(seen.context)
    names = named(question.number, seen.evidence)
    names += seen.handed_on()
    looks = _Looks(check, seen, recorder, names, held)
    first = looks.first(found.thresholds)
    main = looks.main(first)
    calls = judged(recorder, seen.asked, names, looks.looked_at, looks.failing, main)
    shows = question.shows if check.core and first.verdict.passed else None
    return replace(
        found,
        judged=calls,
        others=len(set(map(id, seen.asked)) - {id(call.asked) for call in calls.calls}),
        measured=first.measured,
        picture=_drawn(first.draw or (None if shows is None else partial(shows, seen.evidence))),
        replay=_replay(found, calls, recorder, wall, submission, agreed, question),
    )


@dataclass(frozen=True)
class _Look:
    """One time that a check has judged its evidence."""

    verdict: Verdict
    draw: Draw | None
    seen: list[Asked]
    """In the order in which it was looked at first."""
    measured: tuple[Measured, ...]


class _Looks:
    """A check that judges its evidence again and again, to see all that it looks at.

    It stops at the first call that fails. Once what is right stands in for that answer it goes on
    to the next.
    """

    def __init__(
        self,
        check: Check[Any],
        seen: _Seen,
        recorder: Recorder,
        names: list[Named],
        held: set[str],
    ) -> None:
        self._check, self._seen, self._recorder = check, seen, recorder
        self._names, self._held = names, held
        self.looked_at: list[Asked] = []
        self.failing: list[tuple[Asked, Verdict]] = []
        """Each call that fails, and what is said of it."""

    def first(self, thresholds: Thresholds) -> _Look:
        """Look as often as it takes; returns what came of the first time."""
        instead: dict[int, object] = {}
        first = look = self._look(thresholds, instead)
        while not look.verdict.passed and len(self.failing) < MOST_FAILING:
            failing = self._spoken_of(look)
            if failing is None or any(each is failing for each, _ in self.failing):
                break
            self.failing.append((failing, look.verdict))
            right = self._right(failing)
            if right is None or not look.seen:
                break
            instead[id(failing.answer)] = right
            look = self._look(thresholds, instead)
        return first

    def main(self, first: _Look) -> Asked | None:
        """The call that decides: the one that fails, or the first one that was looked at."""
        if self.failing:
            return self.failing[0][0]
        return first.seen[0] if first.seen else self._spoken_of(first)

    def _look(self, thresholds: Thresholds, instead: Mapping[int, object]) -> _Look:
        tolerances, seen = Tolerances(thresholds), list[Asked]()

        def note(answer: object) -> None:
            asked = self._recorder.of(answer)
            if asked is not None and asked not in seen:
                seen.append(asked)

        copied = watched(self._seen.evidence, note, tolerances, instead)
        verdict, draw = _verdict(self._check, copied, self._held)
        self.looked_at += [each for each in seen if each not in self.looked_at]
        return _Look(verdict, draw, list(seen), tuple(tolerances.measured))

    def _spoken_of(self, look: _Look) -> Asked | None:
        calls = look.seen or behind(self._recorder, self._seen.asked, self._names)
        return spoken_of(calls, self._names, look.seen, look.verdict, core=self._check.core)

    def _right(self, asked: Asked) -> Reply | None:
        """What is right in place of an answer; None where that depends on other answers."""
        known = [each for each in self._names if each.answer is asked.answer]
        if not known or any(each.beside is not None for each in known):
            return None
        return with_right(asked, known[0].expected)


Draw = Callable[[], Picture | None]


def _held(question: Question[Any], evidence: Any) -> set[str]:
    """The checks that hold, each by itself."""
    with np.errstate(all="ignore"):  # what is claimed may be any number
        return {each.check.name for each in question.outcomes(evidence) if each.verdict.passed}


def _verdict(check: Check[Any], evidence: Any, held: set[str]) -> tuple[Verdict, Draw | None]:
    told = () if check.told is None else (check.told in held,)
    try:
        with np.errstate(all="ignore"):
            remark = check.judge(evidence, *told)
    except CheckFailed as failed:
        return failed.verdict, failed.draw
    return Verdict(True, remark or ""), None


def _drawn(draw: Draw | None) -> Picture | None:
    try:
        with np.errstate(all="ignore"):
            return None if draw is None else draw()
    except CheckFailed:  # part of what it would show cannot be read
        return None


def _replay(
    found: Explanation,
    calls: Judged,
    recorder: Recorder,
    wall: Wall,
    submission: Submission,
    agreed: Terms,
    question: Question[Any],
) -> Replay:
    if found.is_held_back:
        visibility = found.entry.visibility
        return Replay(why_not=f"students do not see this check yet ({visibility})")
    call = calls.shown
    if call is None:
        return Replay(why_not="nothing was asked of the submission")
    if call.asked.aside:
        return Replay(why_not="that call was made for a check that is held back")
    beyond = submission.challenges
    program = beyond.program if question.challenge and beyond else submission.program
    fresh = wall.admit(program, agreed.exam.practice)
    try:
        sequence = replayed(recorder, call, fresh)
    finally:
        fresh.end()
    if not sequence:
        return Replay(
            why_not="asked again, the code answers otherwise, whatever it was asked"
            " before (does it draw by chance, or look at the time?)"
        )
    return Replay(tuple(sequence), submission=program.name)
