"""How a made report becomes a PDF: by each program that students use, as far as it is here."""

from __future__ import annotations

import base64
import html
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

from tests.browser import CHROMIUM
from tests.writeup.content import Block, draw, figure

STYLE = """
body { font: 11pt/1.35 serif; margin: 0 } pre { font: 8pt/1.2 monospace; white-space: pre-wrap }
table { border-collapse: collapse } td, th { border: 1px solid #888; padding: 1pt 6pt }
img, svg { max-width: 100%; width: 100%; height: auto } .appendix { break-before: page }
@page { size: A4; margin: 18mm }
"""
SHARPNESS, QUALITY = 0.8, 20
"""Pixels per point of a scan, and quality as JPEG: a sharper one is large."""
HEAD = ("Lab 1: Quantization", "Name: Ada Example", "Student ID: 3030000001")
"""Title, name and number; None leaves one out."""


def page(
    blocks: Sequence[Block],
    head: Sequence[str] = HEAD,
    plots: Callable[[Sequence[str]], str] | None = None,
) -> str:
    """A report as a web page."""
    drawn = plots or pictures
    body = [f"<h1>{head[0]}</h1>", *(f"<p>{html.escape(line)}</p>" for line in head[1:])]
    body += [_as_html(block, drawn) for block in blocks]
    style = f"<style>{STYLE}</style>"
    return f"<!doctype html><meta charset=utf-8><title>Report</title>{style}{''.join(body)}"


def _as_html(block: Block, plots: Callable[[Sequence[str]], str]) -> str:
    text = html.escape(block.text)
    match block.kind:
        case "heading":
            return f"<h2>{text}</h2>"
        case "part":
            return f"<h3>{text}</h3>"
        case "code":
            return f"<pre>{text}</pre>"
        case "table":
            cells = "".join(
                f"<tr><td>{name}<td>{one}<td>{other}" for name, (one, other) in block.rows.items()
            )
            return f"<table><tr><th>layer<th>range<th>3-sigma range{cells}</table>"
        case "plots":
            return plots(block.names)
        case "equation":
            return f"<p>{_subscripts(block.text)}</p>"
        case "appendix":
            return f"<h2 class=appendix>Appendix</h2><pre>{text}</pre>"
        case _:
            return f"<p>{text}</p>"


def _subscripts(formula: str) -> str:
    formula = formula.replace("\\beta", "β").replace("*", "∗")
    for _ in range(3):
        formula = re.sub(r"_\{([^{}]*)\}", r"<sub>\1</sub>", formula)
    return re.sub(r"_(\w)", r"<sub>\1</sub>", formula)


def pictures(names: Sequence[str]) -> str:
    """One picture with all plots."""
    return picture_of(figure(names))


def picture_of(data: bytes) -> str:
    """A picture in a page."""
    return f'<img src="data:image/png;base64,{base64.b64encode(data).decode()}">'


def each_a_picture(names: Sequence[str]) -> str:
    """A picture for each plot."""
    return "".join(picture_of(figure([name], columns=1)) for name in names)


def vectors(names: Sequence[str]) -> str:
    """A drawing with all plots, its letters as text."""
    with mpl.rc_context({"svg.fonttype": "none"}):
        return figure(names, "svg").decode().partition("?>")[2].partition('">')[2].lstrip()


def chromium(text: str) -> bytes:
    """Print by Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(text, "utf-8")
        _run(
            [
                str(CHROMIUM),
                *("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"),
                *(f"--user-data-dir={folder}/profile", f"--print-to-pdf={result}"),
                source.as_uri(),
            ],
            folder,
        )
        return result.read_bytes()


def webpdf(notebook: str) -> bytes:
    """Print a notebook by nbconvert and the Chromium that is there, not one that it downloads."""
    from unittest import mock

    import nbformat
    from nbconvert import WebPDFExporter
    from playwright.async_api import BrowserType

    launch = BrowserType.launch

    def by_path(kind: BrowserType, **options: Any) -> Any:
        return launch(kind, **{**options, "executable_path": CHROMIUM})

    exporter = WebPDFExporter(disable_sandbox=True)
    found = nbformat.reads(notebook, as_version=4)  # type: ignore[no-untyped-call]
    with mock.patch.object(BrowserType, "launch", by_path):
        data: bytes = exporter.from_notebook_node(found)[0]
    return data


def weasyprint(text: str, program: str) -> bytes:
    """Print by WeasyPrint."""
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(text, "utf-8")
        _run([program, str(source), str(result)], folder)
        return result.read_bytes()


def libreoffice(text: str) -> bytes:
    """Print by LibreOffice's word processor."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(text, "utf-8")
        filters = ("--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export")
        home = f"-env:UserInstallation=file://{folder}/profile"
        _run(
            [str(shutil.which("soffice")), home, "--headless", *filters, "page.html"],
            folder,
        )
        return Path(folder, "page.pdf").read_bytes()


def latex(blocks: Sequence[Block], head: Sequence[str] = HEAD, vector: bool = True) -> bytes:
    """Typeset by LaTeX."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [
            r"\documentclass[10pt]{article}",
            r"\usepackage[margin=2cm]{geometry}\usepackage{graphicx,amsmath,listings}",
            r"\lstset{basicstyle=\ttfamily\scriptsize,breaklines=true,columns=fullflexible,"
            r"keywordstyle={},commentstyle={},stringstyle={},keepspaces=true,upquote=true}\usepackage{textcomp}\begin{document}",
            rf"\begin{{center}}\Large {head[0]}\end{{center}}",
            *(rf"\noindent {line}\par" for line in head[1:]),
        ]
        for number, block in enumerate(blocks):
            lines.append(_as_latex(block, number, Path(folder), vector))
        Path(folder, "page.tex").write_text("\n".join([*lines, r"\end{document}"]), "utf-8")
        _run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"], folder)
        return Path(folder, "page.pdf").read_bytes()


def _as_latex(block: Block, number: int, folder: Path, vector: bool) -> str:
    text = block.text.replace("%", r"\%")
    code = f"\\begin{{lstlisting}}[language=Python]\n{block.text}\n\\end{{lstlisting}}"
    match block.kind:
        case "heading":
            return rf"\section*{{{text}}}"
        case "part":
            return rf"\subsection*{{{text}}}"
        case "code":
            return code
        case "table":
            rows = "".join(rf"{name} & {a} & {b} \\" for name, (a, b) in block.rows.items())
            return (
                r"\begin{tabular}{|l|r|r|}\hline layer & range & $3\sigma$ range \\ \hline "
                rf"{rows}\hline\end{{tabular}}\par"
            )
        case "plots":
            kind = "pdf" if vector else "png"
            name = f"plots{number}.{kind}"
            with mpl.rc_context({"pdf.use14corefonts": True}):
                (folder / name).write_bytes(figure(block.names, kind))
            return rf"\includegraphics[width=\textwidth]{{{name}}}"
        case "equation":
            return rf"\[ {block.text.replace('*', '*')} \]"
        case "appendix":
            return rf"\clearpage\section*{{Appendix: all code}}{code}"
        case _:
            return rf"{text}\par"


def matplotlib_pages(blocks: Sequence[Block], head: Sequence[str] = HEAD) -> bytes:
    """Pages that matplotlib writes, text and all."""
    import matplotlib.pyplot as plt
    from matplotlib.backends.backend_pdf import PdfPages

    data = io.BytesIO()
    rows = list(head)
    with PdfPages(data, metadata={"CreationDate": None}) as pages:

        def flush() -> None:
            for first in range(0, len(rows), 75):
                sheet = plt.figure(figsize=(8.27, 11.69))
                for number, row in enumerate(rows[first : first + 75]):
                    place = (0.07, 0.95 - number * 0.012)
                    sheet.text(*place, row, fontsize=7, family="monospace", parse_math=False)
                pages.savefig(sheet)
                plt.close(sheet)
            rows.clear()

        for block in blocks:
            if block.kind == "plots":
                flush()
                sheet, axes = plt.subplots(3, 2, figsize=(8.27, 11.69))
                draw(sheet, axes.ravel(), block.names)
                pages.savefig(sheet)
                plt.close(sheet)
            elif block.kind == "table":
                rows += [f"{name:8} {one:8} {other:8}" for name, (one, other) in block.rows.items()]
            elif block.kind == "appendix":
                rows += ["Appendix", *block.text.splitlines()]
            else:
                rows += _wrapped(block.text)
        flush()
    return data.getvalue()


def _wrapped(text: str) -> list[str]:
    import textwrap

    return [row for line in text.splitlines() for row in textwrap.wrap(line, 100) or [""]]


def scanned(data: bytes, first: int = 0, sharpness: float = SHARPNESS) -> bytes:
    """The same pages as photographs from a page on, without any text."""
    import pypdfium2

    source, result = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument.new()
    if first:
        result.import_pages(source, list(range(first)))
    for number in range(first, len(source)):
        picture = io.BytesIO()
        image = source[number].render(scale=sharpness, grayscale=True).to_pil()
        image.save(picture, "PDF", quality=QUALITY)
        result.import_pages(pypdfium2.PdfDocument(picture.getvalue()))
    saved = io.BytesIO()
    result.save(saved)
    return saved.getvalue()


def _run(command: list[str], folder: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)
