"""What is judged: a file for each question of the lab, a function for each property.

A check sees the student only through `bench.Bench`, never a worker, a file or an archive. The main
flow enters by `QUESTIONS`, `whole` hands over what a run showed, and `validation` asks which checks
there are.

The functions come before the accuracies that depend on them, so that a mistake is charged where it
was made.
"""

from typing import Any

from grader.checks import (
    accuracy,
    activations,
    bias,
    equations,
    forward,
    input_scale,
    notebook,
    ranges,
    weights,
)
from grader.checks.tree import Check, Outcome, Question

QUESTIONS: tuple[Question[Any], ...] = (
    ranges.QUESTION,
    weights.QUESTION,
    accuracy.WEIGHTS,
    equations.FIRST,
    equations.SECOND,
    input_scale.QUESTION,
    activations.QUESTION,
    forward.QUESTION,
    accuracy.PLAIN,
    equations.BIAS,
    bias.QUESTION,
    accuracy.BIASED,
    notebook.QUESTION,
)

NEEDS = {
    "2.2": ("2.1",),
    "4.4": ("2.1", "4.2a", "4.2b", "4.3"),
    "5.3": ("2.1", "4.2a", "4.2b", "4.3", "5.2"),
}
"""The questions that an accuracy must know of: what lost points there is not charged again."""

WHOLE = notebook.QUESTION.number
"""The question that is judged only where the whole notebook is to be run."""

CHECKS: tuple[Check[Any], ...] = tuple(check for question in QUESTIONS for check in question.checks)

__all__ = ["CHECKS", "NEEDS", "QUESTIONS", "WHOLE", "Check", "Outcome", "Question"]
