"""Questions 4.1a, 4.1b and 5.1: the equations, given as strings."""

from dataclasses import dataclass

from grader.checks import claims
from grader.checks.bench import Bench
from grader.checks.tree import Question
from grader.finding import Finding, failed, passed
from grader.misconceptions import EquationSides, explain
from grader.polynomial import EquationError, Polynomial, parse_equation, substitute, written
from grader.sandbox.outside.answer import Answer


@dataclass(frozen=True)
class Equation:
    """What one question asks for.

    The right equation says `product = product` once every output is replaced by what it is made of;
    a student may write either side with or without that replacement, and in either order.
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


def _judge(equation: Equation, answer: Answer, question: str, next_step: str) -> Finding:
    claim = claims.returned(answer, equation.variable)
    if isinstance(claim, Finding):
        return claim
    if claim.kind != "str":
        return failed(f"{equation.variable} is {claim.words}", "a string such as 'a * b = c'")
    if not claim.text.strip():
        return failed(
            f"{equation.variable} is still empty",
            "an equation as a string, such as 'a * b = c'",
            f"Write it over the symbols {', '.join(equation.symbols)}.",
        )
    try:
        left, right = equation.sides(claim.text)
    except EquationError as error:
        return failed(
            f"{equation.variable} cannot be read as an equation: {error}",
            "products and sums of the symbols, with one equals sign",
            f"The symbols are {', '.join(equation.symbols)}.",
        )
    if left == right == equation.product:
        return passed()
    case = EquationSides(equation.canonical, frozenset([frozenset(equation.product.items())]))
    diagnosis = explain(question, case, frozenset(frozenset(s.items()) for s in (left, right)))
    came = _read_as(left, right)
    return failed(came, "a true equation with every scale factor in it", next_step, diagnosis)


def _read_as(left: Polynomial, right: Polynomial) -> str:
    """What is wrong with the two sides, in words and, where that is short, in symbols."""
    sides = [written(side) for side in (left, right)]
    most = 160  # characters that are still read
    short = all(len(side) <= most for side in sides)
    if left != right:
        came = "the two sides are not equal once each output is replaced by what it is made of"
        return f"{came}: left {sides[0]}, right {sides[1]}" if short else came
    came = "the equation is true, but it does not carry each scale factor exactly once"
    return f"{came}: with each output replaced, both sides are {sides[0]}" if short else came


def collect_conv1(bench: Bench) -> Answer:
    """The string of question 4.1a."""
    return bench.value(CONV1.variable)


def collect_conv2(bench: Bench) -> Answer:
    """The string of question 4.1b."""
    return bench.value(CONV2.variable)


def collect_bias(bench: Bench) -> Answer:
    """The string of question 5.1."""
    return bench.value(BIASED.variable)


FIRST = Question("4.1a", "The equation of conv1", collect_conv1)
SECOND = Question("4.1b", "The equation of conv2", collect_conv2)
BIAS = Question("5.1", "The equation of a layer with a bias", collect_bias)


@FIRST.check("equations.conv1", core=True)
def conv1(answer: Answer, bench: Bench) -> Finding:
    """The equation of conv1 carries the scales of its weights, its input and its output."""
    del bench
    return _judge(CONV1, answer, "4.1a", "Count the factors on each side.")


@SECOND.check("equations.conv2", core=True)
def conv2(answer: Answer, bench: Bench) -> Finding:
    """The equation of conv2 carries its own scales and all that its input already carries."""
    del bench
    return _judge(CONV2, answer, "4.1b", "Start from the scaled output of conv1.")


@BIAS.check("equations.bias", core=True)
def bias(answer: Answer, bench: Bench) -> Finding:
    """The equation with a bias scales the bias as it must be scaled to be added."""
    del bench
    return _judge(BIASED, answer, "5.1", "Ask which factors the product W * In carries.")
