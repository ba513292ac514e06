"""Questions 4.1a, 4.1b and 5.1: the equations, given as strings.

Each side is read, and each output in it replaced by what the lab says it is made of. What comes of
it is held against a digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.checks import claims
from grader.checks.context import Context
from grader.checks.question import Question
from grader.kit.key import sides_text
from grader.kit.own.checks.public import key
from grader.polynomial import EquationError, Polynomial, parse_equation, substitute, written
from grader.sandbox.outside.answer import Answer
from grader.verdict import CheckFailed


@dataclass(frozen=True)
class Equation:
    """What one question asks for."""

    variable: str
    symbols: tuple[str, ...]
    outputs: tuple[tuple[str, Polynomial], ...]
    """Each output and what it is made of: first the one that the question asks for."""

    @property
    def output(self) -> str:
        """The output that the question asks for."""
        return self.outputs[0][0]

    def expanded(self, side: Polynomial) -> Polynomial:
        """A side, with each output replaced by what it is made of."""
        for output, value in self.outputs:
            side = substitute(side, output, value)
        return side

    def read(self, sides: Iterable[Polynomial]) -> list[tuple[Polynomial, bool]]:
        """What each side comes to, and whether it names the output."""
        return [
            (self.expanded(side), any(self.output in monomial for monomial in side))
            for side in sides
        ]


def _product(*symbols: str) -> Polynomial:
    return {tuple(sorted(symbols)): 1}


CONV = ("W_conv1", "W_conv2", "In", "Out_conv1", "Out_conv2")
CONV_SCALES = ("n_In", "n_W_conv1", "n_W_conv2", "n_Out_conv1", "n_Out_conv2")
OUT_CONV1 = ("Out_conv1", _product("W_conv1", "In"))
OUT_CONV2 = ("Out_conv2", _product("W_conv2", "Out_conv1"))
CONV1 = Equation("Q4_1A", (*CONV, *CONV_SCALES), (OUT_CONV1,))
CONV2 = Equation("Q4_1B", (*CONV, *CONV_SCALES), (OUT_CONV2, OUT_CONV1))
BIASED = Equation(
    "Q5_1",
    ("W", "In", "Out", "beta", "n_W", "n_In", "n_Out"),
    (("Out", {("In", "W"): 1, ("beta",): 1}),),
)
READABLE = 160
"""Characters of a side that are still read."""


def _judge(equation: Equation, answer: Answer, next_step: str) -> None:
    claim = claims.returned(answer, equation.variable)
    if claim.kind != "str":
        raise CheckFailed(
            f"{equation.variable} is {claim.words}",
            "a string such as 'a * b = c'",
            "Put the equation between quotation marks.",
        )
    if not claim.text.strip():
        raise CheckFailed(
            f"{equation.variable} is still empty",
            "an equation as a string, such as 'a * b = c'",
            f"Write it over the symbols {', '.join(equation.symbols)}.",
        )
    try:
        sides = parse_equation(claim.text, equation.symbols)
    except EquationError as error:
        raise CheckFailed(
            f"{equation.variable} cannot be read as an equation: {error}",
            "products and sums of the symbols, with an equals sign between the sides",
            f"Write it with +, * and parentheses over {', '.join(equation.symbols)}.",
        ) from None
    if key().is_same(equation.variable, sides_text(equation.read(sides))):
        return
    raise CheckFailed(
        _read_as(equation, sides),
        f"a true equation about {equation.output}, with every scale factor in it",
        next_step,
    )


def _read_as(equation: Equation, sides: tuple[Polynomial, ...]) -> str:
    """What the sides come to, and whether they are equal."""
    expanded = [equation.expanded(side) for side in sides]
    texts = [written(side) for side in expanded]
    short = all(len(text) <= READABLE for text in texts)
    if any(side != expanded[0] for side in expanded):
        told = f"left {', right '.join(texts)}" if len(texts) == 2 else "; ".join(texts)
        actual = "the sides are not equal once each output is replaced by what it is made of"
        return f"{actual}: {told}" if short else actual
    actual = f"the sides are equal, but they do not say what is asked about {equation.output}"
    actual += ": every scale factor once, and the output on one side alone"
    return f"{actual}. With each output replaced, all sides are {texts[0]}" if short else actual


def _question(number: str, title: str, equation: Equation) -> Question[Answer]:
    def collect(context: Context) -> Answer:
        return context.value(equation.variable)

    return Question(number, title, collect, names=(equation.variable,), by_hand=True)


FIRST = _question("4.1a", "The equation of conv1", CONV1)
SECOND = _question("4.1b", "The equation of conv2", CONV2)
BIAS = _question("5.1", "The equation of a layer with a bias", BIASED)


@FIRST.check("equations.conv1", core=True)
def conv1(answer: Answer) -> None:
    """The equation of conv1 carries the scales of its weights, its input and its output."""
    _judge(CONV1, answer, "Count the factors on each side.")


@SECOND.check("equations.conv2", core=True)
def conv2(answer: Answer) -> None:
    """The equation of conv2 carries its own scales and all that its input already carries."""
    _judge(CONV2, answer, "Start from the scaled output of conv1.")


@BIAS.check("equations.bias", core=True)
def bias(answer: Answer) -> None:
    """The equation with a bias scales the bias as it must be scaled to be added."""
    _judge(BIASED, answer, "Ask which factors the product W * In carries.")
