"""A build uses the newest Python of its base, or the one that it is told to."""

import os
import subprocess
from pathlib import Path

import pytest

from grader.template import CHECKOUT


def newest(folder: Path, **names: str) -> "subprocess.CompletedProcess[str]":
    """Ask where only these commands are installed: (name, version)."""
    bin_ = folder / "bin"
    bin_.mkdir()
    for name, version in names.items():
        command = bin_ / name.replace("_", ".")
        command.write_text(f"#!/bin/sh\n[ -n '{version}' ] && echo {version}\n", "utf-8")
        command.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if key == "PYTHON"}
    return subprocess.run(
        ["/bin/sh", str(CHECKOUT / "docker" / "newest-python")],
        env={**environment, "PATH": str(bin_)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("installed", "found"),
    [
        ({"python3": "3.10"}, "python3"),
        ({"python3": "3.10", "python3_12": "3.12"}, "python3.12"),
        ({"python3_11": "3.11", "python3_13": "3.13", "python3": "3.9"}, "python3.13"),
        ({"python3": "3.14", "python3_10": "3.10"}, "python3.10"),
        ({"python3_13": "", "python3_12": "3.12"}, "python3.12"),
    ],
)
def test_the_newest_that_is_supported_and_runs(
    installed: dict[str, str], found: str, tmp_path: Path
) -> None:
    done = newest(tmp_path, **installed)
    assert (done.returncode, done.stdout) == (0, f"{found}\n"), done.stderr


@pytest.mark.parametrize("asked", ["python3.10", "a path"])
def test_the_one_that_is_named(asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = str(tmp_path / "bin" / "own") if asked == "a path" else asked
    monkeypatch.setenv("PYTHON", named)
    done = newest(tmp_path, python3_10="3.10", python3_13="3.13", own="3.11")
    assert (done.returncode, done.stdout) == (0, f"{named}\n"), done.stderr


@pytest.mark.parametrize("asked", ["", "python3", "no-such-python"])
def test_none_is_said_in_one_line(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON", asked)
    done = newest(tmp_path, python3="3.9", python3_14="3.14")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Python 3.10 to 3.13 is needed: ")
    assert (asked or "what is installed") in line
