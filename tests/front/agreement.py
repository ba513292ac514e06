"""`grade`, `check` and `pytest --lab` say the same of every submission of the corpora.

They go different ways to the same judge. Every submission three times takes twenty minutes,
so that this is no part of `make test-all`: `python -m pytest -n 2 tests/front/agreement.py`.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cli import run
from grader.submission import Reader
from grader.validation.corpus import Solution, correct, wrong
from tests.conftest import Judge
from tests.front.test_pytest_plugin import expected, outcome_of


class Kept(Reader):
    """Outlives each command: to start one takes longer than to read a lab."""

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """Reads all submissions."""
    kept = Kept()
    yield kept
    Reader.__exit__(kept)


@pytest.mark.corpus
@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize(
    "solution", [pytest.param(one, id=one.name) for one in (*correct(), *wrong())]
)
def test_three_front_doors_say_the_same(
    solution: Solution, judge_beyond: Judge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{solution.path.stem}.py"
    path.write_bytes(solution.source.encode())
    graded = judge_beyond(solution.source)
    capsys.readouterr()
    status = run(["check", str(path), "--json"])
    checked = {
        test["extra_data"]["check"]: (test["score"], test["extra_data"]["status"])
        for test in json.loads(capsys.readouterr().out)["tests"]
    }
    assert checked == {entry.check: (entry.score, entry.status) for entry in graded.entries}
    told = outcome_of(path)
    assert told.checks == {entry.check: expected(entry) for entry in graded.entries}
    assert told.status == status
