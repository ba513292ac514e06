"""What a course adds to its nbgrader_config.py; `lab1_results.py` lies beside it."""

import sys

from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
)

sys.path.insert(0, ".")
from lab1_results import Lab1Results

c = get_config()  # noqa: F821 - nbgrader has it
c.Lab1Results.results = "fall/results"
c.Autograde.autograde_preprocessors = [
    Lab1Results,
    IgnorePattern,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
