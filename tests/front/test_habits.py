"""What people expect of any command: examples, one line where it is asked for, no colors."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from grader.cli import app, run
from grader.template import CHECKOUT
from grader.validation.composition import planted
from tests.fixed_slice import some
from tests.front.test_docs import known

STYLE = re.compile(r"\x1b\[([\d;]*)m")
COLORS = re.compile(r"\b(3[0-7]|38|4[0-7]|48|9[0-7]|10[0-7])\b")
EXAMPLE = re.compile(r"Example: \[bold\]python -m grader (.+)\[/\]")


def commands(command: Any, *above: str) -> Iterator[tuple[str, Any]]:
    """Each command below another one, by what is typed for it."""
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, *above, name)
        elif not each.hidden:  # which nobody types
            yield " ".join([*above, name]), each


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_help_ends_with_an_example_that_can_be_typed(name: str) -> None:
    found = EXAMPLE.fullmatch(COMMANDS[name].epilog or "")
    assert found is not None
    words = shlex.split(found[1])
    assert " ".join(words).startswith(name)
    known(typer.main.get_command(app), words)
    required = {option for each in COMMANDS[name].params if each.required for option in each.opts}
    assert {option for option in required if option.startswith("--")} <= {*words}


def test_the_example_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--help"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[-1] == "Example: python -m grader check lab1.ipynb --question 4.3 --watch"


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize(
    ("bodies", "line", "status"),
    [
        ({}, "Everything is right.", 0),
        ({"value_range": "return 1.0"}, "1 check is not passed yet.", 1),
        (
            {"value_range": "return 1.0", "three_sigma_range": "return 1.0"},
            "2 checks are not passed yet.",
            1,
        ),
    ],
)
def test_a_quiet_check_is_one_line(
    bodies: dict[str, str],
    line: str,
    status: int,
    reference: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(planted(reference, bodies), encoding="utf-8")
    assert run(["check", str(path), "--quiet", "--question", "1.2"]) == status
    assert capsys.readouterr().out == f"{line}\n"


def colors(shown: str) -> list[str]:
    """Of what a terminal is told, the colors: bold and dim are none."""
    return [found for found in STYLE.findall(shown) if COLORS.search(found)]


@pytest.mark.rest
@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize("command", ["check", "grade"])
def test_results_have_no_colors_where_none_are_wanted(
    command: str,
    reference: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, output = tmp_path / "mine.py", tmp_path / "results.json"
    path.write_text(planted(reference, {"value_range": "return 1.0"}), encoding="utf-8")
    words = [command, str(path)]
    words += ["--output", str(output)] if command == "grade" else ["--question", "1.2"]
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    run(words)
    assert colors(capsys.readouterr().out)
    monkeypatch.setenv("NO_COLOR", "1")
    run(words)
    shown = capsys.readouterr().out
    assert "Ranges of weights" in shown
    assert colors(shown) == []


@pytest.mark.parametrize("command", some(["grade"], ["check", "grade", "validate"]))
def test_help_has_no_colors_where_none_are_wanted(command: str) -> None:
    def shown(**more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "grader", command, "--help"],
            cwd=CHECKOUT,
            env={**os.environ, "FORCE_COLOR": "1", "TERM": "xterm-256color", **more},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    assert colors(shown())
    assert colors(shown(NO_COLOR="1")) == []
