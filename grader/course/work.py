"""What a process of the pool does, here or on a cluster: it grades one submission after another.

A task comes as bytes of strict JSON, and so does what became of it: nothing is unpickled.
"""

import atexit
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from grader.errors import GraderError
from grader.grade import Execution, Options, Terms, begun, grade_read, standing
from grader.result import Result
from grader.sandbox.outside.limits import NOTEBOOK_SECONDS, Limits
from grader.sandbox.outside.shared import Shared
from grader.sandbox.outside.wall import Wall
from grader.submission import Reading, submission_of

MOST_KNOWN = 100
"""Nets whose logits are remembered, of some 100 kB each: a class has a few for each submission."""


class Setup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a worker grades, whatever it is given: a part of `Options`."""

    exam: str | None = None
    rubric: str | None = None
    limits: Limits = msgspec.field(default_factory=Limits)
    official: bool = True
    illustrated: bool = False
    executes: bool = False
    """Whether whole notebooks are executed, too; otherwise only where the rubric has points."""

    def options(self) -> Options:
        """The same for `grade`."""
        return Options(
            self.exam,
            None if self.rubric is None else Path(self.rubric),
            self.limits,
            execution=Execution(Path("executed.ipynb"), NOTEBOOK_SECONDS, self.executes),
            official=self.official,
            illustrated=self.illustrated,
        )


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One submission to grade."""

    path: str
    """What was read; opened again only where the whole notebook is executed."""
    reading: Reading
    questions: tuple[str, ...] = ()
    """These alone; none: all."""
    executed: str = ""
    """Where the executed copy of a whole notebook goes."""


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a task."""

    result: Result | None = None
    said: tuple[str, ...] = ()
    """Remarks that came of executing it: the last of the result's."""
    fault: str = ""
    """Why there is no result: the grader itself could not work."""
    stands: bool = True
    """False: this process cannot grade anything."""


@dataclass(frozen=True)
class _Standing:
    wall: Wall
    terms: Terms


_standing: list[_Standing] = []
"""What a process of the pool keeps from one submission to the next; empty before its first."""
_faults: list[str] = []
"""Why it cannot work at all."""
_until_the_end = ExitStack()
"""Takes down what stands."""


def start(setup: bytes, shared: Shared | None = None) -> None:
    """Begin a process of the pool: its wall stands until it ends.

    Args:
        setup: how it grades, as JSON.
        shared: the exam's arrays, where the process that has them is on this machine.
    """
    atexit.register(end)
    try:
        options = msgspec.json.decode(setup, type=Setup).options()
        # What it grades was read already; only a whole notebook is read once more.
        wall, agreed = _until_the_end.enter_context(standing(options, _ignore, reads=False))
        if shared is not None:
            agreed.exam.map(shared)
    except GraderError as error:
        _faults.append(str(error))
    else:
        _standing.append(_Standing(wall, agreed))


def end() -> None:
    """Take the wall down, and wait until all that was started behind it has ended."""
    _until_the_end.close()


def work(data: bytes) -> bytes:
    """Do one task."""
    return msgspec.json.encode(done(msgspec.json.decode(data, type=Task)))


def done(task: Task) -> Done:
    """The result of a task, or why there is none."""
    if not _standing:
        return Done(fault="; ".join(_faults) or "the process was never started", stands=False)
    (kept,) = _standing
    if len(kept.terms.known) > MOST_KNOWN:
        kept.terms.known.clear()
    submission = submission_of(Path(task.path), task.reading)
    terms = replace(kept.terms, questions=frozenset(task.questions))
    if terms.execution is not None:
        terms = replace(terms, execution=replace(terms.execution, executed=Path(task.executed)))
    try:
        result = grade_read(kept.wall, submission, terms, _ignore, _ignore)
    except GraderError as error:
        return Done(fault=str(error))
    except Exception as error:  # noqa: BLE001 - of whatever kind, it is no student's 0
        traceback.print_exc()
        return Done(fault=f"{type(error).__name__}: {error}")
    said = result.notes[len(begun(submission, terms).notes) :]
    # What was compared with tolerances is a validation's alone; it may be infinite, as no JSON is.
    return Done(replace(result, measured=()), said)


def _ignore(_: object) -> None:
    """Nobody follows the progress of one grade in a class."""
