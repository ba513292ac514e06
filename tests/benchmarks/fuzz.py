"""Read thousands of damaged and hostile submissions; exit status 1 where one is not refused well.

`python -m tests.benchmarks.fuzz [--cases 20000] [--seed N]`. Each is read in a worker under the
memory and processor limits of the reader's own process, but here nobody turns what they break into
a line: running out of memory or time is a failure, too.
"""

import argparse
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from grader.submission.reader import CPU_SECONDS, MEMORY_BYTES
from tests.mangled import KINDS, drawn, flaw, read_or_refused

PATIENCE = 60
"""Seconds without a word from a worker: it waits for something that does not come."""

SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Outcome:
    """What came of one case."""

    number: int
    was_read: bool
    seconds: float
    """Of the processor."""
    problem: str | None
    memory: int = 0
    """KiB at the peak of its worker so far; not of all children of this process, for where a shell
    has become this process, what that ran before counts among them."""


@dataclass
class Totals:
    """What came of all cases."""

    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str]] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    memory: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one case."""
        if outcome.problem is not None:
            self.problems.append((outcome.number, outcome.problem))
        else:
            self.outcomes["read" if outcome.was_read else "refused"] += 1
        self.memory = max(self.memory, outcome.memory)
        self.slowest = max(self.slowest, (outcome.seconds, outcome.number))


def case(seed: int, number: int) -> tuple[str, bytes]:
    """The file of that number: its name and content."""
    name = list(KINDS)[number % len(KINDS)]
    return name, drawn(random.Random(f"{seed}/{number}"), name)


def outcome_of(seed: int, number: int, folder: Path) -> Outcome:
    """Read one case."""
    name, data = case(seed, number)
    path = folder / name
    path.write_bytes(data)
    was_read, problem = False, None
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))
    try:
        was_read, lines = read_or_refused(path)
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        problem = traceback.format_exc()
    else:
        flaws = [f"{found}: {line[:200]!r}" for line in lines if (found := flaw(line))]
        problem = "\n".join(flaws) or None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Outcome(number, was_read, time.process_time() - began, problem, memory)


def work(seed: int, numbers: range, to_parent: Connection) -> None:
    """Read cases, in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, whatever it is doing
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            to_parent.send(outcome_of(seed, number, Path(folder)))


@dataclass
class Worker:
    """A process and the cases that it has still to read."""

    seed: int
    left: range
    process: Any = None
    connection: Any = None
    heard: float = 0.0

    def start(self) -> None:
        """Begin, or go on after a case that ended the process."""
        self.connection, theirs = SPAWN.Pipe(duplex=False)
        self.process = SPAWN.Process(target=work, args=(self.seed, self.left, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.heard = time.monotonic()

    def outcome(self) -> Outcome:
        """The outcome of its next case, which is there or never comes."""
        number, *_ = self.left
        self.left, self.heard = self.left[1:], time.monotonic()
        try:
            outcome: Outcome = self.connection.recv()
        except EOFError:
            self.process.join()
            code = self.process.exitcode
            ended = signal.Signals(-code).name if code < 0 else f"exit status {code}"
            spent = CPU_SECONDS if code == -signal.SIGPROF else 0.0
            outcome = Outcome(number, False, spent, f"The process ended with {ended}.")
            if self.left:
                self.start()
        return outcome


def run(cases: int, seed: int, processes: int) -> Totals:
    """Read all cases, with a progress bar."""
    totals = Totals()
    workers = [Worker(seed, range(start, cases, processes)) for start in range(processes)]
    busy = [worker for worker in workers if worker.left]
    for worker in busy:
        worker.start()
    with Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn()
    ) as bar:
        task = bar.add_task("Reading", total=cases)
        while busy:
            ready = wait([worker.connection for worker in busy], timeout=1)
            for worker in busy:
                if worker.connection in ready:
                    totals.add(worker.outcome())
                    bar.advance(task)
                elif time.monotonic() - worker.heard > PATIENCE:
                    worker.process.kill()  # the next look finds the end of its words
            busy = [worker for worker in busy if worker.left]
    for worker in workers:
        if worker.process is not None:
            worker.process.join()
    return totals


def keep(seed: int, problems: list[tuple[int, str]]) -> Path:
    """Write what failed, and how, to a folder."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-failures-"))
    for number, problem in problems:
        name, data = case(seed, number)
        (folder / f"{number}-{name}").write_bytes(data)
        (folder / f"{number}.txt").write_text(problem, encoding="utf-8", errors="backslashreplace")
    return folder


def main() -> None:
    """Draw, read, and count."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fuzz")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None, help="random if none")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    print(f"seed     {seed}", flush=True)
    totals = run(given.cases, seed, given.processes)
    print(f"cases    {totals.outcomes.total() + len(totals.problems):,}")
    print(f"read     {totals.outcomes['read']:,}")
    print(f"refused  {totals.outcomes['refused']:,}")
    print(f"failures {len(totals.problems):,} (must be 0)")
    print(f"slowest  {totals.slowest[0]:.2f} s of the processor (case {totals.slowest[1]})")
    memory, most = totals.memory / 1024, MEMORY_BYTES >> 20
    print(f"memory   {memory:.0f} MiB at the peak of a worker (at most {most})")
    for problem, count in Counter(
        text.strip().splitlines()[-1] for _, text in totals.problems
    ).most_common(20):
        print(f"{count:6,} x {problem[:150]}")
    if totals.problems:
        print(f"The bytes of the failures are in {keep(seed, totals.problems)}")
    sys.exit(bool(totals.problems))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
    sys.exit(130)
