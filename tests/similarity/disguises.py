"""What a student does to a copy so that it looks like a work of their own; all of it seeded.

Each disguise takes the syntax tree of a whole submission, changes it in place and says how often it
found something to change. What is computed stays the same.
"""

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from random import Random

from grader.submission.interface import ALSO_ASKED, CHALLENGES, GRADED, PROVIDED
from grader.writeup import TEMPLATE

Disguise = Callable[[ast.Module, Random], int]

INTERFACE = {
    *GRADED,
    *PROVIDED,
    *CHALLENGES,
    *ALSO_ASKED,
    "forward",
    "quantize_initial_input",
    "quantize_activations",
    "quantized_bias",
}
WORDS = (
    "mein",
    "tmp",
    "data",
    "helper",
    "calc",
    "obj",
    "lst",
    "my",
    "the",
    "foo",
    "stuff",
    "thing",
)
REMARKS = (  # of the kind that a student puts into a copy; none is about this code
    "compute the result",
    "this was hard",
    "see the lecture of week 4",
    "TODO clean up",
    "int8 range",
    "scale it",
    "now the next step",
)
LONGEST = 8
"""Items of a loop that is written out."""


def renamed(tree: ast.Module, random: Random) -> int:
    """Give new names to variables, parameters, helper functions, own methods and attributes."""
    kept = _given(tree)
    names = [name for name in _chosen(tree) if name not in kept]
    members = [name for name in _members(tree) if name not in kept | _of_the_lab()]
    new = {name: _new(random, at) for at, name in enumerate(names)}
    new_members = {
        name: new.get(name) or _new(random, at + len(new)) for at, name in enumerate(members)
    }
    methods = {id(each) for each in _methods(tree)}
    for node in ast.walk(tree):
        match node:
            case ast.Name():
                node.id = new.get(node.id, node.id)
            case ast.arg():
                node.arg = new.get(node.arg, node.arg)
            case ast.FunctionDef():
                table = new_members if id(node) in methods else new
                node.name = table.get(node.name, node.name)
            case ast.ClassDef():
                node.name = new.get(node.name, node.name)
            case ast.Attribute():
                node.attr = new_members.get(node.attr, node.attr)
            case ast.Global() | ast.Nonlocal():
                node.names = [new.get(name, name) for name in node.names]
    return len(new) + len(new_members)


def reordered(tree: ast.Module, random: Random) -> int:
    """Let functions, methods and statements change places that do not depend on each other."""
    changed = _shuffled(tree.body, random, _is_plain_function)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own = [each for each in node.body if not _is_text(each)]
            if all(isinstance(each, ast.FunctionDef) for each in own):
                changed += _shuffled(
                    node.body, random, lambda each: isinstance(each, ast.FunctionDef)
                )
        elif isinstance(node, ast.FunctionDef):
            changed += _swapped(node.body, random)
    return changed


def unrolled(tree: ast.Module, random: Random) -> int:
    """Write out loops over a few things that are known."""
    known = _constants(tree)
    changed = 0
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list):
                written = [part for each in body for part in _written_out(each, known)]
                changed += len(written) > len(body)
                setattr(node, field, written)
    _plain_attributes(tree)
    return changed


def inlined(tree: ast.Module, random: Random) -> int:
    """Put helper functions where they are called."""
    changed = 0
    for _ in range(4):  # a helper may call another
        helpers = _Helpers(tree)
        tree.body = [helpers.visit(node) for node in tree.body]
        changed += helpers.changed
        if not helpers.changed:
            break
    _without_unused(tree)
    return changed


def recommented(text: str, random: Random) -> str:
    """Put remarks and empty lines between the lines of a text that has neither."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() and random.random() < 0.4:
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f"{indent}# {random.choice(REMARKS)}")
        lines.append(line)
        if random.random() < 0.1:
            lines.append("")
    return "\n".join(lines) + "\n"


def without_texts(tree: ast.Module) -> None:
    """Drop docstrings; comments and layout are gone with the text already."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            node.body = [each for each in node.body if not _is_text(each)] or [ast.Pass()]


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _given(tree: ast.Module) -> set[str]:
    """Names that must stay: of the lab, of Python, imported, in texts, keywords, of classes."""
    kept = {*INTERFACE, *dir(builtins), "self", "cls"}
    for node in ast.walk(tree):
        match node:
            case ast.alias():
                kept.add((node.asname or node.name).partition(".")[0])
            case ast.keyword(arg=str(name)):
                kept.add(name)
            case ast.Constant(value=str(text)):
                kept.update(re.findall(r"\w+", text))
            case ast.ClassDef(body=body):
                for each in body:
                    if not isinstance(each, ast.FunctionDef):
                        kept.update(n.id for n in ast.walk(each) if isinstance(n, ast.Name))
    return kept


def _chosen(tree: ast.Module) -> list[str]:
    """Names that the code binds, in the order in which they come."""
    methods = {id(each) for each in _methods(tree)}
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.ClassDef(name=name):
                found[name] = None
            case ast.FunctionDef(name=name) if id(node) not in methods:
                found[name] = None
    return list(found)


def _members(tree: ast.Module) -> list[str]:
    """Methods, and attributes of `self`, that the code binds."""
    found: dict[str, None] = {}
    for node in (*_methods(tree), *ast.walk(tree)):
        match node:
            case ast.FunctionDef(name=name) if node in _methods(tree) and name[:2] != "__":
                found[name] = None
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                found[name] = None
    return list(found)


def _methods(tree: ast.Module) -> list[ast.FunctionDef]:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [each for node in classes for each in node.body if isinstance(each, ast.FunctionDef)]


def _of_the_lab() -> set[str]:
    """Every word of the template: the attributes that the lab gives are among them."""
    return set(re.findall(r"\w+", TEMPLATE.read_text(encoding="utf-8")))


def _new(random: Random, number: int) -> str:
    return f"{random.choice(WORDS)}_{random.choice(WORDS)}{number}"


def _is_plain_function(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.FunctionDef)
        and not node.decorator_list
        and all(isinstance(each, ast.Constant) for each in node.args.defaults)
    )


def _shuffled(body: list[ast.stmt], random: Random, may_move: Callable[[ast.stmt], bool]) -> int:
    """Shuffle statements among their places, within what stands in a row."""
    changed, start = 0, 0
    while start < len(body):
        end = start
        while end < len(body) and may_move(body[end]):
            end += 1
        before = body[start:end]
        after = random.sample(before, len(before))
        body[start:end] = after
        changed += before != after
        start = end + 1
    return changed


def _swapped(body: list[ast.stmt], random: Random) -> int:
    changed = 0
    for _ in range(3):
        for at in range(len(body) - 1):
            if _independent(body[at], body[at + 1]) and random.random() < 0.7:
                body[at], body[at + 1] = body[at + 1], body[at]
                changed += 1
    return changed


def _independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two assignments may change places."""
    stored = [_stored(each) for each in (one, other)]
    if None in stored:
        return False
    texts = [ast.unparse(each) for each in (one, other)]
    return not any(
        re.search(rf"\b{re.escape(name)}\b", text)
        for names, text in zip(stored, reversed(texts), strict=True)
        for name in names or ()
    )


def _stored(node: ast.stmt) -> list[str] | None:
    """What an assignment binds; None: it may do more than that."""
    if not isinstance(node, ast.Assign):
        return None
    names: list[str] = []
    for target in node.targets:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        for part in parts:
            if isinstance(part, ast.Name):
                names.append(part.id)
            else:  # a module's parts are called in the order in which they came
                return None
    return names


def _constants(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """Tuples and lists of constants, by the top-level name that is bound to them once."""
    return {
        node.targets[0].id: node.value.elts
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Tuple | ast.List)
        and all(isinstance(each, ast.Constant) for each in node.value.elts)
    }


def _written_out(node: ast.stmt, known: Mapping[str, list[ast.expr]]) -> Iterator[ast.stmt]:
    match node:
        case ast.For(target=ast.Name(id=name), body=body, orelse=[]):
            items = _items(node.iter, known)
            leaves = any(isinstance(each, ast.Break | ast.Continue) for each in ast.walk(node))
            if items is not None and len(items) <= LONGEST and not leaves:
                for item in items:
                    for each in body:
                        yield _Put({name: item}).visit(deepcopy(each))
                return
    yield node


def _items(node: ast.expr, known: Mapping[str, list[ast.expr]]) -> list[ast.expr] | None:
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            found = [
                _items(part.value, known) if isinstance(part, ast.Starred) else [part]
                for part in parts
            ]
            if None not in found:
                return [item for items in found for item in items or ()]
    return None


def _plain_attributes(tree: ast.Module) -> None:
    """`getattr(self, "conv1")` becomes `self.conv1`, and so does `setattr`."""

    class Plain(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            match node:
                case ast.Call(
                    func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(name))]
                ):
                    return ast.Attribute(value, name, ast.Load())
            return node

        def visit_Expr(self, node: ast.Expr) -> ast.AST:
            self.generic_visit(node)
            match node.value:
                case ast.Call(
                    func=ast.Name(id="setattr"), args=[owner, ast.Constant(value=str(name)), value]
                ):
                    return ast.Assign([ast.Attribute(owner, name, ast.Store())], value, lineno=0)
            return node

    Plain().visit(tree)


class _Put(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, table: Mapping[str, ast.expr]) -> None:
        self._table = table

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found = self._table.get(node.id)
        return node if found is None or isinstance(node.ctx, ast.Store) else deepcopy(found)


class _Helpers(ast.NodeTransformer):
    """Puts functions that only return an expression where they are called."""

    def __init__(self, tree: ast.Module) -> None:
        self.changed = 0
        self._functions: dict[str, tuple[ast.arguments, ast.expr, bool]] = {}
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef(name=name, body=[ast.Return(value=ast.expr() as value)]):
                    static = [ast.unparse(each) for each in node.decorator_list]
                    is_method = node in _methods(tree)
                    if name not in INTERFACE and static in ([], ["staticmethod"]):
                        bound = is_method and not static
                        self._functions[name] = (node.args, value, bound)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as value):
                    self._functions[name] = (value.args, value.body, False)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node.func:
            case ast.Name(id=name) if name in self._functions:
                own, value, bound = self._functions[name]
                arguments = node.args
            case ast.Attribute(value=ast.Name(id="self") as owner, attr=name) if (
                name in self._functions
            ):
                own, value, bound = self._functions[name]
                arguments = [owner, *node.args] if bound else node.args
            case _:
                return node
        table = _arguments(own, arguments, node.keywords)
        if table is None or any(isinstance(each, ast.Lambda) for each in ast.walk(value)):
            return node
        self.changed += 1
        return _Put(table).visit(deepcopy(value))


def _arguments(
    own: ast.arguments, given: list[ast.expr], keywords: list[ast.keyword]
) -> dict[str, ast.expr] | None:
    """What each parameter gets; None: that cannot be told."""
    names = [each.arg for each in own.args]
    starred = own.vararg or own.kwarg or own.kwonlyargs
    if starred or any(isinstance(each, ast.Starred) for each in given) or len(given) > len(names):
        return None
    defaults = dict(zip(reversed(names), reversed(own.defaults), strict=False))
    table = {**defaults, **dict(zip(names, given, strict=False))}
    table |= {each.arg: each.value for each in keywords if each.arg}
    return table if table.keys() == {*names} else None


def _without_unused(tree: ast.Module) -> None:
    """Drop the functions that nothing calls any more."""

    def used(name: str) -> bool:
        own = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)]
        return any(
            (isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Load))
            or (isinstance(each, ast.Attribute) and each.attr == name)
            for each in own
        )

    def stays(node: ast.stmt) -> bool:
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda())
            ):
                return name in INTERFACE or name[:2] == "__" or used(name)
        return True

    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [each for each in node.body if stays(each)] or [ast.Pass()]
