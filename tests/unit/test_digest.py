"""The digest of a slice tells code from other code, and nothing else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.digest import digest_of
from grader.submission.program import Cell, Piece, Program

LINES = [
    "x = 1",
    "def f(a):\n    return a + x",
    "class Net:\n    bits = [\n        8]",
    's = """a\n b"""',
]


def program(*cells: list[str], modules: tuple[tuple[str, bytes], ...] = ()) -> Program:
    made = [
        Cell(f"cell {number}", "", tuple(Piece(line, text) for line, text in enumerate(texts, 1)))
        for number, texts in enumerate(cells, 7)
    ]
    return Program(tuple(made), modules)


PLAIN = digest_of(program(LINES))


@given(st.lists(st.integers(0, len(LINES)), max_size=3))
def test_cells_do_not_count(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(LINES)]
    cells = [LINES[start:end] for start, end in pairwise(ends)]
    assert digest_of(program(*cells)) == PLAIN


@pytest.mark.parametrize(
    "same",
    [
        ["x  =  1 # one", *LINES[1:]],
        [LINES[0], "def f(a):\n\n  # sum\n  return a+x", *LINES[2:]],
        [*LINES[:2], "class Net:\n\tbits = [8]", LINES[3]],
        [*LINES[:2], "class Net:\n    bits = [  # of all\n        8\n    ]  # !", LINES[3]],
    ],
)
def test_comments_and_white_space_do_not_count(same: list[str]) -> None:
    assert digest_of(program(same)) == PLAIN


@pytest.mark.parametrize(
    "other",
    [
        ["x = 2", *LINES[1:]],
        [*LINES[:3], 's = """a\n  b"""'],
        [LINES[1], LINES[0], *LINES[2:]],
        LINES[1:],
        [*LINES, "if x:\n    y = 1\n    z = 2"],
    ],
)
def test_any_other_token_counts(other: list[str]) -> None:
    assert digest_of(program(other)) != PLAIN


def test_indentation_is_code() -> None:
    inside = digest_of(program(["if x:\n    y = 1\n    z = 2"]))
    assert digest_of(program(["if x:\n    y = 1\nz = 2"])) != inside


def test_helper_modules_count_by_what_they_hold() -> None:
    def digest(**modules: str) -> str:
        found = tuple((f"{name}.py", text.encode()) for name, text in modules.items())
        return digest_of(program(LINES, modules=found))

    assert digest(a="x = 1", b="y = 2") == digest(c="y = 2  # two", d="x=1")
    assert digest(a="x = 1", b="y = 2") != digest(a="x = 1", b="y = 3")
    assert digest(a="x = 1") != PLAIN


@pytest.mark.parametrize(
    "text", [b"x = (", b"  x\n y\n", b"\xff\xfe\x00", b"# coding: none\nx", b"'"]
)
def test_a_module_that_is_no_code_is_told_from_others_all_the_same(text: bytes) -> None:
    found = {
        digest_of(program(LINES, modules=(("helper.py", data),)))
        for data in (text, text + b"1", b"")
    }
    assert len(found) == 3


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_a_module_holds_it_has_a_digest(text: str) -> None:
    digest_of(program(LINES, modules=(("helper.py", text.encode()),)))
