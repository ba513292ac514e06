"""What can go wrong, by name, and the exit status it ends in.

Every message is one line that says what, where, and what to do.
"""


class GraderError(Exception):
    """The grader itself could not work: exit status 3, and no score is written."""

    exit_status = 3


class UsageError(GraderError):
    """The person at the command line asked for something that cannot be done: exit status 2."""

    exit_status = 2


class ExamError(UsageError):
    """An exam folder that is missing, damaged or made by another version."""


class RubricError(UsageError):
    """A rubric that does not say what it must."""


class WallError(GraderError):
    """The sandbox cannot be set up here, or a layer of it does not hold."""


class UnreadableSubmissionError(Exception):
    """What a student uploaded cannot be read as code: graded 0 with this line, exit status 0.

    Deliberately no `GraderError`: nothing is wrong with the grader or with its user.
    """
