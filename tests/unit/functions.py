"""A session whose answers come from functions of the test's own process."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from grader.checks.bench import Bench
from grader.checks.tree import Question
from grader.exam import open_exam
from grader.rubric import load_rubric
from grader.sandbox.answer import Missing, Raised, Returned
from grader.sandbox.wire import Number, Tensor, claim_of


class OfTorch(np.ndarray):
    """An array that arrived as a tensor."""


def plain(value: Any) -> Any:
    """What a function is given."""
    if isinstance(value, Number):
        return value.value
    if isinstance(value, Tensor):
        return np.asarray(value.array).view(OfTorch)
    if isinstance(value, list | tuple):
        return type(value)(plain(each) for each in value)
    return value


class Functions:
    """Answers calls with functions, by the last part of the name; has no nets."""

    def __init__(self, functions: dict[str, Callable[..., Any]], **constants: str) -> None:
        self.functions, self.constants = functions, constants
        self.asked: Counter[str] = Counter()
        self.arguments: list[tuple[Any, ...]] = []

    @contextmanager
    def group(self) -> Iterator[None]:
        self.asked["group"] += 1
        yield

    def call(self, name: str, *arguments: Any) -> Any:
        self.asked[name] += 1
        self.arguments.append(arguments)
        try:
            return Returned(
                claim_of(self.functions[name.rpartition(".")[2]](*map(plain, arguments)))
            )
        except (ValueError, IndexError, TypeError) as error:
            return Raised(type(error).__name__, str(error), "line 1", "")

    def value(self, name: str) -> Any:
        self.asked[name] += 1
        if name not in self.constants:
            return Missing(name, None, None)
        return Returned(claim_of(self.constants[name]))


def weights(values: np.ndarray) -> tuple[Tensor, float]:
    scale = 127 / float(np.abs(values).max())
    return Tensor(np.clip(np.rint(np.asarray(values) * np.float32(scale)), -128, 127)), scale


def carried(n_w: float, n_input: float, ns: list[tuple[float, float]]) -> float:
    return n_w * n_input * float(np.prod(ns))


RIGHT: dict[str, Callable[..., Any]] = {
    "quantized_weights": weights,
    "quantize_initial_input": lambda pixels: 127 / float(np.abs(pixels).max()),
    "quantize_activations": lambda values, *scales: (
        127 / float(np.abs(values).max()) / carried(*scales)
    ),
    "quantized_bias": lambda bias, *scales: Tensor(
        np.rint(np.asarray(bias, np.float64) * carried(*scales)).clip(-(2.0**31), 2.0**31 - 1)
    ),
    "value_range": lambda values: float(values.max() - values.min()),
    "three_sigma_range": lambda values: 6 * float(values.std()),
}


def bench(**functions: Callable[..., Any]) -> Bench:
    """A bench before right functions, some of them replaced."""
    exam = open_exam()
    return Bench(exam, Functions(RIGHT | functions), load_rubric().thresholds, exam.seed)


def failing(question: Question[Any], **functions: Callable[..., Any]) -> set[str]:
    """The checks that fail, without the name of their question; what is not reached is not told."""
    outcomes = question.judge(bench(**functions))
    return {o.check.name.rpartition(".")[2] for o in outcomes if o.status == "failed"}
