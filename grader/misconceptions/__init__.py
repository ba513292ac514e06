"""The known wrong ways of thinking, each written once, question by question.

Checks enter to explain a wrong claim, and `validation` to plant each one into the reference. A case
holds numbers and claims; nothing here asks the student's code anything.
"""

from grader.misconceptions.bias import BiasCase
from grader.misconceptions.equations import EquationCase
from grader.misconceptions.forward import StepCase
from grader.misconceptions.ranges import RangeCase
from grader.misconceptions.registry import REGISTRY, Misconception, Mutant, explain, explains
from grader.misconceptions.scales import ProductCase, ScaleCase
from grader.misconceptions.weights import WeightsCase

__all__ = [
    "REGISTRY",
    "BiasCase",
    "EquationCase",
    "Misconception",
    "Mutant",
    "ProductCase",
    "RangeCase",
    "ScaleCase",
    "StepCase",
    "WeightsCase",
    "explain",
    "explains",
]
