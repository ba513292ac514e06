"""Executes the graded slice of a submission and finds names in it (in the student's process)."""

from __future__ import annotations
import __future__

import ast
import difflib
import linecache
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.inside import failures
    from grader.sandbox.inside.standins import StandIns
    from grader.sandbox.wire import Claim
else:
    import failures
    from wire import Claim

MODULE = "submission"
"""Not `__main__`, so that a main guard runs no training."""
FAILURES = 20
"""Statements that raised, of which the trusted process is told; more follow from these."""


class MissingError(Exception):
    """The submission does not define a name."""

    def __init__(self, name: str, suggestion: str | None, because: dict[str, str] | None) -> None:
        super().__init__(name)
        self.name, self.suggestion, self.because = name, suggestion, because


class Submission:
    """The student's module: loaded statement by statement, going on after one that raises."""

    def __init__(self, box: Path, standins: StandIns) -> None:
        self.box, self.standins = box, standins
        self.labels: set[str] = set()
        self.failures: list[dict[str, str]] = []
        self.undefined: dict[str, dict[str, str]] = {}
        self.module = types.ModuleType(MODULE)
        sys.modules[MODULE] = self.module

    def load(self, program: Claim) -> None:
        """Write the helper modules into the box, then execute the cells in order.

        Args:
            program: (cells, modules); a cell is (label, source as UTF-8, kept statements, those of
                them that train), a module (relative path, content).
        """
        cells, modules = program.items
        contents = [_bytes(part.items[1]) for part in (*cells.items, *modules.items)]
        self.standins.install(b"\n".join(contents).decode("utf-8", "replace"))
        for module in modules.items:
            path = self.box / module.items[0].text
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_bytes(module.items[1]))
        sys.path.append(str(self.box))  # last: a helper named json.py shadows nothing
        flags = 0
        for cell in cells.items:
            label, source, keep, training = cell.items
            text = _bytes(source).decode("utf-8", "replace")
            flags = self._execute(label.text, text, (_numbers(keep), _numbers(training)), flags)

    def find(self, name: str) -> Any:
        """The object of a dotted name, such as `NetQuantized.quantize_activations`.

        Raises:
            MissingError: with the nearest name there is, or why there is none.
        """
        found: Any = self.module
        for part in name.split("."):
            if not hasattr(found, part):
                names = [other for other in dir(found) if not other.startswith("_")]
                close = difflib.get_close_matches(part, names, 1, 0.7)
                because = self.undefined.get(name.split(".")[0])
                raise MissingError(name, close[0][:100] if close else None, because)
            found = getattr(found, part)
        return found

    def has(self, name: str) -> bool:
        """Whether a top-level name is defined."""
        return name in vars(self.module)

    def name_of(self, filename: str) -> str | None:
        """What a person calls a file of student code; None for any other file."""
        if filename in self.labels:
            return filename
        path = Path(filename)
        return path.relative_to(self.box).as_posix() if path.is_relative_to(self.box) else None

    def _execute(
        self, label: str, source: str, which: tuple[list[int], list[int]], flags: int
    ) -> int:
        """Execute the kept statements of one cell; returns the `__future__` flags from here on."""
        self.labels.add(label)
        linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
        if label.endswith(".py"):
            self.module.__file__ = label  # lets inspect.getsource find classes
        try:
            body = ast.parse(source, label).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._failed(None, error)
            return flags
        keep, training = which
        for index in keep:
            statement = body[index]
            flags |= _future_flags(statement)
            for part in _parts(statement):
                try:
                    self._run(part, label, flags, index in training)
                except BaseException as error:  # noqa: BLE001 - sys.exit() must not end the grade
                    self._failed(part, error)
        return flags

    def _run(self, statement: ast.stmt, label: str, flags: int, trains: bool) -> None:
        """Execute one statement; where it trains, or makes a net, there is a trained one."""
        space = vars(self.module)
        if trains:
            self.standins.trained(statement, _bound_names(statement), space)
            return
        code = compile(ast.Module([statement], []), label, "exec", flags, True)
        try:
            exec(code, space)  # noqa: S102 - that is what this process is for
        except ModuleNotFoundError as error:
            if str(error.name).partition(".")[0] != "google":
                raise
            self.standins.colab()
            self.standins.note("google.colab is not here: its functions do nothing")
            exec(code, space)  # noqa: S102 - see above
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            for name in _bound_names(statement):
                place = f"{label}, line {statement.lineno}"
                self.standins.train(name, space.get(name), place)

    def because(self, error: BaseException) -> str:
        """Why there is no such name, if a statement that raised should have bound it."""
        failure = self.undefined.get(error.name or "") if isinstance(error, NameError) else None
        if failure is None:
            return ""
        return f" ({failure['where']}: {failure['kind']}: {failure['message']})"

    def _failed(self, statement: ast.stmt | None, error: BaseException) -> None:
        failure = failures.describe(error, self.name_of)
        if len(self.failures) < FAILURES:
            self.failures.append(failure)
        for name in () if statement is None else _bound_names(statement):
            self.undefined[name] = failure


def _numbers(claim: Claim) -> list[int]:
    return [] if claim.array is None else claim.array.tolist()


def _parts(statement: ast.stmt) -> list[ast.stmt]:
    """Split `import a, b`: where there is no `a`, `b` is imported all the same."""
    if not isinstance(statement, ast.Import):
        return [statement]
    return [ast.copy_location(ast.Import([alias]), statement) for alias in statement.names]


def _bytes(claim: Claim) -> bytes:
    return b"" if claim.array is None else claim.array.tobytes()


def _future_flags(statement: ast.stmt) -> int:
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    features = (getattr(__future__, alias.name, None) for alias in statement.names)
    return sum(feature.compiler_flag for feature in features if feature is not None)


def _bound_names(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds, or would have."""
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
