"""What students read of a check that failed: one thing to do next, and no stray stops."""

import pytest

from grader.misconceptions import REGISTRY
from grader.report.wording import lines
from grader.result import Entry
from grader.verdict import Diagnosis, Verdict

FOUND = Diagnosis("a-name", "Your code cuts.", "Round first.")


def read(verdict: Verdict) -> list[str]:
    return lines(Entry("2.1", "a.b", "Title", "It rounds.", 1, "visible", False, "failed", verdict))


def test_what_explains_a_failure_says_what_to_do_and_nothing_else_does() -> None:
    plain, explained = (
        read(Verdict(False, "1", "2", "Clamp.", diagnosis)) for diagnosis in (None, FOUND)
    )
    assert plain == ["It rounds.", "Got: 1.", "Expected: 2.", "Next: Clamp."]
    assert explained[:3] == plain[:3]
    assert explained[3:] == ["This looks like: Your code cuts. Round first."]


@pytest.mark.parametrize("known", REGISTRY, ids=lambda known: known.diagnosis.name)
def test_every_known_mistake_is_told_in_whole_sentences(known) -> None:
    for text in (known.diagnosis.sentence, known.diagnosis.hint):
        assert text.endswith(".")
        assert ".." not in text.replace("-128..127", "").replace("0..255", "").replace(
            "-2147483648..2147483647", ""
        )
