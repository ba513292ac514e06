"""PDFs that nobody should hand in, written byte by byte."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
A4 = (595, 842)


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects; the first is its catalogue."""
    data, places = b"%PDF-1.7\n", {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start, size = len(data), max(objects) + 1
    rows = [b"%010d 00000 n \n" % places[n] if n in places else b"" for n in range(1, size)]
    rows = [row or b"0000000000 65535 f \n" for row in rows]
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(rows)
    return data + b"trailer<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        trailer,
        start,
    )


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream, compressed."""
    packed = zlib.compress(data)
    head = b"<</Length %d/Filter/FlateDecode%b>>" % (len(packed), more)
    return b"%b\nstream\n%b\nendstream" % (head, packed)


def written(lines: Iterable[str]) -> bytes:
    """What writes lines on a page."""
    rows = b"".join(b"(%b) Tj T* " % line.encode("latin-1") for line in lines)
    return b"BT /F 11 Tf 14 TL 50 780 Td %bET" % rows


def simple(
    content: bytes = b"",
    *,
    size: tuple[int, int] = A4,
    catalogue: bytes = b"",
    font: bytes = FONT,
    resources: bytes = b"",
    more: Mapping[int, bytes] | None = None,
    trailer: bytes = b"",
    page: bytes = b"",
) -> bytes:
    """A PDF of one page; further objects have numbers from 6."""
    words = content or written(["Name: Ada Example", "Question 1", "1.1"])
    sheet = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R" % size
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue,
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: sheet + b"/Resources<</Font<</F 5 0 R>>%b>>%b>>" % (resources, page),
            4: stream(words),
            5: font,
            **(more or {}),
        },
        trailer,
    )


def encrypted() -> bytes:
    """Locked by a password."""
    lock = b"<</Filter/Standard/V 1/R 2/O<%b>/U<%b>/P -4>>" % (b"41" * 32, b"42" * 32)
    return simple(more={6: lock}, trailer=b"/Encrypt 6 0 R/ID[<00><00>]")


def many_pages(count: int) -> bytes:
    """Of so many pages."""
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + count))
    sheet = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count),
            3: FONT,
            **dict.fromkeys(range(4, 4 + count), sheet),
        }
    )


def long_page(metres: float = 14) -> bytes:
    """One page, so long."""
    return simple(size=(595, round(metres / 0.0254 * 72)))


def font_without_map() -> bytes:
    """Letters that a person sees, and nothing that says which they are."""
    names = b"".join(b"/shape%d" % number for number in range(33, 127))
    glyph = stream(b"600 0 0 0 600 700 d1 0 0 500 700 re f")
    shapes = b"".join(b"/shape%d 6 0 R" % number for number in range(33, 127))
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 600 700]/FontMatrix[.001 0 0 .001 0 0]"
        b"/FirstChar 33/LastChar 126/Widths[%b]/Encoding<</Differences[33%b]>>/CharProcs<<%b>>>>"
    ) % (b"600 " * 94, names, shapes)
    lines = ["Name: Ada Example", "Question 1", "All of this can be seen, and not be read."] * 4
    return simple(written(lines), font=font, more={6: glyph})


def with_programs() -> bytes:
    """JavaScript that runs at opening, and an attached file."""
    names = b"/Names<</JavaScript<</Names[(a) 6 0 R]>>/EmbeddedFiles<</Names[(b) 7 0 R]>>>>"
    return simple(
        catalogue=names + b"/OpenAction 6 0 R",
        more={
            6: b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
            7: b"<</Type/Filespec/F(b.exe)/EF<</F 8 0 R>>>>",
            8: stream(b"MZ", b"/Type/EmbeddedFile"),
        },
    )


def bomb(size: int = 1 << 30) -> bytes:
    """A page whose content is small, and large once it is unpacked: spaces."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    # The two sums of a checksum (RFC 1950): those of a repeated byte are known without adding.
    low = (1 + size * ord(" ")) % 65521
    high = (size + ord(" ") * size * (size + 1) // 2) % 65521
    checksum = (high << 16 | low).to_bytes(4, "big")
    packed = b"\x78\xda" + block * (size >> 20) + packer.flush() + checksum
    content = b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(packed), packed)
    return simple(more={6: content}, page=b"/Contents 6 0 R")


def endless_forms(deep: int = 12, wide: int = 10) -> bytes:
    """Forms within forms, each drawn so often: as many as nobody can draw."""
    more = {}
    for level in range(deep):
        inner = b"/XObject<</X %d 0 R>>" % (7 + level) if level + 1 < deep else b""
        content = b"/X Do " * wide if level + 1 < deep else b"0 0 9 9 re f"
        kind = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%b>>" % inner
        more[6 + level] = stream(content, kind)
    return simple(b"/X Do", resources=b"/XObject<</X 6 0 R>>", more=more)


def huge_picture() -> bytes:
    """A picture of ten thousand million pixels, none of which is there."""
    kind = (
        b"/Type/XObject/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray"
    )
    content = b"q 400 0 0 400 90 300 cm /X Do Q"
    return simple(content, resources=b"/XObject<</X 6 0 R>>", more={6: stream(b"0", kind)})


def many_frames(count: int = 50_000) -> bytes:
    """A page of so many boxes, each of which may be axes for all others."""
    return simple(
        b"".join(b"9 9 %d.%03d 99 re f\n" % divmod(90_000 + n, 1000) for n in range(count))
    )


def long_lines() -> bytes:
    """Lines of a hundred thousand characters that searches could stumble over."""
    lines = [
        "accura" * 20_000,
        "a(" * 50_000,
        "Name: " + "x" * 99_999 + "!",
        "def forward(" * 9_000,
    ]
    return simple(
        written(line.replace("(", "\\(") for line in ["Lab", *lines, "Question 1", *lines])
    )


def longer_units(metres: float = 14) -> bytes:
    """The same length in units of ten points."""
    return simple(size=(595, round(metres / 0.254 * 72)), page=b"/UserUnit 10")


def many_paths(count: int = 400_000) -> bytes:
    """A page of so many boxes."""
    return simple(b"9 9 99 99 re f\n" * count)


def drawn_four_ways(pixels: bytes, side: int) -> bytes:
    """One picture twice, once within a form and once inline."""
    kind = b"/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray" % (side, side)
    image = stream(pixels, b"/Type/XObject/Subtype/Image" + kind)
    place = b"q 150 0 0 150 %d %d cm "
    form = stream(
        place % (0, 0) + b"/X Do Q",
        b"/Type/XObject/Subtype/Form/BBox[0 0 150 150]/Matrix[1 0 0 1 300 300]"
        b"/Resources<</XObject<</X 6 0 R>>>>",
    )
    inline = b"BI /W %d /H %d /BPC 8 /CS /G /F /AHx ID %b> EI Q" % (
        side,
        side,
        pixels.hex().encode(),
    )
    content = (
        place % (50, 600) + b"/X Do Q " + place % (50, 400) + b"/X Do Q /Y Do "
        b"" + place % (300, 600) + inline
    )
    return simple(content, resources=b"/XObject<</X 6 0 R/Y 7 0 R>>", more={6: image, 7: form})
