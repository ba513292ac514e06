"""`make bench`: is grading fast and small enough? Prints ratios; exit status 1 where one is not."""

import ast
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from grader.exam import open_exam
from grader.exam.lab import REFERENCE
from grader.submission.slice import needed
from grader.submission.source import read_source

PAIRS = 7
RATIO = 1.5
"""A cold grade of the reference may take this many times what ungraded work takes."""
TRUSTED_MB, TREE_MB = 150, 500
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
    """Time both in turns, then watch the memory of one grade."""
    with tempfile.TemporaryDirectory() as folder:
        lab = Path(folder) / "lab.py"
        lab.write_text(_definitions(), encoding="utf-8")
        results = str(Path(folder) / "results.json")
        grade = [sys.executable, "-m", "grader", "grade", "reference/lab1.py", "--output", results]
        plain = [sys.executable, str(Path(__file__).with_name("plain.py")), str(lab)]
        plain.append(str(open_exam().directory))
        pairs = [(_seconds(grade), _seconds(plain)) for _ in range(PAIRS)]
        trusted, tree = _memory(grade)
    ratio = statistics.median(graded / ungraded for graded, ungraded in pairs)
    for name, times in zip(("graded", "plain"), zip(*pairs, strict=True), strict=True):
        print(f"{name:8} median {statistics.median(times):5.2f} s of {PAIRS}")
    print(f"ratio    {ratio:.2f} (at most {RATIO})")
    print(f"trusted process {trusted:.0f} MB (at most {TRUSTED_MB}), PSS at its peak")
    print(f"whole tree      {tree:.0f} MB (at most {TREE_MB}), PSS at its peak")
    sys.exit(ratio > RATIO or trusted > TRUSTED_MB or tree > TREE_MB)


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
