"""What the slice keeps, and what it leaves out."""

import ast
import textwrap

import pytest

from grader.submission.scopes import names_of
from grader.submission.slice import needed


def kept(source, *roots):
    """The first lines of the kept statements."""
    body = ast.parse(textwrap.dedent(source)).body
    numbers = needed([names_of(statement) for statement in body], roots or ("q",))
    return [ast.unparse(body[number]).splitlines()[0] for number in sorted(numbers)]


NEEDED = {
    "imports wherever they stand": """
        def q(w): return np.round(w)
        import numpy as np
    """,
    "constants and helpers, transitively": """
        BITS = 8
        TOP = 2 ** (BITS - 1)
        def limit(): return TOP
        def q(w): return limit()
    """,
    "later definitions of what a function calls": """
        def q(w): return helper(w)
        def helper(w): return w
    """,
    "either side of a condition": """
        import torch
        device = "cpu"
        if torch.cuda.is_available():
            device = "cuda"
        def q(w): return w.to(device)
    """,
    "a patched method": """
        class q: pass
        def forward(self, x): return x
        q.forward = forward
    """,
    "setattr": """
        class q: pass
        setattr(q, "forward", lambda self, x: x)
    """,
    "the same for several classes": """
        class q: pass
        class other: pass
        for each in (q, other):
            each.top = 127
    """,
    "a table that is filled by hand": """
        helpers = {}
        helpers["round"] = round
        def q(w): return helpers["round"](w)
    """,
    "a table that is filled in a loop": """
        table = []
        for bits in range(8):
            table.append(2 ** bits)
        def q(w): return table[w]
    """,
    "a table that is filled in a with block": """
        import torch
        table = {}
        with torch.no_grad():
            table["top"] = torch.ones(1)
        def q(w): return table
    """,
    "a table that is filled under another name": """
        table = {}
        alias = table
        alias["top"] = 127
        def q(w): return table
    """,
    "a table that is filled by a function": """
        table = {}
        def fill(t):
            for bits in range(8):
                t[bits] = 2 ** bits
        fill(table)
        def q(w): return table
    """,
    "a table that is filled by a decorator": """
        table = {}
        def register(f):
            table[f.__name__] = f
            return f
        @register
        def top(): return 127
        def q(w): return table["top"]()
    """,
    "a singledispatch, its cases decorated or registered": """
        from functools import singledispatch
        @singledispatch
        def q(w): raise TypeError
        @q.register
        def _(w: float): return w
        @q.register(int)
        def _(w): return w
        def of_text(w): return len(w)
        q.register(str, of_text)
    """,
    "a registry that is a class": """
        class Rules:
            known = {}
            @classmethod
            def register(cls, name): return lambda f: cls.known.setdefault(name, f)
        @Rules.register("max")
        def largest(w): return max(w)
        def q(w): return Rules.known["max"](w)
    """,
    "a global that a function sets": """
        def setup():
            global TOP
            TOP = 127
        setup()
        def q(w): return TOP
    """,
    "a global that a function of a function sets": """
        def inner():
            global TOP
            TOP = 127
        def outer(): inner()
        outer()
        def q(w): return TOP
    """,
    "a table that is filled by a function of a function": """
        table = {}
        def inner(): table["top"] = 127
        def outer():
            def now(): inner()
            now()
        outer()
        def q(w): return table
    """,
    "a table that is filled by keyword": """
        table = {}
        def fill(*, t): t["top"] = 127
        fill(t=table)
        def q(w): return table
    """,
    "a table whose rows are filled": """
        table = {"rows": []}
        for name, row in table.items():
            row.append(127)
        def q(w): return table
    """,
    "a table that may be meant": """
        import sys
        table = []
        alias = table if sys.argv else None
        if not alias:
            alias = []
        alias.append(127)
        def q(w): return table
    """,
    "a table that is named in passing": """
        table = []
        if (alias := table) is not None:
            alias.append(127)
        def q(w): return table
    """,
    "an object that registers functions": """
        class Registry: pass
        registry = Registry()
        @registry.register
        def top(): return 127
        @registry.register("low")
        def low(): return -128
        def q(w): return registry
    """,
    "a global that a nested function sets": """
        def setup():
            def now():
                global TOP
                TOP = 127
            now()
        setup()
        def q(w): return TOP
    """,
    "a global that a class body sets": """
        class Setup:
            global TOP
            TOP = 127
        def q(w): return TOP
    """,
    "a walrus in nested comprehensions": """
        [[(top := 127) for _ in "ab"] for _ in "ab"]
        def q(w): return top
    """,
    "what fills the content of a needed object": """
        config = {}
        holder = [config]
        config["top"] = 127
        def q(w): return holder
    """,
    "an object whose method is called": """
        class Calibrator: pass
        c = Calibrator()
        c.calibrate(3)
        def q(w): return c
    """,
    "star imports": """
        from math import *
        def q(w): return floor(w)
    """,
    "names that are bound by key, read by key": """
        globals()["TOP"] = 127
        vars()["LOW"] = -128
        def set_step(): globals()["STEP"] = 2
        set_step()
        def q(w): return TOP, globals()["LOW"], globals().get("STEP")
    """,
    "a class that is patched by key": """
        class q: pass
        globals()["q"].forward = lambda self, x: x
    """,
    "names that nobody can see being bound": """
        import sys
        table = {"TOP": 127}
        globals().update(table)
        for name in ("LOW", "HIGH"):
            globals()[name] = 1
        setattr(sys.modules[__name__], "MID", 0)
        SHIFT = 1
        exec("STEP = 2 + SHIFT")
        def export(value, name): globals()[name] = value
        export(8, "BITS")
        def q(w): return TOP, LOW, HIGH, MID, STEP, BITS
    """,
    "a table that a text fills": """
        table = {}
        exec("top = 127", table)
        def q(w): return table["top"]
    """,
    "augmented assignments": """
        top = 100
        top += 27
        def q(w): return top
    """,
    "unpacking and the walrus": """
        low, (high, *rest) = -128, (127, 0)
        if (step := 2): pass
        def q(w): return low, high, step
    """,
    "decorators, defaults, annotations, bases": """
        import functools
        TOP = 127
        Weights = list
        class Base: pass
        @functools.lru_cache
        def q(w: Weights, top=TOP) -> Weights: return w
        class r(Base): pass
    """,
    "names used in nested functions only": """
        TOP = 127
        def q(w):
            def clamp():
                return [lambda: TOP for _ in w]
            return clamp()
    """,
    "the value that a class body looks up": """
        top = 127
        class q:
            top = top
            all = [top for _ in range(3)]
    """,
    "try with a way out": """
        try:
            import google.colab
            COLAB = True
        except ImportError:
            COLAB = False
        def q(w): return COLAB
    """,
    "deletion": """
        abs = 3
        del abs
        def q(w): return abs(w)
    """,
    "submodules of one package": """
        import os.path
        import os.abc
        def q(w): return os.path
    """,
    "what a function called at import time saw then": """
        def helper(): return 1
        TOP = helper()
        def helper(): return 2
        def q(w): return TOP, helper()
    """,
}


@pytest.mark.parametrize("source", NEEDED.values(), ids=NEEDED)
def test_everything_is_needed(source):
    body = ast.parse(textwrap.dedent(source)).body
    assert kept(source, "q", "r") == [ast.unparse(each).splitlines()[0] for each in body]


LEFT_OUT = {
    "training, downloads, plots and prints": """
        import matplotlib.pyplot as plt
        import torchvision
        trainset = torchvision.datasets.CIFAR10(download=True)
        def Net(): pass
        def train(net, data): net.train()
        net = Net()
        train(net, trainset)
        print(q(net.weight))
        plt.hist(net.weight)
        plt.show()
        q(net.weight)
    """,
    "the calls of a needed class's methods": """
        net = 3
        q.quantize(net)
    """,
    "a loop that only shares the name of its variable": """
        table = list()
        for i, data in enumerate(open("data")):
            print(i)
        fig, i = 1, 2
    """,
    "what was overwritten": """
        TOP = 5
    """,
    "the locals of functions": """
        w = 3
        top = 5
        i = 2
    """,
    "what an old name has come to mean": """
        alias = TABLE
        alias = []
        alias.append(127)
    """,
    "what changes another object": """
        other = {}
        other["top"] = 1
        for each in (other, other):
            each["low"] = 2
    """,
    "pure effects": """
        assert 0
        raise SystemExit
        input("go on?")
        1 / 0
    """,
    "effects on modules": """
        import torch
        torch.manual_seed(0)
        x = torch.zeros(3)
        x[0] = 1
        optimizer = torch.optim.SGD([x])
        optimizer.step()
    """,
}
Q = """
import torch
def q(w):
    TOP = 127
    top = lambda i: i
    for i in w: pass
    return torch.round(w), TOP, top
TABLE = []
for i in range(8):
    TABLE.append(i)
class r:
    table = TABLE
"""


@pytest.mark.parametrize("source", LEFT_OUT.values(), ids=LEFT_OUT)
def test_nothing_else_is_needed(source):
    source = textwrap.dedent(source)
    expected = kept(Q, "q", "r")
    assert len(expected) == 5
    assert kept(source + Q, "q", "r") == expected
    without_imports = [line for line in kept(Q + source, "q", "r") if line != "import torch"]
    assert without_imports == expected[1:]


def test_only_the_last_definition_of_a_function_counts():
    assert kept("def q(): return old\nold = train()\ndef q(): return 1") == ["def q():"]


def test_what_a_function_called_when_it_was_not_yet_called_does_not_count():
    source = "helper = train()\ndef q(): return helper()\ndef helper(): pass"
    assert kept(source) == ["def q():", "def helper():"]


def test_a_star_import_before_a_definition_does_not_define_it():
    assert kept("from x import *\nq = 1") == ["q = 1"]


def test_what_a_text_may_have_bound_before_a_definition_does_not_define_it():
    assert kept("exec('q = 2')\nglobals()['q'] = 3\nq = 1") == ["q = 1"]


def test_what_a_function_would_bind_by_key_counts_only_if_it_is_called():
    source = "def f(): globals()['K'] = 1\ndef g(name): globals()[name] = 1\ndef q(): return K"
    assert kept(source) == ["def q():"]


def test_an_intermediate_value_of_a_constant_counts_where_it_was_read():
    source = "K = 3\nS = K * 2\nK = test(net)\ndef q(): return S"
    assert kept(source) == ["K = 3", "S = K * 2", "def q():"]


def test_a_recursive_function_needs_itself_once():
    assert kept("def q(n): return q(n - 1)") == ["def q(n):"]


def test_names_that_nobody_defines_are_no_problem():
    assert kept("def q(): return nobody", "q", "missing") == ["def q():"]
