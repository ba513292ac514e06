"""The image within the platform's limits: results of every kind of upload keep the contract."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from grader.validation.corpus import CORRECT, whole

ROOT = Path(__file__).parents[2]
HANGS = "def quantized_weights(weights):\n    return any(iter(int, 1))\n"
EATS_MEMORY = """
def quantized_weights(weights):
    kept = []
    while True:
        kept.append(torch.ones(10_000_000))
"""
FILLS_THE_DISK = """
def quantized_weights(weights):
    import itertools, os
    for folder in (".", "/tmp", "/var/tmp", "/dev/shm", "/autograder", "/autograder/results"):
        try:
            for number in itertools.count():
                with open(os.path.join(folder, f"filler{number}"), "wb") as file:
                    file.write(bytes(1 << 24))
        except OSError:
            pass
    raise RuntimeError("nothing is left to write to")
"""
KILLS = """
def quantized_weights(weights):
    import os, signal
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in (os.getppid(), 1, -1, 0):
            try:
                os.kill(pid, number)
            except OSError:
                pass
    raise RuntimeError("all are alive")
"""


def simulated(image: str, submission: Path, folder: Path) -> dict[str, Any]:
    """The results of an upload; the simulation judges the contract and the platform's time."""
    output = folder / "results.json"
    command = [sys.executable, ROOT / "docker" / "simulate", image, submission, "--output", output]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout
    results: dict[str, Any] = json.loads(output.read_text("utf-8"))
    assert results["extra_data"]["complete"]
    return results


def lost(results: dict[str, Any]) -> set[str]:
    """The questions in which not every point was earned."""
    return {
        test["extra_data"]["check"].partition(".")[0]
        for test in results["tests"]
        if test["score"] < test["max_score"]
    }


def reference() -> str:
    return (ROOT / "reference" / "lab1.py").read_text("utf-8")


def notebook() -> str:
    text = whole(CORRECT / "notebooks" / "markdown_answers_and_figures.py")
    cells = jupytext.reads(text, fmt="py:percent")
    return nbformat.writes(cells)


def test_the_reference_gets_every_point(image: str, tmp_path: Path) -> None:
    results = simulated(image, ROOT / "reference" / "lab1.py", tmp_path)
    assert results["score"] == 100
    assert results["extra_data"]["isolation"]["word"] in ("reduced", "full")


def test_the_blank_template_gets_none(image: str, tmp_path: Path) -> None:
    assert simulated(image, ROOT / "student_template" / "lab1.py", tmp_path)["score"] == 0


def test_a_notebook_gets_every_point(image: str, tmp_path: Path) -> None:
    path = tmp_path / "lab1.ipynb"
    path.write_text(notebook(), "utf-8")
    results = simulated(image, path, tmp_path)
    assert [test for test in results["tests"] if test["score"] < test["max_score"]] == []


def test_a_zip_is_opened(image: str, tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lab1/lab1.py", reference())
    assert simulated(image, path, tmp_path)["score"] == 100


def test_an_empty_upload_gets_none(image: str, tmp_path: Path) -> None:
    (tmp_path / "upload").mkdir()
    assert simulated(image, tmp_path / "upload", tmp_path)["score"] == 0


@pytest.mark.parametrize("code", [HANGS, EATS_MEMORY, FILLS_THE_DISK, KILLS])
def test_misconduct_costs_its_own_question_alone(image: str, tmp_path: Path, code: str) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(f"{reference()}\n{code}", "utf-8")
    results = simulated(image, path, tmp_path)
    assert "weights" in lost(results)
    assert lost(results) <= {"weights", "quantized", "biased"}
