"""How a function from values to a scale is judged, on answers made here."""

from typing import Any

import numpy as np
import pytest

from grader.checks import scales
from grader.checks.scales import Call, Evidence
from grader.sandbox.outside.answer import Returned
from grader.sandbox.wire import Claim
from tests.unit.functions import context_of, failure


class Loose:
    """Tolerates a relative error of a thousandth."""

    def within(self, _tolerance: str, value: float) -> bool:
        return value <= 1e-3


def call(name: str, scale: float, size: float = 1.0) -> Call:
    return Call(name, np.full(3, size), Returned(Claim("float", np.array(scale))), "f")


def evidence(tolerances: Any = Loose(), **answers: list[float]) -> Evidence:  # noqa: B008
    groups = {"exam": [3.0, 5.0], "probes": [], "doubled": [1.5, 2.5], "again": [3.0, 5.0]}
    groups |= answers
    calls = {
        key: [
            call(str(i), scale, 2.0 if key == "doubled" else 1.0) for i, scale in enumerate(group)
        ]
        for key, group in groups.items()
    }
    return Evidence(**calls, tolerances=tolerances)


def test_half_the_scale_for_twice_the_values_and_the_same_again_is_right() -> None:
    assert failure(scales.require_proportional, evidence()) is None
    assert failure(scales.require_repeatable, evidence()) is None


@pytest.mark.parametrize("doubled", [[3.0, 5.0], [1.5, 2.6], [1.4, 2.5], [0.75, 1.25]])
def test_anything_but_half_the_scale_is_not_proportional(doubled: list[float]) -> None:
    assert failure(scales.require_proportional, evidence(doubled=doubled))


@pytest.mark.parametrize("again", [[3.0, 5.1], [2.9, 5.0], [5.0, 3.0]])
def test_another_answer_is_not_the_same_again(again: list[float]) -> None:
    assert failure(scales.require_repeatable, evidence(again=again))


def test_the_same_factors_in_another_order_are_the_same_again() -> None:
    one, other = 0.1 * 0.3 * 0.7, 0.7 * 0.3 * 0.1
    assert one != other
    tolerances = context_of().tolerances
    found = evidence(tolerances, exam=[one, 5.0], again=[other, 5.0])
    assert failure(scales.require_repeatable, found) is None
    found = evidence(tolerances, exam=[one, 5.0], again=[other, 5.0 * (1 + 2e-6)])
    assert failure(scales.require_repeatable, found)


def test_the_scales_of_other_values_are_those_of_another_name() -> None:
    found = evidence(probes=[3.0, 5.0, 7.0])
    assert found.other_scales(found.exam[0]) == [5.0, 5.0, 7.0, 2.5]
