"""Reports graded by hand: one question at a time, for everybody; and the marks, taken up again."""

from grader.course.by_hand.marks import Mark, read_marks
from grader.course.by_hand.page import Wanted, write_page

__all__ = ["Mark", "Wanted", "read_marks", "write_page"]
