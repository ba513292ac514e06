"""`python -m grader check`: a student's own look, by the same judgement as a grade."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.grade import Options
from grader.result import Result
from grader.template import REFERENCE
from grader.validation.composition import planted
from grader.versions import ExamVersion, GraderVersion, RubricVersion, Versions
from tests.conftest import Judge
from tests.fixed_slice import some
from tests.wrong.test_mistakes import MISTAKES


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit status and output."""
    status = run(["check", *arguments])
    return status, capsys.readouterr().out


@pytest.mark.rest
def test_a_right_solution_ends_in_0(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = checked(capsys, str(REFERENCE))
    assert status == 0
    assert "Everything is right." in out
    assert "✗" not in out


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize("name", some({"missing relu"}, ["truncated weights", "missing relu"]))
def test_check_and_grade_agree(
    name: str,
    judge_beyond: Judge,
    reference: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = planted(reference, MISTAKES[name][0])
    path = tmp_path / "mine.py"
    path.write_text(source, encoding="utf-8")
    status, out = checked(capsys, str(path), "--json")
    results: dict[str, Any] = json.loads(out)
    shared = {test["extra_data"]["check"]: test["score"] for test in results["tests"]}
    assert status == 1
    assert shared == {entry.check: entry.score for entry in judge_beyond(source).entries}


@pytest.mark.usefixtures("wall_stands")
def test_one_question_alone_is_judged_alone(
    reference: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(planted(reference, MISTAKES["missing relu"][0]), encoding="utf-8")
    assert checked(capsys, str(path), "--question", "2.1") == (
        0,
        "✓ 2.1 Quantize the weights\n\nEverything is right.\n",
    )
    status, out = checked(capsys, str(path), "--question", "4.3", "--question", "4.4")
    assert status == 1
    assert "✗ 4.3" in out
    assert "✓ 4.4" in out
    assert "2.1" not in out


@pytest.mark.usefixtures("wall_stands")
def test_a_question_that_does_not_exist_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(REFERENCE), "--question", "9.9"]) == 2
    assert "there is no question '9.9'" in capsys.readouterr().err


def test_check_and_grade_judge_every_submission_in_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that decides a point differs between them, whatever is handed in."""
    seen = []
    made_with = Versions(GraderVersion("0", ""), ExamVersion("none", ""), RubricVersion(""))

    def spy(path: Path, options: Options, *_: object) -> Result:
        assert options.execution is None or not options.execution.asked
        assert options.official == (command[0] == "grade")  # whether to grade, not how
        seen.append((path, replace(options, execution=None, official=True)))
        return Result((), made_with, path.name)

    monkeypatch.setattr("grader.grade.grade", spy)
    for command in (["check"], ["grade", "--output", str(tmp_path / "results.json")]):
        assert run([*command, str(REFERENCE)]) == 0
    assert seen[0] == seen[1]
