"""Questions 2.2, 4.4 and 5.3: one mistake is charged once, and the bias has to arrive."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks import accuracy
from grader.checks.accuracy import BIASED, PLAIN, WEIGHTS, Measurement, accepted
from grader.checks.context import Context
from grader.checks.nets import own
from grader.checks.paired import Drop
from grader.checks.weights import QUESTION as QUANTIZE
from grader.sandbox.outside.answer import Built
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.wire import Tensor, claim_of
from grader.verdict import Verdict
from tests.few import first
from tests.unit.functions import (
    RIGHT,
    Forward,
    Functions,
    context_of,
    failed_checks,
    failure,
    weights,
)


def ruined(values: np.ndarray) -> tuple[Tensor, float]:
    """Weights of which half the digits are gone."""
    integers, scale = weights(values)
    return Tensor(np.rint(integers.array / 60) * 60), scale


def flat(values: np.ndarray, *scales) -> float:
    return RIGHT["quantize_activations"](values, *scales) / 60


QUESTIONS = {"2.2": WEIGHTS, "4.4": PLAIN, "5.3": BIASED}
FOR_THE_BIAS = {"4.4": 0, "5.3": 64}
"""Images that show whether the bias arrives."""


@pytest.mark.parametrize("number", ["4.4", "5.3"])
@pytest.mark.parametrize("charged", [set(), {"2.1"}, {"4.3"}, {"4.2b"}, {"2.1", "4.2a", "4.2b"}])
def test_the_right_functions_keep_the_accuracy(number: str, charged: set[str]) -> None:
    one = context_of()
    one.charged = charged
    assert {outcome.verdict.status for outcome in QUESTIONS[number].judge(one)} == {"passed"}


@pytest.mark.parametrize("number", ["4.4", "5.3"])
def test_where_every_function_has_lost_points_none_is_lost_again(number: str) -> None:
    pipeline = {each.number for each in QUESTIONS[number].depends_on}
    one = context_of(Forward(last=np.zeros_like))
    one.charged = pipeline
    assert next(QUESTIONS[number].judge(one)).verdict.status == "not reached"
    one.charged = pipeline - {"2.1"}
    assert next(QUESTIONS[number].judge(one)).verdict.status == "passed"


@pytest.mark.parametrize("number", ["4.4", "5.3"])
@pytest.mark.parametrize(
    ("question", "functions"),
    [
        ("2.1", {"quantized_weights": ruined}),
        ("4.2a", {"quantize_initial_input": lambda pixels: 0.5}),
        ("4.2b", {"quantize_activations": flat}),
    ],
)
def test_a_function_that_costs_accuracy_is_charged_once(number, question, functions) -> None:
    assert "accuracy" in failed_checks(QUESTIONS[number], context_of(**functions))
    one = context_of(**functions)
    one.charged = {question}
    assert failed_checks(QUESTIONS[number], one) == set()
    one = context_of(**functions)
    one.charged = {"4.2a" if question != "4.2a" else "2.1"}
    assert "accuracy" in failed_checks(QUESTIONS[number], one)


@pytest.mark.parametrize("number", ["4.4", "5.3"])
def test_a_forward_that_has_lost_points_is_replaced_even_if_it_keeps_the_accuracy(number) -> None:
    one = context_of(Forward(last=lambda logits: logits[:, ::-1]))
    assert "accuracy" in failed_checks(QUESTIONS[number], one)
    one = context_of(Forward(last=lambda logits: logits[:, ::-1]))
    one.charged = {"4.3"}
    assert "accuracy" not in failed_checks(QUESTIONS[number], one)
    one = context_of(quantized_weights=ruined)
    one.charged = {"4.3"}
    assert "accuracy" in failed_checks(QUESTIONS[number], one)


def test_a_bias_that_costs_accuracy_is_charged_once() -> None:
    def far(bias: np.ndarray, *scales) -> Tensor:
        right = RIGHT["quantized_bias"](bias, *scales)
        return Tensor(np.roll(right.array, 1) * 40)

    assert failed_checks(BIASED, context_of(quantized_bias=far)) == {"accuracy"}
    one = context_of(quantized_bias=far)
    one.charged = {"5.2"}
    assert failed_checks(BIASED, one) == set()
    assert failed_checks(PLAIN, context_of(quantized_bias=far)) == set()


@pytest.mark.parametrize("factor", [0.0, -1.0, 0.5, 2.0])
def test_a_bias_that_does_not_arrive_as_it_is_shows(factor: float) -> None:
    one = context_of(Forward(bias=lambda bias: factor * bias))
    assert failed_checks(BIASED, one) & {"forward", "accuracy"}
    one = context_of(Forward(bias=lambda bias: factor * bias))
    one.charged = {"4.3"}
    assert "forward" not in failed_checks(BIASED, one)


class OtherBias(Functions):
    """A constructor that stores another bias than `quantized_bias` gives."""

    def __init__(self, change: Callable[[np.ndarray], np.ndarray]) -> None:
        super().__init__(RIGHT)
        self.change = change

    def build(self, plan: NetPlan) -> Any:
        built = super().build(plan)
        last = built.layers["fc3"]
        if last.bias.array is None or plan.bias is not None:
            return built
        bias = claim_of(Tensor(self.change(last.bias.array)))
        return replace(built, layers={**built.layers, "fc3": replace(last, bias=bias)})


@pytest.mark.parametrize("change", [np.zeros_like, lambda b: 2 * b, lambda b: np.roll(b, 1)])
def test_a_constructor_that_stores_another_bias_has_built_another_net(change) -> None:
    one = context_of()
    one.session = OtherBias(change)
    verdict = next(BIASED.judge(one)).verdict
    assert not verdict.passed
    assert re.search(r": fc3.bias\[\d\] is \S+ and should be \S+$", verdict.actual)
    one = context_of()
    one.session = OtherBias(np.copy)
    assert failed_checks(BIASED, one) == set()


@pytest.mark.parametrize(("steps", "shows"), [(1, False), (2.9, True)])
def test_a_bias_may_be_off_by_what_rounding_explains(steps: float, shows: bool) -> None:
    def off(bias: np.ndarray) -> np.ndarray:
        return bias + steps * np.sign(bias) * np.abs(bias).max() / 60

    assert ("forward" in failed_checks(BIASED, context_of(Forward(bias=off)))) == shows


def test_only_the_lab_s_batch_size_is_needed_for_the_bias() -> None:
    one = context_of(Forward(sizes=(1, 2, 3, 5, 8, 64)))
    one.handed_on["4.3"] = 4
    assert failed_checks(BIASED, one) == set()


def sizes_asked(context: Context) -> list[int]:
    """How many images each forward pass is asked for, from now on."""
    asked: list[int] = []
    forward = context.session.forward

    def counted(built: Any, images: np.ndarray, *options: Any, **more: Any) -> Any:
        asked.append(len(images))
        return forward(built, images, *options, **more)

    context.session.forward = counted
    return asked


@pytest.mark.parametrize("count", [197, 198, 200])
def test_images_that_are_no_whole_batches_are_filled_up(count: int) -> None:
    one = context_of(Forward(sizes=(1, 2, 3, 64)))
    one.handed_on["4.3"] = 4
    one.exam = first(count, one.exam)
    asked = sizes_asked(one)
    assert failed_checks(BIASED, one) == set()
    assert max(asked) == 200
    (drop,) = [o.verdict.actual for o in BIASED.judge(one) if o.check.name == "biased.accuracy"]
    assert f"on {count} images" in drop


def judged(number: str, forward: Forward) -> tuple[Verdict, int]:
    """What is said of the accuracy, and how many images the forward pass answered for that."""
    one = context_of(forward)
    asked = sizes_asked(one)
    verdict = next(QUESTIONS[number].judge(one)).verdict
    return verdict, sum(asked) - FOR_THE_BIAS[number]


def some_turned(every: int) -> Callable[[np.ndarray], np.ndarray]:
    """Logits of which one row in so many is turned round, by what is in it."""

    def turned(logits: np.ndarray) -> np.ndarray:
        chosen = np.abs(logits).sum(axis=1) % every == 0
        return np.where(chosen[:, None], logits[:, ::-1], logits)

    return turned


@pytest.mark.parametrize("number", ["4.4", "5.3"])
def test_the_oracle_answers_where_it_agrees_with_a_sample(number: str, monkeypatch) -> None:
    monkeypatch.setattr(accuracy, "SAMPLE", 40)
    verdict, asked = judged(number, Forward())
    assert (verdict.passed, asked) == (True, 40)


@pytest.mark.parametrize("number", ["4.4", "5.3"])
def test_where_some_images_differ_the_student_s_forward_answers_and_the_oracle_is_published(
    number: str, monkeypatch
) -> None:
    monkeypatch.setattr(accuracy, "SAMPLE", 160)
    right, _ = judged(number, Forward())
    verdict, asked = judged(number, Forward(last=some_turned(50)))
    assert (verdict.passed, asked) == (True, 200)
    assert verdict.actual != right.actual
    assert verdict.published == right.published != {}


@pytest.mark.parametrize("number", ["4.4", "5.3"])
@pytest.mark.parametrize("every", [1])
def test_another_net_than_the_one_that_was_built_has_no_accuracy(
    number: str, every: int, monkeypatch
) -> None:
    monkeypatch.setattr(accuracy, "SAMPLE", 160)
    verdict, asked = judged(number, Forward(last=some_turned(every)))
    assert not verdict.passed
    assert re.search(r"\d of 160 images have other outputs", verdict.actual)
    assert not verdict.published
    assert asked == 160


@pytest.mark.parametrize("number", ["4.4", "5.3"])
@pytest.mark.parametrize("missing", ["4.3", "5.2"])
def test_an_accuracy_is_earned_by_what_it_is_about(number: str, missing: str) -> None:
    one = context_of(quantized_weights=ruined)
    one.charged, one.without_core = {"2.1", missing}, {missing}
    verdict = next(QUESTIONS[number].judge(one)).verdict
    if (number, missing) == ("4.4", "5.2"):
        assert verdict.status == "passed"
    else:
        assert verdict.status == "not reached"
        name = {"4.3": "forward", "5.2": "quantized_bias"}[missing]
        assert f"The question is about {name}, which earned nothing" in verdict.actual


@pytest.mark.parametrize(
    ("drop", "at_least", "kept"),
    [(1.0, 0.5, True), (4.0, 1.9, True), (4.0, 2.1, False), (5.2, 1.9, False), (5.2, 3.0, False)],
)
def test_a_drop_may_be_neither_significant_nor_large(drop, at_least, kept) -> None:
    measured = Measurement(Drop(2000, 60.0, 60.0 - drop, drop, at_least))
    assert accepted(measured, context_of().tolerances) == kept


def test_the_drop_of_the_student_s_own_pipeline_is_told() -> None:
    one = context_of(quantized_weights=ruined)
    one.charged = {"2.1"}
    own, kept = (next(PLAIN.judge(each)).verdict.published for each in (one, context_of()))
    assert own["4.4"] > 5 > kept["4.4"]
    assert own["accuracy"] < kept["accuracy"] - 5
    fractions = context_of(
        quantized_weights=lambda values: (Tensor(np.full(values.shape, 0.5)), 1.0)
    )
    assert not next(PLAIN.judge(fractions)).verdict.published


def test_a_bias_at_another_class_shows() -> None:
    one = context_of(Forward(bias=lambda bias: np.roll(bias, 1)))
    assert {"forward", "accuracy"} & failed_checks(BIASED, one)


def test_two_thirds_of_a_bias_are_none() -> None:
    one = context_of(Forward(bias=lambda bias: bias * 2 / 3))
    assert {"forward", "accuracy"} & failed_checks(BIASED, one)


@pytest.mark.parametrize("integers", [lambda q: q + 0.25, lambda q: q * 1.5, lambda q: q - 90])
def test_the_accuracy_of_weights_that_are_no_int8_says_nothing(integers) -> None:
    def wrong(values: np.ndarray) -> tuple[Tensor, float]:
        right, scale = weights(values)
        return Tensor(integers(right.array)), scale

    for question in (PLAIN, BIASED):
        assert failed_checks(question, context_of(quantized_weights=wrong)) == {"accuracy"}


class Broken(Functions):
    """Its nets are fine, but for one value that is text."""

    def __init__(self, broken: str) -> None:
        super().__init__(RIGHT)
        self.broken = broken

    def build(self, plan: NetPlan) -> Built:
        built, text = super().build(plan), claim_of("text")
        if self.broken == "input_scale":
            return replace(built, input_scale=text)
        layers = {**built.layers, "fc1": replace(built.layers["fc1"], **{self.broken: text})}
        return replace(built, layers=layers)


@pytest.mark.parametrize("broken", ["input_scale", "scale", "output_scale", "weight"])
@pytest.mark.parametrize("charged", [{"4.3"}, {"4.3", "4.2b"}])
def test_without_numbers_there_is_no_accuracy(broken: str, charged: set[str]) -> None:
    one = context_of()
    one.session, one.charged = Broken(broken), charged
    unused = broken == "scale"  # of the weights: the integers have it already
    assert failed_checks(PLAIN, one) == (set() if unused else {"accuracy"})


def test_weights_are_judged_by_what_2_1_was_given_and_known_nets_once() -> None:
    one = context_of()
    list(QUANTIZE.judge(one))
    asked = one.session.asked.copy()
    assert failed_checks(WEIGHTS, one) == set()
    assert one.session.asked - asked == Counter(group=1)  # in which the net is executed
    assert len(one.known) == 1
    (right,) = one.known.values()
    assert right.shape == (len(one.exam.labels), 10)
    one.known = {key: np.zeros_like(value) for key, value in one.known.items()}
    assert failed_checks(WEIGHTS, one) == {"accuracy"}


@pytest.mark.parametrize("step", [7, 500, 10_000])
def test_images_go_in_steps_of_any_size(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = context_of(), context_of()
    list(QUANTIZE.judge(one))
    two.handed_on["2.1"] = one.handed_on["2.1"]
    list(WEIGHTS.judge(one))
    monkeypatch.setattr(accuracy, "IMAGES_PER_CALL", step)
    list(WEIGHTS.judge(two))
    assert [v.tolist() for v in one.known.values()] == [v.tolist() for v in two.known.values()]


def test_weights_that_lost_points_keep_those_of_an_accuracy_that_is_kept() -> None:
    def truncated(values: np.ndarray) -> tuple[Tensor, float]:
        scale = 127 / float(np.abs(values).max())
        return Tensor(np.trunc(np.asarray(values) * np.float32(scale))), scale

    for function, status in ((truncated, "passed"), (ruined, "not reached")):
        one = context_of(quantized_weights=function)
        assert "rounding" in failed_checks(QUANTIZE, one) or function is ruined
        one.charged = {"2.1"}
        assert next(WEIGHTS.judge(one)).verdict.status == status


def test_where_nothing_was_measured_what_came_instead_decides_the_next_step() -> None:
    one = context_of()
    one.session = OtherBias(lambda bias: 2 * bias)
    verdict = next(BIASED.judge(one)).verdict
    assert "points" not in verdict.expected
    assert "quantized_bias" in verdict.next_step


@pytest.mark.parametrize(
    ("differing", "same"), [(0, False), (5, False), (6, True), (75, True), (76, False)]
)
def test_a_mean_tells_of_another_net_where_no_more_than_one_image_in_twenty_differs(
    differing: int, same: bool
) -> None:
    one = context_of()
    built = one.session.build(own(one, "plain"))
    by_oracle = np.zeros((100, 10))
    logits = by_oracle + np.where(np.arange(100) < differing, 40.0, 1.0)[:, None]
    found = failure(accuracy._require_same_net, one, "plain", built, logits, by_oracle)
    assert (found is None) == same


@pytest.mark.parametrize(("others", "shows"), [(0, False), (50, False), (51, True)])
def test_weights_are_others_where_most_images_have_another_class(others: int, shows: bool) -> None:
    logits = np.eye(10)[np.arange(100) % 10]
    classes = np.argmax(logits, axis=1)
    classes[:others] = (classes[:others] + 1) % 10
    found = failure(accuracy._require_same_weights, logits, np.append(classes, classes))
    assert (found is not None) == shows


@pytest.mark.parametrize(("number", "charged"), [("4.4", "4.2b"), ("5.3", "4.2b"), ("5.3", "5.2")])
def test_a_net_that_cannot_be_built_has_no_accuracy_whatever_is_replaced(
    number: str, charged: str
) -> None:
    def raising(values: np.ndarray) -> float:
        raise ValueError("no range")

    one = context_of(quantize_initial_input=raising)
    one.charged = {charged}
    verdict = next(QUESTIONS[number].judge(one)).verdict
    assert verdict.status == "failed"
    assert "no range" in verdict.actual
