"""Print a submission of the corpora, or a base, whole: `python -m tests.show NAME`.

NAME is that of the file, `forward_cut_by_int`, or with its folder, `wrong/forward_cut_by_int`.
"""

import sys
from difflib import get_close_matches
from pathlib import Path

from grader.errors import UsageError
from grader.validation.corpus import BASES, CORRECT, WRONG, read, whole


def files() -> dict[str, Path]:
    """All that can be shown, by folder and name."""
    found = {f"bases/{path.stem}": path for path in sorted(BASES.glob("*.py"))}
    for folder in (CORRECT, WRONG):
        found |= {f"{folder.name}/{path.stem}": path for path in sorted(folder.glob("*/*.py"))}
    return found


def shown(name: str) -> str:
    """The whole text of what is called so.

    Raises:
        UsageError: nothing is, or more than one.
    """
    every = files()
    fitting = [key for key in every if name in (key, key.partition("/")[2])]
    if len(fitting) > 1:
        raise UsageError(f"{name} may be {' or '.join(fitting)}")
    if not fitting:
        names = [part for key in every for part in (key, key.partition("/")[2])]
        near = ", ".join(get_close_matches(name, names)) or "see tests/correct and tests/wrong"
        raise UsageError(f"there is no submission {name}; did you mean: {near}?")
    path = every[fitting[0]]
    return read(path) if path.parent == BASES else whole(path)


def main(arguments: list[str]) -> int:
    """Print it; the exit status."""
    if len(arguments) != 1:
        print("usage: python -m tests.show NAME", file=sys.stderr)
        return 2
    try:
        text = shown(arguments[0])
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    sys.stdout.buffer.write(text.encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
