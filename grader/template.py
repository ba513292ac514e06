"""The students' template: the reference with a blank in place of every solution.

A solution stands between two marks; the comment lines behind `# BLANK` take its place:

    # BEGIN SOLUTION
    scale = 127 / weights.abs().max()
    # BLANK
    # scale = 2.5
    # END SOLUTION

Students find the blank between two marks of their own:

    # YOUR CODE HERE
    scale = 2.5
    # END OF YOUR CODE

In markdown cells the marks are `# <!-- BEGIN SOLUTION -->` and so on, and the lines of the blank
stay as they are, without marks around them.
"""

import hashlib
import re
from collections import Counter
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
PLACE_END = "# END OF YOUR CODE"
"""Stands below every blank in code: what follows is given, and correct."""

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
    state, in_markdown = "", False
    for number, line in enumerate(source.splitlines(keepends=True), start=1):
        found = _MARK.fullmatch(line)
        if found:
            if found["mark"] not in FOLLOWS[state]:
                raise GraderError(f"reference, line {number}: {found['mark']} is out of place")
            if state == "BLANK" and not in_markdown:
                kept.append(f"{found['indent']}{PLACE_END}\n")
            state = found["mark"] if found["mark"] != "END SOLUTION" else ""
            in_markdown = bool(found["markdown"])
            if state == "BLANK" and not in_markdown:
                kept.append(f"{found['indent']}{PLACE}\n")
        elif not state:
            kept.append(line)
        elif state == "BLANK":
            kept.append(line if in_markdown else re.sub(r"^(\s*)# ?", r"\1", line))
    if state:
        raise GraderError("reference: a solution has no end")
    return "".join(kept)


def generated(reference: str) -> dict[str, str]:
    """The template's files by name; the same bytes for the same reference.

    Raises:
        GraderError: the reference has marks out of order, or no code cell.
    """
    before, first, after = blanked(reference).partition(CODE_CELL)
    if not first:
        raise GraderError("reference: it has no code cell for the set-up")
    script = f"{before}{first}{SETUP}{after}"
    return {"lab1.py": script, "lab1.ipynb": notebook(script)}


def notebook(script: str) -> str:
    """A percent-format script as a notebook without outputs.

    A cell's id is derived from its content, and from how many cells before it have the same: an
    edit elsewhere leaves it, and links to it, alone.
    """
    import jupytext  # half a second, and no grade needs it
    import nbformat

    result = jupytext.reads(script, fmt="py:percent")
    result.metadata.clear()  # jupytext's own
    result.metadata.update(METADATA)
    seen: Counter[str] = Counter()
    for cell in result.cells:
        cell.metadata.clear()
        content = f"{seen[cell.source]} {cell.source}"
        cell.id = hashlib.sha256(content.encode()).hexdigest()[:12]
        seen[cell.source] += 1
    return f"{nbformat.writes(result)}\n"  # type: ignore[no-untyped-call]


def write(folder: Path) -> None:
    """Write the template's files.

    Raises:
        UsageError: the reference is not there, or the folder cannot be written to.
    """
    files = generated(read_reference())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode())
    except OSError as error:
        raise UsageError(
            f"{error.filename or folder}: {error.strerror}; name another folder with --output"
        ) from error


def outdated(folder: Path) -> list[str]:
    """The files in a folder that are missing, or not what the reference makes now.

    Raises:
        UsageError: the reference is not there.
    """
    files = generated(read_reference())
    return [name for name, content in files.items() if _content(folder / name) != content.encode()]


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
