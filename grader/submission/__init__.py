"""What was handed in, turned into the code that is graded. Nothing here executes student code."""

from grader.submission.loading import Submission, load, load_whole
from grader.submission.program import Cell, Program

__all__ = ["Cell", "Program", "Submission", "load", "load_whole"]
