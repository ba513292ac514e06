"""Is the grader the same after a thousand grades? Run as `python -m tests.benchmarks.soak`.

One process grades the reference again and again, then attacks in random order, then the reference
once more. Exit status 1 where descriptors, processes, folders or memory grew, or the last grade is
not what the first was.
"""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.progress import track

from grader.exam import cache_folder, open_exam
from grader.grade import Terms, checks, grade_in, secrets
from grader.result import Result
from grader.rubric import load_rubric
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.template import REFERENCE
from tests.hostile.attack import FOLDER, places, read

WARM_UP = 20
"""Grades before the first look: caches fill."""
GROWTH_MB = 20


@dataclass(frozen=True)
class Look:
    """What may not grow."""

    descriptors: int
    processes: int
    folders: int
    memory_mb: float
    """Of this process and its children, without what they share."""

    @classmethod
    def at(cls, wall: Wall) -> "Look":
        """Look now."""
        me = psutil.Process()
        family = [me, *me.children(recursive=True)]
        size = sum(each.memory_full_info().uss for each in family) / 1e6
        folders = len(list(wall._up().folder.iterdir()))
        return cls(me.num_fds(), len(family), folders, size)


def main() -> None:
    """Grade, attack, grade again, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grades", type=int, default=1000)
    parser.add_argument("--attacks", type=int, default=200)
    parser.add_argument("--questions", nargs="*", default=[], help="these alone, such as 1.2 2.1")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    options = parser.parse_args()
    print(f"seed     {options.seed}")
    exam, rubric = open_exam(), load_rubric().covering(checks())
    terms = Terms(exam, rubric, exam.seed, frozenset(options.questions))
    limits = Limits(call_seconds=3, submission_seconds=20)
    with tempfile.TemporaryDirectory() as folder, Wall(limits) as wall:
        wall.verify(secrets(exam), cache_folder()).require_official()
        wall.require_canary()

        def grade(path: Path) -> Result:
            return grade_in(wall, path, terms, lambda _: None, lambda _: None)

        first = _outcome(grade(REFERENCE))
        for _ in range(WARM_UP):
            grade(REFERENCE)
        before = Look.at(wall)
        print(f"before   {before}")
        for _ in track(range(options.grades), "Grading"):
            if _outcome(grade(REFERENCE)) != first:
                sys.exit("a grade differs from the first")
        print(f"graded   {Look.at(wall)}")
        for path in track(list(_attacks(options, Path(folder), wall)), "Attacking"):
            grade(path)
        after = Look.at(wall)
        print(f"attacked {after}")
        same = _outcome(grade(REFERENCE)) == first
    print(f"the next grade is {'the same' if same else 'another'}")
    grown = (after.descriptors, after.processes, after.folders) != (
        before.descriptors,
        before.processes,
        before.folders,
    )
    sys.exit(grown or not same or after.memory_mb > before.memory_mb + GROWTH_MB)


def _outcome(result: Result) -> object:
    return [(entry.check, entry.status, entry.score) for entry in result.entries]


def _attacks(options: argparse.Namespace, folder: Path, wall: Wall) -> Iterable[Path]:
    """Write what attackers would hand in, in random order."""
    dice = random.Random(options.seed)
    reference = REFERENCE.read_text(encoding="utf-8")
    where = places(
        open_exam().directory, folder / "results.json", wall._up().target(0, [])["zygote"]
    )
    for number, path in enumerate(dice.choices(sorted(FOLDER.glob("*.py")), k=options.attacks)):
        attack = read(path, where)
        handed_in = folder / f"{number}-{path.stem}"
        for name, text in {**attack.modules, "lab1.py": attack.source(reference)}.items():
            (handed_in / name).parent.mkdir(parents=True, exist_ok=True)
            (handed_in / name).write_text(text, encoding="utf-8")
        yield handed_in


if __name__ == "__main__":
    os.environ.setdefault("COLUMNS", "100")
    main()
