"""Rewrites syntax of a newer Python than this one to what this one parses, line for line.

LibCST reads it, which knows the syntax of Python 3.0 to 3.14 whatever it runs under. Only what this
Python refuses is rewritten: nested quotes, comments and line breaks in f-strings (PEP 701), type
parameters and `type` statements (PEP 695, 696), starred subscripts (PEP 646), `except*` (PEP 654),
`except` without parentheses (PEP 758). What stands for a type parameter, a `type` statement or a
template string (PEP 750) when the code is executed is in `sandbox.inside.newer_python`.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.submission.apart import apart

if TYPE_CHECKING:
    import libcst as cst

HERE = sys.version_info[:2]

HINT = re.compile(
    r"""\b(?:[ft]|r[ft]|[ft]r)["']"""  # PEP 701, 750
    r"|\btype\s+\w|\b(?:def|class)\s+\w+\s*\["  # PEP 695
    r"|[\[,](?:\s|\#.*\n)*\*|\*\s*\w+\s*:\s*\*"  # PEP 646
    r"|\bexcept\b[^:\n]{0,100}[*,]",  # PEP 654, 758
    re.IGNORECASE,
)
"""What every text has that a newer Python can read and this one cannot."""

AT_RUN_TIME = "__newer__"
"""What the student's process has for rewritten code: `sandbox.inside.newer_python`."""

FRAMES = 5000
"""Of Python, for a tree of nodes: each level takes several."""

CAPITAL = re.compile("(?<!^)(?=[A-Z])")


def may_be_newer(text: str) -> bool:
    """Whether a text has anything of what this Python does not read; a cheap test."""
    return HINT.search(text) is not None


def older(text: str) -> str | None:
    """The text as this Python reads it, in as many lines; None if that cannot be had.

    Args:
        text: which this Python refuses, with a line feed at its line ends.
    """
    if not may_be_newer(text):
        return None
    import libcst.metadata  # noqa: F401 - 0.2 s, here once for all texts and not in each process

    return apart(_older, text)


def _older(text: str) -> str | None:
    sys.setrecursionlimit(FRAMES)
    return _Rewriter(text).rewritten()


@dataclass(frozen=True)
class _Edit:
    """Text in place of other text; the places are bytes of the whole."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Names:
    """What some names of the code stand for, where they are read."""

    parameters: Mapping[str, str]
    """Type parameters, with what is written in their place."""
    groups: frozenset[str] = frozenset()
    """Bound by `except* ... as name`."""

    def with_parameters(self, more: Mapping[str, str]) -> _Names:
        return _Names({**self.parameters, **more}, self.groups)

    def without(self, bound: set[str]) -> _Names:
        kept = {name: text for name, text in self.parameters.items() if name not in bound}
        return _Names(kept, self.groups)


class _Rewriter:
    """The edits of one text."""

    def __init__(self, text: str) -> None:
        import libcst as cst
        from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

        self.cst = cst
        self.data = text.encode()
        module = cst.parse_module(text)
        self.module = module
        # No copy: nodes that a parser has just made are nobody else's.
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self.spans: Mapping[Any, Any] = wrapper.resolve(ByteSpanPositionProvider)

    def rewritten(self) -> str | None:
        """The whole text; None if its lines would not stay what they are."""
        if self.module.bytes != self.data:
            return None
        text = self._with(0, len(self.data), self._edits(self.module, _Names({})))
        return text if text.count("\n") == self.data.count(b"\n") else None

    # Places -----------------------------------------------------------------------------------

    def _span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where a node begins and ends, with its own parentheses."""
        found = self.spans[node]
        start, end = found.start, found.start + found.length
        left, right = getattr(node, "lpar", ()), getattr(node, "rpar", ())
        if isinstance(left, Sequence) and left:
            start = min(start, self.spans[left[0]].start)
        if isinstance(right, Sequence) and right:
            last = self.spans[right[-1]]
            end = max(end, last.start + last.length)
        return start, end

    def _slice(self, start: int, end: int) -> str:
        return self.data[start:end].decode()

    def _with(self, start: int, end: int, edits: Sequence[_Edit]) -> str:
        """A part of the text, edited."""
        parts, at = [], start
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            parts += [self._slice(at, edit.start), edit.text]
            at = edit.end
        return "".join([*parts, self._slice(at, end)])

    def _text(self, node: cst.CSTNode, names: _Names) -> str:
        """A node as this Python reads it."""
        return self._with(*self._span(node), self._edits(node, names))

    def _lines(self, start: int, end: int) -> str:
        """The line ends of a part of the text, for what takes its place."""
        return "\n" * self.data.count(b"\n", start, end)

    def _after(self, pattern: str, start: int) -> int:
        """Where what must stand at a place ends."""
        found = re.compile(pattern.encode()).match(self.data, start)
        if found is None:
            raise ValueError(f"no {pattern} at {start}")
        return found.end()

    # Nodes ------------------------------------------------------------------------------------

    def _edits(self, node: cst.CSTNode, names: _Names) -> list[_Edit]:
        """What is to be edited in a node."""
        kind = CAPITAL.sub("_", type(node).__name__).lower()
        special = getattr(self, f"_in_{kind}", None)
        return list(special(node, names) if special else self._in_children(node, names))

    def _in_children(self, node: cst.CSTNode, names: _Names) -> Iterator[_Edit]:
        for child in node.children:
            yield from self._edits(child, names)

    def _in_each(self, names: _Names, *nodes: object) -> Iterator[_Edit]:
        for node in nodes:
            if isinstance(node, self.cst.CSTNode):
                yield from self._edits(node, names)

    def _in_name(self, node: cst.Name, names: _Names) -> Iterator[_Edit]:
        if node.value in names.parameters:
            found = self.spans[node]
            text = names.parameters[node.value]
            yield _Edit(found.start, found.start + found.length, text)

    def _in_attribute(self, node: cst.Attribute, names: _Names) -> Iterator[_Edit]:
        value = node.value
        if (
            node.attr.value == "exceptions"
            and isinstance(value, self.cst.Name)
            and value.value in names.groups
        ):
            found = self.spans[node]  # of a plain exception, which stands for its group
            end = found.start + found.length
            lines = self._lines(found.start, end)
            yield _Edit(found.start, end, f"({value.value}{lines},)")
        else:
            yield from self._edits(value, names)

    def _in_arg(self, node: cst.Arg, names: _Names) -> Iterator[_Edit]:
        yield from self._edits(node.value, names)  # not its keyword

    def _in_param(self, node: cst.Param, names: _Names) -> Iterator[_Edit]:
        annotation = node.annotation
        if annotation is not None:
            inner = annotation.annotation
            if isinstance(inner, self.cst.StarredElement) and HERE < (3, 11):
                start, end = self._span(inner)
                words = repr(self._slice(start, end))  # nobody evaluates it
                yield _Edit(start, end, words + self._lines(start, end))
            else:
                yield from self._edits(inner, names)

    def _in_global(self, _node: cst.CSTNode, _names: _Names) -> Iterator[_Edit]:
        yield from ()

    _in_nonlocal = _in_import = _in_import_from = _in_global

    def _in_match_case(self, node: cst.MatchCase, names: _Names) -> Iterator[_Edit]:
        yield from self._in_each(names, node.guard, node.body)  # a pattern's names are bound

    def _params(self, node: cst.Parameters) -> list[cst.Param]:
        star = [node.star_arg] if isinstance(node.star_arg, self.cst.Param) else []
        last = [] if node.star_kwarg is None else [node.star_kwarg]
        return [*node.posonly_params, *node.params, *star, *node.kwonly_params, *last]

    # Type parameters and aliases --------------------------------------------------------------

    def _in_function_def(self, node: cst.FunctionDef, names: _Names) -> Iterator[_Edit]:
        yield from self._in_each(names, *node.decorators)
        inner = names
        if node.type_parameters is not None:
            inner = yield from self._without_parameters(node.type_parameters, names)
            if HERE < (3, 12):
                start, end = self._span(node.type_parameters)
                after = self._after(r"(?:\s|\\\n)*\(", end)
                yield _Edit(start, after, "(" + self._lines(start, after))
        for param in self._params(node.params):
            yield from self._edits(param, inner)
            yield from self._in_each(names, param.default)  # which is evaluated outside
        yield from self._in_each(inner, node.returns)
        bound = self._bound(node.params) | self._bound(node.body)
        yield from self._edits(node.body, inner.without(bound))

    def _in_lambda(self, node: cst.Lambda, names: _Names) -> Iterator[_Edit]:
        for param in self._params(node.params):
            yield from self._in_each(names, param.default)
        yield from self._edits(node.body, names)

    def _in_class_def(self, node: cst.ClassDef, names: _Names) -> Iterator[_Edit]:
        yield from self._in_each(names, *node.decorators)
        inner = names
        if node.type_parameters is not None:
            inner = yield from self._without_parameters(node.type_parameters, names)
            if HERE < (3, 12):
                yield from self._as_base(node, node.type_parameters, inner)
        yield from self._in_each(inner, *node.bases, *node.keywords)
        yield from self._edits(node.body, inner.without(self._bound(node.body)))

    def _as_base(
        self, node: cst.ClassDef, parameters: cst.TypeParameters, names: _Names
    ) -> Iterator[_Edit]:
        """Let a class take arguments in brackets, as `Generic` does, from its last base."""
        start, end = self._span(parameters)
        own = ", ".join(names.parameters[name] for name in _own(parameters))
        last = [self._slice(*self._span(arg.value)).rpartition(".")[2] for arg in node.bases]
        base = f"{AT_RUN_TIME}.subscriptable({', '.join([repr(last), own])})"
        lines = self._lines(start, end)
        if not isinstance(node.lpar, self.cst.LeftParen):
            yield _Edit(start, end, f"(*{base}{lines})")
            return
        opened = self._after(r"(?:\s|\\\n)*\(", end)
        yield _Edit(start, opened, "(" + self._lines(start, opened))
        if node.bases:
            at = self._span(node.bases[-1].value)[1]
            yield _Edit(at, at, f", *{base}")
        else:
            yield _Edit(opened, opened, f"*{base}, " if node.keywords else f"*{base}")

    def _in_type_alias(self, node: cst.TypeAlias, names: _Names) -> Iterator[_Edit]:
        inner = names
        if node.type_parameters is not None:
            inner = yield from self._without_parameters(node.type_parameters, names)
        if HERE < (3, 12):
            start = self._span(node)[0]
            first, last = self._span(node.value)
            own = _own(node.type_parameters) if node.type_parameters is not None else []
            more = "".join(f", {inner.parameters[name]}" for name in own)
            name = node.name.value
            head = f'{name} = {AT_RUN_TIME}.alias("{name}"{more}, value=lambda: ('
            yield _Edit(start, first, head + self._lines(start, first))
            yield _Edit(last, last, "))")
        yield from self._edits(node.value, inner)

    def _without_parameters(self, node: cst.TypeParameters, names: _Names) -> Any:
        """What its names stand for from here on; under 3.12 only the defaults have to go."""
        if HERE < (3, 12):
            kinds = {"TypeVar": "variable", "TypeVarTuple": "variables", "ParamSpec": "parameters"}
            return names.with_parameters(
                {
                    each.param.name.value: (
                        f'{AT_RUN_TIME}.{kinds[type(each.param).__name__]}("{each.param.name.value}")'
                    )
                    for each in node.params
                }
            )
        for each in node.params:
            if HERE < (3, 13) and each.default is not None:
                start, end = self._span(each.param)[1], self._span(each.default)[1]
                yield _Edit(start, end, self._lines(start, end))
        return names.without(set(_own(node)))

    def _bound(self, body: cst.CSTNode) -> set[str]:
        """Names that are bound anywhere in a body: these are no type parameters there."""
        cst, found, left = self.cst, set(), [body]
        while left:
            node = left.pop()
            left += node.children
            binding = cst.Param | cst.AsName | cst.ImportAlias | cst.MatchAs | cst.MatchStar
            target = node.name if isinstance(node, binding) else getattr(node, "target", None)
            found |= {each.value for each in _targets(target) if isinstance(each, cst.Name)}
        return found

    # Subscripts -------------------------------------------------------------------------------

    def _in_subscript(self, node: cst.Subscript, names: _Names) -> Iterator[_Edit]:
        cst, elements = self.cst, node.slice
        starred = any(isinstance(each.slice, cst.Index) and each.slice.star for each in elements)
        if not starred or HERE >= (3, 11):
            yield from self._in_children(node, names)
            return
        yield from self._edits(node.value, names)
        opened = self.spans[node.lbracket].start + 1
        closed = self.spans[node.rbracket]
        yield _Edit(opened, opened, "(")
        end = closed.start + closed.length - 1
        comma = isinstance(elements[-1].comma, cst.Comma)
        yield _Edit(end, end, ")" if comma or len(elements) > 1 else ",)")
        for each in elements:
            if isinstance(each.slice, cst.Slice):
                parts = (each.slice.lower, each.slice.upper, each.slice.step)
                words = ["None" if part is None else self._text(part, names) for part in parts]
                start, stop = self._span(each.slice)
                text = f"{AT_RUN_TIME}.slice({', '.join(words)}"
                lost = self.data.count(b"\n", start, stop) - text.count("\n")
                yield _Edit(start, stop, text + "\n" * lost + ")")
            else:
                yield from self._edits(each.slice, names)

    # Exceptions -------------------------------------------------------------------------------

    def _in_except_handler(self, node: cst.ExceptHandler, names: _Names) -> Iterator[_Edit]:
        yield from self._parenthesized(node)
        yield from self._in_children(node, names)

    def _in_except_star_handler(
        self, node: cst.ExceptStarHandler, names: _Names
    ) -> Iterator[_Edit]:
        yield from self._parenthesized(node)
        if HERE >= (3, 11):
            yield from self._in_children(node, names)
            return
        after = self._after(r"except(?:\s|\\\n)*\*", self._span(node)[0])
        yield _Edit(after - 1, after, " ")
        yield from self._edits(node.type, names)
        group = set() if node.name is None else {each.value for each in _targets(node.name.name)}
        inner = _Names(names.parameters, names.groups | group)
        yield from self._edits(node.body, inner)

    def _parenthesized(self, node: Any) -> Iterator[_Edit]:
        if isinstance(node.type, self.cst.Tuple) and not node.type.lpar:
            start, end = self._span(node.type)
            yield _Edit(start, start, "(")
            yield _Edit(end, end, ")")

    # Strings ----------------------------------------------------------------------------------

    def _in_concatenated_string(self, node: Any, names: _Names) -> Iterator[_Edit]:
        start, end = self.spans[node].start, self.spans[node].start + self.spans[node].length
        strings = list(_strings(node))
        if any(type(each).__name__ == "TemplatedString" for each in strings):
            yield self._template(start, end)
            return
        inner = [edit for each in strings for edit in self._in_children(each, names)]
        if not inner and _parses(self._slice(start, end)):
            return
        parts, at = [], start
        for each in strings:
            first, last = self._span(each)
            parts.append(self._lines(at, first))
            if isinstance(each, self.cst.FormattedString):
                raw = "r" in each.start.lower()
                parts += [f"{part}, " for part in self._parts(each.parts, names, raw)]
            else:
                parts.append(f"{self._slice(first, last)}, ")
            at = last
        yield _Edit(start, end, f'"".join([{"".join(parts)}])')

    _in_formatted_string = _in_concatenated_string

    def _in_templated_string(self, node: Any, _names: _Names) -> Iterator[_Edit]:
        start, end = self._span(node)
        yield self._template(start, end)

    def _template(self, start: int, end: int) -> _Edit:
        lines = self._lines(start, end)
        return _Edit(start, end, f'{AT_RUN_TIME}.needs("template strings", "3.14"{lines})')

    def _parts(self, parts: Sequence[Any], names: _Names, raw: bool) -> Iterator[str]:
        """The texts and fields of an f-string, or of a format, each as an expression."""
        for part in parts:
            if isinstance(part, self.cst.FormattedStringText):
                yield repr(_value(part.value, raw)) + "\n" * part.value.count("\n")
            else:
                yield from self._field(part, names, raw)

    def _field(self, node: Any, names: _Names, raw: bool) -> Iterator[str]:
        """What a field shows, by a method: the name `format` may be the student's own."""
        start, end = self._span(node)
        first, last = self._span(node.expression)
        conversion = node.conversion
        if node.equal is not None:
            blank = r"(?:\s|#[^\n]*\n)*"
            label = self._slice(start + 1, self._after(rf"{blank}=\s*", last))
            yield repr(label)
            if conversion is None and node.format_spec is None:
                conversion = "r"
        before, value = self._lines(start, first), self._text(node.expression, names)
        mark, form = f"!{conversion}" if conversion else "", ""
        if node.format_spec:
            mark += ":{}"
            form = f', "".join([{", ".join(self._parts(node.format_spec, names, raw))}])'
        text = f'{before}"{{{mark}}}".format(({value}){form}'
        lost = self.data.count(b"\n", start, end) - text.count("\n")
        yield text + "\n" * lost + ")"


def _own(parameters: cst.TypeParameters) -> list[str]:
    return [each.param.name.value for each in parameters.params]


def _targets(target: Any) -> Iterator[Any]:
    """The names, and other places, that an assignment binds."""
    elements = getattr(target, "elements", None)
    if elements is None:
        yield target
    else:
        for each in elements:
            yield from _targets(each.value)


def _strings(node: Any) -> Iterator[Any]:
    """The strings that stand beside each other, from left to right."""
    while type(node).__name__ == "ConcatenatedString":
        yield node.left
        node = node.right
    yield node


def _parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(f"({text})")
    except (SyntaxError, ValueError):
        return False
    return True


def _value(text: str, raw: bool) -> str:
    """What a text of an f-string means: without its escapes and doubled braces."""
    text = text.replace("{{", "{").replace("}}", "}")
    if raw:
        return text
    quoted = re.sub(
        r'\\.|"', lambda found: found[0] if found[0] != '"' else r"\"", text, flags=re.S
    )
    if len(text) - len(text.rstrip("\\")) & 1:
        quoted += "\\"  # before a field: it stands for itself
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value: str = ast.literal_eval(f'"""{quoted}"""')
    return value
