"""Cells of which every statement is executed, for tests that write code for the wall themselves."""

import ast

from grader.submission.pieces import pieces
from grader.submission.program import Cell


def cell(source: str, label: str = "lab1.py") -> Cell:
    """A cell whose statements are all needed."""
    return Cell(label, source, tuple(pieces(source, ast.parse(source).body)))
