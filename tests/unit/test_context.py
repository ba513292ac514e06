"""What a context remembers, and in which type scales go back to the student."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from grader.checks.context import BATCH, Context
from grader.grade import ADDED
from grader.sandbox.outside.answer import Missing, Returned
from grader.sandbox.wire import Number, Tensor
from tests.unit.functions import RIGHT, Functions, context_of, weights


@pytest.mark.parametrize(
    ("scale", "kind"),
    [
        (2.5, "float"),
        (np.float32(2.5), "numpy.float32"),
        (np.float64(2.5), "numpy.float64"),
        (Number(2.5, "tensor.float32"), "tensor.float32"),
        (Number(2.5, "tensor.float64"), "tensor.float64"),
        (3, "float"),
        ("no number", "float"),
        (None, "float"),
        ([2.5, 2.5], "float"),
    ],
)
def test_a_scale_goes_back_in_the_type_it_came_in(scale, kind: str) -> None:
    one = context_of(
        quantize_initial_input=lambda _pixels: scale,
        quantized_weights=lambda values: (weights(values)[0], scale),
    )
    assert one.number("NetQuantized.quantize_initial_input", 7.0) == Number(7.0, kind)
    assert one.number("quantized_weights", 7.0) == Number(7.0, kind)
    assert one.number("NetQuantized.quantize_activations", 7.0) == Number(7.0, "float")


DOUBLES = Tensor(np.linspace(-127.0, 127.0, 60).reshape(10, 6))
SINGLES = Tensor(DOUBLES.array.astype(np.float32))


@pytest.mark.parametrize(
    ("returned", "dtype"),
    [
        ((DOUBLES, 2.0), np.float64),
        ([DOUBLES, 2.0], np.float64),
        (DOUBLES, np.float64),
        ((SINGLES, 2.0), np.float32),
        ((Tensor(DOUBLES.array.astype(np.int8)), 2.0), np.float32),
        ((SINGLES, DOUBLES), np.float32),
        ((DOUBLES, 2.0, 3.0), np.float32),
        ((2.0, DOUBLES), np.float32),
        (None, np.float32),
    ],
)
def test_weights_go_back_in_float64_where_they_came_so_else_in_float32(returned, dtype) -> None:
    one = context_of(quantized_weights=lambda _values: returned)
    given = one.integers(np.array([1.0, -128.0]))
    assert given.array.dtype == dtype
    assert given.array.tolist() == [1.0, -128.0]


def test_a_raising_function_is_given_floats() -> None:
    def raising(*_arguments) -> float:
        raise ValueError("no")

    one = context_of(quantize_activations=raising, quantized_weights=raising)
    for name in ("quantized_weights", "NetQuantized.quantize_activations"):
        assert one.number(name, 7.0).kind == "float"


def test_every_function_is_tried_once_for_its_type() -> None:
    one = context_of()
    for _ in range(2):
        one.number("quantized_weights", 1.0)
        one.number("NetQuantized.quantize_activations", 1.0)
    assert set(one.session.asked.values()) == {1}


def test_constants_are_asked_for_once_and_all_in_one_process() -> None:
    one = context_of()
    one.session = Functions(RIGHT, Q4_1A="a = b")
    assert isinstance(one.value("Q4_1A"), Returned)
    assert isinstance(one.value("Q5_1"), Missing)
    assert one.session.asked["group"] == 1
    assert {name: one.session.asked[name] for name in ADDED} == dict.fromkeys(ADDED, 1)


def test_batches_are_as_large_as_the_lab_s_own() -> None:
    lab = (Path(__file__).parents[2] / "reference" / "lab1.py").read_text("utf-8")
    assert re.findall(r"batch_size=(\d+)", lab) == [str(BATCH)] * 2


def test_dice_are_the_same_for_a_name_and_a_seed_and_else_another() -> None:
    def drawn(one: Context, name: str) -> float:
        return float(one.rng(name).random())

    one, two, other = context_of(), context_of(), context_of()
    other.seed += 1
    assert drawn(one, "a") == drawn(two, "a") == drawn(one, "a")
    assert len({drawn(one, "a"), drawn(one, "b"), drawn(other, "a")}) == 3


@pytest.mark.parametrize(("held_back", "aside"), [({"a.check"}, 1), ({"another"}, 0), (set(), 0)])
def test_what_is_asked_for_a_check_that_is_held_back_alone_is_asked_aside(
    held_back: set[str], aside: int
) -> None:
    one, entered = context_of(), []

    @contextmanager
    def counted() -> Iterator[None]:
        entered.append("aside")
        yield

    one.held_back, one.session.aside = frozenset(held_back), counted
    with one.collecting("a.check"):
        pass
    assert len(entered) == aside


def test_pictures_are_made_where_they_are_asked_for_and_of_no_check_that_is_held_back() -> None:
    one = context_of()
    one.held_back = frozenset({"a.check"})
    assert not one.is_illustrated("another")
    one.illustrated = True
    assert [one.is_illustrated(name) for name in ("a.check", "another")] == [False, True]
