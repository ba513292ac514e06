"""What is written of a class of 10,000: how fast its page opens, and how much memory that needs.

`python -m tests.benchmarks.summary`; exit status 1 where it is too much. Memory is the peak of a
process that writes everything, beside that of one that writes it of a tenth of the class.
"""

import argparse
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from grader.course.summary import SUMMARY
from grader.course.written import write_class
from tests.browser import Browser, open_browser
from tests.outcomes import made

STUDENTS = 10_000
OPENED = 5
MOST_SECONDS = 3.0
MOST_MB = 60
"""More for ten times the students: their lines wait on the disk."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=STUDENTS)
    asked = parser.parse_args()
    spawning = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name, spawning.Pool(1, maxtasksperchild=1) as pool:
        few, many = Path(name, "few"), Path(name, "many")
        short, small = pool.apply(written, (few, asked.students // 10))
        seconds, large = pool.apply(written, (many, asked.students))
        size = (many / SUMMARY).stat().st_size
        with open_browser() as browser:
            opened = statistics.median(_opened(browser, many / SUMMARY) for _ in range(OPENED))
            tenth = statistics.median(_opened(browser, few / SUMMARY) for _ in range(OPENED))
    print(
        f"written: {seconds:.1f} s of processor time for {asked.students:,} students :"
        f" {short:.1f} s for a tenth = {seconds / short:.1f}; the page {size / 1e6:.1f} MB"
    )
    print(f"memory: {large:.0f} MB : {small:.0f} MB for a tenth = {large / small:.2f}")
    print(
        f"opened: {opened:.2f} s : {tenth:.2f} s for a tenth = {opened / tenth:.1f}"
        f" (at most {MOST_SECONDS} s)"
    )
    return int(opened > MOST_SECONDS or large - small > MOST_MB)


def written(folder: Path, students: int) -> tuple[float, float]:
    """Seconds of processor time without making it, and the process's memory at its peak in MB."""
    folder.mkdir()
    began = time.process_time()
    for _ in made(students):
        pass
    making = time.process_time() - began
    write_class(made(students), folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return time.process_time() - began - 2 * making, peak


def _opened(browser: Browser, path: Path) -> float:
    """Seconds until the table is drawn."""
    began = time.monotonic()
    with browser.page(path) as page:
        if not page.ask("document.querySelectorAll('#body tr').length"):
            raise RuntimeError("nothing is drawn")
        return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
