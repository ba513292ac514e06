"""Code that was written for another machine: Colab, Kaggle, one with a GPU.

The folders that such a machine writes to are the box here. What code sets only where it finds
itself on such a machine is set here, too.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONTENT = "/content"
"""Where Colab starts."""
FOLDER = re.compile(
    r"""(?P<before>["']|^[ \t]*%cd[ \t]+)
        (?P<folder>/content|/kaggle/working)(?=[/"'\s]|$)
        (?P<rest>[^"'\n{}%\\]*)""",
    re.VERBOSE | re.MULTILINE,
)
"""A path as it stands in code, up to what is not known before the code runs."""
ASKED = (
    re.compile(r"(?:exists|isdir|isfile|access|startswith)\(\s*$"),
    re.compile(r"[\"'](?:\s*\)\.(?:exists|is_)|\s+(?:not\s+)?in\b)"),
)
"""Before and behind a path of which code asks whether this is such a machine: it is not."""
MAKES = re.compile(r"\b(?:mkdir|makedirs)\b")
MOST_FOLDERS = 50

MACHINE = re.compile("colab|kaggle|cuda|gpu|drive|cloud", re.I)
"""In a question which machine this is."""
PACKAGES = ("google", "kaggle_datasets", "kaggle_secrets")
"""Which only such a machine has."""


def in_box(code: str, box: str) -> str:
    """Write the path of the box in place of a folder of another machine; line numbers stay."""

    def instead(found: re.Match[str]) -> str:
        asks, is_asked = ASKED
        if asks.search(code, max(0, found.start() - 30), found.start()) or is_asked.match(
            code, found.end()
        ):
            return found[0]
        return f"{found['before']}{box}{found['rest']}"

    return FOLDER.sub(instead, code)


def make_folders(code: str, box: Path) -> None:
    """Make the folders that code takes for granted: a Drive, and what dropped statements made."""
    rests = [found["rest"].strip("/ ") for found in FOLDER.finditer(code)]
    if MAKES.search(code):  # it makes its own
        drives = [rest.split("/")[:2] for rest in rests if rest.startswith("drive/")]
        rests = ["/".join(drive) for drive in drives]
    for rest in list(dict.fromkeys(rests))[:MOST_FOLDERS]:
        path = Path(rest)
        folder = path.parent if path.suffix else path
        with contextlib.suppress(OSError, ValueError):
            (box / folder).mkdir(parents=True, exist_ok=True)


def asks_for_machine(statement: ast.stmt) -> bool:
    """Whether a statement goes one way on another machine, and another way here."""
    if isinstance(statement, ast.If):
        return any(map(MACHINE.search, _words(statement.test)))
    return isinstance(statement, ast.Try) and any(map(_is_elsewhere, statement.body))


def settings(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield what a statement sets on any of its ways, without what is of another machine."""
    if isinstance(statement, ast.If | ast.Try):
        handlers = statement.handlers if isinstance(statement, ast.Try) else []
        ways = [statement.body, *(handler.body for handler in handlers), statement.orelse]
        for way in ways:
            for each in way:
                yield from settings(each)
    elif isinstance(statement, _SETS) and not _is_elsewhere(statement):
        yield statement


def lacks_part(setting: ast.stmt, names: dict[str, Any]) -> bool:
    """Whether a statement sets an item or an attribute that is not there yet."""
    for target in setting.targets if isinstance(setting, ast.Assign) else ():
        if isinstance(target, ast.Subscript | ast.Attribute):
            asked = copy.copy(target)
            asked.ctx = ast.Load()
            try:
                eval(compile(ast.Expression(asked), "<part>", "eval"), names)  # noqa: S307 - where student code runs
            except (KeyError, AttributeError):
                return True
            except BaseException:  # noqa: BLE001 - student code raises what it likes
                return False
    return False


_SETS = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def _words(test: ast.expr) -> Iterator[str]:
    for node in ast.walk(test):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _is_elsewhere(statement: ast.stmt) -> bool:
    """Whether it imports what only another machine has."""
    names = []
    if isinstance(statement, ast.Import):
        names = [alias.name for alias in statement.names]
    elif isinstance(statement, ast.ImportFrom):
        names = [statement.module or ""]
    return any(name.partition(".")[0] in PACKAGES for name in names)
