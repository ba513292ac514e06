"""Pictures of verdicts, drawn: each kind of data in `grader.pictures` as panels of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from grader.pictures import (
    Accuracy,
    Biases,
    Flow,
    Integers,
    Layers,
    Picture,
    Ranges,
    Sides,
)
from grader.report.html.svg import drawing, picture

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

LOW, HIGH = -128, 127
RIGHT, WRONG, GREY = "#0072b2", "#d55e00", "#888888"
"""Of Okabe and Ito (2008), which colour-blind people tell apart."""
FEW, MANY = 16, 1024
"""Between these the largest integers are told apart on a plain axis."""
WIDTH, HEIGHT = 4.3, 2.6
"""Inches of a panel: in a window of 360 pixels its text is still to be read."""
NAMED = (1.25, 0.5, 0.1, 0.1)
"""Margins of a panel whose rows have names."""
PLAIN = (0.1, 0.05, 0.1, 0.3)
"""Those of one without axes."""
MARKS = {"right": "✓", "wrong": "✗", "unseen": "·"}


@dataclass(frozen=True)
class Figure:
    """A picture within a page."""

    panels: tuple[Markup, ...]
    caption: str
    """What it shows, for everybody."""
    strip: tuple[tuple[str, str, str], ...] = ()
    """(mark, its word, layer), in order, where layers are shown."""


@lru_cache(maxsize=64)  # what is shown again after each question has most pictures already
def drawn(shown: Picture, name: str) -> Figure:
    """The picture, its panels with ids that begin with this name."""
    return _DRAW[type(shown)](shown, name)


def _panel(
    name: str,
    says: str,
    draw: Callable[[Axes], None],
    height: float = HEIGHT,
    margins: tuple[float, float, float, float] = (0.6, 0.5, 0.1, 0.3),
) -> Markup:
    with drawing(WIDTH, height, margins) as figure:
        draw(figure.subplots())
        return picture(figure, name, says)


def _widened(axis: Axis, scale: Callable[..., None], linear: float) -> None:
    """Numbers of any size along an axis; their labels in plain digits, which take no parsing."""
    from matplotlib import ticker

    scale("symlog", linthresh=linear)
    axis.set_minor_locator(ticker.NullLocator())
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))


def _integers(shown: Integers, name: str) -> Figure:
    whole = [integer for integer, _ in shown.counts]
    low, high = min(whole), max(whole)

    def histogram(axes: Axes) -> None:
        counts = dict(shown.counts)
        first, last = min(low, LOW) - 2, max(high, HIGH) + 2
        places = range(first, last + 1)
        heights = [counts.get(place, 0) for place in places]
        edges = [place - 0.5 for place in (*places, last + 1)]
        axes.stairs(heights, edges, fill=True, color=RIGHT)
        for bound in (LOW, HIGH):
            axes.axvline(bound, color=GREY, linestyle="--", linewidth=1)
        for start, end in ((LOW, low), (high, HIGH)):
            if end - start > 1:
                axes.axvspan(start, end, facecolor="none", edgecolor=GREY, hatch="///", alpha=0.5)
        beyond = sum(count for integer, count in shown.counts if not LOW <= integer <= HIGH)
        title = "hatched: unused" if low - LOW > 1 or HIGH - high > 1 else "the range is used"
        axes.set_title(f"{beyond:,} beyond int8" if beyond else title, fontsize=9)
        axes.set_xlabel("integer (dashed: -128 and 127)")
        _widened(axes.yaxis, axes.set_yscale, 1)
        axes.set_ylabel("how many")

    def errors(axes: Axes) -> None:
        across, up = zip(*shown.errors, strict=True) if shown.errors else ((), ())
        axes.plot(across, up, ".", markersize=3, color=WRONG)
        for level in (-0.5, 0.5):
            axes.axhline(level, color=GREY, linestyle="--", linewidth=1)
        axes.set_xlabel("value times the scale")
        axes.set_ylabel("what came, less that")
        axes.set_title("rounding stays between the dashed lines", fontsize=9)
        if max(map(abs, up), default=0) < 1.5:
            axes.set_ylim(-1.5, 1.5)

    says = f"{shown.name}: integers from {low} to {high}, and the error of each value."
    return Figure(
        (
            _panel(f"{name}-integers", "How often each integer came", histogram),
            _panel(f"{name}-errors", "The error of each value by its product", errors),
        ),
        says,
    )


def _ranges(shown: Ranges, name: str) -> Figure:
    labels = [each.name for each in shown.ranges]
    short = [_short(label) for label in labels]
    places = range(len(labels))
    height = 1.1 + 0.34 * len(labels)

    def spans(axes: Axes) -> None:
        axes.axvspan(LOW, HIGH, color=GREY, alpha=0.2)
        for place, each in zip(places, shown.ranges, strict=True):
            fits = max(-each.low, each.high) <= 2 * HIGH and each.best - each.decibels < 7
            axes.barh(place, each.high - each.low, left=each.low, height=0.5, color=_tone(fits))
        if not all(FEW <= max(-each.low, each.high) <= MANY for each in shown.ranges):
            _widened(axes.xaxis, axes.set_xscale, 1)
        for bound in (LOW, HIGH):
            axes.axvline(bound, color=GREY, linestyle="--", linewidth=1)
        axes.use_sticky_edges = False
        _name_rows(axes, short)
        axes.set_xlabel("the values times the scale (grey: int8)")

    def noise(axes: Axes) -> None:
        for place, each in zip(places, shown.ranges, strict=True):
            axes.plot([each.decibels, each.best], [place, place], color=GREY, linewidth=1)
        axes.plot([each.best for each in shown.ranges], places, "o", color=RIGHT, label="best")
        own = [each.decibels for each in shown.ranges]
        axes.plot(own, places, "X", color=WRONG, label="yours")
        _name_rows(axes, short)
        axes.set_xlabel("signal to quantization noise, dB")
        axes.legend(fontsize=8)

    worst = max(shown.ranges, key=lambda each: each.best - each.decibels)
    says = (
        f"{worst.name}: your scale maps it to {worst.low:.4g}..{worst.high:.4g}, with"
        f" {worst.decibels:.1f} dB of signal to noise where {worst.best:.1f} dB can be had."
    )
    return Figure(
        (
            _panel(f"{name}-spans", "The range of each against int8", spans, height, NAMED),
            _panel(f"{name}-noise", "Signal to noise, yours and the best", noise, height, NAMED),
        ),
        says,
    )


def _name_rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_ylim(len(names) - 0.4, -0.6)  # the first one on top


def _short(label: str) -> str:
    label = label.removeprefix("the activations of ").removeprefix("values that are ")
    return label if len(label) <= 18 else f"{label[:17]}…"


def _tone(right: bool) -> str:
    return RIGHT if right else WRONG


def _layers(shown: Layers, name: str) -> Figure:
    most = max((abs(value) for row in shown.off for value in row), default=0.0)
    place = "the input" if shown.stage == "input" else shown.stage

    def heat(axes: Axes) -> None:
        limit = max(most, 1.0)
        image = axes.imshow(shown.off, cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto")
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(f"{place}: what came, less what is right", fontsize=9)
        cast("Any", axes.figure).colorbar(image, ax=axes)

    def staircase(axes: Axes) -> None:
        across, up = zip(*shown.points, strict=True) if shown.points else ((0.0,), (0.0,))
        start, end = min(across) - 1, max(across) + 1
        if end - start < 64:
            steps = [round(start) + i for i in range(round(end) - round(start) + 1)]
            clipped = [min(max(step, LOW), HIGH) for step in steps]
            edges = [step - 0.5 for step in (*steps, steps[-1] + 1)]
            axes.stairs(clipped, edges, color=GREY, linewidth=1.2, baseline=None)
        else:
            corners = sorted({start, end, *(c for c in (LOW, HIGH) if start < c < end)})
            axes.plot(corners, [min(max(c, LOW), HIGH) for c in corners], color=GREY, linewidth=1.2)
        axes.plot(across, up, ".", markersize=4, color=WRONG)
        axes.set_xlabel("exact product after scaling")
        axes.set_ylabel("what came")
        axes.set_title("grey: the right integers", fontsize=9)

    says = (
        f"{shown.name}: {place} is wrong, by up to {most:g}."
        " Above, each step of the forward pass: right, wrong, or not seen."
    )
    return Figure(
        (
            _panel(f"{name}-heat", f"By how much values of {place} are off", heat, margins=PLAIN),
            _panel(f"{name}-stairs", "What came by the exact product", staircase),
        ),
        says,
        tuple((MARKS[state], state, stage) for stage, state in shown.stages),
    )


def _biases(shown: Biases, name: str) -> Figure:
    def elements(axes: Axes) -> None:
        right, came = zip(*shown.elements, strict=True)
        places = range(len(right))
        axes.plot(places, right, "o", color=RIGHT, label="expected", fillstyle="none")
        axes.plot(places, came, "X", color=WRONG, label="yours")
        _widened(axes.yaxis, axes.set_yscale, 10)
        axes.set_xlabel("element, a wrong one first")
        axes.set_ylabel("quantized bias")
        axes.legend(fontsize=8)

    right, came = shown.elements[0]
    says = f"{shown.name}: {right:.7g} is expected where {came:.7g} came."
    return Figure((_panel(f"{name}-bias", "Bias, expected and got", elements),), says)


def _accuracy(shown: Accuracy, name: str) -> Figure:
    def line(axes: Axes) -> None:
        axes.axvspan(min(shown.at_least, shown.drop, -1), shown.margin, color=RIGHT, alpha=0.12)
        for limit, words, height in ((shown.margin, "margin", 0.7), (shown.limit, "limit", -0.9)):
            axes.axvline(limit, color=GREY, linestyle="--", linewidth=1)
            axes.text(limit, height, f" {words}", fontsize=8)
        axes.plot([shown.at_least, shown.drop], [0, 0], color=WRONG, marker="|")
        axes.plot([shown.drop], [0], "o", color=WRONG)
        axes.set_ylim(-1, 1)
        axes.set_yticks([])
        axes.set_xlabel("points of accuracy lost")

    says = (
        f"Of {shown.images:,} images the float net classifies {shown.before:.2f} % rightly, the"
        f" quantized one {shown.after:.2f} %: {shown.drop:.2f} points less, and at least"
        f" {shown.at_least:.2f} whatever images are drawn."
    )
    return Figure(
        (_panel(f"{name}-drop", "The drop and its interval", line, 1.5, (0.2, 0.5, 0.2, 0.1)),),
        says,
    )


def _sides(shown: Sides, name: str) -> Figure:
    from markupsafe import Markup

    signs = list(_signs(shown))
    aloud = " ".join(text if not mark else f"{text} ({mark})" for text, mark in signs)
    pieces = Markup(" ").join(_sign(*each) for each in signs)
    maths = Markup('<div class="maths" id="{}-maths" role="math" aria-label="{}">{}</div>')
    marks = {mark for _, mark in signs}
    says = "Your equation as it was read."
    if "missing" in marks:
        says += " Dashed: what is missing."
    if "extra" in marks:
        says += " Struck through: what is too many."
    return Figure((maths.format(name, aloud, pieces),), says)


def _signs(shown: Sides) -> Iterator[tuple[str, str]]:
    """Yield each sign with its mark, in the order of reading."""
    for at, side in enumerate(shown.sides):
        if at:
            yield "=", ""
        for number, term in enumerate(side):
            whole = {mark for _, mark in term.factors} == {"missing"}
            if number or term.sign == "-":
                yield ("−" if term.sign == "-" else "+"), "missing" if whole else ""
            for place, (symbol, mark) in enumerate(term.factors):
                if place:
                    yield "·", ""
                yield symbol, mark
        if not side:
            yield "0", ""


def _sign(symbol: str, mark: str) -> Markup:
    """A sign as mathematics of its own, so that a line may break before it."""
    from markupsafe import Markup

    base, _, below = symbol.partition("_")
    if below:
        written = Markup("<msub><mi>{}</mi><mtext>{}</mtext></msub>").format(base, below)
    elif symbol.isalnum():
        letter = "β" if symbol == "beta" else symbol
        tag = Markup("<mn>{}</mn>") if symbol.isdigit() else Markup("<mi>{}</mi>")
        written = tag.format(letter)
    else:
        written = Markup("<mo>{}</mo>").format(symbol)
    return Markup('<math class="{}">{}</math>').format(mark or "plain", written)


def _flow(shown: Flow, name: str) -> Figure:
    first, *middle, last = shown.stages
    panels = [_picture(f"{name}-{first[0]}", "The image, in integers", first[1])]
    panels += [_maps(f"{name}-{title}", title, rows) for title, rows in middle]
    panels.append(_scores(f"{name}-{last[0]}", last[0], last[1][0]))
    says = (
        "One image of the exam on its way through your net: every number is an integer in"
        f" -128..127, from the pixels to the ten of {last[0]}, of which the largest is the class."
    )
    return Figure(tuple(panels), says)


Rows = tuple[tuple[int, ...], ...]


def _picture(name: str, says: str, rows: Rows) -> Markup:
    """The image itself: three channels that stand side by side are its colours."""
    side = len(rows)
    colours = len(rows[0]) == 3 * side
    pixels = [
        [tuple((row[x + side * channel] - LOW) / 255 for channel in range(3)) for x in range(side)]
        for row in rows
        if colours
    ]

    def draw(axes: Axes) -> None:
        axes.imshow(pixels or rows, cmap="gray")
        axes.set_axis_off()
        axes.set_title("input", fontsize=9)

    return _panel(name, says, draw, 2.0, PLAIN)


def _maps(name: str, title: str, rows: Rows) -> Markup:
    def draw(axes: Axes) -> None:
        axes.imshow(rows, cmap="cividis", vmin=0, vmax=HIGH, aspect="auto")
        axes.set_axis_off()
        axes.set_title(title, fontsize=9)

    height = 0.5 + min(1.5, 0.08 * len(rows))
    return _panel(name, f"The integers of {title}", draw, height, PLAIN)


def _scores(name: str, title: str, integers: tuple[int, ...]) -> Markup:
    def draw(axes: Axes) -> None:
        best = integers.index(max(integers))
        colours = [WRONG if at == best else RIGHT for at in range(len(integers))]
        axes.bar(range(len(integers)), integers, color=colours)
        axes.set_xticks(range(len(integers)))
        axes.set_title(f"{title}: class {best}", fontsize=9)

    return _panel(name, f"The integers of {title}, one for each class", draw, 1.6)


_DRAW: dict[type[Picture], Callable[[Any, str], Figure]] = {
    Integers: _integers,
    Ranges: _ranges,
    Layers: _layers,
    Biases: _biases,
    Accuracy: _accuracy,
    Sides: _sides,
    Flow: _flow,
}
