"""The made reports, by name; `python -m tests.writeup.made [NAME]...` makes them anew.

That needs Chromium, LibreOffice's Writer, pdflatex and, as WEASYPRINT, the path of WeasyPrint.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.writeup import producers
from tests.writeup.content import blocks
from tests.writeup.producers import HEAD, page

FOLDER = Path(__file__).parent / "pdfs"
LARGEST = 200_000
EVERYTHING = "everything"
"""In place of a point: all of them."""


class Made(NamedTuple):
    """A made report, and what must be said of it."""

    producer: str
    what: str
    make: Callable[[], bytes]
    missing: tuple[str, ...] = ()
    """Points, as `question asks`."""
    untold: tuple[str, ...] = ()


WITHOUT = {
    "1.1 plots": ("1.1 histograms of 5 layers' weights",),
    "1.1 observations": ("1.1 observations",),
    "1.2 two ranges": ("1.2 range and 3-sigma range of each",),
    "1.2 ranges": ("1.2 range and 3-sigma range of each",),
    "1.2 preference": ("1.2 range you prefer, and why",),
    "2.1 quantized_weights": ("2.1 code of quantized_weights",),
    "2.2 accuracies": ("2.2 accuracy of quantized weights",),
    "3.1 plots": ("3.1 histograms of input and 5 layers",),
    "3.1 observations": ("3.1 observations",),
    "3.2 ranges": ("3.2 range and 3-sigma range of each",),
    "3.2 two ranges": ("3.2 range and 3-sigma range of each",),
    "3.2 preference": ("3.2 range you prefer, and why",),
    "4.1a equation": ("4.1a equation of conv1",),
    "4.1b equation": ("4.1b equation of conv2",),
    "4.2 quantize_initial_input": ("4.2 code of quantize_initial_input",),
    "4.2 quantize_activations": ("4.2 code of quantize_activations",),
    "4.3 forward": ("4.3 code of forward",),
    "4.4 accuracy": ("4.4 accuracy of the quantized net",),
    "5.1 equation": ("5.1 equation with a bias",),
    "5.2 quantized_bias": ("5.2 code of quantized_bias",),
    "5.3 accuracies": ("5.3 accuracies before and after",),
    "appendix": ("appendix with all code",),
}
"""What is left out -> the points that are missing then."""


def _chromium(*without: str, head: tuple[str, ...] = HEAD, **options: object) -> bytes:
    return producers.chromium(page(blocks(without), head, **options))  # type: ignore[arg-type]


def _weasyprint(*without: str) -> bytes:
    program = os.environ.get("WEASYPRINT", "weasyprint")
    return producers.weasyprint(page(blocks(without), plots=producers.vectors), program)


def _libreoffice(*without: str) -> bytes:
    return producers.libreoffice(page(blocks(without), plots=producers.each_a_picture))


def _latex(*without: str) -> bytes:
    return producers.latex(blocks(without))


def _matplotlib(*without: str) -> bytes:
    return producers.matplotlib_pages(blocks(without))


def _webpdf() -> bytes:
    from tests.writeup.notebooks import solved_notebook

    return producers.webpdf(solved_notebook())


MAKERS: Mapping[str, tuple[str, Callable[..., bytes]]] = {
    "chromium": ("Chromium's print", _chromium),
    "weasyprint": ("WeasyPrint", _weasyprint),
    "libreoffice": ("LibreOffice", _libreoffice),
    "latex": ("pdfLaTeX", _latex),
    "matplotlib": ("matplotlib", _matplotlib),
}
LACKING = {
    "chromium": ("1.1 observations", "1.2 preference", "2.2 accuracies", "4.1b equation"),
    "weasyprint": ("3.1 plots", "1.2 two ranges", "4.2 quantize_activations", "5.3 accuracies"),
    "libreoffice": ("1.1 plots", "3.2 preference", "5.2 quantized_bias", "2.1 quantized_weights"),
    "latex": ("3.1 observations", "3.2 ranges", "4.1a equation", "5.1 equation"),
    "matplotlib": ("4.4 accuracy", "4.3 forward", "appendix", "4.2 quantize_initial_input"),
}


def _all() -> dict[str, Made]:
    found: dict[str, Made] = {}
    for maker, (producer, make) in MAKERS.items():
        found[f"{maker}-complete"] = Made(producer, "complete", make)
        for lacking in LACKING[maker]:
            name = f"{maker}-without-{lacking.replace(' ', '-').replace('_', '-')}"
            what = f"without {lacking}"
            found[name] = Made(producer, what, functools.partial(make, lacking), WITHOUT[lacking])
    chromium = MAKERS["chromium"][0]
    vectors = functools.partial(_chromium, plots=producers.vectors)
    found["chromium-drawings"] = Made(chromium, "complete, plots as drawings", vectors)
    title, name, number = HEAD
    heads: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = [
        ("no-name", "without a name", (title, number), ("name",)),
        ("no-id", "without a student ID", (title, name), ("student ID",)),
        ("no-labels", "name and ID without labels", (title, "Ada Example", "3030000001"), ()),
        (
            "empty-labels",
            "name and ID not filled in",
            (title, "Name: YOUR NAME", "Student ID:"),
            ("name", "student ID"),
        ),
    ]
    for key, what, head, missing in heads:
        make = functools.partial(_chromium, head=head)
        found[f"chromium-{key}"] = Made(chromium, what, make, missing)
    found["webpdf-complete"] = Made(
        "nbconvert's webpdf",
        "the solved notebook, without a head and an appendix",
        _webpdf,
        ("name", "student ID"),
        ("appendix with all code",),
    )
    scan = Made("a scan", "complete, all pages pictures", _scan, (), (EVERYTHING,))
    found["scan-complete"] = scan
    last = "complete, the appendix scanned"
    untold = ("appendix with all code",)
    found["scan-of-appendix"] = Made("a scan", last, _scan_of_appendix, (), untold)
    return found


def _scan() -> bytes:
    return producers.scanned(_chromium("appendix"))


def _scan_of_appendix() -> bytes:
    import pypdfium2

    data = _weasyprint()
    document = pypdfium2.PdfDocument(data)
    texts = [sheet.get_textpage().get_text_range() for sheet in document]
    first = next(number for number, text in enumerate(texts) if text.startswith("Appendix"))
    return producers.scanned(data, first, 0.5)


MADE = _all()


def main(names: list[str]) -> None:
    """Make those that are named, or all."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or MADE:
        data = MADE[name].make()
        print(name, len(data))
        if len(data) > LARGEST:
            raise SystemExit(f"{name} is larger than {LARGEST} bytes")
        (FOLDER / f"{name}.pdf").write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
