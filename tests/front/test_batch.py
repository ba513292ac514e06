"""A class through the front door: everybody has exactly one result, whatever happens on the way."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from grader import cli
from grader.template import read_reference
from grader.validation.composition import planted
from tests.course.killed import command, grades, killed, results, told
from tests.course.made_class import made_class
from tests.front.uploads import as_folder, as_zip
from tests.writeup.made import FOLDER as REPORTS

SOURCE = read_reference().partition("# ## Question C")[0]
NO_CODE = "%PDF-1.7"
"""Has a result, and is not executed."""
KILLS = 10
UP_TO = 9.0
"""Seconds after which it is killed at the latest: some are graded by then."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False)


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


@pytest.mark.rest
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


def entry(number: int, at: str, *people: str, history: str = "[]") -> str:
    """What Gradescope's YAML says of a submission, handed in at a time of the 1st of October."""
    lines = [f"submission_{number}:", "  :submitters:"]
    for name in people:
        lines += [f"  - :name: {name}", f"    :email: {name.lower()}@example.edu"]
    return "\n".join([*lines, f"  :created_at: {at}", f"  :history: {history}", ""])


def gradescope(folder: Path, code: dict[int, str], *entries: str) -> Path:
    """A download with the code of these submissions, and what is told of them."""
    files = {f"submission_{number}/lab1.py": text for number, text in code.items()}
    return as_folder(folder, {**files, "submission_metadata.yml": "".join(entries)})


@pytest.mark.rest
def test_of_several_uploads_or_deliveries_that_counts_which_was_asked_for(tmp_path: Path) -> None:
    """Ann has two uploads, Bob was alone and then in a pair; the older ones were right."""
    wrong = planted(SOURCE, {"quantized_weights": "raise ValueError('mine')"})
    earlier = "\n  - :id: 8\n    :created_at: 2026-09-30 20:00:00 Z"
    source = gradescope(
        tmp_path / "class",
        {8: SOURCE, 9: wrong, 20: SOURCE, 21: wrong},
        entry(9, "2026-10-01 20:00:00 Z", "Ann", history=earlier),
        entry(20, "2026-09-30 20:00:00 Z", "Bob"),
        entry(21, "2026-10-01 20:00:00 Z", "Bob", "Eve"),
    )
    output = tmp_path / "out"
    latest = {"ann": "77", "bob": "77", "eve": "77"}
    best = {**latest, "ann": "100", "bob": "100"}
    for which, totals, counts in (
        ("latest", latest, "3 students: 2 graded, 1 with the same code as another"),
        ("best", best, "3 students: 1 with the same code as another, 3 done before"),
        ("all", latest, "3 students: 4 done before"),
    ):
        ended = run(str(source), "--output", str(output), "--which", which)
        assert counts in ended.stdout, ended
        assert {row["student"]: row["total"] for row in grades(output)} == totals
        assert {name: f"{each['score']:g}" for name, each in results(output).items()} == totals
        assert "Bob: named in more than one submission" in ended.stdout
        remarks = {row["student"]: row["remarks"] for row in grades(output)}
        assert ["of several deliveries" in remarks[name] for name in ("ann", "bob", "eve")] == [
            *(False, True, False)
        ]


@pytest.mark.rest
def test_being_late_costs_what_the_course_says_by_each_student_s_own_date(tmp_path: Path) -> None:
    source = gradescope(
        tmp_path / "class",
        dict.fromkeys((1, 2, 3, 4), SOURCE),
        entry(1, "2026-10-01 19:59:00 Z", "Ann"),
        entry(2, "2026-10-03 19:00:00 Z", "Bob"),
        entry(3, "2026-10-03 19:00:00 Z", "Eve", "Fay"),
        entry(4, "yesterday", "Gil"),
    )
    rubric, extensions, output = (tmp_path / name for name in ("r.toml", "due.csv", "out"))
    rubric.write_text("[late_policy]\npercent_per_day = 10\n", encoding="utf-8")
    extensions.write_text("student,due\nfay@example.edu,2026-10-04T00:00Z\n", encoding="utf-8")
    due = ("--due", "2026-10-01T20:00Z", "--due-file", str(extensions), "--rubric", str(rubric))
    ended = run(str(source), "--output", str(output), *due)
    assert "5 students: 1 graded, 3 with the same code as another" in ended.stdout, ended
    rows = {row["student"]: row for row in grades(output)}
    told = {name: (row["total"], row["deduction"], row["late days"]) for name, row in rows.items()}
    assert told == {
        "ann": ("100", "0", "0"),
        "bob": ("80", "20", "2"),
        "eve": ("100", "0", "0"),
        "fay": ("100", "0", "0"),
        "gil": ("100", "0", ""),
    }
    assert "how late it is is not known" in rows["gil"]["remarks"]
    assert "2 days late: 20 % of the points are taken off." in results(output)["bob"]["output"]


@pytest.mark.rest
def test_an_anonymous_class_has_names_in_its_key_alone(tmp_path: Path) -> None:
    """But for the journal and what was unpacked, from which it goes on."""
    names = "print('I am Zoltan Quince, zoltan.quince')\n"
    wrong = planted(SOURCE, {"quantized_weights": "raise ValueError('Zoltan Quince was here')"})
    folder = as_folder(tmp_path / "handed in", {"Zoltan Quince.py": f"{wrong}\n{names}"})
    output = tmp_path / "out"
    arguments = (str(folder), "--output", str(output), "--anonymous", "--html", "--parquet")
    ended = run(*arguments)
    assert ended.returncode == 0, ended
    (row,) = grades(output)
    decision = ("weights.rounding", "1", "--why", "It holds.", "--output", str(output))
    said = [ended.stdout, ended.stderr, run("override", row["student"], *decision).stdout]
    said += [run(*arguments).stdout, run("page", row["student"], "--output", str(output)).stdout]
    assert row["student"] in said[2]
    assert grades(output)[0]["total"] == "78"
    told = {path for path in output.rglob("*") if path.is_file()}
    told -= {output / name for name in ("key.csv", "journal.sqlite")}
    assert {path.suffix for path in told} >= {".json", ".html", ".csv", ".parquet"}
    for text in (*said, *(str(path) for path in told)):
        assert "zoltan" not in text.replace(str(folder), "").lower()
    for path in told:
        assert b"zoltan" not in path.read_bytes().lower(), path
    assert "Zoltan Quince" in (output / "key.csv").read_text(encoding="utf-8")


def test_a_platform_is_told_names_or_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["batch", "class", "--output", "out", "--anonymous", "--canvas", "Lab 1"]
    assert cli.run(arguments) == 2
    assert "--canvas names students" in capfd.readouterr().err


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


@pytest.mark.rest
def test_who_is_forgotten_is_nowhere(handed_in: Path, output: Path) -> None:
    assert cli.run(["batch", "forget", "zoltan", "--output", str(output)]) == 0
    run(str(handed_in), "--output", str(output), "--html")
    for path in output.rglob("*"):
        assert "zoltan" not in path.name
        if path.is_file() and path.suffix in (".csv", ".html", ".json", ".sqlite"):
            assert b"zoltan" not in path.read_bytes()


def test_who_is_forgotten_is_in_nothing_that_was_unpacked(tmp_path: Path) -> None:
    """Nor after the same download, or a newer one, was read once more."""
    files = {
        "submission_1/zoltan.py": NO_CODE,
        "submission_2/lab1.py": NO_CODE,
        "submission_metadata.yml": entry(1, "2026-10-01 20:00:00 Z", "Zoltan")
        + entry(2, "2026-10-01 20:00:00 Z", "Ann"),
    }
    old = as_zip(tmp_path / "old", files)
    new = as_zip(tmp_path / "new", {**files, "submission_2/more.py": ""})
    output = ["--output", str(tmp_path / "out")]
    assert cli.run(["batch", str(old), *output]) == 0
    assert (tmp_path / "out" / "results" / "zoltan.json").is_file()
    for again in (["forget", "zoltan"], [str(old)], [str(new)]):
        assert cli.run(["batch", *again, *output]) == 0
        assert (tmp_path / "out" / "results" / "ann.json").is_file()
        for path in (tmp_path / "out").rglob("*"):
            assert "zoltan" not in path.name
            assert not path.is_file() or b"zoltan" not in path.read_bytes().lower(), path


def test_a_class_that_is_not_there_leaves_nothing_behind(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["batch", str(tmp_path / "nowhere"), "--output", str(tmp_path / "out")]
    assert cli.run(arguments) == 2
    assert "nowhere" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.rest
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
    killed([str(source), "--output", str(tmp_path / "killed")], KILLS, UP_TO, seed=290)
    assert results(tmp_path / "killed") == results(tmp_path / "undisturbed")
    assert told(tmp_path / "killed") == told(tmp_path / "undisturbed")
