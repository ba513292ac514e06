"""The class on a page: what to reteach, what to look at, and a table of everybody."""

from grader.course.summary.page import SUMMARY, Summary

__all__ = ["SUMMARY", "Summary"]
