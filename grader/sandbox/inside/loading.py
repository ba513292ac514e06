"""Executes the graded slice of a submission and finds names in it (in the student's process)."""

from __future__ import annotations
import __future__

import ast
import builtins
import contextlib
import difflib
import linecache
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox import scratch
    from grader.sandbox.inside import elsewhere, failures, newer_python
    from grader.sandbox.inside.standins import StandIns
    from grader.sandbox.wire import Claim
else:
    import elsewhere
    import failures
    import newer_python
    import scratch
    from wire import Claim

MODULE = "submission"
"""Not `__main__`, so that a main guard runs no training."""
HERE = "."
"""The box, as the working directory: the path that messages show is the same in every grade."""
FAILURES = 20
"""Statements that raised, of which the trusted process is told; more follow from these."""


class MissingError(Exception):
    """The submission does not define a name."""

    def __init__(self, name: str, suggestion: str | None, because: dict[str, str] | None) -> None:
        super().__init__(name)
        self.name, self.suggestion, self.because = name, suggestion, because


@dataclass(frozen=True)
class _Piece:
    """One top-level statement, as `submission.program.Piece` has it."""

    text: str
    """On its line, with nothing above."""
    defines: bool
    trains: bool

    @classmethod
    def of(cls, claim: Claim) -> _Piece:
        line, text, defines, trains = claim.items
        above = "\n" * (_number(line) - 1)
        source = elsewhere.in_box(_bytes(text).decode("utf-8", "replace"), HERE)
        return cls(above + source, bool(_number(defines)), bool(_number(trains)))


class StudentModule:
    """The student's module: loaded statement by statement, going on after one that raises."""

    def __init__(self, box: Path, standins: StandIns) -> None:
        self.box, self.standins = box, standins
        self.labels: set[str] = set()
        self.failures: list[dict[str, str]] = []
        self.other_net = ""
        """What to say where the submission is written for another net than the exam's."""
        self.undefined: dict[str, dict[str, str]] = {}
        self.module = types.ModuleType(MODULE)
        sys.modules[MODULE] = self.module
        setattr(builtins, newer_python.NAME, newer_python)

    def load(self, program: Claim) -> None:
        """Write the helper modules into the box, then execute the cells in order.

        Args:
            program: (name, cells, modules, package); a cell is (label, source, statements), a
                statement (line, text, whether it defines, whether it trains), a module (relative
                path, content); the package is what relative imports start from. Texts are bytes
                of UTF-8.
        """
        name, cells, modules, package = program.items
        start_as(name.text)
        self.module.__file__ = name.text
        self.standins.install(_text([*cells.items, *modules.items]))
        kept = [piece for cell in cells.items for piece in cell.items[2].items]
        elsewhere.make_folders(_text([*kept, *modules.items]), self.box)
        for module in modules.items:
            path = self.box / module.items[0].text
            path.parent.mkdir(parents=True, exist_ok=True)
            text = _bytes(module.items[1]).decode("latin-1")  # whatever its coding is
            path.write_bytes(elsewhere.in_box(text, HERE).encode("latin-1"))
        sys.path[sys.path.index(scratch.HELPERS)] = str(self.box)
        if name.text.endswith(".py"):  # helpers may import what they are imported by
            sys.modules.setdefault(name.text.removesuffix(".py"), self.module)
        if package.text:
            self.module.__package__ = package.text
        flags = 0
        for cell in cells.items:
            label, source, pieces = cell.items
            self._announce(label.text, _bytes(source).decode("utf-8", "replace"))
            for piece in pieces.items:
                flags |= self._execute(_Piece.of(piece), label.text, flags)

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

    def _announce(self, label: str, source: str) -> None:
        """Let tracebacks, and `inspect`, find the source of a cell."""
        self.labels.add(label)
        linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)

    def _execute(self, piece: _Piece, label: str, flags: int) -> int:
        """Execute one statement; returns the `__future__` flags that it adds."""
        if piece.defines:  # most of a file: these are not parsed twice
            try:
                self._execute_code(piece.text, label, flags)
            except BaseException as error:  # noqa: BLE001 - sys.exit() must not end the grade
                self._failed(self._parsed(piece, label), error)
            return 0
        statement = self._parsed(piece, label)
        if statement is None:
            return 0
        flags |= _future_flags(statement)
        for part in _parts(statement):
            try:
                if piece.trains:
                    self.standins.trained(part, _bound_names(part), vars(self.module))
                else:
                    self._execute_code(ast.Module([part], []), label, flags)
                    self._train(part, label)
            except BaseException as error:  # noqa: BLE001 - see above
                self._failed(part, error)
            if elsewhere.asks_for_machine(part) and not piece.trains:
                self._set_all(part, label, flags)
        return flags

    def _set_all(self, statement: ast.stmt, label: str, flags: int) -> None:
        """Bind the names that a statement binds only on a way that was not taken."""
        space = vars(self.module)
        missing = {name for name in _bound_names(statement) if name not in space}
        for setting in elsewhere.settings(statement):
            here = missing.intersection(_bound_names(setting))
            if not here and not elsewhere.lacks_part(setting, space):
                continue
            before = dict(space)
            with contextlib.suppress(BaseException):  # as if it had not been tried
                self._execute_code(ast.Module([setting], []), label, flags)
                self._train(setting, label)
            found = {name: space[name] for name in here & space.keys()}
            space.update({**before, **found})
            for name in found:
                self.undefined.pop(name, None)
            if not isinstance(setting, ast.Import | ast.ImportFrom):
                place, what = f"{label}, line {setting.lineno}", ", ".join(found) or "a part"
                self.standins.note(f"{place}: {what} is set for another machine, and here, too")

    def _parsed(self, piece: _Piece, label: str) -> ast.stmt | None:
        """The statement that a piece is; None, and a failure, where it is none any more."""
        try:
            return ast.parse(piece.text, label).body[0]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._failed(None, error)
            return None

    def _execute_code(self, code: str | ast.Module, label: str, flags: int) -> None:
        """Execute code among the submission's names."""
        space, compiled = vars(self.module), compile(code, label, "exec", flags, True)
        try:
            exec(compiled, space)  # noqa: S102 - that is what this process is for
        except ModuleNotFoundError as error:
            if str(error.name).partition(".")[0] != "google":
                raise
            self.standins.colab()
            self.standins.note("google.colab is not here: its functions do nothing")
            exec(compiled, space)  # noqa: S102 - see above

    def _train(self, statement: ast.stmt, label: str) -> None:
        """Where a statement has made a net, let it be a trained one."""
        for name in _bound_names(statement):
            place = f"{label}, line {statement.lineno}"
            self.standins.train(name, vars(self.module).get(name), place)

    def told(self, error: BaseException, message: str) -> str:
        """The message of what was raised, or what is behind it, where that is known."""
        if self.other_net and isinstance(error, AttributeError | RuntimeError):
            return self.other_net
        return message + self._because(error)

    def _because(self, error: BaseException) -> str:
        """Why there is no such name, if a statement that raised should have bound it."""
        failure = self._behind(error)
        if failure is None:
            return ""
        return f" ({failure['where']}: {failure['kind']}: {failure['message']})"

    def _behind(self, error: BaseException) -> dict[str, str] | None:
        """What kept the name that is missing from being bound."""
        return self.undefined.get(error.name or "") if isinstance(error, NameError) else None

    def _failed(self, statement: ast.stmt | None, error: BaseException) -> None:
        failure = failures.describe(error, self.name_of)
        if len(self.failures) < FAILURES:
            self.failures.append(failure)
        for name in () if statement is None else _bound_names(statement):
            # The first of a chain: to mend the others would change nothing.
            self.undefined[name] = self._behind(error) or failure


def start_as(name: str) -> None:
    """Let code find the command line of a program of that name, without arguments."""
    sys.argv[:] = [name]
    sys.orig_argv[:] = ["python", name]


def _parts(statement: ast.stmt) -> list[ast.stmt]:
    """Split `import a, b`: where there is no `a`, `b` is imported all the same."""
    if not isinstance(statement, ast.Import):
        return [statement]
    return [ast.copy_location(ast.Import([alias]), statement) for alias in statement.names]


def _text(parts: list[Claim]) -> str:
    """What stands in the second place of each part: a source."""
    return b"\n".join(_bytes(part.items[1]) for part in parts).decode("utf-8", "replace")


def _number(claim: Claim) -> int:
    return 0 if claim.array is None else int(claim.array)


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
