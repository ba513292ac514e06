"""A class through the front door: everybody has exactly one result, whatever happens on the way."""

from __future__ import annotations

import csv
import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader import cli
from grader.template import read_reference
from grader.validation.composition import planted
from tests.course.made_class import made_class
from tests.writeup.made import FOLDER as REPORTS

SOURCE = read_reference().partition("# ## Question C")[0]
KILLS = 10
UP_TO = 9.0
"""Seconds after which it is killed at the latest: some are graded by then."""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "grader", "batch", *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False)


def results(folder: Path) -> dict[str, Any]:
    """Every result by student, without its times."""
    found = {}
    for path in (folder / "results").glob("*.json"):
        found[path.stem] = {**json.loads(path.read_bytes()), "execution_time": 0}
    return found


def grades(folder: Path) -> list[dict[str, str]]:
    with (folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three students, of whom two have the same code."""
    folder = tmp_path_factory.mktemp("class") / "handed in"
    folder.mkdir()
    wrong = planted(SOURCE, {"quantized_weights": "raise ValueError('mine')"})
    (folder / "ada.py").write_text(SOURCE, encoding="utf-8")
    (folder / "bob.py").write_text(f"# mine\n{SOURCE}", encoding="utf-8")
    (folder / "zoltan.py").write_text(wrong, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def done(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a batch that has run to its end."""
    output = tmp_path_factory.mktemp("graded") / "out"
    ended = run(str(handed_in), "--output", str(output), "--html")
    assert ended.returncode == 0, ended.stderr
    assert "3 students: 2 graded, 1 with the same code as another" in ended.stdout
    return output


@pytest.fixture
def output(done: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(done, tmp_path / "out"))


def test_everybody_has_a_result_a_page_and_a_row(done: Path) -> None:
    assert {name: each["score"] for name, each in results(done).items()} == {
        "ada": 100,
        "bob": 100,
        "zoltan": 77,
    }
    assert sorted(path.name for path in (done / "feedback").iterdir()) == [
        "ada.html",
        "bob.html",
        "zoltan.html",
    ]
    assert [row["total"] for row in grades(done)] == ["100", "100", "77"]
    assert (done / "summary.html").is_file()


def test_nobody_else_may_look_into_it(done: Path) -> None:
    for path in (done, done / "results", done / "results" / "ada.json", done / "journal.sqlite"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_same_command_again_grades_nothing(handed_in: Path, output: Path) -> None:
    before = results(output)
    ended = run(str(handed_in), "--output", str(output), "--html", "--quiet")
    assert ended.stdout == "3 students: 3 done before.\n"
    assert results(output) == before


def test_a_decision_is_shown_and_survives_a_regrade(handed_in: Path, output: Path) -> None:
    why = "The <b>handout</b> was unclear."
    arguments = ("override", "zoltan", "weights.rounding", "2.5", "--why", why, "--by", "ta")
    assert cli.run(["batch", *arguments, "--output", str(output)]) == 0
    run(str(handed_in), "--output", str(output), "--html", "--rubric", _other_points(output))
    found = results(output)["zoltan"]
    (test,) = (t for t in found["tests"] if t["extra_data"]["check"] == "weights.rounding")
    assert (test["score"], test["max_score"]) == (2.5, 4)
    assert f"Decided by the course's staff: 2.5 of 4 points: {why}" in test["output"]
    page = (output / "feedback" / "zoltan.html").read_text(encoding="utf-8")
    assert "The &lt;b&gt;handout&lt;/b&gt; was unclear." in page
    assert grades(output)[2]["total"] == "79.5"


def _other_points(folder: Path) -> str:
    path = folder / "course.toml"
    path.write_text('total = 101\n[checks."weights.rounding"]\npoints = 4\n', encoding="utf-8")
    return str(path)


@pytest.mark.rest
def test_a_page_is_drawn_on_demand_and_then_kept_up_to_date(tmp_path: Path) -> None:
    source, output = tmp_path / "handed in", tmp_path / "out"
    source.mkdir()
    body = "scale = 127 / weights.abs().max().item()\nreturn torch.trunc(weights * scale), scale"
    wrong = planted(SOURCE, {"quantized_weights": body})
    (source / "ada.py").write_text(wrong, encoding="utf-8")
    run(str(source), "--output", str(output))
    assert list((output / "feedback").iterdir()) == []
    assert run("page", "ada", "--output", str(output)).returncode == 0
    (page,) = (output / "feedback").iterdir()
    assert page.name == "ada.html"
    assert "<svg" in page.read_text(encoding="utf-8")
    decision = ["override", "ada", "weights.rounding", "1", "--why", "Half of it holds."]
    assert cli.run(["batch", *decision, "--output", str(output)]) == 0
    assert "1 of 3 points: Half of it holds." in page.read_text(encoding="utf-8")


@pytest.mark.rest
def test_each_report_is_its_student_s_own_though_the_code_is_the_same(tmp_path: Path) -> None:
    source, output, rubric = (tmp_path / name for name in ("class", "out", "course.toml"))
    given = {"ada": "chromium-complete", "bob": "chromium-without-2.2-accuracies", "zoe": ""}
    for name, report in given.items():
        (source / name).mkdir(parents=True)
        (source / name / "lab1.py").write_text(SOURCE, encoding="utf-8")
        if report:
            shutil.copyfile(REPORTS / f"{report}.pdf", source / name / "report.pdf")
    rubric.write_text('total = 103\n[checks."report.2.2"]\npoints = 3\n', encoding="utf-8")
    arguments = (str(source), "--output", str(output), "--rubric", str(rubric))
    ended = run(*arguments)
    assert "1 graded, 2 with the same code as another" in ended.stdout, ended.stderr
    assert [row["total"] for row in grades(output)] == ["103", "100", "100"]
    assert [row["question R.2.2"] for row in grades(output)] == ["3", "0", "0"]
    decided = ("override", "bob", "report.2.2", "2", "--why", "It is in the plot.")
    assert cli.run(["batch", *decided, "--output", str(output)]) == 0
    assert [row["total"] for row in grades(output)] == ["103", "102", "100"]
    shutil.copyfile(REPORTS / "chromium-complete.pdf", source / "zoe" / "report.pdf")
    ended = run(*arguments)
    assert ended.stdout.endswith("1 with the same code as another, 2 done before.\n"), ended.stdout
    assert [row["total"] for row in grades(output)] == ["103", "102", "103"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("override", "ada", "weights.rounding", "4", "--why", "x"), "is worth 3 points"),
        (("override", "ada", "weights.round", "1", "--why", "x"), "there is no check"),
        (("override", "joe", "weights.rounding", "1", "--why", "x"), "is no student"),
        (("override", "ada", "weights.rounding", "1"), "the student reads it"),
        (("override", "ada", "weights.rounding"), "give POINTS"),
        (("forget", "joe"), "is no student"),
    ],
)
def test_what_cannot_be_decided_is_one_line(
    output: Path, arguments: tuple[str, ...], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["batch", *arguments, "--output", str(output)]) == 2
    err = capfd.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_who_is_forgotten_is_nowhere(handed_in: Path, output: Path) -> None:
    assert cli.run(["batch", "forget", "zoltan", "--output", str(output)]) == 0
    run(str(handed_in), "--output", str(output), "--html")
    for path in output.rglob("*"):
        assert "zoltan" not in path.name
        if path.is_file() and path.suffix in (".csv", ".html", ".json", ".sqlite"):
            assert b"zoltan" not in path.read_bytes()


def test_a_class_that_is_not_there_leaves_nothing_behind(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["batch", str(tmp_path / "nowhere"), "--output", str(tmp_path / "out")]
    assert cli.run(arguments) == 2
    assert "nowhere" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_ctrl_c_ends_it_and_the_same_command_goes_on(handed_in: Path, tmp_path: Path) -> None:
    arguments = (str(handed_in), "--output", str(tmp_path / "out"), "--workers", "1")
    process = subprocess.Popen(command(*arguments), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    line = ""
    while "2 of 3 done" not in line:
        line = process.stderr.readline()
        assert line
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "the same command goes on" in err
    ended = run(*arguments)
    assert "2 done before" in ended.stdout


@pytest.mark.rest
def test_killed_at_any_moment_it_ends_with_the_same_results(tmp_path: Path) -> None:
    source = made_class(tmp_path / "class", "gradescope", 24, 290).path
    run(str(source), "--output", str(tmp_path / "undisturbed"))
    arguments = (str(source), "--output", str(tmp_path / "killed"))
    moments = random.Random(290)
    for _ in range(KILLS):
        process = psutil.Popen(command(*arguments), stdout=subprocess.DEVNULL)
        try:
            process.wait(moments.uniform(0.1, UP_TO))
        except psutil.TimeoutExpired:
            below = process.children(recursive=True)
            process.kill()
            process.wait()
            _, alive = psutil.wait_procs(below, timeout=60)
            assert alive == []
    assert run(*arguments).returncode == 0
    assert results(tmp_path / "killed") == results(tmp_path / "undisturbed")
    names = ("student", "total", "state")
    killed, undisturbed = (grades(tmp_path / name) for name in ("killed", "undisturbed"))
    assert [[row[n] for n in names] for row in killed] == [
        [row[n] for n in names] for row in undisturbed
    ]
