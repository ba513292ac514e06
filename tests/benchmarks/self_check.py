"""Is the check in a notebook about as fast as the command line? Prints the ratios.

Run as `python -m tests.benchmarks.self_check [QUESTION ...]`. The notebook is the reference's, each
cell executed as often as in a session of some length. Exit status 1 where the ratio is too large.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import jupytext
import nbformat

from grader.template import CHECKOUT, REFERENCE
from tests.kernels import IMPORT, Notebook, is_green, running

QUESTIONS = ("2.1", "4.3")
PAIRS = 7
PASSES = 3
"""So many times the whole notebook was executed."""
RATIO = 1.2
"""The check in a notebook may take this many times what the command line takes."""

IN_THE_NOTEBOOK = """
import time
began = time.monotonic()
card = check("{}")
seconds = time.monotonic() - began
"""
BY_THE_COMMAND_LINE = """
import subprocess, sys
began = time.monotonic()
subprocess.run({}, cwd={!r}, check=True, capture_output=True)
seconds = time.monotonic() - began
"""


def main() -> None:
    """Time pairs, one after the other, both from within the notebook."""
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lab1.ipynb"
        saved = jupytext.read(REFERENCE, fmt="py:percent")
        path.write_text(nbformat.writes(saved), encoding="utf-8")
        cells = [cell.source for cell in saved.cells if cell.cell_type == "code"]
        # A missing data set makes the cells raise that need it, so that nothing is trained.
        with running(Path(folder), LAB1_DATA_SET="nowhere", MPLBACKEND="Agg") as notebook:
            for cell in cells * PASSES:
                if not cell.startswith("check("):
                    notebook.run(cell)
            notebook.run(IMPORT)
            for question in sys.argv[1:] or QUESTIONS:
                failed |= _ratio(notebook, question, path) > RATIO
    sys.exit(failed)


def _ratio(notebook: Notebook, question: str, path: Path) -> float:
    command = [sys.executable, "-m", "grader", "check", str(path), "--question", question]
    there = BY_THE_COMMAND_LINE.format(command, str(CHECKOUT))
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)  # the exam is built
    pairs = []
    for _ in range(PAIRS):
        one = _seconds(notebook, IN_THE_NOTEBOOK.format(question))
        pairs.append((one, _seconds(notebook, there)))
    if not is_green(notebook.shown("card")):
        raise RuntimeError(notebook.text("card"))
    first, second = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    words = f'check("{question}") in a notebook : by the command line'
    print(f"{words}: {first:.2f} s : {second:.2f} s = {ratio:.2f} (at most {RATIO})")
    return ratio


def _seconds(notebook: Notebook, source: str) -> float:
    if notebook.run(source).outputs:
        raise RuntimeError(str(notebook.saved.cells[-1].outputs))
    seconds: float = notebook.value("seconds")
    return seconds


if __name__ == "__main__":
    main()
