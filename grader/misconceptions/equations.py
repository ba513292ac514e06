"""Wrong equations (questions 4.1a, 4.1b and 5.1)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grader.misconceptions.registry import misconception


@dataclass(frozen=True)
class EquationCase:
    """How to read a wrong equation of the same question, and the right one as it would be read."""

    read: Callable[[str], frozenset[object]]
    """From text to its two sides, substituted."""
    right: frozenset[object]


def _equation(
    question: str, variable: str, name: str, sentence: str, hint: str, text: str, *others: str
) -> None:
    """Register a wrong equation; it is recognized by both its sides after substitution."""

    def predictions(case: EquationCase) -> Iterable[frozenset[object]]:
        yield from map(case.read, (text, *others))

    misconception(question, name, sentence, hint, {variable: text})(predictions)


_equation(
    "4.1a",
    "Q4_1A",
    "equation-unscaled",
    "The equation holds, but it is the one without any scale.",
    "Multiply each quantized matrix by its own factor.",
    "W_conv1 * In = Out_conv1",
)
_equation(
    "4.1a",
    "Q4_1A",
    "equation-without-output-scale",
    "The layer's output is not scaled down by n_Out_conv1.",
    "The output has a factor of its own, like the weights and the input.",
    "n_W_conv1 * W_conv1 * n_In * In = n_W_conv1 * n_In * Out_conv1",
)
_equation(
    "4.1a",
    "Q4_1A",
    "equation-only-output-scale-right",
    "The two sides are not equal: the right one carries only n_Out_conv1.",
    "Whatever multiplies the left side multiplies the right side.",
    "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_Out_conv1 * Out_conv1",
)
_equation(
    "4.1a",
    "Q4_1A",
    "equation-output-scale-on-one-side",
    "n_Out_conv1 multiplies one of the two sides only.",
    "Whatever multiplies the left side multiplies the right side.",
    "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * Out_conv1",
)
_equation(
    "4.1b",
    "Q4_1B",
    "equation-forgets-conv1",
    "The factors of the first layer are missing.",
    "The input of conv2 is the scaled output of conv1: it carries all that conv1 multiplied in.",
    "n_W_conv2 * W_conv2 * Out_conv1 * n_Out_conv2 = n_W_conv2 * n_Out_conv2 * Out_conv2",
)
_equation(
    "4.1b",
    "Q4_1B",
    "equation-only-preceding-output-scale",
    "Of the first layer only n_Out_conv1 is counted.",
    "The input of conv2 carries n_In and n_W_conv1 too.",
    "n_W_conv2 * W_conv2 * n_Out_conv1 * Out_conv1 * n_Out_conv2"
    " = n_W_conv2 * n_Out_conv1 * n_Out_conv2 * Out_conv2",
)
_equation(
    "4.1b",
    "Q4_1B",
    "equation-conv2-output-scale-on-one-side",
    "n_Out_conv2 multiplies one of the two sides only.",
    "Whatever multiplies the left side multiplies the right side.",
    "n_W_conv2 * W_conv2 * n_In * n_W_conv1 * n_Out_conv1 * Out_conv1 * n_Out_conv2"
    " = n_W_conv2 * n_In * n_W_conv1 * n_Out_conv1 * Out_conv2",
)
_equation(
    "5.1",
    "Q5_1",
    "equation-bias-unscaled",
    "The bias is added without a factor.",
    "It is added to W * In, which carries n_W and n_In.",
    "(n_W * W * n_In * In + beta) * n_Out = n_W * n_In * n_Out * Out",
    "n_W * W * n_In * In * n_Out + beta = n_W * n_In * n_Out * Out",
    "n_W * W * n_In * In + beta = n_W * n_In * Out",
)
_equation(
    "5.1",
    "Q5_1",
    "equation-bias-scaled-by-weights",
    "The bias is scaled by n_W alone.",
    "It is added to W * In, which carries n_In as well.",
    "(n_W * W * n_In * In + n_W * beta) * n_Out = n_W * n_In * n_Out * Out",
)
_equation(
    "5.1",
    "Q5_1",
    "equation-bias-scaled-twice",
    "The bias is scaled by n_Out, and then the sum is scaled by n_Out again.",
    "n_Out multiplies the whole sum; the bias inside has the factors of W * In only.",
    "(n_W * W * n_In * In + n_W * n_In * n_Out * beta) * n_Out = n_W * n_In * n_Out * Out",
)
_equation(
    "5.1",
    "Q5_1",
    "equation-bias-after-output-scale",
    "The bias has the factors of the sums, but is added after n_Out has multiplied them.",
    "n_Out multiplies the whole sum, and the bias is a part of it.",
    "n_W * W * n_In * In * n_Out + n_W * n_In * beta = n_W * n_In * n_Out * Out",
)
