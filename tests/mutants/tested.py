"""Which functions of a unit test run which lines of the module that it tests, and for how long.

A mutant meets the functions first that run its own lines, the quickest of them before the others.
"""

import pickle
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import coverage
import pytest

from tests.mutants.changes import ROOT, Change

TESTED_WITH = {"stages": "forward", "challenges": "bits"}
"""The modules whose unit test has the name of another."""
OPTIONS = ("-q", "--tb=no", "--assert=plain", "--hypothesis-profile=unshrunk")
OPTIONS += ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly")
TESTS_SECONDS = 900
"""No unit test takes as long, even while its lines are traced."""


@dataclass
class Tested:
    """One unit test."""

    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    """File -> line -> the functions that run it; "" is an import, or what functions share."""
    seconds: Counter[str] = field(default_factory=Counter)
    """Of each function."""

    def functions(self, change: Change) -> frozenset[str]:
        """Those that run a line of the change; empty if that may be any."""
        lines = self.lines.get(change.file, {})
        found = set().union(*(lines.get(line, set()) for line in change.lines))
        return frozenset() if "" in found else frozenset(found)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add how long a part of a test took."""
        self.seconds[report.location[2].split("[")[0].rpartition(".")[2]] += report.duration


def test_of(file: str) -> Path:
    """The unit test of a module; there may be none."""
    stem = Path(file).stem
    return ROOT / f"tests/unit/test_{TESTED_WITH.get(stem, stem)}.py"


def traced(files: Iterable[str]) -> dict[Path, Tested]:
    """Run the unit tests of these modules once, two at a time, each in a process of its own.

    Raises:
        RuntimeError: one of them fails.
    """
    tests = sorted({test for file in files if (test := test_of(file)).exists()})
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(tests, pool.map(_traced, tests), strict=True))


def _traced(test: Path) -> Tested:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "tested.pickle"
        command = [sys.executable, "-m", "tests.mutants.tested", str(test), str(output)]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TESTS_SECONDS
        )
        if done.returncode != 0:
            raise RuntimeError(f"{test} fails without any change: {done.stdout}{done.stderr}")
        found: Tested = pickle.loads(output.read_bytes())
        return found


def trace(test: str) -> tuple[int, Tested]:
    """Run a unit test here, where nothing of the grader is imported yet."""
    tested = Tested()
    tracer = coverage.Coverage(data_file=None, include=[str(ROOT / "grader/*")], config_file=False)
    tracer.set_option("run:dynamic_context", "test_function")
    tracer.start()
    status = pytest.main([*OPTIONS, test], [tested])
    tracer.stop()
    data = tracer.get_data()
    for file in data.measured_files():
        tested.lines[str(Path(file).relative_to(ROOT))] = {
            line: {context.rpartition(".")[2] for context in contexts}
            for line, contexts in data.contexts_by_lineno(file).items()
        }
    return int(status), tested


if __name__ == "__main__":
    from tests.mutants import tested as itself  # its class is not __main__'s, for pickle

    status, found = itself.trace(sys.argv[1])
    Path(sys.argv[2]).write_bytes(pickle.dumps(found))
    sys.exit(status)
