"""Equations as text: what is accepted, and what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.equations import BIASED, CONV1, CONV2, FIRST, Equation
from grader.polynomial import (
    CHARACTERS,
    DEGREE,
    LARGEST,
    TERMS,
    EquationError,
    Polynomial,
    add,
    multiply,
    parse_equation,
    written,
)
from tests.unit.functions import Functions, context_of

SYMBOLS = ("a", "b", "c")
sides = st.recursive(
    st.sampled_from(SYMBOLS) | st.integers(0, 20).map(str),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        )
        | st.tuples(st.sampled_from(["+", "-"]), inner).map("".join)
    ),
    max_leaves=6,
)


@given(sides, st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9))
def test_a_polynomial_has_the_value_of_its_text(text: str, a: int, b: int, c: int) -> None:
    polynomial, _ = parse_equation(f"{text} = 0", SYMBOLS)
    at = {"a": a, "b": b, "c": c}
    value = 0
    for monomial, factor in polynomial.items():
        for name in monomial:
            factor *= at[name]
        value += factor
    assert value == eval(text, {}, at)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a = b = c =", "a ** 2 = b", "a / b = c", "a.b = c", "f(a) = b", "d = a", "a = 1.5",
     "a = 'x'", "a = (b", "(" * 500 + "a" + ")" * 499 + " = a",
     "a = " + "*".join(["(a+b+c+1)"] * 90), "a = " + "9" * 300, "a = True", "a = __import__('os')",
     "a = b" + " " * 1000, "a = \0b", "a = lambda: b", "a = [b]"],
)  # fmt: skip
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(EquationError) as refused:
        parse_equation(text, SYMBOLS)
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 300


RIGHT = [
    (CONV1, "n_W_conv1*W_conv1 * n_In*In * n_Out_conv1 = n_W_conv1*n_In*n_Out_conv1 * Out_conv1"),
    (CONV1, "Out_conv1*n_Out_conv1*n_In*n_W_conv1 == (n_W_conv1*W_conv1)*(n_In*In)*n_Out_conv1"),
    (CONV2, "n_W_conv2*W_conv2*(n_W_conv1*n_In*n_Out_conv1*Out_conv1)*n_Out_conv2"
            " = n_W_conv1*n_In*n_Out_conv1*n_W_conv2*n_Out_conv2*Out_conv2"),
    (CONV2, "n_W_conv2*W_conv2*n_W_conv1*W_conv1*n_In*In*n_Out_conv1*n_Out_conv2"
            " = n_W_conv1*n_In*n_Out_conv1*n_W_conv2*n_Out_conv2*Out_conv2"),
    (BIASED, "(n_W*W*n_In*In + n_W*n_In*beta)*n_Out = n_W*n_In*n_Out*Out"),
    (BIASED, "n_W*n_In*n_Out*(W*In + beta) = n_Out*n_In*n_W*Out"),
    (BIASED, "n_W*n_In*n_Out*(W*In + beta) = n_Out*n_In*n_W*Out = n_W*n_In*n_Out*Out"),
    (BIASED, "n_W*n_In*n_Out*(W*\n\tIn\u00a0+ beta)\n=\n\n n_Out * n_In\n*n_W*Out\n"),
    (CONV1, "n_W_conv1*W_conv1 * n_In*In * n_Out_conv1 = n_In*n_W_conv1*n_Out_conv1*W_conv1*In"
            " = n_W_conv1*n_In*n_Out_conv1 * Out_conv1"),
]  # fmt: skip
WRONG = [
    (CONV1, "0 = 0"),
    (CONV1, "W_conv1 * In = Out_conv1"),
    (CONV1, "n_W_conv1*W_conv1*n_In*In = n_W_conv1*n_In*Out_conv1"),
    (CONV1, "2*n_W_conv1*W_conv1*n_In*In*n_Out_conv1 = 2*n_W_conv1*n_In*n_Out_conv1*Out_conv1"),
    (CONV2, "n_W_conv2*W_conv2*Out_conv1*n_Out_conv2 = n_W_conv2*n_Out_conv2*Out_conv2"),
    (BIASED, "n_W*W*n_In*In + beta = n_W*n_In*n_Out*Out"),
    (BIASED, "W*In + beta = Out"),
    (BIASED, "n_W*n_In*n_Out*(W*In + beta) = n_W*n_In*n_Out*(W*In + beta)"),
    (BIASED, "n_Out*n_In*n_W*Out = n_W*n_In*n_Out*Out"),
    (CONV1, "n_Out_conv1*Out_conv1*n_In*n_W_conv1 = n_W_conv1*n_In*n_Out_conv1*Out_conv1"),
    (CONV1, "n_W_conv1*W_conv1*n_In*In*n_Out_conv1 = n_W_conv1*n_In*n_Out_conv1*Out_conv1 = 0"),
    (CONV1, "n_W_conv1*W_conv1*n_In*In*n_Out_conv1 = n_W_conv1*n_In*n_Out_conv1*In*W_conv1"
            " = n_Out_conv1*n_In*n_W_conv1*W_conv1*In"),
    (CONV2, "n_W_conv2*W_conv2*n_W_conv1*W_conv1*n_In*In*n_Out_conv1*n_Out_conv2"
            " = n_W_conv1*n_In*n_Out_conv1*n_W_conv2*n_Out_conv2*W_conv2*Out_conv1"),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "text"), RIGHT)
def test_a_right_equation_is_right_however_it_is_written(equation: Equation, text: str) -> None:
    assert equation.canonical(equation.sides(text)) == equation.correct


@pytest.mark.parametrize(("equation", "text"), WRONG)
def test_a_wrong_equation_is_not(equation: Equation, text: str) -> None:
    assert equation.canonical(equation.sides(text)) != equation.correct


AT_THE_LIMIT = {
    "text": " " * (CHARACTERS - 5) + "a = b",
    "number": f"a = {LARGEST}",
    "degree": "a = " + "*".join("b" * DEGREE),
}
BEYOND = {
    "text": " " * (CHARACTERS - 4) + "a = b",
    "number": f"a = {LARGEST + 1}",
    "negative number": f"a = -{LARGEST} - 1",
    "degree": "a = " + "*".join("b" * (DEGREE + 1)),
}


@pytest.mark.parametrize("limit", AT_THE_LIMIT)
def test_what_just_fits_is_read(limit: str) -> None:
    left, right = parse_equation(AT_THE_LIMIT[limit], SYMBOLS)
    assert left == {("a",): 1}
    assert len(right) == 1


@pytest.mark.parametrize("limit", BEYOND)
def test_what_is_one_too_large_is_refused(limit: str) -> None:
    with pytest.raises(EquationError):
        parse_equation(BEYOND[limit], SYMBOLS)


def test_a_result_may_have_so_many_terms_and_no_more() -> None:
    many = {(f"x{index:03}",): 1 for index in range(TERMS)}
    assert add(many, {}) == many
    with pytest.raises(EquationError):
        add(many, {("one more",): 1})


def test_a_product_is_refused_before_it_is_multiplied_out() -> None:
    many = {(f"x{index:03}",): 0 for index in range(TERMS)}
    few = {("a",) * power: 1 for power in range(10)}
    assert multiply(few, many) == {}
    with pytest.raises(EquationError):
        multiply(few | {("b",): 1}, many)


@given(st.integers(1, 9), st.integers(1, 9))
def test_factors_multiply(one: int, other: int) -> None:
    assert multiply({("a",): one}, {("b",): other}) == {("a", "b"): one * other}


@given(
    st.dictionaries(
        st.lists(st.sampled_from("abc"), max_size=4).map(lambda names: tuple(sorted(names))),
        st.integers(-99, 99).filter(bool),
        max_size=5,
    )
)
def test_what_is_written_is_read_as_the_same(polynomial: Polynomial) -> None:
    assert parse_equation(f"{written(polynomial)} = 0", "abc") == (polynomial, {})


CORRECT = "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1"


def test_a_polynomial_is_written_as_a_person_would() -> None:
    assert written({("a", "b"): 2, ("c",): -1, (): 3}) == "3 + 2 * a * b - c"
    assert written({}) == "0"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "n_In * In * (n_W_conv1 * W_conv1) * n_Out_conv1 = Out_conv1 * n_W_conv1 * n_In",
            "is replaced by what it is made of: left In * W_conv1 * n_In * n_Out_conv1 * n_W_conv1,"
            " right In * W_conv1 * n_In * n_W_conv1, so n_Out_conv1 is missing on one side",
        ),
        (
            "n_In * In * W_conv1 = Out_conv1 * n_In",
            "all sides are In * W_conv1 * n_In, so n_W_conv1 and n_Out_conv1 are missing",
        ),
        (
            "In = " + " + ".join(["In * W_conv1" + " * n_In" * n for n in range(9)]),
            "is made of, so W_conv1 and n_In are missing on one side",
        ),
        (f"{CORRECT} / 2 = Out_conv1", "and * between factors"),
        (f"{CORRECT} W_conv1 = Out_conv1", f"* between factors: '{CORRECT} W_conv1'"),
    ],
)
def test_a_wrong_equation_is_shown_as_it_was_read(text: str, words: str) -> None:
    one = context_of()
    one.session = Functions(one.session.functions, Q4_1A=text)
    (outcome,) = FIRST.judge(one)
    assert outcome.verdict.status == "failed"
    assert outcome.verdict.actual.endswith(words)
