"""Which submissions are suspiciously alike, measured against how alike independent ones are.

The reader's process turns each submission into fingerprints; here they are compared. Nothing here
sees a student's text but as the lines of a page.
"""

from grader.similarity.compare import (
    LEVEL,
    Compared,
    Found,
    NotCompared,
    Pair,
    compared,
    too_plain,
)
from grader.similarity.entries import Entry, entries, read
from grader.similarity.independent import Independent, independent
from grader.similarity.page import similar_page

__all__ = [
    "LEVEL",
    "Compared",
    "Entry",
    "Found",
    "Independent",
    "NotCompared",
    "Pair",
    "compared",
    "entries",
    "independent",
    "read",
    "similar_page",
    "too_plain",
]
