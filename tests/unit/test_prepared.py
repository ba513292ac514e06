"""The autograder that grades nothing: everybody gets their own result, or none."""

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.prepared import PREPARED, write_prepared
from grader.errors import GraderError
from tests.outcomes import outcome, passing, student

ADA, BEN, CARL, DAN, EVE = (
    student(f"{name} key", name) for name in ("ada", "ben", "carl", "dan", "eve")
)
UNJUDGED = replace(passing(), unjudged={"4.3": "KeyError"})
CLASS = [
    outcome(passing(), ADA),
    outcome(passing(), BEN, CARL),
    outcome(UNJUDGED, DAN),
    outcome(passing(), student("nameless")),
    outcome(passing(), EVE),
    outcome(passing(), EVE),
]


@pytest.fixture
def autograder(tmp_path: Path) -> Path:
    """The folder as Gradescope lays it: the zip unpacked, and room for results."""
    results = tmp_path / "results"
    results.mkdir()
    for each in CLASS:
        for person in each.delivery.students:
            (results / f"{person.key}.json").write_text(json.dumps({"of": person.key}))
    assert write_prepared(CLASS, tmp_path) == 3
    root = tmp_path / "autograder"
    with zipfile.ZipFile(tmp_path / PREPARED) as archive:
        archive.extractall(root / "source")
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes["run_autograder"] == modes["setup.sh"] == 0o100755
    (root / "results").mkdir()
    return root


def run(root: Path, *emails: str) -> tuple[int, object]:
    users = [{"email": email, "id": 1, "name": "x"} for email in emails]
    (root / "submission_metadata.json").write_text(json.dumps({"id": 5, "users": users}))
    command = [sys.executable, str(root / "source" / "run_autograder"), str(root)]
    status = subprocess.run(command, capture_output=True).returncode
    output = root / "results" / "results.json"
    return status, json.loads(output.read_text()) if output.exists() else None


def test_everybody_gets_their_own(autograder: Path) -> None:
    assert run(autograder, "ADA key@school.example ") == (0, {"of": "ada key"})
    assert run(autograder, "ben key@school.example") == (0, {"of": "ben key"})
    assert run(autograder, "new@x", "carl key@school.example") == (0, {"of": "carl key"})


@pytest.mark.parametrize("email", ["dan key@school.example", "eve key@school.example", "new@x"])
def test_without_a_final_result_there_is_none(autograder: Path, email: str) -> None:
    assert run(autograder, email) == (1, None)


def test_nothing_of_the_others_is_in_it(autograder: Path) -> None:
    names = {path.name for path in (autograder / "source" / "results").iterdir()}
    assert len(names) == 3
    assert not any("key" in name or "@" in name for name in names)


def test_the_same_class_gives_the_same_bytes(tmp_path: Path, autograder: Path) -> None:
    before = (tmp_path / PREPARED).read_bytes()
    write_prepared(CLASS[::-1], tmp_path)
    assert (tmp_path / PREPARED).read_bytes() == before
    assert (tmp_path / PREPARED).stat().st_mode & 0o777 == 0o600


def test_a_missing_result_is_one_clear_line_and_no_zip(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=r"ada key\.json"):
        write_prepared(CLASS, tmp_path)
    assert list(tmp_path.iterdir()) == []
