"""Figures as SVG within a page: the same bytes each time, readable on light and on dark ground."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.figure import Figure

INK = "#010203"
"""Stands for the colour of the page's text."""
STYLES: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: to be searched, read aloud, and in the page's font
    "svg.hashsalt": "figure",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": INK,
    "grid.alpha": 0.15,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
}


def palette() -> Iterator[dict[str, Any]]:
    """Yield a colour, a marker and a dash for each line of a plot: no two differ by colour alone.

    The colours of Okabe and Ito (2008), which colour-blind people tell apart; grey in place of its
    black and its yellow, of which either ground swallows one.
    """
    colours = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#888888")
    dashes = ("-", "--", "-.", ":", "-", "--", "-.")
    for colour, marker, dash in zip(colours, "osD^vPX", dashes, strict=True):
        yield {"color": colour, "marker": marker, "linestyle": dash}


@contextmanager
def drawing(
    width: float, height: float, margins: tuple[float, float, float, float] | None = None
) -> Iterator[Figure]:
    """A figure of so many inches, to be drawn in and handed to `picture`.

    Args:
        width: of the whole.
        height: of the whole.
        margins: inches on the left, below, on the right and above; None: what the text in them
            needs, which takes twice the time to find out.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLES):
        figure = Figure(figsize=(width, height), layout=None if margins else "constrained")
        if margins:
            left, below, right, above = margins
            figure.subplots_adjust(
                left / width, below / height, 1 - right / width, 1 - above / height
            )
        FigureCanvasSVG(figure)
        yield figure


def picture(figure: Figure, name: str, says: str) -> Markup:
    """The figure as an element of a page.

    Args:
        figure: drawn, and still within `drawing`.
        name: the prefix of its ids; no two of a page are alike.
        says: what it shows, for who cannot see it.
    """
    from markupsafe import Markup, escape

    written = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]  # without the prologue, which a page has no place for
    svg = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = svg.replace(INK, "currentColor")
    svg = re.sub(r"^<svg ", f'<svg role="img" aria-label="{escape(says)}" ', svg)
    return Markup(svg)  # noqa: S704 - matplotlib's, which escapes what it is given
