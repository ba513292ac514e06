"""Pages for people: one self-contained file each, which asks for nothing.

Whoever makes a page hands it plain values and pictures. Templates escape what they are given. What
a student reads runs no script; a page for staff may have one of its own, and a browser runs no
other.
"""

from grader.report.html.colours import coloured
from grader.report.html.drawings import drawn
from grader.report.html.feedback import code_of, feedback_page
from grader.report.html.page import in_script, pieces, render
from grader.report.html.svg import drawing, palette, picture

__all__ = [
    "code_of",
    "coloured",
    "drawing",
    "drawn",
    "feedback_page",
    "in_script",
    "palette",
    "picture",
    "pieces",
    "render",
]
