"""A session that remembers what it was asked, and in which process."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from grader.architecture import Architecture
from grader.sandbox.outside.answer import Answer, Built, Failure, Forwarded
from grader.sandbox.outside.launch import Launcher
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.outside.session import Session
from grader.sandbox.wire import Array, Value
from grader.submission.program import Program


@dataclass(frozen=True, eq=False)
class Calls:
    """A function was called."""

    name: str
    arguments: tuple[Value, ...]
    again: bool
    """Called twice; the second result is the answer."""


@dataclass(frozen=True, eq=False)
class Reads:
    """A name was read."""

    name: str


@dataclass(frozen=True, eq=False)
class Builds:
    """A class built a net."""

    plan: NetPlan


@dataclass(frozen=True, eq=False)
class Forwards:
    """A built net was given images."""

    built: Built
    images: Array
    batch: int
    other_mode: bool


@dataclass(frozen=True, eq=False)
class QuantizesLayers:
    """A float net was quantized as in Question 2, and given images."""

    architecture: Architecture
    weights: Mapping[str, Array]
    images: Array


Request: TypeAlias = Calls | Reads | Builds | Forwards | QuantizesLayers
Reply: TypeAlias = Answer | Built | Forwarded | Failure
Given = TypeVar("Given", bound=Reply)


@dataclass(frozen=True, eq=False)
class Asked:
    """One thing that a submission was asked, and what it answered."""

    request: Request
    answer: Reply
    process: int
    """Two with the same number were asked in one process, in their order."""
    aside: bool
    """Whether it is for a check that is held back."""


class Recorder(Session):
    """Asks as any session does."""

    def __init__(self, launcher: Launcher, program: Program, limits: Limits) -> None:
        super().__init__(launcher, program, limits)
        self.asked: list[Asked] = []
        """Everything, in order."""
        self._answers: dict[int, Asked] = {}
        """By the identity of the answer."""
        self._process = 0
        self._processes = 0
        self._named: dict[str, int] = {}
        """The processes that live on, by the name of their group."""

    def of(self, answer: object) -> Asked | None:
        """What this very object was the answer to; None: something was made of other answers."""
        return self._answers.get(id(answer))

    @contextmanager
    def group(self, name: str = "") -> Iterator[None]:
        """As a session does."""
        if not self._grouped:
            self._process = self._named.get(name) or self._fresh()
            if name:
                self._named[name] = self._process
        with super().group(name):
            yield

    def _fresh(self) -> int:
        self._processes += 1
        return self._processes

    def end(self, *names: str) -> None:
        """As a session does."""
        for name in names or tuple(self._named):
            self._named.pop(name, None)
        super().end(*names)

    def call(self, name: str, *arguments: Value, again: bool = False) -> Answer:
        """As a session does."""
        answer = super().call(name, *arguments, again=again)
        return self._noted(Calls(name, arguments, again), answer)

    def value(self, name: str) -> Answer:
        """As a session does."""
        return self._noted(Reads(name), super().value(name))

    def build(self, plan: NetPlan) -> Built | Failure:
        """As a session does."""
        return self._noted(Builds(plan), super().build(plan))

    def quantize_layers(
        self, architecture: Architecture, weights: Mapping[str, Array], images: Array
    ) -> Answer:
        """As a session does."""
        answer = super().quantize_layers(architecture, weights, images)
        return self._noted(QuantizesLayers(architecture, weights, images), answer)

    def forward(
        self,
        built: Built,
        images: Array,
        batch: int,
        observe: bool = False,
        other_mode: bool = False,
    ) -> Forwarded | Failure:
        """As a session does."""
        answer = super().forward(built, images, batch, observe, other_mode)
        return self._noted(Forwards(built, images, batch, other_mode), answer)

    def _noted(self, request: Request, answer: Given) -> Given:
        if id(answer) in self._answers:  # one failure answers all that is asked after it
            answer = copy.copy(answer)
        asked = Asked(request, answer, self._process, self._is_aside)
        self.asked.append(asked)
        self._answers[id(answer)] = asked
        return answer
