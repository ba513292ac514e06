"""`make bench`: is grading fast and small enough? Prints ratios; exit status 1 where one is not.

`--baseline COMMIT` compares it with an older checkout, too; `--image TAG` does so in a container.
"""

import argparse
import ast
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat
import psutil

from grader.exam import open_exam
from grader.exam.lab import REFERENCE
from grader.sandbox.outside import verify
from grader.sandbox.outside.wall import Wall
from grader.submission.slice import needed
from grader.submission.source import read_source
from grader.template import read_reference
from grader.validation.corpus import CORRECT, whole
from tests.benchmarks import baseline

PAIRS = 7
FORKS = 40
RATIO = 1.15
"""A cold grade of the reference may take this many times what ungraded work takes."""
WALL_RATIO = 1.1
"""A cold grade may take this many times what it takes without any layer round the workers."""
LOCK_MS = 10
TRUSTED_MB, TREE_MB = 150, 430
ROOT = Path(__file__).parents[2]
NAMES = (
    "Net",
    "NetWithBias",
    "NetQuantized",
    "NetQuantizedWithBias",
    "copy_model",
    "quantize_layer_weights",
    "register_activation_profiling_hooks",
    "test",
)


def main() -> None:
    """Compare with the baseline, if there is one; time pairs of commands; watch the memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--baseline", metavar="COMMIT", help="the commit to compare with")
    parser.add_argument("--image", default="quantization-grader", help="for the container")
    asked = parser.parse_args()
    failed = bool(asked.baseline) and not beside_baseline(asked.baseline, asked.image)
    with tempfile.TemporaryDirectory() as folder:
        commands = _commands(Path(folder))
        for name, (one, other), limit in (
            ("a cold grade : ungraded work", ("grade", "plain"), RATIO),
            ("with the wall : without", ("grade", "unwalled"), WALL_RATIO),
            ("a notebook of 62 cells : its script", ("notebook", "script"), None),
        ):
            pairs = [(_seconds(commands[one]), _seconds(commands[other])) for _ in range(PAIRS)]
            first, second = (statistics.median(times) for times in zip(*pairs, strict=True))
            ratio = statistics.median(graded / plain for graded, plain in pairs)
            most = f" (at most {limit})" if limit else f", {first - second:+.2f} s (at most +0.5)"
            print(f"{name}: {first:.2f} s : {second:.2f} s = {ratio:.2f}{most}")
            failed |= ratio > limit if limit else first - second > 0.5
        trusted, tree = _memory(commands["grade"])
    lock = _lock_milliseconds()
    print(f"lock-down of a fork: {lock:.1f} ms (at most {LOCK_MS})")
    print(f"trusted process: {trusted:.0f} MB (at most {TRUSTED_MB}), PSS at its peak")
    print(f"whole tree: {tree:.0f} MB (at most {TREE_MB}), PSS at its peak")
    sys.exit(failed or lock > LOCK_MS or trusted > TRUSTED_MB or tree > TREE_MB)


def beside_baseline(commit: str, image: str) -> bool:
    """Whether this checkout is as much faster than an older one as is promised."""
    with baseline.worktree(commit) as checkout:
        exam = baseline.exam_of(checkout)
        held = baseline.compare_warm_grades(checkout, exam)
        contained = baseline.compare_in_container(image, checkout, exam)
        if contained is None:
            print(f"half a processor and 768 MB: not measured, there is no Docker image {image}")
        return held and contained is not False


def _commands(folder: Path) -> dict[str, list[str]]:
    lab, script, notebook = (folder / name for name in ("lab.py", "lab1.py", "lab1.ipynb"))
    lab.write_text(_definitions(), encoding="utf-8")
    required = folder / "required.py"  # Question C is as much work again
    required.write_text(read_reference().partition("# ## Question C")[0], encoding="utf-8")
    text = whole(CORRECT / "notebooks" / "markdown_answers_and_figures.py")
    script.write_text(text, encoding="utf-8")
    notebook.write_text(nbformat.writes(jupytext.reads(text, fmt="py:percent")), encoding="utf-8")
    plain = [sys.executable, str(Path(__file__).with_name("plain.py")), str(lab)]

    def grade(module: str, path: object) -> list[str]:
        output = str(folder / "results.json")
        return [sys.executable, "-m", module, "grade", str(path), "--output", output]

    return {
        "grade": grade("grader", required),
        "unwalled": grade("tests.benchmarks.unwalled", required),
        "notebook": grade("grader", notebook),
        "script": grade("grader", script),
        "plain": [*plain, str(open_exam().directory)],
    }


def _lock_milliseconds() -> float:
    """What the layers add to a fork: with and without them, in turns, in one wall."""
    differences = []
    with Wall() as wall:
        zygote = wall._up()

        def fork(without: Sequence[str]) -> float:
            began = time.monotonic()
            with verify._Worker(zygote, without):
                return time.monotonic() - began

        fork(())
        for _ in range(FORKS):
            differences.append(fork(()) - fork([*verify.OPTIONAL_LAYERS, "no_new_privs"]))
    return 1000 * statistics.median(differences)


def _definitions() -> str:
    """What the plain script needs of the reference, as a script without downloads and training."""
    path = REFERENCE / "lab1.py"
    source = read_source(path.read_bytes(), path.name)
    kept = needed([statement.names for statement in source.statements], NAMES)
    body = ast.parse(source.cells[0].source).body
    return "\n".join(ast.unparse(body[source.statements[at].index]) for at in sorted(kept))


def _seconds(command: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.monotonic() - began


def _memory(command: list[str]) -> tuple[float, float]:
    """Peak proportional set size of the trusted process and of the whole tree, in MB."""
    peak = [0.0, 0.0]
    with psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            sizes = [_pss(process), *map(_pss, _children(process))]
            peak = [max(peak[0], sizes[0]), max(peak[1], sum(sizes))]
            time.sleep(0.02)
    return peak[0], peak[1]


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _pss(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().pss / 1e6
    except psutil.Error:
        return 0.0


if __name__ == "__main__":
    main()
