"""Question 1.2: which numbers are the two ranges."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.checks.ranges import QUESTION, _bell, sigma_of
from tests.unit.functions import RIGHT, OfTorch, context_of, failed_checks


@pytest.mark.parametrize("ddof", [0, 1])
def test_sigma_is_the_standard_deviation(ddof: int) -> None:
    values = np.array([1.5, -2.25, 0.0, 7.0, 7.0])
    assert sigma_of(values, ddof) == pytest.approx(float(values.std(ddof=ddof)), rel=1e-15)
    assert sigma_of(values) == sigma_of(values, 0)


def test_arrays_have_the_mean_and_the_deviation_that_they_are_drawn_with() -> None:
    drawn = _bell(np.random.default_rng(0), -1, 2, (100, 200))
    assert drawn.mean() == pytest.approx(-1, abs=0.05)
    assert drawn.std() == pytest.approx(2, rel=0.02)
    assert np.array_equal(drawn * 2**8, np.rint(drawn * 2**8))


@pytest.mark.parametrize("ddof", [0, 1])
def test_either_deviation_is_right(ddof: int) -> None:
    assert (
        failed_checks(QUESTION, context_of(three_sigma_range=lambda v: 6 * float(v.std(ddof=ddof))))
        == set()
    )


RANGES: dict[str, Callable[[np.ndarray], float]] = {
    "largest": lambda v: float(v.max()),
    "largest magnitude": lambda v: float(np.abs(v).max()),
    "twice the magnitude": lambda v: 2 * float(np.abs(v).max()),
    "of magnitudes": lambda v: float(np.abs(v).max() - np.abs(v).min()),
    "largest plus smallest": lambda v: float(v.max() + v.min()),
    "negative": lambda v: float(v.min() - v.max()),
    "from zero or below": lambda v: float(v.max() - min(v.min(), 0)),
    "to zero or above": lambda v: float(max(v.max(), 0) - v.min()),
    "a percent more": lambda v: 1.01 * float(v.max() - v.min()),
}
SIGMAS: dict[str, Callable[[np.ndarray], float]] = {
    "three": lambda v: 3 * float(v.std()),
    "upper end": lambda v: float(v.mean() + 3 * v.std()),
    "variance": lambda v: 6 * float(v.var()),
    "about zero": lambda v: 6 * float(np.sqrt((v**2).mean())),
    "a percent more": lambda v: 6.06 * float(v.std()),
}


@pytest.mark.parametrize("name", RANGES)
def test_no_other_number_is_the_range_of_values(name: str) -> None:
    assert failed_checks(QUESTION, context_of(value_range=RANGES[name])) == {"value"}


@pytest.mark.parametrize("name", SIGMAS)
def test_no_other_number_is_the_range_of_three_sigmas(name: str) -> None:
    assert failed_checks(QUESTION, context_of(three_sigma_range=SIGMAS[name])) == {"three_sigma"}


@pytest.mark.parametrize("arrays", [True, False])
def test_who_takes_arrays_or_tensors_alone_loses_nothing(arrays: bool) -> None:
    def value_range(values: np.ndarray) -> float:
        if isinstance(values, OfTorch) == arrays:
            raise TypeError("the other kind")
        return float(values.max() - values.min())

    assert failed_checks(QUESTION, context_of(value_range=value_range)) == set()


@pytest.mark.parametrize("function", ["value_range", "three_sigma_range"])
@pytest.mark.parametrize("tensors", [True, False])
def test_who_is_wrong_for_one_of_the_two_loses(function: str, tensors: bool) -> None:
    def wrong(values: np.ndarray) -> float:
        return RIGHT[function](values) * (1.1 if isinstance(values, OfTorch) == tensors else 1)

    lost = {function.removesuffix("_range").replace("value_", "")}
    assert failed_checks(QUESTION, context_of(**{function: wrong})) == lost


@pytest.mark.parametrize("dimensions", [1, 2, 4])
def test_who_is_wrong_for_some_dimensions_loses(dimensions: int) -> None:
    def wrong(values: np.ndarray) -> float:
        rows = values if values.ndim == dimensions else values.ravel()
        return float((rows.max(axis=0) - rows.min(axis=0)).max())

    expected = {"value"} if dimensions > 1 else set()
    assert failed_checks(QUESTION, context_of(value_range=wrong)) == expected


def test_who_takes_neither_is_told_about_the_array() -> None:
    def value_range(values: np.ndarray) -> float:
        raise TypeError("a tensor" if isinstance(values, OfTorch) else "an array")

    first = next(QUESTION.judge(context_of(value_range=value_range)))
    assert first.verdict.actual.endswith("raised TypeError at line 1: an array")


def test_a_submission_of_the_original_lab_has_no_such_functions() -> None:
    assert QUESTION.by_hand
