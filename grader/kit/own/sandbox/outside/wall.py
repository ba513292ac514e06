"""A process of its own for a student's own code, with deadlines; on Linux what walls there are.

Nothing here is verified, for nothing is graded: it is the student's own machine.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from grader.errors import WallError
from grader.sandbox.outside.isolation import LAYERS, Isolation, Layer
from grader.sandbox.outside.launch import Launcher
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.plan import Practice
from grader.sandbox.outside.session import Session
from grader.submission.program import Program

NO_GRADE = (
    "the kit makes no official grade: it says what it finds on your own machine."
    " Hand your work in as your course says, or see `lab-kit check --help`"
)
UNVERIFIED = Layer(False, "not verified: this is the student's own machine")


class OwnMachine(Isolation):
    """No wall that anybody has verified: no grade comes of it."""

    def require_basic(self) -> None:
        """Student code may run: it is run by its author."""

    def require_official(self) -> None:
        """Refuse.

        Raises:
            WallError: always.
        """
        raise WallError(NO_GRADE)


class Wall:
    """Context manager: what starts workers, and sessions with them."""

    def __init__(self, limits: Limits | None = None, spawn: bool = sys.platform != "linux") -> None:
        """Prepare it.

        Args:
            limits: what each submission may use.
            spawn: whether workers are spawned, not forked; on Linux for tests only.
        """
        self.limits, self._spawn = limits or Limits(), spawn
        self._launcher: Launcher | None = None
        self._admitted: Session | None = None
        layers = dict.fromkeys(LAYERS, UNVERIFIED) | {"process": Layer(True, "its own")}
        self.isolation = OwnMachine(layers, ())

    def __enter__(self) -> Wall:
        """Start the launcher, and do not wait for its import of torch.

        Raises:
            WallError: this system cannot run it.
        """
        if self._spawn:
            from grader.sandbox.outside.spawn import Spawner

            self._launcher = Spawner(self.limits, (), {})
        else:
            from grader.sandbox.outside.fork import Forker

            self._launcher = Forker(self.limits, (), {})
        return self

    def __exit__(self, *_: object) -> None:
        if self._launcher is not None:
            self._launcher.close()
            self._launcher = self._admitted = None

    def verify(self, _secrets: Sequence[Path], _cache: Path) -> Isolation:
        """Say that nothing is verified."""
        return self.isolation

    def require_canary(self) -> None:
        """Nothing is asked of honest code that would count."""

    def admit(
        self,
        program: Program,
        practice: Practice | None = None,
        _whole: bool = False,
        kind: type[Session] = Session,
    ) -> Session:
        """A session for one submission; its code runs at the first call.

        Raises:
            WallError: the wall is not up, or its folder cannot be written to.
        """
        if self._launcher is None:
            raise WallError("the wall is not up: use it as a context manager")
        if self._admitted is not None and not self._launcher.forks:
            self._admitted.end()
        if practice is not None:
            self._launcher.provide(practice)
        self._admitted = kind(self._launcher, program, self.limits)
        return self._admitted
