"""Pictures of what checks find: bounded and finite whatever came, and drawn whatever they hold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import pictures
from grader.checks import illustrations
from grader.checks.equations import BIASED, CONV1, CONV2, Equation
from grader.checks.paired import Drop
from grader.checks.weights import Quantized
from grader.oracle import INT8
from grader.pictures import FARTHEST, MOST_POINTS, bounded, in_rows, points
from grader.polynomial import parse_equation
from grader.report.html.drawings import drawn
from grader.rubric import load_rubric

numbers = st.floats(allow_nan=True, allow_infinity=True)
finite = st.floats(-1e12, 1e12)
SOME: dict[str, pictures.Picture] = {
    "integers": pictures.Integers("conv1", ((-3, 2), (5, 1)), ((1.25, -0.25),)),
    "ranges": pictures.Ranges((pictures.Range("conv1", -FARTHEST, FARTHEST, -300.0, 44.0),)),
    "layers": pictures.Layers(
        "the exam's net",
        (("input", "right"), ("conv1", "wrong"), ("fc1", "unseen")),
        "conv1",
        ((0.0, 256.0),),
        ((-200.0, 300.0), (200.0, 3.0)),
    ),
    "no points": pictures.Layers("a net", (("input", "wrong"),), "input", ((0.0,),), ()),
    "biases": pictures.Biases("a bias", ((1.0, -FARTHEST), (0.0, 0.0))),
    "accuracy": pictures.Accuracy(2000, 90.0, 95.0, -5.0, -6.0, 2.0, 5.0),
    "sides": pictures.Sides(((), (pictures.Term("-", (("2", "extra"), ("n_W", "missing"))),))),
    "flow": pictures.Flow((("input", ((0,) * 6,) * 2), ("fc1", ((1, 2),)), ("fc2", ((3, 9),)))),
    "grey flow": pictures.Flow((("input", ((0, 1), (2, 3))), ("fc1", ((1, -2),)))),
}


def numbers_in(value: Any) -> Iterator[float]:
    """Every number of plain data."""
    if isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(each)
    elif isinstance(value, int | float):
        yield value


def require_plain(picture: pictures.Picture) -> None:
    """It is bounded, finite, and comes back from a journal as it was."""
    data = msgspec.json.encode(picture)
    assert len(data) < 100_000
    assert msgspec.json.decode(data, type=pictures.Picture) == picture
    assert all(math.isfinite(each) for each in numbers_in(msgspec.to_builtins(picture)))


@given(st.lists(st.tuples(numbers, numbers), max_size=1000))
def test_points_are_few_finite_and_in_order(pairs: list[tuple[float, float]]) -> None:
    given_pairs = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    found = points(given_pairs[:, 0], given_pairs[:, 1])
    assert len(found) <= MOST_POINTS
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in found)
    assert [x for x, _ in found] == sorted(x for x, _ in found)
    whole = np.isfinite(given_pairs).all(axis=1).sum()
    assert len(found) == min(whole, MOST_POINTS)


@given(numbers)
def test_a_number_is_as_it_was_or_the_nearest_that_can_be_shown(value: float) -> None:
    found = bounded(value)
    assert abs(found) <= FARTHEST
    assert found == value or math.isnan(value) or abs(value) > FARTHEST


@given(st.sampled_from([(3, 32, 32), (6, 14, 14), (16, 5, 5), (120,), (84,), (10,), (1, 1, 1)]))
def test_every_value_of_an_image_is_shown_once(shape: tuple[int, ...]) -> None:
    values = np.arange(1.0, 1 + math.prod(shape)).reshape(shape)
    rows = in_rows(values)
    assert rows.ndim == 2
    assert sorted(rows[rows > 0]) == list(values.reshape(-1))


@given(st.lists(finite, min_size=2, max_size=50), st.floats(1e-9, 1e9), st.data())
def test_a_picture_of_any_integers_is_plain(
    values: list[float], scale: float, data: st.DataObject
) -> None:
    claimed = data.draw(st.lists(finite, min_size=len(values), max_size=len(values)))
    one = Quantized("conv1", np.array(values), np.array(claimed), scale)
    with np.errstate(all="ignore"):
        picture = illustrations.of_tensor(one)
    require_plain(picture)
    assert sum(count for _, count in picture.counts) == len(values)


@given(st.lists(finite, min_size=2, max_size=50), st.floats(1e-300, 1e300))
def test_a_picture_of_any_scale_is_plain_and_no_scale_is_better_than_the_best(
    values: list[float], scale: float
) -> None:
    if not any(values):
        return
    with np.errstate(all="ignore"):
        require_plain(illustrations.of_scales([("conv1", np.array(values), scale)]))


def test_the_best_scale_is_about_the_one_that_clips_nothing() -> None:
    values = np.linspace(-3, 2, 500)
    (found,) = illustrations.of_scales([("conv1", values, INT8[1] / 3)]).ranges
    assert found.decibels == pytest.approx(found.best, abs=1)
    (half,) = illustrations.of_scales([("conv1", values, INT8[1] / 6)]).ranges
    assert half.best - half.decibels == pytest.approx(6, abs=1)
    assert (half.low, half.high) == pytest.approx((-63.5, 42.3), abs=0.1)


def marked(equation: Equation, text: str) -> list[tuple[str, str]]:
    """Every factor that has a mark, sorted."""
    sides = parse_equation(text, equation.symbols)
    picture = illustrations.of_equation(sides, equation.expanded, equation.product)
    require_plain(picture)
    return sorted(
        factor for side in picture.sides for term in side for factor in term.factors if factor[1]
    )


@pytest.mark.parametrize(
    ("equation", "text", "marks"),
    [
        (CONV1, "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1"
         " * Out_conv1", []),
        (CONV1, "n_W_conv1 * W_conv1 * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1"
         " * Out_conv1", [("n_In", "missing")]),
        (CONV1, "n_W_conv1 * W_conv1 * n_In * n_In * In * n_Out_conv1 = n_W_conv1 * n_In"
         " * n_Out_conv1 * Out_conv1", [("n_In", "extra")]),
        (CONV1, "2 * n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = 2 * n_W_conv1 * n_In"
         " * n_Out_conv1 * Out_conv1", [("2", "extra"), ("2", "extra")]),
        (CONV2, "Out_conv2 = W_conv2 * Out_conv1",
         sorted((name, "missing") for name in CONV2.symbols if name.startswith("n_")) * 2),
        (BIASED, "n_W * n_In * n_Out * (W * In) = n_W * n_In * n_Out * Out",
         [(name, "missing") for name in ("beta", "n_In", "n_Out", "n_W")]),
        (BIASED, "n_W * n_In * n_Out * W * In + n_Out * beta = n_W * n_In * n_Out * Out",
         [("n_In", "missing"), ("n_W", "missing")]),
    ],
)  # fmt: skip
def test_what_an_equation_lacks_or_has_too_much_is_marked(
    equation: Equation, text: str, marks: list[tuple[str, str]]
) -> None:
    assert sorted(marked(equation, text)) == sorted(marks)


def test_a_bias_begins_with_a_wrong_element() -> None:
    products, claimed = np.arange(40.0), np.arange(40.0)
    claimed[7] = np.inf
    picture = illustrations.of_bias("a bias", products, claimed, products != claimed)
    require_plain(picture)
    assert picture.elements[:2] == ((7.0, FARTHEST), (8.0, 8.0))


def test_a_drop_stands_beside_what_it_may_be() -> None:
    thresholds = load_rubric().thresholds
    picture = illustrations.of_drop(Drop(2000, 90.0, 80.0, 10.0, 9.0), thresholds)
    require_plain(picture)
    assert (picture.drop, picture.margin) == (10.0, thresholds.accuracy_margin)


@pytest.mark.parametrize("name", SOME)
def test_each_kind_of_picture_is_drawn_alike_each_time(name: str) -> None:
    first, second = drawn(SOME[name], "p1"), drawn(SOME[name], "p1")
    assert first == second
    assert first.caption
    assert all('id="p1-' in panel for panel in first.panels)


def test_every_kind_of_picture_is_among_them() -> None:
    assert {type(each) for each in SOME.values()} == set(get_args(pictures.Picture))
