"""Types are looked at beside the other tests: alone, they would keep a processor waiting."""

import subprocess
import sys

from grader.template import CHECKOUT


def test_the_grader_is_typed_throughout() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
