"""How a function from values to a scale is judged, on answers made here."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks import probes, scales
from grader.checks.scales import Call, Evidence
from grader.misconceptions import ChosenScale, explain
from grader.sandbox.outside.answer import Answer, Raised, Returned
from grader.sandbox.wire import Claim
from grader.verdict import CheckFailed
from tests.unit.functions import context_of, failure


class Loose:
    """Tolerates a relative error of a thousandth."""

    def within(self, _tolerance: str, value: float) -> bool:
        return value <= 1e-3


def call(name: str, scale: float, largest: float = 1.0) -> Call:
    return Call(name, np.full(3, largest), Returned(Claim("float", np.array(scale))), "f")


def evidence(tolerances: Any = Loose(), **answers: list[float]) -> Evidence:  # noqa: B008
    groups = {"exam": [3.0, 5.0], "probes": [], "doubled": [1.5, 2.5], "again": [3.0, 5.0]}
    groups |= answers
    calls = {
        key: [call(str(i), scale, 2.0 if key == "doubled" else 1.0) for i, scale in enumerate(each)]
        for key, each in groups.items()
    }
    return Evidence(**calls, tolerances=tolerances)


def test_half_the_scale_for_twice_the_values_and_the_same_again_is_right() -> None:
    assert failure(scales.require_proportional, evidence()) is None
    assert failure(scales.require_repeatable, evidence()) is None


@pytest.mark.parametrize("doubled", [[3.0, 5.0], [1.5, 2.6], [1.4, 2.5], [0.75, 1.25]])
def test_anything_but_half_the_scale_is_not_proportional(doubled: list[float]) -> None:
    assert failure(scales.require_proportional, evidence(doubled=doubled))


@pytest.mark.parametrize("single", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("other", [0.5, 2.0, 5.0])
def test_scales_are_in_proportion_to_the_values_they_came_for(single: float, other: float) -> None:
    found = replace(evidence(), exam=[call("0", 127 / single, single)])
    for factor, wrong in ((1, False), (1.01, True), (0.99, True)):
        doubled = [call("0", factor * 127 / other, other)]
        lost = failure(scales.require_proportional, replace(found, doubled=doubled))
        assert (lost is not None) == wrong


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


def test_the_range_of_the_dark_values_alone_clips_the_others() -> None:
    dark = scales.after_dark(np.array([-6.0, 8.0, 8.0, -8.0]), 2)
    assert dark.tolist() == [-6 / scales.DARK, 8 / scales.DARK, 8, -8]
    assert scales.DARK > 4


class Asked:
    """A student's function that raises for values above a limit; notes what it was asked."""

    def __init__(self, limit: float) -> None:
        self.limit, self.names = limit, list[str]()

    def __call__(self, name: str, values: np.ndarray) -> Answer:
        self.names.append(name)
        largest = float(np.abs(values).max())
        if largest > self.limit:
            return Raised("AssertionError", "", "line 1", "")
        return Returned(Claim("float", np.array(127 / largest)))


def test_where_code_raises_it_is_asked_again_with_smaller_values() -> None:
    arrays, more = {"exam": np.array([-1.0, 0.5])}, {"wide": np.array([3.0, -8.0])}
    asked = Asked(limit=1.0)
    found = scales.collect(context_of(), "f", arrays, more, asked, "f")
    assert asked.names.count("exam, doubled, made smaller") == 1
    assert [call.scale for call in (*found.exam, *found.again)] == [127, 127]
    for call in (*found.doubled, *found.probes):
        assert call.name.endswith(", made smaller")
        assert np.abs(call.values).max() == 0.5
        assert call.scale == 254
    assert found.probes[0].values.tolist() == [3 / 16, -0.5]
    assert failure(scales.require_proportional, found) is None


def test_where_code_does_not_raise_it_is_asked_once() -> None:
    arrays, more = {"exam": np.array([-1.0, 0.5])}, {"wide": np.array([3.0, -8.0])}
    asked = Asked(limit=100.0)
    found = scales.collect(context_of(), "f", arrays, more, asked, "f")
    assert asked.names == ["exam", "exam, doubled", "wide", "exam"]
    assert [np.abs(call.values).max() for call in (*found.doubled, *found.probes)] == [2, 8]


def test_what_raises_for_smaller_values_too_is_told_of_the_first() -> None:
    arrays = {"exam": np.array([-1.0, 0.5])}
    found = scales.collect(context_of(), "f", arrays, {"wide": np.array([8.0])}, Asked(0.1), "f")
    assert [call.name for call in found.probes] == ["wide"]
    assert [call.name for call in found.exam] == ["exam"]


def test_what_is_asked_again_comes_in_the_reverse_order_and_is_judged_beside_the_first() -> None:
    arrays = {name: np.array([float(index)]) for index, name in enumerate("abc", start=1)}
    asked = Asked(limit=100.0)
    found = scales.collect(context_of(), "f", arrays, {}, asked, "f")
    assert asked.names == ["a", "b", "c", "a, doubled", "b, doubled", "c, doubled", "c", "b", "a"]
    assert [each.name for each in found.again] == ["a", "b", "c"]
    assert failure(scales.require_repeatable, found) is None


def test_drawn_arrays_are_of_the_size_that_is_asked_for() -> None:
    found = scales.drawn(context_of(), "f", size=900, positive=700)
    sizes = {name: values.size for name, values in found.items()}
    assert sizes.pop("values that are positive") == 700
    assert set(sizes.values()) == {900}
    assert "values with outliers" in sizes
    told = {probes.WORDS.get(kind, kind) for kind in scales.KINDS}
    assert {f"values that are {words}" for words in told} <= set(found)


def test_scales_that_are_kept_are_told_from_those_that_are_computed() -> None:
    assert not evidence().kept
    assert not evidence(doubled=[1.4, 2.6]).kept
    assert evidence(doubled=[3.0, 2.5]).kept
    assert evidence(again=[3.0, 5.1]).kept


def test_of_a_rule_that_finds_no_range_in_some_values_the_others_are_computed() -> None:
    some = evidence(doubled=[3.0, 2.5])
    assert [some.keeps(call) for call in some.exam] == [True, False]
    some = evidence(again=[3.0, 5.1])
    assert [some.keeps(call) for call in some.exam] == [False, True]


@pytest.mark.parametrize("group", ["exam", "again"])
def test_a_scale_that_cannot_be_read_is_not_kept(group: str) -> None:
    assert not evidence(**{group: [-1.0, 5.0]}).kept


@pytest.mark.parametrize("question", ["2.1", "4.2a", "4.2b"])
def test_no_size_explains_a_scale_that_is_kept(question: str) -> None:
    values = np.linspace(-1, 1, 1000)
    for scale in (7.0, 20.0, 255.0, 400.0):
        assert explain(question, ChosenScale(values, scale), scale)
        assert explain(question, ChosenScale(values, scale, kept=True), scale) is None


@pytest.mark.parametrize("size", [2, 5])
def test_whoever_returns_one_scale_for_each_value_is_told_of_the_arguments(size: int) -> None:
    one = Call("it", np.ones(size), Returned(Claim("ndarray", np.ones(size))), "f")
    failed = failure(scales.require_form, [one])
    assert failed is not None
    assert "arguments" in failed.next_step


def test_every_scale_has_the_form_of_one_and_uses_the_range() -> None:
    tolerances = context_of().tolerances
    values = np.linspace(-1, 1, 1000)
    calls = [
        Call(name, values, Returned(Claim("float", np.array(scale))), "f")
        for name, scale in (("right", 127.0), ("small", 20.0), ("none", -1.0))
    ]
    right, small, none = calls
    found = evidence(tolerances)
    assert failure(scales.require_form, [right, small]) is None
    assert failure(scales.require_form, [right, none])
    assert failure(scales.require_range_used, [right, right], found, "4.2a") is None
    assert failure(scales.require_range_used, [right, small], found, "4.2a")


def test_a_range_that_ends_at_zero_ends_at_no_minus_zero() -> None:
    negative = -np.linspace(0, 1, 40)
    for values in (negative, np.where(negative == 0, -0.0, -negative)):
        found = evidence(context_of().tolerances)
        few = replace(call("it", 10.0), values=values)
        failed = failure(scales.require_range_used, [few], found, "4.2a")
        assert failed is not None
        assert "-0" not in failed.actual


def test_a_picture_shows_each_scale_of_the_exam_s_values_once_and_the_wrong_one() -> None:
    exam = [call("conv1", 127.0), call("conv2", 100.0)]
    for shown, more in ((exam[1], []), (call("tiny", 9.0), ["tiny"])):
        names = [each.name for each in scales._drawn(exam, shown).ranges]
        assert names == ["conv1", "conv2", *more]


@pytest.mark.parametrize(
    ("exam", "more", "names"),
    [
        ([127.0, 3.0], [], ["0", "1"]),
        ([127.0, 127.0], [3.0], ["0", "1", "probe"]),
    ],
)
def test_the_picture_shows_the_exam_s_scales_and_the_one_that_is_charged(
    exam: list[float], more: list[float], names: list[str]
) -> None:
    values = np.linspace(-1, 1, 99)

    def calls(names: list[str], found: list[float], times: float = 1) -> list[Call]:
        answers = [Returned(Claim("float", np.array(each / times))) for each in found]
        return [Call(n, times * values, a, "f") for n, a in zip(names, answers, strict=True)]

    asked, probes = calls(["0", "1"], exam), calls(["probe"] * len(more), more)
    tolerances = context_of().tolerances
    found = Evidence(asked, probes, calls(["0", "1"], exam, 2), asked, tolerances)
    with pytest.raises(CheckFailed) as failed:
        scales.require_range_used([*asked, *probes], found, "4.2a")
    picture = failed.value.draw()
    assert [each.name for each in picture.ranges] == names
    assert [each.high for each in picture.ranges] == pytest.approx([*exam, *more])
