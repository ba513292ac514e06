"""What is counted of a class: each figure from outcomes of which it is known."""

import math
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from grader.course.summary.tally import EXAMPLES, FEWEST, Correlation, Tally, quantile
from grader.misconceptions import REGISTRY
from grader.result import Override, Result
from tests.outcomes import entries, failing, made, outcome, passing, student

CUTS, OTHER = [known.diagnosis for known in REGISTRY if known.question == "2.1"][:2]


def counted(results: Iterable[Result]) -> Tally:
    tally = Tally()
    for at, result in enumerate(results):
        tally.add(outcome(result, student(f"s{at}", f"Ada{at} Example")))
    return tally


def test_a_question_is_all_some_or_nothing() -> None:
    whole = passing()
    some = failing(whole, "weights.rounding")
    none = whole
    for entry in entries():
        if entry.question == "2.1":
            none = none.with_outcome(entry.check, "not reached", entry.verdict)
    question = counted([whole, whole, some, none]).questions["2.1"]
    assert (question.all_of_it, question.some_of_it, question.nothing) == (2, 1, 1)
    assert question.most == 18
    assert question.lost == 3 + 18
    assert question.mean == pytest.approx(100 * (2 + 15 / 18) / 4)


def test_only_what_was_judged_to_the_end_makes_figures() -> None:
    empty = replace(passing(), entries=entries())
    tally = counted(
        [
            passing(),
            replace(passing(), official=False),
            replace(passing(), complete=False),
            replace(passing(), unjudged={"4.3": "KeyError"}),
            empty,
        ]
    )
    tally.add(outcome(None, student("x")))
    tally.add(outcome(None, student("y"), problem="died"))
    assert tally.counted == 2
    assert tally.unread == 1
    assert tally.deliveries == tally.states.total() == 7
    assert tally.states["not judged"] == tally.states["nothing handed in"] == 1
    assert tally.seconds.total() == 5
    assert sum(tally.bins) == tally.scores.total() == 2


def test_a_pair_counts_once_as_a_submission_and_twice_as_students() -> None:
    tally = Tally()
    tally.add(outcome(passing(), student("a"), student("b")))
    assert (tally.students, tally.deliveries, tally.counted) == (2, 1, 1)


def test_a_mistake_counts_once_a_submission_and_tells_what_it_costs() -> None:
    both = failing(failing(passing(), "weights.rounding", CUTS), "weights.saturation", CUTS)
    tally = counted([both, both, failing(passing(), "weights.rounding", OTHER), passing()])
    first, second = tally.commonest()
    assert (first.name, first.submissions, first.lost) == (CUTS.name, 2, 10)
    assert (second.name, second.submissions, second.lost) == (OTHER.name, 1, 3)
    assert first.questions == {"2.1": 2}
    assert first.explained


def test_what_nothing_explains_is_counted_by_its_check() -> None:
    (mistake,) = counted([failing(passing(), "weights.rounding")] * 2).commonest()
    assert not mistake.explained
    assert mistake.name == "check weights.rounding"
    assert mistake.sentence == next(e.sentence for e in entries() if e.check == "weights.rounding")


def test_a_decision_gives_points_back_and_leaves_the_mistake() -> None:
    result = failing(passing(), "weights.rounding", CUTS)
    mended = tuple(
        replace(each, override=Override(3.0, "")) if each.status == "failed" else each
        for each in result.entries
    )
    tally = counted([replace(result, entries=mended)])
    assert tally.to_reteach() == []
    assert tally.commonest()[0].lost == 0
    assert tally.overridden == 1


def test_examples_are_few_nameless_and_not_those_that_came_first() -> None:
    results = [
        failing(passing(), "weights.rounding", CUTS, f"Ada{at} Example: {at} are off")
        for at in range(20)
    ]
    tally = Tally()
    for at in random.Random(1).sample(range(20), 20):
        tally.add(outcome(results[at], student(f"s{at}", f"Ada{at} Example")))
    (mistake,) = tally.commonest()
    in_order = counted(results).commonest()[0]
    assert len(mistake.examples) == EXAMPLES
    assert mistake.examples == in_order.examples
    for got, _ in mistake.examples:
        assert got.startswith("the student: ")


def test_the_dearest_question_is_taught_first() -> None:
    cheap = failing(passing(), "ranges.value")
    dear = failing(passing(), "quantized.accuracy")
    tally = counted([cheap, cheap, dear])
    assert [each.number for each in tally.to_reteach()] == ["4.4", "1.2"]


def correlation(pairs: Iterable[tuple[bool, float]]) -> Correlation:
    found = Correlation()
    for passed, share in pairs:
        found.add(passed, share)
    return found


def test_the_correlation_is_that_of_pearson() -> None:
    drawn = random.Random(3)
    pairs = [(drawn.random() < 0.6, drawn.random()) for _ in range(200)]
    pairs += [(True, 0.9)] * 20
    x = [float(passed) for passed, _ in pairs]
    y = [share for _, share in pairs]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    together = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
    alone = math.sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))
    assert correlation(pairs).value == pytest.approx(together / alone)


@pytest.mark.parametrize(
    "pairs",
    [
        [(True, 0.5), (False, 0.1)] * (FEWEST - 1),
        [(True, at / 50) for at in range(50)],
        [(True, 0.7)] * 50 + [(False, 0.7)] * 50,
    ],
    ids=["too few", "all pass", "all alike"],
)
def test_nothing_is_said_of_what_splits_where_nothing_is_known(
    pairs: list[tuple[bool, float]],
) -> None:
    assert correlation(pairs).value is None


def test_the_points_of_a_checks_own_question_do_not_count_in_what_it_splits() -> None:
    """All that fail one check fail the next one of its question, and are as good elsewhere."""
    results = []
    for at in range(40):
        result = passing() if at % 2 else failing(passing(), "ranges.value")
        if at % 4 < 2:
            result = failing(result, "weights.rounding")
            result = failing(result, "weights.saturation")
        results.append(result)
    split = counted(results).checks["weights.rounding"].split
    assert (split.passed, split.failed) == (20, 20)
    assert split.value == pytest.approx(0, abs=1e-9)


def test_a_check_that_was_not_reached_says_nothing_of_what_it_splits() -> None:
    result = passing()
    missed = result.with_outcome("weights.rounding", "not reached", entries()[0].verdict)
    check = counted([missed, result]).checks["weights.rounding"]
    assert (check.not_reached, check.split.passed, check.split.failed) == (1, 1, 0)


def test_what_it_keeps_does_not_grow_with_the_class() -> None:
    small, large = Tally(), Tally()
    for each in made(300):
        small.add(each)
    for each in made(1500):
        large.add(each)
    assert large.checks.keys() == small.checks.keys()
    known = {known.diagnosis.name for known in REGISTRY} | {f"check {e.check}" for e in entries()}
    assert large.mistakes.keys() <= known
    assert all(len(mistake.examples) <= EXAMPLES for mistake in large.mistakes.values())


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.25, 1), (0.5, 2), (0.75, 5), (1.0, 9)])
def test_quantiles(share: float, value: float) -> None:
    assert quantile(Counter([1, 1, 2, 2, 5, 5, 9, 9]), share) == value


def test_what_a_check_says_is_never_a_key_of_its_own() -> None:
    """A student chooses what stands in a verdict, and not how much is kept."""
    results = [failing(passing(), "ranges.value", None, f"{at}") for at in range(200)]
    assert len(counted(results).mistakes) == 1
