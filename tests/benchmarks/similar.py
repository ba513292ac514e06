"""What it takes to find the pairs of a class; exit status 1 where it is too much.

`python -m tests.benchmarks.similar [--submissions 300]`: submissions of the corpora, then the same
with ten times as many that are made of theirs. The ratio is to intersecting all pairs of sets.
"""

import argparse
import sys
import time
from itertools import combinations, cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from grader.listing import Listing
from grader.similarity import Compared, compared, independent
from grader.submission import Mark, Part, Reader
from grader.validation.corpus import correct, wrong

MOST_SECONDS = 5.0
LISTING = Listing("lab1.py", 1, ())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=300)
    options = parser.parse_args()
    known = independent().background
    handed_in = _read(options.submissions)
    print(f"{len(handed_in)} submissions are read, and hold {_marks(handed_in)} fingerprints each")
    failed = False
    for submissions in (handed_in, _more(handed_in, 10 * len(handed_in))):
        began = time.process_time()
        pairs = compared(submissions, known)
        took = time.process_time() - began
        began = time.process_time()
        for one, other in combinations(submissions, 2):
            sum(1 for _ in one.digests & other.digests)
        every = time.process_time() - began
        says = f"{len(submissions)} submissions: {len(pairs)} pairs in {took:.2f} s"
        print(f"{says} : all pairs of sets in {every:.2f} s = {took / every:.2f}")
        failed |= len(submissions) <= options.submissions and took > MOST_SECONDS
    return int(failed)


def _read(number: int) -> list[Compared]:
    sources = islice(cycle([*correct(), *wrong()]), number)
    found = []
    with TemporaryDirectory() as folder, Reader() as reader:
        path = Path(folder, "lab1.py")
        for at, solution in enumerate(sources):
            path.write_text(solution.source, encoding="utf-8")
            found.append(Compared(f"{solution.name} {at}", reader.fingerprints(path).parts))
    return found


def _marks(submissions: list[Compared]) -> int:
    return round(sum(len(each.digests) for each in submissions) / len(submissions))


def _more(submissions: list[Compared], number: int) -> list[Compared]:
    """As many, each with half the fingerprints of one, and as many of its own: no pair is alike."""
    random, found = Random(290), []
    for at, each in zip(range(number), cycle(submissions), strict=False):
        digests = random.sample(sorted(each.digests), len(each.digests) // 2)
        digests += [random.getrandbits(48) for _ in digests]
        marks = tuple(Mark(digest, 1, 1) for digest in digests)
        found.append(Compared(f"made {at}", (Part("f", LISTING, marks),)))
    return found


if __name__ == "__main__":
    sys.exit(main())
