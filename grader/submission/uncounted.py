"""Where a graded name stands without counting: in a comment, a text, or a cell that is skipped."""

import re
from collections.abc import Collection, Iterable, Iterator

from grader.submission.python import CELL_MAGIC, KEPT_BODIES
from grader.writeup import Passage

LINE = re.compile(
    r"^(?P<before>[ \t>]*(?P<comment>#[# \t]*)?)"
    r"(?:(?P<definition>(?:async[ \t]+)?(?:def|class)[ \t]+)(?P<defined>\w+)"
    r"|(?P<bound>\w+)[ \t]*(?::[^=\n]*)?=(?!=))",
    re.MULTILINE,
)
"""A line that would define a name, if it counted."""
PLACE = re.compile(r"line (\d+)")


def uncounted(missing: Collection[str], passages: Iterable[Passage]) -> Iterator[str]:
    """Say of each missing name where it stands after all, and why that does not count."""
    left = set(missing)
    for passage in passages:
        if not left:
            return
        for found in LINE.finditer(passage.text):
            name = found["defined"] or found["bound"]
            if name not in left or (found["bound"] and found["before"] and not found["comment"]):
                continue  # a local variable, perhaps
            left.remove(name)
            place = _place(passage.label, passage.text.count("\n", 0, found.start()))
            why = _why(passage, comment=bool(found["comment"]))
            yield f"{name} is not defined: at {place} it stands {why}, which is not graded"


def _place(label: str, above: int) -> str:
    """`cell 5, line 3`; of a script, whose passages are named for their first lines, `line 30`."""
    if script := PLACE.fullmatch(label):
        return f"line {int(script[1]) + above}"
    return f"{label}, line {above + 1}"


def _why(passage: Passage, *, comment: bool) -> str:
    if not passage.is_code:
        return "in a cell of text"
    magic = CELL_MAGIC.match(passage.text)
    if magic is not None and magic["name"] not in KEPT_BODIES:
        return f"in a %%{magic['name'][:20]} cell"
    if comment:
        return "in a comment"
    return "in a string, inside another definition, or in a block that is not executed"
