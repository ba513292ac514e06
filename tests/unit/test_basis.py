"""What verdicts rest on: they are kept as long as that is the same, and not a moment longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from grader.course import basis
from grader.course.basis import bases, basis_of_pictures
from grader.grade import Terms
from grader.sandbox.outside.limits import Limits
from tests.fixed_slice import some

LIMITS = Limits()


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {number for number in before if before[number] != after[number]}


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A copy of the grader's sources, which may be changed."""
    for path in basis.ROOT.rglob("*.py"):
        copy = tmp_path / "grader" / path.relative_to(basis.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(basis, "ROOT", tmp_path / "grader")
    yield tmp_path / "grader"
    basis._digest_of_modules.cache_clear()
    basis._imported.cache_clear()


def after_a_change(terms: Terms, path: Path) -> set[str]:
    """The questions whose verdicts rest on something else once this file has another line."""
    basis._digest_of_modules.cache_clear()
    basis._imported.cache_clear()
    before = bases(terms, LIMITS)
    basis._digest_of_modules.cache_clear()
    basis._imported.cache_clear()
    path.write_bytes(path.read_bytes() + b"\nANOTHER = 1\n")
    return changed(before, bases(terms, LIMITS))


@pytest.mark.parametrize(
    ("module", "questions"),
    [
        pytest.param("checks/weights.py", {"2.1", "2.2", "4.4", "5.3"}, marks=pytest.mark.rest),
        # One file judges all accuracies.
        pytest.param("checks/bias.py", {"2.2", "4.4", "5.2", "5.3"}, marks=pytest.mark.rest),
        pytest.param("checks/ranges.py", {"1.2"}, marks=pytest.mark.rest),
        ("polynomial.py", {"4.1a", "4.1b", "5.1"}),
        pytest.param("checks/illustrations.py", set(), marks=pytest.mark.rest),
        ("report/wording.py", set()),
        pytest.param("platforms/gradescope/document.py", set(), marks=pytest.mark.rest),
    ],
)
def test_a_changed_module_concerns_its_questions_and_what_depends_on_them(
    terms: Terms, sources: Path, module: str, questions: set[str]
) -> None:
    found = after_a_change(terms, sources / module)
    assert {number for number in found if not number.startswith("C")} == questions


@pytest.mark.parametrize(
    "module",
    some(
        ["sandbox/inside/worker.py"],
        ["sandbox/inside/worker.py", "submission/slice.py", "verdict.py", "checks/question.py"],
    ),
)
def test_what_all_share_concerns_all(terms: Terms, sources: Path, module: str) -> None:
    found = after_a_change(terms, sources / module)
    assert found == set(bases(terms, LIMITS))


def test_pictures_rest_on_what_makes_them(sources: Path) -> None:
    before = basis_of_pictures()
    (sources / "checks" / "illustrations.py").write_text("", encoding="utf-8")
    basis._digest_of_modules.cache_clear()
    basis._imported.cache_clear()
    assert basis_of_pictures() != before


def test_points_and_bonuses_concern_none(terms: Terms) -> None:
    checks = {
        name: msgspec.structs.replace(each, points=each.points + 1, bonus=not each.bonus)
        for name, each in terms.rubric.checks.items()
    }
    other = replace(terms, rubric=msgspec.structs.replace(terms.rubric, checks=checks, total=0))
    assert changed(bases(terms, LIMITS), bases(other, LIMITS)) == set()


def test_tolerances_seed_and_limits_concern_all(terms: Terms) -> None:
    every = bases(terms, LIMITS)
    thresholds = msgspec.structs.replace(terms.rubric.thresholds, confidence=0.9)
    rubric = msgspec.structs.replace(terms.rubric, thresholds=thresholds)
    assert changed(every, bases(replace(terms, rubric=rubric), LIMITS)) == set(every)
    assert changed(every, bases(replace(terms, seed=terms.seed + 1), LIMITS)) == set(every)
    assert changed(every, bases(terms, replace(LIMITS, call_seconds=1))) == set(every)


def test_what_a_small_machine_has_less_of_concerns_none(terms: Terms) -> None:
    small = replace(LIMITS, memory_bytes=1 << 30)
    assert changed(bases(terms, LIMITS), bases(terms, small)) == set()


def test_a_check_that_is_held_back_concerns_its_question(terms: Terms) -> None:
    name = "bias.product"
    hidden = msgspec.structs.replace(terms.rubric.checks[name], visibility="hidden")
    checks = {**terms.rubric.checks, name: hidden}
    other = replace(terms, rubric=msgspec.structs.replace(terms.rubric, checks=checks))
    assert changed(bases(terms, LIMITS), bases(other, LIMITS)) >= {"5.2"}
