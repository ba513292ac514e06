"""The known wrong ways of thinking, each written once, question by question.

`checks` uses them to explain a wrong claim. `validation` plants each one into the reference.
Nothing here asks the student's code anything: a quantity holds numbers and claims alone.
"""

from grader.misconceptions.bias import QuantizedBias
from grader.misconceptions.equations import EquationSides
from grader.misconceptions.forward import StageOutput
from grader.misconceptions.integers import Multipliers, Requantized, in_parts
from grader.misconceptions.narrow import ChannelWeights, NarrowBias, NarrowScale, NarrowWeights
from grader.misconceptions.powers import PowersOfTwo
from grader.misconceptions.ranges import ThreeSigmaRange, ValueRange
from grader.misconceptions.registry import REGISTRY, Misconception, changed, explain, explains
from grader.misconceptions.scales import ChosenScale, ScaleRatios
from grader.misconceptions.weights import QuantizedWeights

__all__ = [
    "REGISTRY",
    "ChannelWeights",
    "ChosenScale",
    "EquationSides",
    "Misconception",
    "Multipliers",
    "NarrowBias",
    "NarrowScale",
    "NarrowWeights",
    "PowersOfTwo",
    "QuantizedBias",
    "QuantizedWeights",
    "Requantized",
    "ScaleRatios",
    "StageOutput",
    "ThreeSigmaRange",
    "ValueRange",
    "changed",
    "explain",
    "explains",
    "in_parts",
]
