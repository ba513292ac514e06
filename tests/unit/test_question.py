"""How the checks of a question depend on each other."""

from types import SimpleNamespace
from typing import Any

import pytest

from grader.checks.question import Question
from grader.pictures import Biases
from grader.verdict import CheckFailed, NotReached


def question(**failures: CheckFailed) -> Question[Any]:
    """A form, the core after it, then two properties; those named fail."""
    one: Question[Any] = Question("9.9", "A question", lambda context: "evidence")

    def register(name: str, **options: Any) -> None:
        def judge(evidence: Any) -> None:
            """What holds,
            over two lines.
            """
            if name in failures:
                raise failures[name]

        one.check(name, **options)(judge)

    register("form")
    register("core", after="form", core=True)
    register("first", after="core")
    register("second", after="core")
    return one


def statuses(one: Question[Any]) -> list[str]:
    return [outcome.verdict.status for outcome in one.judge(context())]


def context(*, illustrated: bool = False) -> Any:
    return SimpleNamespace(
        handed_on={},
        is_illustrated=lambda _check: illustrated,
        collector=lambda _number, how, context: how(context),
    )


def test_the_sentence_of_a_check_is_its_judges_docstring_on_one_line() -> None:
    assert {check.sentence for check in question().checks} == {"What holds, over two lines."}
    nameless: Question[Any] = Question("9.9", "A question", lambda context: None)
    nameless.check("bare")(lambda evidence: None)
    assert nameless.checks[0].sentence == ""


def test_a_parent_is_registered_first() -> None:
    with pytest.raises(ValueError, match="early: later must be registered before it"):
        question().check("early", after="later")(lambda evidence: None)
    with pytest.raises(ValueError, match="early: later must be registered before it"):
        question().check_told("early", after="form", told="later")(lambda evidence, holds: None)


def test_each_property_loses_alone() -> None:
    assert statuses(question()) == ["passed"] * 4
    assert statuses(question(first=CheckFailed("a"))) == ["passed", "passed", "failed", "passed"]
    unseen = question(second=NotReached("no probe shows it"))
    assert statuses(unseen) == ["passed", "passed", "passed", "not reached"]


def test_what_comes_after_a_failed_check_is_not_reached() -> None:
    outcomes = list(question(form=CheckFailed("a")).judge(context()))
    assert [outcome.verdict.status for outcome in outcomes] == ["failed", *["not reached"] * 3]
    assert "form" in outcomes[1].verdict.actual
    assert "core" in outcomes[2].verdict.actual


def test_nothing_is_earned_without_the_core() -> None:
    outcomes = list(question(core=CheckFailed("a")).judge(context()))
    found = [outcome.verdict.status for outcome in outcomes]
    assert found == ["not reached", "failed", "not reached", "not reached"]
    assert "core" in outcomes[0].verdict.actual


@pytest.mark.parametrize("holds", [True, False])
def test_a_judge_is_told_whether_another_property_holds(holds: bool) -> None:
    one = question() if holds else question(first=CheckFailed("a"))
    told = []
    one.check_told("third", after="core", told="first")(
        lambda evidence, first_holds: told.append((evidence, first_holds))
    )
    assert statuses(one)[-1] == "passed"
    assert told == [("evidence", holds)]


def test_a_check_that_is_told_of_another_is_no_core() -> None:
    one = question()
    one.check_told("third", after="core", told="first")(fail)
    assert statuses(one) == [*["passed"] * 4, "failed"]


def fail(evidence: Any, holds: bool) -> None:
    raise CheckFailed("a")


def test_a_question_is_judged_by_the_grader_and_always_unless_it_says_so() -> None:
    one = question()
    assert not one.by_hand
    assert not one.optional
    assert not one.challenge


def test_a_remark_is_told_where_the_property_holds() -> None:
    one = question()
    one.check("remarked", after="core")(lambda evidence: "seen twice")
    *_, last = one.judge(context())
    assert (last.verdict.passed, last.verdict.actual) == (True, "seen twice")


def test_what_is_handed_on_is_there_for_the_questions_that_depend_on_it() -> None:
    one: Question[str] = Question(
        "9.9", "A question", lambda context: "evidence", hands_on=lambda evidence: evidence.upper()
    )
    given = context()
    list(one.judge(given))
    assert given.handed_on == {"9.9": "EVIDENCE"}
    list(question().judge(given))
    assert given.handed_on == {"9.9": "EVIDENCE"}


def test_what_is_published_is_told_with_its_check() -> None:
    one = question()
    names = [check.name for check in one.checks]
    one.publishes = {name: lambda evidence: {"4.4": 2.5} for name in names}
    for outcome in one.judge(context()):
        told = outcome.check.core or outcome.verdict.passed
        assert outcome.verdict.published == ({"4.4": 2.5} if told else {})


PICTURE = Biases("a bias", ((1.0, 2.0),))


def pictured(one: Question[Any], *, illustrated: bool) -> list[object]:
    return [each.verdict.picture for each in one.judge(context(illustrated=illustrated))]


def test_a_check_that_fails_has_a_picture_where_one_is_asked_for() -> None:
    one = question(first=CheckFailed("a", draw=lambda: PICTURE), second=CheckFailed("b"))
    assert pictured(one, illustrated=True) == [None, None, PICTURE, None]
    assert pictured(one, illustrated=False) == [None] * 4


def test_what_holds_is_shown_with_the_core() -> None:
    one = question()
    one.shows = lambda evidence: PICTURE if evidence == "evidence" else None
    assert pictured(one, illustrated=True) == [None, PICTURE, None, None]
    one = question(core=CheckFailed("a"))
    one.shows = lambda _evidence: PICTURE
    assert pictured(one, illustrated=True) == [None] * 4


def cannot(error: Exception) -> Any:
    def draw() -> Any:
        raise error

    return draw


@pytest.mark.parametrize("error", [CheckFailed("no tensor"), ZeroDivisionError("by zero")])
def test_a_picture_that_cannot_be_made_costs_nothing(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    one = question(first=CheckFailed("a", draw=cannot(error)))
    one.shows = cannot(error)
    assert statuses(one) == ["passed", "passed", "failed", "passed"]
    assert pictured(one, illustrated=True) == [None] * 4
    # What nobody has foreseen is told to staff.
    assert ("ZeroDivisionError" in capsys.readouterr().err) == isinstance(error, ZeroDivisionError)


def test_no_picture_is_made_unless_somebody_asks() -> None:
    failed = CheckFailed("wrong", draw=lambda: Biases("conv1", ((1.0, 2.0),)))
    assert [each.verdict.picture for each in question(first=failed).outcomes("evidence")] == (
        [None] * 4
    )


def test_a_question_needs_its_names_what_it_asks_and_what_those_below_it_need() -> None:
    below: Question[Any] = Question("9.8", "Below", lambda context: None, names=("Net.forward",))
    above: Question[Any] = Question(
        "9.9",
        "Above",
        lambda context: None,
        names=("NetQuantized.forward", "scale"),
        asks=("Other.__init__",),
        depends_on=(below,),
    )
    assert above.needs == {"NetQuantized", "scale", "Other", "Net"}
