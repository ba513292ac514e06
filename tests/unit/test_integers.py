"""Question C.2: exact integers against Python's own, and what each check says of a mistake."""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.architecture import Architecture, Layer
from grader.checks import integers
from grader.checks.integers import (
    HIDDEN_MULTIPLIER,
    HIDDEN_SHIFT,
    HIDDEN_SUM,
    QUESTION,
    TIE_FACTOR,
    TIE_MULTIPLIER,
    TIE_SHIFT,
    MultiplierCall,
    RescaleCall,
    beside_ties,
    hidden_float,
)
from grader.exam import open_exam
from grader.oracle import (
    QuantizedNet,
    integer_forward,
    multiplier_of,
    rescale,
)
from grader.sandbox.outside.answer import Forwarded, Missing, Raised, Returned
from grader.sandbox.wire import Claim, Tensor, claim_of
from tests.unit.challenges import beyond, outcomes
from tests.unit.functions import Functions, failure
from tests.unit.test_same_bits import PROBES, digest_of


def test_the_wide_probes_lie_beside_ties_and_a_float64_loses_them() -> None:
    for name, (sums, multiplier, shift) in integers._wide().items():
        products = [int(each) * multiplier for each in sums]
        assert np.abs(sums).max() < 2**31
        unit = 2 ** (31 + shift)
        away = [abs(2 * (each % unit) - unit) for each in products]
        assert all(0 < each < 2**9 or name == "products beside a tie" for each in away)
        exact = rescale(sums, multiplier, shift)
        double = np.rint(sums.astype(np.float64) * multiplier / float(unit))
        single = np.rint(sums.astype(np.float32) * np.float32(multiplier / unit))
        assert (single != exact).any()
        assert (double != exact).any() == (name != "products beside a tie")
        assert np.abs(exact).max() <= 127


def test_the_hidden_product_is_beside_a_tie_and_beyond_a_float64() -> None:
    product = HIDDEN_SUM * HIDDEN_MULTIPLIER
    assert product > 2**53
    assert product == (2 * 76 + 1) * 2 ** (30 + HIDDEN_SHIFT) + 1
    assert float(HIDDEN_SUM) * HIDDEN_MULTIPLIER / 2.0 ** (31 + HIDDEN_SHIFT) == 76.5
    assert rescale(np.asarray([HIDDEN_SUM]), HIDDEN_MULTIPLIER, HIDDEN_SHIFT) == [77]


def test_the_product_beside_a_tie_is_lost_by_a_float32_and_not_by_a_float64() -> None:
    scale = TIE_MULTIPLIER * 2.0 ** -(31 + TIE_SHIFT)
    assert multiplier_of(scale) == (TIE_MULTIPLIER, TIE_SHIFT)
    assert rescale(np.asarray([TIE_FACTOR**2]), TIE_MULTIPLIER, TIE_SHIFT) == [41]
    assert np.rint(TIE_FACTOR**2 * scale) == 41
    assert np.rint(np.float32(TIE_FACTOR**2) * np.float32(scale)) == 40


def in_float32(net: QuantizedNet, pixels: np.ndarray, layer: str) -> np.ndarray:
    """A net that rescales the sums of one layer in float32."""
    scale = np.float32(net.scales[layer])
    lossy = QuantizedNet(
        net.architecture, net.weights, net.input_scale, {**net.scales, layer: float(scale)}
    )
    return lossy.forward(pixels)


@pytest.mark.parametrize("layer", ["conv1", "conv2", "fc1", "fc2", "fc3"])
def test_in_each_layer_a_float32_shows(layer: str) -> None:
    stimuli = {one.target: one for one in beside_ties(open_exam().nets["plain"].architecture)}
    assert [*stimuli] == ["conv1", "conv2", "fc1", "fc2", "fc3"]
    one = stimuli[layer]
    assert (integer_forward(one.net, one.pixels) == 41).all()
    assert (in_float32(one.net, one.pixels, layer) == 40).all()


def test_a_net_adds_up_the_hidden_sum() -> None:
    (stimulus,) = hidden_float(open_exam().nets["plain"].architecture)
    assert (integer_forward(stimulus.net, stimulus.pixels) == 77).all()
    sums = [
        stimulus.net.products(stimulus.net.architecture.layer(stimulus.target), x)
        for name, x in stimulus.net.trace(stimulus.pixels)
        if name == "conv2"
    ]
    assert (sums[0] == HIDDEN_SUM).all()
    for weight in stimulus.net.weights.values():
        assert np.abs(weight).max() <= 127


@pytest.mark.parametrize("channels", [1, 3])
def test_a_net_that_is_too_small_shows_no_hidden_sum(channels: int) -> None:
    architecture = open_exam().nets["plain"].architecture
    layers = architecture.layers if channels == 1 else architecture.layers[-1:]
    assert hidden_float(Architecture((channels, 32, 32), layers)) == []
    assert hidden_float(Architecture((3, 32, 32), architecture.layers[:2])) == []


def test_a_net_without_a_convolution_shows_no_hidden_sum() -> None:
    first = Layer("fc1", "linear", (32, 3 * 32 * 32), "relu")
    assert hidden_float(Architecture((3, 32, 32), (first,))) == []


def nearest(x: int, unit: int) -> int:
    return round(Fraction(x, unit)) if unit > 0 else x


def multiplier(scale: float) -> tuple[int, int]:
    if not 0 < scale < math.inf:
        raise ValueError(scale)
    return multiplier_of(scale)


def requantize(sums: np.ndarray, factor: int, shift: int) -> Tensor:
    if not 2**30 <= factor < 2**31:
        raise ValueError(factor)
    return Tensor(rescale(np.asarray(sums), factor, shift))


def rescaled(how: Callable[[Fraction], int]) -> Callable[..., Tensor]:
    def wrong(sums: np.ndarray, factor: int, shift: int) -> Tensor:
        if not 2**30 <= factor < 2**31:
            raise ValueError(factor)
        unit = Fraction(2) ** (31 + shift)
        found = [how(Fraction(int(each) * factor) / unit) for each in np.ravel(sums)]
        return Tensor(np.asarray(found, np.int64).reshape(np.shape(sums)))

    return wrong


class Exactly(Functions):
    """Its net is right, but for what is done to its outputs."""

    change: Callable[[np.ndarray, QuantizedNet], np.ndarray] = staticmethod(lambda x, _: x)

    def forward(self, built: Any, images: Any, batch: int, *_: Any, **__: Any) -> Any:
        plan = built.plan
        weights = {name: pair[0].array for name, pair in plan.quantized_weights.items()}
        outputs = dict(
            zip(plan.architecture.names, (s.value for s in plan.output_scales), strict=True)
        )
        net = QuantizedNet(plan.architecture, weights, plan.input_scale.value, outputs)
        return Forwarded(Claim("tensor", self.change(integer_forward(net, images), net)), {}, ())


RIGHT: dict[str, Callable[..., Any]] = {"quantize_multiplier": multiplier, "requantize": requantize}
NAMES = (*RIGHT, "NetQuantizedInteger")


def judged(change: Any = None, **functions: Any) -> set[str]:
    session = Exactly(beyond(RIGHT | functions))
    if change is not None:
        session.change = change
    return outcomes(QUESTION, session, NAMES)


def test_exact_integers_pass() -> None:
    assert judged() == set()


@pytest.mark.parametrize(
    ("function", "lost"),
    [
        (lambda s: (int(math.frexp(s)[0] * 2**31), -math.frexp(s)[1]), {"nearest"}),
        (lambda s: (multiplier(s)[0] + 1, multiplier(s)[1]), {"nearest"}),
        (lambda s: (multiplier(s)[0] - 1, multiplier(s)[1]), {"nearest", "multiplier"}),
        (lambda s: (multiplier(s)[0], multiplier(s)[1] + 1), {"nearest"}),
        (lambda s: (2 * multiplier(s)[0], multiplier(s)[1] + 1), {"multiplier"}),
        (lambda s: multiplier(s)[0], {"multiplier"}),
        (lambda s: (*multiplier(s), 0), {"multiplier"}),
        (lambda s: (str(multiplier(s)[0]), multiplier(s)[1]), {"multiplier"}),
        (lambda s: (multiplier(s)[0] + 0.5, multiplier(s)[1]), {"multiplier"}),
        (lambda s: (float(multiplier(s)[0]), float(multiplier(s)[1])), set()),
        (lambda s: list(multiplier(s)), set()),
        (lambda s: multiplier(s) if s == s else (0, 0), {"refuses"}),
        (lambda s: multiplier(s) if s == s else (math.nan, math.nan), set()),
        (lambda s: multiplier(s) if s > 0 else None, set()),
        (lambda s: (min(round(s * 2**31), 2**31 - 1), 0), {"multiplier"}),
        (
            lambda s: (
                (min(round(math.frexp(s)[0] * 2**31), 2**31 - 1), -math.frexp(s)[1])
                if s > 0
                else multiplier(s)
            ),
            {"carry"},
        ),
    ],
)
def test_a_wrong_multiplier_loses_what_is_wrong(function: Any, lost: set[str]) -> None:
    found = judged(quantize_multiplier=function)
    assert found == lost or (found <= lost and "multiplier" in found)


@pytest.mark.parametrize(
    ("how", "lost"),
    [
        (math.floor, {"rounding"}),
        (math.ceil, {"rounding"}),
        (int, {"rounding"}),
        (lambda x: math.floor(x + Fraction(1, 2)), {"rounding"}),
        (lambda x: math.ceil(x - Fraction(1, 2)), {"rounding"}),
        (lambda x: round(x) + 2, {"requantize"}),
        (lambda x: round(float(x)), {"wide"}),
        (lambda x: max(min(round(x), 127), -128), set()),
        (lambda x: max(min(round(x), 127), -127), set()),
        (lambda x: max(min(round(x), 126), -128), {"shifts"}),
        (lambda x: max(min(round(x), 1000), -128), {"shifts"}),
    ],
)
def test_a_wrong_rounding_loses_what_is_wrong(
    how: Callable[[Fraction], int], lost: set[str]
) -> None:
    found = judged(requantize=rescaled(how))
    assert found == lost


@pytest.mark.parametrize("shift", [1, 2])
def test_a_shift_is_judged_with_either_sign(shift: int) -> None:
    def signless(sums: np.ndarray, factor: int, by: int) -> Tensor:
        return requantize(sums, factor, by if by >= 0 else -by - shift)

    assert judged(requantize=signless) == {"shifts"}


def test_a_multiplier_that_does_not_fit_is_refused_or_loses() -> None:
    takes_all = rescaled(round)

    def careless(sums: np.ndarray, factor: int, shift: int) -> Tensor:
        return takes_all(sums, min(max(factor, 2**30), 2**31 - 1), shift)

    assert judged(requantize=careless) == {"refuses_multiplier"}


def off_by(amount: float, first: int) -> Callable[..., np.ndarray]:
    def change(outputs: np.ndarray, _: QuantizedNet) -> np.ndarray:
        outputs = outputs.copy()
        outputs[:, :first] += amount
        return outputs

    return change


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (off_by(1, 1), {"exact"}),
        (off_by(-1, 10), {"exact"}),
        (off_by(2, 10), {"exact"}),
        (off_by(3, 10), {"forward"}),
        (off_by(3, 1), {"exact", "forward"}),
        (lambda x, _: np.maximum(x, -127), set()),
        (lambda x, _: np.minimum(x, 126), {"exact"}),
        (lambda x, _: x[:, :9], {"forward"}),
        (lambda x, _: x * np.nan, {"forward"}),
        (lambda x, net: x - (x == 77) * (net.input_scale == 128), {"no_float"}),
    ],
)
def test_a_wrong_net_loses_what_is_wrong(change: Any, lost: set[str]) -> None:
    found = judged(change)
    assert found <= lost
    assert bool(found) == bool(lost)


def test_what_is_left_out_is_not_reached_and_not_asked() -> None:
    session = Exactly(beyond(RIGHT))
    assert outcomes(QUESTION, session, ("quantize_multiplier",)) == set()
    assert session.asked["requantize"] == 0
    statuses = outcomes(QUESTION, session, ("quantize_multiplier",), every=True)
    assert statuses["multiplier"] == "passed"
    for name in ("requantize", "rounding", "forward", "exact", "no_float"):
        assert statuses[name] == "not reached"


def test_a_net_that_cannot_be_built_says_so() -> None:
    stimulus = hidden_float(open_exam().nets["plain"].architecture)[0]
    call = integers.NetCall(stimulus, Raised("ValueError", "no", "line 1", ""))
    found = failure(integers._require_exact, [call], "")
    assert found is not None
    assert "ValueError" in found.actual
    missing = integers.NetCall(stimulus, Missing("x", None, Raised("A", "b", "c", "")))
    assert "is not defined" in failure(integers._require_exact, [missing], "").actual


@given(st.integers(-40, 40), st.sampled_from([-1, 0, 1]))
def test_how_far_a_multiplier_is_off_is_exact(exponent: int, more: int) -> None:
    scale = math.ldexp(0.75, exponent)
    factor, shift = multiplier_of(scale)
    call = MultiplierCall(scale, Returned(claim_of((factor + more, shift))))
    assert call.off == abs(more)
    far = replace(call, answer=Returned(claim_of((factor, 10**6))))
    assert far.off > 1


def test_results_may_be_clamped_and_are_not_otherwise() -> None:
    sums = np.asarray([-600, -508, -4, 4, 508, 600])
    for claimed, off in (
        ([-150, -127, -1, 1, 127, 150], 0),
        ([-128, -127, -1, 1, 127, 127], 0),
        ([-127, -127, -1, 1, 127, 127], 0),
        ([-126, -127, -1, 1, 127, 127], 1),
        ([-150, -126, -1, 1, 127, 150], 1),
    ):
        answer = Returned(claim_of(Tensor(np.asarray(claimed))))
        call = RescaleCall("", sums, 2**30, 1, answer)
        assert call.off.max() == off


def test_it_is_a_challenge_and_asks_what_it_did() -> None:
    assert QUESTION.challenge
    assert digest_of(QUESTION.collect) == PROBES["C.2"]


@pytest.mark.parametrize(
    ("factor", "holds"),
    [(2**30 - 1, False), (2**30, True), (2**31 - 1, True), (2**31, False)],
)
def test_a_multiplier_has_31_bits_and_its_highest_is_set(factor: int, holds: bool) -> None:
    call = MultiplierCall(factor / 2**31, Returned(claim_of((factor, 0))))
    found = integers.Evidence([call], [call], [], [], [], [], {}, {}, [], [], [])
    assert (failure(integers.multiplier, found) is None) == holds
    assert (failure(integers.carry, found) is None) == holds


def convolved(*outputs: int, side: int = 32) -> Architecture:
    """The lab's net for images of two channels, with so many outputs of each convolution."""
    lab = open_exam().nets["plain"].architecture
    inputs = (2, *outputs)
    layers = [
        msgspec.structs.replace(layer, weight=(out, before, 5, 5), pool=0, padding=2)
        for layer, before, out in zip(lab.layers, inputs, outputs, strict=False)
    ]
    first = msgspec.structs.replace(lab.layers[2], weight=(120, outputs[-1] * side * side))
    return Architecture((2, side, side), (*layers, first, *lab.layers[3:]))


@pytest.mark.parametrize("outputs", [(2,), (2, 2), (3, 2), (6, 16)])
def test_two_channels_are_enough_to_add_up_the_hidden_sum(outputs: tuple[int, ...]) -> None:
    (stimulus,) = hidden_float(convolved(*outputs))
    assert (integer_forward(stimulus.net, stimulus.pixels) == 77).all()


@pytest.mark.parametrize("outputs", [(1,), (2, 1), (1, 2)])
def test_one_channel_is_not(outputs: tuple[int, ...]) -> None:
    assert hidden_float(convolved(*outputs)) == []


@pytest.mark.parametrize(
    ("ones", "others", "fits"), [(1, 375, True), (25, 317, True), (25, 316, False), (0, 400, False)]
)
def test_weights_of_8_bits_add_up_the_hidden_sum_where_they_are_enough(
    ones: int, others: int, fits: bool
) -> None:
    row = integers._adding_up(ones + others, ones)
    assert (row is not None) == fits
    if row is not None:
        assert row.max() <= 127
        assert row @ np.repeat([1.0, 127.0], [ones, others]) == HIDDEN_SUM


@pytest.mark.parametrize(
    ("units", "factor", "holds"),
    [
        (2**30 + Fraction(1, 2), 2**30, True),  # a tie may go either way
        (2**30 + Fraction(1, 2), 2**30 + 1, True),
        (2**31 - Fraction(1, 2), 2**31 - 1, True),
        (2**30 + Fraction(5, 8), 2**30, False),
        (2**30 + Fraction(3, 8), 2**30 + 1, False),
    ],
)
def test_a_multiplier_may_be_off_by_half_a_unit(units: Fraction, factor: int, holds: bool) -> None:
    call = MultiplierCall(float(units / 2**31), Returned(claim_of((factor, 0))))
    found = integers.Evidence([call], [call], [], [], [], [], {}, {}, [], [], [])
    assert (failure(integers.nearest, found) is None) == holds
    assert (failure(integers.carry, found) is None) == holds


def test_a_net_follows_where_nine_of_ten_logits_are_near() -> None:
    assert judged(off_by(3, 1)) == {"exact"}
    assert judged(off_by(3, 2)) == {"forward"}


def test_a_net_that_does_not_clamp_follows_and_is_not_exact() -> None:
    assert judged(lambda x, net: x * (1 + (net.input_scale == 256))) == {"exact"}
