"""A copy of evidence that tells which answers a check looks at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest

from grader.checks.context import Tolerances
from grader.regrade.watching import watched
from grader.rubric import load_rubric
from grader.sandbox.outside.answer import Raised, Returned
from grader.sandbox.wire import Claim


@dataclass(frozen=True)
class Call:
    name: str
    answer: Returned | Raised

    @cached_property
    def value(self) -> float:
        return float(self.answer.claim.array) if isinstance(self.answer, Returned) else 0.0


Call.__module__ = "grader.checks.some"  # where what holds answers is at home


@dataclass(frozen=True)
class Evidence:
    calls: list[Call]
    by_name: dict[str, Call]
    tolerances: Tolerances


Evidence.__module__ = Call.__module__
TOLERANCES = Tolerances(load_rubric().thresholds)


def returned(value: float) -> Returned:
    return Returned(Claim("float", np.asarray(value)))


@pytest.fixture
def evidence() -> Evidence:
    calls = [Call("one", returned(1)), Call("two", Raised("ValueError", "no", "", ""))]
    return Evidence(calls, {"one": calls[0], "three": Call("three", returned(3))}, TOLERANCES)


def test_reading_a_claim_is_told_although_it_is_in_a_cache(evidence: Evidence) -> None:
    assert evidence.calls[0].value == 1
    seen: list[object] = []
    copied = watched(evidence, seen.append, TOLERANCES, {})
    assert seen == []
    assert copied.calls[0].name == "one"
    assert seen == []
    assert copied.calls[0].value == 1
    assert seen
    assert all(each is evidence.calls[0].answer for each in seen)


def test_seeing_that_there_is_no_result_is_told(evidence: Evidence) -> None:
    seen: list[object] = []
    copied = watched(evidence, seen.append, TOLERANCES, {})
    assert copied.calls[1].value == 0
    assert any(each is evidence.calls[1].answer for each in seen)


def test_what_is_one_object_there_is_one_in_the_copy(evidence: Evidence) -> None:
    copied = watched(evidence, lambda _: None, TOLERANCES, {})
    assert copied.by_name["one"] is copied.calls[0]
    assert copied.by_name["one"] is not evidence.calls[0]


def test_what_is_right_stands_in_and_the_answer_itself_is_told(evidence: Evidence) -> None:
    answer = evidence.calls[0].answer
    seen: list[object] = []
    copied = watched(evidence, seen.append, TOLERANCES, {id(answer): returned(7)})
    assert copied.calls[0].value == 7
    assert any(each is answer for each in seen)


def test_tolerances_measure_anew(evidence: Evidence) -> None:
    own = Tolerances(TOLERANCES.thresholds)
    copied = watched(evidence, lambda _: None, own, {})
    assert copied.tolerances.within("scale_error", 1.0) is False
    assert len(own.measured) == 1
    assert TOLERANCES.measured == []
