"""Pages for people: one self-contained file each, which asks for nothing and runs no script.

Whoever makes a page hands it plain values and pictures. Templates escape what they are given.
"""

from grader.report.html.drawings import drawn
from grader.report.html.feedback import coloured, feedback_page
from grader.report.html.page import render
from grader.report.html.svg import drawing, palette, picture

__all__ = ["coloured", "drawing", "drawn", "feedback_page", "palette", "picture", "render"]
