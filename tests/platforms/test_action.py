"""What a student's push starts on GitHub: the example workflow, and the action, step by step."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.template import CHECKOUT, REFERENCE
from grader.validation.composition import planted
from tests.platforms.runner import Job

WORKFLOW = CHECKOUT / "docs" / "github" / "classroom.yml"
FORGED = """
print("::error title=forged::forged")
print("##[error]forged", flush=True)
scale = 127 / float(weights.abs().max())
return (weights * scale).int().float(), scale
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job with a checkout that is empty yet."""
    for name in ("workspace", "runner"):
        (tmp_path / name).mkdir()
    return Job(tmp_path / "workspace", tmp_path / "runner")


def test_an_upload_that_is_no_code_ends_a_job_with_words(job: Job) -> None:
    """Every step runs but the installation, of which is looked at what it would install."""
    (job.workspace / "lab1.py").write_bytes(b"%PDF-1.4\n")
    job.run(WORKFLOW)
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in job.log
    assert job.failed
    assert job.reported == (0, 100)
    assert [each.level for each in job.annotations] == ["notice", "error"]
    assert job.annotations[1].about == {"title": "Lab 1: Quantization"}
    assert "Unofficial" in job.summary


@pytest.mark.rest
def test_a_mistake_is_annotated_at_its_line_and_nothing_is_forged(job: Job) -> None:
    """What a student's code prints, or is called, is no command of a runner."""
    path = job.workspace / "own" / "a,b ##[error]forged%0A.py"
    path.parent.mkdir()
    path.write_text(planted(REFERENCE.read_text("utf-8"), {"quantized_weights": FORGED}), "utf-8")
    job.run(WORKFLOW)
    assert [each.about.get("title") for each in job.annotations if each.level != "error"] == [
        "Lab 1: Quantization"
    ]
    mistakes = [each for each in job.annotations if each.level == "error"]
    assert {each.about["title"].split()[0] for each in mistakes} == {"2.1"}
    named = {(each.about["file"], each.about["line"]) for each in mistakes}
    lines = path.read_text("utf-8").splitlines()
    assert [lines[int(at) - 1][:21] for _, at in named] == ["def quantized_weights"]
    assert {name for name, _ in named} == {f"own/{path.name}"}
    assert job.failed
    points, most = job.reported or (0, 0)
    assert 82 <= points < most == 100


@pytest.mark.rest
def test_a_right_solution_ends_a_job_well(job: Job) -> None:
    (job.workspace / "lab1.py").write_text(REFERENCE.read_text("utf-8"), "utf-8")
    job.run(WORKFLOW)
    assert not job.failed
    assert job.reported == (100, 100)
    assert [each.level for each in job.annotations] == ["notice"]
