"""Question 4.2a: `NetQuantized.quantize_initial_input(pixels) -> scale`."""

from grader.checks import scales
from grader.checks.context import Context
from grader.checks.input_scale import FUNCTION
from grader.checks.scales import Evidence


def collect(context: Context) -> Evidence:
    """Ask for the scale of the exam's pixels."""
    pixels = context.exam.input_activations
    return scales.collect(
        context,
        FUNCTION,
        {"the pixels of the profiled images": pixels},
        {},
        lambda _name, values: context.session.call(FUNCTION, values),
        "",
    )
