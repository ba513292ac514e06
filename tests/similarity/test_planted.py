"""The copies that are planted: disguised indeed, found, and unlike independent solutions."""

import ast
import difflib

import pytest

from grader.grade import CHALLENGES
from grader.similarity import LEVEL, independent
from grader.similarity.compare import Background, compared
from tests.conftest import Judge
from tests.similarity.independent import FILE, given, read, written
from tests.similarity.planted import PLANTED, Plant, copy, original

plant = pytest.mark.parametrize("plant", PLANTED, ids=lambda each: each.name)


def test_what_is_shipped_is_what_is_measured() -> None:
    assert FILE.read_bytes() == written(), "python -m tests.similarity"


def test_no_two_independent_solutions_reach_the_level_with_room_to_spare() -> None:
    """Each pair is held against the other solutions alone, as two strangers in a class would be."""
    solutions = read()
    found = compared(solutions, Background(given=given()), level=0.0)
    assert len(solutions) >= 20
    assert found[0].alike == pytest.approx(independent().most, abs=1e-3)
    assert independent().most <= LEVEL - 0.1


def test_there_are_twenty_of_as_many_submissions_in_every_disguise() -> None:
    assert len({each.source for each in PLANTED}) == len(PLANTED) == 20
    used = {disguise.__name__ for each in PLANTED for disguise in each.disguises}
    assert used == {"renamed", "reordered", "unrolled", "inlined"}
    assert {each.source.partition("/")[0] for each in PLANTED} == {"correct", "wrong"}


@plant
def test_a_copy_is_another_text_each_time_the_same(plant: Plant) -> None:
    text = copy(plant)
    assert text == copy(plant)
    one, other = (each.splitlines() for each in (original(plant), text))
    lines = difflib.SequenceMatcher(None, one, other, autojunk=False)
    assert lines.ratio() < 0.9
    if plant.disguises:
        assert ast.dump(ast.parse(text)) != ast.dump(
            ast.parse(ast.unparse(ast.parse(original(plant))))
        )


@pytest.mark.rest
@plant
def test_a_copy_computes_what_its_original_does(plant: Plant, judge: Judge) -> None:
    one, other = (
        {
            entry.check: entry.status
            for entry in judge(text).entries
            if entry.question not in CHALLENGES
        }
        for text in (original(plant), copy(plant))
    )
    assert one == other
