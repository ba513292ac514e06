"""What stands above all checks on Gradescope: the page of feedback in short, in plain HTML tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from grader.platforms.told import MORE, bounded, sentences
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
            parts.append(f"<p>{MORE}</p>")
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
    for line in sentences(result):
        yield bounded(line, LINE, " ")


def _graded(result: Result) -> Iterator[Markup]:
    from markupsafe import Markup

    if result.graded:
        items = (
            Markup("<li>{}: {}</li>").format(name, bounded(place, LINE, " "))
            for name, place in result.graded.items()
        )
        yield Markup("<p>What was graded:</p>\n<ul>{}</ul>").format(Markup("\n").join(items))
