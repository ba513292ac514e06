"""Code as it is compared: what makes no difference, and what does."""

import ast

import pytest

from grader.submission.normal import Normal, vocabulary


def units(code: str, *own_modules: str) -> list[list[str]]:
    tree = ast.parse(code)
    normal = Normal(vocabulary([tree], frozenset(own_modules)))
    return [[word for word, _ in unit] for unit in normal.units(tree.body)]


HEAD = "import torch\nimport numpy as np\nfrom torch.nn import functional as F\n"
SAME = [
    ("y = x.abs().max()", "largest = values.abs().max()"),
    ("y = torch.clamp(x, -128, 127)", "return_value = torch.clamp(t, min=-128, max=127)"),
    ("y = a * b * 2", "y = 2 * (b * a)"),
    ("y *= a * b", "y = y * a * b"),
    ("y = a > b", "y = b < a"),
    ("y: float = x.abs().max()", "self.scale = x.abs().max()"),
    ("y = 127 / x.abs().max()", "y = 127.0 / x.abs().max()"),
    ("y = np.abs(x).max()", "import numpy\ny = numpy.abs(x).max()"),
    ("y = F.relu(x).round()", "from torch.nn.functional import relu\ny = relu(x).round()"),
    ("f = lambda v: v.abs().max()", "def f(w):\n    return w.abs().max()"),
    ("a, b = x.abs().max(), y.std(0)", "a = x.abs().max()\nb = y.std(0)"),
    ("y = self.conv1(x).relu()", "y = layer(x).relu()"),
    ("y = x.abs().max()\nprint(y)", '"""What."""\ny = x.abs().max()'),
]
OTHER = [
    ("y = x.abs().max()", "y = x.abs().min()"),
    ("y = torch.clamp(x, -128, 127)", "y = torch.clamp(x, -127, 127)"),
    ("y = a / b", "y = b / 2"),
    ("y = x.round()", "y = torch.round(x)"),
    ("y = a + b", "y = a * b"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_a_copy_changes_first_makes_no_difference(one: str, other: str) -> None:
    assert units(HEAD + one) == units(HEAD + other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_is_computed_does(one: str, other: str) -> None:
    assert units(HEAD + one) != units(HEAD + other)


def test_a_statement_is_a_unit_by_itself_and_so_is_the_head_of_a_loop() -> None:
    code = "for a in x.flatten():\n    y = a.abs()\n    if y.any():\n        return a.max()"
    found = units(f"def f(x):\n{''.join(f'    {line}' + chr(10) for line in code.splitlines())}")
    assert found == [
        ["for", ".flatten()", "_"],
        [".abs()", "_"],
        ["if", ".any()", "_"],
        [".max()", "_"],
    ]


def test_names_of_the_lab_stay_and_own_ones_go() -> None:
    code = "def top(v):\n    return max(v)\ny = quantized_weights(top(w))"
    assert units(code) == [["max()", "_"], ["quantized_weights()", "_()", "_"]]


def test_a_method_of_the_student_is_a_name_like_any_other() -> None:
    code = "class A:\n    def scaled(self, x):\n        return x.mul(2)\ny = a.scaled(b)"
    assert units(code) == [[".mul()", "_", "2.0"], ["_()", "_"]]


def test_a_module_that_was_handed_in_is_a_name_like_any_other() -> None:
    code = "from helpers import top\ny = top(w).round()"
    assert units(code, "helpers") == [[".round()", "_()", "_"]]
    assert units(code) == [[".round()", "helpers.top()", "_"]]


def test_an_equation_of_the_lab_is_read_term_by_term() -> None:
    one, other = "n_W * W * n_In = Out", "(n_W*W) * n_In\t= Out"
    assert units(f"q = {one!r}") == units(f"q = {other!r}") == [["n_W W n_In", "=", "Out"]]
    assert units("q = 'any text = of n_Other'") == [["str"]]


def test_a_comprehension_and_a_match_are_read_as_well() -> None:
    code = "y = [f(n) for n in x if n]\nmatch y:\n    case [a]:\n        z = a.abs().max()"
    assert units(code)[2] == [".max()", ".abs()", "_"]


def test_huge_numbers_and_odd_ones_are_words() -> None:
    code = "y = f(1e999, 2**31, 10**400, 1j, b'x', ..., True, None, " + "9" * 4000 + ")"
    assert all(len(word) < 50 for unit in units(code) for word in unit)
