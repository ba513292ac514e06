"""What the verdicts of a question rest on, as a digest: they are kept as long as it is the same.

Points, visibilities and whatever else a rubric says after the verdict are no part of it.
"""

import ast
import hashlib
import platform
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from grader.checks import QUESTIONS, Question
from grader.grade import Terms
from grader.sandbox.outside.limits import Limits

ROOT = Path(__file__).resolve().parents[1]
"""The folder of the grader."""
BELOW = ("sandbox", "submission")
"""Rooms of which every file counts for every question: what executes student code, and reads it."""
DRAWS = "checks/illustrations.py"
"""Makes what pictures show, which no verdict rests on."""
MACHINE_S_OWN = {"memory_bytes"}
"""Limits that a small machine lowers by itself: a verdict that meets them is never kept."""


def bases(terms: Terms, limits: Limits) -> dict[str, str]:
    """By the number of each question, the digest of all that its verdicts rest on.

    Exam, seed, tolerances, limits, the modules of its checks and of those of the questions that it
    depends on, Python and NumPy. What is missing is the submission.
    """
    return {question.number: _basis(question, terms, limits) for question in QUESTIONS}


def _basis(question: Question[Any], terms: Terms, limits: Limits) -> str:
    enabled = [check.name for check in question.checks if terms.rubric.checks[check.name].enabled]
    allowed = {name: value for name, value in asdict(limits).items() if name not in MACHINE_S_OWN}
    of_checks = [question, *_below(question)]
    parts = (
        terms.versions.exam.sha256,
        terms.seed,
        terms.official,
        msgspec.to_builtins(terms.rubric.thresholds),
        [_held_back(each, terms) for each in of_checks],
        enabled,
        allowed,
        sorted({_digest_of_modules(each.collect.__module__) for each in of_checks}),
        platform.python_version(),
        np.__version__,
    )
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _held_back(question: Question[Any], terms: Terms) -> list[str]:
    """The checks whose probes are drawn from the seed and whose output is put aside."""
    rules = terms.rubric.checks
    names = (check.name for check in question.checks)
    return [name for name in names if rules[name].visibility != "visible"]


def _below(question: Question[Any]) -> list[Question[Any]]:
    found = {each.number: each for each in question.depends_on}
    for each in question.depends_on:
        found |= {below.number: below for below in _below(each)}
    return list(found.values())


def basis_of_pictures() -> str:
    """The digest of all that pictures rest on beside what their verdicts do."""
    return _digest_of_modules(f"grader.{DRAWS.removesuffix('.py').replace('/', '.')}")


@cache
def basis_of_report() -> str:
    """The digest of all that the check list of a report rests on beside the upload."""
    digest = hashlib.sha256()
    for path in (*sorted((ROOT / "handed_in_report").glob("*.py")), ROOT / "writeup.py"):
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def _digest_of_modules(module: str) -> str:
    """Of the sources of a module and of all that it imports of the grader."""
    reached: set[Path] = set()
    waiting = [*_files(module), *(p for room in BELOW for p in (ROOT / room).rglob("*.py"))]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += _imported(path)
    digest = hashlib.sha256()
    for path in sorted(reached):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def _imported(path: Path) -> tuple[Path, ...]:
    """The modules that a module imports by name; of a package's own `__init__` only if asked for.

    Each check's package imports all checks, so with it every question would rest on all others.
    """
    tree = ast.parse(path.read_bytes())
    return tuple(
        file
        for node in ast.walk(tree)
        for module in _names(node)
        if module.startswith("grader.")
        for file in _files(module)
        if file != ROOT / DRAWS
    )


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        inner = [f"{node.module}.{alias.name}" for alias in node.names]
        modules = [name for name in inner if _files(name)]
        yield from modules
        if len(modules) < len(inner):
            yield node.module


def _files(module: str) -> list[Path]:
    """The file of a module of the grader; none if there is no such module."""
    path = ROOT.joinpath(*module.split(".")[1:])
    return [file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()]
