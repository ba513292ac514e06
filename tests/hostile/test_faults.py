"""Faults of our own world, during a whole grade: never a wrong score, never half a file."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.exam import open_exam
from grader.report import file as report_file
from grader.sandbox.outside.fork import Forker
from grader.template import REFERENCE
from tests.fixed_slice import some

CHECKOUT = Path(__file__).parents[2]
Q = "def quantized_weights(w): return w, 1.0\n"
KILLED = """
import os, signal, sys, tempfile
from pathlib import Path
from grader import cli
from grader.report import file as report_file

real, count = Path.replace, [0]

def replace(self, target):
    count[0] += 1
    if count[0] == {write} and {before}:
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(self, target)
    if count[0] == {write}:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

Path.replace = replace
sys.exit(cli.run(["grade", {path!r}, "--output", {output!r}]))
"""


@pytest.mark.parametrize(
    ("write", "before"),
    some([(7, False)], [(1, True), (1, False), (2, True), (7, False), (14, True)]),
)
def test_a_grader_that_is_killed_leaves_a_whole_file_or_none(
    write: int, before: bool, tmp_path: Path
) -> None:
    path, output = tmp_path / "lab1.py", tmp_path / "results.json"
    path.write_text(Q)
    code = KILLED.format(write=write, before=before, path=str(path), output=str(output))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, timeout=300
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert output.exists() == ((write, before) != (1, True))
    if output.exists():
        results = json.loads(output.read_text(encoding="utf-8"))
        assert results["extra_data"]["complete"] is False
        assert results["score"] == sum(test["score"] for test in results["tests"])
        assert "did not run to its end" in results["output"]


@pytest.mark.parametrize(
    ("fork", "gone"), some([(9, True)], [(1, True), (3, False), (9, True), (12, False)])
)
def test_a_zygote_that_is_killed_ends_in_3(
    fork: int,
    gone: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    real, count = Forker.fork, [0]

    def kill_first(self: Forker, *arguments: Any) -> Any:
        count[0] += 1
        if count[0] == fork:
            self._process.kill()
            if gone:  # otherwise it may end while it is asked
                self._process.wait()
        return real(self, *arguments)

    monkeypatch.setattr(Forker, "fork", kill_first)
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--output", str(output)]) == 3
    assert count[0] == fork
    assert list(tmp_path.iterdir()) == []
    assert "the zygote has ended" in capsys.readouterr().err


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize("write", [1, 2, 9])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_fills_up_ends_in_3_and_says_so(
    write: int,
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    real, count = os.fdopen, [0]

    def full(*arguments: Any) -> Any:
        count[0] += 1
        if count[0] == write:
            os.close(arguments[0])
            raise OSError(number, os.strerror(number))
        return real(*arguments)

    monkeypatch.setattr(report_file.os, "fdopen", full)
    output = tmp_path / "results.json"
    output.write_text("{}")
    path = tmp_path / "lab1.py"
    path.write_text(Q)
    assert run(["grade", str(path), "--output", str(output)]) == 3
    assert list(tmp_path.iterdir()) == [path]
    assert os.strerror(number) in capsys.readouterr().err


def test_no_place_for_scratch_folders_ends_in_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("grader.sandbox.outside.home.tempfile.mkdtemp", refuse)
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--output", str(output)]) == 3
    assert list(tmp_path.iterdir()) == []
    error = capsys.readouterr().err
    assert "No space left on device" in error
    assert "Traceback" not in error


@pytest.mark.rest
def test_no_scratch_folder_for_a_worker_ends_in_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = Forker.fork

    def in_the_way(self: Forker, *arguments: Any) -> Any:
        for number in range(1, 30):
            (self.folder / f"box-{number}").touch()
        return real(self, *arguments)

    monkeypatch.setattr(Forker, "fork", in_the_way)
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--output", str(output)]) == 3
    assert list(tmp_path.iterdir()) == []
    assert "the zygote has ended: FileExistsError" in capsys.readouterr().err


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize("kind", ["a folder", "in no folder", "in a file"])
def test_results_that_cannot_be_written_there_end_in_2(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    output = {"a folder": "folder", "in no folder": "no/r.json", "in a file": "file/r.json"}[kind]
    assert run(["grade", str(REFERENCE), "--output", str(tmp_path / output)]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert "name a" in capsys.readouterr().err


@pytest.mark.usefixtures("wall_stands")
def test_a_damaged_exam_ends_in_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exam = tmp_path / "exam"
    exam.mkdir()
    for path in open_exam().directory.iterdir():
        data = bytearray(path.read_bytes())
        if path.name == "images.safetensors":
            data[len(data) // 2] ^= 1
        (exam / path.name).write_bytes(data)
    output = tmp_path / "results.json"
    arguments = ["grade", str(REFERENCE), "--exam", str(exam), "--output", str(output)]
    assert run(arguments) == 2
    assert not output.exists()
    assert "is damaged: build this exam anew" in capsys.readouterr().err


@pytest.mark.usefixtures("wall_stands")
def test_a_clock_that_jumps_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deadlines are of the monotonic clock; the date may be anything."""
    jumps = iter(range(0, 10**18, 10**9))
    monkeypatch.setattr("time.time", lambda: float(next(jumps)) * (-1) ** (next(jumps) % 2))
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--output", str(output), "--quiet"]) == 0
    assert json.loads(output.read_text(encoding="utf-8"))["score"] == 100
