"""What the study suggests for the tolerances of a rubric, with the reason."""

from __future__ import annotations

import math
from collections.abc import Sequence

from grader.study.measure import Row

STEP = 0.5
"""Points to which a suggestion is rounded up."""
HEADROOM = 1.0
"""Points above the worst sound net, for what a student's choice may add."""


def suggested(rows: Sequence[Row]) -> str:
    """Lines for a course's rubric: `accuracy_margin` and `accuracy_limit` on this exam.

    A net of 8 bits with any range, scale or channel of the study is sound; one of 3 bits or fewer
    in all layers is not what the lab asks for, and is named for comparison.
    """
    sound = [row for row in rows if _is_sound(row)]
    by_chance = max(sound, key=lambda row: row.at_least)
    worst = max(sound, key=lambda row: row.drop)
    broken = min((row for row in rows if _is_broken(row)), key=lambda row: row.at_least)
    margin = _rounded_up(by_chance.at_least + HEADROOM)
    limit = _rounded_up(max(worst.drop + 2 * HEADROOM, margin + 2 * HEADROOM))
    verdict = "is caught" if broken.at_least > margin else "is not caught by accuracy"
    return (
        "[thresholds]\n"
        f"# The sound net that lost most for certain: {_named(by_chance)}, at least"
        f" {by_chance.at_least:.2f} points; {HEADROOM:g} more, rounded up.\n"
        f"# The mildest of 3 bits or fewer: {_named(broken)}, at least {broken.at_least:.2f}"
        f" points: it {verdict}.\n"
        f"accuracy_margin = {margin:.1f}\n"
        f"# The sound net that lost most: {_named(worst)}, {worst.drop:.2f} points.\n"
        f"accuracy_limit = {limit:.1f}\n"
    )


def _is_sound(row: Row) -> bool:
    return row.question == "powers" or (row.question != "bias" and row.at == "8")


def _is_broken(row: Row) -> bool:
    everywhere = row.series == "all layers" or row.question in ("ranges", "channels")
    return everywhere and row.question != "bias" and row.at in ("2", "3")


def _named(row: Row) -> str:
    return f"{row.question}, {row.series}, {row.at}"


def _rounded_up(points: float) -> float:
    return math.ceil(max(points, STEP) / STEP) * STEP
