"""A class of 10,000 of which nothing is executed: does it cost the last as much as the first?

A pool that answers at once with a result that was graded before shows what journal, reader and
files cost, and that none of them grows. Prints ratios; exit status 1 where one is not as promised.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path

import msgspec
import psutil

from grader.course.batch import Counts
from grader.course.layouts import Due
from grader.course.whole import Asked, Formats, grade_class
from grader.course.work import Done, Setup, Task
from grader.grade import Options, grade
from grader.platforms.gradescope import document
from grader.report.html import feedback_page
from grader.result import Result
from grader.template import read_reference

COUNT = 10_000
PART = 100
GROWTH = 1.1
"""The last hundred may take so many times what the first took."""
RESCORED = 20.0
"""Seconds for all, after a change of points."""


class AnsweringPool:
    """Answers each task with the same result."""

    workers = 2

    def __init__(self, result: Result | None) -> None:
        self._result = result

    def __enter__(self) -> AnsweringPool:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, task: bytes) -> Future[bytes]:
        msgspec.json.decode(task, type=Task)
        future: Future[bytes] = Future()
        if self._result is None:
            raise SystemExit("something was to be graded again")
        future.set_result(msgspec.json.encode(Done(self._result)))
        return future


def main() -> None:
    """Grade the class, grade it again, and score it anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=COUNT)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        result = _made(home, count)
        times: list[float] = []
        began = time.monotonic()
        before = psutil.Process().memory_info().rss

        def tell(counts: Counts) -> None:
            if counts.graded // PART > len(times):
                times.append(time.monotonic() - began)

        _grade(home, AnsweringPool(result), tell)
        whole, grown = time.monotonic() - began, psutil.Process().memory_info().rss - before
        first, last = times[1] - times[0], times[-1] - times[-2]
        began = time.monotonic()
        _grade(home, AnsweringPool(None), lambda _: None, home / "rubric.toml")
        rescored = time.monotonic() - began
        size = (home / "out" / "journal.sqlite").stat().st_size / 1e6
    print(f"{count} deliveries: {whole:.1f} s, {1000 * whole / count:.1f} ms each")
    print(f"the last {PART} : the first: {last / first:.2f} (at most {GROWTH:g})")
    print(f"memory: {grown / 1e6:.0f} MB more; journal {size:.0f} MB")
    print(f"scored anew: {rescored:.1f} s (at most {RESCORED:g})")
    sys.exit(last / first > GROWTH or rescored > RESCORED)


def _made(home: Path, count: int) -> Result:
    """Write the class, and a rubric with other points; returns the result of one of it."""
    source = read_reference().partition("# ## Question C")[0]
    (home / "class").mkdir()
    for number in range(count):
        text = source.replace("scale = 127", f"own = {number}\n    scale = 127", 1)
        (home / "class" / f"student{number:05}.py").write_text(text, encoding="utf-8")
    rubric = 'total = 101\n[checks."weights.rounding"]\npoints = 4\n'
    (home / "rubric.toml").write_text(rubric, encoding="utf-8")
    return grade(home / "class" / "student00000.py", Options(), lambda _: None, lambda _: None)


def _grade(home: Path, pool: AnsweringPool, tell: object, rubric: Path | None = None) -> None:
    setup = Setup(rubric=None if rubric is None else str(rubric))
    formats = Formats(document.encoded, lambda result: feedback_page(result).encode())
    grade_class(home / "class", home / "out", Asked(setup), Due(), lambda *_: pool, formats, tell)


if __name__ == "__main__":
    main()
