"""The students' template: the reference with a blank in place of every solution.

A solution stands between two marks; the comment lines behind `# BLANK` take its place:

    # BEGIN SOLUTION
    scale = 127 / weights.abs().max()
    # BLANK
    # scale = 2.5
    # END SOLUTION

In markdown cells the marks are `# <!-- BEGIN SOLUTION -->` and so on, and the lines of the blank
stay as they are.
"""

import hashlib
import re
from pathlib import Path

from grader.errors import GraderError, UsageError

CHECKOUT = Path(__file__).parent.parent
REFERENCE = CHECKOUT / "reference" / "lab1.py"
TEMPLATE = CHECKOUT / "student_template"

_MARK = re.compile(
    r"(?P<indent>\s*)# (?P<markdown><!-- )?(?P<mark>BEGIN SOLUTION|BLANK|END SOLUTION)( -->)?\s*"
)

FOLLOWS = {
    "": ["BEGIN SOLUTION"],
    "BEGIN SOLUTION": ["BLANK", "END SOLUTION"],
    "BLANK": ["END SOLUTION"],
}
"""Which marks may come after which."""

PLACE = "# YOUR CODE HERE"
"""Stands above every blank in code, so that students find them all by one search."""

CODE_CELL = "# %%\n"
SETUP = """\
# Colab has all of these. Elsewhere, what is missing is installed first.
import subprocess
import sys
from importlib.util import find_spec

missing = [name for name in ("torch", "torchvision", "matplotlib") if not find_spec(name)]
if missing:
    subprocess.run([sys.executable, "-m", "pip", "install", *missing], check=True)

"""
"""Stands before the imports, in the first code cell."""

METADATA = {
    "accelerator": "GPU",  # what Colab offers such a notebook
    "colab": {"provenance": []},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def read_reference() -> str:
    """The source of the reference.

    Raises:
        UsageError: it is not there, as in a packaged autograder.
    """
    try:
        return REFERENCE.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{REFERENCE}: {error.strerror}; use a checkout, which has the reference"
        ) from error


def blanked(source: str) -> str:
    """The source of the reference with blanks in place of solutions.

    Raises:
        GraderError: the marks are out of order.
    """
    kept: list[str] = []
    state = ""
    comment = r"^(\s*)# ?"
    for number, line in enumerate(source.splitlines(keepends=True), start=1):
        found = _MARK.fullmatch(line)
        if found:
            mark = found["mark"]
            if mark not in FOLLOWS[state]:
                raise GraderError(f"reference, line {number}: {mark} is out of place")
            state = "" if mark == "END SOLUTION" else mark
            comment = "^" if found["markdown"] else r"^(\s*)# ?"
            if mark == "BLANK" and not found["markdown"]:
                kept.append(f"{found['indent']}{PLACE}\n")
        elif not state:
            kept.append(line)
        elif state == "BLANK":
            kept.append(re.sub(r"^(\s*)# ?", r"\1", line))
    if state:
        raise GraderError("reference: a solution has no end")
    return "".join(kept)
