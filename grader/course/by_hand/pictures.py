"""Parts of a report as picture files.

The process that reads a PDF hands pixels over, and the files are made of them here: whatever a PDF
has done to that process, what a browser opens was written by this one.
"""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from grader.errors import GraderError
from grader.handed_in_report.paper import Cut
from grader.handed_in_report.reading import Pixels, draw
from grader.report.file import replace

AT_ONCE = 16
"""Parts that one process draws: so many always fit into what it may answer."""
MARGIN = 8
"""Pixels of paper around what is drawn."""
PALE = 12
"""Paper may be so much darker than white."""
LOWEST = 6
"""Pixels; less is a line across the page, or the upper edge of the next heading."""
COLOURS = 32
"""Enough for letters with soft edges, and for plots."""


class Picture(msgspec.Struct, frozen=True):
    """A picture file, and its size in pixels."""

    file: str
    width: int
    height: int


def pictures(
    data: bytes, cuts: Iterable[Cut], folder: Path, stem: str
) -> dict[Cut, Picture | None]:
    """Draw each part once; None for what could not be drawn, and what is empty is not there.

    Args:
        data: the PDF.
        cuts: parts of its pages, some of them perhaps more than once.
        folder: where the files go.
        stem: their names begin with it.

    Raises:
        UsageError, GraderError: the files cannot be written.
    """
    every = list(dict.fromkeys(cuts))
    found: dict[Cut, Picture | None] = {}
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        drawn = _drawn(data, some)
        for number, (cut, pixels) in enumerate(zip(some, drawn, strict=True), start):
            if pixels is None:
                found[cut] = None
            elif (picture := _written(pixels, folder, f"{stem}-{number:02}.png")) is not None:
                found[cut] = picture
    return found


def _drawn(data: bytes, cuts: Sequence[Cut]) -> list[Pixels | None]:
    """The same as `draw`; no PDF can keep the others from being seen."""
    try:
        return draw(data, cuts)
    except GraderError:
        return [None] * len(cuts)


def _written(pixels: Pixels, folder: Path, name: str) -> Picture | None:
    """Write what of it is not bare paper, if anything is."""
    from PIL import Image

    image = Image.frombytes("RGB", (pixels.across, pixels.down), pixels.colours)
    ink = image.convert("L").point([255] * (256 - PALE) + [0] * PALE)
    box = ink.getbbox()
    if box is None or box[3] - box[1] < LOWEST:
        return None
    left, top, right, bottom = box
    across, down = image.size
    around = (
        *(max(left - MARGIN, 0), max(top - MARGIN, 0)),
        *(min(right + MARGIN, across), min(bottom + MARGIN, down)),
    )
    white = image.crop(around).point([*range(256 - PALE), *[255] * PALE] * 3)
    few = white.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    data = io.BytesIO()
    few.save(data, "PNG", compress_level=6)
    replace(folder / name, data.getvalue(), "--summary")
    return Picture(name, *few.size)


def empty(folder: Path, names: Sequence[str] = ("*-[0-9][0-9].png",)) -> None:
    """Make the folder of the pictures, without those of an earlier time.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    for pattern in names:
        for path in folder.glob(pattern):
            path.unlink()
