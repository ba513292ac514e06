"""How a function from values to a scale is judged, on answers made here."""

import numpy as np
import pytest

from grader.checks import scales
from grader.checks.scales import Evidence, Trial
from grader.sandbox.outside.answer import Returned
from grader.sandbox.wire import Claim
from tests.unit.functions import bench


class Loose:
    """A bench that tolerates a relative error of a thousandth."""

    def within(self, _tolerance: str, value: float) -> bool:
        return value <= 1e-3


def trial(name: str, scale: float) -> Trial:
    return Trial(name, np.ones(3), Returned(Claim("float", np.array(scale))), "f")


def evidence(**answers: list[float]) -> Evidence:
    groups = {"exam": [3.0, 5.0], "probes": [], "doubled": [1.5, 2.5], "again": [3.0, 5.0]}
    groups |= answers
    trials = {key: [trial(str(i), s) for i, s in enumerate(g)] for key, g in groups.items()}
    return Evidence(**trials)


def test_half_the_scale_for_twice_the_values_and_the_same_again_is_right() -> None:
    assert scales.proportional(evidence(), Loose()).passed
    assert scales.repeatable(evidence(), Loose()).passed


@pytest.mark.parametrize("doubled", [[3.0, 5.0], [1.5, 2.6], [1.4, 2.5], [0.75, 1.25]])
def test_anything_but_half_the_scale_is_not_proportional(doubled: list[float]) -> None:
    assert not scales.proportional(evidence(doubled=doubled), Loose()).passed


@pytest.mark.parametrize("again", [[3.0, 5.1], [2.9, 5.0], [5.0, 3.0]])
def test_another_answer_is_not_the_same_again(again: list[float]) -> None:
    assert not scales.repeatable(evidence(again=again), Loose()).passed


def test_the_same_factors_in_another_order_are_the_same_again() -> None:
    one, other = 0.1 * 0.3 * 0.7, 0.7 * 0.3 * 0.1
    assert one != other
    found = evidence(exam=[one, 5.0], again=[other, 5.0])
    assert scales.repeatable(found, bench()).passed
    found = evidence(exam=[one, 5.0], again=[other, 5.0 * (1 + 2e-6)])
    assert not scales.repeatable(found, bench()).passed


def test_the_scales_of_other_values_are_those_of_another_name() -> None:
    found = evidence(probes=[3.0, 5.0, 7.0]).trials
    assert scales.others(found[0], found) == [5.0, 5.0, 7.0, 2.5]
