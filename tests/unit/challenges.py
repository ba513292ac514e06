"""What the tests of Question C share: sessions that answer it, and what became of each check."""

from collections.abc import Callable, Mapping
from typing import Any, overload

import numpy as np

from grader.checks.context import BATCH, Context, Tolerances
from grader.checks.question import Question
from grader.rubric import load_rubric
from tests.unit.functions import RIGHT, Functions, small_exam


def beyond(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Right functions of Questions 1 to 5, and these."""
    return {**RIGHT, **functions}


@overload
def outcomes(question: Question[Any], session: Functions, names: Any) -> set[str]: ...
@overload
def outcomes(
    question: Question[Any],
    session: Functions,
    names: Any,
    *,
    charged: Any = (),
    every: bool,
) -> dict[str, str]: ...
def outcomes(
    question: Question[Any],
    session: Functions,
    names: Any,
    *,
    charged: Any = (),
    every: bool = False,
) -> Any:
    """The checks that fail, or the status of each, without the name of the question."""
    context = context_for(session, names, charged)
    with np.errstate(all="ignore"):
        found = {
            each.check.name.partition(".")[2]: each.verdict for each in question.judge(context)
        }
    if every:
        return {name: verdict.status for name, verdict in found.items()}
    return {name for name, verdict in found.items() if verdict.status == "failed"}


def context_for(session: Functions, names: Any, charged: Any = ()) -> Context:
    """A context in which these names of Question C are filled in."""
    return Context(
        small_exam(),
        session,  # type: ignore[arg-type]
        Tolerances(load_rubric().thresholds),
        small_exam().seed,
        (),
        challenges=frozenset(names),
        charged=set(charged),
        handed_on={"4.3": BATCH},
    )
