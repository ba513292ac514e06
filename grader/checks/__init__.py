"""What is judged: a file for each question of the lab, a function for each property.

A check sees the student only through the evidence that its question collected: never a worker, a
file or an archive. The main flow enters by `QUESTIONS`, `whole` hands over what an executed
notebook showed, and `validation` asks which checks there are.

The functions come before the accuracies that depend on them, so that a mistake is charged where it
was made.
"""

from typing import Any

from grader.checks import (
    accuracy,
    activations,
    bias,
    bias_bits,
    bits,
    channels,
    equations,
    forward,
    input_scale,
    integers,
    notebook,
    powers,
    ranges,
    weights,
)
from grader.checks.question import Check, Outcome, Question

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
    powers.QUESTION,
    integers.QUESTION,
    bits.QUESTION,
    bias_bits.QUESTION,
    channels.QUESTION,
    notebook.QUESTION,
)

CHECKS: tuple[Check[Any], ...] = tuple(check for question in QUESTIONS for check in question.checks)

__all__ = ["CHECKS", "QUESTIONS", "Check", "Outcome", "Question"]
