"""A student's lines, coloured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup


def coloured(lines: Sequence[str]) -> tuple[Markup, ...]:
    """Lines of Python as HTML, escaped; what spans several lines is coloured in each."""
    from markupsafe import Markup
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    lexer = PythonLexer(stripnl=False, ensurenl=False)
    form = HtmlFormatter(nowrap=True, classprefix="c-")
    html = highlight("\n".join(lines), lexer, form).rstrip("\n")
    return tuple(Markup(line) for line in html.split("\n"))  # noqa: S704 - it escapes
