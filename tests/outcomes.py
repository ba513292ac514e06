"""Made outcomes of a class: seeded, from result objects, without a grade."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from grader.course.handed_in import Delivery, Student, Upload
from grader.course.outcome import Outcome
from grader.grade import checks
from grader.misconceptions import REGISTRY
from grader.result import Deduction, Entry, Override, Result, blank
from grader.rubric import load_rubric
from grader.verdict import Diagnosis, Verdict
from grader.versions import ExamVersion, GraderVersion, RubricVersion, Versions

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    '=HYPERLINK("http://x.example","click")',
    "\t=1+1",
    "@SUM(A1)",
    "Zoë \u202eevil",
)
"""Names that a page or a table must show, and nothing else."""
SYLLABLES = ("ba", "del", "fi", "go", "ka", "lu", "mi", "no", "pe", "ra", "sol", "tu", "vi", "zan")
VERSIONS = Versions(
    GraderVersion("0", "g" * 64), ExamVersion("made", "e" * 64), RubricVersion("r" * 64)
)
MOMENT = datetime(2026, 10, 1, 12, tzinfo=timezone.utc)
ISOLATION = {"word": "full", "problem": None, "layers": {"L5 files": {"on": True, "why": ""}}}


@cache
def entries() -> tuple[Entry, ...]:
    """Every check that all submissions have, as not reached."""
    asked = {name: about for name, about in checks().items() if about[0][0] not in "CR"}
    return blank(load_rubric(), asked)


@cache
def mistakes() -> dict[str, list[Diagnosis]]:
    """Known mistakes by question, for those that have some."""
    found: dict[str, list[Diagnosis]] = {}
    for known in REGISTRY:
        found.setdefault(known.question, []).append(known.diagnosis)
    return found


def student(key: str, name: str = "", number: str = "") -> Student:
    """Somebody; with a name, also an address."""
    return Student(key, name, f"{key}@school.example" if name else "", number)


def outcome(
    result: Result | None, *students: Student, problem: str = "", late_days: int | None = 0
) -> Outcome:
    """What became of one upload of these; nothing was handed in where there is neither."""
    upload = Upload(Path("lab1.ipynb"), MOMENT) if result or problem else None
    delivery = Delivery(students[0].key, students, (upload,) if upload else ())
    return Outcome(delivery, upload, result, problem, late_days)


@cache
def passing() -> Result:
    """A result with every point."""
    passed = tuple(replace(each, status="passed", verdict=Verdict(True)) for each in entries())
    return Result(
        passed, VERSIONS, "lab1.ipynb", complete=True, seconds=1.0, isolation=ISOLATION,
        slice_digest="d" * 64,
    )  # fmt: skip


def failing(result: Result, check: str, why: Diagnosis | None = None, actual: str = "1") -> Result:
    """The result with one check failed."""
    return result.with_outcome(check, "failed", Verdict(False, actual, "2", "Look.", why))


def made(count: int, seed: int = 1) -> Iterator[Outcome]:
    """A class of so many students: able and less able ones, pairs, late ones, and trouble."""
    drawn = random.Random(seed)
    left = count
    while left > 0:
        number = count - left
        size = 2 if left > 1 and drawn.random() < 0.1 else 1
        left -= size
        students = tuple(_student(number + at, drawn) for at in range(size))
        yield _outcome(students, drawn)


def _student(number: int, drawn: random.Random) -> Student:
    if number < len(HOSTILE):
        name = HOSTILE[number]
    else:
        words = ("".join(drawn.choices(SYLLABLES, k=3)).capitalize() for _ in range(2))
        name = " ".join(words)
    return Student(f"s{number:05}", name, f"u{number}@school.example", f"{3_000_000 + number}")


def _outcome(students: Sequence[Student], drawn: random.Random) -> Outcome:
    kind = drawn.random()
    if kind < 0.02:
        return outcome(None, *students)
    if kind < 0.03:
        return outcome(None, *students, problem="The worker died three times.")
    result = _result(drawn)
    if kind < 0.04:
        result = replace(result, unjudged={"4.3": "ValueError: a shape nobody has foreseen"})
    if kind < 0.05:
        first = result.entries[0]
        override = Override(first.max_score, "It was right after all.", "A. Grader", "2026-10-05")
        result = replace(result, entries=(replace(first, override=override), *result.entries[1:]))
    late = drawn.choices((0, 1, 2, None), (90, 6, 3, 1))[0]
    if late:
        result = replace(result, deduction=Deduction(5.0 * late, f"{late} days late."))
    return outcome(result, *students, late_days=late)


def _result(drawn: random.Random) -> Result:
    """Who is able passes more checks of every question; a failed one ends its question."""
    able, failed, outcomes = drawn.gauss(0.9, 0.07), set(), []
    for entry, passed in zip(entries(), passing().entries, strict=True):
        if entry.question in failed:
            outcomes.append(entry)
        elif drawn.random() < able:
            outcomes.append(passed)
        else:
            failed.add(entry.question)
            outcomes.append(replace(entry, status="failed", verdict=_verdict(entry, drawn)))
    seconds = timedelta(seconds=drawn.lognormvariate(0, 0.4)).total_seconds()
    return replace(
        passing(),
        entries=tuple(outcomes),
        seconds=seconds,
        slice_digest=f"{drawn.getrandbits(256):064x}",
    )


def _verdict(entry: Entry, drawn: random.Random) -> Verdict:
    known = mistakes().get(entry.question, [])
    # The first ones are common, as mistakes are.
    why = known[min(int(drawn.expovariate(0.8)), len(known) - 1)] if known else None
    if drawn.random() < 0.2:
        why = None
    return Verdict(False, f"{drawn.randint(2, 90)} of 100 are <b>off</b>", "0", "Look again.", why)
