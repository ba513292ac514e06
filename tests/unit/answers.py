"""What a session answered, where a test expects that it answered with a claim."""

from grader.sandbox.outside.answer import Returned
from grader.sandbox.wire import Claim


def returned(answer: object) -> Claim:
    assert isinstance(answer, Returned), answer
    return answer.claim


def text(answer: object) -> str:
    return returned(answer).text


def number(answer: object) -> int | float:
    array = returned(answer).array
    assert array is not None
    return array.item()
