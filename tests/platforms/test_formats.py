"""What is special about each platform: bounds, pictures, annotations, bundles, examples in docs."""

from __future__ import annotations

import base64
import io
import json
import re
import shlex
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import typer
import yaml

from grader.cli import app, run
from grader.listing import Listing
from grader.pictures import Integers
from grader.platforms import codabench, github, prairielearn
from grader.platforms.told import as_markdown, rows
from grader.result import Entry, Override, Result
from grader.template import CHECKOUT, TEMPLATE
from grader.verdict import Verdict
from tests.browser import Browser, open_browser
from tests.conftest import Judge
from tests.platforms.players import CONTRACTS, GitHub

DOCS = CHECKOUT / "docs"
ADAPTERS = ("prairielearn", "codabench", "github")
WRONG = Verdict(False, "wrong", "right", "Look again.")
FOREIGN = "\x01<b>|`*\n::error::no%0A,:"


def picture(number: int) -> Integers:
    errors = tuple((float(at), (at * number) % 7 / 7) for at in range(300))
    return Integers(f"conv{number}", tuple((at, at + number) for at in range(-50, 50)), errors)


def failed(number: int, words: str = "wrong") -> Entry:
    verdict = Verdict(False, words, "right", "Look again.", picture=picture(number))
    return Entry("2.1", f"check{number}", "Weights", f"Sentence {number}.", 2, "visible", False,
                 "failed", verdict)  # fmt: skip


@pytest.fixture
def graded(judge: Judge) -> Result:
    """A result, to be changed."""
    return judge("value_range = None\n")


@pytest.mark.rest
def test_a_file_for_prairielearn_first_loses_pictures_then_words(graded: Result) -> None:
    short = replace(graded, entries=tuple(failed(at) for at in range(1, 5)))
    found = checked(short)
    assert [len(test["images"]) > 0 for test in found["tests"]] == [True] * 4

    many = tuple(failed(at) for at in range(1, 90))
    found = checked(replace(graded, entries=many, printed="short"))
    shown = [bool(test.get("images")) for test in found["tests"]]
    assert shown == sorted(shown, reverse=True)  # the last ones are left out
    assert any(shown)
    assert not all(shown)
    assert found["output"] == "short"

    long = tuple(failed(at, "\x01" * 20_000) for at in range(1, 90))
    found = checked(replace(graded, entries=long, printed="\x01" * 60_000))
    assert not any(test.get("images") for test in found["tests"])
    assert "characters left out" in found["output"]
    assert [test["name"] for test in found["tests"]] == [
        f"2.1 Weights: Sentence {at}." for at in range(1, 90)
    ]


def test_a_file_for_prairielearn_loses_no_more_pictures_than_it_must(
    graded: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = replace(graded, entries=tuple(failed(at) for at in range(1, 4)))
    monkeypatch.setattr(prairielearn, "LONGEST", len(prairielearn.encoded(result)) - 1)
    found = checked(result)
    assert [bool(test.get("images")) for test in found["tests"]] == [True, True, False]
    monkeypatch.setattr(prairielearn, "LONGEST", 2_000)
    assert [bool(test.get("images")) for test in checked(result)["tests"]] == [False] * 3


def checked(result: Result) -> Any:
    data = prairielearn.encoded(result)
    assert len(data) <= 1_000_000
    schema = json.loads((CONTRACTS / "prairielearn.json").read_text("utf-8"))
    found = json.loads(data)
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def test_what_cannot_be_read_is_no_attempt(graded: Result) -> None:
    assert checked(replace(graded, refused="a PDF")) == {
        "gradable": False,
        "format_errors": ["a PDF"],
    }


def test_a_bonus_is_no_more_than_everything(graded: Result) -> None:
    plain = Entry("2.1", "a", "T", "S.", 10, "visible", False, "passed")
    extra = replace(plain, check="b", bonus=True)
    lost = replace(plain, check="c", status="failed")
    assert checked(replace(graded, entries=(plain, extra)))["score"] == 1
    assert checked(replace(graded, entries=(plain, extra, lost, lost)))["score"] == pytest.approx(
        2 / 3
    )
    assert checked(replace(graded, entries=(replace(plain, max_score=0),)))["score"] == 0


def test_an_override_counts_in_each_row(graded: Result) -> None:
    entry = replace(failed(1), override=Override(2, "The probe was wrong."))
    (row,) = rows(replace(graded, entries=(entry,)))
    assert (row.points, row.passed) == (2, True)
    assert "The probe was wrong." in row.lines[-1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


def test_a_picture_in_results_is_a_document_of_its_own(graded: Result) -> None:
    """As the address of an image it is shown only with its namespace, and loads nothing."""
    for image in checked(replace(graded, entries=(failed(1),)))["tests"][0]["images"]:
        head, _, data = image["url"].partition(",")
        root = ElementTree.fromstring(base64.b64decode(data))
        assert (head, root.tag) == ("data:image/svg+xml;base64", "{http://www.w3.org/2000/svg}svg")
        links = [link for each in root.iter() for name, link in each.items() if "href" in name]
        assert all(link.startswith("#") for link in links)


@pytest.mark.rest
def test_a_picture_in_results_is_one_in_a_browser(
    graded: Result, browser: Browser, tmp_path: Path
) -> None:
    found = checked(replace(graded, entries=(failed(1),)))
    images = found["tests"][0]["images"]
    assert images
    page = tmp_path / "page.html"
    page.write_text("".join(f'<img src="{image["url"]}">' for image in images))
    with browser.page(page) as opened:
        assert opened.ask("[...document.images].every(i => i.complete && i.naturalWidth > 200)")
        assert not opened.errors


def test_nothing_of_a_student_ends_an_annotation(
    graded: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (tmp_path / "a,b%:c.py").write_text("")
    entry = failed(1, FOREIGN)
    where = {"2.1": [("quantized_weights", Listing("a,b%:c.py", 7, ("x",)))]}
    result = replace(graded, entries=(entry,), listings=where, official=False)
    notice, error = github.annotations(result, tmp_path)
    assert notice.startswith("::notice title=Lab 1%3A Quantization::Unofficial")
    head, _, words = error.removeprefix("::").partition("::")
    assert head == "error file=a%2Cb%25%3Ac.py,line=7,title=2.1 Weights"
    assert "\n" not in words
    assert "no%250A" in words


def test_an_annotation_of_a_notebook_names_the_cell(
    graded: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    for name in ("own/lab1.ipynb", ".git/other.ipynb", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    where = {"2.1": [("quantized_weights", Listing("cell 3", 7, ("x",)))]}
    result = replace(graded, entries=(failed(1),), listings=where)
    (error,) = github.annotations(result, tmp_path)
    assert error.startswith("::error file=own/lab1.ipynb,title=")
    assert error.endswith("%0AIn cell 3, from line 7.")
    (tmp_path / "other.ipynb").write_text("")
    (error,) = github.annotations(result, tmp_path)
    assert error.startswith("::error title=")


def test_the_reporter_can_be_started_with_its_result(graded: Result) -> None:
    """However much is said of every check, and whatever a character takes in JSON."""
    entries = tuple(replace(each, status="failed", visibility="visible") for each in graded.entries)
    short = replace(graded, entries=tuple(replace(each, verdict=WRONG) for each in entries))
    loud = replace(WRONG, actual="\x01" * 20_000)
    long = replace(graded, entries=tuple(replace(each, verdict=loud) for each in entries))
    for result, cut in ((short, False), (long, True)):
        data = github.encoded(result)
        assert len(data) < 128 * 1024 - 1_000
        tests = json.loads(base64.b64decode(data))["tests"]
        assert len(tests) == len(entries)
        assert {"characters left out" in test["message"] for test in tests} == {cut}


def test_a_summary_of_very_many_notes_is_one_that_is_shown(graded: Result) -> None:
    notes = tuple(f"{at} {FOREIGN * 400}" for at in range(20_000))
    shown = github.markdown(replace(graded, notes=notes))
    assert len(shown.encode()) < 1024 * 1024
    assert "There is more" in shown
    assert shown.rstrip().endswith("|")
    assert "There is more" not in github.markdown(graded)


def test_a_summary_shows_text_as_text() -> None:
    from markdown_it import MarkdownIt

    text = "<b>&amp; *a* _b_ `c` [d](e) | http://f.example www.g.example # \\ ~~h~~\n\n- i"
    shown = MarkdownIt("gfm-like", {"linkify": False}).renderInline(as_markdown(text))
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain == " ".join(text.split())


@pytest.mark.rest
def test_a_grade_with_an_exam_of_the_course_is_official(
    graded: Result, exam: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wall_stands: None
) -> None:
    for name, options in (("own", []), ("course", ["--exam", str(exam.directory)])):
        player = GitHub(tmp_path / name, monkeypatch)
        player.lay_out({"lab1.py": (TEMPLATE / "lab1.py").read_text("utf-8")})
        assert player.start(*options) == 0
        official = name == "course"
        assert player.document()["official"] == official
        assert ("Unofficial" in player.summary()) != official


def test_outside_of_a_workflow_nothing_is_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert run(["platform", "github", str(TEMPLATE)]) == 2


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_adapter_is_small_and_alone(adapter: str) -> None:
    path = CHECKOUT / "grader" / "platforms" / f"{adapter}.py"
    assert len(path.read_text("utf-8").splitlines()) <= 150
    others = [
        each.relative_to(CHECKOUT).as_posix()
        for each in (CHECKOUT / "grader").rglob("*")
        if each.is_file() and each != path and "__pycache__" not in each.parts
        if re.search(rf"\b{adapter}", each.read_text("utf-8"), re.IGNORECASE)
    ]
    classes = ("grader/course/", "grader/cli/course.py")  # downloads of GitHub's are read there
    assert [name for name in others if not name.startswith(classes)] == ["grader/cli/platform.py"]


@pytest.mark.parametrize("contract", [*CONTRACTS.glob("*.json")], ids=lambda path: path.stem)
def test_a_contract_says_when_and_where_it_was_read(contract: Path) -> None:
    schema = json.loads(contract.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert re.match(r"Noted until \d{4}-\d{2} from .*; held against", schema["$comment"])


def known(line: str) -> dict[str, Any]:
    """The options of a command line `grader ...`; each of them exists."""
    words = shlex.split(line)
    assert Path(words.pop(0)).name == "grader"
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    return dict(command.make_context("grader", words).params)


def bundled(path: Path, *options: str) -> zipfile.ZipFile:
    arguments = ["package", "--for", "codabench", "--image", "you/lab1", "--output", str(path)]
    assert run([*arguments, *options]) == 0
    return zipfile.ZipFile(path)


def test_a_bundle_is_the_same_every_time_and_its_own(tmp_path: Path) -> None:
    one = bundled(tmp_path / "one.zip")
    bundled(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert (tmp_path / "one.zip").stat().st_mode & 0o777 == 0o600
    names = {*one.namelist()}
    competition = yaml.safe_load(one.read("competition.yaml"))
    (task,), (phase,) = competition["tasks"], competition["phases"]
    files = {competition["image"], competition["terms"], competition["pages"][0]["file"]}
    assert files | {task["scoring_program"], task["reference_data"], "competition.yaml"} == names
    assert (phase["tasks"], competition["docker_image"]) == ([task["index"]], "you/lab1")
    assert one.read("logo.png").startswith(b"\x89PNG")


def test_a_bundle_without_an_image_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "bundle.zip"
    assert run(["package", "--for", "codabench", "--output", str(output)]) == 2
    assert "--image" in capsys.readouterr().err
    assert not output.exists()


def test_the_columns_of_a_bundle_are_the_numbers_of_a_score(tmp_path: Path, graded: Result) -> None:
    course = tmp_path / "course.toml"
    course.write_text('leaderboard = ["4.4", "weight_bytes"]\n', "utf-8")
    bundle = bundled(tmp_path / "bundle.zip", "--rubric", str(course))
    (board,) = yaml.safe_load(bundle.read("competition.yaml"))["leaderboards"]
    shown = [column["key"] for column in board["columns"] if not column.get("hidden")]
    assert shown == ["score", "lost_4_4", "weight_bytes"]
    assert [column["index"] for column in board["columns"]] == [*range(len(board["columns"]))]
    hidden = {column["key"] for column in board["columns"] if column.get("hidden")}
    measured = replace(graded.entries[0], verdict=Verdict(True, published={"4.4": 0.25}))
    ranked = replace(graded, entries=(measured, *graded.entries[1:]), leaderboard=("4.4",))
    found = codabench.scores(ranked)
    assert found["lost_4_4"] == 0.25
    assert found.keys() <= {"complete", *shown, *hidden}


@pytest.mark.rest
@pytest.mark.usefixtures("wall_stands")
def test_a_bundle_grades_as_it_says(tmp_path: Path) -> None:
    course = tmp_path / "course.toml"
    course.write_text('leaderboard = ["score"]\n', "utf-8")
    bundle = bundled(tmp_path / "bundle.zip", "--rubric", str(course))
    program = zipfile.ZipFile(io.BytesIO(bundle.read("scoring_program.zip")))
    (command,) = yaml.safe_load(program.read("metadata.yaml")).values()
    known(command)
    root = tmp_path / "app"
    (root / "input" / "res").mkdir(parents=True)
    (root / "input" / "res" / "lab1.py").write_bytes((TEMPLATE / "lab1.py").read_bytes())
    reference = zipfile.ZipFile(io.BytesIO(bundle.read("reference_data.zip")))
    reference.extractall(root / "input" / "ref")
    words = shlex.split(command.replace("/app/", f"{root}/"))[1:]
    assert run([*words, "--root", str(root)]) == 0
    assert json.loads((root / "output" / "scores.json").read_bytes())["complete"] == 1


def test_the_example_question_starts_what_there_is() -> None:
    folder = DOCS / "prairielearn" / "quantization"
    about = json.loads((folder / "info.json").read_text("utf-8"))["externalGradingOptions"]
    deadline = known(about["entrypoint"])["deadline"]
    assert deadline < about["timeout"] <= 600
    assert about["enableNetworking"] is False
    question = (folder / "question.html").read_text("utf-8")
    assert "<pl-external-grader-results>" in question
    assert 'file-names="lab1.py"' in question


def test_the_default_deadline_ends_before_prairielearns() -> None:
    assert known("grader platform prairielearn")["deadline"] < 30


def test_the_example_workflows_name_what_there_is() -> None:
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
    own = yaml.safe_load((DOCS / "github" / "classroom.yml").read_text("utf-8"))
    (job,) = own["jobs"].values()
    step = next(step for step in job["steps"] if step.get("id"))
    assert {*step.get("with", {})} <= {*action["inputs"]}
    reporter = job["steps"][-1]
    assert reporter["with"]["runners"] == step["id"]
    variable = f"{step['id'].upper()}_RESULTS"
    outputs = f"${{{{ steps.{step['id']}.outputs.{next(iter(action['outputs']))} }}}}"
    assert reporter["env"][variable] == outputs
    official = yaml.safe_load((DOCS / "github" / "official.yml").read_text("utf-8"))
    (job,) = official["jobs"].values()
    assert known(job["steps"][-1]["run"])["exam"]
