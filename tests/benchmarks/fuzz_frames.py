"""Read a hundred thousand mangled frames; exit status 1 where one raises what has no name.

`python -m tests.benchmarks.fuzz_frames [--cases 106000] [--seed N]`.
"""

import argparse
import sys
from collections import Counter
from random import Random

from rich.progress import track

from tests.mangled_frames import drawn, flaw


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=106_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    problems: Counter[str] = Counter()
    examples: dict[str, int] = {}
    for number in track(range(options.cases), "Frames", transient=True):
        problem = flaw(drawn(Random(f"{options.seed}/{number}")))
        if problem is not None:
            problems[problem] += 1
            examples.setdefault(problem, number)
    for problem, count in problems.most_common(10):
        print(f"{count} times, first {options.seed}/{examples[problem]}: {problem}")
    print(f"{options.cases} frames, {sum(problems.values())} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
