"""Read thousands of mangled metadata files; exit status 1 where one would stop a grade.

`python -m tests.benchmarks.fuzz_metadata [--cases 20000] [--seed N]`.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from rich.progress import track

from grader.platforms.gradescope.metadata import read_metadata
from tests.mangled_metadata import drawn, flaw


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    lateness: Counter[str] = Counter()
    problems = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in track(range(options.cases), "Metadata", transient=True):
            problem = flaw(drawn(Random(f"{options.seed}/{number}")), folder)
            if problem is not None:
                problems.append((number, problem))
                continue
            late = read_metadata(folder / "submission_metadata.json").late
            lateness["not known" if late is None else "late" if late else "in time"] += 1
    for number, problem in problems[:10]:
        print(f"{options.seed}/{number}: {problem}")
    print(f"{options.cases} files: {dict(lateness)}, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
