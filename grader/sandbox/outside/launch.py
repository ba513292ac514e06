"""What starts workers in a clean place; `fork` does it on Linux, `spawn` elsewhere."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import site
import sys
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from grader.errors import WallError
from grader.sandbox.outside.child import Child, Output
from grader.sandbox.outside.home import Home
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.plan import Practice

SANDBOX = Path(__file__).resolve().parents[1]
PRELOADED = (
    "torchvision",
    "matplotlib.pyplot",
    "pandas",
    "scipy.optimize",
    "scipy.stats",
    "tqdm",
)
"""Packages that the lab may use and that take long to import: the zygote may do it once for all."""


class Launcher(ABC):
    """What starts workers and ends them, with the folder that they live in."""

    forks: ClassVar[bool]
    """Whether a worker costs milliseconds, so that every call may have one of its own."""

    def __init__(self, limits: Limits, home: Home, instructions: Mapping[str, str]) -> None:
        self.folder, self._home = home.path, home
        self._limits, self._instructions = limits, instructions
        self._provided: Practice | None = None

    def _copy_code(self) -> Path:
        code = self.folder / "code"
        code.mkdir()
        for path in code_inside():
            shutil.copyfile(path, code / path.name)
            (code / path.name).chmod(0o444)
        code.chmod(0o555)
        return code

    def _environment(self, home: Path) -> dict[str, str]:
        """All that the environment of student code holds."""
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "USER": "student",
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": str(home / "matplotlib"),
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
            **self._instructions,
        }

    @property
    def _practice(self) -> Path:
        return self.folder / "practice.npz"

    def provide(self, practice: Practice) -> None:
        """Lay the practice set where workers can read it.

        Raises:
            WallError: the disk is full, or the like.
        """
        if practice is self._provided:
            return
        try:
            np.savez(self._practice, allow_pickle=False, **practice.arrays())
            self._practice.chmod(0o444)
        except OSError as error:
            raise WallError(f"{self._practice}: {error.strerror}") from error
        self._provided = practice

    @abstractmethod
    def preload(self, modules: Collection[str]) -> None:
        """Import packages that cost seconds before student code runs.

        Raises:
            WallError: that is not possible.
        """

    @abstractmethod
    def fork(self, output: Output, without: Collection[str] = ()) -> Child:
        """A fresh worker.

        Args:
            output: where what it prints goes.
            without: layers that this one does without, to attack the others.

        Raises:
            WallError: none can be started.
        """

    @abstractmethod
    def end(self, child: Child) -> int:
        """Kill a worker with all it started; returns its exit code (or -signal).

        Raises:
            WallError: that is not possible.
        """

    @abstractmethod
    def close(self) -> None:
        """End every worker, and remove the folder; waits for all of it."""

    @abstractmethod
    def target(self, port: int, secrets: list[str]) -> dict[str, Any]:
        """What a worker is to attack when the wall is verified."""

    @property
    @abstractmethod
    def readable(self) -> tuple[str, ...]:
        """All that workers may read; empty where that is not limited."""

    @property
    @abstractmethod
    def circumstances(self) -> tuple[str, ...]:
        """All that decides whether honest code passes this wall, on one machine."""


def code_inside() -> list[Path]:
    """The files that the student's process is made of, in order of their names."""
    inside = (path for path in SANDBOX.glob("inside/*.py") if path.name != "__init__.py")
    return sorted([SANDBOX / "wire.py", SANDBOX / "scratch.py", *inside])


def circumstances_of() -> Iterator[str]:
    """Yield what decides on any system whether honest code passes: machine, Python, the code."""
    yield from (platform.release(), sys.version)
    for path in code_inside():
        yield path.read_text(encoding="utf-8")


def installed() -> list[str]:
    """The folders that hold installed packages; never a checkout, nor what a .pth file adds."""
    found = [path for path in site.getsitepackages() if Path(path).is_dir()]
    for name in ("torch", "numpy"):
        spec = importlib.util.find_spec(name)  # finds a top-level package without importing it
        if spec is None or spec.origin is None:
            raise WallError(f"{name} is not installed for {sys.executable}")
        found.append(str(Path(spec.origin).parent.parent))
    return list(dict.fromkeys(found))
