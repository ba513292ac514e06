"""What a person reads of a result, wherever it is shown."""

from collections.abc import Iterator, Mapping
from typing import Any

from grader.result import Entry, Result


def lines(entry: Entry, *, staff: bool = False) -> list[str]:
    """What the lab asks, what was got, what was expected, what explains it, what to do next.

    Where something explains it, its own hint is what to do: the check's next step is for any cause.

    A check that is held back from students says only its sentence, unless for staff.
    """
    verdict = entry.verdict
    text = [entry.sentence]
    if entry.bonus and entry.max_score:
        text.append(f"A bonus: {entry.max_score:g} points on top of the total.")
    if entry.visibility != "visible" and not staff:
        return [*text, f"{entry.status.capitalize()}."]
    if entry.status == "passed":
        return [*text, verdict.actual] if verdict.actual else text
    if entry.status in ("not reached", "by hand"):
        return [*text, f"{entry.status.capitalize()}: {verdict.actual}"]
    text.append(f"Got: {verdict.actual}.")
    if verdict.expected:
        text.append(f"Expected: {verdict.expected}.")
    if verdict.diagnosis:
        text.append(f"This looks like: {verdict.diagnosis.sentence} {verdict.diagnosis.hint}")
    elif verdict.next_step:
        text.append(f"Next: {verdict.next_step}")
    return text


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
