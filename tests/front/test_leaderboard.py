"""What a leaderboard ranks is what the grader recomputed, and nothing that was only claimed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from grader.grade import Terms
from grader.platforms.gradescope.document import document
from grader.platforms.told import RANKED
from grader.rubric import Ranked, load_rubric
from grader.sandbox.outside.wall import Wall
from grader.validation.composition import planted
from tests.conftest import Judge, judging
from tests.fixed_slice import some
from tests.hostile.attack import FOLDER, read

BOARD = ("accuracy", "powers_of_two", "weight_bytes")
EIGHT_BITS = 'LAYER_BITS = {"conv1": 8, "conv2": 8, "fc1": 8, "fc2": 8, "fc3": 8}'
OWN_BITS = 'LAYER_BITS = {"conv1": 5, "conv2": 4, "fc1": 3, "fc2": 4, "fc3": 5}'
TWO_BITS = 'LAYER_BITS = {"conv1": 2, "conv2": 2, "fc1": 2, "fc2": 2, "fc3": 2}'


@pytest.fixture
def board(wall: Wall, terms: Terms, tmp_path: Path) -> Judge:
    course = tmp_path / "course.toml"
    course.write_text(f"leaderboard = {list(BOARD)}\n", encoding="utf-8")
    rubric = load_rubric(course)
    return judging(
        wall,
        replace(terms, rubric=rubric, questions=frozenset({"4.4", "C.1", "C.3"})),
        tmp_path,
    )


def rows(board: Judge, source: str) -> dict[str, Any]:
    found = document(board(source))["leaderboard"]
    assert [row["name"] for row in found] == [
        RANKED[name][0] for name in BOARD if RANKED[name][0] in {row["name"] for row in found}
    ]
    return {row["name"]: row["value"] for row in found}


BYTES, INT8, POWERS = (RANKED[name][0] for name in ("weight_bytes", "accuracy", "powers_of_two"))


def test_every_name_that_a_rubric_may_rank_has_a_row() -> None:
    assert RANKED.keys() == set(get_args(Ranked))


def test_the_reference_has_all_rows_and_those_who_tie_have_the_same(
    board: Judge, reference: str
) -> None:
    found = rows(board, reference)
    assert found[BYTES] == 25_047
    assert found[INT8] > 90 < found[POWERS]
    assert rows(board, f"# another file of the same bits\n{reference}") == found


@pytest.mark.parametrize(
    ("cheat", "lost"),
    [
        # Bits that the net does not have, and a net of few bits that knows nothing.
        (lambda source: source.replace(OWN_BITS, TWO_BITS), {BYTES}),
        (
            lambda source: planted(
                source.replace(OWN_BITS, TWO_BITS),
                {"quantized_weights_nbit": "return quantized_weights(weights)"},
            ),
            {BYTES},
        ),
        # No fewer bits at all: not last, but not on the board either.
        pytest.param(
            *(lambda source: source.replace(OWN_BITS, EIGHT_BITS.replace("8", "9")), {BYTES}),
            marks=pytest.mark.rest,
        ),
        # Scales that are no powers of two.
        (lambda source: planted(source, {"power_of_two_scale": "return scale"}), {POWERS}),
    ],
    ids=["two bits", "two bits in words", "nine bits", "no powers"],
)
def test_what_does_not_hold_has_no_row(
    board: Judge, reference: str, cheat: Any, lost: set[str]
) -> None:
    source = cheat(reference)
    assert source != reference
    assert {BYTES, INT8, POWERS} - rows(board, source).keys() == lost


@pytest.mark.parametrize(
    "name", some({"float_net_hidden"}, ["float_net_for_accuracy", "float_net_hidden"])
)
def test_an_accuracy_that_forward_makes_up_is_not_ranked(
    board: Judge, reference: str, name: str
) -> None:
    attack = read(FOLDER / f"{name}.py", {})
    found = rows(board, attack.source(reference))
    assert found.get(INT8, 0) <= rows(board, reference)[INT8]
