"""A class side by side with a loop of `grade`, and with itself: what a submission costs.

`python -m tests.benchmarks.batch` prints ratios; exit status 1 where one is not as promised. With
`--killed TIMES` a made class is killed so often instead, and must have the same results as when
nobody disturbs it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from grader.validation.corpus import CORRECT, WRONG, whole
from tests.course.killed import command, killed, results, told
from tests.course.made_class import made_class
from tests.course.made_layouts import WRITERS

COUNT = 100
CLASS = 300
"""Students of the class that is killed."""
ALONE = 10
"""Of them, so many are graded by a shell's loop, too."""
CPU_SECONDS = 1.0
"""Processor time that a submission of a class may take."""
THROUGHPUT = 4.0
"""So many times as many submissions in an hour as by the loop."""
CORES = 2
SCALING = 1.8
"""Two processes do so many times as much as one, each on a core of its own."""
WORKER_MB = 300
LATE = {
    *("activations_six_seconds_a_call", "input_endless_while", "pixels_sorted_by_bubbles"),
    *("weights_endless_search", "weights_nine_seconds_a_call"),
}
"""These use up a deadline: of a hundred one would cost as much as twenty others."""


@dataclass(frozen=True)
class Cost:
    """Of one command."""

    wall: float
    processor: float
    megabytes: float
    """Of its whole tree, at its peak (PSS); 0 where nobody watched it."""


def main() -> None:
    """Measure, or kill."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, help="submissions, or students of the made class")
    parser.add_argument("--killed", type=int, metavar="TIMES")
    parser.add_argument("--layout", choices=sorted(WRITERS), default="gradescope")
    parser.add_argument("--seed", type=int, default=290)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o711)  # student code's processes pass through it
        if asked.killed:
            count = asked.count or CLASS
            source = made_class(home / "class", asked.layout, count, asked.seed).path
            print(f"{count} students as {asked.layout} has them")
            held = same_when_killed(home, str(source), asked.killed, asked.seed)
        else:
            held = measured(home, asked.count or COUNT)
    sys.exit(not held)


def measured(home: Path, count: int) -> bool:
    """Grade a class with two processes and with one, and some of it one by one."""
    paths = made(home / "class", count)
    two = _batch(home, "two", 2)
    alone = _batch(home, "alone", 1, cores=1)
    # Whoever watches takes a fiftieth of two busy cores, and nothing where one of them is idle.
    one, again = (_batch(home, f"watched-{count}", count, watched=True) for count in (1, 2))
    loop = [_run("grade", str(path), "--output", f"{home}/one.json") for path in paths[:ALONE]]
    each = two.processor / count
    times = (statistics.mean(cost.wall for cost in loop)) / (two.wall / count)
    scaling, more = alone.wall / two.wall, again.megabytes - one.megabytes
    loop_each = statistics.mean(cost.processor for cost in loop)
    print(f"{count} submissions, two processes: {two.wall:.1f} s")
    print(f"processor time of one: {each:.2f} s (at most {CPU_SECONDS:g}); alone {loop_each:.2f} s")
    print(f"throughput of the class : of a loop: {times:.1f} (at least {THROUGHPUT:g})")
    print(f"two processes on two cores : one on one: {scaling:.2f} (at least {SCALING:g})")
    busy = one.processor / one.wall
    print(
        f"two processes : one, which may use both cores, too: {one.wall / two.wall:.2f};"
        f" it keeps {busy:.2f} of them busy, and two can have {CORES}"
    )
    print(f"a process more: {more:.0f} MB (at most {WORKER_MB}), PSS")
    return each <= CPU_SECONDS and times >= THROUGHPUT and scaling >= SCALING and more <= WORKER_MB


def same_when_killed(home: Path, source: str, times: int, seed: int) -> bool:
    """Grade a class undisturbed, and killed at random moments."""
    began = time.monotonic()
    undisturbed, output = home / "undisturbed", home / "killed"
    subprocess.run(
        command(source, "--output", str(undisturbed)), check=True, stdout=subprocess.DEVNULL
    )
    seconds = time.monotonic() - began
    # On average all of them together take as long as the class, so most find some of it done.
    count = killed([source, "--output", str(output)], times, 2 * seconds / times, seed)
    same = results(output) == results(undisturbed) and told(output) == told(undisturbed)
    told_of = "the same" if same else "OTHER"
    print(f"undisturbed {seconds:.0f} s; killed {count} times, then ended: {told_of} results")
    return same


def made(folder: Path, count: int) -> list[Path]:
    """So many different submissions of the corpora, in turns right and wrong."""
    folder.mkdir()
    both = [*(CORRECT / "solutions").glob("*.py"), *(WRONG / "solutions").glob("*.py")]
    files = sorted(path for path in both if path.stem not in LATE)
    step = max(1, len(files) // count)
    paths = []
    for source in files[::step][:count]:
        path = folder / f"{source.stem}.py"
        path.write_text(whole(source), encoding="utf-8")
        paths.append(path)
    return paths


def _batch(
    home: Path, name: str, workers: int, cores: int = CORES, *, watched: bool = False
) -> Cost:
    arguments = ("--output", f"{home}/{name}", "--workers", str(workers), "--quiet")
    return _run("batch", f"{home}/class", *arguments, cores=cores, watched=watched)


def _run(*arguments: str, cores: int = CORES, watched: bool = False) -> Cost:
    """Run a command on so many cores."""
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(usual)[:cores])
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", *arguments], stdout=subprocess.DEVNULL
    )
    os.sched_setaffinity(0, usual)
    peak = [0.0]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, ended))
    if watched:
        watcher.start()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    if watched:
        watcher.join()
    if process.returncode:
        raise SystemExit(f"{arguments}: exit status {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, peak[0])


def _watch(pid: int, peak: list[float], ended: threading.Event) -> None:
    while not ended.wait(0.5):
        peak[0] = max(peak[0], _pss(pid))


def _pss(pid: int) -> float:
    """Megabytes of a process and all below it, what is shared counted once."""
    try:
        root = psutil.Process(pid)
        tree: Sequence[psutil.Process] = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0
    for process in tree:
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total / 1e6


if __name__ == "__main__":
    main()
