"""Turns the text of a cell or a file into Python: a syntax tree, or one `SyntaxError`.

IPython's own transformer turns magics, shell lines and help into calls of `get_ipython()`, which
become nothing here. Line numbers stay the student's.
"""

import ast
import contextlib
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from tokenize import TokenError
from typing import Any

from grader.submission.newer_syntax import may_be_newer, older
from grader.submission.pieces import pieces

LONGEST = 1_000_000
"""Characters of one cell or file. A lab has 30,000."""

KEPT_BODIES = frozenset({"capture", "debug", "prun", "time"})
"""Cell magics that execute their body as the notebook's own code. All others hide it."""

DEEPEST = 500
"""Levels of a syntax tree: more than any code that people write."""

CELL_MAGIC = re.compile(r"(?P<before>(?:[ \t]*(?:#.*)?\n)*)%%(?P<name>\w*)(?P<rest>.*)")


def parse(source: str) -> ast.Module:
    """Parse without compiling.

    Raises:
        SyntaxError: no Python, or nothing that can be read within bounds.

    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" and the like: the student's business
            tree = ast.parse(source)
    except (RecursionError, MemoryError):
        raise SyntaxError("nested too deeply") from None
    except ValueError as error:  # null bytes, lone surrogates
        raise SyntaxError(str(error).replace("source code string", "it")) from None
    if sys.version_info < (3, 11) and _depth(tree) > DEEPEST:  # later ones refuse by themselves
        raise SyntaxError("nested too deeply")
    return tree


def _depth(tree: ast.AST) -> int:
    """How deeply the nodes of a syntax tree are nested, found without recursion."""
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [sub for node in level for sub in ast.iter_child_nodes(node)]
    return depth


def to_python(source: str) -> str:
    """Turn what IPython accepts in a cell into Python with the same line numbers.

    Raises:
        SyntaxError: what remains is no Python.

    """
    return read_cell(source)[0]


def read_cell(source: str) -> tuple[str, dict[int, str]]:
    """Turn a cell into Python, and find the cells that an export has written as calls in it.

    Returns:
        Beside the Python of `to_python` the text of each such cell, `%%time` and all that follows,
        by the line of its call, which has become nothing.

    Raises:
        SyntaxError: as `to_python` does.

    """
    source = re.sub("\r\n?", "\n", source)
    while magic := CELL_MAGIC.match(source):
        if magic["name"] not in KEPT_BODIES:
            return "", {}
        source = magic["before"] + source[magic.end() :]
    if len(source) > LONGEST:
        raise SyntaxError(f"more than {LONGEST:,} characters")
    try:
        tree = parse(source)
    except SyntaxError:
        source, tree = _transformed(source)
    if "get_ipython" not in source:
        return source, {}
    return _without_ipython(source, tree), dict(_exported(tree))


def _exported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of the cells that stand as calls of `run_cell_magic` at the top."""
    for node in tree.body:
        match node:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(
                        value=ast.Call(func=ast.Name(id="get_ipython")), attr="run_cell_magic"
                    ),
                    args=[
                        ast.Constant(value=str(name)),
                        ast.Constant(value=str(line)),
                        ast.Constant(value=str(body)),
                    ],
                )
            ):
                yield node.lineno, f"%%{name} {line}\n{body}"


@dataclass(frozen=True)
class Written:
    """What a cell writes to a Python file."""

    path: str
    appended: bool
    text: str


def written(source: str) -> Written | None:
    """What a cell with `%%writefile` at its top writes to a `.py` file; None for every other."""
    source = re.sub("\r\n?", "\n", source)
    magic = CELL_MAGIC.match(source)
    if magic is None or magic["name"] not in ("writefile", "file"):
        return None
    *options, path = magic["rest"].split() or [""]
    path = path.strip("\"'")
    if not path.endswith(".py"):
        return None
    return Written(path, bool({"-a", "--append"}.intersection(options)), source[magic.end() + 1 :])


def parse_newer(source: str) -> tuple[str, ast.Module]:
    """Parse what this Python or a newer one reads: the text as this one reads it, and its tree.

    Raises:
        SyntaxError: as `parse` does.

    """
    try:
        return source, parse(source)
    except SyntaxError:
        text = older(source)
        if text is None:
            raise
        return text, parse(text)


def older_cell(source: str) -> str | None:
    """A cell that only a newer Python reads, as this one reads it, to be executed by IPython.

    None where this Python reads it, or no Python does.
    """
    source = re.sub("\r\n?", "\n", source)
    if CELL_MAGIC.match(source) or not may_be_newer(source):
        return None
    try:
        known = _transform(source)
        parse(known)
    except SyntaxError:
        with contextlib.suppress(SyntaxError):
            return _transformed(source)[0]
    return None


def _transformed(source: str) -> tuple[str, ast.Module]:
    """Parse what IPython or a newer Python reads, or both."""
    texts = [source]
    try:
        texts.append(_transform(source))
        return texts[1], parse(texts[1])
    except SyntaxError:
        for text in texts:
            with contextlib.suppress(SyntaxError):
                return parse_newer(text)
        raise


def _transform(source: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager  # 0.1 s, seldom needed

    manager: Any = TransformerManager  # untyped
    manager = manager()
    transform_once = manager.do_one_token_transform

    def keep_lines(lines: list[str]) -> tuple[bool, list[str]]:
        changed, after = transform_once(lines)
        lost = len(lines) - len(after)
        if lost > 0:  # lines joined by backslashes have become one
            pairs = enumerate(zip(lines, after, strict=False))
            joined = next((n for n, (old, new) in pairs if old != new), len(after) - 1)
            after[joined + 1 : joined + 1] = ["\n"] * lost
        return changed, after

    manager.do_one_token_transform = keep_lines
    code = source.lstrip("\n")  # the transformer would drop empty lines
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            transformed: str = manager.transform_cell(code)
    except RecursionError:
        raise SyntaxError("nested too deeply") from None
    except RuntimeError:
        raise SyntaxError("more than 500 magics") from None
    except (LookupError, TokenError, ValueError) as error:
        raise SyntaxError(f"its IPython syntax cannot be read ({error})") from None
    return "\n" * (len(source) - len(code)) + transformed


def _without_ipython(source: str, tree: ast.Module) -> str:
    """Write nothing in place of the calls of `get_ipython()`."""
    data = source.encode()  # syntax trees count bytes
    starts = [0]
    for line in data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    calls = _IPythonCalls()
    calls.visit(tree)
    for node, instead in sorted(calls.found, key=lambda found: _place(found[0]), reverse=True):
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        text = _over_lines(instead, end_line - node.lineno)
        start, end = starts[node.lineno - 1] + node.col_offset, starts[end_line - 1] + end_column
        data = data[:start] + text.encode() + data[end:]
    return data.decode()


def _over_lines(text: str, lines: int) -> str:
    """Let a statement or an expression take as many lines as what it stands for."""
    if not lines:
        return text
    try:
        parse(f"({text})")
    except SyntaxError:  # a statement
        return "\\\n" * lines + text
    return f"({text}{chr(10) * lines})"


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


class _IPythonCalls(ast.NodeVisitor):
    """The outermost calls, and the Python to write instead."""

    def __init__(self) -> None:
        self.found: list[tuple[ast.Call, str]] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        self._visit(node.value, statement=True)

    def visit_Call(self, node: ast.Call) -> None:
        self._visit(node, statement=False)

    def _visit(self, node: ast.expr, *, statement: bool) -> None:
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=method),
                args=arguments,
            ):
                self.found.append((node, _instead(method, arguments, statement=statement)))
            case ast.Call(func=ast.Name(id="get_ipython")):
                self.found.append((node, "None"))
            case _:
                self.generic_visit(node)


def _instead(method: str, arguments: list[ast.expr], *, statement: bool) -> str:
    match method, arguments:
        case "getoutput", _:
            return "[]"
        case "run_line_magic", [ast.Constant(value="time"), ast.Constant(value=str(code))]:
            return _timed(code, statement=statement)
        case "magic", [ast.Constant(value=str(line))] if line.startswith("time "):
            return _timed(line.removeprefix("time "), statement=statement)
    return "None"


def _timed(code: str, *, statement: bool) -> str:
    """Keep what `%time x = f()` executes."""
    code = code.strip()
    try:
        code, tree = parse_newer(code)
    except SyntaxError:
        return "None"
    body = tree.body
    text = "; ".join(piece.text for piece in pieces(code, body))
    if not text or "\n" in text or any(hasattr(each, "body") for each in body):
        return "None"
    text = _without_ipython(text, parse(text))
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        return f"({text})"
    return text if statement else "None"
