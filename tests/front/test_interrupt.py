"""Ctrl-C in the middle of a grade leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from grader.validation.composition import planted
from tests.fixed_slice import some

ROOT = Path(__file__).parents[2]
SIGNALS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", some({signal.SIGINT}, SIGNALS))
def test_ctrl_c_leaves_nothing_behind(
    number: int, reference: str, tmp_path: Path, temporary: Path
) -> None:
    path, output = tmp_path / "lab1.py", tmp_path / "results.json"
    body = "print('here', flush=True)\nwhile True: pass"
    path.write_text(planted(reference, {"quantized_weights": body}), encoding="utf-8")
    with psutil.Popen(
        [sys.executable, "-m", "grader", "grade", str(path), "--output", str(output)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
    ) as process:
        while not output.exists():  # the first file is written before student code starts
            assert process.poll() is None
        children = process.children(recursive=True)
        process.send_signal(number)
        _, errors = process.communicate()
    assert process.returncode == 128 + number
    assert errors.decode().splitlines() == ["Stopped; nothing was left behind."]
    assert not output.exists()
    assert list(temporary.iterdir()) == []
    assert psutil.wait_procs(children, timeout=10)[1] == []


@pytest.mark.rest
@pytest.mark.parametrize("number", some({signal.SIGTERM}, SIGNALS))
def test_a_validation_that_is_stopped_leaves_no_process(number: int, temporary: Path) -> None:
    """Its processes are told to end, and not to grade what is left first."""
    with psutil.Popen(
        [sys.executable, "-m", "grader", "validate", "--workers", "2"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        while len(list(temporary.glob("grader-*/practice.npz"))) < 2:  # each grades
            assert process.poll() is None
        children = process.children(recursive=True)
        process.send_signal(number)
        _, errors = process.communicate()
    assert process.returncode == 128 + number
    assert errors.decode().splitlines()[-1] == "Stopped; nothing was left behind."
    assert psutil.wait_procs(children, timeout=60)[1] == []
    assert list(temporary.glob("grader-*")) == []
