"""What a page of feedback costs beside a grade without one; exit status 1 where it is too much.

`python -m tests.benchmarks.page SUBMISSION [--pairs 7]`, in turns, each a whole command.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_SECONDS = 1.0
MOST_BYTES = 400_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("submission", type=Path)
    parser.add_argument("--pairs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = folder / "feedback.html"
        command = [sys.executable, "-m", "grader", "grade", str(options.submission), "--quiet"]
        command += ["--output", str(folder / "results.json")]
        pairs = [
            (_seconds([*command, "--html", str(page)]), _seconds(command))
            for _ in range(options.pairs)
        ]
        size = page.stat().st_size
    one, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    more = statistics.median(with_page - without for with_page, without in pairs)
    print(f"with a page : without: {one:.2f} s : {other:.2f} s = {one / other:.2f}")
    print(f"a page takes {more:.2f} s (at most {MOST_SECONDS}) and {size / 1000:.0f} kB")
    return int(more > MOST_SECONDS or size > MOST_BYTES)


def _seconds(command: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
