"""What a question says that it depends on is all that it asks a submission for.

Otherwise its verdict would be kept while something changes that it depends on.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from grader.checks import QUESTIONS, Question
from grader.checks.context import BUILT_WITH, Context
from grader.grade import Terms, grade_in
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.validation.composition import planted

Names = Callable[..., tuple[str, ...]]


class Asked:
    """What each question asks for, by its number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, set[str]] = {}
        self._by: list[str] = []
        self._set = monkeypatch.setattr
        self._on(Session, "call", _named)
        self._on(Session, "value", _named)
        self._on(Session, "build", _of_plan)
        self._on(Session, "quantize_layers", lambda *_: ("quantize_layer_weights", *BUILT_WITH))
        self._on(Context, "value", _named)
        self._on(Context, "number", _named)
        self._set(Question, "judge", self._judging(Question.judge))
        self._set(Context, "_asked_first", self._for_all())

    def _on(self, owner: type, method: str, names: Names) -> None:
        original = getattr(owner, method)

        def noted(instance: Any, *args: Any, **more: Any) -> Any:
            if self._by:
                self.names[self._by[-1]].update(names(*args, **more))
            return original(instance, *args, **more)

        self._set(owner, method, noted)

    def _judging(self, original: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        def judge(question: Question[Any], context: Context) -> Iterator[Any]:
            self.names[question.number] = set()
            self._by.append(question.number)
            yield from original(question, context)
            self._by.pop()

        return judge

    def _for_all(self) -> "cached_property[Any]":
        """What the first question asks for on behalf of all; each uses some of it by name."""
        original: Any = vars(Context)["_asked_first"]

        def ask(context: Context) -> Any:
            outer, self._by = self._by, []
            try:
                return original.func(context)
            finally:
                self._by = outer

        found = cached_property(ask)
        found.__set_name__(Context, "_asked_first")
        return found


def _named(name: str, *_: Any, **__: Any) -> tuple[str, ...]:
    return (name,)


def _of_plan(plan: NetPlan) -> tuple[str, ...]:
    return (plan.cls, *plan.calls, *BUILT_WITH)


SUBMISSIONS: tuple[Mapping[str, str], ...] = (
    {},
    {"quantized_weights": "return weights, 1.0", "NetQuantized.forward": "return x"},
)


@pytest.mark.parametrize("bodies", SUBMISSIONS)
def test_a_question_asks_for_nothing_that_it_does_not_name(
    bodies: Mapping[str, str],
    wall: Wall,
    terms: Terms,
    tmp_path: Path,
    reference: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = Asked(monkeypatch)
    path = tmp_path / "lab1.py"
    path.write_text(planted(reference, bodies), encoding="utf-8")
    grade_in(wall, path, terms, lambda _: None, lambda _: None)
    needs = {question.number: question.needs for question in QUESTIONS}
    beyond = {
        number: {name for name in names if name.partition(".")[0] not in needs[number]}
        for number, names in asked.names.items()
    }
    assert beyond == {question.number: set() for question in QUESTIONS if not question.optional}
    assert all(asked.names.values())
