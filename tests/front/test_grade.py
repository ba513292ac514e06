"""`python -m grader grade`, as Gradescope and a person use it."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.template import REFERENCE
from grader.validation.composition import planted
from tests.fixed_slice import some

STANDS = pytest.mark.usefixtures("wall_stands")
STATUSES = {"passed", "failed"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
Grade = Callable[..., dict[str, Any]]


@pytest.fixture
def graded(tmp_path: Path, wall_stands: None) -> Grade:
    """Grade source text through the command line; returns the results."""

    def grade(source: str, *options: str) -> dict[str, Any]:
        path, output = tmp_path / "lab1.py", tmp_path / "results.json"
        path.write_text(source, encoding="utf-8")
        assert run(["grade", str(path), "--output", str(output), *options]) == 0
        results: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        return results

    return grade


def scores(results: dict[str, Any]) -> dict[str, float]:
    """Points by question."""
    by_question: dict[str, float] = {}
    for test in results["tests"]:
        by_question[test["number"]] = by_question.get(test["number"], 0) + test["score"]
    return by_question


def test_the_reference_gets_every_point_and_torch_stays_out_of_the_trusted_process(
    tmp_path: Path,
) -> None:
    output = tmp_path / "results.json"
    code = (
        "import sys; from grader.cli import run\n"
        f"status = run(['grade', {str(REFERENCE)!r}, '--output', {str(output)!r}])\n"
        "sys.exit(status or 'torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    results = json.loads(output.read_text(encoding="utf-8"))
    assert results["score"] == sum(test["max_score"] for test in results["tests"]) == 100
    assert results["extra_data"]["complete"] is True


def test_results_keep_to_the_platform_s_contract(graded: Grade, reference: str) -> None:
    results = graded(planted(reference, {"quantized_weights": "return None"}))
    assert results["score"] == sum(test["score"] for test in results["tests"])
    for test in results["tests"]:
        assert isinstance(test["number"], str)
        assert test["name"]
        assert test["output"]
        assert len(test["output"]) <= 100_000
        assert 0 <= test["score"] <= test["max_score"]
        assert test["status"] in STATUSES
        assert test["visibility"] in VISIBILITIES
        told = {"question", "check", "diagnosis", "status", "override"}
        assert set(test["extra_data"]) == told


@pytest.mark.rest
def test_two_grades_differ_in_times_only(graded: Grade, reference: str) -> None:
    source = planted(reference, {"NetQuantized.forward": "return torch.randn(len(x), 10)"})
    first, second = graded(source), graded(source)
    assert first.pop("execution_time") >= 0
    assert second.pop("execution_time") >= 0
    assert first == second


@STANDS
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lab1.ipynb", b"%PDF-1.4 not a notebook"),
        ("lab1.zip", b"PK\x05\x06" + bytes(18)),
        ("lab1.py", b""),
        ("lab1.py", b"def quantized_weights(:\n"),
    ],
)
def test_an_upload_that_nobody_can_read_is_graded_0_with_one_line(
    name: str, content: bytes, tmp_path: Path
) -> None:
    path, output = tmp_path / name, tmp_path / "results.json"
    path.write_bytes(content)
    assert run(["grade", str(path), "--output", str(output)]) == 0
    results = json.loads(output.read_text(encoding="utf-8"))
    assert results["score"] == 0
    assert results["extra_data"]["complete"] is True
    assert len(results["output"].splitlines()) == 2


@STANDS
@pytest.mark.parametrize(
    "arguments",
    [
        ["grade", "no-such-file.py"],
        ["grade", str(REFERENCE), "--exam", "no-such-exam"],
        ["grade", str(REFERENCE), "--rubric", "no-such-rubric.toml"],
        ["grade", str(REFERENCE), "--no-such-option"],
        ["no-such-command"],
    ],
)
def test_bad_usage_ends_in_2_and_leaves_no_results(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results.json").write_text("{}", encoding="utf-8")
    assert run(arguments) == 2
    if "no-such-option" not in arguments[-1] and arguments[0] == "grade":
        assert not list(tmp_path.iterdir())
    assert len(capsys.readouterr().err.strip().splitlines()) <= 6


@STANDS
def test_a_fault_of_the_grader_ends_in_3_and_leaves_no_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("grader.grade.judged", broken)
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--output", str(output)]) == 3
    assert not output.exists()
    assert "a bug" in capsys.readouterr().err


@STANDS
def test_a_full_disk_ends_in_3_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("grader.report.file.os.fdopen", full)
    assert run(["grade", str(REFERENCE), "--output", str(tmp_path / "results.json")]) == 3
    assert list(tmp_path.iterdir()) == []
    assert "No space left on device" in capsys.readouterr().err


def test_the_submission_is_never_overwritten_by_its_results(
    tmp_path: Path, reference: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(reference, encoding="utf-8")
    assert run(["grade", str(path), "--output", str(path)]) == 2
    assert path.read_text(encoding="utf-8") == reference
    assert "is the submission itself" in capsys.readouterr().err


@STANDS
def test_quiet_and_json_print_just_that(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "lab1.py"
    path.write_text("def value_range(values): return float(values.max() - values.min())\n")
    arguments = ["grade", str(path), "--output", str(tmp_path / "results.json")]
    assert run([*arguments, "--quiet"]) == 0
    assert capsys.readouterr().out == "2 of 100 points\n"
    assert run([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))


def test_without_the_added_names_their_questions_are_by_hand(graded: Grade, reference: str) -> None:
    source = reference
    for name in ("value_range", "three_sigma_range", "Q4_1A", "Q4_1B", "Q5_1"):
        source = source.replace(name, f"my_{name.lower()}")
    results = graded(source)
    by_hand = {test["number"] for test in results["tests"] if "by hand" in test["output"]}
    assert by_hand == {"1.2", "4.1a", "4.1b", "5.1"}
    assert results["score"] == sum(test["max_score"] for test in results["tests"]) == 84


def test_with_some_of_the_added_names_the_others_are_missing(graded: Grade, reference: str) -> None:
    results = graded(reference.replace("Q5_1", "my_equation"))
    assert scores(results)["5.1"] == 0
    assert results["score"] == 96


KILLS = {
    "exit at import": ("    os._exit(0)\n", {}, set()),
    "exit in forward": (
        "",
        {"NetQuantized.forward": "import os\nos._exit(0)"},
        {"4.3", "4.4", "5.3"},  # accuracies are about forward
    ),
    "exit in a scale": (
        "",
        {"NetQuantized.quantize_initial_input": "import os\nos._exit(0)"},
        {"4.2a"},
    ),
    "a loop in a scale": (
        "",
        {"NetQuantized.quantize_initial_input": "while True: pass"},
        {"4.2a"},
    ),
    "an exception of 10 MB": ("", {"quantized_weights": "raise ValueError('x' * 10**7)"}, {"2.1"}),
}


@pytest.mark.parametrize("name", some({"exit in a scale"}, KILLS))
def test_a_killed_worker_costs_what_killed_it(name: str, graded: Grade, reference: str) -> None:
    before, bodies, charged = KILLS[name]
    source = planted(reference, bodies)
    if before:
        source = source.replace("class Net(nn.Module):\n", f"class Net(nn.Module):\n{before}")
    results = graded(source, "--call-seconds", "2")
    assert results["extra_data"]["complete"] is True
    lost = {test["number"] for test in results["tests"] if test["score"] < test["max_score"]}
    if charged:
        assert charged <= lost <= charged | {"2.2"}
    else:
        assert results["score"] == 0
    assert len(json.dumps(results)) < 200_000
