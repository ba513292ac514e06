"""What the tests share: one wall, one exam, and a judge for source text."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from grader.exam import Exam, open_exam
from grader.grade import Terms, checks, grade_in
from grader.result import Result
from grader.rubric import Rubric, load_rubric
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.template import REFERENCE
from grader.validation.validate import Case, Row, row

Judge = Callable[[str], Result]

settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")
# For mutants, of which any failing example is enough.
settings.register_profile(
    "unshrunk",
    settings.get_profile("untimed"),
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),
    database=None,
    derandomize=True,
)


@pytest.fixture(scope="session")
def exam() -> Exam:
    """The embedded exam."""
    return open_exam()


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    """The rubric as it comes."""
    return load_rubric().covering(checks())


@pytest.fixture(scope="session")
def wall() -> Iterator[Wall]:
    """A wall with the deadlines of an official grade."""
    with Wall(Limits()) as wall:
        yield wall


@pytest.fixture(scope="session")
def reference() -> str:
    """The source of the reference."""
    return REFERENCE.read_text(encoding="utf-8")


@pytest.fixture
def judge(wall: Wall, exam: Exam, rubric: Rubric, tmp_path: Path) -> Judge:
    """Grade source text."""

    def grade(source: str) -> Result:
        path = tmp_path / "lab1.py"
        path.write_text(source, encoding="utf-8")
        terms = Terms(exam, rubric, exam.seed)
        return grade_in(wall, path, terms, lambda _: None, lambda _: None)

    return grade


def lost(result: Result) -> set[str]:
    """The questions that lost points in a failed check."""
    return {entry.question for entry in result.entries if entry.status == "failed"}


def summed(result: Result) -> Row:
    """The result by question."""
    return row(Case("", "", frozenset()), 0, result)
