"""Plots are counted by their axes: in pictures, and among the paths of a page."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.handed_in_report.normal import normal
from grader.handed_in_report.plots import Box, among_paths, in_picture
from grader.handed_in_report.reading import read_report
from grader.template import CHECKOUT
from tests.writeup import bad
from tests.writeup.content import figure

SIZE = 100
PAGE = Box(0, 0, 600, 800)


@pytest.mark.parametrize("count", [1, 2, 5, 6])
@pytest.mark.parametrize("columns", [1, 3])
def test_axes_in_one_picture(count: int, columns: int) -> None:
    drawn = figure([f"layer {n}" for n in range(count)], columns=columns, dpi=100)
    image = Image.open(io.BytesIO(drawn)).convert("L")
    assert in_picture(np.asarray(image.resize((2 * image.width, 2 * image.height)))) == count


def test_what_has_no_axes_has_no_plots() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 300), dtype=np.uint8)
    assert in_picture(noise) == 0
    assert in_picture(np.full((300, 300), 255, np.uint8)) == 0
    assert in_picture(np.zeros((300, 300), np.uint8)) == 0
    assert in_picture(np.zeros((0, 0), np.uint8)) == 0


def boxes(*places: tuple[float, float]) -> list[Box]:
    return [Box(x, y, x + 9, y + 6) for x, y in places]


def axes(x: float, y: float) -> list[Box]:
    bars = [Box(x + 10 * n, y, x + 10 * n + 9, y + 9 * n + 5) for n in range(8)]
    return [Box(x, y, x + 120, y + 90), *bars]


def test_axes_among_paths_have_numbers_along_them() -> None:
    paths = [*axes(100, 500), *axes(300, 500)]
    numbers = boxes((110, 488), (160, 488), (310, 488), (380, 488))
    assert len(among_paths(paths, numbers, numbers, PAGE)) == 2
    assert among_paths(paths, [], [], PAGE) == []


def test_a_table_is_no_plot() -> None:
    cells = [
        Box(100 + 40 * n, 500 + 15 * m, 140 + 40 * n, 515 + 15 * m)
        for n in range(3)
        for m in range(6)
    ]
    inner = boxes(*((cell.left + 5, cell.bottom + 4) for cell in cells))
    assert among_paths([Box(100, 500, 220, 590), *cells], inner, inner, PAGE) == []


def test_a_picture_counts_as_often_as_it_is_seen(tmp_path: Path) -> None:
    """Drawn twice, once more within a form, and once inline."""
    pixels = np.full((SIZE, SIZE), 255, np.uint8)
    report = tmp_path / "report.pdf"
    report.write_bytes(bad.drawn_four_ways(pixels.tobytes(), SIZE))
    (page,) = read_report(report).pages
    assert sorted(round(figure.top) for figure in page.figures) == [450, 550, 750, 750]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\u22122.5", "-2.5"),
        ("\u2013 0.5", "-0.5"),
        ("1\u20132", "1\u20132"),
        ("de\ufb01ne the \ufb02oat", "define the float"),
        ("\U0001d44a \u2217 \U0001d43c\U0001d45b", "W * In"),
        ("\u2018a\u2019 \u201cb\u201d", "'a' \"b\""),
        ("soft\u00adware\u200b  a\u00a0b", "software a b"),
    ],
)
def test_text_is_made_plain(text: str, plain: str) -> None:
    assert normal(text) == plain


ACTS = {
    "landlock": "open('/etc/passwd').read()",
    "seccomp": "__import__('socket').socket()",
    "limits": "bytearray(1 << 30)",
}
"""What a layer forbids."""
PROBE = """
import os, sys
from grader.handed_in_report import inside
missing = inside._shut_in(None, {"AS": 1 << 29, "CORE": 1}, os.getppid())
try:
    eval(sys.argv[1])
except (OSError, MemoryError) as error:
    print("held", type(error).__name__)
else:
    print("open", *missing)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are limits alone")
@pytest.mark.parametrize("layer", ACTS)
def test_the_process_that_reads_is_shut_in_or_says_that_it_is_not(layer: str) -> None:
    command = [sys.executable, "-c", PROBE, ACTS[layer]]
    told = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert told.startswith("held") or layer in told
