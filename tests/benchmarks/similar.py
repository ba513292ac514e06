"""What it takes to find the pairs of a class; exit status 1 where it is too much.

`python -m tests.benchmarks.similar [--submissions 300]`: submissions of the corpora, then the same
with ten times as many that are made of theirs. The ratio is to intersecting all pairs of sets.
`--copies` counts how many copies are found of each independent solution and each base, in every
disguise at once.
"""

import argparse
import ast
import sys
import time
from itertools import combinations, cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from grader.listing import Listing
from grader.similarity import LEVEL, Compared, compared, independent, too_plain
from grader.submission import Mark, Part, Reader
from grader.validation.corpus import BASES, CORRECT, base, correct, whole, wrong
from tests.similarity.disguises import (
    inlined,
    recommented,
    renamed,
    reordered,
    unrolled,
    without_texts,
)
from tests.tables import whole_ones

MOST_SECONDS = 5.0
LISTING = Listing("lab1.py", 1, ())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=300)
    parser.add_argument("--copies", action="store_true")
    options = parser.parse_args()
    if options.copies:
        return _copies()
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


def _copies() -> int:
    """Print how many of them are found, and of how many no pair could be told."""
    sources = {path.stem: base(path.stem) for path in sorted(BASES.glob("*.py"))}
    sources |= {name: whole(CORRECT / "solutions" / f"{name}.py") for name in whole_ones()}
    known, found = independent().background, 0
    with TemporaryDirectory() as folder, Reader() as reader:
        path = Path(folder, "lab1.py")

        def compare(name: str, text: str) -> Compared:
            path.write_text(text, encoding="utf-8")
            return Compared(name, reader.fingerprints(path).parts)

        handed_in = [compare(name, text) for name, text in sources.items()]
        for original, text in zip(handed_in, sources.values(), strict=True):
            disguised = compare("copy", _disguised(text, original.name))
            pairs = compared([*handed_in, disguised], known)
            found += any({pair.one, pair.other} == {original, disguised} for pair in pairs)
    plain = ", ".join(each.name for each in too_plain(handed_in, known, LEVEL))
    print(f"{found} of {len(sources)} copies are found; too plain: {plain}")
    return 0


def _disguised(text: str, name: str) -> str:
    random, tree = Random(f"290 {name}"), ast.parse(text)
    without_texts(tree)
    for disguise in (inlined, unrolled, reordered, renamed):
        disguise(tree, random)
    return recommented(ast.unparse(ast.fix_missing_locations(tree)), random)


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
