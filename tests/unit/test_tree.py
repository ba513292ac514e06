"""How the checks of a question depend on each other."""

from typing import Any

import pytest

from grader.checks.tree import Question
from grader.finding import Finding, failed, passed


def question(**findings: Finding) -> Question[Any]:
    """A form, the core after it, then two properties; those named find something else."""
    one: Question[Any] = Question("9.9", "A question", lambda bench: None)

    def register(name: str, **options: Any) -> None:
        def judge(evidence: Any, bench: Any) -> Finding:
            """What holds,
            over two lines.
            """
            return findings.get(name, passed())

        one.check(name, **options)(judge)

    register("form")
    register("core", after="form", core=True)
    register("first", after="core")
    register("second", after="core")
    return one


def statuses(one: Question[Any]) -> list[str]:
    return [outcome.status for outcome in one.judge(None)]


def test_the_sentence_of_a_check_is_its_judges_docstring_on_one_line() -> None:
    assert {check.sentence for check in question().checks} == {"What holds, over two lines."}
    nameless: Question[Any] = Question("9.9", "A question", lambda bench: None)
    nameless.check("bare")(lambda evidence, bench: passed())
    assert nameless.checks[0].sentence == ""


def test_a_parent_is_registered_first() -> None:
    with pytest.raises(ValueError, match="its parent later"):
        question().check("early", after="later")(lambda evidence, bench: passed())


def test_each_property_loses_alone() -> None:
    assert statuses(question()) == ["passed"] * 4
    assert statuses(question(first=failed("a"))) == ["passed", "passed", "failed", "passed"]
    unseen = question(second=Finding.not_reached("no probe shows it"))
    assert statuses(unseen) == ["passed", "passed", "passed", "not reached"]


def test_what_comes_after_a_failed_check_is_not_reached() -> None:
    outcomes = list(question(form=failed("a")).judge(None))
    assert [outcome.status for outcome in outcomes] == ["failed", *["not reached"] * 3]
    assert "form" in outcomes[1].finding.came
    assert "core" in outcomes[2].finding.came


def test_nothing_is_earned_without_the_core() -> None:
    outcomes = list(question(core=failed("a")).judge(None))
    assert [o.status for o in outcomes] == ["not reached", "failed", "not reached", "not reached"]
    assert "core" in outcomes[0].finding.came
