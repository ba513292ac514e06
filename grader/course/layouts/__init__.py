"""The downloads of platforms, each turned into who handed in what.

A layout is recognised by what lies there, or named by hand. Nothing of it is executed, no link is
followed, and what has no place is listed.
"""

from grader.course.layouts.due import Due, read_due, read_due_file
from grader.course.layouts.reading import LAYOUTS, read_download

__all__ = ["LAYOUTS", "Due", "read_download", "read_due", "read_due_file"]
