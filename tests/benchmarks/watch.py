"""`python -m tests.benchmarks.watch`: what `check --watch` costs beside the checks themselves.

For each of some changes: the processor time of the whole tree from a save to its verdict, and that
of a grade of the same questions by a warm wall. Prints each ratio and their median; exit status 1
where that is above what is promised.
"""

import statistics
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from grader.grade import Options, grade_in, standing
from grader.self_check.checker import Checker
from grader.self_check.saves import Saves
from grader.self_check.watch import each
from grader.template import REFERENCE
from grader.validation.composition import planted
from tests.benchmarks.warm import processor_seconds

ROUNDS = 5
RATIO = 1.3
CHANGES = {
    "a range": {"value_range": "return 1.0"},
    "an equation": {"Q4_1A": "'Out = In'"},
    "the bias": {"NetQuantizedWithBias.quantized_bias": "return torch.round(bias)"},
    "forward": {"NetQuantized.forward": "return x"},
    "the weights": {"quantized_weights": "return (weights * 100).trunc(), 100.0"},
}


def main() -> None:
    """Save each change and take it back, some times over."""
    source = REFERENCE.read_text(encoding="utf-8")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lab1.py")
        path.write_text(source, encoding="utf-8")
        with standing(Options(official=False), _ignore) as (wall, terms):
            checker = Checker(wall, path, terms)
            found = each(checker.check, Saves(path), lambda: nullcontext(_ignore))
            next(found)
            for name, bodies in CHANGES.items():
                pairs = []
                for text in [planted(source, bodies), source] * ROUNDS:
                    terms.known.clear()
                    before = processor_seconds()
                    path.write_text(text, encoding="utf-8")
                    checked = next(found)
                    saved = processor_seconds() - before
                    terms.known.clear()
                    same = replace(terms, questions=frozenset(checked.again))
                    before = processor_seconds()
                    grade_in(wall, path, same, _ignore, _ignore)
                    pairs.append((saved, processor_seconds() - before))
                ratios.append(statistics.median(one / other for one, other in pairs))
                saved, graded = (statistics.median(times) for times in zip(*pairs, strict=True))
                questions = ", ".join(checked.again)
                print(f"{name}: {saved:.2f} s : {graded:.2f} s = {ratios[-1]:.2f} ({questions})")
    ratio = statistics.median(ratios)
    print(
        f"from save to verdict : a warm grade of the same questions = {ratio:.2f} (at most {RATIO})"
    )
    sys.exit(max(ratios) > RATIO)


def _ignore(_: object) -> None:
    """Nobody looks at single steps."""


if __name__ == "__main__":
    main()
