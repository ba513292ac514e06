"""The plots of the summary, from what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.course.summary.tally import BINS, CheckTally, QuestionTally
from grader.report.html import drawing, picture

if TYPE_CHECKING:
    from markupsafe import Markup

ALL, SOME, NOTHING = "#009e73", "#e69f00", "#d55e00"
"""Of Okabe and Ito (2008), as all plots; each has its pattern as well."""
PATTERNS = ("", "..", "//")
SHOWN = 12
"""Checks in the plot of what splits the class; the others stand in the table."""
WIDE = 8.6


def distribution(bins: list[int], says: str) -> Markup:
    """How many submissions have how many points, in percent; all points are a bar of their own."""
    from matplotlib.ticker import MaxNLocator

    with drawing(WIDE, 2.8) as figure:
        axes = figure.subplots()
        step = 100 / BINS
        middles = [step * (at + 0.5) for at in range(BINS + 1)]
        axes.bar(middles, bins, width=0.9 * step, color="#0072b2")
        axes.bar(middles[-1:], bins[-1:], width=0.9 * step, color=ALL)
        ticks = [*range(0, 100, 10), 100 + step / 2]
        axes.set_xticks(ticks, [*map(str, range(0, 100, 10)), "all"])
        axes.set_xlabel("points, in percent of what could be earned")
        axes.set_ylabel("submissions")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x", visible=False)
        return picture(figure, "points", says)


def success(questions: list[QuestionTally], says: str) -> Markup:
    """How many submissions have earned all of a question, some of it, or nothing."""
    with drawing(WIDE, 1.1 + 0.3 * len(questions)) as figure:
        axes = figure.subplots()
        names = [f"{each.number} {each.title}" for each in questions]
        left = [0.0] * len(questions)
        kinds = (
            ("all of its points", ALL, [each.all_of_it for each in questions]),
            ("some", SOME, [each.some_of_it for each in questions]),
            ("none", NOTHING, [each.nothing for each in questions]),
        )
        for (name, colour, counts), pattern in zip(kinds, PATTERNS, strict=True):
            shares = [100 * n / q.submissions for n, q in zip(counts, questions, strict=True)]
            style: dict[str, Any] = {"color": colour, "hatch": pattern, "edgecolor": "white"}
            axes.barh(names, shares, left=left, label=name, linewidth=0.5, **style)
            left = [at + share for at, share in zip(left, shares, strict=True)]
        for at, each in enumerate(questions):
            axes.text(101, at, f"{each.mean:.0f} %", va="center")
        axes.invert_yaxis()
        axes.set_xlim(0, 108)
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel("submissions, in percent; beside the bars, the points earned on the mean")
        axes.grid(axis="y", visible=False)
        axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), fontsize=9)
        return picture(figure, "questions", says)


def splits(checks: list[tuple[CheckTally, float]], says: str) -> Markup:
    """The checks that go along most with the points of all other questions."""
    some = checks[:SHOWN]
    with drawing(WIDE, 0.9 + 0.3 * len(some)) as figure:
        axes = figure.subplots()
        names = [each.check for each, _ in some]
        axes.barh(names, [value for _, value in some], color="#0072b2")
        for at, (each, value) in enumerate(some):
            passed = each.split.passed / (each.split.passed + each.split.failed)
            axes.text(max(value, 0) + 0.01, at, f"{100 * passed:.0f} % pass", va="center")
        axes.invert_yaxis()
        axes.set_xlim(min(0, *(value for _, value in some)) - 0.02, 1.1)
        axes.set_xlabel("correlation with the points of all other questions")
        axes.grid(axis="y", visible=False)
        return picture(figure, "splits", says)
