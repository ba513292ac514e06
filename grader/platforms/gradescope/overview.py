"""What stands above all checks on Gradescope: the page of feedback in short, in plain HTML tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from grader.report.wording import execution_lines, told, unjudged_lines
from grader.result import Result

if TYPE_CHECKING:
    from markupsafe import Markup

LONGEST = 90_000
"""Characters of one output; the platform cuts the middle out of anything above 100,000."""
LINE = 1_500
"""Characters of one line of it."""


def overview(result: Result) -> str:
    """Paragraphs, a list and what was printed: `p`, `ul`, `li` and `pre`, with all text escaped."""
    from markupsafe import Markup

    parts: list[str] = []
    for part in (*map(Markup("<p>{}</p>").format, _lines(result)), *_graded(result)):
        if sum(map(len, parts)) + len(part) > LONGEST // 2:
            parts.append("<p>There is more, which is left out here.</p>")
            break
        parts.append(part)
    if result.printed:
        parts.append(_printed(result.printed, LONGEST - sum(map(len, parts)) - len(parts)))
    return "\n".join(parts)


def _printed(text: str, room: int) -> str:
    """As much of it as there is room for, once it is escaped."""
    from markupsafe import Markup

    shown, size = Markup("<p>Your code printed:</p>\n<pre>{}</pre>"), room
    while len(found := shown.format(bounded(text, size))) > room:
        size = size * 3 // 4
    return found


def _lines(result: Result) -> Iterator[str]:
    """What is said of the whole, line by line."""
    for line in _sentences(result):
        yield bounded(line, LINE, " ")


def _sentences(result: Result) -> Iterator[str]:
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
    for entry in result.entries:
        if entry.status == "failed" and entry.visibility == "visible":
            said = told(entry)
            what = said.cause or said.next_step
            yield f"Mend this first, in {entry.question} {entry.title}: {said.got} {what}".rstrip()
            break
    yield from (*result.notes, *execution_lines(result))


def _graded(result: Result) -> Iterator[Markup]:
    from markupsafe import Markup

    if result.graded:
        items = (
            Markup("<li>{}: {}</li>").format(name, bounded(place, LINE, " "))
            for name, place in result.graded.items()
        )
        yield Markup("<p>What was graded:</p>\n<ul>{}</ul>").format(Markup("\n").join(items))


def bounded(text: str, most: int = LONGEST, gap: str = "\n") -> str:
    """The text, with its middle left out where it is longer, and a gap on either side of that."""
    if len(text) <= most:
        return text
    half = most // 2
    told = f"[... {len(text) - 2 * half} characters left out ...]"
    return gap.join((text[:half], told, text[-half:]))
