"""Which grader, exam and rubric made a result: the same everywhere, others after a change."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest

from grader import __version__
from grader.cli import run
from grader.exam import Exam
from grader.exam.manifest import FILE
from grader.platforms.gradescope.document import document
from grader.rubric import Rubric, load_rubric
from grader.template import CHECKOUT
from grader.versions import NAME, Versions, grader_version, versions_of
from tests.conftest import Judge


def described(exam: Exam, rubric: Rubric, manifest: Path | None = None) -> Versions:
    return versions_of(exam.manifest.name, manifest or exam.directory / FILE, rubric)


def copied(folder: Path) -> Path:
    """The grader alone, in another folder."""
    unwanted = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(CHECKOUT / "grader", folder / "grader", ignore=unwanted))


def printed(folder: Path) -> str:
    """What the grader in a folder says of itself."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "--version"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_version_prints_name_version_and_digest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    said = f"{NAME} {__version__} (sha256 {grader_version().sha256})\n"
    assert capsys.readouterr().out == said


def test_name_and_version_are_those_of_the_project() -> None:
    project = msgspec.toml.decode((CHECKOUT / "pyproject.toml").read_bytes())["project"]
    assert (project["name"], project["version"]) == (NAME, __version__)


def test_a_copy_without_the_checkout_is_the_same_grader(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "__pycache__").mkdir(exist_ok=True)
    (folder / "__pycache__" / "grade.cpython-399.pyc").write_bytes(b"of another machine")
    assert grader_version().sha256 in printed(tmp_path)


@pytest.mark.parametrize("name", ["oracle.py", "rubric.toml", "sandbox/wire.py"])
def test_any_change_of_a_source_file_is_another_grader(name: str, tmp_path: Path) -> None:
    with (copied(tmp_path) / name).open("a") as file:
        file.write("\n")
    assert grader_version().sha256 not in printed(tmp_path)


def test_an_exam_is_known_by_its_manifest(exam: Exam, rubric: Rubric, tmp_path: Path) -> None:
    before = described(exam, rubric).exam
    other = tmp_path / FILE
    other.write_bytes((exam.directory / FILE).read_bytes() + b"\n")
    after = described(exam, rubric, other).exam
    assert before.name == after.name == exam.manifest.name
    assert before.sha256 != after.sha256


def test_a_rubric_is_known_by_what_is_in_force(exam: Exam, rubric: Rubric, tmp_path: Path) -> None:
    course = tmp_path / "course.toml"
    course.write_text("total = 100\n[thresholds]\nconfidence = 0.95\n", "utf-8")
    assert described(exam, load_rubric(course)) == described(exam, rubric)
    course.write_text("[thresholds]\nconfidence = 0.9\n", "utf-8")
    assert described(exam, load_rubric(course)).rubric != described(exam, rubric).rubric


def test_a_result_says_what_made_it_and_keeps_to_the_schema(
    judge: Judge, exam: Exam, rubric: Rubric
) -> None:
    results = json.loads(json.dumps(document(judge(""))))
    made_with = described(exam, rubric)
    assert results["extra_data"]["versions"] == {
        "grader": {"version": __version__, "sha256": made_with.grader.sha256},
        "exam": {"name": exam.manifest.name, "sha256": made_with.exam.sha256},
        "rubric": {"sha256": made_with.rubric.sha256},
    }
    schema = (CHECKOUT / "docs" / "contracts" / "gradescope.json").read_text("utf-8")
    jsonschema.Draft202012Validator(json.loads(schema)).validate(results)
