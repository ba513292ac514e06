"""Bad input of `make`: said in one line, before anything is made."""

import subprocess
from pathlib import Path

import pytest

from grader.template import CHECKOUT

PHONY = next(
    line.removeprefix(".PHONY:").split()
    for line in (CHECKOUT / "Makefile").read_text("utf-8").splitlines()
    if line.startswith(".PHONY:")
)
WITHOUT_PYTHON = {"browser", "clean", "image"}


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it in the checkout; `arguments` name an environment that is not the checkout's own."""
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )


def interpreter(folder: Path, version: str) -> str:
    """Something that says that it is this version of Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\necho {version}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("target", sorted(set(PHONY) - WITHOUT_PYTHON))
def test_an_interpreter_that_does_not_run_is_named_in_one_line(target: str, tmp_path: Path) -> None:
    done = make(target, "PYTHON=no-such-python", f"VENV={tmp_path / 'venv'}")
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "PYTHON=no-such-python does not run" in line
    assert "name one of 3.10 to 3.13" in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.14"])
def test_a_python_that_is_not_supported_is_named_in_one_line(version: str, tmp_path: Path) -> None:
    python = interpreter(tmp_path, version)
    done = make("grade", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert f"PYTHON={python} is Python {version}; name one of 3.10 to 3.13" in line


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_a_python_that_is_supported_gets_what_was_pinned_for_it(
    version: str, tmp_path: Path
) -> None:
    python = interpreter(tmp_path, version)
    done = make("--dry-run", "grade", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode == 0, done.stderr
    assert f"constraints/py{version}.txt" in done.stdout


@pytest.mark.parametrize("target", sorted(WITHOUT_PYTHON))
def test_what_needs_no_python_asks_for_none(target: str, tmp_path: Path) -> None:
    done = make("--dry-run", target, "PYTHON=no-such-python", f"VENV={tmp_path / 'venv'}")
    assert (done.returncode, done.stderr) == (0, "")
