"""Grades the corpora once: what was answered, what was judged, and which lines judged it."""

import pickle
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage

from grader.exam import Exam, open_exam
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.submission import load
from tests.mutants.recorded import Answers, Recorder

Verdict = list[tuple[str, str, str, str, str]]
"""(check, status, diagnosis, what came, what was expected) of each check of a question."""
State = dict[str, Any]
"""What a bench knows before a question."""
CARRIED = ("charged", "batch", "quantized", "_asked_first")


@dataclass
class Record:
    """One submission of the corpora."""

    name: str
    source: str
    answers: Answers = field(default_factory=Answers)
    states: dict[str, State] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)


@dataclass
class Recording:
    """All of them, and which lines of the grader each question of each was judged by."""

    records: list[Record]
    lines: dict[str, dict[int, set[tuple[str, str]]]]
    """File -> line -> (submission, question)."""
    known: dict[bytes, Any]
    """`Bench.known`."""


def judge(question: Any, bench: Any) -> Verdict:
    """What one question finds."""
    import numpy as np

    with np.errstate(all="ignore"):
        return [
            (
                outcome.check.name,
                outcome.status,
                outcome.finding.diagnosis.name if outcome.finding.diagnosis else "",
                outcome.finding.came,
                outcome.finding.expected,
            )
            for outcome in question.judge(bench)
        ]


def bench_of(exam: Exam, session: Any, known: dict[bytes, Any]) -> Any:
    """A bench as it is before the first question."""
    from grader.checks.bench import Bench
    from grader.rubric import load_rubric

    return Bench(exam, session, load_rubric().thresholds, exam.seed, known=known)


def record(names: frozenset[str] | None, files: list[str]) -> Recording:
    """Grade these cases of a validation, with the lines of these files traced."""
    tracer = coverage.Coverage(data_file=None, include=files, config_file=False)
    tracer.start()
    from grader.checks import QUESTIONS, WHOLE
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
            session = Recorder(wall.admit(load(path).program, exam.practice), kept.answers, arrays)
            bench = bench_of(exam, session, known)
            by_hand = graded_by_hand(bench)
            for question in QUESTIONS:
                if question.number == WHOLE or (by_hand and question.number[:2] in ("1.", "5.1")):
                    continue
                kept.states[question.number] = {
                    name: type(value)(value) for name in CARRIED for value in [getattr(bench, name)]
                }
                session.question = question.number
                tracer.switch_context(f"{case.name}|{question.number}")
                verdict = judge(question, bench)
                tracer.switch_context("")
                kept.verdicts[question.number] = verdict
                if any(check[1] != "passed" for check in verdict):
                    bench.charged.add(question.number)
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
