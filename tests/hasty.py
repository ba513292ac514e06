"""A reader of submissions that gives up soon, where it is not the wait that is tested."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.submission import Reader

CODE = """
from grader.submission import apart, reader
reader.CPU_SECONDS, apart.SECONDS_PER_READING = 1, 1.0
reader.main()
"""


@contextmanager
def hasty_reader(first: Path) -> Iterator[Reader]:
    """A reader with a second of the processor for each submission; it begins with the first.

    If its process ends, the next has the usual patience.
    """
    start = subprocess.Popen

    def started(_: list[str], **options: Any) -> Any:
        return start([sys.executable, "-E", "-s", "-c", CODE], **options)

    with Reader() as reader:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(subprocess, "Popen", started)
            reader.load(first)
        yield reader
