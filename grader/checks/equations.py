"""Questions 4.1a, 4.1b and 5.1: the equations, given as strings."""

from dataclasses import dataclass

from grader.checks import claims
from grader.checks.context import Context
from grader.checks.question import Question
from grader.misconceptions import EquationCase, explain
from grader.polynomial import EquationError, Polynomial, parse_equation, substitute, written
from grader.sandbox.outside.answer import Answer
from grader.verdict import CheckFailed


@dataclass(frozen=True)
class Equation:
    """What one question asks for.

    The correct equation says `product = product` once every output is replaced by what it is made
    of; a student may write either side with or without that replacement, and in either order.
    """

    variable: str
    symbols: tuple[str, ...]
    outputs: tuple[tuple[str, Polynomial], ...]
    """Each output and what it stands for, the last layer's first."""
    product: Polynomial

    def sides(self, text: str) -> tuple[Polynomial, Polynomial]:
        """Both sides in terms of inputs, weights and scales alone.

        Raises:
            EquationError: the text is no equation over the symbols.
        """
        left, right = parse_equation(text, self.symbols)
        for output, value in self.outputs:
            left, right = (substitute(side, output, value) for side in (left, right))
        return left, right

    def canonical(self, text: str) -> frozenset[object]:
        """Both sides as a value that can be compared, without their order."""
        return frozenset(frozenset(side.items()) for side in self.sides(text))


def _product(*symbols: str) -> Polynomial:
    return {tuple(sorted(symbols)): 1}


CONV = ("W_conv1", "W_conv2", "In", "Out_conv1", "Out_conv2")
CONV_SCALES = ("n_In", "n_W_conv1", "n_W_conv2", "n_Out_conv1", "n_Out_conv2")
OUTPUTS = (
    ("Out_conv2", _product("W_conv2", "Out_conv1")),
    ("Out_conv1", _product("W_conv1", "In")),
)
CONV1 = Equation(
    "Q4_1A",
    (*CONV, *CONV_SCALES),
    OUTPUTS,
    _product("n_W_conv1", "W_conv1", "n_In", "In", "n_Out_conv1"),
)
CONV2 = Equation(
    "Q4_1B",
    (*CONV, *CONV_SCALES),
    OUTPUTS,
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
        raise CheckFailed(f"{equation.variable} is {claim.words}", "a string such as 'a * b = c'")
    if not claim.text.strip():
        raise CheckFailed(
            f"{equation.variable} is still empty",
            "an equation as a string, such as 'a * b = c'",
            f"Write it over the symbols {', '.join(equation.symbols)}.",
        )
    try:
        left, right = equation.sides(claim.text)
    except EquationError as error:
        raise CheckFailed(
            f"{equation.variable} cannot be read as an equation: {error}",
            "products and sums of the symbols, with one equals sign",
            f"The symbols are {', '.join(equation.symbols)}.",
        ) from None
    if left == right == equation.product:
        return
    case = EquationCase(equation.canonical, frozenset([frozenset(equation.product.items())]))
    diagnosis = explain(question, case, frozenset(frozenset(s.items()) for s in (left, right)))
    actual = _read_as(left, right)
    raise CheckFailed(actual, "a true equation with every scale factor in it", next_step, diagnosis)


def _read_as(left: Polynomial, right: Polynomial) -> str:
    """What is wrong with the two sides, in words and, where that is short, in symbols."""
    sides = [written(side) for side in (left, right)]
    most = 160  # characters that are still read
    short = all(len(side) <= most for side in sides)
    if left != right:
        actual = "the two sides are not equal once each output is replaced by what it is made of"
        return f"{actual}: left {sides[0]}, right {sides[1]}" if short else actual
    actual = "the equation is true, but it does not carry each scale factor exactly once"
    return f"{actual}: with each output replaced, both sides are {sides[0]}" if short else actual


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
