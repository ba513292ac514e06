"""The study as a page: five plots, what each shows, and the numbers beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from grader.exam import Exam
from grader.report.html import drawing, palette, picture, render
from grader.study.measure import Row
from grader.study.quantizers import Quantizer

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEAR = 4.0
"""Points below the float net down to which the close view of a plot goes."""
PLOTTED_BITS = 16
"""Of a bias; what is wider stands in the table."""
FLOAT_NET = "#888888"


@dataclass(frozen=True)
class Section:
    """One plot with its words, as the template takes it."""

    name: str
    title: str
    text: str
    at: str
    """What the rows of one series differ in."""
    rows: list[Row]
    picture: Markup


def study_page(exam: Exam, rows: Sequence[Row], confidence: float, made_by: str) -> str:
    """The whole page."""
    return render(
        "study",
        images=f"{len(exam.images):,}",
        exam=exam.manifest.name,
        before=f"{exam.nets['plain'].accuracy:.2f}",
        confidence=f"{confidence:.0%}",
        sections=[_section(exam, name, rows) for name in _SECTIONS],
        made_by=made_by,
    )


def _section(exam: Exam, name: str, rows: Sequence[Row]) -> Section:
    title, at, text, draw = _SECTIONS[name]
    own = [row for row in rows if row.question == name]
    with drawing(8.6, 3.6) as figure:
        draw(figure, own)
        says = f"{title}. The numbers are in the table below."
        return Section(name, title, text(exam, own), at, own, picture(figure, name, says))


def _over_bits(figure: Figure, rows: list[Row]) -> None:
    """Accuracy against bits, one line a series: once whole, once near the float net."""
    whole, close = figure.subplots(1, 2)
    for axes in (whole, close):
        _lines(axes, rows)
    whole.set_title("all of it")
    whole.legend(fontsize=8)
    close.set_ylim(rows[0].before - NEAR, rows[0].before + 1)
    close.set_title("near the float net (dotted)")


def _near(figure: Figure, rows: list[Row]) -> None:
    """The same where nothing lies far from the float net."""
    axes = figure.subplots()
    _lines(axes, [row for row in rows if int(row.at) <= PLOTTED_BITS])
    axes.set_ylim(rows[0].before - NEAR / 2, rows[0].before + NEAR / 2)


def _lines(axes: Axes, rows: list[Row]) -> None:
    for (series, points), style in zip(_by_series(rows), palette(), strict=False):
        _errorbar(axes, list(points), series, style, lambda row: int(row.at))
    axes.axhline(rows[0].before, linestyle=":", linewidth=1, color=FLOAT_NET)
    axes.set_xlabel("bits")
    axes.set_ylabel("accuracy, %")
    axes.set_xticks(sorted({int(row.at) for row in rows}))


def _by_series(rows: list[Row]) -> Iterator[tuple[str, Iterator[Row]]]:
    return groupby(rows, lambda row: row.series)


def _in_a_row(figure: Figure, rows: list[Row]) -> None:
    """Accuracy of each net beside the others."""
    axes, before, start = figure.subplots(), rows[0].before, 0
    ticks: list[str] = []
    for (series, points), style in zip(_by_series(rows), palette(), strict=False):
        some = list(points)
        places = {row.at: start + i for i, row in enumerate(some)}
        _errorbar(axes, some, series, {**style, "linestyle": "none"}, lambda row: places[row.at])  # noqa: B023 - called at once
        ticks += [f"{row.series}:\n{row.at}" for row in some]
        start += len(some)
    axes.axhline(before, linestyle=":", linewidth=1, color=FLOAT_NET)
    axes.set_xticks(range(len(ticks)), ticks, fontsize=8)
    axes.set_ylim(before - 2, before + 2)
    axes.set_ylabel("accuracy, %")


def _errorbar(
    axes: Axes, rows: list[Row], series: str, style: dict[str, Any], at: Callable[[Row], int]
) -> None:
    below = [row.at_most - row.drop for row in rows]
    above = [row.drop - row.at_least for row in rows]
    spans = [[max(0.0, span) for span in spans] for spans in (below, above)]
    where, values = [at(row) for row in rows], [row.accuracy for row in rows]
    axes.errorbar(where, values, yerr=spans, label=series, capsize=2, elinewidth=1, **style)


def _of_bits(_: Exam, rows: list[Row]) -> str:
    uniform = {row.at: row for row in rows if row.series == "all layers"}
    layers = {row.series for row in rows} - {"all layers"}
    most = max((row for row in rows if row.at == "2" and row.series in layers), key=_drop)
    return (
        f"Weights of 8 bits lose {uniform['8'].drop:.2f} points, of 5 bits"
        f" {uniform['5'].drop:.2f}, of 3 bits {uniform['3'].drop:.2f}, of 2 bits"
        f" {uniform['2'].drop:.2f}: each bit halves the step between two weights. Where one layer"
        f" alone has 2 bits, {most.series} loses most, {most.drop:.2f} points. Activations keep 8."
    )


def _of_powers(_: Exam, rows: list[Row]) -> str:
    worst = max((row for row in rows if row.series != "free scales"), key=_drop)
    return (
        "A scale that is a power of two is a shift: no multiplier, no rounding of its own. It"
        " wastes at most one bit of the range. The largest loss here is"
        f" {worst.drop:.2f} points ({worst.series}, {worst.at})."
    )


def _of_ranges(_: Exam, rows: list[Row]) -> str:
    few = [row for row in rows if row.at == "3"]
    best = min(few, key=_drop)
    return (
        "Which values should the range reach? With 8 bits it hardly matters; with few bits the"
        " largest value makes every step too wide, and clipping it pays: with 3 bits"
        f" “{best.series}” keeps {best.accuracy:.2f} %, “largest”"
        f" {next(row.accuracy for row in few if row.series == 'largest'):.2f} %. Weights and"
        " activations have ranges of the same kind; activations keep 8 bits."
    )


def _of_bias(exam: Exam, rows: list[Row]) -> str:
    net = exam.nets["biased"]
    largest = max(abs(bias).max() for bias in Quantizer().apply(exam, net).biases.values())
    needed = int(largest).bit_length() + 1
    narrow = rows[0]
    return (
        "A bias is added to sums that are far larger than int8, so it is given 32 bits. The"
        f" largest of this net's is {largest:,.0f}, which needs {needed} with its sign; below that"
        f" it saturates. With {narrow.at} bits the net loses {narrow.drop:.2f} points, with 32"
        f" {rows[-1].drop:.2f}."
    )


def _of_channels(_: Exam, rows: list[Row]) -> str:
    lost = {(row.series, row.at): row.drop for row in rows}
    one, each = dict.fromkeys(row.series for row in rows)
    return (
        "A scale for each output channel fits weights whose channels differ in size. With 4 bits"
        f" it loses {lost[each, '4']:.2f} points where one scale loses {lost[one, '4']:.2f}; with"
        f" 3 bits {lost[each, '3']:.2f} and {lost[one, '3']:.2f}. The price: a multiplier and a"
        " shift for each channel, and four bytes each beside the weights."
    )


def _drop(row: Row) -> float:
    return row.drop


_SECTIONS: dict[str, tuple[str, str, Callable[[Exam, list[Row]], str], Callable[..., None]]] = {
    "bits": ("How many bits do weights need?", "bits", _of_bits, _over_bits),
    "powers": ("What do powers of two cost?", "of", _of_powers, _in_a_row),
    "ranges": ("Which range is best?", "bits", _of_ranges, _over_bits),
    "bias": ("How narrow may a bias be?", "bits", _of_bias, _near),
    "channels": ("What does a scale for each channel gain?", "bits", _of_channels, _over_bits),
}
"""Name -> title, what rows differ in, the words, the plot."""
