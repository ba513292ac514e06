"""Checked again: what has changed is asked, and what is kept is what would be answered."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.grade import Terms, grade_in
from grader.result import Result
from grader.sandbox.outside.wall import Wall
from grader.self_check.checker import Checked, Checker
from grader.self_check.watch import each
from grader.validation.composition import planted
from grader.validation.validate import REQUIRED

SHORT = frozenset({"1.2", "2.1", "4.1a", "4.2a", "4.2b", "5.2"})
"""Questions that take a fraction of a second each, with functions and a class."""
WEIGHTS, RANGE = "quantized_weights", "value_range"
BIAS = "NetQuantizedWithBias.quantized_bias"
Check = Callable[[str], Checked]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab1.py"


@pytest.fixture
def check(wall: Wall, terms: Terms, path: Path) -> Check:
    """Save this text, and check it."""
    return checking(wall, replace(terms, questions=SHORT), path)


def checking(wall: Wall, terms: Terms, path: Path) -> Check:
    checker = Checker(wall, path, terms)

    def save(source: str) -> Checked:
        path.write_text(source, encoding="utf-8")
        return checker.check(lambda _: None)

    return save


def told(result: Result) -> dict[str, tuple[str, str]]:
    """What became of each check; other code gets other probes, so its words may differ."""
    return {entry.check: (entry.question, entry.status) for entry in result.entries}


def test_at_first_all_is_asked(check: Check, reference: str) -> None:
    checked = check(reference)
    assert (set(checked.again), checked.kept) == (SHORT, ())
    assert {entry.status for entry in checked.result.entries} == {"passed"}


@pytest.mark.parametrize(
    ("function", "body", "again"),
    [
        (RANGE, "return 2 * values.max()", ("1.2",)),
        (BIAS, "return torch.round(bias)", ("5.2",)),
        (WEIGHTS, "return weights, 1.0", ("2.1", "4.2b", "5.2")),  # 4.2b is given its scales
    ],
)
def test_only_what_a_change_concerns_is_asked_again(
    function: str, body: str, again: tuple[str, ...], check: Check, reference: str
) -> None:
    before = check(reference)
    after = check(planted(reference, {function: body}))
    assert after.again == again
    assert {*after.kept, *again} == SHORT
    known = {entry.check: entry for entry in before.result.entries}
    for entry in after.result.entries:
        assert (entry == known[entry.check]) == (entry.status == "passed")
        assert entry.status == "passed" or entry.question in again


def test_comments_and_other_code_change_nothing(check: Check, reference: str) -> None:
    check(reference)
    again = check(f"# mine\n{reference}\n\ndef plot():\n    pass\n")
    assert (again.again, again.as_before) == ((), True)


def test_what_is_said_of_the_file_is_said_of_the_present_one(check: Check, reference: str) -> None:
    check(reference)
    twice = check(reference + "\n\nLAYER_BITS = LAYER_BITS\n\nQ4_1A = Q4_1A\n")
    assert not twice.as_before
    assert "Q4_1A is defined 2 times" in " ".join(twice.result.notes)


def test_who_depends_on_a_function_is_asked_again_though_its_own_code_is_as_it_was(
    wall: Wall, terms: Terms, path: Path, reference: str
) -> None:
    """So is whoever depends on whether that has lost points: nothing is charged twice."""
    check = checking(wall, replace(terms, questions=REQUIRED), path)
    check(reference)
    checked = check(planted(reference, {WEIGHTS: "return weights, 1.0"}))
    assert checked.kept == ("1.2", "4.1a", "4.1b", "4.2a", "5.1")


STEPS: tuple[Mapping[str, str], ...] = (
    {},
    {BIAS: "return torch.round(bias)"},
    {BIAS: "return torch.round(bias)", RANGE: "raise ValueError('not yet')"},
    {WEIGHTS: "return (weights * 100).trunc(), 100.0"},
    {"NetQuantized.forward": "return x"},
    {},
)


@pytest.mark.rest
def test_a_day_at_work_gives_what_single_checks_give(
    wall: Wall, terms: Terms, path: Path, reference: str
) -> None:
    asked = replace(terms, questions=REQUIRED)
    check = checking(wall, asked, path)
    kept = 0
    for bodies in STEPS:
        checked = check(planted(reference, bodies))
        single = grade_in(wall, path, asked, lambda _: None, lambda _: None)
        assert told(checked.result) == told(single)
        assert checked.result.notes == single.notes
        assert checked.result.slice_digest == single.slice_digest
        assert checked.result.graded == single.graded
        kept += len(checked.kept)
    assert kept > 2 * len(STEPS)


def test_question_c_joins_in_as_it_is_filled_in(
    wall: Wall, terms: Terms, path: Path, reference: str
) -> None:
    check = checking(wall, replace(terms, questions=frozenset({"1.2", "C.5"})), path)
    without = reference.replace("def quantized_weights_per_channel", "def not_yet")
    assert check(without).again == ("1.2",)
    filled_in = check(reference)
    assert (filled_in.again, filled_in.kept) == (("C.5",), ("1.2",))
    left_out = check(without)
    assert (left_out.again, left_out.kept, left_out.as_before) == ((), ("1.2",), False)
    assert any(note.startswith("C.5: nothing of it") for note in left_out.result.notes)


def test_what_is_graded_by_hand_is_so_no_longer_once_a_name_is_there(
    wall: Wall, terms: Terms, path: Path
) -> None:
    check = checking(wall, replace(terms, questions=frozenset({"1.2", "4.1a"})), path)
    code = "def quantized_weights(weights):\n    return weights, 1.0\n"
    assert {entry.status for entry in check(code).result.entries} == {"by hand"}
    assert check(f"{code}\nQ4_1A = 'Out = In'\n").again == ("1.2", "4.1a")
    last = check(f"{code}\n\n\nQ4_1A = 'Out = In * W'\n")
    assert (last.again, last.kept) == (("4.1a",), ("1.2",))


def test_a_failure_that_names_a_line_is_told_again_where_lines_have_moved(
    check: Check, reference: str
) -> None:
    raises = planted(
        reference, {RANGE: "raise ValueError('not yet')", WEIGHTS: "return weights, 1"}
    )
    (failed,) = failures(check(raises), "1.2")
    moved = check(f"# one line more\n{raises}")
    assert moved.again == ("1.2",)  # 2.1 fails as well, and names none
    (again,) = failures(moved, "1.2")
    assert again != failed
    assert "2.1" in {entry.question for entry in moved.result.entries if entry.status == "failed"}


def failures(checked: Checked, question: str) -> Iterator[str]:
    for entry in checked.result.entries:
        if entry.question == question and entry.status == "failed":
            yield entry.verdict.actual


def test_after_what_cannot_be_read_only_what_has_changed_is_asked(
    check: Check, reference: str
) -> None:
    check(reference)
    for typing, why in (("x = (", "'(' was never closed"), ("", "Nothing that the lab asks for")):
        checked = check(typing)
        assert why in checked.unread
        assert {entry.status for entry in checked.result.entries} == {"not reached"}
    assert check(planted(reference, {RANGE: "return 1.0"})).again == ("1.2",)


def test_a_file_that_is_gone_for_a_moment_is_said_and_one_that_was_never_there_is_bad_usage(
    check: Check, path: Path, wall: Wall, terms: Terms, reference: str
) -> None:
    checker = Checker(wall, path, replace(terms, questions=SHORT))
    with pytest.raises(UsageError, match="cannot be opened"):
        checker.check(lambda _: None)
    path.write_text("no code", encoding="utf-8")
    assert checker.check(lambda _: None).unread
    path.unlink()
    assert "cannot be opened" in checker.check(lambda _: None).unread


def test_what_ends_all_is_no_single_question_s_fault(check: Check, reference: str) -> None:
    """Nothing could be asked any more, whatever its own code is; afterwards nothing is kept."""
    check(reference)
    dies = f"{reference}\n\nimport os\nvalue_range = os._exit(3) or value_range\n"
    dead = check(dies)
    assert (set(dead.again), dead.kept) == (SHORT, ())
    assert "passed" not in {entry.status for entry in dead.result.entries}
    alive = check(reference)
    assert (set(alive.again), alive.kept) == (SHORT, ())
    assert {entry.status for entry in alive.result.entries} == {"passed"}
    assert check(reference).as_before


def test_each_save_is_one_check() -> None:
    done: list[str] = []

    def check(progress: Callable[[str], None]) -> Checked:
        done.append("check")
        return Checked(None)

    def saves() -> Iterator[None]:
        for _ in range(2):
            done.append("save")
            yield

    assert len(list(each(check, saves(), lambda: nullcontext(lambda _: None)))) == 3
    assert done == ["check", "save", "check", "save", "check"]
