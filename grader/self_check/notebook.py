"""The check in a notebook: it hands the code of the executed cells to a fresh process.

A kernel imports this module. So it needs the standard library alone, executes nothing of the
student's, never forks a process that has threads, and leaves everything in the kernel as it was.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from grader.self_check.card import Card

PACKAGE = __name__.partition(".")[0]
"""Who answers: the package that this module belongs to."""
ROOT = Path(__file__).resolve().parents[2]
"""Where that package is found."""
COMMAND = "check-cells"

OF_THE_KERNEL = frozenset({"CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "MPLBACKEND"})
"""What a kernel sets in its environment for its own output."""

NO_NOTEBOOK = (
    "check looks at the cells of a notebook, and there is none here."
    f" For a file: python -m {PACKAGE} check FILE"
)

WRONG_PYTHON = "\nIt was started with {}, which must be the Python of the grader."
"""What is added where Python itself gives up: a package that the grader needs is not there."""


def check(question: str | float = "") -> Card:
    """Say what is right, and what to mend first, in the code of the cells executed so far.

    Args:
        question: its number, such as `"2.1"`; `"4"` is all of Question 4, and nothing is all
            questions that something has been executed of.
    """
    shell = _shell()
    if shell is None:
        return Card.saying(NO_NOTEBOOK)
    return _answer({"question": str(question).strip(), **_executed(shell)})


def _shell() -> Any | None:
    """The IPython that executes the notebook; None where there is none."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def _executed(shell: Any) -> dict[str, Any]:
    """What was executed since the kernel started, and what is left of it in memory."""
    hidden = shell.user_ns_hidden
    return {
        "cells": shell.history_manager.input_hist_raw[1:],  # the first execution has number 1
        "memory": [name for name in [*shell.user_ns] if name not in hidden and name[:1] != "_"],
        "folder": str(Path.cwd()),
    }


def _answer(request: dict[str, Any]) -> Card:
    """What a fresh process says: it is given code and names, and no object of the notebook's."""
    environment = {name: value for name, value in os.environ.items() if name not in OF_THE_KERNEL}
    with subprocess.Popen(
        [sys.executable, "-m", PACKAGE, COMMAND],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            answer, words = process.communicate(json.dumps(request))
        except BaseException:  # somebody has interrupted the cell
            process.terminate()
            raise
    if process.returncode == 0:
        return Card(**json.loads(answer))
    last = words.strip().rpartition("\n")[2] or f"it ended with status {process.returncode}"
    advice = WRONG_PYTHON.format(sys.executable) if process.returncode == 1 else ""
    return Card.saying(f"The check could not be made: {last}{advice}")
