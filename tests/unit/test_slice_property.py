"""Executing the slice gives the graded names the same final values as executing everything."""

import ast
import copy
from contextlib import contextmanager
from random import Random

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from grader.submission.scopes import names_of
from grader.submission.slice import needed

NUMBERS = ["a", "b", "c", "d"]
LISTS = ["t", "u", "v"]
FUNCTIONS = ["f", "g", "h"]  # each calls only those before it: no recursion
CLASSES = ["C", "D"]


class Writer:
    """Writes a random program that mostly runs: it reads only names that are bound by then."""

    def __init__(self, choose) -> None:
        self.choose = choose
        self.bound: set[str] = set()
        self.new: set[str] = set()
        self.in_class = False

    def pick(self, options):
        return self.choose(list(options))

    def some(self, names, allowed=None):
        known = [name for name in names if name in (self.bound if allowed is None else allowed)]
        return self.pick(known) if known else None

    def number(self, local=(), calls=FUNCTIONS) -> str:
        kinds = ["constant", "name", "name", "item", "call", "attribute", "sum", "walrus"]
        kind = self.pick([*kinds, "comprehension", "method", "lambda"])
        name = self.some([*NUMBERS, *local], self.bound | set(local))
        table, function = self.some(LISTS), self.some(calls)
        owner = self.some(CLASSES)
        if kind == "name" and name:
            return name
        if kind == "item" and table:
            return self.pick([f"{table}[0]", f"len({table})", f"sum({table})"])
        if kind == "comprehension" and table and name:
            target = self.pick(["i", *NUMBERS])
            return f"sum([{target} + {name} for {target} in {table}])"
        if kind == "call" and function:
            return f"{function}({self.number(local, calls) if name else 2})"
        if kind == "attribute" and owner:
            return f"{owner}.k"
        if kind == "method" and owner and calls is FUNCTIONS:
            return f"{owner}.m(3)"
        if kind == "lambda" and name:
            return f"(lambda {self.pick([*NUMBERS, 'z'])}: {name})(1)"
        if kind == "sum" and name:
            return f"({name} + {self.number(local, calls)})"
        if kind == "walrus" and not local and not self.in_class:
            target = self.pick(NUMBERS)
            self.new.add(target)
            return f"({target} := {self.pick(range(9))})"
        return str(self.pick(range(9)))

    def body(self, calls) -> list[str]:
        """The body of a function of x."""
        name, table, owner = self.pick(NUMBERS), self.some(LISTS), self.some(CLASSES)
        value = self.number(["x"], calls)
        options = [
            [f"return x + {value}"],
            [f"{name} = {value}", f"return {name} + x"],
            [f"def inner(): return {value}", "return inner()"],
            [f"for {name} in [x, 1]: pass", f"return {name}"],
        ]
        if name in self.bound:
            options.append([f"global {name}", f"{name} = {value}", "return x"])
            options.append([f"global {name}", f"{name} += 1", f"return {name}"])
            options.append([f"globals()['{name}'] = {value}", f"return globals()['{name}']"])
        if table:
            options.append([f"{table}.append({value})", f"return len({table})"])
            options.append([f"{table}[0] = x", "return x"])
            options.append([f"w = {table}", "w.append(x)", "return 1"])
        if owner:
            options.append([f"{owner}.k = x", "return x"])
        return self.pick(options)

    def statement(self, depth: int) -> list[str]:
        self.new: set[str] = set()
        lines = self.pick(
            [self.assign, self.assign, self.fill, self.define, self.klass, self.call, self.patch]
            + ([self.block] if depth < 2 else [])
        )(depth)
        self.bound |= self.new
        return lines

    def assign(self, depth: int) -> list[str]:
        kind = self.pick(["number", "number", "augment", "swap", "list", "alias", "copy", "two"])
        name, table = self.pick(NUMBERS), self.pick(LISTS)
        other = self.some(LISTS)
        if kind == "augment" and name in self.bound:
            return [f"{name} += {self.number()}"]
        if kind == "swap" and {"a", "b"} <= self.bound:
            return ["a, b = b, a"]
        if kind in {"list", "two"} or (kind in {"alias", "copy"} and not other):
            lines = [f"{table} = [{self.number()}]"]
            if kind == "two":
                second = self.pick(LISTS)
                lines = [f"{second} = {lines[0]}"]
                self.new.add(second)
            self.new.add(table)
            return lines
        if kind == "alias":
            self.new.add(table)
            return [f"{table} = {self.pick([other, f'{other} or []', f'[{other}][0]'])}"]
        if kind == "copy":
            self.new.add(table)
            return [f"{table} = [i + 1 for i in {other}]"]
        value = self.number()
        self.new.add(name)
        by_key = [f"globals()['{name}'] = {value}", f"globals().update({name}={value})"]
        return [self.pick([f"{name} = {value}"] * 4 + [*by_key, f'exec("{name} = {value}")'])]

    def fill(self, depth: int) -> list[str]:
        table = self.some(LISTS)
        if not table:
            return [f"str({self.number()})"]
        value = self.number()
        return [
            self.pick(
                [
                    f"{table}.append({value})",
                    f"{table}[0] = {value}",
                    f"{table} += [{value}]",
                    f"{table}[0] += {value}",
                    f"_ = {table}.insert(0, {value})",
                    f"for each in ({table}, {self.some(LISTS)}): each.append({value})",
                    f"fill({table}, {value})",
                    f"[each.append({value}) for each in [{table}]]",
                ]
            )
        ]

    def define(self, depth: int) -> list[str]:
        function = self.pick(FUNCTIONS)
        before = FUNCTIONS[: FUNCTIONS.index(function)]
        default = self.number()
        lines = [f"def {function}(x, y={default}):"]
        lines += [f"    {line}" for line in self.body([n for n in before if n in self.bound])]
        if self.pick([True, False, False]) and self.bound & set(LISTS):
            lines.insert(0, f"@noted({self.some(LISTS)})")
        self.new.add(function)
        return lines

    def klass(self, depth: int) -> list[str]:
        owner = self.pick(CLASSES)
        name = self.pick(NUMBERS)
        self.in_class = True
        lines = [f"class {owner}:", f"    k = {self.number()}", "    items = [1]"]
        if name in self.bound:
            lines.append(f"    {name} = {name}")
            lines.append(f"    seen = [{name} for _ in items]")
        lines += ["    @staticmethod", "    def m(x):"]
        lines += [f"        {line}" for line in self.body([])]
        lines += ["    @classmethod", "    def put(cls, x):", "        cls.items.append(x)"]
        self.in_class = False
        self.new.add(owner)
        return lines

    def call(self, depth: int) -> list[str]:
        function, owner = self.some(FUNCTIONS), self.some(CLASSES)
        if owner and self.pick([True, False]):
            return [self.pick([f"{owner}.m({self.number()})", f"{owner}.put(1)"])]
        return [f"{function}({self.number()})" if function else f"print({self.number()})"]

    def patch(self, depth: int) -> list[str]:
        owner = self.some(CLASSES)
        if not owner:
            return self.klass(depth)
        value = self.number()
        options = [
            f"{owner}.k = {value}",
            f"setattr({owner}, 'k', {value})",
            f"{owner}.items.append({value})",
            f"for each in [{owner}]: each.k = {value}",
            f"vars({owner})['items'].append({value})",
            f"mark({owner}, k={value})",
        ]
        options.append(f"{owner}.m = staticmethod(lambda x: x + {self.number(calls=[])})")
        return [self.pick(options)]

    def block(self, depth: int) -> list[str]:
        """A compound statement; what it alone binds is not counted as bound."""
        test, table, name = self.number(), self.some(LISTS), self.pick(NUMBERS)
        known = set(self.bound)
        heads = [f"if {test} > 3:", f"for {name} in range({test} % 3):", "with scope():", "try:"]
        if table:
            heads.append(f"for {name} in list({table}):")
        head = self.pick(heads)
        lines = [head]
        if head.startswith("for"):
            self.bound.add(name)
        for _ in range(self.pick([1, 2])):
            lines += [f"    {line}" for line in self.statement(depth + 1)]
        self.bound = set(known)
        other = {"if": "else:", "tr": "except ZeroDivisionError:"}.get(head[:2])
        if head == "try:" or (other and self.pick([True, False])):
            lines += [other]
            lines += [f"    {line}" for line in self.statement(depth + 1)]
        self.bound = known
        self.new = set()
        return lines


PRELUDE = """
def fill(table, value):
    alias = table
    alias.append(value)
def mark(owner, k):
    owner.k = k
def noted(table):
    def wrap(function):
        table.append(7)
        return function
    return wrap
"""


def program(choose, length):
    """Return a random program and the names it is graded by."""
    writer = Writer(choose)
    lines = [line for _ in range(length) for line in writer.statement(0)]
    known = sorted(writer.bound)
    roots = {choose(known) for _ in range(3)} if known else set()
    return PRELUDE + "\n".join(lines), roots


@contextmanager
def scope():
    yield


def run(statements, roots):
    """What a grader sees of the roots after executing the statements."""
    space = {"scope": scope, "print": lambda *_: None}
    exec(compile(ast.Module(statements, []), "<program>", "exec"), space)
    seen = {}
    for root in sorted(roots):
        value = eval(root, space)
        if root in CLASSES:
            seen[root] = (value.k, list(value.items))
        elif root not in FUNCTIONS:
            seen[root] = copy.deepcopy(value)
    for root in sorted(roots & {*FUNCTIONS, *CLASSES}):
        value = space[root]
        seen[root, "called"] = value(2) if root in FUNCTIONS else value.m(2)
    return seen


@settings(max_examples=500, deadline=None)
@given(seed=st.integers(0, 2**63), length=st.integers(1, 25))
def test_the_slice_gives_the_same_values(seed, length):
    # A seed instead of drawn choices: a hundred times as fast.
    source, roots = program(Random(seed).choice, length)
    note(source)
    statements = ast.parse(source).body
    try:
        whole = run(statements, roots)
    except (RecursionError, NameError, TypeError, IndexError, OverflowError):
        assume(False)
    kept = needed([names_of(each) for each in statements], roots)
    assert run([statements[number] for number in sorted(kept)], roots) == whole
