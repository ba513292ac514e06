"""Grades the corpora once: what was answered, what was judged, and which lines judged it."""

import pickle
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import coverage

from grader.exam import Exam, open_exam
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.submission import load
from tests.mutants.recorded import Answers, Recorder

Verdicts = list[tuple[str, str, str, str, str, str]]
"""(check, status, diagnosis, what was got, what was expected, what to do next) of each check of a
question."""
State = dict[str, Any]
"""What a context knows before a question."""
CARRIED = ("challenges", "charged", "without_core", "handed_on", "_asked_first")


@dataclass
class Record:
    """One submission of the corpora."""

    name: str
    source: str
    answers: Answers = field(default_factory=Answers)
    states: dict[str, State] = field(default_factory=dict)
    verdicts: dict[str, Verdicts] = field(default_factory=dict)


@dataclass
class Recording:
    """All of them, and which lines of the grader each question of each was judged by."""

    records: list[Record]
    lines: dict[str, dict[int, set[tuple[str, str]]]]
    """File -> line -> (submission, question)."""
    known: dict[bytes, Any]
    """`Context.known`."""


def verdicts_of(question: Any, context: Any) -> Verdicts:
    """What one question finds."""
    import numpy as np

    with np.errstate(all="ignore"):
        return [
            (
                outcome.check.name,
                outcome.verdict.status,
                outcome.verdict.diagnosis.name if outcome.verdict.diagnosis else "",
                outcome.verdict.actual,
                outcome.verdict.expected,
                outcome.verdict.next_step,
            )
            for outcome in question.judge(context)
        ]


def context_for(exam: Exam, session: Any, known: dict[bytes, Any]) -> Any:
    """A context as it is before the first question."""
    from grader.checks.context import Context, Tolerances
    from grader.grade import ADDED
    from grader.rubric import load_rubric

    tolerances = Tolerances(load_rubric().thresholds)
    return Context(exam, session, tolerances, exam.seed, ADDED, known=known)


def record(names: frozenset[str] | None, files: list[str]) -> Recording:
    """Grade these cases of a validation, with the lines of these files traced."""
    tracer = coverage.Coverage(data_file=None, include=files, config_file=False)
    tracer.start()
    from grader.checks import QUESTIONS
    from grader.grade import graded_by_hand
    from grader.validation.validate import cases

    exam, known, arrays = open_exam(), {}, {}
    records = []
    with Wall(Limits()) as wall, tempfile.TemporaryDirectory() as folder:
        for case in cases(corpora=True):
            if names is not None and case.name not in names:
                continue
            kept = Record(case.name, case.source)
            path = Path(folder) / "lab1.py"
            path.write_bytes(case.source.encode())
            found = load(path)
            beyond = found.challenges if case.beyond else None
            tried = frozenset(beyond.graded if beyond else ())
            session = Recorder(wall.admit(found.program, exam.practice), kept.answers, arrays)
            context = context_for(exam, session, known)
            by_hand = graded_by_hand(context)
            for question in QUESTIONS:
                if question.optional or (by_hand and question.by_hand):
                    continue
                if question.challenge and not tried.intersection(question.names):
                    continue
                if question.challenge and not context.challenges:
                    session.end()
                    admitted = wall.admit(beyond.program, exam.practice)
                    session = Recorder(admitted, kept.answers, arrays)
                    context = replace(context, session=session, constants=(), challenges=tried)
                kept.states[question.number] = {
                    name: type(value)(value)
                    for name in CARRIED
                    for value in [getattr(context, name)]
                }
                session.question = question.number
                tracer.switch_context(f"{case.name}|{question.number}")
                verdicts = verdicts_of(question, context)
                tracer.switch_context("")
                kept.verdicts[question.number] = verdicts
                if any(check[1] != "passed" for check in verdicts):
                    context.charged.add(question.number)
                cores = {check.name for check in question.checks if check.core}
                if any(check[0] in cores and check[1] != "passed" for check in verdicts):
                    context.without_core.add(question.number)
            records.append(kept)
            print(case.name, file=sys.stderr)
    tracer.stop()
    return Recording(records, _lines(tracer, files), known)


def _lines(tracer: coverage.Coverage, files: list[str]) -> dict[str, Any]:
    data = tracer.get_data()
    found: dict[str, Any] = {}
    for file in files:
        found[file] = {
            line: {(c.split("|")[0], c.split("|")[1]) for c in contexts if "|" in c}
            for line, contexts in data.contexts_by_lineno(file).items()
        }
    return found


if __name__ == "__main__":
    from tests.mutants import record as itself  # its classes are not __main__'s, for pickle

    output, files, names = pickle.loads(sys.stdin.buffer.read())
    Path(output).write_bytes(pickle.dumps(itself.record(names, files), protocol=5))
