"""This checkout beside an older one: the same submissions, exam and environment, in turns."""

from __future__ import annotations

import compileall
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAIRS = 7
WRONG = 30
"""Wrong submissions, graded one after the other."""
WARM_RATIO = 0.55
"""A warm grade may take this share of the baseline's processor time, and judges more."""
CONTAINED_RATIO = 0.6
"""So may a cold grade in a small container, of the baseline's time."""


@contextmanager
def worktree(commit: str) -> Iterator[Path]:
    """A checkout of a commit, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "baseline"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(path), commit], check=True)
        try:
            yield path
        finally:
            subprocess.run([*git, "remove", "--force", str(path)], check=True)


def exam_of(checkout: Path) -> str:
    """The default exam of a checkout."""
    ask = "from grader.exam import open_exam; print(open_exam().directory)"
    command = [sys.executable, "-c", ask]
    return subprocess.run(
        command, cwd=checkout, check=True, capture_output=True, text=True
    ).stdout.strip()


class Warm:
    """A process that grades with one checkout."""

    def __init__(self, checkout: Path, exam: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("warm.py")), str(checkout), exam]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=checkout
        )

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def grade(self, submissions: list[Path]) -> tuple[float, float]:
        """(wall seconds, processor seconds of the whole tree) of all of them."""
        found = []
        print(file=self.process.stdin)  # what an earlier pair has found is forgotten
        for path in submissions:
            print(path, file=self.process.stdin, flush=True)
            found.append(json.loads(self.process.stdout.readline()))
        return sum(each["wall"] for each in found), sum(each["processor"] for each in found)


def compare_warm(name: str, pair: tuple[Warm, Warm], submissions: list[Path]) -> bool:
    """Print both medians and the ratio of processor times; returns whether that is small enough."""
    for each in pair:
        each.grade(submissions[:1])
    turns = [tuple(each.grade(submissions) for each in pair) for _ in range(PAIRS)]
    ratio = statistics.median(now[1] / before[1] for now, before in turns)
    (wall, cpu), (wall_before, cpu_before) = (
        tuple(statistics.median(turn[side][kind] for turn in turns) for kind in (0, 1))
        for side in (0, 1)
    )
    print(
        f"{name}: {cpu:.2f} s : {cpu_before:.2f} s of processor = {ratio:.2f}"
        f" (at most {WARM_RATIO:g});"
        f" wall {wall:.2f} s : {wall_before:.2f} s",
        flush=True,
    )
    return ratio <= WARM_RATIO


def compare_warm_grades(checkout: Path, exam: str) -> bool:
    """A grade of the reference, then of wrong submissions, by processes that are up already."""
    wrong = sorted((checkout / "tests" / "wrong" / "solutions").glob("*.py"))[:WRONG]
    with ExitStack() as stack:
        pair = tuple(stack.enter_context(Warm(each, exam)) for each in (ROOT, checkout))
        reference = [checkout / "reference" / "lab1.py"]
        held = [
            compare_warm("a warm grade of the reference : the baseline's", pair, reference),
            compare_warm(f"{WRONG} wrong submissions : the baseline's", pair, wrong),
        ]
        return all(held)


def compare_in_container(image: str, checkout: Path, exam: str) -> bool | None:
    """A cold grade with half a processor and 768 MB; None where no engine or image is there."""
    if shutil.which("docker") is None or _docker("image", "inspect", image) is None:
        return None
    for each in (ROOT, checkout):  # as an image has it; in the container nothing is written
        compileall.compile_dir(each / "grader", quiet=1)
    turns = [
        tuple(_contained(image, each, checkout, exam) for each in (ROOT, checkout))
        for _ in range(PAIRS)
    ]
    ratio = statistics.median(now / before for now, before in turns)
    now, before = (statistics.median(turn[side] for turn in turns) for side in (0, 1))
    print(
        f"half a processor and 768 MB : the baseline's: {now:.1f} s : {before:.1f} s = {ratio:.2f}"
        f" (at most {CONTAINED_RATIO:g})",
        flush=True,
    )
    return ratio <= CONTAINED_RATIO


INSIDE = """
import sys, time
sys.path.insert(0, "/checkout")
from grader.cli import run
began = time.monotonic()
status = run("grade /submission.py --exam /exam --quiet --output /tmp/results.json".split())
print(time.monotonic() - began)
sys.exit(status)
"""


def _contained(image: str, checkout: Path, baseline: Path, exam: str) -> float:
    volumes = {
        str(checkout): "/checkout",
        str(baseline / "reference" / "lab1.py"): "/submission.py",
        exam: "/exam",
    }
    options = ["--rm", "--network", "none", "--cpus", "0.5", "--memory", "768m"]
    for here, there in volumes.items():
        options += ["--volume", f"{here}:{there}:ro"]
    options += ["--env", "PYTHONDONTWRITEBYTECODE=1", "--workdir", "/checkout", "--entrypoint", ""]
    python = "/opt/grader-venv/bin/python"
    printed = _docker("run", *options, image, python, "-c", INSIDE)
    if printed is None:
        raise SystemExit(f"a grade in {image} failed; run it by hand to see why")
    return float(printed.split()[-1])


def _docker(*arguments: str) -> str | None:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None
