"""Fills in the templates of this folder."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup

FOLDER = Path(__file__).parent


CODE = re.compile(r"`([^`]+)`")


def _coded(text: str) -> Markup:
    """What stands between backquotes, as code."""
    from markupsafe import Markup, escape

    # A plain string: the parts of a Markup would be escaped once more.
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - just escaped


def render(template: str, **values: Any) -> str:
    """A whole page.

    Args:
        template: its name in this folder, such as `study`.
        values: what it names; everything is escaped but what `picture` made.
    """
    return "".join(pieces(template, **values))


def in_script(text: str) -> Markup:
    """JSON that cannot end the element that it stands in: what a page marks up by is escaped."""
    from markupsafe import Markup

    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - nothing is left in it that a page would read


def pieces(
    template: str, folder: Path = FOLDER, runs: str = "", pictures: str = "data:", **values: Any
) -> Iterator[str]:
    """A whole page bit by bit, for one that is too long to be in memory at once.

    Args:
        template: its name in a folder.
        folder: where it is; it extends what is here.
        runs: the page's own script, which nothing of a student's may be part of. The page says
            which one it is, and a browser runs no other.
        pictures: where a browser may get pictures from, as a policy has it.
        values: what it names; everything is escaped but what is marked up already.
    """
    import jinja2  # here, for few commands make pages

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, FOLDER]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["coded"] = _coded
    style = (FOLDER / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(runs.encode()).digest()).decode()
    return environment.get_template(f"{template}.html.jinja").generate(
        style=style, runs=runs, runs_digest=digest, pictures=pictures, **values
    )
