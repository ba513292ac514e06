"""What counts as a tensor, as a scale and as a pair; and the words for what is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import claims
from grader.sandbox.outside.answer import Died, Missing, Raised, Returned, TimedOut
from grader.sandbox.wire import Claim
from grader.verdict import CheckFailed

FLOATS = np.ones((2, 3), np.float32)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int64"])
def test_a_tensor_of_any_real_type_counts(dtype: str) -> None:
    found = claims.tensor(Claim("tensor", FLOATS.astype(dtype)), (2, 3), "it")
    assert isinstance(found, np.ndarray)
    assert (found.dtype, found.shape) == (np.float64, (2, 3))


@pytest.mark.parametrize(
    "claim",
    [
        Claim("ndarray", FLOATS),
        Claim("tensor"),
        Claim("none"),
        Claim("tensor", FLOATS.T),
        Claim("tensor", FLOATS.ravel()),
        Claim("tensor", FLOATS.astype(np.complex64)),
        Claim("tensor", FLOATS > 0),
        Claim("tensor", FLOATS * np.nan),
        Claim("tensor", FLOATS * np.inf),
    ],
)
def test_anything_else_is_no_tensor(claim: Claim) -> None:
    with pytest.raises(CheckFailed):
        claims.tensor(claim, (2, 3), "it")


def test_what_is_not_finite_is_counted() -> None:
    claim = Claim("tensor", np.array([1, np.nan, 2, np.inf, 3]))
    with pytest.raises(CheckFailed) as found:
        claims.tensor(claim, (5,), "it")
    assert found.value.verdict.actual == "it holds 2 values that are NaN or infinite"


@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "uint8"])
def test_one_number_is_a_scale(shape: tuple[int, ...], dtype: str) -> None:
    assert claims.scale(Claim("any", np.full(shape, 3, dtype)), "it") == 3.0


@given(st.floats(0, exclude_min=True, allow_infinity=False))
def test_any_positive_number_is_a_scale(value: float) -> None:
    assert claims.scale(Claim("float", np.array(value)), "it") == value


@pytest.mark.parametrize(
    "array",
    [
        None,
        np.ones((1, 1)),
        np.ones(2),
        np.ones(0),
        np.array(True),
        np.array(1j),
        np.array(0.0),
        np.array(-1.0),
        np.array(np.nan),
        np.array(np.inf),
    ],
)
def test_anything_else_is_no_scale(array: np.ndarray | None) -> None:
    with pytest.raises(CheckFailed):
        claims.scale(Claim("any", array), "it")


@pytest.mark.parametrize("count", [2, 10])
def test_whoever_returns_several_scales_is_told_to_use_one(count: int) -> None:
    with pytest.raises(CheckFailed) as found:
        claims.scale(Claim("tensor", np.ones(count)), "it")
    assert "one scale for the whole tensor" in found.value.verdict.next_step


ONE, TWO = Claim("int", np.array(1)), Claim("int", np.array(2))


@pytest.mark.parametrize("kind", ["tuple", "list"])
def test_a_pair_is_a_tuple_or_a_list_of_two(kind: str) -> None:
    assert claims.pair(Claim(kind, items=(ONE, TWO)), "it") == (ONE, TWO)


@pytest.mark.parametrize(
    "claim",
    [
        Claim("tuple", items=(ONE,)),
        Claim("list", items=(ONE, TWO, ONE)),
        Claim("dict", items=(ONE, TWO)),
        Claim("none"),
    ],
)
def test_anything_else_is_no_pair(claim: Claim) -> None:
    with pytest.raises(CheckFailed):
        claims.pair(claim, "it")


def test_what_was_returned_is_the_claim_and_a_failure_is_none() -> None:
    assert claims.returned(Returned(ONE), "f") == ONE
    with pytest.raises(CheckFailed, match="f: took too long"):
        claims.returned(TimedOut(3.0, "took too long"), "f")


def test_a_failure_is_told_in_words() -> None:
    raised = Raised("KeyError", "x", "line 3", "")
    words = {
        claims.failure(answer, "f").verdict.actual
        for answer in (
            raised,
            Raised("KeyError", "x", "", ""),
            Raised("AssertionError", "", "line 4", ""),
            Raised("ValueError", "too many. ", "line 5", ""),
            TimedOut(3.0, "took too long"),
            Died("killed", retried=False),
            Died("killed", retried=True),
            Missing("f", None, None),
            Missing("f", "g", None),
            Missing("f", None, raised),
        )
    }
    assert words == {
        "f raised KeyError at line 3: x",
        "f raised KeyError: x",
        "f raised AssertionError at line 4",
        "f raised ValueError at line 5: too many",
        "f: took too long",
        "f ended its process: killed",
        "f ended its process: killed; a second try in a fresh process ended so too",
        "f is not defined",
        "f is not defined; perhaps g is meant to be it",
        "f is not defined: the code that defines it raised KeyError at line 3: x",
    }


@pytest.mark.parametrize("size", [300, 301, 100_000])
def test_a_long_message_is_shortened_in_the_middle(size: int) -> None:
    message = "".join(str(n % 10) for n in range(size))
    short = claims.brief(message)
    assert len(short) <= 300
    assert (short == message) == (size == 300)
    assert (short[:200], short[-80:]) == (message[:200], message[-80:])


def test_only_a_second_death_is_called_one() -> None:
    once, twice = (
        claims.failure(Died("killed", retried), "it").verdict.actual for retried in (False, True)
    )
    assert "second try" not in once
    assert twice == f"{once}; a second try in a fresh process ended so too"


@pytest.mark.parametrize(
    ("array", "step"),
    [(np.ones(3), "one scale for the whole tensor"), (np.array(0), "do not convert it")],
)
def test_what_to_do_about_a_scale_that_is_none_is_told(array: np.ndarray, step: str) -> None:
    with pytest.raises(CheckFailed) as found:
        claims.scale(Claim("any", array), "it")
    assert step in found.value.verdict.next_step


def test_a_scale_that_a_net_does_not_keep_is_to_be_left_there() -> None:
    assert claims.kept_scale(Claim("any", np.array(2.0)), "conv1.output_scale") == 2
    with pytest.raises(CheckFailed, match="output_scale is ") as found:
        claims.kept_scale(Claim("none"), "conv1.output_scale")
    assert "left there" in found.value.verdict.next_step
    with pytest.raises(CheckFailed) as found:
        claims.scale(Claim("none"), "the scale")
    assert "Return" in found.value.verdict.next_step


RAISED = [
    ("AssertionError", "", "assertion"),
    ("NameError", "name 'pixels' is not defined", "spelling"),
    ("NameError", "name 'f' is not defined (line 3: ValueError: x)", "Mend that line"),
    ("NameError", "name 'f' is not defined (line 3: ImportError: No module named 'f')", "hand it"),
    ("ModuleNotFoundError", "No module named 'f'", "Do without"),
    ("NotImplementedError", "", "your own code"),
    ("SystemExit", "0", "may end the program"),
    ("ZeroDivisionError", "float division by zero", "do not round it"),
    ("ValueError", "Input to Linear() is out of bounds for an 8-bit signed integer", "Clamp"),
    ("ValueError", "Input to Linear() has values that are not integers", "Round"),
    ("RuntimeError", "expected m1 and m2 to have the same dtype", "float32"),
    ("KeyError", "x", "read the error"),
]


@pytest.mark.parametrize(("kind", "message", "step"), RAISED)
def test_what_to_do_about_an_error_is_told(kind: str, message: str, step: str) -> None:
    verdict = claims.failure(Raised(kind, message, "line 3", ""), "f").verdict
    assert step in verdict.next_step


def test_no_failure_is_without_a_next_step_and_none_ends_with_a_stop() -> None:
    failures = [
        claims.failure(answer, "f of values").verdict
        for answer in (
            *(Raised(kind, message, "line 3", "") for kind, message, _ in RAISED),
            TimedOut(3.0, "f took too long"),
            Missing("f", None, None),
            Missing("f", "g", None),
            Missing("f", None, Raised("KeyError", "x", "line 3", "")),
        )
    ]
    assert all(verdict.next_step.endswith(".") for verdict in failures)
    assert [each.actual for each in failures if each.actual.endswith((".", "?", ":"))] == []
    assert "f took too long" in {verdict.actual for verdict in failures}


@pytest.mark.parametrize("claim", [Claim("none"), Claim("tensor", FLOATS.T), Claim("tuple")])
def test_what_to_do_about_a_tensor_that_is_none_is_told(claim: Claim) -> None:
    with pytest.raises(CheckFailed) as found:
        claims.tensor(claim, (2, 3), "it", "Return one.")
    assert found.value.verdict.next_step == "Return one."
