"""A Python file made from another one, its base, by replacing some of its definitions.

It works on text: what is not replaced stays as it is written. A definition is a function, a class
or an assignment at the top level; of a class, the members are replaced one by one.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import dropwhile, pairwise, takewhile, zip_longest
from textwrap import dedent, indent

from grader.errors import GraderError

MARKER = "# %%"
"""Begins a cell of a notebook in percent format."""
DOCSTRING = "__doc__"


@dataclass(frozen=True)
class Piece:
    """A statement, or several that share a line, and the comments above it."""

    nodes: tuple[ast.stmt, ...]
    first: int
    """The index of its first line."""
    end: int
    """The index of the line after its last one."""

    @property
    def names(self) -> frozenset[str]:
        """What it defines, a docstring among it; imports define nothing here."""
        return frozenset(name for node in self.nodes for name in _defined(node))

    @property
    def is_import(self) -> bool:
        """Whether it imports something."""
        return isinstance(self.nodes[0], ast.Import | ast.ImportFrom)

    @property
    def leads(self) -> bool:
        """Whether nothing may stand before it."""
        node = self.nodes[0]
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        return future or DOCSTRING in self.names

    @property
    def open_class(self) -> ast.ClassDef | None:
        """The class that it is, if its members have lines of their own."""
        node = self.nodes[0]
        if isinstance(node, ast.ClassDef) and node.body[0].lineno > node.lineno:
            return node
        return None


@dataclass(frozen=True)
class Block:
    """A module, or the body of a class, cut into pieces."""

    lines: Sequence[str]
    """Those of the whole file."""
    pieces: Sequence[Piece]
    first: int = 0
    """The index of the first line that is no other block's."""

    def text(self, first: int, end: int) -> str:
        """Some of the lines."""
        return "".join(self.lines[first:end])

    def find(self, name: str) -> Piece | None:
        """The piece that defines a name.

        Raises:
            GraderError: there are several.
        """
        found = [piece for piece in self.pieces if name in piece.names]
        if len(found) > 1:
            lines = " and ".join(str(piece.end) for piece in found)
            raise GraderError(f"{name} is defined in lines {lines}: which one is meant?")
        return found[0] if found else None

    def get(self, name: str) -> Piece:
        """The piece that defines a name.

        Raises:
            GraderError: there is none, or there are several.
        """
        found = self.find(name)
        if found is None:
            raise GraderError(f"{name} is not defined")
        return found

    def inside(self, node: ast.ClassDef) -> "Block":
        """The body of one of the classes."""
        pieces = tuple(_pieces(node.body, self.lines))
        return Block(self.lines, pieces, pieces[0].first)


def parsed(text: str) -> Block:
    """Cut a Python file, whose lines end in a line feed alone, into pieces.

    Raises:
        SyntaxError: it is none.
    """
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    return Block(lines, tuple(_pieces(ast.parse(text).body, lines)))


def composed(base: str, own: str, without: Set[str] = frozenset()) -> str:
    """The base with the definitions of `own` in place of its own ones of the same names.

    A class is merged with the base's class of the same name: its members replace the members of
    the same names. Its head replaces the base's head if it has base classes or decorators. A
    definition that replaces none is put before the next one that does, or behind the last one that
    does. Imports at the top are added to the base's imports.

    Args:
        base: a Python file whose lines end in a line feed alone.
        own: likewise.
        without: names, or `Class.member`, that the base defines and the file shall not. A class
            that is named here and defined by `own` replaces the base's class as a whole.

    Raises:
        GraderError: the base defines no such name, or several times.
        SyntaxError: one of the two is no Python.
    """
    stated = parsed(own)
    whole = without & {name for piece in stated.pieces for name in piece.names}
    for name in without - whole:
        base = _without(base, name)
    block = parsed(base)
    first, end = block.pieces[0].first, block.pieces[-1].end
    merged = _merged(block, stated, whole, "\n\n")
    return block.text(0, first) + merged + block.text(end, len(block.lines))


def planted(source: str, bodies: Mapping[str, str | Callable[[str], str]]) -> str:
    """The source with the bodies of these functions, or the values of these names, replaced.

    Args:
        source: a Python file.
        bodies: by `function`, `Class.method` or the name of a top-level variable (whose new value
            is the text itself, as a string): the new text, or a function that makes it of a
            function's body as it is.

    Raises:
        GraderError: the source has no such function or variable.
    """
    for name, body in bodies.items():
        block = parsed(source)
        node = _named(block, name).nodes[0]
        if isinstance(node, ast.FunctionDef):
            first, last = node.body[0].lineno, node.body[-1].end_lineno or 0
            new = body if isinstance(body, str) else body(dedent(block.text(first - 1, last)))
            text = indent(dedent(new).strip(), " " * node.body[0].col_offset) + "\n"
        else:
            first, last = node.lineno, node.end_lineno or 0
            text = f"{name} = {body!r}\n"
        source = block.text(0, first - 1) + text + block.text(last, len(block.lines))
    return source


def _without(source: str, name: str) -> str:
    block = parsed(source)
    piece = _named(block, name)
    before = block.text(0, piece.first).rstrip("\n") + "\n"
    return before + block.text(piece.end, len(block.lines))


def _named(block: Block, name: str) -> Piece:
    """The piece of a module that defines a name, or `Class.member`."""
    scope, _, member = name.partition(".")
    piece = block.get(scope)
    if not member:
        return piece
    node = piece.open_class
    return block.inside(node).get(member) if node else Block((), ()).get(name)


def _merged(base: Block, own: Block, whole: Set[str], apart: str) -> str:
    """The base's pieces and those of `own`; where these replace none, they come last, `apart`."""
    top, last_import = _at_top(base, own)
    first = [piece for piece in top if piece.leads or last_import is None]
    ends = ["\n" if DOCSTRING in piece.names else "" for piece in first]
    texts = {piece: base.text(piece.first, piece.end) for piece in base.pieces}
    if last_import:
        imports = [own.text(piece.first, piece.end) for piece in top if not piece.leads]
        texts[last_import] += "".join(imports)
    others = Block(own.lines, own.pieces[len(top) :], top[-1].end if top else own.first)
    _place(texts, others, base, whole, apart)
    gaps = [*(base.text(one.end, other.first) for one, other in pairwise(base.pieces)), ""]
    return "".join(
        [own.text(piece.first, piece.end) + end for piece, end in zip(first, ends, strict=True)]
        + [texts[piece] + gap for piece, gap in zip(base.pieces, gaps, strict=True)]
    )


def _place(texts: dict[Piece, str], own: Block, base: Block, whole: Set[str], apart: str) -> None:
    """Put the pieces of `own`, and what stands before them, into the texts of the base's."""
    start, replaced = own.first, list[Piece]()
    for piece in own.pieces:
        target = _namesake(base, piece)
        if target is None:
            continue
        ahead, text = own.text(start, piece.first), own.text(piece.first, piece.end)
        if target in replaced:  # defined twice by `own`: both stay, in this order
            texts[target] += ahead + text
        else:
            merged = text if whole & piece.names else _class(base, target, own, piece)
            texts[target] = ahead.lstrip("\n") + merged
        replaced.append(target)
        start = piece.end
    rest = own.text(start, own.pieces[-1].end) if own.pieces else ""
    if replaced:
        texts[replaced[-1]] += rest
    elif rest:
        texts[base.pieces[-1]] += apart + rest.lstrip("\n")


def _at_top(base: Block, own: Block) -> tuple[list[Piece], Piece | None]:
    """The pieces of `own` that go to the top of the base, and the last import there, if any."""

    def stands_there(piece: Piece) -> bool:
        return piece.is_import or (piece.leads and base.find(DOCSTRING) is None)

    top = list(takewhile(stands_there, own.pieces))
    others = dropwhile(lambda piece: not piece.is_import, base.pieces)
    *_, last = (None, *takewhile(lambda piece: piece.is_import, others))
    return top, last


def _namesake(base: Block, piece: Piece) -> Piece | None:
    """The one piece of the base that defines what this one does."""
    found = {target for name in piece.names if (target := base.find(name))}
    if len(found) > 1:
        raise GraderError(f"{', '.join(sorted(piece.names))}: the base defines them apart")
    return found.pop() if found else None


def _class(base: Block, target: Piece, own: Block, piece: Piece) -> str:
    """The base's class with the members of `own`; what is no class takes its place as it is."""
    old, new = target.open_class, piece.open_class
    if old is None or new is None:
        return own.text(piece.first, piece.end)
    if old.body[0].col_offset != new.body[0].col_offset:
        raise GraderError(f"class {new.name}: indent its members as the base does")
    inner, members = base.inside(old), own.inside(new)
    comments = own.text(piece.first, _first(new)) or base.text(target.first, _first(old))
    if new.bases or new.keywords or new.decorator_list:
        head = own.text(_first(new), members.pieces[0].first)
    else:
        head = base.text(_first(old), inner.pieces[0].first)
    return comments + head + _merged(inner, members, frozenset(), "\n")


def _pieces(body: Sequence[ast.stmt], lines: Sequence[str]) -> Iterator[Piece]:
    """The statements with their lines, and with the comments right above these."""
    nodes: list[ast.stmt] = []
    for node, following in zip_longest(body, body[1:]):
        nodes.append(node)
        end = node.end_lineno or node.lineno
        if following and _first(following) < end:
            continue  # on the same line
        first = _first(nodes[0])
        while first and _is_comment(lines[first - 1]):
            first -= 1
        yield Piece(tuple(nodes), first, end)
        nodes = []


def _first(node: ast.stmt) -> int:
    """The index of its first line."""
    parts: list[ast.stmt | ast.expr] = [node, *getattr(node, "decorator_list", ())]
    return min(part.lineno for part in parts) - 1


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#") and not line.startswith(MARKER)


def _defined(node: ast.stmt) -> Iterator[str]:
    """The names that a statement defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _bound(target)
        case ast.AnnAssign(target=target):
            yield from _bound(target)
        case ast.Expr(value=ast.Constant(value=str())):
            yield DOCSTRING


def _bound(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _bound(part)
