"""Code as tokens of its syntax tree, without what a copy changes first.

Names, comments, layout, docstrings, prints, annotations, the order of operands that may be
exchanged, and how a value is kept (`scale = x`, `self.scale = x`, `return x`, `scale *= x`) are
gone. What stays is what is called, on what, with which numbers. A statement is a *unit* by itself,
a loop's head another one, so that neither the order of statements nor a loop that was unrolled nor
a function that was inlined changes the others.
"""

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from grader.submission.interface import ALSO_ASKED, CHALLENGES, GRADED, PROVIDED

ANY = "_"
"""What stands for a name that a student chose, and for a path that starts at one (`self.x.y`)."""
METHODS = ("quantize_initial_input", "quantize_activations", "quantized_bias", "forward")
INTERFACE = frozenset({*GRADED, *CHALLENGES, *ALSO_ASKED, *PROVIDED, *METHODS})
"""Names that nobody can choose."""
OF_MODULES = frozenset(
    {
        "buffers",
        "children",
        "modules",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "state_dict",
    }
)
"""Methods that a net has from PyTorch; all others that are called on `self` are the student's."""
SPEAKS = frozenset({"print", "display"})
"""Functions that are called for a person's eyes alone."""
OWN = frozenset({ANY, *INTERFACE})
EXCHANGED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}
"""Comparisons that are read from the other side."""
HEADS: dict[type[ast.stmt], tuple[str, str]] = {
    ast.Assert: ("assert", "test"),
    ast.AsyncFor: ("for", "iter"),
    ast.For: ("for", "iter"),
    ast.If: ("if", "test"),
    ast.Match: ("match", "subject"),
    ast.Raise: ("raise", "exc"),
    ast.While: ("while", "test"),
}
"""What of a statement counts by itself, and the word that stands before it."""
LONGEST_NUMBER = 40
EXACT = 2**53
"""Below it a number is the same as an integer and as a float."""
LONGEST_EQUATION = 1000
"""Characters; the longest of the lab has 150."""
TERM = re.compile(r"[^=+]+|[=+]")
"""Of an equation of the lab; a product is one word, for its factors are given, and their order is
one choice."""

Token = tuple[str, int]
"""A word, and the line that it is from."""
Unit = list[Token]


@dataclass(frozen=True)
class Vocabulary:
    """What the names of one file mean."""

    imported: dict[str, str]
    """`np` is `numpy`, `relu` is `torch.nn.functional.relu`."""
    bound: frozenset[str]
    """Names that the file binds."""
    members: frozenset[str]
    """Attributes and methods that it binds."""

    def of_name(self, name: str) -> str:
        """A name as it is compared."""
        if name in INTERFACE:
            return name
        if name not in self.bound:
            if name in self.imported:
                return self.imported[name]
            if hasattr(builtins, name):
                return name
        return ANY


def vocabulary(trees: Iterable[ast.AST], own_modules: frozenset[str]) -> Vocabulary:
    """What the names of a file mean.

    Args:
        trees: of all of its cells.
        own_modules: names of modules that were handed in as well.
    """
    imported: dict[str, str] = {}
    bound: set[str] = set()
    members: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Import() | ast.ImportFrom():
                imported |= _imported(node, own_modules)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound.add(name)
            case ast.ClassDef(name=name, body=body):
                bound.add(name)
                members.update(each.name for each in body if isinstance(each, ast.FunctionDef))
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                members.add(name)
    return Vocabulary(imported, frozenset(bound), frozenset(members))


def _imported(node: ast.Import | ast.ImportFrom, own: Set[str]) -> dict[str, str]:
    """What an import binds, but for modules that were handed in."""
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if node.level or module.partition(".")[0] in own:
            return {}
        return {each.asname or each.name: f"{module}.{each.name}" for each in node.names}
    found = {}
    for each in node.names:
        top = each.name.partition(".")[0]
        if top not in own:
            found[each.asname or top] = each.name if each.asname else top
    return found


class Normal:
    """Turns statements of one file into units."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._of_type: dict[type[ast.AST], Callable[[Any], Unit]] = {
            ast.Attribute: self._attribute,
            ast.BinOp: self._operation,
            ast.BoolOp: self._any_order,
            ast.Call: self._call,
            ast.Compare: self._comparison,
            ast.Constant: self._constant,
            ast.JoinedStr: lambda node: [("str", node.lineno)],
            ast.Lambda: lambda node: self._expression(node.body),
            ast.Name: lambda node: [(words.of_name(node.id), node.lineno)],
            ast.NamedExpr: lambda node: self._expression(node.value),
            ast.UnaryOp: self._sign,
            ast.comprehension: lambda node: self._all((node.iter, *node.ifs)),
        }

    def units(self, body: Sequence[ast.stmt]) -> Iterator[Unit]:
        """Yield the units of some statements, and of those inside of them.

        Raises:
            RecursionError: something is nested too deeply.
        """
        for node in body:
            yield from self._own(node)
            for inner in _bodies(node):
                yield from self.units(inner)

    def _own(self, node: ast.stmt) -> Iterator[Unit]:
        """Yield the units of a statement without those inside of it."""
        if type(node) in HEADS:
            word, field = HEADS[type(node)]
            value = getattr(node, field)
            yield [(word, node.lineno), *(self._expression(value) if value else [])]
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                yield [("with", node.lineno), *self._expression(item.context_expr)]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from map(self._expression, node.decorator_list)
        else:
            for target, value in _values(node):
                yield [*self._stored(target), *self._expression(value)]

    def _stored(self, target: ast.expr | None) -> Unit:
        """An item that is stored to; to what else something is stored does not count."""
        if isinstance(target, ast.Subscript):
            return [("[]=", target.lineno), *self._expression(target.slice)]
        return []

    def _expression(self, node: ast.AST) -> Unit:
        own = self._of_type.get(type(node))
        if own is not None:
            return own(node)
        inner = [n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.expr_context)]
        return [(_word(node), getattr(node, "lineno", 0)), *self._all(inner)]

    def _all(self, nodes: Iterable[ast.AST]) -> Unit:
        return [token for node in nodes for token in self._expression(node)]

    def _constant(self, node: ast.Constant) -> Unit:
        return [(word, node.lineno) for word in _words(node.value)]

    def _sign(self, node: ast.UnaryOp) -> Unit:
        match node:
            case ast.UnaryOp(ast.USub(), ast.Constant(value=int() | float() as value)):
                return [(word, node.lineno) for word in _words(-value)]
        return [(_word(node.op), node.lineno), *self._expression(node.operand)]

    def _operation(self, node: ast.BinOp) -> Unit:
        head = (_word(node.op), node.lineno)
        if isinstance(node.op, ast.Add | ast.Mult):
            return [head, *_sorted(map(self._expression, _operands(node)))]
        return [head, *self._all((node.left, node.right))]

    def _any_order(self, node: ast.BoolOp) -> Unit:
        return [(_word(node.op), node.lineno), *_sorted(map(self._expression, node.values))]

    def _comparison(self, node: ast.Compare) -> Unit:
        operators, parts = node.ops, [node.left, *node.comparators]
        if len(operators) == 1 and type(operators[0]) in EXCHANGED:
            operators, parts = [EXCHANGED[type(operators[0])]()], parts[::-1]
        return [*((_word(each), node.lineno) for each in operators), *self._all(parts)]

    def _attribute(self, node: ast.Attribute) -> Unit:
        """A path: as it is where it starts at an import, else as if it were a name."""
        root, path = _path(node)
        if self._is_imported(node):
            start = self._expression(root)[0][0]
            return [(".".join((start, *path)), node.lineno)]
        if isinstance(root, ast.Name):
            return [(ANY, node.lineno)]
        line = node.end_lineno or node.lineno
        return [*((f".{each}", line) for each in reversed(path)), *self._expression(root)]

    def _call(self, node: ast.Call) -> Unit:
        given = [*node.args, *(each.value for each in node.keywords)]
        return [*self._callee(node.func), *self._all(given)]

    def _callee(self, node: ast.expr) -> Unit:
        """What is called, with what comes before the dot of a method of PyTorch or NumPy."""
        line = node.end_lineno or node.lineno
        if isinstance(node, ast.Attribute) and not self._is_imported(node):
            name = node.attr
            if name in INTERFACE:
                return [(f"{name}()", line)]
            own = name in self._words.members or (_is_self(node.value) and name not in OF_MODULES)
            return [(f"{ANY}()", line)] if own else [(f".{name}()", line), *self._all([node.value])]
        if isinstance(node, ast.Name | ast.Attribute):
            ((word, _),) = self._expression(node)
            return [(f"{word}()", line)]
        return [("()", line), *self._expression(node)]

    def _is_imported(self, node: ast.Attribute) -> bool:
        """Whether a path starts at an import, or at what Python has: `torch.clamp`."""
        root, _ = _path(node)
        return isinstance(root, ast.Name) and self._words.of_name(root.id) not in OWN


def _bodies(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements inside of a statement."""
    for field in ("body", "orelse", "finalbody"):
        yield getattr(node, field, [])
    for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield inner.body


def _speaks(node: ast.expr) -> bool:
    """Whether an expression stands there for a person alone: a docstring, or a print."""
    match node:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in SPEAKS
    return False


def _values(node: ast.stmt) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """Yield what a statement computes, each with what that is assigned to."""
    match node:
        case ast.Assign([ast.Tuple(elts=targets)], ast.Tuple(elts=values)) if len(targets) == len(
            values
        ):
            yield from zip(targets, values, strict=True)
        case ast.Assign([target, *_], value) | ast.AnnAssign(target, _, ast.expr() as value):
            yield target, value
        case ast.AugAssign(target, op, value):
            yield target, ast.copy_location(ast.BinOp(target, op, value), node)
        case ast.Return(ast.expr() as value):
            yield None, value
        case ast.Expr(value) if not _speaks(value):
            yield None, value


def _words(value: object) -> list[str]:
    """A constant; of an equation of the lab, its symbols."""
    match value:
        case bool() | None:
            return [str(value)]
        case int() if abs(value) >= EXACT:
            return [f"{value:x}"[:LONGEST_NUMBER]]
        case int() | float():
            return [repr(float(value))]
        case str() if len(value) <= LONGEST_EQUATION and "=" in value and "n_In" in value:
            return [" ".join(re.findall(r"\w+", term)) or term for term in TERM.findall(value)]
    return [type(value).__name__]


def _operands(node: ast.BinOp) -> list[ast.expr]:
    """What a chain of sums, or of products, adds up or multiplies."""
    pending: list[ast.expr] = [node]
    found = []
    while pending:
        each = pending.pop()
        if isinstance(each, ast.BinOp) and type(each.op) is type(node.op):
            pending += [each.right, each.left]
        else:
            found.append(each)
    return found


def _sorted(parts: Iterable[Unit]) -> Unit:
    ordered = sorted(parts, key=lambda part: [word for word, _ in part])
    return [token for part in ordered for token in part]


def _path(node: ast.Attribute) -> tuple[ast.expr, list[str]]:
    """What a path starts at, and its attributes in their order."""
    names, root = [node.attr], node.value
    while isinstance(root, ast.Attribute):
        names.append(root.attr)
        root = root.value
    return root, names[::-1]


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _word(node: ast.AST) -> str:
    return type(node).__name__
