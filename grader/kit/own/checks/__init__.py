"""What is verified: a file for each question of the lab, a function for each property."""

from typing import Any

from grader.checks import accuracy, activations, bias, forward, input_scale, ranges, weights
from grader.checks.question import Check, Outcome, Question
from grader.kit.own.checks import equations

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
)

CHECKS: tuple[Check[Any], ...] = tuple(check for question in QUESTIONS for check in question.checks)

__all__ = ["CHECKS", "QUESTIONS", "Check", "Outcome", "Question"]
