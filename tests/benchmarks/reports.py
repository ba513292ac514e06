"""What a class of reports costs, and reports that nobody should hand in.

`python -m tests.benchmarks.reports [--students 60]`; exit status 1 where it is too much. A page is
open once its first question is drawn for everybody, and the pictures in view are.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.browser import Browser, open_browser
from tests.made_reports import made_reports
from tests.writeup import bad

STUDENTS = 60
OPENED = 5
MOST_SECONDS = 2.0
MOST_BAD_SECONDS, MOST_MB = 10.0, 400.0
IN_VIEW = """
[...document.images].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.top < innerHeight && box.bottom > 0;
}).every((each) => each.complete && each.naturalWidth)
"""
SMALL = """
import os, subprocess, sys, time
quiet, began = subprocess.DEVNULL, time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdout=quiet, stderr=quiet)
used = os.wait4(process.pid, 0)[2]
print(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
BAD = {
    "encrypted": bad.encrypted,
    "damaged": lambda: bad.simple()[:200],
    "2,000 pages": lambda: bad.many_pages(2000),
    "14 metres": bad.long_page,
    "a font without a map": bad.font_without_map,
    "JavaScript and attachments": bad.with_programs,
    "a ZIP": lambda: b"PK\3\4" + bytes(1000),
    "300 MB": lambda: b"%PDF-1.7",
    "1 GiB once unpacked": bad.bomb,
    "endless forms": bad.endless_forms,
    "400,000 paths": bad.many_paths,
    "50,000 frames": bad.many_frames,
}


class Cost(NamedTuple):
    """Of one command."""

    clock: float
    """Seconds until it ended."""
    processor: float
    """Seconds of the processor that it took."""
    megabytes: float
    """The memory of its largest process."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=STUDENTS, help="0: bad ones alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        too_much = bool(asked.students) and _class(Path(name), asked.students)
        return int(_bad(Path(name, "report.pdf")) or too_much)


def _class(folder: Path, students: int) -> bool:
    """Whether the page of a class takes too long to open."""
    made, opened = {}, {}
    with open_browser() as browser:
        for count in (students // 6, students):
            home = folder / str(count)
            source, page = made_reports(home, count), home / "page.html"
            made[count] = _run("writeup", str(source), "--summary", str(page)).processor
            opened[count] = statistics.median(_opened(browser, page) for _ in range(OPENED))
        pictures = [path.stat().st_size for path in (home / "page-pictures").iterdir()]
    few, many = made
    print(
        f"made: {made[many]:.0f} s for {many} students : {made[few]:.0f} s for {few}"
        f" = {made[many] / made[few]:.1f}, of the processor;"
        f" {len(pictures)} pictures, {sum(pictures) / 1e6:.0f} MB"
        f" beside a page of {page.stat().st_size / 1e6:.2f} MB"
    )
    print(
        f"opened: {opened[many]:.2f} s : {opened[few]:.2f} s for {few} students"
        f" = {opened[many] / opened[few]:.1f} (at most {MOST_SECONDS} s)"
    )
    return opened[many] > MOST_SECONDS


def _opened(browser: Browser, path: Path) -> float:
    """Seconds until everything in view is drawn."""
    began = time.monotonic()
    with browser.page(path, width=1300) as page:
        while not page.ask(IN_VIEW):
            pass
        return time.monotonic() - began


def _bad(report: Path) -> bool:
    """Whether one that nobody should hand in takes too long, or too much memory."""
    too_much = False
    report.write_bytes(bad.simple())
    usual = _run("writeup", str(report)).processor
    for name, make in BAD.items():
        report.write_bytes(make())
        if name == "300 MB":
            os.truncate(report, 300 << 20)
        cost = _run("writeup", str(report))
        print(
            f"{name}: {cost.clock:.1f} s; {cost.processor:.1f} s of the processor"
            f" = {cost.processor / usual:.1f} times a usual one; {cost.megabytes:.0f} MB"
        )
        too_much |= cost.clock > MOST_BAD_SECONDS or cost.megabytes > MOST_MB
    print(f"(at most {MOST_BAD_SECONDS:g} s and {MOST_MB:g} MB each)")
    return too_much


def _run(*arguments: str) -> Cost:
    """What a command costs.

    It is started by a small process: where one is forked, its memory counts for what is started.
    """
    command = [sys.executable, "-m", "grader", *arguments]
    found = subprocess.run(
        [sys.executable, "-c", SMALL, *command], capture_output=True, text=True, check=True
    )
    clock, processor, kilobytes = map(float, found.stdout.split())
    return Cost(clock, processor, kilobytes / 1000)


if __name__ == "__main__":
    sys.exit(main())
