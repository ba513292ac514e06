"""Grades the same class by the pool of this machine and by a Dask cluster on it, in turns.

Run as `python -m tests.benchmarks.cluster [COUNT]`. Prints the ratio; exit status 1 if it is too
large. The cluster is there before; processes that grade are started by both.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from grader.course.batch import Batch
from grader.course.cluster import Cluster, ClusterPool
from grader.course.handed_in import Delivery, Download, Student, Upload
from grader.course.journal import Journal
from grader.course.pool import LocalPool, Pool
from grader.course.told import numbers
from grader.course.work import Setup
from grader.grade import terms
from grader.template import read_reference
from grader.validation.composition import planted
from tests.clusters import Nodes

WORKERS, COUNT, TURNS = 2, 30, 3
RATIO = 1.15
"""A class may take this many times on a cluster what it takes here."""
BODY = """\
largest = 127 / float(weights.abs().max())
return (weights * largest + {number} * 1e-9).round().clamp(-128, 127), largest"""


def main() -> None:
    """Compare."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    setup, times = Setup(), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)  # students' processes pass through it
        deliveries = _handed_in(folder / "handed in", count)
        with Nodes(folder) as nodes:
            nodes.start_workers(WORKERS)
            for turn in range(TURNS):
                pools: tuple[Callable[[], Pool], ...] = (
                    lambda: LocalPool(setup, WORKERS),
                    lambda: ClusterPool(setup, Cluster(nodes.address)),
                )
                output = folder / f"turn-{turn}"
                times.append(
                    [
                        _seconds(output / str(at), deliveries, setup, pool)
                        for at, pool in enumerate(pools)
                    ]
                )
    here, there = (statistics.median(each) for each in zip(*times, strict=True))
    ratio = statistics.median(second / first for first, second in times)
    print(
        f"{count} submissions, {WORKERS} workers, on a cluster : here:"
        f" {there:.1f} s : {here:.1f} s = {ratio:.2f} (at most {RATIO})"
    )
    sys.exit(ratio > RATIO)


def _handed_in(folder: Path, count: int) -> list[Delivery]:
    reference, found = read_reference().partition("# ## Question C")[0], []
    for number in range(count):
        path = folder / str(number) / "lab1.py"
        path.parent.mkdir(parents=True)
        body = {"quantized_weights": BODY.format(number=number)}
        path.write_text(planted(reference, body), encoding="utf-8")
        found.append(Delivery(str(number), (Student(str(number)),), (Upload(path),)))
    return found


def _seconds(
    output: Path, deliveries: list[Delivery], setup: Setup, pool: Callable[[], Pool]
) -> float:
    began = time.monotonic()
    with Journal(output, new=True) as journal:
        entered = journal.enter(Download("folder", tuple(deliveries)))
        with pool() as processes:
            batch = Batch(journal, terms(setup.options()), setup, processes, lambda _: None)
            batch.run(entered, lambda each: numbers(each, "latest"))
    if batch.counts.graded != len(deliveries):
        raise SystemExit(f"not all were graded: {batch.counts}")
    return time.monotonic() - began


if __name__ == "__main__":
    main()
