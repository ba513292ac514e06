"""A result as a student sees it in a terminal: question by question, what to mend first."""

from grader.report.wording import execution_lines
from grader.result import Result

NOT_IN_THE_KIT = (
    "Not in the kit: what your course holds back, Question C, and a run of the whole notebook."
    " Nothing here is a grade."
)


def notes(result: Result) -> list[str]:
    """What is to be known beside the checks."""
    return [*result.notes, *execution_lines(result), NOT_IN_THE_KIT]
