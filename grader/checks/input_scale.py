"""Question 4.2a: `NetQuantized.quantize_initial_input(pixels) -> scale`."""

from grader.checks import scales
from grader.checks.context import Context
from grader.checks.question import NeededBy, Question
from grader.checks.scales import Evidence

FUNCTION = "NetQuantized.quantize_initial_input"
SOME = 40
"""Images after which a range may be taken to be known."""
BRIGHT = 1.25
"""How much brighter the others are: a scale that is kept for the exam's pixels would still fit."""
NEEDED_BY: NeededBy = {
    "the first of them dark": "input_first_image_alone",
    "values that are": "shared_range_without_abs",
    "values that are negative": "input_mean_plus_three_sigma",
}


def collect(context: Context) -> Evidence:
    """Ask for the scale of the exam's pixels and of probes."""
    pixels = context.exam.input_activations
    image = context.exam.images[0].size
    dark = scales.after_dark(BRIGHT * pixels[: SOME * image], image)
    return scales.collect(
        context,
        FUNCTION,
        {"the pixels of the profiled images": pixels},
        scales.drawn(context, FUNCTION, size=2 * image, positive=2 * image)
        | {"the pixels of some brighter images, the first of them dark": dark},
        lambda _name, values: context.session.call(FUNCTION, values),
        "input_scale.any_pixels",
    )


QUESTION = Question("4.2a", "The scale of the input", collect, names=(FUNCTION,))


@QUESTION.check("input_scale.form")
def form(evidence: Evidence) -> None:
    """`quantize_initial_input` returns one positive number."""
    scales.require_form(evidence.exam)


@QUESTION.check("input_scale.range_used", after="input_scale.form", core=True)
def range_used(evidence: Evidence) -> None:
    """The scale makes good use of the 8-bit range for the images of the data set."""
    scales.require_range_used(evidence.exam, evidence, "4.2a")


@QUESTION.check("input_scale.any_pixels", after="input_scale.range_used")
def any_pixels(evidence: Evidence) -> None:
    """The range is used just as well for pixels in another range, tiny, huge or one-sided."""
    scales.require_range_used(evidence.probes, evidence, "4.2a")


@QUESTION.check("input_scale.proportional", after="input_scale.range_used")
def proportional(evidence: Evidence) -> None:
    """Pixels twice as large get half the scale."""
    scales.require_proportional(evidence)


@QUESTION.check("input_scale.repeatable", after="input_scale.range_used")
def repeatable(evidence: Evidence) -> None:
    """The same pixels give the same scale, whatever was asked before."""
    scales.require_repeatable(evidence)
