"""Which global names a statement reads, binds and changes, by Python's scoping rules.

Only the syntax tree is read; nothing is compiled or executed.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Any

from grader.submission.names import (
    FILLING,
    Call,
    Change,
    Effects,
    Kind,
    Names,
    Sources,
    dotted,
    is_globals,
    is_own_module,
    merge,
    resolve,
    sources,
)

WORD = re.compile(r"[^\W\d]\w*")


def names_of(statement: ast.stmt) -> Names:
    """Read one top-level statement.

    Raises:
        RecursionError: the statement is nested too deeply.

    """
    scope = _Scope("module")
    scope.visit(statement)
    for name in scope.rebinds:
        scope.binds.setdefault(name, Kind.VALUE)
    return Names(
        reads=scope.uses,
        later=scope.free | scope.explicit,
        binds=scope.binds,
        sure=scope.bound,
        star=scope.star,
        changes=scope.changes,
        aliases=scope.aliases,
        calls=scope.calls,
        effects=scope.effects,
        inert=_is_inert(statement),
        called=scope.called,
    )


def _is_inert(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.FunctionDef) or statement.decorator_list:
        return False
    made = (ast.Lambda, ast.GeneratorExp)
    return not any(isinstance(node, made) for node in ast.walk(statement.args))


class _Scope(ast.NodeVisitor):
    """One scope, walked in the order of evaluation."""

    def __init__(self, kind: str, bound: Iterable[str] = ()) -> None:
        self.kind = kind
        self.bound = set(bound)
        self.binds: dict[str, Kind] = dict.fromkeys(self.bound, Kind.VALUE)
        self.uses: set[str] = set()
        self.free: set[str] = set()  # what nested functions look up in the scopes around them
        self.explicit: set[str] = set()  # what nested scopes look up among the globals only
        self.declared: set[str] = set()  # `global`
        self.outer: set[str] = set()  # `nonlocal`, and := in a comprehension
        self.rebinds: set[str] = set()  # globals bound by functions in it
        self.star = False  # any global name may be bound
        self.changes: Sources = {}
        self.aliases: dict[str, Sources] = {}
        self.calls: list[Call] = []
        self.called: set[str] = set()
        self.effects: dict[str, list[Effects]] = {}

    # Names ----------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use(node.id)
        elif isinstance(node.ctx, ast.Store):
            self._bind(node.id)
        else:
            self._use(node.id)
            self.binds.setdefault(node.id, Kind.VALUE)
            self.bound.discard(node.id)

    def _use(self, name: str) -> None:
        if name not in self.bound:
            self.uses.add(name)

    def _bind(self, name: str, kind: Kind = Kind.VALUE, *, sure: bool = True) -> None:
        self.binds[name] = max(kind, self.binds.get(name, kind))
        if sure:
            self.bound.add(name)

    def visit_Global(self, node: ast.Global) -> None:
        self.declared.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.outer.update(node.names)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            package, _, submodule = alias.name.partition(".")
            # `import a.b` adds to the package that an earlier `import a.c` has bound.
            adds = bool(submodule) and alias.asname is None
            self._bind(alias.asname or package, Kind.MODULE, sure=not adds)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.star = True
            else:
                self._bind(alias.asname or alias.name, Kind.DEFINITION)

    # Assignments ----------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, sources(node.value))
        for target in node.targets[1:]:  # a = b = []: one object
            self._alias(target, sources(node.targets[0]))
            self._alias(node.targets[0], sources(target))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._assign(node.target, sources(node.value))
        elif not isinstance(node.target, ast.Name):
            self.visit(node.target)
        elif self.kind == "function":
            self._bind(node.target.id, sure=False)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._use(node.target.id)
            self._bind(node.target.id, sure=False)
            merge(self.changes, {node.target.id: Change.STORED})
        else:
            self._assign(node.target, {})
        self.visit(node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._alias(node.target, sources(node.value))
        if self.kind == "comprehension":
            self.outer.add(node.target.id)
        # Not sure: `a and (x := b)`.
        self._bind(node.target.id, sure=False)

    def _assign(self, target: ast.expr, value: Sources) -> None:
        self.visit(target)
        self._alias(target, value)

    def _alias(self, target: ast.expr, value: Sources) -> None:
        match target:
            case ast.Name(id=name):
                if value:
                    merge(self.aliases.setdefault(name, {}), value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._alias(part, value)
            case ast.Starred(value=part):
                self._alias(part, value)
            case ast.Subscript(value=space, slice=ast.Constant(value=str(name))):
                if self._is_globals(space):
                    self._alias(ast.Name(name), value)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._part(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        match node.slice:
            case ast.Constant(value=str(name)) if self._is_globals(node.value):
                self._global(name, node.ctx)
                return
        self.star |= self._is_globals(node.value) and not isinstance(node.ctx, ast.Load)
        self._part(node)

    def _is_globals(self, value: ast.expr) -> bool:
        return is_globals(value, at_top=self.kind == "module")

    def _global(self, name: str, how: ast.expr_context) -> None:
        """Read or bind a name that is global in any scope."""
        if self.kind == "module":
            self.visit_Name(ast.Name(name, how))
        elif isinstance(how, ast.Load):
            self.explicit.add(name)
        else:
            self.rebinds.add(name)

    def _part(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            merge(self.changes, sources(node.value))
        self.generic_visit(node)

    # Calls ----------------------------------------------------------------------------------

    def visit_Expr(self, node: ast.Expr) -> None:
        if self.kind == "module":
            self._called(node.value)
        self.visit(node.value)

    def _called(self, call: ast.expr, how: Change = Change.CALLED) -> None:
        # Inside functions a method call may be anything: `model.train()`.
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            merge(self.changes, sources(call.func.value), how)

    def visit_Call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[first, *_]):
                merge(self.changes, sources(first))
                self.star |= is_own_module(first)
            case ast.Call(func=ast.Name(id="exec"), args=[text, first, *_]):
                merge(self.changes, sources(first), Change.FILLED)
                self._exec(text, binds=self._is_globals(first))
            case ast.Call(func=ast.Name(id="exec"), args=[text]):
                self._exec(text, binds=self.kind == "module")
            case ast.Call(
                func=ast.Attribute(value=space, attr="get"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                if self._is_globals(space):
                    self._global(name, ast.Load())
            case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if method in FILLING:
                merge(self.changes, sources(receiver), Change.FILLED)
                self.star |= self._is_globals(receiver)
        if isinstance(node.func, ast.Attribute):
            self.called.add(f".{node.func.attr}")
        elif isinstance(node.func, ast.Name):
            self.called.add(node.func.id)
        if callee := dotted(node.func):
            arguments = tuple(sources(argument) for argument in node.args)
            keywords = {word.arg: sources(word.value) for word in node.keywords if word.arg}
            self.calls.append(Call(callee, arguments, keywords))
        self.generic_visit(node)

    def _exec(self, text: ast.expr, *, binds: bool) -> None:
        """Take every word of a text for a name that it reads; those that are none do no harm."""
        self.star |= binds
        for node in ast.walk(text.func if isinstance(text, ast.Call) else text):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for name in WORD.findall(node.value):
                    self._use(name)

    # Control flow: what is bound on one way only is not surely bound --------------------------

    def _branch(self, *parts: ast.AST | list[ast.stmt] | None) -> set[str]:
        """Walk code that may not run; return what is bound where it ends, and go back."""
        before = set(self.bound)
        for part in parts:
            for node in part if isinstance(part, list) else [part]:
                if node is not None:
                    self.visit(node)
        after, self.bound = self.bound, before
        return after

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self.bound = self._branch(node.body) & self._branch(node.orelse)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._branch(node.body)
        self._branch(node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._alias(node.target, sources(node.iter))
        self._branch(node.target, node.body)
        self._branch(node.orelse)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self.visit(item.optional_vars)
        self._branch(node.body)  # contextlib.suppress

    visit_AsyncWith = visit_With  # noqa: N815

    def visit_Try(self, node: Any) -> None:
        ends = [self._branch(node.body, node.orelse)]
        ends += [self._branch(handler) for handler in node.handlers]
        finally_ = self._branch(node.finalbody)
        self.bound = set.intersection(*ends) | finally_

    visit_TryStar = visit_Try  # noqa: N815

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name is not None:
            self._bind(node.name)
        for statement in node.body:
            self.visit(statement)
        if node.name is not None:
            self.bound.discard(node.name)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            self._branch(case.pattern, case.guard, case.body)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.generic_visit(node)
        if node.name is not None:
            self._bind(node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name is not None:
            self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest is not None:
            self._bind(node.rest)

    # Nested scopes --------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._decorators(node.decorator_list)
        self._defaults(node.args)
        scope = self._around(node)
        for argument in _arguments(node.args):
            if argument.annotation is not None:
                scope.visit(argument.annotation)
        if node.returns is not None:
            scope.visit(node.returns)
        body = scope._function((argument.arg for argument in _arguments(node.args)), node.body)
        if scope is not self:
            self._leave(scope)
        if self.kind in {"module", "class"}:
            self.effects.setdefault(node.name, []).append(_effects(node, body))
        self._bind(node.name, Kind.WRAPPED if node.decorator_list else Kind.DEFINITION)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._defaults(node.args)
        self._function((argument.arg for argument in _arguments(node.args)), [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._decorators(node.decorator_list)
        scope = self._around(node)
        for base in [*node.bases, *node.keywords]:
            scope.visit(base)
        body = _Scope("class")
        for statement in node.body:
            body.visit(statement)
        scope._leave_class(body)
        if scope is not self:
            self._leave(scope)
        for method, effects in body.effects.items():
            self.effects.setdefault(f"{node.name}.{method}", []).extend(effects)
        self._bind(node.name, Kind.DEFINITION)

    def visit_TypeAlias(self, node: Any) -> None:  # Python 3.12
        scope = self._around(node)
        scope._function((), [node.value])
        if scope is not self:
            self._leave(scope)
        self._bind(node.name.id)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> None:
        self._comprehension(node.generators, [node.elt])

    visit_SetComp = visit_ListComp  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node.generators, [node.key, node.value])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        # It may be consumed at once or, as a function is called, at any later time.
        self.free |= self._comprehension(node.generators, [node.elt])

    def _decorators(self, decorators: list[ast.expr]) -> None:
        for decorator in decorators:
            self.visit(decorator)
            if self.kind == "module":
                # What is given a function to decorate mostly keeps it: `@Rules.register("max")`.
                self._called(decorator, Change.FILLED)
                self._called(ast.Call(decorator, [], []), Change.FILLED)
            if callee := dotted(decorator):
                self.calls.append(Call(callee, (), {}))

    def _defaults(self, arguments: ast.arguments) -> None:
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self.visit(default)

    def _around(self, node: ast.AST) -> "_Scope":
        """Return the scope of a definition: in `def f[T](...)` one that knows T."""
        parameters: list[Any] = getattr(node, "type_params", [])
        if not parameters:
            return self
        scope = _Scope("comprehension", (parameter.name for parameter in parameters))
        for parameter in parameters:
            scope.generic_visit(parameter)
        return scope

    def _function(self, parameters: Iterable[str], body: Sequence[ast.AST]) -> "_Scope":
        inner = _Scope("function", parameters)
        for node in body:
            inner.visit(node)
        self.free |= inner.looked_up() - inner.declared
        self.explicit |= inner.explicit | (inner.looked_up() & inner.declared)
        if self.kind == "function":  # it may call what it makes
            self.rebinds |= inner.all_rebinds()
            self.star |= inner.star
            self._take_effects(inner)
        return inner

    def _comprehension(
        self, generators: list[ast.comprehension], elements: list[ast.expr]
    ) -> set[str]:
        self.visit(generators[0].iter)
        inner = _Scope("comprehension")
        for position, generator in enumerate(generators):
            if position:
                inner.visit(generator.iter)
            inner._assign(generator.target, sources(generator.iter))
            for condition in generator.ifs:
                inner.visit(condition)
        for element in elements:
            inner.visit(element)
        self._leave(inner)
        return inner.looked_up()

    def _leave(self, inner: "_Scope") -> None:
        """Take over what a scope that has run at once did beyond its own names."""
        if self.kind == "class":  # whose names are not seen from within
            self.free |= inner.looked_up()
        else:
            for name in inner.uses & inner.looked_up():
                self._use(name)
            self.free |= inner.free & inner.looked_up()
        self.explicit |= inner.explicit
        self.star |= inner.star
        for name in inner.outer:
            self._bind(name, sure=False)
        if self.kind == "comprehension":
            self.outer |= inner.outer
        self._take_effects(inner)

    def _leave_class(self, body: "_Scope") -> None:
        own = body.own()
        if self.kind == "class":
            self.free |= body.uses
        elif self.kind == "function":
            # What a class body binds somewhere is looked up in it, then among the globals.
            self.explicit |= body.uses & (own | body.declared)
            self.uses |= body.uses - own - body.declared
        else:
            for name in body.uses:
                self._use(name)
        self.free |= body.free
        self.explicit |= body.explicit
        self.rebinds |= body.all_rebinds()
        self.star |= body.star
        self._take_effects(body)

    def _take_effects(self, inner: "_Scope") -> None:
        own = inner.own()

        def beyond(found: Sources) -> Sources:
            reached = resolve(found, inner.aliases)
            return {name: how for name, how in reached.items() if name not in own}

        self.called |= inner.called
        merge(self.changes, beyond(inner.changes))
        for call in inner.calls:
            if call.callee.partition(".")[0] not in own:
                keywords = {word: beyond(found) for word, found in call.keywords.items()}
                arguments = tuple(beyond(found) for found in call.arguments)
                self.calls.append(Call(call.callee, arguments, keywords))

    def own(self) -> set[str]:
        """Return the local names."""
        return self.binds.keys() - self.declared - self.outer

    def looked_up(self) -> set[str]:
        """Return the names that are looked up in the scopes around it."""
        return (self.uses | self.free) - self.own()

    def all_rebinds(self) -> set[str]:
        """Return the names that it, or what is in it, binds as `global`."""
        return self.rebinds | (self.binds.keys() & self.declared)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    several = [arguments.vararg, arguments.kwarg]
    return [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *(argument for argument in several if argument is not None),
    ]


def _effects(node: ast.FunctionDef | ast.AsyncFunctionDef, body: _Scope) -> Effects:
    named = {argument.arg for argument in _arguments(node.args)}
    own, changes = body.own(), resolve(body.changes, body.aliases)
    return Effects(
        parameters=tuple(argument.arg for argument in [*node.args.posonlyargs, *node.args.args]),
        on_arguments={name: how for name, how in changes.items() if name in named},
        on_globals={name: how for name, how in changes.items() if name not in own},
        rebinds=body.all_rebinds(),
        star=body.star,
        calls={call.callee for call in body.calls if call.callee.partition(".")[0] not in own},
        of_class=any(dotted(decorator) == "classmethod" for decorator in node.decorator_list),
        called=body.called,
    )
