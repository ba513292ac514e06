"""A notebook as it was saved, as a page to print: a head, its cells, and its code as an appendix.

The page runs nothing and loads nothing, whoever opens it.
"""

import html
from typing import Any, NamedTuple

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser may do for the page: show pictures that are in it."""
STYLE = """
@page { size: A4; margin: 16mm }
body { font: 10.5pt/1.4 sans-serif; margin: 0 auto; max-width: 46em }
h1 { font-size: 18pt } h2 { font-size: 14pt } h3 { font-size: 12pt }
h1, h2, h3 { break-after: avoid }
pre { font: 8.5pt/1.3 monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4em 0 }
.jp-InputArea pre, .input_area pre { background: #f4f4f4; padding: .4em .6em }
.jp-InputPrompt, .jp-OutputPrompt, .prompt, .anchor-link { display: none }
img, svg { max-width: 100%; height: auto; break-inside: avoid }
table { border-collapse: collapse } td, th { border: 1px solid #999; padding: .1em .6em }
.head { border-bottom: 1px solid #999; margin-bottom: 1em }
.appendix { break-before: page }
"""


class Head(NamedTuple):
    """Who hands it in."""

    name: str
    student_id: str

    @property
    def blank(self) -> tuple[str, ...]:
        """What has to be filled in yet, as options name it."""
        told = {"name": self.name, "id": self.student_id}
        return tuple(option for option, value in told.items() if not value.strip())


def page_of(notebook: Any, head: Head, folder: str) -> str:
    """The page.

    Args:
        notebook: as nbformat reads it.
        head: who hands it in.
        folder: where pictures lie that its text names.
    """
    from nbconvert import HTMLExporter

    options: dict[str, Any] = {"template_name": "basic", "embed_images": True}
    exporter: Any = HTMLExporter(**options)  # type: ignore[no-untyped-call] # has no types
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"path": folder}})
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>Lab 1: report</title><style>{STYLE}</style>"
        f"<div class=head><p>Name: {html.escape(head.name)}</p>"
        f"<p>Student ID: {html.escape(head.student_id)}</p></div>"
        f"<main>{body}</main>{_appendix(notebook)}</html>"
    )


def _appendix(notebook: Any) -> str:
    cells = [
        f"<pre>{html.escape(cell.source)}</pre>"
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip()
    ]
    return f"<section class=appendix><h2>Appendix: all code</h2>{''.join(cells)}</section>"
