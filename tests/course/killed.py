"""A batch that is killed again and again, to be compared with one that nobody disturbs."""

import csv
import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
TOLD = ("student", "total", "state")
"""What a gradebook says of everybody, whenever it was graded."""
PATIENCE = 60
"""Seconds until everything below a killed batch has ended."""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "grader", "batch", *arguments]


def killed(arguments: Sequence[str], times: int, up_to: float, seed: int) -> int:
    """Kill a batch so often, and let it end; returns how many were killed, and did not end before.

    Args:
        arguments: of the batch.
        times: how often.
        up_to: seconds after which it is killed at the latest.
        seed: draws the moments.
    """
    moments, ended_before = random.Random(seed), 0
    for _ in range(times):
        process = psutil.Popen(
            command(*arguments), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(moments.uniform(0.1, up_to))
            ended_before += 1
        except psutil.TimeoutExpired:
            below = process.children(recursive=True)
            process.kill()
            process.wait()
            _, alive = psutil.wait_procs(below, timeout=PATIENCE)
            if alive:
                raise RuntimeError(f"{alive} live on") from None
    subprocess.run(command(*arguments), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return times - ended_before


def results(folder: Path) -> dict[str, Any]:
    """Every result by student, without its times."""
    found = {}
    for path in (folder / "results").glob("*.json"):
        found[path.stem] = {**json.loads(path.read_bytes()), "execution_time": 0}
    return found


def grades(folder: Path) -> list[dict[str, str]]:
    """The lines of the gradebook."""
    with (folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def told(folder: Path) -> list[list[str]]:
    """What the gradebook says of everybody."""
    return [[row[name] for name in TOLD] for row in grades(folder)]
