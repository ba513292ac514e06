"""Question 4.3: each mistake of a forward pass loses its own checks, its layers seen or unseen."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from grader import oracle
from grader.checks import probe_nets
from grader.checks.context import BATCH
from grader.checks.forward import (
    MIXED,
    QUESTION,
    _at_first,
    _constant,
    _most_stages_right,
    _require_right_together,
    _right_stages,
)
from grader.checks.illustrations import NEAR
from grader.checks.rounding import Rounded
from grader.checks.stages import Stage
from grader.pictures import Layers
from grader.sandbox.outside.answer import Built, Died, TimedOut
from grader.verdict import CheckFailed
from tests.fixed_slice import some
from tests.mutants.products import remembering
from tests.unit.functions import RIGHT, Forward, Functions, context_of, failed_checks


@pytest.fixture(scope="module", autouse=True)
def each_product_once() -> Iterator[None]:
    """Most nets here differ in one step: what they share is computed once."""
    with pytest.MonkeyPatch.context() as patch:
        remembered = remembering(oracle.accumulate)
        for module in (oracle, probe_nets):
            patch.setattr(module, "accumulate", remembered)
        yield


def same(x: np.ndarray) -> np.ndarray:
    return x


def half_up(x: np.ndarray) -> np.ndarray:
    return np.floor(x + 0.5)


def away(x: np.ndarray) -> np.ndarray:
    return np.trunc(x + np.copysign(0.5, x))


def wrap(x: np.ndarray) -> np.ndarray:
    return (x + 128) % 256 - 128


def mean_pool(x: np.ndarray, side: int) -> np.ndarray:
    n, channels, height, width = x.shape
    return x.reshape(n, channels, height // side, side, width // side, side).mean(axis=(3, 5))


def first_of_window(x: np.ndarray, side: int) -> np.ndarray:
    return x[:, :, ::side, ::side]


LAYERS = ("conv1", "conv2", "fc1", "fc2", "fc3")
STEPS = ("input", *LAYERS)
BOTH = [True, False]


def crossed(steps: Iterable[Any]) -> list[Any]:
    """(step, whether layers are seen); `make test` takes each step once, in turns."""
    found = list(product(steps, BOTH))
    return some([pair for at, pair in enumerate(found) if at % 4 in (0, 3)], found)


def everywhere(rule: Callable[[np.ndarray], np.ndarray]) -> dict:
    return dict.fromkeys(STEPS, rule)


def lost(**parts) -> set[str]:
    return failed_checks(QUESTION, context_of(Forward(**parts)))


def numbers_told(**parts) -> dict[str, list[str]]:
    """By failed check, what the first wrong product is said to be and to have become."""
    told = {}
    for outcome in QUESTION.judge(context_of(Forward(**parts))):
        if outcome.verdict.status == "failed":
            found = re.search(r": (\S+) after scaling became (\S+) ", outcome.verdict.actual)
            told[outcome.check.name.partition(".")[2]] = list(found.groups())
    return told


def stage(
    products: list[list[float]],
    claimed: list[list[float]],
    smallest: list[list[float]] | None = None,
) -> Stage:
    """What became of the products of some images, a row for each, that windows were pooled to."""
    seen = Rounded(np.array(products), np.array(claimed), True)
    return Stage("it", seen, cast(Any, None), lambda: np.array(smallest))


@pytest.mark.parametrize(
    ("products", "claimed", "pooled"),
    [
        ([[10.0, 20, 30]], [[15.0, 15, 90]], [[True, True, True]]),
        # A rounding may turn the order of two values round by 2, and no more.
        ([[10.0, 12, 60]], [[18.0, 16, 90]], [[True, True, True]]),
        ([[10.0, 12, 60]], [[19.0, 16, 90]], [[True, False, True]]),
        ([[12.0, 10, 60]], [[16.0, 19, 90]], [[False, True, True]]),
        # Each image has an order of its own, and what is right is.
        ([[10.0, 50], [60, 80]], [[40.0, 90], [5, 30]], [[True, True], [True, True]]),
        ([[10.0, 50], [60, 80]], [[40.0, 30], [70, 80]], [[True, False], [True, True]]),
        # What ReLU takes from a wrong window is no larger value.
        ([[0.0, 50]], [[90.0, 30]], [[True, True]]),
        ([[-9.0, 50]], [[90.0, 30]], [[True, True]]),
    ],
)
def test_a_larger_value_of_a_pooled_window_has_no_smaller_claim(products, claimed, pooled) -> None:
    assert stage(products, claimed).pooled.tolist() == pooled


@pytest.mark.parametrize(
    ("claimed", "scaled"),
    [
        ([[20.0, 50]], [[True, True]]),
        # Where the order is kept, pooling is right, and the window excuses nothing.
        ([[15.0, 30]], [[False, False]]),
        ([[15.0, 50]], [[False, True]]),
        # Where it is not, another value of the window does.
        ([[40.0, 30]], [[False, True]]),
        ([[18.0, 12]], [[True, False]]),
        ([[40.0, 25.5]], [[False, True]]),
        ([[90.0, 70]], [[False, False]]),
    ],
)
def test_another_value_of_a_window_is_scaled_where_pooling_is_wrong(claimed, scaled) -> None:
    assert stage([[20.0, 50]], claimed, [[10.0, 25]]).scaled.tolist() == scaled


def test_what_became_of_zero_shows_no_scale() -> None:
    assert stage([[0.0, 1, 50]], [[7.0, 7, 50]], [[0.0, 0, 50]]).scaled.tolist() == [
        [True, False, True]
    ]


def test_whole_are_the_numbers_without_a_fraction() -> None:
    assert stage([[1.0, 2, 3]], [[-7.0, 2.5, 0]]).whole.tolist() == [[True, False, True]]


def test_bounds_and_zeros_are_no_more_than_bounds() -> None:
    assert stage([[1.0, 2, 3]], [[-128.0, 0, 127]]).only_bounds
    assert not stage([[1.0, 2, 3]], [[-128.0, 1, 127]]).only_bounds


def test_of_sums_of_fractions_only_the_digits_are_told_that_no_processor_changes() -> None:
    told = numbers_told(round=everywhere(same))
    assert [len(number.strip("-")) for number in told["input"]] == [7, 7]
    assert [len(number.strip("-")) for number in told["last_layer"]] == [5, 5]
    product, claimed = numbers_told(round={"fc3": np.ceil})["rounding"]
    assert len(product.strip("-")) > 5
    assert float(claimed) == np.ceil(float(product))


@pytest.mark.parametrize("observed", BOTH)
def test_the_right_forward_loses_nothing(observed: bool) -> None:
    assert lost(observed=observed) == set()


@pytest.mark.parametrize(("step", "observed"), crossed(STEPS))
@pytest.mark.parametrize("rule", [np.trunc, np.ceil])
def test_another_rounding_at_one_step_loses_rounding(rule, step: str, observed: bool) -> None:
    assert lost(observed=observed, round={step: rule}) == {"rounding"}


@pytest.mark.parametrize(("step", "observed"), crossed(["input", "conv1", "fc2", "fc3"]))
@pytest.mark.parametrize("rule", [half_up, away])
def test_ties_that_go_elsewhere_at_one_step_lose_rounding(rule, step: str, observed: bool) -> None:
    assert lost(observed=observed, round={step: rule}) == {"rounding"}


@pytest.mark.parametrize("observed", BOTH)
@pytest.mark.parametrize("rule", [half_up, away])
def test_ties_that_go_elsewhere_at_every_step_lose_rounding(rule, observed: bool) -> None:
    assert lost(observed=observed, round=everywhere(rule)) == {"rounding"}


@pytest.mark.parametrize("seed", [1, 3, 7, 14, 23])
def test_a_bound_is_told_as_one_whatever_was_drawn(seed: int) -> None:
    """A few values of a net that is to show something else may lie beyond the range."""
    one = context_of(Forward(observed=False, clamp={"conv2": wrap}))
    one.seed = seed
    assert failed_checks(QUESTION, one) == {"clamp"}


@pytest.mark.parametrize(("step", "observed"), crossed(STEPS))
@pytest.mark.parametrize(
    "rule", [same, wrap, lambda x: x.clip(-128, None), lambda x: x.clip(-128, 126)]
)
def test_another_upper_bound_at_one_step_loses_clamp(rule, step: str, observed: bool) -> None:
    assert lost(observed=observed, clamp={step: rule}) == {"clamp"}


@pytest.mark.parametrize(("step", "observed"), [("input", True), ("fc3", True), ("fc3", False)])
@pytest.mark.parametrize("rule", [lambda x: x.clip(None, 127), lambda x: x.clip(-126, 127)])
def test_another_lower_bound_loses_clamp_where_values_are_negative(rule, step, observed) -> None:
    assert lost(observed=observed, clamp={step: rule}) == {"clamp"}


@pytest.mark.parametrize("observed", BOTH)
def test_minus_127_is_a_lower_bound_as_well(observed: bool) -> None:
    assert lost(observed=observed, clamp=everywhere(lambda x: x.clip(-127, 127))) == set()


@pytest.mark.parametrize(("step", "observed"), crossed(["conv1", "conv2", "fc1", "fc2"]))
def test_a_layer_without_its_relu_loses_relu(step: str, observed: bool) -> None:
    assert lost(observed=observed, bare=(step,)) == {"relu"}


@pytest.mark.parametrize("observed", BOTH)
@pytest.mark.parametrize(
    ("step", "other"), [("conv2", "conv1"), ("fc1", "conv2"), ("fc2", "fc1"), ("fc3", "fc2")]
)
def test_the_scale_of_another_layer_loses_scale(step: str, other: str, observed: bool) -> None:
    expected = "last_layer" if step == "fc3" else "scale"
    found = lost(observed=observed, scale={step: lambda scales: scales[other]})
    assert found == {expected} if observed else expected in found


@pytest.mark.parametrize("observed", BOTH)
@pytest.mark.parametrize("pool", [mean_pool, first_of_window])
def test_another_value_of_the_window_loses_pool(pool, observed: bool) -> None:
    assert lost(observed=observed, pool=pool) == {"pool"}


WRONG_SCALES = {
    "twice": lambda step: lambda scales: scales[step] ** 2,
    "never": lambda step: lambda scales: 1.0,
    "divided": lambda step: lambda scales: 1 / scales[step],
    "the image's": lambda step: lambda scales: scales["input"],
}


@pytest.mark.parametrize(("step", "observed"), crossed(["conv1", "conv2", "fc1", "fc2"]))
@pytest.mark.parametrize("name", ["twice", "never", "divided"])
def test_one_wrong_scale_loses_scale_and_not_the_net(name, step: str, observed: bool) -> None:
    assert lost(observed=observed, scale={step: WRONG_SCALES[name](step)}) == {"scale"}


@pytest.mark.parametrize("observed", BOTH)
def test_a_wrong_scale_excuses_no_other_step(observed: bool) -> None:
    twice = {"conv1": WRONG_SCALES["twice"]("conv1")}
    found = lost(observed=observed, scale=twice, round={"fc1": np.trunc})
    assert found == {"scale", "rounding"}
    found = lost(observed=observed, scale=twice, bare=("fc1",))
    assert found == {"scale", "relu"}
    found = lost(observed=observed, scale=twice, clamp={"fc3": same})
    assert found == {"scale", "clamp"}


@pytest.mark.parametrize("observed", BOTH)
def test_where_most_steps_are_wrong_nothing_is_earned(observed: bool) -> None:
    nothing = dict.fromkeys(("conv1", "conv2", "fc1"), np.zeros_like)
    assert lost(observed=observed, round=nothing) == {"follows_net"}


@pytest.mark.parametrize("observed", BOTH)
def test_an_image_that_stays_as_it_is_loses_input(observed: bool) -> None:
    found = lost(observed=observed, round={"input": same}, clamp={"input": same})
    assert found >= ({"input", "rounding"} if observed else {"rounding"})


@pytest.mark.parametrize("observed", BOTH)
def test_raw_logits_lose_the_last_layer(observed: bool) -> None:
    found = lost(observed=observed, round={"fc3": same}, clamp={"fc3": same})
    assert found == {"rounding", "clamp", "last_layer"}


def test_steps_that_are_right_alone_and_not_together_lose_rounding_and_clamp() -> None:
    hidden = dict.fromkeys(("conv1", "conv2", "fc1", "fc2"), same)
    assert lost(observed=False, round=hidden, clamp=hidden) == {"rounding", "clamp"}
    assert lost(observed=False, round=hidden) == {"rounding"}
    assert lost(observed=False, clamp=hidden) == {"clamp"}


@pytest.mark.parametrize("observed", BOTH)
@pytest.mark.parametrize("size", [1, 3, 64])
def test_a_size_of_batch_that_is_refused_costs_nothing_and_is_not_used(size, observed) -> None:
    one = context_of(Forward(observed=observed, sizes=(size,)))
    assert failed_checks(QUESTION, one) == set()
    assert one.handed_on["4.3"] == (BATCH if size == 64 else 64)


@pytest.mark.parametrize("size", [1, 2, 3, 64])
def test_a_result_that_depends_on_the_batch_loses_batches(size: int) -> None:
    def last(logits: np.ndarray) -> np.ndarray:
        return logits + (len(logits) == size)

    one = context_of(Forward(last=last))
    assert "batches" in failed_checks(QUESTION, one)
    assert one.handed_on["4.3"] == (BATCH if size == 64 else 64)


@pytest.mark.parametrize(("more", "shows"), [(1e-6, False), (1e-2, True)])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e12])
def test_floats_may_differ_from_batch_to_batch_by_their_last_bits(size, more, shows) -> None:
    def last(logits: np.ndarray) -> np.ndarray:
        floats = (logits + 0.25) * size
        return floats * (1 + more) if len(logits) == 1 else floats

    one = context_of(Forward(last=last))
    found = failed_checks(QUESTION, one)
    assert "last_layer" in found
    assert ("batches" in found) == shows


def test_integers_of_one_batch_may_differ_by_the_last_bits_from_floats_of_another() -> None:
    one = context_of(Forward(last=lambda x: x * (1 + 1e-6) if len(x) == 1 else x))
    assert "batches" not in failed_checks(QUESTION, one)


def test_whole_numbers_that_float32_cannot_tell_apart_count_as_floats() -> None:
    def last(logits: np.ndarray) -> np.ndarray:
        large = logits * 1.5 * 2**17  # up to 2**24 and more, so that float32 has no odd ones
        return large + 2 if len(logits) == 1 else large

    one = context_of(Forward(last=last))
    assert "batches" not in failed_checks(QUESTION, one)


def test_whole_numbers_that_float32_can_tell_apart_are_compared_exactly() -> None:
    def last(logits: np.ndarray) -> np.ndarray:
        large = logits * 2**16  # below 2**24
        return large + 1 if len(logits) == 1 else large

    one = context_of(Forward(last=last))
    assert "batches" in failed_checks(QUESTION, one)


def test_the_batch_of_the_lab_is_the_measure() -> None:
    one = context_of(Forward(last=lambda x: x + 1 if len(x) == 4 else x))
    assert "batches" in failed_checks(QUESTION, one)


@pytest.mark.parametrize("observed", BOTH)
@pytest.mark.parametrize(
    "last",
    [
        lambda x: np.zeros_like(x),
        lambda x: -x,
        lambda x: x[::-1],
        lambda x: x[:, ::-1],
        np.ones_like,
    ],
)
def test_logits_that_do_not_follow_the_images_earn_nothing(last, observed: bool) -> None:
    assert lost(observed=observed, last=last) == {"follows_net"}


@pytest.mark.parametrize("last", [lambda x: x[:, :9], lambda x: x.argmax(axis=1), lambda x: x[:1]])
def test_what_is_no_row_of_numbers_for_each_image_has_not_the_form(last) -> None:
    assert lost(last=last) == {"form"}


@pytest.mark.parametrize("observed", BOTH)
def test_logits_however_small_follow_the_images(observed: bool) -> None:
    found = lost(observed=observed, last=lambda x: x * 1e-9)
    assert found >= {"last_layer"}
    assert "follows_net" not in found


def test_where_no_step_is_right_enough_none_shows_its_rounding() -> None:
    def smaller(step: str):
        return lambda scales: 0.8 * scales[step]

    found = lost(scale={step: smaller(step) for step in STEPS})
    assert found == {"input", "scale", "rounding", "clamp", "last_layer"}


def test_how_many_images_depend_on_their_batch_is_told() -> None:
    def last(logits: np.ndarray) -> np.ndarray:
        return logits + (np.arange(len(logits)) == 1)[:, None] * (len(logits) == 3)

    one = context_of(Forward(last=last))
    (verdict,) = [o.verdict for o in QUESTION.judge(one) if o.check.name == "forward.batches"]
    assert verdict.actual.startswith("in batches of 3, 2 of 8 images")


def rescale(x: np.ndarray) -> np.ndarray:
    """To fit, in place of a clamp."""
    largest = np.abs(x).max()
    return np.rint(x * 127 / largest) if largest > 127 else x


@pytest.mark.parametrize("step", some(("input", "conv2", "fc3"), STEPS))
@pytest.mark.parametrize("rule", [rescale, lambda x: x.clip(-128, 121), lambda x: x.clip(-128, 64)])
def test_what_is_not_clamped_to_the_bound_loses_clamp_at_each_step(rule, step) -> None:
    assert lost(clamp={step: rule}) == {"clamp"}


@pytest.mark.parametrize("step", some(("input", "conv1", "fc2"), STEPS))
def test_without_modules_a_bound_that_is_too_narrow_shows_as_well(step: str) -> None:
    assert lost(observed=False, clamp={step: lambda x: x.clip(-128, 121)}) == {"clamp"}
    assert lost(observed=False, clamp={step: lambda x: x.clip(-128, 64)})
    assert lost(observed=False, clamp={step: rescale})


@pytest.mark.parametrize(("factor", "observed"), crossed([1.0, 127.0, 127.5, 255.0, 0.01]))
def test_another_factor_of_the_image_costs_the_input_alone(factor: float, observed: bool) -> None:
    assert lost(observed=observed, scale={"input": lambda scales: factor}) == {"input"}


@pytest.mark.parametrize("observed", BOTH)
def test_a_scale_that_divides_the_image_costs_the_input_alone(observed: bool) -> None:
    found = lost(observed=observed, scale={"input": lambda scales: 1 / scales["input"]})
    assert found == {"input"}


@pytest.mark.parametrize(("step", "observed"), crossed(["conv1", "conv2", "fc1", "fc2"]))
def test_sums_that_are_clamped_before_they_are_scaled_lose_scale(step, observed: bool) -> None:
    found = lost(observed=observed, before={step: lambda sums: sums.clip(-128, 127)})
    assert found == {"scale"}


@pytest.mark.parametrize("observed", BOTH)
def test_a_mistake_has_its_name_with_modules_and_without(observed: bool) -> None:
    names = {
        "truncates": {"round": everywhere(np.trunc)},
        "rounds-half-up": {"round": everywhere(half_up)},
        "without-relu": {"bare": ("fc1",)},
        "clamps-first": {"before": {"fc1": lambda sums: sums.clip(-128, 127)}},
    }
    for name, parts in names.items():
        outcomes = list(QUESTION.judge(context_of(Forward(observed=observed, **parts))))
        found = {o.verdict.diagnosis.name for o in outcomes if o.verdict.diagnosis}
        assert found == {f"forward-{name}"}


@pytest.mark.parametrize("observed", BOTH)
def test_three_wrong_scales_of_six_are_too_many_and_two_are_not(observed: bool) -> None:
    twice = {step: WRONG_SCALES["twice"](step) for step in ("conv1", "conv2", "fc1")}
    assert lost(observed=observed, scale=twice) == {"follows_net"}
    del twice["fc1"]
    assert lost(observed=observed, scale=twice) == {"scale"}


def test_what_saturates_is_explained_by_a_net_in_which_it_does_not() -> None:
    for name in ("never", "divided"):
        one = context_of(Forward(scale={"conv1": WRONG_SCALES[name]("conv1")}))
        found = {o.verdict.diagnosis.name for o in QUESTION.judge(one) if o.verdict.diagnosis}
        assert found == {{"never": "forward-never-scales", "divided": "forward-divides"}[name]}


@pytest.mark.parametrize("step", ["input", "fc3"])
@pytest.mark.parametrize("bound", [-64, -100, -121])
def test_a_lower_bound_that_is_too_high_loses_clamp_alone(bound: int, step: str) -> None:
    assert lost(clamp={step: lambda x: x.clip(bound, 127)}) == {"clamp"}


@pytest.mark.parametrize("factor", [0.8, 1.5])
@pytest.mark.parametrize("step", ["conv1", "conv2"])
def test_another_value_of_the_window_excuses_no_wrong_scale(step: str, factor: float) -> None:
    wrong = {step: lambda scales: factor * scales[step]}
    assert lost(pool=first_of_window, scale=wrong) == {"pool", "scale"}


@pytest.mark.parametrize("observed", BOTH)
def test_a_scale_so_large_that_only_bounds_are_left_is_no_division(observed: bool) -> None:
    one = context_of(Forward(observed=observed, scale={"fc1": lambda scales: 300.0}))
    found = [o.verdict for o in QUESTION.judge(one) if o.verdict.status == "failed"]
    assert found
    assert not any(verdict.diagnosis for verdict in found)


def test_a_scale_of_each_batch_is_no_fixed_scale() -> None:
    def of_batch(x: np.ndarray) -> np.ndarray:
        return np.rint(x * np.float32(127 / np.abs(x).max()))

    forward = Forward(scale={"input": lambda scales: 1.0}, round={"input": of_batch})
    found = [o.verdict for o in QUESTION.judge(context_of(forward)) if o.verdict.status == "failed"]
    assert found
    assert not any(verdict.diagnosis for verdict in found)


class Dequantizing(Forward):
    def settle(self, step: str, x: np.ndarray, scales: dict[str, float]) -> np.ndarray:
        return super().settle(step, x, scales) / np.float32(scales[step])


def test_who_dequantizes_after_every_step_is_told_so() -> None:
    found = [
        o.verdict
        for o in QUESTION.judge(context_of(Dequantizing()))
        if o.verdict.status == "failed"
    ]
    assert [verdict.diagnosis.name for verdict in found] == ["forward-dequantizes"]


class Refusing(Forward):
    """Raises from some call on."""

    calls = most = 0

    def __call__(self, built, x):
        type(self).calls += 1
        if self.calls > self.most:
            raise ValueError("no more")
        return super().__call__(built, x)


@pytest.mark.parametrize("most", [16, 20, 24, 40])
def test_what_raises_in_a_probe_alone_fails_checks_and_not_the_grader(most: int) -> None:
    forward = Refusing(observed=False)
    Refusing.calls, Refusing.most = 0, most
    outcomes = list(QUESTION.judge(context_of(forward)))
    told = [o.verdict.actual for o in outcomes if o.verdict.status == "failed"]
    assert told
    assert any("no more" in came for came in told)


@pytest.mark.parametrize("bound", [100, 126])
def test_a_wrong_scale_and_a_bound_that_is_too_narrow_lose_both(bound: int) -> None:
    twice = {"fc1": WRONG_SCALES["twice"]("fc1")}
    narrow = {"fc1": lambda x: x.clip(-128, bound)}
    assert lost(observed=False, scale=twice, clamp=narrow) == {"scale", "clamp"}


@pytest.mark.parametrize("observed", BOTH)
@pytest.mark.parametrize("step", ["conv1", "fc1"])
def test_a_scale_that_is_wrong_only_without_saturation_excuses_no_bound(step, observed) -> None:
    def halved(x: np.ndarray) -> np.ndarray:
        return np.round(x if x.max() > 128 else x / 2)

    found = lost(observed=observed, round={step: halved}, clamp={step: lambda x: x.clip(-128, 126)})
    assert found >= {"scale", "clamp"}


@pytest.mark.parametrize("observed", BOTH)
def test_who_knows_only_the_batch_of_the_lab_loses_nothing(observed: bool) -> None:
    one = context_of(Forward(observed=observed, sizes=tuple(n for n in range(1, 65) if n != 4)))
    assert failed_checks(QUESTION, one) == set()
    assert one.handed_on["4.3"] == 4


class After(Forward):
    """Right until something was seen, then one step higher in the lab's batches."""

    seen = False

    def turns(self, built: Built, x: np.ndarray) -> bool:
        raise NotImplementedError

    def __call__(self, built: Built, x: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        outputs, inputs = super().__call__(built, x)
        wrong, self.seen = self.seen, self.seen or self.turns(built, x)
        return outputs + (wrong and len(x) == 4 and not self.turns(built, x)), inputs


class AfterAnotherNet(After):
    first = None

    def turns(self, built: Built, x: np.ndarray) -> bool:
        self.first = self.first or built
        return built is not self.first


class AfterALargeBatch(After):
    def turns(self, built: Built, x: np.ndarray) -> bool:
        return len(x) == 64


@pytest.mark.parametrize(
    ("forward", "between"),
    [(AfterAnotherNet, "another net was built"), (AfterALargeBatch, "batches of other sizes")],
)
@pytest.mark.parametrize("observed", BOTH)
def test_what_is_kept_from_one_call_to_another_loses_batches(
    forward: type[Forward], between: str, observed: bool
) -> None:
    assert failed_checks(QUESTION, context_of(forward(observed=observed))) == {"batches"}
    judged = QUESTION.judge(context_of(forward(observed=observed)))
    (verdict,) = [o.verdict for o in judged if o.check.name == "forward.batches"]
    assert verdict.actual.startswith(f"after {between}, 8 of 8 images")


@pytest.mark.parametrize("end", [TimedOut(20, "late"), Died("memory", retried=False)])
def test_what_was_ended_in_a_large_batch_is_not_called_again(end: TimedOut | Died) -> None:
    one = context_of()
    ended, forward = [], one.session.forward

    def ends(built: Built, images: np.ndarray, batch: int, *options: bool) -> Any:
        if batch == 64:
            ended.append(end)
        return ended[0] if ended else forward(built, images, batch, *options)

    one.session.forward = ends
    assert failed_checks(QUESTION, one) == set()
    assert one.handed_on["4.3"] == 4


class InTwoModes(Functions):
    """Nets whose forward pass is another one in the other mode."""

    in_other_mode = Forward(round=everywhere(np.trunc))


def test_the_mode_in_which_a_net_was_built_decides_and_the_other_is_a_remark() -> None:
    one = context_of()
    one.session = InTwoModes(RIGHT, Forward())
    outcomes = {o.check.name: o.verdict for o in QUESTION.judge(one)}
    assert all(verdict.passed for verdict in outcomes.values())
    assert outcomes["forward.batches"].actual.startswith("After eval() or train() the net has")


@pytest.mark.parametrize(("lowest", "unsigned"), [(-128, False), (0, True), (1, True)])
def test_later_stages_know_whether_the_image_kept_its_sign(lowest: int, unsigned: bool) -> None:
    clamped = Forward(clamp={"input": lambda x: x.clip(lowest, 127)})
    first, *later = QUESTION.collect(context_of(clamped)).baseline.stages
    assert not first.case.image_unsigned
    assert {stage.case.image_unsigned for stage in later} == {unsigned}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.zeros((8, 3)), "all images"),
        (np.tile(np.arange(12).reshape(4, 3), (2, 1)), "all batches of 4"),
        (np.arange(24).reshape(8, 3), ""),
    ],
)
def test_outputs_that_do_not_depend_on_the_images_are_told(rows: np.ndarray, words: str) -> None:
    told = _constant(rows.astype(np.float64))
    assert words in told
    assert bool(told) == bool(words)


@pytest.mark.parametrize(
    ("parts", "mixed"),
    [
        ({}, False),
        ({"sizes": (3,)}, False),  # a size that is refused tells of no other result
        ({"sizes": (1, 3, 64)}, False),
        ({"last": lambda logits: logits + (len(logits) == 3)}, True),
        ({"last": lambda logits: logits + (len(logits) == 64), "sizes": (1, 3)}, True),
    ],
)
def test_who_mixes_images_is_told_so_before_any_wrong_step(parts: dict, mixed: bool) -> None:
    outcomes = QUESTION.judge(context_of(Forward(round={"conv1": np.trunc}, **parts)))
    (verdict,) = [o.verdict for o in outcomes if o.check.name == "forward.rounding"]
    assert verdict.status == "failed"
    assert (verdict.next_step == MIXED) == mixed


def nets_built(forward: Forward) -> int:
    """How many nets Question 4.3 has a student build."""
    one, built = context_of(forward), []
    build = one.session.build
    one.session.build = lambda plan: built.append(plan) or build(plan)
    QUESTION.collect(one)
    return len(built)


def test_more_nets_are_built_where_the_first_show_too_little_but_not_where_they_raise() -> None:
    enough = nets_built(Forward())
    assert nets_built(Forward(observed=False)) > enough
    assert nets_built(Forward(last=np.zeros_like)) > enough
    assert nets_built(Forward(last=lambda logits: logits[:, :9])) == enough
    assert nets_built(Forward(sizes=(BATCH,))) == enough + 1  # once more, with less to clamp


def drawn(check: str, **parts: Any) -> Layers:
    """The picture of a check that fails."""
    evidence = QUESTION.collect(context_of(Forward(**parts)))
    found = {each.check.name: each.verdict for each in QUESTION.outcomes(evidence, lambda _: True)}
    picture = found[f"forward.{check}"].picture
    assert not found[f"forward.{check}"].passed
    assert isinstance(picture, Layers)
    return picture


def test_a_picture_shows_the_stage_that_is_wrong_and_where() -> None:
    picture = drawn("rounding", round={"conv2": np.floor})
    assert dict(picture.stages) == {**dict.fromkeys(STEPS, "right"), "conv2": "wrong"}
    assert picture.stage == "conv2"
    off = np.array(picture.off)
    assert set(off.reshape(-1)) == {-1.0, 0.0}
    products, claims = np.array(picture.points).T
    assert (claims == np.floor(products)).all()
    assert (claims != np.rint(products)).any()


def test_a_picture_of_a_net_that_follows_nothing_shows_its_first_wrong_stage() -> None:
    picture = drawn("follows_net", observed=True, last=np.zeros_like)
    assert (picture.stage, dict(picture.stages)["fc3"]) == ("fc3", "wrong")
    assert np.array(picture.off).any()
    assert {claim for _, claim in picture.points} == {0.0}
    # Around a product that is wrong more is shown than around one for which zero is right.
    assert max(abs(product) for product, _ in picture.points) > NEAR + 1


def seen_alone(target: str, *right: bool) -> Any:
    """What was seen of a net: whether each stage is right, given what went before it."""
    of = np.array
    stages = [
        SimpleNamespace(name="fc1", followed=of([one]), rounded=SimpleNamespace(nearest=of([one])))
        for one in right
    ]
    return SimpleNamespace(stimulus=SimpleNamespace(target=target), stages_seen=stages)


@pytest.mark.parametrize(
    ("right", "most"),
    [((), False), ((True, False), False), ((True, True, False), True), ((False,), False)],
)
def test_most_is_more_than_half_of_what_probe_nets_show(right: tuple[bool], most: bool) -> None:
    exam = seen_alone("", True, True, True)
    evidence = cast("Any", SimpleNamespace(unsaturated=[exam, seen_alone("conv1", *right)]))
    assert _most_stages_right(evidence) == most


def test_what_is_right_is_looked_for_in_the_exam_s_own_net() -> None:
    exam, probe = seen_alone("", False, True), seen_alone("conv1", True)
    assert _right_stages([exam, probe], "fc1") == exam.stages_seen[1:]


def test_where_no_more_than_half_of_the_steps_are_right_the_images_must_be_followed() -> None:
    zeros = dict.fromkeys(["conv2", "fc1", "fc2"], np.zeros_like)
    assert lost(observed=True, round=zeros) == {"follows_net"}


def test_a_picture_is_of_the_first_value_that_is_wrong() -> None:
    def less_where_large(x: np.ndarray) -> np.ndarray:
        return np.where(x > 60, np.floor(x), np.rint(x))

    picture = drawn("rounding", observed=True, round={"conv2": less_where_large})
    assert min(product for product, _ in picture.points) > 50


def test_one_net_that_gives_no_numbers_hides_no_other() -> None:
    evidence = QUESTION.collect(context_of(Forward(observed=False)))
    (stimulus, *_) = (
        call.stimulus
        for call in (*evidence.unsaturated, *evidence.saturated)
        if call.unobserved and call.stimulus.exact
    )

    class Silent:
        unobserved = True

        def __init__(self) -> None:
            self.stimulus = stimulus

        @property
        def outputs(self) -> np.ndarray:
            raise CheckFailed("no numbers")

    wrong = stimulus.net.forward(stimulus.pixels) + 1
    other = SimpleNamespace(unobserved=True, stimulus=stimulus, outputs=wrong)
    with pytest.raises(CheckFailed, match="of the whole net are not"):
        _require_right_together(evidence, cast("Any", [Silent(), other]))


def test_a_zero_has_no_sign() -> None:
    case = SimpleNamespace(given=np.zeros(1))
    seen = replace(stage([[-0.0]], [[-0.0]]), case=cast("Any", case))
    call = SimpleNamespace(stimulus=SimpleNamespace(name="a net"))
    wrong = np.ones_like(seen.rounded.claimed, bool)
    told = _at_first(cast("Any", call), seen, wrong, "", None, cast("Any", None)).verdict
    assert "-0" not in f"{told.actual} {told.expected}"
