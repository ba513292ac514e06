"""The margins of a tolerance: what is nearest to it among the correct, and among the rejected."""

from grader.rubric import Measured, load_rubric
from grader.validation.margins import Sample, margins


def test_the_nearest_of_each_side_is_found() -> None:
    thresholds = load_rubric().thresholds
    correct = [Measured("excess_noise_db", value, held=True) for value in (-3.0, 5.5)]
    wrong = [
        Measured("excess_noise_db", 1.0, held=True),
        Measured("excess_noise_db", 9.0, held=False),
        Measured("excess_noise_db", float("inf"), held=False),
        Measured("follows_net", 0.2, held=False),
    ]
    cases = [Sample("a", True, correct), Sample("b", False, wrong)]
    decibels, follows = margins(cases, thresholds)
    assert decibels.correct is not None
    assert decibels.wrong is not None
    assert (decibels.limit, decibels.correct.value, decibels.wrong.value) == (7, 5.5, 9)
    assert (decibels.wrong.name, decibels.wrong.count) == ("b", 2)
    assert follows.correct is None
    assert follows.wrong is not None
    assert follows.wrong.value == 0.2


def test_a_value_on_the_tolerance_holds_and_nan_does_not() -> None:
    thresholds = load_rubric().thresholds
    assert thresholds.holds("excess_noise_db", 7.0)
    assert not thresholds.holds("excess_noise_db", 7.001)
    assert thresholds.holds("follows_net", 0.75)
    assert not thresholds.holds("follows_net", 0.749)
    for name in ("excess_noise_db", "follows_net"):
        assert not thresholds.holds(name, float("nan"))
