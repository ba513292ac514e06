"""What was handed in, turned into the code that is graded.

Nothing here executes student code. The main flow and `whole` enter to load a submission, the exam
to cut the reference's definitions out in the same way, and the wall takes a `Program` from here.
"""

from grader.submission.files import is_skipped, printable
from grader.submission.loading import (
    Reader,
    Submission,
    load,
    require_openable,
    submission_of,
)
from grader.submission.pdfs import may_hold_pdfs
from grader.submission.program import (
    Cell,
    Challenges,
    Fingerprints,
    Mark,
    Part,
    Pdfs,
    Program,
    Reading,
)

__all__ = [
    "Cell",
    "Challenges",
    "Fingerprints",
    "Mark",
    "Part",
    "Pdfs",
    "Program",
    "Reader",
    "Reading",
    "Submission",
    "is_skipped",
    "load",
    "may_hold_pdfs",
    "printable",
    "require_openable",
    "submission_of",
]
