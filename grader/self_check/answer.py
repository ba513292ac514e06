"""Answers the check in a notebook, in a process of its own: executed cells in, a card out."""

import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from grader.checks import QUESTIONS, Question
from grader.errors import UsageError
from grader.exam import default_exam
from grader.grade import Options, grade
from grader.report import student
from grader.report.html.page import render
from grader.report.wording import lines, unjudged_lines
from grader.result import Entry, Result
from grader.self_check.handed_in import FILE, written
from grader.self_check.history import BUILT_IN, Taken, taken
from grader.submission.interface import GRADED
from grader.submission.notebook import CARD
from grader.submission.program import LAST_COUNTS

ASKED = tuple(question for question in QUESTIONS if not question.optional)
"""The questions that can be asked for; the whole notebook is executed by the command line only."""

MEMORY = (
    "{} lives only in the notebook's memory: no cell that was executed defines it, and check takes"
    " code alone. Define it in a cell, execute that cell, and check again."
)
NOT_EXECUTED = (
    "No cell that was executed since the kernel started defines {}."
    " Execute the cells that do, and check again."
)
ANYTHING = "anything of Questions 1 to 5"


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a notebook asks."""

    question: str
    """`2.1`; the beginning of several, such as `4`; empty: all so far."""
    cells: list[str]
    """In the order in which they were executed, each as often as it was."""
    memory: list[str]
    """The names that the notebook's memory holds."""
    folder: str
    """Where the notebook works, and finds its modules."""


def answered(request: bytes, columns: int) -> bytes:
    """The card that answers a request, as JSON: the fields of `card.Card`.

    Args:
        request: a `Request` as JSON.
        columns: how long a line of text may be.
    """
    asked = msgspec.json.decode(request, type=Request)
    try:
        data, passed = _judged(asked, columns)
    except UsageError as error:
        data, passed = _saying([str(error)]), False
    metadata = {CARD: True}
    return msgspec.json.encode({"data": data, "metadata": metadata, "passed": passed})


def _judged(asked: Request, columns: int) -> tuple[dict[str, str], bool]:
    found = taken(asked.cells)
    there = found.there(asked.memory)
    questions = _questions(asked.question) if asked.question else _so_far(found, there)
    judged = [question for question in questions if _is_there(question, there)]
    names = _names(questions)
    if not judged or there.isdisjoint(GRADED):
        broken = dict.fromkeys(note for name, note in found.broken.items() if name in names)
        remarks = [*broken, *_lacking(asked, found, names, frozenset())]
        return _saying(remarks or [NOT_EXECUTED.format(ANYTHING)]), False
    result = _grade(judged, found, Path(asked.folder))
    passed = (
        student.all_passed(result)
        and any(entry.status == "passed" for entry in result.entries)
        and not any(entry.status == "by hand" for entry in result.entries)
        and there.issuperset(names)
    )
    remarks = [] if passed else _lacking(asked, found, names, found.reads)
    return _shown(result, remarks, columns, passed), passed


def _grade(judged: Sequence[Question[Any]], found: Taken, home: Path) -> Result:
    """Judge as `check` does."""
    default_exam()  # built here where it is not there yet, and not while a zygote waits
    options = Options(questions=frozenset(q.number for q in judged), official=False)
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), found, home)
        result = grade(path, options, lambda _: None, lambda _: None)
    # Here it goes without saying that the last version of a cell counts, and which notebook.
    said = (LAST_COUNTS, f"{FILE} is graded")
    notes = tuple(note for note in result.notes if not any(words in note for words in said))
    return replace(result, notes=notes)


def _questions(asked: str) -> list[Question[Any]]:
    """The questions of a number, or of what several numbers begin with.

    Raises:
        UsageError: there is none.
    """
    found = [q for q in ASKED if re.fullmatch(rf"{re.escape(asked)}(?!\d).*", q.number)]
    if found:
        return found
    known = ", ".join(question.number for question in ASKED)
    raise UsageError(f"there is no question {asked!r}; there are {known}")


def _so_far(found: Taken, there: AbstractSet[str]) -> list[Question[Any]]:
    """The questions of which something is executed; of Question C, in which something is done."""
    return [
        question
        for question in ASKED
        if _is_there(question, there)
        and (not question.challenge or any(map(found.answers, question.names)))
    ]


def _is_there(question: Question[Any], there: AbstractSet[str]) -> bool:
    """Whether there is something to judge: one of its names, or all of those on which it builds."""
    names = _names([question])
    return bool(names & there) if question.names else names <= there


def _names(questions: Iterable[Question[Any]]) -> set[str]:
    """The top-level names that questions are about, or that those are about on which they build."""
    return {
        name.partition(".")[0]
        for question in questions
        for each in (question, *([] if question.names else question.depends_on))
        for name in each.names
    }


def _lacking(
    asked: Request, found: Taken, names: AbstractSet[str], reads: AbstractSet[str]
) -> list[str]:
    """Say of what is needed and no cell defines where it is, and what to do.

    Args:
        asked: what the notebook asks.
        found: what its cells define.
        names: of the questions.
        reads: what the code reads that is judged.
    """
    there, memory = found.there(asked.memory), set(asked.memory)
    lost = sorted(((names | reads) & memory) - there - BUILT_IN)
    gone = sorted(names - there - memory - found.broken.keys())
    said = [MEMORY.format(", ".join(lost))] if lost else []
    return [*said, *([NOT_EXECUTED.format(", ".join(gone))] if gone else [])]


def _shown(result: Result, remarks: list[str], columns: int, passed: bool) -> dict[str, str]:
    """A result as `check` prints it, with remarks, and as a card."""
    console = Console(file=io.StringIO(), width=columns, emoji=False, force_terminal=False)
    with console.capture() as text:
        student.show(result, console)
    return {
        "text/plain": "\n".join([text.get().strip("\n"), *remarks]),
        "text/html": render(
            "card",
            passed=passed,
            parts=[_part(entries) for entries in student.by_question(result)],
            notes=student.notes(result),
            unjudged=unjudged_lines(result),
            printed=student.last_printed(result),
            summary=student.summary(result),
            remarks=remarks,
        ),
    }


def _saying(said: list[str]) -> dict[str, str]:
    """A card of remarks alone."""
    fields = ("parts", "notes", "unjudged", "printed", "summary")
    nothing: dict[str, Any] = dict.fromkeys(fields, ())
    html = render("card", passed=False, remarks=said, **nothing)
    return {"text/plain": "\n".join(said), "text/html": html}


def _part(entries: list[Entry]) -> dict[str, Any]:
    """What a card shows of a question: its checks, and what to do about the first that fails."""
    first = student.first_to_mend(entries)
    return {
        "number": entries[0].question,
        "title": entries[0].title,
        "status": "passed" if first is None else first.status,
        "passed": sum(entry.status == "passed" for entry in entries),
        "rows": [
            (entry.status, lines(entry)[0], lines(entry)[1:] if entry is first else [])
            for entry in entries
        ],
    }
