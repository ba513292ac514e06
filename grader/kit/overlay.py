"""A module of the house, changed for the kit: some definitions left out, others in their place.

What the kit has of its own for a module stands in a file of the same name. Each definition in it
takes the place of the house's of that name, or comes after all of them. A class that is derived
from `House` changes single methods. What nobody needs any more is not imported.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from grader.errors import GraderError

HOUSE = "House"
"""What a class of the kit's own calls the one whose methods it changes."""


@dataclass(frozen=True)
class Block:
    """A statement and what belongs to it, as it is written."""

    names: frozenset[str]
    """That it binds."""
    text: str
    node: ast.stmt


def overlaid(house: str, own: str, left_out: Collection[str]) -> str:
    """The source of a changed module.

    Args:
        house: its source in the house.
        own: what the kit has of its own for it; may be empty.
        left_out: names of the house that the kit must not have; of a method, `Class.method`.
    """
    blocks, changes = list(_blocks(house)), list(_blocks(own))
    body = [block for block in blocks if not _is_import(block)]
    for name in left_out:
        body = _without(body, name)
    for change in (block for block in changes if not _is_import(block)):
        body = _changed(body, change)
    text = "\n\n\n".join(block.text for block in body)
    imports = _imports([block.node for block in (*changes, *blocks)], text)
    head = _docstring(own) or _docstring(house)
    return "\n".join([head, "", *imports, "", "", text, ""])


def required(module: str, source: str, names: Collection[str]) -> None:
    """See that a module of this name defines these names.

    Raises:
        GraderError: it does not; the house has changed, and the kit must with it.
    """
    blocks = list(_blocks(source))
    known = set[str]().union(*(block.names for block in blocks))
    known |= {f"{name}.{method}" for name, method in _methods(blocks)}
    for name in names:
        if name not in known:
            raise GraderError(
                f"{module} has no {name} any more: see LEFT_OUT in grader/kit/contents.py"
            )


def _methods(blocks: Collection[Block]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if isinstance(block.node, ast.ClassDef):
            for inner in _inner(block):
                yield from ((block.node.name, name) for name in inner.names)


def _blocks(source: str) -> Iterator[Block]:
    """The statements of a module, but its docstring."""
    body = ast.parse(source).body
    if body and _is_text(body[0]):
        body = body[1:]
    yield from _grouped(body, source.splitlines())


def _grouped(body: list[ast.stmt], lines: list[str]) -> Iterator[Block]:
    """Statements, each assignment with the text that says what it is."""
    at = 0
    while at < len(body):
        first = last = body[at]
        described = isinstance(first, ast.Assign | ast.AnnAssign) and at + 1 < len(body)
        if described and _is_text(body[at + 1]):
            at += 1
            last = body[at]
        decorators = getattr(first, "decorator_list", [])
        start = min([first.lineno, *(each.lineno for each in decorators)])
        text = "\n".join(lines[start - 1 : last.end_lineno])
        yield Block(frozenset(_bound(first)), text, first)
        at += 1


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for target in targets:
        every = target.elts if isinstance(target, ast.Tuple) else [target]
        yield from (each.id for each in every if isinstance(each, ast.Name))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_import(block: Block) -> bool:
    return isinstance(block.node, ast.Import | ast.ImportFrom)


def _docstring(source: str) -> str:
    first = ast.parse(source).body[:1]
    if not first or not _is_text(first[0]):
        return ""
    return "\n".join(source.splitlines()[first[0].lineno - 1 : first[0].end_lineno])


def _without(blocks: list[Block], name: str) -> list[Block]:
    owner, _, method = name.partition(".")
    if not method:
        return [block for block in blocks if name not in block.names]
    return [_without_method(block, method) if owner in block.names else block for block in blocks]


def _inner(block: Block) -> list[Block]:
    """What stands in a class, but its docstring."""
    body = list(getattr(ast.parse(block.text).body[0], "body", []))
    if body and _is_text(body[0]):
        body = body[1:]
    return list(_grouped(body, block.text.splitlines()))


def _of(text: str) -> Block:
    """A statement that has been changed."""
    (block,) = _blocks(text)
    return block


def _without_method(block: Block, method: str) -> Block:
    for inner in _inner(block):
        if method in inner.names:
            return _of(block.text.replace(inner.text, "", 1).rstrip())
    return block


def _changed(body: list[Block], change: Block) -> list[Block]:
    """The statements with one more, in the place of the one that binds the same."""
    for at, block in enumerate(body):
        if change.names and change.names & block.names:
            new = _with_methods(block, change) if _is_derived(change) else change
            return [*body[:at], new, *body[at + 1 :]]
    return [*body, change]


def _is_derived(block: Block) -> bool:
    bases = getattr(block.node, "bases", [])
    return any(isinstance(base, ast.Name) and base.id == HOUSE for base in bases)


def _with_methods(block: Block, change: Block) -> Block:
    """A class of the house with methods, and words, of the kit's own."""
    text, words, own = block.text, _words(block), _words(change)
    text = text.replace(words, own, 1) if words and own else text
    old = {name: inner.text for inner in _inner(block) for name in inner.names}
    for inner in _inner(change):
        (name,) = inner.names
        known = old.get(name)
        text = text.replace(known, inner.text, 1) if known else f"{text}\n\n{inner.text}"
    return _of(text)


def _words(block: Block) -> str:
    """What a class says of itself."""
    node = block.node
    return (ast.get_docstring(node, clean=False) or "") if isinstance(node, ast.ClassDef) else ""


def _imports(nodes: Iterable[ast.stmt], text: str) -> list[str]:
    """The imports that a text needs, of all that there are; names that it defines need none."""
    tree = ast.parse(text)
    defined = {name for node in tree.body for name in _bound(node)}
    needed = frozenset(_read(tree)) - defined
    bound: set[str] = set()
    names: dict[str, dict[str, None]] = {}
    for node in nodes:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            name = alias.asname or alias.name.partition(".")[0]
            # Of two imports that bind a name one will do, but `import a.b` is no `import a.c`.
            inside = not module and "." in alias.name and alias.asname is None
            if (name in needed and (inside or name not in bound)) or module == "__future__":
                bound.add(name)
                names.setdefault(module, {})[ast.unparse(alias)] = None
    plain = [f"import {name}" for name in sorted(names.pop("", {}))]
    every = [f"from {module} import {', '.join(found)}" for module, found in sorted(names.items())]
    future = [line for line in every if line.startswith("from __future__")]
    return [*future, *plain, *(line for line in every if line not in future)]


def _read(tree: ast.AST) -> Iterator[str]:
    """The names that are read, in annotations between quotation marks as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        for part in ("annotation", "returns"):
            quoted = getattr(node, part, None)
            for inner in ast.walk(quoted) if isinstance(quoted, ast.AST) else ():
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield from _read(ast.parse(inner.value, mode="eval"))
