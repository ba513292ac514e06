"""What a statement does to global names and to the objects that they hold, as plain data."""

import ast
import enum
from collections.abc import Iterable
from dataclasses import dataclass, field


class Change(enum.IntEnum):
    """How a statement may change an object, the surest way last."""

    CALLED = 1
    """A statement calls one of its methods: `quantizer.calibrate(data)`."""
    FILLED = 2
    """One of the methods is named as a container's that change it: `table.append(1)`."""
    STORED = 3
    """An attribute or item is set or deleted: `NetQuantized.forward = forward`."""


class Kind(enum.IntEnum):
    """What a name is bound to."""

    VALUE = 1
    WRAPPED = 2
    """What a decorator made of a function: it may have methods, as a `singledispatch` has."""
    DEFINITION = 3
    MODULE = 4


Sources = dict[str, Change]
"""Names of the objects that a value may be, or be part of.

Each comes with the surest change of the value that is a change of the object, too.
"""

FILLING = frozenset(
    {
        "add",
        "append",
        "appendleft",
        "clear",
        "difference_update",
        "discard",
        "extend",
        "extendleft",
        "insert",
        "intersection_update",
        "pop",
        "popitem",
        "popleft",
        "remove",
        "reverse",
        "rotate",
        "setdefault",
        "sort",
        "symmetric_difference_update",
        "update",
    }
)
"""Methods of list, dict, set and deque that change them."""

TRANSPARENT = frozenset(
    {
        "dict",
        "enumerate",
        "filter",
        "frozenset",
        "getattr",
        "iter",
        "list",
        "map",
        "next",
        "reversed",
        "set",
        "sorted",
        "tuple",
        "vars",
        "zip",
    }
)
"""Built-in functions whose results are, or hold, what they were given."""


@dataclass
class Call:
    """A function called by its name."""

    callee: str
    """`f`, or `C.m`."""
    arguments: tuple[Sources, ...]
    keywords: dict[str, Sources]


@dataclass
class Effects:
    """What calling a function does to names and objects outside of it."""

    parameters: tuple[str, ...]
    """Those that are filled by position."""
    on_arguments: Sources
    """Changes, by the parameter's name."""
    on_globals: Sources
    rebinds: set[str]
    """Names that are declared `global` and bound, or bound by `globals()["name"]`."""
    calls: set[str]
    star: bool
    """May bind any global name."""
    of_class: bool
    """Its first parameter is the class (`@classmethod`)."""
    called: set[str]
    """As in `Names`, while the function runs."""


@dataclass
class Names:
    """What one top-level statement does to global names."""

    reads: set[str] = field(default_factory=set)
    """Read while the statement runs, before it has surely bound them itself."""
    later: set[str] = field(default_factory=set)
    """Read when a function that the statement defines is called."""
    binds: dict[str, Kind] = field(default_factory=dict)
    sure: set[str] = field(default_factory=set)
    """Those bound anew, without a look at the old value, whenever the statement ends well."""
    star: bool = False
    """May bind any name: `from x import *`, `globals().update(table)`, `exec(text)`."""
    changes: Sources = field(default_factory=dict)
    aliases: dict[str, Sources] = field(default_factory=dict)
    """Bound names that may be, or be part of, another name's object."""
    calls: list[Call] = field(default_factory=list)
    effects: dict[str, list[Effects]] = field(default_factory=dict)
    """Of the functions (`f`) and methods (`C.m`) that the statement defines."""
    inert: bool = False
    """Runs nothing that it defines: a plain `def`."""
    called: set[str] = field(default_factory=set)
    """Called while the statement runs: `f` by its name, `.m` as a method of anything."""


def resolve(changes: Sources, aliases: dict[str, Sources]) -> Sources:
    """Carry changes on to everything that the changed names may be part of."""
    reached = dict(changes)
    pending = list(reached)
    while pending:
        name = pending.pop()
        for source, most in aliases.get(name, {}).items():
            how = min(reached[name], most)
            if how > reached.get(source, 0):
                reached[source] = how
                pending.append(source)
    return reached


def merge(into: Sources, other: Sources, most: Change = Change.STORED) -> None:
    """Add `other`, weakened to `most`, to `into`; the surer change stays."""
    for name, how in other.items():
        into[name] = max(into.get(name, Change.CALLED), min(how, most))


def sources(value: ast.expr | None) -> Sources:
    """Name the objects that the value of an expression may be, or be part of."""
    found: Sources = {}
    match value:
        case ast.Name(id=name):
            found[name] = Change.STORED
        case ast.Subscript(value=space, slice=ast.Constant(value=str(name))) if is_globals(space):
            found[name] = Change.STORED
        case ast.Attribute() | ast.Subscript() | ast.Starred() | ast.NamedExpr() | ast.Await():
            merge(found, sources(value.value))
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            _merge_all(found, parts)
        case ast.BoolOp(values=parts) | ast.Dict(values=parts):
            _merge_all(found, parts)
        case ast.IfExp(body=one, orelse=other):
            _merge_all(found, (one, other))
        case ast.Call(func=ast.Attribute(value=receiver)):
            merge(found, sources(receiver), Change.CALLED)
        case ast.Call(func=ast.Name(id=name), args=parts) if name in TRANSPARENT:
            _merge_all(found, parts)
    return found


def is_globals(value: ast.expr, *, at_top: bool = True) -> bool:
    """Whether an expression is the dictionary of the global names; at the top, also by `vars()`."""
    match value:
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return name == "globals" or (at_top and name in {"locals", "vars"})
        case ast.Attribute(value=module, attr="__dict__"):
            return is_own_module(module)
    return False


def is_own_module(value: ast.expr) -> bool:
    """Whether an expression is the module that it stands in: `sys.modules[__name__]`."""
    match value:
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id="sys"), attr="modules"),
            slice=ast.Name(id="__name__") | ast.Constant(value="__main__"),
        ):
            return True
    return False


def _merge_all(found: Sources, parts: Iterable[ast.expr]) -> None:
    for part in parts:
        merge(found, sources(part))


def dotted(function: ast.expr) -> str | None:
    """`f` or `C.m`, where a function is called by its name."""
    match function:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=owner), attr=method):
            return f"{owner}.{method}"
    return None
