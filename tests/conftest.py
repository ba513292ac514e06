"""What the tests share: one wall, one exam, and a judge for source text."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from grader.exam import Exam, cache_folder, open_exam
from grader.grade import Options, Terms, checks, grade_in, secrets
from grader.grade import terms as terms_of
from grader.result import Result
from grader.rubric import Rubric, load_rubric
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.submission import Reader
from grader.template import REFERENCE
from grader.validation.validate import REQUIRED, Case, Row, row

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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Corpora can be tried in parts: on another machine, or in another place."""
    parser.addoption("--part", type=_part, metavar="K/N", help="the Kth of N parts of each corpus")


def _part(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise ValueError(text)
    return int(found[1]), int(found[2])


@pytest.hookimpl(trylast=True)  # of what -m and -k have left
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the submissions of the other parts."""
    if config.getoption("--part"):
        number, count = config.getoption("--part")
        corpus = [item for item in items if item.get_closest_marker("corpus")]
        others = {*corpus} - {*corpus[number - 1 :: count]}
        config.hook.pytest_deselected(items=[item for item in items if item in others])
        items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def exam() -> Exam:
    """The default exam."""
    return open_exam()


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    """The rubric as it comes."""
    return load_rubric().covering(checks())


@pytest.fixture(scope="session")
def wall() -> Iterator[Wall]:
    """A wall with the deadlines of an official grade, proven as before one."""
    with Wall(Limits()) as wall:
        wall.verify(secrets(open_exam()), cache_folder())
        wall.require_canary()
        yield wall


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """Reads the submissions of all tests: to start one costs more than to read a lab."""
    with Reader() as reader:
        yield reader


@pytest.fixture(scope="session")
def terms(exam: Exam, rubric: Rubric, reader: Reader) -> Terms:
    """What all tests grade by; as in a validation, what is known of a net serves the next."""
    return Terms(exam, rubric, exam.seed, reader=reader)


@pytest.fixture
def wall_stands(wall: Wall, terms: Terms, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands grade behind the wall and by the terms of all tests, as far as they are the same.

    To raise a wall costs more than a short grade.
    """

    @contextmanager
    def standing(limits: Limits) -> Iterator[Wall]:
        usual = wall.limits
        seconds = (limits.call_seconds, limits.submission_seconds)
        assert limits == replace(usual, call_seconds=seconds[0], submission_seconds=seconds[1])
        wall.limits = limits
        try:
            yield wall
        finally:
            wall.limits = usual

    def read(options: Options, seed: int | None = None) -> Terms:
        known = terms.known if options.exam is None else {}
        return replace(terms_of(options, seed), reader=terms.reader, known=known)

    monkeypatch.setattr("grader.grade.Wall", standing)
    monkeypatch.setattr("grader.grade.terms", read)


@pytest.fixture
def built_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exams are built in this process: most of another's time goes by until it has torch."""
    from grader.exam import build  # needs torch, which most tests do not

    monkeypatch.setattr(build, "_OUTPUT", io.BytesIO())
    monkeypatch.setattr("grader.exam.spawn._execute", build.build)


@pytest.fixture(scope="session")
def reference() -> str:
    """The source of the reference."""
    return REFERENCE.read_text(encoding="utf-8")


@pytest.fixture
def judge(wall: Wall, terms: Terms, tmp_path: Path) -> Judge:
    """Grade source text, Question C left out: the reference answers it, which takes longer."""
    return judging(wall, replace(terms, questions=REQUIRED), tmp_path)


@pytest.fixture
def judge_beyond(wall: Wall, terms: Terms, tmp_path: Path) -> Judge:
    """Grade source text, Question C as well."""
    return judging(wall, terms, tmp_path)


def judging(wall: Wall, terms: Terms, folder: Path) -> Judge:
    """What grades source text by these terms."""

    def grade(source: str) -> Result:
        path = folder / "lab1.py"
        path.write_text(source, encoding="utf-8")
        return grade_in(wall, path, terms, lambda _: None, lambda _: None)

    return grade


def lost(result: Result) -> set[str]:
    """The questions that lost points in a failed check."""
    return {entry.question for entry in result.entries if entry.status == "failed"}


def summed(result: Result) -> Row:
    """The result by question."""
    return row(Case("", "", frozenset()), 0, result)
