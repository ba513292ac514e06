"""Wrong equations (questions 4.1a, 4.1b and 5.1).

To add one, copy an entry of `WRONG_EQUATIONS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grader.misconceptions.registry import Misconception, register
from grader.verdict import Diagnosis

VARIABLES = {"4.1a": "Q4_1A", "4.1b": "Q4_1B", "5.1": "Q5_1"}
"""By question: the variable that holds the equation."""


@dataclass(frozen=True)
class EquationSides:
    """The two sides of an equation, in terms of inputs, weights and scales alone."""

    read: Callable[[str], frozenset[object]]
    """From the text of an equation to its sides; two equations with the same sides are equal."""
    correct: frozenset[object]


@dataclass(frozen=True)
class WrongEquation:
    """A mistake in an equation."""

    question: str
    name: str
    sentence: str
    hint: str
    text: str
    """The equation with this mistake."""
    variants: tuple[str, ...] = ()
    """Other equations with the same mistake."""

    def predictions(self, equation: EquationSides) -> Iterable[frozenset[object]]:
        """The sides of each equation with this mistake."""
        yield from map(equation.read, (self.text, *self.variants))


PRODUCTS = (
    ("4.1a", "equation-conv1", "Out_conv1", "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1"),
    (
        "4.1b",
        "equation-conv2",
        "Out_conv2",
        "n_W_conv2 * W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * Out_conv1 * n_Out_conv2",
    ),
    ("5.1", "equation-bias", "Out", "(n_W * W * n_In * In + n_W * n_In * beta) * n_Out"),
)
"""By question: the name, the output, and what it is made of with all of its factors."""
FACTORS = (
    ("4.1a", "equation-conv1", "Out_conv1", "n_W_conv1 * n_In * n_Out_conv1"),
    (
        "4.1b",
        "equation-conv2",
        "Out_conv2",
        "n_W_conv2 * n_W_conv1 * n_In * n_Out_conv1 * n_Out_conv2",
    ),
    ("5.1", "equation-bias", "Out", "n_W * n_In * n_Out"),
)
"""By question: the name, the output, and its factors."""

WRONG_EQUATIONS = (
    WrongEquation(
        question="4.1a",
        name="equation-unscaled",
        sentence="Your equation is true, but it has no scale in it.",
        hint="Multiply each quantized matrix by its own factor.",
        text="W_conv1 * In = Out_conv1",
    ),
    WrongEquation(
        question="4.1a",
        name="equation-without-output-scale",
        sentence="Your equation does not scale the layer's output by n_Out_conv1.",
        hint="The output has a factor of its own, as the weights and the input have. Add it.",
        text="n_W_conv1 * W_conv1 * n_In * In = n_W_conv1 * n_In * Out_conv1",
    ),
    WrongEquation(
        question="4.1a",
        name="equation-only-output-scale-right",
        sentence="Your two sides are not equal: the right one carries only n_Out_conv1.",
        hint="Multiply both sides by the same factors.",
        text="n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_Out_conv1 * Out_conv1",
    ),
    WrongEquation(
        question="4.1a",
        name="equation-output-scale-on-one-side",
        sentence="Your equation has n_Out_conv1 on one side only.",
        hint="Multiply both sides by the same factors.",
        text="n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * Out_conv1",
    ),
    WrongEquation(
        question="4.1b",
        name="equation-forgets-conv1",
        sentence="Your equation has none of the factors of the first layer.",
        hint="The input of conv2 is the scaled output of conv1. Add all factors of conv1.",
        text="n_W_conv2 * W_conv2 * Out_conv1 * n_Out_conv2 = n_W_conv2 * n_Out_conv2 * Out_conv2",
    ),
    WrongEquation(
        question="4.1b",
        name="equation-only-preceding-output-scale",
        sentence="Your equation has only n_Out_conv1 of the first layer's factors.",
        hint="The input of conv2 carries n_In and n_W_conv1, too. Add them.",
        text=(
            "n_W_conv2 * W_conv2 * n_Out_conv1 * Out_conv1 * n_Out_conv2"
            " = n_W_conv2 * n_Out_conv1 * n_Out_conv2 * Out_conv2"
        ),
    ),
    WrongEquation(
        question="4.1b",
        name="equation-conv2-output-scale-on-one-side",
        sentence="Your equation has n_Out_conv2 on one side only.",
        hint="Multiply both sides by the same factors.",
        text=(
            "n_W_conv2 * W_conv2 * n_In * n_W_conv1 * n_Out_conv1 * Out_conv1 * n_Out_conv2"
            " = n_W_conv2 * n_In * n_W_conv1 * n_Out_conv1 * Out_conv2"
        ),
    ),
    *(
        WrongEquation(
            question=question,
            name=f"{name}-without-its-output",
            sentence=f"Your equation has the same product on both sides, and {output} on neither.",
            hint=f"Say on one side what {output} is multiplied by.",
            text=f"{product} = {product}",
        )
        for question, name, output, product in PRODUCTS
    ),
    *(
        WrongEquation(
            question=question,
            name=f"{name}-with-its-output-alone",
            sentence=f"Your equation says on both sides what {output} is multiplied by.",
            hint=f"Say on one side what {output} is made of: weights, inputs and their factors.",
            text=f"{factors} * {output} = {factors} * {output}",
        )
        for question, name, output, factors in FACTORS
    ),
    WrongEquation(
        question="5.1",
        name="equation-bias-unscaled",
        sentence="Your equation adds the bias without a factor.",
        hint="The bias is added to W * In, which carries n_W and n_In. Let the bias carry them.",
        text="(n_W * W * n_In * In + beta) * n_Out = n_W * n_In * n_Out * Out",
        variants=(
            "n_W * W * n_In * In * n_Out + beta = n_W * n_In * n_Out * Out",
            "n_W * W * n_In * In + beta = n_W * n_In * Out",
        ),
    ),
    WrongEquation(
        question="5.1",
        name="equation-bias-scaled-by-weights",
        sentence="Your equation scales the bias by n_W alone.",
        hint="The bias is added to W * In, which carries n_In as well. Let the bias carry it.",
        text="(n_W * W * n_In * In + n_W * beta) * n_Out = n_W * n_In * n_Out * Out",
    ),
    WrongEquation(
        question="5.1",
        name="equation-bias-scaled-twice",
        sentence="Your equation scales the bias by n_Out, and then the whole sum by n_Out again.",
        hint="The bias is part of that sum. In it, give the bias the factors of W * In alone.",
        text=(
            "(n_W * W * n_In * In + n_W * n_In * n_Out * beta) * n_Out = n_W * n_In * n_Out * Out"
        ),
    ),
    WrongEquation(
        question="5.1",
        name="equation-bias-after-output-scale",
        sentence="Your equation adds the bias after n_Out has multiplied the sums.",
        hint="The bias is part of the sum. Multiply the whole sum by n_Out.",
        text="n_W * W * n_In * In * n_Out + n_W * n_In * beta = n_W * n_In * n_Out * Out",
    ),
)

for _wrong in WRONG_EQUATIONS:
    register(
        Misconception(
            question=_wrong.question,
            predicts=EquationSides,
            diagnosis=Diagnosis(_wrong.name, _wrong.sentence, _wrong.hint),
            predictions=_wrong.predictions,
            code={VARIABLES[_wrong.question]: _wrong.text},
        )
    )
