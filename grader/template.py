"""The student's version of the reference: every solution is replaced by its blank.

A solution stands between two marks; the comment lines behind `# BLANK` take its place:

    # BEGIN SOLUTION
    scale = 127 / weights.abs().max()
    # BLANK
    # scale = 2.5
    # END SOLUTION

In markdown cells the marks are `# <!-- BEGIN SOLUTION -->` and so on.
"""

import re

from grader.errors import GraderError

_MARK = re.compile(r"^(?P<indent>\s*)# (?:<!-- )?(?P<mark>BEGIN SOLUTION|BLANK|END SOLUTION)\b")

FOLLOWS = {
    "": ["BEGIN SOLUTION"],
    "BEGIN SOLUTION": ["BLANK", "END SOLUTION"],
    "BLANK": ["END SOLUTION"],
}
"""Which marks may come after which."""


def blanked(source: str) -> str:
    """The source of the reference with blanks in place of solutions.

    Raises:
        GraderError: the marks are out of order.
    """
    kept: list[str] = []
    state = ""
    for number, line in enumerate(source.splitlines(keepends=True), start=1):
        found = _MARK.match(line)
        if found:
            mark = found["mark"]
            if mark not in FOLLOWS[state]:
                raise GraderError(f"reference, line {number}: {mark} is out of place")
            state = "" if mark == "END SOLUTION" else mark
        elif not state:
            kept.append(line)
        elif state == "BLANK":
            kept.append(re.sub(r"^(\s*)# ?", r"\1", line))
    if state:
        raise GraderError("reference: a solution has no end")
    return "".join(kept)
