"""The same class by the processes of this machine and by a Dask cluster on it, in turns.

`python -m tests.benchmarks.cluster` prints the ratio; exit status 1 if it is too large. The cluster
is there before; both start their processes that grade.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.batch import made
from tests.clusters import ROOT, Nodes

WORKERS, COUNT, TURNS = 2, 30, 3
RATIO = 1.15
"""A class may take this many times on a cluster what it takes here."""


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--turns", type=int, default=TURNS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o711)  # student code's processes pass through it
        made(home / "class", asked.count)
        with Nodes(home) as nodes:
            nodes.start_workers(WORKERS)
            pools = (["--workers", str(WORKERS)], ["--cluster", nodes.address])
            times = []
            for turn in range(asked.turns):
                outputs = [home / f"{turn}-{kind}" for kind in ("here", "there")]
                times.append(
                    [_seconds(home / "class", *each) for each in zip(outputs, pools, strict=True)]
                )
    here, there = (statistics.median(each) for each in zip(*times, strict=True))
    ratio = statistics.median(second / first for first, second in times)
    print(
        f"{asked.count} submissions, {WORKERS} workers; a cluster : this machine: {there:.1f} s"
        f" : {here:.1f} s = {ratio:.2f} (at most {RATIO})"
    )
    sys.exit(ratio > RATIO)


def _seconds(source: Path, output: Path, pool: list[str]) -> float:
    command = [sys.executable, "-m", "grader", "batch", str(source), "--output", str(output)]
    began = time.monotonic()
    subprocess.run([*command, *pool, "--quiet"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
