"""How alike two submissions are, and that no pair is missed."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.listing import Listing
from grader.similarity.compare import FEW, LEVEL, Background, Compared, Pair, compared, too_plain
from grader.submission import Mark, Part

LISTING = Listing("lab1.py", 1, ("x",))


def submission(name: str, *digests: int, function: str = "f") -> Compared:
    marks = tuple(Mark(digest, 1, 1) for digest in digests)
    return Compared(name, (Part(function, LISTING, marks),))


def alike(*submissions: Compared, known: dict[int, int] | None = None, solutions: int = 0) -> float:
    """How alike the first two are, among all."""
    found = compared(submissions, Background(solutions, known or {}), level=0.0)
    one, other = submissions[:2]
    return next((p.alike for p in found if {p.one, p.other} == {one, other}), 0.0)


MANY = range(1000, 1000 + 2 * FEW)


def others(count: int, *digests: int) -> list[Compared]:
    return [
        submission(f"other{n}", *digests, *(range(n * 10**6, n * 10**6 + 50)))
        for n in range(1, count + 1)
    ]


def test_all_of_the_smaller_one_is_everything() -> None:
    small, large = submission("a", *MANY), submission("b", *MANY, *range(500))
    assert alike(small, large) == pytest.approx(1)


def test_nothing_in_common_is_no_pair() -> None:
    assert compared([submission("a", *MANY), submission("b", 1, 2)], Background(), level=0.0) == []


def test_what_everybody_has_counts_nothing() -> None:
    one, other = submission("a", *MANY, 1, 2, 3), submission("b", 1, 2, 3, *range(50, 200))
    assert alike(one, other, *others(20, 1, 2, 3)) == 0
    assert alike(one, other, *others(20)) > 0


def test_what_independent_solutions_have_counts_less() -> None:
    one, other = submission("a", *MANY), submission("b", *MANY[:FEW], *range(FEW))
    often = dict.fromkeys(MANY[:FEW], 19)
    assert alike(one, other, known=often, solutions=20) < alike(one, other, solutions=20) / 5


def test_what_a_lab_gives_counts_nothing() -> None:
    one, other = submission("a", *MANY), submission("b", *MANY)
    (pair,) = compared([one, other], Background(given=frozenset(MANY)), level=0.0)
    assert pair.alike == 0


def test_those_that_no_pair_could_be_told_of_are_named() -> None:
    short, enough = submission("a", 1, 2, 3), submission("b", *MANY)
    assert too_plain([short, enough], Background(), LEVEL) == [short]
    assert too_plain([short, enough], Background(given=frozenset(MANY)), LEVEL) == [short, enough]
    assert too_plain([short, enough], Background(), 0.0) == []


def test_two_that_wrote_little_and_the_same_are_no_evidence() -> None:
    assert alike(submission("a", 1, 2, 3), submission("b", 1, 2, 3)) == pytest.approx(3 / FEW)


def test_a_ring_that_copied_one_file_is_found() -> None:
    ring = [submission(f"ring{n}", *MANY, *range(n * 100, n * 100 + 5)) for n in range(10)]
    found = compared([*ring, *others(50)], Background(20))
    assert len(found) == 45
    assert all("ring" in pair.one.name and "ring" in pair.other.name for pair in found)


def test_each_function_is_told_by_itself_that_with_most_in_common_first() -> None:
    marks = [Mark(digest, 1, 1) for digest in MANY]
    one = Compared(
        "a", (Part("f", LISTING, tuple(marks[:9])), Part("g", LISTING, tuple(marks[9:])))
    )
    other = Compared(
        "b",
        (
            Part("f", LISTING, tuple(marks[:3]) + tuple(Mark(n, 1, 1) for n in range(9))),
            Part("g", LISTING, tuple(marks[9:])),
        ),
    )
    (pair,) = compared([one, other], Background(), level=0.0)
    assert [name for name, _ in pair.functions] == ["g", "f"]
    assert dict(pair.functions) == {"g": pytest.approx(1), "f": pytest.approx(3 / 9)}


classes = st.lists(st.frozensets(st.integers(0, 60), max_size=50), min_size=2, max_size=12)


def summary(pairs: list[Pair]) -> list[tuple[str, str, float]]:
    return [(pair.one.name, pair.other.name, pair.alike) for pair in pairs]


@given(classes, st.sampled_from([0.05, 0.3, LEVEL, 0.9]), st.integers(0, 20))
def test_no_pair_is_missed(handed_in: list[frozenset[int]], level: float, solutions: int) -> None:
    """Those that the index leaves out are less alike: all pairs of sets give the same."""
    whole = [submission(f"s{n:02}", *sorted(digests)) for n, digests in enumerate(handed_in)]
    counts = {digest: min(solutions, digest % 7) for digest in range(60)}
    known = Background(solutions, counts, frozenset(range(5)))
    every = compared(whole, known, level=0.0)
    assert summary(compared(whole, known, level)) == summary(
        [pair for pair in every if pair.alike >= level]
    )
    shared = [(a, b) for a, b in combinations(whole, 2) if a.digests & b.digests]
    assert len(every) == len(shared)


@given(classes)
def test_the_order_of_a_class_makes_no_difference(handed_in: list[frozenset[int]]) -> None:
    whole = [submission(f"s{n:02}", *sorted(digests)) for n, digests in enumerate(handed_in)]
    forward = compared(whole, Background(5), level=0.0)
    backward = compared(whole[::-1], Background(5), level=0.0)
    assert {frozenset((p.one.name, p.other.name, p.alike)) for p in forward} == {
        frozenset((p.one.name, p.other.name, p.alike)) for p in backward
    }
