"""Read a PDF, in a process that is shut in: a PDF is hostile input, and its parser is native code.

Run by `grader.handed_in_report.reading` as `python -m grader.handed_in_report.inside LIMITS`, with
the PDF on standard input. It opens nothing afterwards: what it needs is imported before. It answers
with what can be read there, or draws parts of pages: as bare pixels, so that a PDF that has taken
over this process puts no file of its own making before a person's browser.

PDFium, the parser in Chromium, was chosen for what it sees and for its licence (BSD and Apache). A
picture that is drawn twice, inline or within a form is as many pictures as a person sees. It needs
no other package, and can draw pages. PyMuPDF is under the AGPL, which asks more of a course that
changes the grader than this project's own licence does.
"""

import ctypes
import json
import os
import re
import struct
import sys
import unicodedata  # noqa: F401 - found later, where nothing can be opened any more
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from grader.handed_in_report.normal import is_legible, normal
from grader.handed_in_report.paper import (
    LARGEST,
    MOST_CHARACTERS,
    MOST_HIGH,
    MOST_PAGES,
    MOST_WIDE,
    Cut,
    Fault,
    Figure,
    Line,
    Page,
    Paper,
    Refused,
)
from grader.handed_in_report.plots import SMALLEST, Box, among_paths, in_picture

if TYPE_CHECKING:
    from grader.sandbox.inside import lockdown, seccomp
else:  # what runs in there imports its neighbours by their bare names
    sys.path.append(str(Path(__file__).parents[1] / "sandbox" / "inside"))
    import lockdown
    import seccomp

DEEPEST = 8
"""Forms within forms."""
MOST_OBJECTS = 60_000
"""Of one page; a scatter plot may have thousands."""
MOST_PICTURES = 80
"""Of one report that are looked at."""
LARGEST_SIDE = 3000
"""Pixels of a picture as it is looked at."""
SHARPER = 2.0
"""Drawn so many times as sharp as it was saved: thin lines would become pale where pixels fall
between those of the page."""
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$", re.I)
USER_UNIT = re.compile(rb"/UserUnit\s{1,9}(\d{1,9}(?:\.\d{0,9})?)")
"""How many points a unit is, where a page is longer than 5 metres; PDFium does not say it."""
POINTS_PER_METRE = 72 / 0.0254
SHORTEST_TEXT = 20
"""Characters of a page that shows more than pictures."""
LONGEST_LINE = 1000
"""Characters; of more the searches that follow would take long."""
MANY_PATHS = 200
"""Of a page whose letters may be drawn."""
LEGIBLE = 0.7
"""So many of a page's characters must be known."""
SIZE = struct.Struct("<HH")
"""Before the pixels of each part of a page, how many there are across and down; 0: none."""


class Word(NamedTuple):
    """Characters without a space, and where they stand."""

    text: str
    box: Box


class Drawn(NamedTuple):
    """What a page shows beside text."""

    pictures: list[tuple[Box, float]]
    """Each with the width of its pixels, per point."""
    paths: list[Box]
    left_out: list[int]
    """How many more there are, where there are too many."""


class _RefusedError(Exception):
    """The PDF is one that is not read."""

    def __init__(self, fault: Fault, pages: int = 0) -> None:
        super().__init__(fault)
        self.refused = Refused(fault, pages)


def read(data: bytes) -> Paper:
    """Read a PDF.

    Raises:
        _RefusedError: it cannot be, or is too long.
    """
    document = _opened(data)
    unit = max((float(found) for found in USER_UNIT.findall(data)), default=1.0)
    pages, left, looked_at = [], MOST_CHARACTERS, 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            raise _RefusedError("damaged", number + 1) from None
        found, characters, pictures = _page(page, left, MOST_PICTURES - looked_at)
        pages.append(msgspec.structs.replace(found, metres=found.metres * max(unit, 1.0)))
        left, looked_at = left - characters, looked_at + pictures
        page.close()
    scripts = max(raw.FPDFDoc_GetJavaScriptActionCount(document), 0) + data.count(b"/JavaScript")
    return Paper(tuple(pages), scripts, max(document.count_attachments(), 0))


def _opened(data: bytes) -> Any:
    """The PDF, as its parser has it.

    Raises:
        _RefusedError: it cannot be read, or has too many pages.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise _RefusedError("password" if locked else "damaged") from None
    if len(document) > MOST_PAGES:
        raise _RefusedError("pages", len(document))
    return document


def drawn(data: bytes, cuts: Sequence[Cut]) -> Iterator[bytes]:
    """Yield parts of pages, each as its size and its pixels in red, green and blue.

    Raises:
        _RefusedError: the PDF cannot be read, or is too long.
    """
    document = _opened(data)
    for cut in cuts:
        try:
            yield _part(document[cut.page], cut)
        except (pypdfium2.PdfiumError, IndexError):
            yield SIZE.pack(0, 0)


def _part(page: Any, cut: Cut) -> bytes:
    """One part of a page; a page that stands on its side is drawn whole."""
    whole = Box(*page.get_bbox())
    turned = bool(page.get_rotation())
    top, bottom = (
        (whole.top, whole.bottom)
        if turned
        else (min(cut.top, whole.top), max(cut.bottom, whole.bottom))
    )
    width, height = page.get_size() if turned else (whole.width, top - bottom)
    if width < 1 or height < 1:
        return SIZE.pack(0, 0)
    crop = (0, bottom - whole.bottom, 0, whole.top - top)
    scale = min(MOST_WIDE / width, MOST_HIGH / height)
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True, may_draw_forms=False)
    colours: NDArray[np.uint8] = bitmap.to_numpy()[:MOST_HIGH, :MOST_WIDE, :3]
    down, across = colours.shape[:2]
    pixels = colours.tobytes()
    bitmap.close()
    return SIZE.pack(across, down) + pixels


def _page(page: Any, left: int, pictures_left: int) -> tuple[Page, int, int]:
    """A page, its number of characters, and how many pictures of it were looked at."""
    width, height = page.get_size()
    whole = Box(*page.get_bbox())
    text = page.get_textpage()
    count = max(raw.FPDFText_CountChars(text), 0)
    if count > left:
        raise _RefusedError("text")
    lines, words, legible = _text(text, count)
    drawn = _drawn(page, whole)
    numbers = [word.box for word in words if NUMBER.match(word.text)]
    axes = among_paths(drawn.paths, numbers, [word.box for word in words], whole)
    figures = [Figure(box.top, 1) for box in axes]
    figures += [Figure(whole.top, 0) for _ in drawn.left_out]  # they may show anything
    large = [each for each in drawn.pictures if min(each[0].width, each[0].height) >= 30]
    looked_at = 0
    for box, sharpness in large:
        plots = 0
        if looked_at < pictures_left and min(box.width, box.height) * sharpness >= SMALLEST:
            plots = in_picture(_pixels(page, box, whole, sharpness))
            looked_at += 1
        figures.append(Figure(box.top, plots))
    seen = sum(len(line.text) for line in lines)
    unread = any(not figure.plots for figure in figures) or len(drawn.paths) > MANY_PATHS
    illegible = (count > 0 and legible < LEGIBLE) or (seen < SHORTEST_TEXT and unread)
    metres = max(width, height) / POINTS_PER_METRE
    shown = () if illegible else tuple(lines)
    return Page(shown, tuple(figures), metres, illegible), count, looked_at


def _text(text: Any, count: int) -> tuple[list[Line], list[Word], float]:
    """Lines, words, and the share of characters of which a font says which they are."""
    lines: list[Line] = []
    words: list[Word] = []
    current: list[Word] = []
    start, letters, bad = 0, "", 0
    for index in range(count + 1):
        code = raw.FPDFText_GetUnicode(text, index) if index < count else 10
        if code not in (9, 10, 13, 32, 160):
            letters += chr(code) if is_legible(code) and not 0xD800 <= code < 0xE000 else "\ufffd"
            bad += not is_legible(code) or raw.FPDFText_HasUnicodeMapError(text, index) == 1
            continue
        if letters:
            current.append(Word(normal(letters), _span(text, start, index - 1)))
        start, letters = index + 1, ""
        if code in (10, 13) and current:
            lines += _lines(current)
            words += current
            current = []
    seen = sum(len(word.text) for word in words)
    return lines, words, 1 - bad / seen if seen else 0.0


def _lines(words: Sequence[Word]) -> Iterator[Line]:
    """Yield what stands in a row; cut where it is longer than any page is wide."""
    top = max(word.box.top for word in words)
    text = normal(" ".join(each.text for each in words))
    for start in range(0, len(text), LONGEST_LINE):
        yield Line(top, text[start : start + LONGEST_LINE])


def _span(text: Any, first: int, last: int) -> Box:
    one, other = _box_of(text, first), _box_of(text, last)
    return Box(
        min(one.left, other.left),
        min(one.bottom, other.bottom),
        max(one.right, other.right),
        max(one.top, other.top),
    )


def _box_of(text: Any, index: int) -> Box:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    return Box(left.value, bottom.value, right.value, top.value)


Matrix = tuple[float, float, float, float, float, float]
UNCHANGED: Matrix = (1, 0, 0, 1, 0, 0)
OF_PAGE = (raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)
OF_FORM = (raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)


def _drawn(page: Any, whole: Box) -> Drawn:
    """The pictures and paths of a page, those in forms among them, where a person sees them."""
    drawn = Drawn([], [], [])
    for kind, item, matrix in _objects(page, *OF_PAGE, drawn.left_out):
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            continue
        box = _moved(Box(left.value, bottom.value, right.value, top.value), matrix).clipped(whole)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            drawn.paths.append(box)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE and box.width and box.height:
            across, down = ctypes.c_uint(), ctypes.c_uint()
            raw.FPDFImageObj_GetImagePixelSize(item, across, down)
            drawn.pictures.append((box, across.value / box.width))
    return drawn


def _objects(
    parent: Any,
    count: Any,
    get: Any,
    left_out: list[int],
    matrix: Matrix = UNCHANGED,
    level: int = 0,
) -> Iterator[tuple[int, Any, Matrix]]:
    objects = count(parent)
    if objects > MOST_OBJECTS:
        left_out.append(objects - MOST_OBJECTS)
    for number in range(min(objects, MOST_OBJECTS)):
        item = get(parent, number)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_FORM and level < DEEPEST:
            found = raw.FS_MATRIX()
            raw.FPDFPageObj_GetMatrix(item, found)
            own = (found.a, found.b, found.c, found.d, found.e, found.f)
            inner = _product(own, matrix)
            yield from _objects(item, *OF_FORM, left_out, inner, level + 1)
        else:
            yield kind, item, matrix


def _product(one: Matrix, other: Matrix) -> Matrix:
    """First the one, then the other."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (
        *(a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s),
        *(e * p + f * r + t, e * q + f * s + u),
    )


def _moved(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    corners = [
        (a * x + c * y + e, b * x + d * y + f)
        for x in (box.left, box.right)
        for y in (box.bottom, box.top)
    ]
    across, up = zip(*corners, strict=True)
    return Box(min(across), min(up), max(across), max(up))


def _pixels(page: Any, box: Box, whole: Box, sharpness: float) -> NDArray[np.uint8]:
    """A picture as a person sees it, in greys."""
    longest = max(box.width, box.height)
    scale = min(max(SHARPER * sharpness, 1.0), LARGEST_SIDE / longest)
    crop = (
        box.left - whole.left,
        box.bottom - whole.bottom,
        whole.right - box.right,
        whole.top - box.top,
    )
    bitmap = page.render(scale=scale, crop=crop, grayscale=True, may_draw_forms=False)
    grey: NDArray[np.uint8] = np.array(bitmap.to_numpy()).squeeze()
    bitmap.close()
    return grey


def _shut_in(user: int | None, limits: dict[str, int], parent: int) -> tuple[str, ...]:
    """Give up everything but what is open; what of that this machine does not have."""
    if sys.platform == "linux":
        nowhere = Path("/nowhere/that/is")  # no folder stays writable
        layers = lockdown.lock(nowhere, user, limits, (), parent)
    else:
        layers = lockdown.limits_only(limits)
    return tuple(f"{name}: {why}" for name, (on, why) in layers.items() if not on)


def _warm_up() -> None:
    """Whatever is loaded at first use is loaded now."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(9, 9)
    page.get_textpage()
    in_picture(_pixels(page, Box(0, 0, 9, 9), Box(0, 0, 9, 9), 1.0))
    _part(page, Cut(0))
    document.close()
    if sys.platform == "linux":
        seccomp.prepare()


def main() -> None:
    """Answer with a `Paper` or a `Refused`, as JSON; or with the parts that are to be drawn."""
    told = json.loads(sys.argv[1])
    _warm_up()
    missing = _shut_in(told["user"], told["limits"], told["parent"])
    data = sys.stdin.buffer.read(LARGEST)
    try:
        if told["draw"] is None:
            answer: Paper | Refused = msgspec.structs.replace(read(data), open_layers=missing)
            sys.stdout.buffer.write(msgspec.json.encode(answer))
        else:
            for part in drawn(data, msgspec.convert(told["draw"], list[Cut])):
                sys.stdout.buffer.write(part)
    except _RefusedError as refusal:
        if told["draw"] is None:
            sys.stdout.buffer.write(msgspec.json.encode(refusal.refused))
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to tidy up


if __name__ == "__main__":
    main()
