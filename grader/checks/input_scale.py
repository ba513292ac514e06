"""Question 4.2a: `NetQuantized.quantize_initial_input(pixels) -> scale`."""

from grader.checks import scales
from grader.checks.bench import Bench
from grader.checks.scales import Evidence
from grader.checks.tree import Question
from grader.finding import Finding

FUNCTION = "NetQuantized.quantize_initial_input"
SOME = 40
"""Images after which a range may be taken to be known."""
BRIGHT = 1.25
"""How much brighter the others are: a scale that is kept for the exam's pixels would still fit."""


def collect(bench: Bench) -> Evidence:
    """Ask for the scale of the exam's pixels and of probes."""
    pixels = bench.exam.input_activations
    image = bench.exam.images[0].size
    dark = scales.after_dark(BRIGHT * pixels[: SOME * image], image)
    return scales.collect(
        bench,
        FUNCTION,
        {"the pixels of the calibration images": pixels},
        scales.drawn(bench, FUNCTION, size=2 * image, positive=2 * image)
        | {"the pixels of some brighter images, the first of them dark": dark},
        lambda _name, values: bench.session.call(FUNCTION, values),
    )


QUESTION = Question("4.2a", "The scale of the input", collect)


@QUESTION.check("input_scale.form")
def form(evidence: Evidence, bench: Bench) -> Finding:
    """`quantize_initial_input` returns one positive number."""
    del bench
    return scales.form(evidence.exam)


@QUESTION.check("input_scale.range_used", after="input_scale.form", core=True)
def range_used(evidence: Evidence, bench: Bench) -> Finding:
    """The scale makes good use of the 8-bit range for the images of the data set."""
    return scales.usable(evidence.exam, evidence.trials, bench, "4.2a")


@QUESTION.check("input_scale.any_pixels", after="input_scale.range_used")
def any_pixels(evidence: Evidence, bench: Bench) -> Finding:
    """The range is used just as well for pixels in another range, tiny, huge or one-sided."""
    return scales.usable(evidence.probes, evidence.trials, bench, "4.2a")


@QUESTION.check("input_scale.proportional", after="input_scale.range_used")
def proportional(evidence: Evidence, bench: Bench) -> Finding:
    """Pixels twice as large get half the scale."""
    return scales.proportional(evidence, bench)


@QUESTION.check("input_scale.repeatable", after="input_scale.range_used")
def repeatable(evidence: Evidence, bench: Bench) -> Finding:
    """The same pixels give the same scale, whatever was asked before."""
    return scales.repeatable(evidence, bench)
