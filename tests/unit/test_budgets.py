"""Processor time by function: what each may use, and that none takes another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.outside.budgets import LOADING, PATIENCE, Budgets
from grader.sandbox.outside.limits import Limits

FORWARD = "NetQuantized.forward"
FUNCTION = "quantized_weights"


@pytest.mark.parametrize(("name", "seconds"), [(LOADING, 40), (FORWARD, 80), (FUNCTION, 30)])
def test_each_kind_of_work_has_its_own_budget(name: str, seconds: float) -> None:
    assert Budgets(Limits()).of(name) == Budgets(Limits()).left(name) == seconds


@given(st.lists(st.floats(0, 100)), st.sampled_from([LOADING, FORWARD, FUNCTION]))
def test_what_one_uses_no_other_lacks(uses: list[float], name: str) -> None:
    budgets = Budgets(Limits())
    for used in uses:
        budgets.spend(name, used, wall=0)
    assert budgets.left(name) == pytest.approx(budgets.of(name) - sum(uses))
    for other in {LOADING, FORWARD, FUNCTION} - {name}:
        assert budgets.left(other) == budgets.of(other)


@given(st.floats(0, 100), st.floats(0, 300))
def test_time_that_passes_counts_for_a_third_at_least(processor: float, wall: float) -> None:
    budgets = Budgets(Limits())
    budgets.spend(FUNCTION, processor, wall)
    used = max(processor, wall / PATIENCE)
    assert budgets.left(FUNCTION) == pytest.approx(30 - used)
