"""The wall from the trusted side: a place where sessions run, proven before anything counts."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from grader.errors import WallError
from grader.sandbox.outside.fork import Forker
from grader.sandbox.outside.isolation import Isolation
from grader.sandbox.outside.launch import Launcher
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.plan import Practice
from grader.sandbox.outside.prove import Canary, Inventory, outside, prove, take_inventory
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.spawn import Spawner
from grader.submission.program import Program


class Wall:
    """Context manager: a zygote that is started at once, and sessions behind it.

    Where no process can be forked (anywhere but on Linux), each worker is spawned instead. It costs
    seconds, so all calls of a session share one, and one call can affect the next.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        without: Collection[str] = (),
        spawn: bool = sys.platform != "linux",
        instructions: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Prepare a wall.

        Args:
            limits: what each submission may use.
            without: layers to leave out, for tests that prove what each is good for.
            spawn: whether workers are spawned, not forked; on Linux for tests only.
            instructions: variables of student code's environment that cap which of the processor's
                instructions it uses, such as ONEDNN_MAX_CPU_ISA and ATEN_CPU_CAPABILITY; for tests
                that grade as another machine would. The grader's own environment never gets there.
        """
        self.limits, self._without, self._spawn = limits or Limits(), without, spawn
        self._instructions = instructions
        self._isolation: Isolation | None = None
        self._canary: Canary | None = None
        self._launcher: Launcher | None = None
        self._admitted: Session | None = None
        """The last session, whose worker may live on where it is spawned."""

    def __enter__(self) -> Wall:
        """Start the launcher, and do not wait for its import of torch.

        Raises:
            WallError: this system cannot run it.
        """
        start = Spawner if self._spawn else Forker
        self._launcher = start(self.limits, self._without, self._instructions)
        return self

    def __exit__(self, *_: object) -> None:
        if self._launcher is not None:
            self._launcher.close()
            self._launcher = self._canary = self._admitted = None

    def prove(self, secrets: Sequence[Path], cache: Path) -> Isolation:
        """Prove every layer by trying, once for this wall, and let honest code run behind it.

        Args:
            secrets: the grader's own files and folders, which student code must not read.
            cache: where it is remembered that honest code passes.

        Raises:
            WallError: the wall cannot be proven.
        """
        if self._isolation is None:
            launcher = self._up()
            self._isolation = prove(launcher, secrets)
            if launcher.forks:  # otherwise it would cost seconds, and prove little of so low a wall
                self._canary = Canary(launcher, cache, self._isolation)
        return self._isolation

    @property
    def layers(self) -> dict[str, tuple[bool, str]]:
        """Each layer of the wall -> on or off, and why, as the last session's first fork said."""
        return {} if self._admitted is None else self._admitted.layers

    @property
    def isolation(self) -> Isolation | None:
        """What was proven; None before."""
        return self._isolation

    def require_canary(self) -> None:
        """Wait until honest code has passed.

        Raises:
            WallError: the wall stops it: no grade can be trusted.
        """
        if self._canary is not None:
            self._canary.require()

    def inventory(self) -> Inventory:
        """List what student code can get at.

        Raises:
            WallError: a worker does not answer.
        """
        launcher = self._up()
        everywhere = ["/", str(Path.home())]
        return take_inventory(
            launcher, outside(launcher.readable) if launcher.readable else everywhere
        )

    def _up(self) -> Launcher:
        if self._launcher is None:
            raise WallError("the wall is not up: use it as a context manager")
        return self._launcher

    def admit(
        self, program: Program, practice: Practice | None = None, whole: bool = False
    ) -> Session:
        """A session for one submission; its code runs at the first call.

        Args:
            program: the code that is graded.
            practice: what stands in for CIFAR-10 and for trained nets; None: nothing does.
            whole: whether the whole notebook is to be executed, too.

        Raises:
            WallError: the wall is not up, or its folder cannot be written to.
        """
        launcher = self._up()
        if self._admitted is not None and not launcher.forks:
            self._admitted.end()
        if practice is not None:
            launcher.provide(practice)
        if self._canary is not None:
            self._canary.sing_for(program.packages, whole)
        self._admitted = Session(launcher, program, self.limits)
        return self._admitted
