"""Each student has one result, in however many deliveries they are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from grader.course.handed_in import Delivery, Download, Student, Upload
from grader.course.journal import Graded, Journal
from grader.course.told import Which, outcomes
from grader.result import Result
from grader.rubric import Rubric
from tests.outcomes import MOMENT, VERSIONS, failing, passing

ANN, BOB, EVE = (Student(key) for key in ("ann", "bob", "eve"))
RIGHT, WRONG = passing(), failing(passing(), "weights.rounding")
Handed = tuple[Delivery, Result | None]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "class", new=True) as journal:
        yield journal


@pytest.fixture
def told(journal: Journal, rubric: Rubric) -> Callable[..., dict[str, tuple[str, float | None]]]:
    """By student: the delivery that counts, and its points."""

    def told(which: Which, *handed: Handed) -> dict[str, tuple[str, float | None]]:
        deliveries = journal.enter(Download("folder", tuple(each for each, _ in handed)))
        for delivery, result in handed:
            if result is not None:
                journal.keep(delivery.key, 0, "", Graded("graded", result))
        found: dict[str, tuple[str, float | None]] = {}
        for one in outcomes(deliveries, journal, rubric, VERSIONS, which):
            points = None if one.result is None else one.result.score
            for student in one.delivery.students:
                assert student.key not in found
                assert (student.key in one.chosen) == (student == ANN)
                found[student.key] = one.delivery.key, points
        return found

    return told


def handed(key: str, *students: Student, days: float | None = 0, result: Result | None) -> Handed:
    at = None if days is None else MOMENT + timedelta(days=days)
    uploads = () if result is None else (Upload(Path(key), at),)
    return Delivery(key, students, uploads), result


@pytest.mark.parametrize(
    ("which", "ann"), [("latest", ("pair", 97)), ("all", ("pair", 97)), ("best", ("alone", 100))]
)
def test_of_two_deliveries_that_counts_which_was_asked_for(
    which: Which, ann: tuple[str, float], told: Callable[..., dict[str, tuple[str, float]]]
) -> None:
    """And the other members of a group keep theirs."""
    alone = handed("alone", ANN, result=RIGHT)
    pair = handed("pair", ANN, BOB, days=1, result=WRONG)
    for both in ((alone, pair), (pair, alone)):
        assert told(which, *both) == {"ann": ann, "bob": ("pair", 97)}


def test_where_no_times_are_told_the_last_one_counts(
    told: Callable[..., dict[str, tuple[str, float]]],
) -> None:
    first = handed("first", ANN, days=None, result=RIGHT)
    assert told("latest", first, handed("second", ANN, days=None, result=WRONG)) == {
        "ann": ("second", 97)
    }


def test_a_delivery_without_an_upload_is_never_the_latest(
    told: Callable[..., dict[str, tuple[str, float]]],
) -> None:
    nothing = handed("nothing", ANN, EVE, result=None)
    assert told("latest", handed("first", ANN, result=RIGHT), nothing) == {
        "ann": ("first", 100),
        "eve": ("nothing", None),
    }


def test_what_counts_does_not_depend_on_which_deliveries_are_told(
    journal: Journal, rubric: Rubric, told: Callable[..., dict[str, tuple[str, float]]]
) -> None:
    told("latest", handed("old", ANN, result=RIGHT), handed("new", ANN, days=1, result=WRONG))
    old, new = journal.deliveries()
    assert [*outcomes([old], journal, rubric, VERSIONS, "latest")] == []
    (one,) = outcomes([new], journal, rubric, VERSIONS, "latest")
    assert one.delivery == new
