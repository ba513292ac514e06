"""What can be said of one delivery in a word: whether its points are final, and why not."""

from typing import Literal

from grader.course.handed_in import Student
from grader.course.outcome import Outcome
from grader.result import Result

State = Literal["graded", "not judged", "cut off", "unofficial", "not graded", "nothing handed in"]
TO_LOOK_AT: tuple[State, ...] = ("not graded", "cut off", "not judged", "unofficial")
"""The states in which a person has to do something, the most urgent first."""


def state_of(outcome: Outcome) -> tuple[State, str]:
    """The state of a delivery, and why it is not `graded`, in words for staff."""
    result = told(outcome)
    if result is None:
        if outcome.problem:
            return "not graded", outcome.problem
        if outcome.upload is None:
            return "nothing handed in", ""
        return "not graded", "There is no result yet."
    if not result.complete:
        return "cut off", "The grade ended before all was judged."
    if waiting := undecided(result):
        return "not judged", "; ".join(f"{number}: {result.unjudged[number]}" for number in waiting)
    if not result.official:
        return "unofficial", "Student code was not shut in well enough for an official grade."
    return "graded", ""


def told(outcome: Outcome) -> Result | None:
    """The result, if it is one to be told: where there is a problem, there are no points yet."""
    return None if outcome.problem else outcome.result


def undecided(result: Result) -> list[str]:
    """The questions that could not be judged, and of which no person has decided anything."""
    decided = {entry.question for entry in result.entries if entry.override is not None}
    return [number for number in result.unjudged if number not in decided]


def is_empty(result: Result) -> bool:
    """Whether nothing at all of the upload was judged: it cannot be read, and the like."""
    return not any(entry.status in ("passed", "failed") for entry in result.entries)


def people(outcome: Outcome) -> tuple[Student, ...]:
    """Who gets the result; a delivery that names nobody stands for one person without a name."""
    return outcome.delivery.students or (Student(outcome.delivery.key),)
