"""The wall from the trusted side: it is verified before anything counts, and admits sessions."""

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
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.spawn import Spawner
from grader.sandbox.outside.verify import Canary, Inventory, outside, take_inventory, verify
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
            without: layers to leave out, for tests that show what each is good for.
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

    def verify(self, secrets: Sequence[Path], cache: Path) -> Isolation:
        """Verify every layer by attempts, once for this wall, and have the canary executed.

        Args:
            secrets: the grader's own files and folders, which student code must not read.
            cache: where it is remembered that honest code passes.

        Raises:
            WallError: the wall cannot be verified.
        """
        if self._isolation is None:
            launcher = self._up()
            self._isolation = verify(launcher, secrets)
            if launcher.forks:  # otherwise it would cost seconds, and show little of so low a wall
                self._canary = Canary(launcher, cache, self._isolation)
        return self._isolation

    @property
    def layers(self) -> dict[str, tuple[bool, str]]:
        """Each layer of the wall -> on or off, and why, as the last session's first fork said."""
        return {} if self._admitted is None else self._admitted.layers

    @property
    def isolation(self) -> Isolation | None:
        """What the verification found; None before."""
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
        self,
        program: Program,
        practice: Practice | None = None,
        whole: bool = False,
        kind: type[Session] = Session,
    ) -> Session:
        """A session for one submission; its code runs at the first call.

        Args:
            program: the code that is graded.
            practice: what stands in for CIFAR-10 and for trained nets; None: nothing does.
            whole: whether the whole notebook is to be executed, too.
            kind: of the session, such as one that remembers what it was asked.

        Raises:
            WallError: the wall is not up, or its folder cannot be written to.
        """
        launcher = self._up()
        if self._admitted is not None and not launcher.forks:
            self._admitted.end()
        if practice is not None:
            launcher.provide(practice)
        if self._canary is not None:
            self._canary.start_for(program.packages, whole)
        self._admitted = kind(launcher, program, self.limits)
        return self._admitted
