"""Question 4.2a: the scale of the input, and the arrays it is asked for."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.checks.excess_noise import decibels_lost
from grader.checks.input_scale import QUESTION
from tests.unit.functions import context_of, failed_checks, small_exam

IMAGE = small_exam().images[0].size


def widest(values: np.ndarray) -> float:
    return 127 / float(np.abs(values).max())


@pytest.mark.parametrize(
    ("function", "failed"),
    [
        (widest, set()),
        (lambda pixels: 127 / float(pixels.max()), {"any_pixels"}),
        (lambda pixels: widest(pixels[:IMAGE]), {"any_pixels"}),
        (lambda pixels: 127.0, {"any_pixels", "proportional"}),
        (lambda pixels: 0.5, {"range_used"}),
        (lambda pixels: "127", {"form"}),
    ],
)
def test_each_mistake_is_told_by_its_own_check(
    function: Callable[[np.ndarray], float], failed: set[str]
) -> None:
    assert failed_checks(QUESTION, context_of(quantize_initial_input=function)) == failed


def test_a_scale_that_is_kept_for_the_exam_s_pixels_fits_brighter_images() -> None:
    context = context_of()
    evidence = QUESTION.collect(context)
    (exam,) = evidence.exam
    (brighter,) = [call for call in evidence.probes if "brighter" in call.name]
    limit = context.tolerances.thresholds.excess_noise_db
    assert np.abs(brighter.values).max() > 1.1 * np.abs(exam.values).max()
    assert decibels_lost(brighter.values, exam.scale) <= limit
    # The first image is so dark that its scale does not.
    assert decibels_lost(brighter.values, widest(brighter.values[:IMAGE])) > limit


def test_drawn_pixels_are_those_of_whole_images() -> None:
    evidence = QUESTION.collect(context_of())
    assert {call.values.size % IMAGE for call in evidence.probes} == {0}
