"""What every platform is told of a result, whatever its format: lines, rows, and what is ranked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from grader.pictures import Picture
from grader.report.wording import execution_lines, lines, told, unjudged_lines
from grader.result import Entry, Result

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
LONGEST_LINE = 4_000
"""Characters of one line in Markdown."""
HELD_BACK = "Checks that are held back"
MORE = "There is more, which is left out here."


@dataclass(frozen=True)
class Row:
    """One check, or all of a question's that students do not see yet."""

    question: str
    name: str
    """The question's title, and what is asked."""
    points: float
    most: float
    """0 for a bonus, which is more than the total."""
    passed: bool
    lines: tuple[str, ...]
    picture: Picture | None = None
    """Of a mistake, where pictures were asked for; none is there twice."""


def rows(result: Result) -> Iterator[Row]:
    """Every check that students see, and of the others the sum of each question.

    A platform that adds points up cannot do without those; what they are about is left out.
    """
    seen: set[Picture] = set()
    for number, group in groupby(result.entries, key=lambda entry: entry.question):
        entries = list(group)
        for entry in entries:
            if entry.visibility == "visible":
                yield _row(entry, seen)
        held = [entry for entry in entries if entry.visibility != "visible"]
        if held:
            yield Row(
                number,
                f"{held[0].title}: {HELD_BACK}",
                sum(entry.score for entry in held),
                sum(map(most, held)),
                all(map(has_all, held)),
                (),
            )


def _row(entry: Entry, seen: set[Picture]) -> Row:
    picture = entry.verdict.picture if entry.status == "failed" else None
    if picture in seen:
        picture = None
    elif picture is not None:
        seen.add(picture)
    name = f"{entry.title}: {entry.sentence}"
    return Row(
        entry.question, name, entry.score, most(entry), has_all(entry), (*lines(entry),), picture
    )


def most(entry: Entry) -> float:
    """What a check adds to the total: a bonus comes on top of it."""
    return 0.0 if entry.bonus else entry.max_score


def has_all(entry: Entry) -> bool:
    """Whether nothing is left to earn."""
    if entry.override is not None:
        return entry.score >= entry.max_score
    return entry.status in ("passed", "by hand")


def share(result: Result) -> float:
    """The points as a part of the total, from 0 to 1: a bonus makes up for what was lost."""
    return min(1.0, max(0.0, result.score / result.max_score)) if result.max_score else 0.0


def first_to_mend(result: Result) -> Entry | None:
    """The first check that fails of those that students see; None: none does."""
    shown = (entry for entry in result.entries if entry.visibility == "visible")
    return next((entry for entry in shown if entry.status == "failed"), None)


def sentences(result: Result) -> Iterator[str]:
    """What is said of the whole, line by line, for the student."""
    total = f"{result.score:g} of {result.max_score:g} points."
    if result.deduction is not None:
        total += f" {result.deduction.words}"
    if not result.official:
        total = f"Unofficial: {total}"
    if any(entry.status == "by hand" for entry in result.entries):
        total += " The written questions are graded by hand and not counted here."
    yield total
    yield from unjudged_lines(result)
    if not result.complete:
        yield "The grade did not run to its end: what is missing counts as not reached."
    entry = first_to_mend(result)
    if entry is not None:
        said = told(entry)
        what = said.cause or said.next_step
        yield f"Mend this first, in {entry.question} {entry.title}: {said.got} {what}".rstrip()
    yield from (*result.notes, *execution_lines(result))


RANKED = {
    "score": ("Points", "desc"),
    "2.2": ("Accuracy lost in 2.2", "asc"),
    "4.4": ("Accuracy lost in 4.4", "asc"),
    "5.3": ("Accuracy lost in 5.3", "asc"),
    "accuracy": ("Accuracy with int8, %", "desc"),
    "powers_of_two": ("Accuracy with powers of two, %", "desc"),
    "weight_bytes": ("Bytes of weights", "asc"),
}
"""By the rubric's name, what a row is called, and whether the first is the least or the most."""


def ranked(result: Result) -> dict[str, float]:
    """What the rubric asks to rank, by its name there; what was not measured is left out."""
    known: dict[str, float] = {"score": result.score}
    for entry in result.entries:
        known |= entry.verdict.published
    return {name: round(known[name], 4) for name in result.leaderboard if name in known}


def bounded(text: str, most: int, gap: str = "\n") -> str:
    """The text, with its middle left out where it is longer, and a gap on either side of that."""
    if len(text) <= most:
        return text
    half = most // 2
    gone = f"[... {len(text) - 2 * half} characters left out ...]"
    return gap.join((text[:half], gone, text[-half:]))


def first_few(lines: Iterable[str], most: int) -> list[str]:
    """The first of them, and one that says so where there are more."""
    found = [*islice(lines, most + 1)]
    return found if len(found) <= most else [*found[:most], MORE]


def first_within(most: int, each: Iterable[bytes]) -> bytes:
    """The first that is short enough; the last where none is."""
    found = b""
    for found in each:
        if len(found) <= most:
            break
    return found


def as_markdown(text: str) -> str:
    """Text in which nothing is Markdown or HTML, in one line."""
    return PUNCTUATION.sub(r"\\\1", bounded(" ".join(text.split()), LONGEST_LINE, " "))
