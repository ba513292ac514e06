"""Question C.5: a scale for each channel, and what each check says of other ways."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import channels
from grader.checks.channels import QUESTION
from grader.checks.excess_noise import central, noise_power
from grader.sandbox.outside.answer import Returned
from grader.sandbox.wire import Tensor, claim_of
from tests.unit.challenges import beyond, outcomes
from tests.unit.functions import Functions, failure
from tests.unit.test_same_bits import PROBES, digest_of

NAMES = ("quantized_weights_per_channel",)


def largest(rows: np.ndarray) -> np.ndarray:
    return np.abs(rows).max(axis=1)


def made(
    reach: Callable[[np.ndarray], np.ndarray] = largest,
    how: Callable[[np.ndarray], np.ndarray] = np.rint,
    low: float = -128,
    high: float = 127,
    most: float = 127,
    told: Callable[[np.ndarray], Any] = lambda scales: scales,
) -> Callable[..., Any]:
    """Another range, rounding, bounds, and what is told of the scales."""

    def function(weights: np.ndarray) -> Any:
        rows = np.asarray(weights, np.float64).reshape(len(weights), -1)
        scales = most / reach(rows)
        integers = np.clip(how(rows * scales[:, None]), low, high)
        return Tensor(integers.reshape(weights.shape)), Tensor(np.asarray(told(scales)))

    return function


def judged(function: Any) -> set[str]:
    return outcomes(QUESTION, Functions(beyond({NAMES[0]: function})), NAMES, every=False)


@pytest.mark.parametrize(
    ("function", "lost"),
    [
        (made(), set()),
        (made(low=-127), set()),
        (made(most=127.5), set()),
        (made(most=128), set()),
        (made(lambda rows: 3 * rows.std(axis=1)), set()),
        (made(lambda rows: np.exp2(np.ceil(np.log2(largest(rows))))), set()),
        (made(lambda rows: largest(rows).max() + 0 * largest(rows)), {"range_used"}),
        (made(lambda rows: np.roll(largest(rows), 1)), {"range_used"}),
        (made(lambda rows: largest(rows) * (1 + 30 * (np.arange(len(rows)) == 0))), {"range_used"}),
        (made(most=40), {"range_used"}),
        (made(most=500), {"range_used"}),
        (made(how=np.floor), {"rounding"}),
        (made(how=lambda x: x), {"integers"}),
        (made(most=128, high=128), {"integers", "rounding"}),
        (made(low=-100), {"rounding", "range_used"}),
        (made(told=lambda scales: 1.02 * scales), {"rounding"}),
        (made(told=lambda scales: 1 / scales), {"range_used"}),
        (made(told=lambda scales: -scales), {"form"}),
        (made(told=lambda scales: 0 * scales), {"form"}),
        (made(told=lambda scales: scales[:-1]), {"form"}),
        (made(told=lambda scales: scales[:, None]), {"form"}),
        (lambda weights: made()(weights)[0], {"form"}),
        (lambda weights: (made()(weights)[0], [1.0] * len(weights)), {"form"}),
    ],
)
def test_each_way_loses_what_is_wrong(function: Any, lost: set[str]) -> None:
    found = judged(function)
    assert found <= lost
    assert bool(found) == bool(lost)


def test_a_function_that_is_left_out_is_not_asked() -> None:
    session = Functions(beyond({NAMES[0]: made()}))
    statuses = outcomes(QUESTION, session, (), every=True)
    assert set(statuses.values()) == {"not reached"}
    assert session.asked == {"group": 1}


def test_it_is_a_challenge_and_asks_what_it_did() -> None:
    assert QUESTION.challenge
    assert digest_of(QUESTION.collect) == PROBES["C.5"]


def test_the_noise_of_channels_is_the_mean_of_their_ratios() -> None:
    values = np.linspace(-1, 1, 41) * np.asarray([[1.0], [0.25]])
    values += 0.003 * np.sin(97 * values)
    scales = 127 / np.abs(values).max(axis=1)
    full = np.rint(values * scales[:, None])
    assert channels._decibels_lost(values, full, scales) == 0
    half = scales / [1, 2]
    ratio = [
        noise_power(central(row), scale) / noise_power(central(row), 127 / np.abs(row).max())
        for row, scale in zip(values, half, strict=True)
    ]
    claimed = np.rint(values * half[:, None])
    lost = channels._decibels_lost(values, claimed, half)
    assert lost == pytest.approx(10 * np.log10((1 + ratio[1]) / 2))
    assert 1 < lost < 5


def test_values_of_one_side_are_bounded_by_zero_on_the_other() -> None:
    values = np.abs(np.linspace(-1, 1, 40))[None]
    scales = 127 / values.max(axis=1)
    for sign in (1, -1):
        claimed = np.rint(sign * values * scales)
        wrong = np.minimum(sign * claimed, 2) * sign
        assert channels._decibels_lost(sign * values, claimed, scales) == 0
        assert channels._decibels_lost(sign * values, wrong, scales) > 20
        none = channels._decibels_lost(sign * values, 0 * claimed, scales)
        assert none == pytest.approx(channels._decibels_lost(values, 0 * claimed, scales))


def test_a_wrong_rounding_is_shown_with_the_scale_of_its_channel() -> None:
    values = np.asarray([[0.5, 1.0, 0.25], [2.0, 1.5, 1.0]])
    scales = np.asarray([100.0, 50.0])
    integers = np.asarray([[50.0, 100.0, 25.0], [100.0, 75.0, 49.0]])
    answer = Returned(claim_of((Tensor(integers), Tensor(scales))))
    found = failure(
        channels.rounding, channels.Evidence([channels.Call("it", values, answer)], None)
    )
    assert found is not None
    assert (
        "element [1, 2] times the scale 50 of channel 1 is 50 and became 49 (1 of 6" in found.actual
    )


def test_a_range_holds_zero_whatever_small_values_become() -> None:
    values = np.linspace(0, 1, 40)[None]
    scales = np.asarray([127.0])
    claimed = np.rint(values * scales)
    assert channels._decibels_lost(values, np.maximum(claimed, 1), scales) == 0
    assert channels._decibels_lost(-values, np.minimum(-claimed, -1), scales) == 0
