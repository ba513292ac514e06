"""Grades submissions in one process of any checkout, as often as it is asked to, and measures each.

Run as `python warm.py CHECKOUT EXAM`: each line of standard input names a submission, or is empty:
then what earlier grades have found is forgotten. Each line of standard output has the wall time of
a grade, and the processor time of the whole tree.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import psutil


def main() -> None:
    """Serve until standard input ends."""
    checkout, exam = sys.argv[1:]
    sys.path.insert(0, checkout)
    from grader.grade import Options, grade_in, terms

    with _wall()() as wall:
        agreed = terms(Options(exam=exam))
        for line in sys.stdin:
            if not line.strip():
                agreed.known.clear()
                continue
            began, before = time.monotonic(), processor_seconds()
            result = grade_in(wall, Path(line.strip()), agreed, _ignore, _ignore)
            seconds = time.monotonic() - began
            found = {"wall": seconds, "processor": processor_seconds() - before}
            print(json.dumps({**found, "score": result.score}), flush=True)


def _wall() -> Any:
    """The wall, under the name that it had in the baseline or has now."""
    try:
        from grader.sandbox.outside.wall import Wall
    except ImportError:
        from grader.sandbox.supervisor import Wall
    return Wall


def processor_seconds() -> float:
    """Of this process and all below it, also of those that have ended."""
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(sum(process.cpu_times()[:4]) for process in processes)


def _ignore(_: object) -> None:
    """Nobody reads the single steps."""


if __name__ == "__main__":
    main()
