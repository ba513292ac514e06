"""Questions 4.1a, 4.1b and 5.1: the equations, given as strings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from grader.checks import claims, illustrations
from grader.checks.context import Context
from grader.checks.question import Question
from grader.misconceptions import EquationSides, explain
from grader.polynomial import EquationError, Polynomial, parse_equation, substitute, written
from grader.sandbox.outside.answer import Answer
from grader.verdict import CheckFailed


@dataclass(frozen=True)
class Side:
    """One side of an equation, in terms of inputs, weights and scales alone."""

    polynomial: Polynomial
    names_output: bool
    """Whether the output that the question asks for stood on this side."""


@dataclass(frozen=True)
class Equation:
    """What one question asks for.

    In the correct equation each side is `product`, once every output is replaced by what it is made
    of. At least one side names the output, and not every one does: else it would say nothing of it.
    The sides may come in any order, and there may be more than two (`a = b = c`).
    """

    variable: str
    symbols: tuple[str, ...]
    outputs: tuple[tuple[str, Polynomial], ...]
    """Each output and what it stands for: first the one that the question asks for."""
    product: Polynomial

    @property
    def output(self) -> str:
        """The output that the question asks for."""
        return self.outputs[0][0]

    def sides(self, text: str) -> tuple[Side, ...]:
        """The sides of an equation.

        Raises:
            EquationError: the text is no equation over the symbols.
        """
        return tuple(self._side(side) for side in parse_equation(text, self.symbols))

    def _side(self, written: Polynomial) -> Side:
        names_output = any(self.output in monomial for monomial in written)
        return Side(self.expanded(written), names_output)

    def expanded(self, written: Polynomial) -> Polynomial:
        """The polynomial, with each output replaced by what it is made of."""
        for output, value in self.outputs:
            written = substitute(written, output, value)
        return written

    def canonical(self, sides: Iterable[Side]) -> frozenset[object]:
        """The sides as a value that can be compared, without their order."""
        return frozenset((frozenset(each.polynomial.items()), each.names_output) for each in sides)

    def judges_right(self, text: str) -> bool:
        """Whether a text over its symbols is the correct equation."""
        return self.canonical(self.sides(text)) == self.correct

    @property
    def correct(self) -> frozenset[object]:
        """The sides of the correct equation, to be compared."""
        return self.canonical(Side(self.product, names_output) for names_output in (True, False))


def _product(*symbols: str) -> Polynomial:
    return {tuple(sorted(symbols)): 1}


CONV = ("W_conv1", "W_conv2", "In", "Out_conv1", "Out_conv2")
CONV_SCALES = ("n_In", "n_W_conv1", "n_W_conv2", "n_Out_conv1", "n_Out_conv2")
OUT_CONV1 = ("Out_conv1", _product("W_conv1", "In"))
OUT_CONV2 = ("Out_conv2", _product("W_conv2", "Out_conv1"))
CONV1 = Equation(
    "Q4_1A",
    (*CONV, *CONV_SCALES),
    (OUT_CONV1,),
    _product("n_W_conv1", "W_conv1", "n_In", "In", "n_Out_conv1"),
)
CONV2 = Equation(
    "Q4_1B",
    (*CONV, *CONV_SCALES),
    (OUT_CONV2, OUT_CONV1),
    _product("W_conv1", "W_conv2", "In", *CONV_SCALES),
)
BIASED = Equation(
    "Q5_1",
    ("W", "In", "Out", "beta", "n_W", "n_In", "n_Out"),
    (("Out", {("In", "W"): 1, ("beta",): 1}),),
    {
        ("In", "W", "n_In", "n_Out", "n_W"): 1,
        ("beta", "n_In", "n_Out", "n_W"): 1,
    },
)


def _judge(equation: Equation, answer: Answer, question: str, next_step: str) -> None:
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
        sides = equation.sides(claim.text)
    except EquationError as error:
        raise CheckFailed(
            f"{equation.variable} cannot be read as an equation: {error}",
            "products and sums of the symbols, with an equals sign between the sides",
            f"Write it with +, * and parentheses over {', '.join(equation.symbols)}.",
        ) from None
    found = equation.canonical(sides)
    if found == equation.correct:
        return
    for other in (CONV1, CONV2):
        if equation.symbols == other.symbols and other.judges_right(claim.text):
            raise CheckFailed(
                f"this is the equation of {other.output}, which {other.variable} asks for",
                f"an equation about {equation.output}",
                f"Put it into {other.variable}, and that of {equation.output} here.",
            )
    case = EquationSides(lambda text: equation.canonical(equation.sides(text)), equation.correct)
    raise CheckFailed(
        _read_as(equation, sides),
        f"a true equation about {equation.output}, with every scale factor in it",
        next_step,
        explain(question, case, found),
        partial(
            illustrations.of_equation,
            parse_equation(claim.text, equation.symbols),
            equation.expanded,
            equation.product,
        ),
    )


def _read_as(equation: Equation, sides: tuple[Side, ...]) -> str:
    """What is wrong with the sides, in words and, where that is short, in symbols."""
    texts = [written(side.polynomial) for side in sides]
    short = all(len(text) <= READABLE for text in texts)
    first = sides[0].polynomial
    if any(side.polynomial != first for side in sides):
        actual = "the sides are not equal once each output is replaced by what it is made of"
        sides_told = f"left {', right '.join(texts)}" if len(texts) == 2 else "; ".join(texts)
        actual += f": {sides_told}" if short else ""
        symbols = [_symbols(side.polynomial) for side in sides]
        uneven = frozenset.union(*symbols) - frozenset.intersection(*symbols)
        where = " on one side" if len(sides) == 2 else " on some sides"
        return actual + _missing(equation, uneven, where)
    if first == equation.product:
        every = "every" if sides[0].names_output else "no"
        return f"{every} side names {equation.output}, so the equation says nothing about it"
    actual = "the equation is true, but it does not carry each scale factor exactly once"
    actual += f": with each output replaced, all sides are {texts[0]}" if short else ""
    return actual + _missing(equation, _symbols(equation.product) - _symbols(first))


def _symbols(polynomial: Polynomial) -> frozenset[str]:
    return frozenset(symbol for monomial in polynomial for symbol in monomial)


def _missing(equation: Equation, symbols: frozenset[str], where: str = "") -> str:
    """Which of these symbols the correct equation has, in words; empty if none."""
    wanted = symbols & _symbols(equation.product)
    names = [symbol for symbol in equation.symbols if symbol in wanted]
    if not names:
        return ""
    *others, last = names
    told = f"{', '.join(others)} and {last} are" if others else f"{last} is"
    return f", so {told} missing{where}"


READABLE = 160
"""Characters of a side that are still read."""


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
    _judge(CONV1, answer, "4.1a", "Count the factors on each side.")


@SECOND.check("equations.conv2", core=True)
def conv2(answer: Answer) -> None:
    """The equation of conv2 carries its own scales and all that its input already carries."""
    _judge(CONV2, answer, "4.1b", "Start from the scaled output of conv1.")


@BIAS.check("equations.bias", core=True)
def bias(answer: Answer) -> None:
    """The equation with a bias scales the bias as it must be scaled to be added."""
    _judge(BIASED, answer, "5.1", "Ask which factors the product W * In carries.")
