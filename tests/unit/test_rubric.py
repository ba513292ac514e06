"""The rubric: typed, checked, and laid over by a course's own."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import RubricError
from grader.grade import Terms, checks
from grader.rubric import load_rubric
from grader.sandbox.outside.wall import Wall
from tests.conftest import judging


def course(tmp_path: Path, text: str) -> Path:
    """A course's file."""
    path = tmp_path / "course.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_rubric_speaks_of_every_check_and_adds_up() -> None:
    rubric = load_rubric().covering(checks())
    assert sum(worth.points for worth in rubric.checks.values()) == rubric.total == 100


def test_a_course_replaces_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    path = course(
        tmp_path,
        "[thresholds]\naccuracy_margin = 1.5\n"
        '[checks."weights.scale"]\npoints = 1\nvisibility = "hidden"\n'
        '[checks."weights.rounding"]\npoints = 5\n',
    )
    default, laid_over = load_rubric(), load_rubric(path)
    assert laid_over.thresholds.accuracy_margin == 1.5
    assert laid_over.thresholds.confidence == default.thresholds.confidence
    assert laid_over.checks["weights.scale"].visibility == "hidden"
    changed = {n for n, worth in laid_over.checks.items() if worth != default.checks[n]}
    assert changed == {"weights.scale", "weights.rounding"}


def test_a_check_that_a_course_does_without_is_not_in_the_results(
    tmp_path: Path, wall: Wall, terms: Terms, reference: str
) -> None:
    path = course(tmp_path, 'total = 95\n[checks."weights.accuracy"]\nenabled = false\n')
    own = replace(terms, rubric=load_rubric(path), questions=frozenset({"2.1", "2.2"}))
    result = judging(wall, own, tmp_path)(reference)
    assert "weights.accuracy" not in {entry.check for entry in result.entries}
    assert result.score == result.max_score == 18


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("total = ", "not TOML"),
        ("total = 99", "the points add up to 100, but total = 99"),
        ('[checks."weights.scale"]\npoints = -1', "give 0 or more"),
        ('[checks."weights.scale"]\npoints = "3"', "Expected `float`, got `str`"),
        ('[checks."weights.scale"]\npoints = inf', "give 0 or more"),
        ('[checks."weights.scale"]\nvisibility = "nobody"', "Invalid enum value 'nobody'"),
        ('[checks."weights.scale"]\npoinst = 3', "unknown field `poinst`"),
        ('[checks."weights.scales"]\npoints = 0', "there is no check 'weights.scales'"),
        ("[thresholds]\nmargin = 1.0", "unknown field `margin`"),
        ("threshold = 1", "unknown field `threshold`"),
        (
            '[checks."weights.scale"]\nrun = false',
            "checks.weights.scale.run is now called enabled; rename it",
        ),
        (
            "[thresholds]\nusable_scale_db = 6.0",
            "thresholds.usable_scale_db is now called excess_noise_db; rename it",
        ),
    ],
)
def test_a_bad_rubric_is_refused_in_one_precise_line(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(RubricError) as refused:
        load_rubric(course(tmp_path, text)).covering(checks())
    assert words in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert refused.value.exit_status == 2
