"""What a person reads of a result, wherever it is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from grader.result import Entry, Result


@dataclass(frozen=True)
class Told:
    """What a person is told of one check; what does not apply is empty."""

    sentence: str
    """What the lab asks."""
    bonus: str = ""
    outcome: str = ""
    """Why nothing more is said, or a remark."""
    got: str = ""
    expected: str = ""
    cause: str = ""
    """The mistake that explains it, and where to look."""
    next_step: str = ""
    """What to do, where nothing explains it."""
    decided: str = ""
    """What a person has decided about its points, and why."""


def told(entry: Entry, *, staff: bool = False) -> Told:
    """What is said of a check; of one that is held back only its sentence, unless for staff.

    Where something explains it, its own hint is what to do: the check's next step is for any cause.
    """
    verdict = entry.verdict
    about = partial(Told, entry.sentence, decided=_decided(entry, staff))
    if entry.bonus and entry.max_score:
        about = partial(about, bonus=f"A bonus: {entry.max_score:g} points on top of the total.")
    if entry.visibility != "visible" and not staff:
        return about(outcome=f"{entry.status.capitalize()}.")
    if entry.status == "passed":
        return about(outcome=verdict.actual)
    if entry.status in ("not reached", "by hand"):
        return about(outcome=f"{entry.status.capitalize()}: {verdict.actual}")
    why = verdict.diagnosis
    return about(
        got=f"{verdict.actual}.",
        expected=f"{verdict.expected}." if verdict.expected else "",
        cause=f"{why.sentence} {why.hint}" if why else "",
        next_step="" if why else verdict.next_step,
    )


def _decided(entry: Entry, staff: bool) -> str:
    """What a person has decided; who it was is for staff."""
    if entry.override is None or (entry.visibility != "visible" and not staff):
        return ""
    points, by = f"{entry.override.points:g} of {entry.max_score:g} points", ""
    if staff and entry.override.by:
        by = f" ({entry.override.by}, {entry.override.at})"
    return f"{points}: {entry.override.why}{by}"


def lines(entry: Entry, *, staff: bool = False) -> list[str]:
    """The same, line by line."""
    parts = told(entry, staff=staff)
    named = (
        ("", parts.sentence),
        ("", parts.bonus),
        ("", parts.outcome),
        ("Got: ", parts.got),
        ("Expected: ", parts.expected),
        ("This looks like: ", parts.cause),
        ("Next: ", parts.next_step),
        ("Decided by the course's staff: ", parts.decided),
    )
    return [f"{name}{text}" for name, text in named if text]


def unjudged_lines(result: Result) -> list[str]:
    """Which questions a person has to look at."""
    return [
        f"{number} could not be judged: a person has to look at it. Until then it has no points."
        for number in result.unjudged
    ]


def execution_lines(result: Result) -> list[str]:
    """Say what the executed copy of the whole notebook shows; nothing if it was not executed."""
    if result.execution is None:
        return []
    found = [f"Executed: {_figures(result.execution)}."]
    accuracies = [f"{value} % ({cell})" for cell, value in result.execution["accuracies"]]
    if accuracies:
        found.append(
            f"Executed: accuracies printed, on the practice images: {', '.join(accuracies)}."
        )
    if result.execution["executed"]:
        found.append(f"Executed: the copy with its outputs is {result.execution['executed']}.")
    return [*found, *(f"Executed: {remark}." for remark in result.execution["remarks"])]


def write_up_lines(result: Result) -> list[str]:
    """Say what of the written part is there as it was saved, for the human who grades it."""
    if result.write_up is None:
        return []
    parts = [f"{part} {what}" for part, what in result.write_up["written"].items()]
    return [f"Write-up, as saved: {_figures(result.write_up)}; {'; '.join(parts)}."]


def _figures(write_up: Mapping[str, Any]) -> str:
    def each() -> Iterator[str]:
        for found in write_up["figures"]:
            cells = f" ({', '.join(found['cells'])})" if found["cells"] else ""
            yield f"{found['count']} under Question {found['question']}{cells}"

    return f"figures {', '.join(each())}" if write_up["figures"] else "nothing"
