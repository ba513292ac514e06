"""One file of code, cell by cell and statement by statement."""

import ast
import importlib.util
import io
import posixpath
import re
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import pairwise, takewhile
from pathlib import PurePosixPath

from grader.errors import UnreadableSubmissionError
from grader.submission import kinds, marimo
from grader.submission.files import printable
from grader.submission.names import Change, Names
from grader.submission.newer_syntax import may_be_newer
from grader.submission.notebook import CodeCell, read_cells
from grader.submission.pieces import pieces
from grader.submission.program import Piece
from grader.submission.python import parse, parse_newer, read_cell, written
from grader.submission.scopes import names_of
from grader.submission.uncounted import uncounted
from grader.writeup import LONGEST, Passage

MOST_CODE = 4_000_000
"""Characters of all cells of a notebook."""

MOST_BROKEN = 20
"""Places in one `.py` file that are left out because they are no Python."""

PYTHON = ".".join(map(str, sys.version_info[:2]))
"""The Python that reads and executes submissions; syntax of a newer one is an error to it."""

MOST_NAMED = 20
"""Definitions that are named where a cell or a block is left out."""

DEFINES = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)

MARKER = re.compile(r"# ?%%|# In\[[\d ]*\]:|# <codecell>|# COMMAND -{4}")
"""How a cell begins in a notebook that was saved as a script, by Databricks, too."""


RUN = re.compile(
    r"""(?:\#\ MAGIC\ )?%run\s+(?:-\w\s+)*(?:"([^"]+)"|'([^']+)'|([^\s#;$]+))"""
    r"""|get_ipython\(\)\.(?:run_line_)?magic\(['"]run['"],\s*['"](?:-\w\s+)*([^'"]+)['"]\)""",
    re.VERBOSE,
)
"""A line that executes another file among the names of this one."""

HIDDEN = re.compile(r"\s*%%(?!(?:time|capture|prun)\b)")
"""A cell whose lines are not executed as they stand."""
DEEPEST_RUN = 10
"""Files that execute one another."""


@dataclass(frozen=True)
class Statement:
    """A top-level statement: where it stands, and what it does to names."""

    cell: int
    """Index into the source's cells."""
    index: int
    line: int
    imports: bool
    names: Names
    packages: frozenset[str] = frozenset()
    """What it imports, also in functions: `matplotlib`, `matplotlib.pyplot`."""


@dataclass
class Source:
    """A file of Python, or a notebook whose cells have become Python."""

    name: str
    cells: list[CodeCell] = field(default_factory=list)
    pieces: list[list[Piece]] = field(default_factory=list)
    """All statements of each cell, as text."""
    statements: list[Statement] = field(default_factory=list)
    """Without `if __name__ == "__main__":`, `if False:` and `from __future__`."""
    futures: list[tuple[int, int]] = field(default_factory=list)
    """(cell, index) of each `from __future__` at the top of a cell."""
    notes: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    """All cells, for the write-up."""
    exported: list[Passage] = field(default_factory=list)
    """Cells that an export has written as calls."""
    from_notebook: bool = False
    from_marimo: bool = False
    ran: list[str] = field(default_factory=list)
    """The files that it executes with `%run`."""
    written: dict[str, list[str]] = field(default_factory=dict)
    """What cells write to Python files, by their relative posix paths."""

    def add(self, cell: CodeCell) -> None:
        """Add a cell as Python.

        Raises:
            SyntaxError: it is none; nothing is added.

        """
        try:
            python, exported = read_cell(cell.source)
            body = parse(python).body
            texts = pieces(python, body)
            found = _statements(body, texts, len(self.cells))
        except RecursionError:
            raise SyntaxError("nested too deeply") from None
        self.futures += [(len(self.cells), index) for index in _futures(body)]
        for line, text in exported.items():
            before = [each for each in found if each.line < line]
            self._keep(CodeCell(cell.label, python), texts, before)
            found = found[len(before) :]
            magic = printable(text.split(maxsplit=1)[0])
            inner = CodeCell(f"{cell.label}, the {magic} cell on line {line}", text)
            self.exported.append(Passage(inner.label, True, text[:LONGEST]))
            self.take(inner)
        self._keep(CodeCell(cell.label, python), texts, found)

    def _keep(self, cell: CodeCell, texts: list[Piece], statements: list[Statement]) -> None:
        """Keep some of a cell's statements, to be executed after all that is kept already."""
        self.statements += [replace(each, cell=len(self.cells)) for each in statements]
        self.pieces.append(texts)
        self.cells.append(cell)

    def take(self, cell: CodeCell) -> None:
        """Add what a cell writes to a file, and what it executes; what is no Python, as a note."""
        self.write(cell)
        try:
            self.add(cell)
        except SyntaxError as error:
            left_out = f"this cell is left out{_with(cell.source)}"
            self.notes.append(f"{_place(cell.label, error, cell.source)}; {left_out}")

    def write(self, cell: CodeCell) -> None:
        """Keep what a cell writes to a Python file."""
        found = written(cell.source)
        if found is None:
            return
        name = posixpath.normpath(found.path.removeprefix("/content/"))  # where Colab starts
        if not found.appended:
            self.written[name] = []
        self.written.setdefault(name, []).append(f"{found.text}\n")

    def uncounted(self, names: Iterable[str]) -> list[str]:
        """Say of the names that nothing binds where they stand after all."""
        if any(statement.names.star for statement in self.statements):
            return []
        said = "\n".join(self.notes)
        missing = [n for n in names if not self.binds(n) and not re.search(rf"\b{n}\b", said)]
        own = {name: place for name in missing if (place := self._own(name))}
        return [
            *(
                f"{name} is not defined, but _{name} is ({place}), which in marimo belongs to its"
                " cell alone: it calls so what a converted notebook defines twice."
                " Take away the underscore where it is meant, and the others altogether"
                for name, place in own.items()
            ),
            *uncounted([n for n in missing if n not in own], [*self.passages, *self.exported]),
        ]

    def _own(self, name: str) -> str:
        """Where marimo has last made a name one that belongs to its cell; empty: nowhere."""
        own = re.compile(rf"_{name}(?:{marimo.OF_CELL}\d+)?")
        found = [each for each in self.statements if any(map(own.fullmatch, each.names.binds))]
        if not self.from_marimo or not found:
            return ""
        return f"{self.cells[found[-1].cell].label}, line {found[-1].line}"

    def binds(self, name: str) -> list[Statement]:
        """Return the statements that bind a name."""
        return [statement for statement in self.statements if name in statement.names.binds]


def read_source(data: bytes, name: str, files: Mapping[str, bytes] | None = None) -> Source:
    """Read a script or a notebook, and what it executes with `%run`.

    Args:
        data: its content, which tells what it is.
        name: its path in the submission.
        files: the submission's other files.

    Raises:
        UnreadableSubmissionError: it cannot be read as such.

    """
    source = Source(name)
    _read(data, name, source, files or {}, ())
    return source


def _read(
    data: bytes, name: str, source: Source, files: Mapping[str, bytes], running: tuple[str, ...]
) -> None:
    """Add the code of a file to a source; `running` are the files that execute it, if any do."""
    label = PurePosixPath(name).name
    if kinds.is_notebook(data) or (name.lower().endswith(".ipynb") and not kinds.holds_code(data)):
        cells, passages, damaged = read_cells(data, name)
        source.notes += damaged
        if running:
            cells = [CodeCell(f"{label}, {cell.label}", cell.source) for cell in cells]
        else:
            source.passages, source.from_notebook = passages, True
        _require_little(cells, name)
        for cell in cells:
            _add_parts(cell, source, files, (*running, name), Source.take)
        return
    text = decode(data, name).replace("\r\n", "\n").replace("\r", "\n")
    cells, add = _cells_of_script(text, label, name)
    source.from_marimo |= add is Source.take
    if not running:
        found = marimo.passages_of(text) if source.from_marimo else _passages(text.split("\n"))
        source.passages = list(found)
    for cell in cells:
        _add_parts(cell, source, files, (*running, name), add)


def _require_little(cells: Sequence[CodeCell], name: str) -> None:
    if sum(len(cell.source) for cell in cells) > MOST_CODE:
        problem = f"{name} has more than {MOST_CODE:,} characters of code."
        raise UnreadableSubmissionError(f"{problem} Hand in the lab's code only.")


def _cells_of_script(
    text: str, label: str, name: str
) -> tuple[list[CodeCell], Callable[[Source, CodeCell], None]]:
    """The cells of a script, and how each is added to a source."""
    try:
        found = marimo.cells_of(text, label)
    except SyntaxError as error:
        problem = f"{_place(name, error)}. Until that is mended nothing in the file can be graded."
        raise UnreadableSubmissionError(problem) from None
    if found is None:
        return [CodeCell(label, text)], partial(_add_script, name=name)
    return found, Source.take


def _add_parts(
    cell: CodeCell,
    source: Source,
    files: Mapping[str, bytes],
    running: tuple[str, ...],
    add: Callable[[Source, CodeCell], None],
) -> None:
    """Add a cell, and between its lines the files that it executes with `%run`."""
    lines, start = cell.source.split("\n"), 0
    plain = "run" in cell.source and not HIDDEN.match(cell.source)
    for at, line in enumerate(lines if plain else []):
        ran = RUN.match(line)
        if ran is None:
            continue
        path = next(text for text in ran.groups() if text is not None)
        name = _found(path, running[-1], files)
        if name is None:
            source.notes.append(f"{cell.label}, line {at + 1}: there is no file {printable(path)}")
            continue
        if name in running or len(running) > DEEPEST_RUN:
            continue  # it executes itself
        add(source, _part(cell, lines, start, at))
        start = at + 1
        source.ran.append(name)
        try:
            _read(files[name], name, source, files, running)
        except UnreadableSubmissionError as error:
            source.notes.append(str(error))
    add(source, _part(cell, lines, start, len(lines)))


def _part(cell: CodeCell, lines: Sequence[str], start: int, end: int) -> CodeCell:
    """Some lines of a cell, with their numbers."""
    return CodeCell(cell.label, "\n".join([*[""] * start, *lines[start:end]]))


def _found(path: str, importer: str, files: Mapping[str, bytes]) -> str | None:
    """The file that `%run` executes: where it says, or the only one of that name."""
    home = PurePosixPath(importer).parent
    for suffix in ("", ".py", ".ipynb"):
        name = posixpath.normpath(posixpath.join(home, path + suffix))
        if name in files:
            return name
    base = PurePosixPath(path).name
    alike = [
        name for name in files if PurePosixPath(name).name in (base, f"{base}.py", f"{base}.ipynb")
    ]
    return alike[0] if len(alike) == 1 else None


def _add_script(source: Source, cell: CodeCell, name: str) -> None:
    """Add a script; what is no Python is left out with the cell or block round it."""
    lines = cell.source.split("\n")
    before, place = len(source.notes), ""
    while len(source.notes) - before < MOST_BROKEN:
        try:
            source.add(CodeCell(cell.label, "\n".join(lines)))
        except SyntaxError as error:
            place = _place(name, error, "\n".join(lines))
            block = _block(lines, error.lineno)
            text = "\n".join(lines[at] for at in block)
            if not text.strip():
                break
            newer = _newer(text)
            if newer is not None:  # then something else in the file is no Python at all
                lines[block.start : block.stop] = newer.split("\n")
                continue
            lost = _with(text)
            left_out = f"lines {block.start + 1} to {block.stop} are left out{lost}"
            source.notes.append(f"{place}; {left_out}")
            lines[block.start : block.stop] = [""] * len(block)
        else:
            if source.statements or len(source.notes) == before:
                return
            break
    problem = f"{place}. Until that is mended nothing in the file can be graded."
    raise UnreadableSubmissionError(problem)


def _newer(text: str) -> str | None:
    """What only a newer Python reads, as this one reads it; None for all other text."""
    try:
        found, _ = parse_newer(text)
    except SyntaxError:
        return None
    return found if found != text else None


def _passages(lines: Sequence[str]) -> Iterator[Passage]:
    """Yield the cells of a notebook that was saved as a script; of another script, the whole."""
    starts = [at for at, line in enumerate(lines) if MARKER.match(line)]
    for start, end in pairwise([0, *starts, len(lines)]):
        text = "\n".join(lines[start:end])[:LONGEST]
        is_code = "[markdown]" not in lines[start] if start < end else True
        yield Passage(f"line {start + 1}", is_code, text)


def _block(lines: Sequence[str], number: int | None) -> range:
    """Find the lines to leave out for an error: a cell, or what stands between empty lines."""
    if number is None:
        return range(0)
    at = min(number, len(lines)) - 1
    marked = any(map(MARKER.match, lines))

    def begins(line: int) -> bool:
        if marked:
            return MARKER.match(lines[line]) is not None
        return not lines[line - 1].strip() and not lines[line][:1].isspace()

    first = next((line for line in range(at, 0, -1) if begins(line)), 0)
    last = next((line for line in range(at + 1, len(lines)) if begins(line)), len(lines))
    return range(first, last)


def _statements(body: list[ast.stmt], texts: list[Piece], cell: int) -> list[Statement]:
    imports = (ast.Import, ast.ImportFrom)
    return [
        Statement(
            cell,
            index,
            node.lineno,
            isinstance(node, imports),
            names_of(node),
            imported(node, texts[index].text),
        )
        for index, node in enumerate(body)
        if not is_main_guard(node) and not _is_dead(node) and not _is_future(node)
    ]


def imported(tree: ast.AST, text: str = "import") -> frozenset[str]:
    """Name the modules that are imported anywhere in a syntax tree, and their packages.

    Args:
        tree: of a statement or a file.
        text: its source; where that has no such word, the tree is not walked.
    """
    found: set[str] = set()
    if "import" not in text:
        return frozenset()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(
        ".".join(parts[:n])
        for parts in (name.split(".") for name in found)
        for n in range(1, len(parts) + 1)
    )


def definition(source: Source, name: str, file: str | None = None) -> str:
    """Say where the last definition of a name stands, of a class also its methods' lines.

    `cell 12, line 3 (forward: line 20); changed in cell 14, line 1`

    Args:
        source: the file.
        name: bound at its top level.
        file: what to call the file, where that has to be said.
    """
    last = source.binds(name)[-1]
    label = source.cells[last.cell].label
    if file is not None:
        label = f"{file}, {label}" if source.from_notebook else file
    place, node = f"{label}, line {last.line}", node_of(source, last)
    if isinstance(node, ast.ClassDef):
        methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
        own = [f"{each.name}: line {each.lineno}" for each in methods if each.name[:2] != "__"]
        place += f" ({', '.join(own)})" if own else ""
    changes = (
        f"{source.cells[each.cell].label}, line {each.line}"
        for each in source.statements
        if (each.cell, each.index) > (last.cell, last.index)
        and each.names.changes.get(name) == Change.STORED
    )
    changed = "; ".join(f"changed in {change}" for change in changes)
    return f"{place}; {changed}" if changed else place


def node_of(source: Source, statement: Statement) -> ast.stmt:
    """The syntax tree of a statement."""
    return _tree(source.cells[statement.cell].source).body[statement.index]


def trees(source: Source) -> list[ast.Module]:
    """The syntax trees of its cells."""
    return [_tree(cell.source) for cell in source.cells]


@lru_cache(maxsize=4096)
def _tree(python: str) -> ast.Module:
    """The syntax tree of a cell, to look at: eight definitions may stand in one file."""
    return parse(python)


def _is_dead(node: ast.stmt) -> bool:
    """Whether a statement is `if False:` and no more."""
    match node:
        case ast.If(test=ast.Constant(value=value), orelse=[]):
            return not value
    return False


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _futures(body: list[ast.stmt]) -> list[int]:
    after_docstring = int(ast.get_docstring(ast.Module(body, [])) is not None)
    head = takewhile(lambda pair: _is_future(pair[1]), enumerate(body[after_docstring:]))
    return [after_docstring + index for index, _ in head]


def _place(name: str, error: SyntaxError, text: str = "") -> str:
    line = f", line {error.lineno}" if error.lineno else ""
    if marks := kinds.conflict(text.encode("utf-8", "replace")):
        return f"{name}{line}: {marks}"
    return f"{name}{line}: {printable(error.msg)}, says Python {PYTHON}"


def _with(text: str) -> str:
    """What is defined in text that is left out."""
    defined = list(dict.fromkeys(DEFINES.findall(text)))[:MOST_NAMED]
    return f", with {', '.join(map(printable, defined))}" if defined else ""


def decode(data: bytes, name: str) -> str:
    """Decode Python source: UTF-8, UTF-16 with its mark, or the coding that it declares.

    Raises:
        UnreadableSubmissionError: it is none of them.

    """
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return importlib.util.decode_source(data)
    except (SyntaxError, LookupError, ValueError) as error:
        why, likely = printable(str(error)), kinds.likely_coding(data)
        problem = f"{name} is no text in UTF-8 nor in a coding that it declares ({why})."
        looks = f" It is most likely in {likely}." if likely else ""
        raise UnreadableSubmissionError(f"{problem}{looks} Save it as UTF-8.") from None


def importable(data: bytes, name: str) -> bytes:
    """A helper module as this Python can import it, if it or a newer one can."""
    try:
        text = re.sub("\r\n?", "\n", decode(data, name))
        older = parse_newer(text)[0] if may_be_newer(text) else text
    except (SyntaxError, UnreadableSubmissionError):  # its import will raise
        return data
    if older == text:
        return data
    coding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return older.encode(coding)


def is_main_guard(node: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    match node:
        case ast.If(
            test=ast.Compare(
                left=ast.Name(id="__name__"),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value="__main__")],
            )
        ):
            return True
    return False
