"""The paired comparison of two nets: the drop, and what it is at least."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.paired import compare

counts = st.integers(0, 200)


def answers(both: int, lost: int, gained: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Which images are classified rightly before and after, so many of each kind."""
    sizes = (both, lost, gained, neither)
    before = np.repeat([True, True, False, False], sizes)
    return before, np.repeat([True, False, True, False], sizes)


@given(counts, counts, counts, st.integers(1, 200))
def test_the_drop_is_the_difference_of_both_accuracies(
    both: int, lost: int, gained: int, neither: int
) -> None:
    before, after = answers(both, lost, gained, neither)
    found = compare(before, after, 0.95)
    assert found.images == both + lost + gained + neither
    assert found.before == pytest.approx(100 * (both + lost) / found.images)
    assert found.after == pytest.approx(100 * (both + gained) / found.images)
    assert found.drop == pytest.approx(found.before - found.after)


@given(counts, counts, counts)
def test_a_drop_and_a_gain_have_intervals_that_mirror_each_other(
    both: int, lost: int, gained: int
) -> None:
    before, after = answers(both, lost, gained, 1)
    # At 5 % confidence the lower end is the upper one of 95 %.
    low, high = compare(before, after, 0.95).at_least, compare(after, before, 0.05).at_least
    assert low == pytest.approx(-high)
    assert low < compare(before, after, 0.5).at_least < compare(before, after, 0.05).at_least


@given(counts, counts, counts)
def test_half_of_all_intervals_begin_above_the_estimate(both: int, lost: int, gained: int) -> None:
    before, after = answers(both, lost, gained, 1)
    middle = 100 * (lost - gained) / (len(before) + 2)
    assert compare(before, after, 0.5).at_least == pytest.approx(middle, abs=1e-9)


def test_the_width_is_that_of_the_adjusted_wald_interval() -> None:
    # 43 images lost and 12 gained of 98: two added, one to each, make 44 % and 13 %.
    found = compare(*answers(40, 43, 12, 3), 0.975)
    deviation = math.sqrt((0.57 - 0.31**2) / 100)
    assert found.at_least == pytest.approx(100 * (0.31 - NormalDist().inv_cdf(0.975) * deviation))


@pytest.mark.parametrize("images", [100, 1000])
def test_nets_that_agree_lose_nothing(images: int) -> None:
    before, _ = answers(images, 0, 0, images)
    found = compare(before, before, 0.95)
    assert (found.before, found.after, found.drop) == (50, 50, 0)
    assert -3 < found.at_least < 0
