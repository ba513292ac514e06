"""What Gradescope starts: the upload's folder in, results.json out, whatever the platform says."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.cli import run
from grader.platforms import deadline
from grader.template import CHECKOUT, REFERENCE, TEMPLATE
from grader.validation.composition import planted
from grader.versions import grader_version
from tests.fixed_slice import some

SCHEMA = json.loads(
    (CHECKOUT / "docs" / "contracts" / "gradescope.json").read_text(encoding="utf-8")
)
LATE = {
    "created_at": "2026-09-16T01:59:00.000000-07:00",
    "assignment": {"due_date": "2026-09-14T23:59:00.000000-07:00", "total_points": "90"},
    "previous_submissions": [{}],
}


def platform(tmp_path: Path, submission: Path | None, metadata: Any = None) -> Path:
    """The folders that the platform makes."""
    root = tmp_path / "autograder"
    (root / "submission").mkdir(parents=True)
    if submission is not None:
        (root / "submission" / submission.name).write_bytes(submission.read_bytes())
    if metadata is not None:
        (root / "submission_metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    return root


def results(root: Path) -> dict[str, Any]:
    found = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return dict(found)


def test_an_upload_is_graded_whatever_is_known_of_it(tmp_path: Path) -> None:
    root = platform(tmp_path, REFERENCE)
    assert run(["autograder", "--root", str(root)]) == 0
    found = results(root)
    assert (found["score"], found["extra_data"]["complete"]) == (100, True)
    assert "submission_metadata.json" in found["extra_data"]["staff"][0]


@pytest.mark.usefixtures("wall_stands")
def test_nothing_handed_in_is_graded_0(tmp_path: Path) -> None:
    root = platform(tmp_path, None, {})
    assert run(["autograder", "--root", str(root)]) == 0
    assert (results(root)["score"], results(root)["extra_data"]["complete"]) == (0, True)


@pytest.mark.usefixtures("wall_stands")
def test_being_late_costs_what_the_course_says(tmp_path: Path) -> None:
    root = platform(tmp_path, REFERENCE, LATE)
    course = tmp_path / "course.toml"
    course.write_text(
        'leaderboard = ["score", "4.4"]\n[late_policy]\npercent_per_day = 10\n'
        '[checks."notebook.figures"]\nenabled = false\n[checks."bias.int32"]\nbonus = true\n'
        '[checks."bias.form"]\npoints = 2\n',
        encoding="utf-8",
    )
    assert run(["autograder", "--root", str(root), "--rubric", str(course)]) == 0
    found = results(root)
    assert found["score"] == pytest.approx(101 * 0.8)
    assert "2 days late: 20 % of the points are taken off." in found["output"]
    assert [row["name"] for row in found["leaderboard"]] == ["Points", "Accuracy lost in 4.4"]
    staff = " ".join(found["extra_data"]["staff"])
    assert "the assignment is out of 90 points, this grade out of 100" in staff
    assert "submissions before this one: 1" in staff


EXTENDED = {"assignment": {"due_date": "2026-09-17T23:59:00.000000-07:00"}}
EARLIER = {"results": {"tests": [{"output": "printed by every upload\\n" * 12_000}]}}


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize(
    ("changed", "share", "told"),
    [
        ({"users": [EXTENDED]}, 1.0, None),
        ({"users": [{}, EXTENDED]}, 1.0, None),
        ({"previous_submissions": [EARLIER] * 40}, 0.8, "1 day, 2:00:00 after the due date"),
        ({"created_at": "soon"}, 1.0, "how late this was handed in is not known"),
        ({"users": [{"assignment": {"due_date": 7}}]}, 1.0, "users[0].assignment.due_date: '7'"),
    ],
    ids=["extension", "group", "many uploads", "no date", "no due date"],
)
def test_lateness_is_measured_or_told_to_staff(
    changed: dict[str, Any],
    share: float,
    told: str | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    upload = tmp_path / "lab1.py"
    upload.write_text("def value_range(values): return float(values.max() - values.min())\n")
    root = platform(tmp_path, upload, {**LATE, **changed})
    course = tmp_path / "course.toml"
    course.write_text("[late_policy]\npercent_per_day = 10\n", encoding="utf-8")
    assert run(["autograder", "--root", str(root), "--rubric", str(course)]) == 0
    found = results(root)
    earned = sum(test["score"] for test in found["tests"])
    assert earned > 0
    assert found["score"] == pytest.approx(earned * share)
    staff = " ".join(found["extra_data"]["staff"])
    assert ("handed in" in staff) == (told is not None)
    if told is not None:
        assert told in staff
        assert told in " ".join(capsys.readouterr().out.split())


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """The platform's folders, with an upload that never ends in 4.3."""
    submission = tmp_path / "lab1.py"
    source = planted(REFERENCE.read_text("utf-8"), {"NetQuantized.forward": "while True: pass"})
    submission.write_text(source, encoding="utf-8")
    return platform(tmp_path, submission, {})


def ended_in_4_3(root: Path) -> None:
    """What was judged before counts."""
    found = results(root)
    earned = {test["number"] for test in found["tests"] if test["score"]}
    assert earned == {"1.2", "2.1", "2.2", "4.1a", "4.1b", "4.2a", "4.2b"}
    assert found["extra_data"]["complete"] is False
    assert "The grade was ended" in found["output"]


@pytest.mark.usefixtures("wall_stands")
def test_what_was_judged_until_the_deadline_counts(
    endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline is set, and then brought forward to where the upload never ends."""
    told = deadline._tell

    def tell(step: str) -> None:
        told(step)
        if step.startswith("4.3"):
            left, _ = signal.setitimer(signal.ITIMER_REAL, 0.5)
            assert 0 < left <= 3000

    monkeypatch.setattr(deadline, "_tell", tell)
    seconds = ["--deadline", "3000", "--call-seconds", "200"]
    assert run(["autograder", "--root", str(endless), *seconds]) == 0
    ended_in_4_3(endless)


@pytest.mark.rest
def test_what_was_judged_until_the_platform_ends_it_counts(endless: Path) -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "grader", "autograder", "--root", str(endless)),
            *("--call-seconds", "200"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("4.3"):
            break
    os.kill(process.pid, signal.SIGTERM)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    ended_in_4_3(endless)


SIGNALLED = """
import os, signal, sys
from grader import cli
from grader.platforms.gradescope import document
from grader.sandbox.outside.fork import Forker

reply, write, replies, writes = Forker._reply, document.write, [0], [0]

def interrupted(self, *arguments):
    if writes[0] >= {writes}:
        replies[0] += 1
        if replies[0] in {replies}:
            os.kill(os.getpid(), signal.SIGTERM)
    return reply(self, *arguments)

def counted(*arguments):
    writes[0] += 1
    write(*arguments)
    if {late} and writes[0] > {writes}:
        os.kill(os.getpid(), signal.SIGTERM)

def watch(event, arguments):
    if event == "os.remove" and os.path.basename(os.fspath(arguments[0])) == "results.json":
        print("removed", file=sys.stderr)

Forker._reply, document.write = interrupted, counted
sys.addaudithook(watch)
signal.signal(signal.SIGTERM, cli.stop)
sys.exit(cli.run(["autograder", "--root", {root!r}]))
"""


MANY, LAST = (3, {2, 3, 4, 5, 6}, False), (9, {1}, True)


@pytest.mark.parametrize(
    ("writes", "replies", "late"),
    some([MANY], [(1, {1}, False), (2, {1}, False), MANY, (3, {3}, True), LAST]),
)
def test_wherever_a_signal_comes_the_results_stay(
    writes: int, replies: set[int], late: bool, tmp_path: Path
) -> None:
    """Between what is asked of the wall and its answer, in the clean-up, and once more after it."""
    root = platform(tmp_path, REFERENCE, {})
    code = SIGNALLED.format(writes=writes, replies=replies, late=late, root=str(root))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("removed") == 1, done.stderr  # what may have been there before
    found = results(root)
    assert found["extra_data"]["complete"] is False
    assert "The grade was ended: the platform asked it to end." in found["output"]
    assert found["extra_data"].get("unjudged") in (None, [], {})


def test_a_folder_that_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    assert run(["autograder", "--root", str(tmp_path)]) == 2
    assert not (tmp_path / "results" / "results.json").exists()


def test_a_package_is_the_same_every_time_and_holds_no_answers(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        assert run(["package", "--output", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = set(archive.namelist())
        exam = sum(i.compress_size for i in archive.infolist() if i.filename.startswith("exam/"))
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
    assert not {name for name in names if name.startswith(("reference", "tests", "docker"))}
    assert {"setup.sh", "run_autograder", "LICENSE"} <= names
    assert {"grader/cli/platform.py", "exam/manifest.json"} <= names
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert (tmp_path / "one.zip").stat().st_size - exam < 5_000_000


@pytest.mark.rest
def test_a_package_works_without_the_checkout(tmp_path: Path) -> None:
    assert run(["package", "--output", str(tmp_path / "autograder.zip")]) == 0
    root = platform(tmp_path, TEMPLATE / "lab1.py")
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        archive.extractall(root / "source")
    (root / "source").chmod(0o700)
    environment = {**os.environ, "PYTHONPATH": str(root / "source")}
    environment["GRADER_CACHE"] = str(tmp_path / "cache")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "autograder", "--root", str(root)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = results(root)
    assert (found["score"], found["extra_data"]["complete"]) == (0, True)
    assert found["extra_data"]["versions"]["grader"]["sha256"] == grader_version().sha256
