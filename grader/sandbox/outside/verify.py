"""Verifies the wall from the trusted side: throw-away workers attempt what it must stop."""

from __future__ import annotations

import os
import signal
import stat
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from grader.errors import WallError
from grader.sandbox.outside.child import (
    Child,
    FullError,
    GoneError,
    LateError,
    Output,
    within,
)
from grader.sandbox.outside.isolation import (
    LAYERS,
    ONE_BY_ONE,
    Act,
    CanaryRecord,
    Isolation,
    judge,
    listener,
)
from grader.sandbox.outside.launch import Launcher
from grader.sandbox.wire import Frame, WireError

SECONDS = 120.0
"""For one worker, on the slowest machine."""
HANG_SECONDS = 0.05
LOOK_SECONDS = 0.005
"""To see whether there is an answer."""
KILLED = 1 if sys.platform == "win32" else -signal.SIGKILL
"""The status of a process that was ended."""
OPTIONAL_LAYERS = ("limits", "user", "seccomp", "landlock")
"""What a worker may be told to do without, one by one; its parent leaves the namespaces."""
DRAWING = frozenset({"matplotlib", "mpl_toolkits", "pylab"})
"""The packages that figures are drawn with."""

Answer = TypeVar("Answer", bound="_Answer")


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: int
    answer: str


class _Ready(_Answer, frozen=True):
    layers: dict[str, tuple[bool, str]]


class _Attempted(_Answer, frozen=True):
    acts: list[Act]
    remarks: list[str] = []


class _Hidden(_Answer, frozen=True):
    bytes: int
    remarks: list[str] = []


class Inventory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is open in a worker that has all layers."""

    descriptors: list[str]
    environment: list[str]
    readable: list[str]
    """Paths outside of the allow-list that could be read."""
    writable: list[str]
    """Folders that could be written to, beside its own."""
    reachable: list[str]
    """Addresses that could be connected to."""
    system_calls: list[str]
    """That the filter lets pass, with or without a condition; empty where there is no filter."""


class _Listed(_Answer, frozen=True):
    inventory: Inventory
    remarks: list[str] = []


def verify(zygote: Launcher, secrets: Sequence[Path]) -> Isolation:
    """Have every forbidden act attempted: by one worker with all layers, then layer by layer.

    A spawned worker costs seconds, so there no layer is attacked by itself.

    Args:
        zygote: forks the workers.
        secrets: the grader's own files and folders, which no worker may read.

    Raises:
        WallError: a worker does not answer.
    """
    with listener() as port, _Worker(zygote, ()) as worker:
        target = zygote.target(port, [str(path) for path in secrets])
        everything = [name for name in LAYERS if worker.has(name)]
        together = [*worker.attempt(target, [*everything, "secrets"]), *worker.hides()]
        worker.hang()
        one_by_one = {
            name: _attempts(zygote, target, [name], _others(name))[1]
            for name in ONE_BY_ONE
            if zygote.forks and worker.has(name)
        }
        ended = worker.ends_though_it_hangs()
    return judge(worker.layers, one_by_one, together, ended)


def take_inventory(zygote: Launcher, paths: Sequence[str]) -> Inventory:
    """List what a worker with all layers can get at.

    Args:
        zygote: forks the worker.
        paths: files and folders outside of the allow-list, to be tried.

    Raises:
        WallError: the worker does not answer.
    """
    with listener() as port:
        target = zygote.target(port, [])
        with _Worker(zygote, ()) as worker:
            request = {"do": "inventory", "target": target, "paths": list(paths)}
            return worker.ask(request, _Listed).inventory


class Canary:
    """The canary: honest code, which is executed in workers with all layers meanwhile.

    It has parts, each with a record of its own: `torch`, which every submission needs, and
    `figure`, which takes a second.
    """

    def __init__(self, zygote: Launcher, cache: Path, isolation: Isolation) -> None:
        """Start what every submission needs."""
        self._launcher, self._cache = zygote, cache
        self._circumstances = (*zygote.circumstances, *isolation.missing)
        self._passed: set[str] = set()
        self._running: dict[str, _Worker] = {}
        self._start("torch")

    def start_for(self, packages: Collection[str], whole: bool) -> None:
        """Start the parts that this submission needs.

        Args:
            packages: what the submission imports.
            whole: whether the whole notebook is executed, which imports what it likes.

        Raises:
            WallError: no worker can be started.
        """
        self._start("torch")
        if whole or any(name.partition(".")[0] in DRAWING for name in packages):
            self._launcher.preload(packages)  # as its own workers will find it
            self._start("figure")

    def _start(self, part: str) -> None:
        """Start a part, unless it is known to pass here, or is running."""
        if part in self._running or part in self._passed:
            return
        if self._record(part):
            self._passed.add(part)
            return
        self._running[part] = _Worker(self._launcher, ())
        self._running[part].send({"do": "canary", "part": part})

    def _record(self, part: str) -> CanaryRecord:
        return CanaryRecord(self._cache, part, *self._circumstances)

    def require(self) -> None:
        """Wait until all that was started has passed.

        Raises:
            WallError: the wall stops honest code: no grade can be trusted.
        """
        while self._running:
            part, worker = self._running.popitem()
            with worker:
                worker.receive(_Answer, "passed")
            self._passed.add(part)
            self._record(part).remember()


def _others(layer: str) -> list[str]:
    return [other for other in OPTIONAL_LAYERS if other != layer]


def _attempts(
    zygote: Launcher, target: Mapping[str, Any], layers: list[str], without: Sequence[str]
) -> tuple[dict[str, tuple[bool, str]], list[Act]]:
    with _Worker(zygote, without) as worker:
        return worker.layers, worker.attempt(target, layers)


class _Worker:
    """A throw-away worker; it never sees a submission."""

    def __init__(self, zygote: Launcher, without: Sequence[str]) -> None:
        self._launcher, self._output = zygote, Output(1 << 12)
        self._status: int | None = None
        self._hangs_since = 0.0
        self.child: Child = zygote.fork(self._output, without)
        self.layers = self.receive(_Ready, "ready").layers

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: dict[str, Any], kind: type[Answer]) -> Answer:
        self.send(request)
        return self.receive(kind)

    def has(self, layer: str) -> bool:
        """Whether it says that the layer is on; of a clean start it says nothing."""
        return layer != "process" and self.layers.get(layer, (True, ""))[0]

    def attempt(self, target: Mapping[str, Any], layers: list[str]) -> list[Act]:
        return self.ask({"do": "attempt", "target": target, "layers": layers}, _Attempted).acts

    def hides(self) -> list[Act]:
        """Whether a file that is open without a name is seen from here."""
        if not self._launcher.forks:
            return []
        hidden = self.ask({"do": "hide"}, _Hidden).bytes
        try:
            seen = self.child.bytes_without_name() >= hidden
        except PermissionError:
            seen = False
        return [Act("limits", "hide what it writes in a file without a name", seen, "counted")]

    def hang(self) -> None:
        """Have it block every signal, and do nothing."""
        self.send({"do": "hang"})
        self._hangs_since = time.monotonic()

    def ends_though_it_hangs(self) -> bool:
        """Whether it is ended when its time is over, although it blocks every signal."""
        left = self._hangs_since + HANG_SECONDS - time.monotonic()
        try:
            self.child.receive(within(max(left, LOOK_SECONDS)))
        except LateError:
            return self.close() == KILLED
        except (FullError, GoneError, WireError):
            return False
        return False

    def send(self, request: dict[str, Any]) -> None:
        self.child.send(Frame({"id": 1, **request}), within(SECONDS))

    def receive(self, kind: type[Answer], word: str = "") -> Answer:
        try:
            fields = self.child.receive(within(SECONDS)).fields
        except (LateError, FullError, GoneError, WireError) as error:
            self.close()
            said = self._output.text.strip()[-300:]
            raise WallError(f"a worker of the grader's own ended: {error} {said}") from error
        if fields.get("answer") == "raised":
            self.close()
            problem = f"{fields.get('kind')}: {fields.get('message')}"
            raise WallError(f"the wall stops honest code, so nothing can be graded: {problem}")
        answer = msgspec.convert(fields, kind, strict=False) if kind is not _Answer else None
        return answer or kind(1, word)

    def close(self) -> int:
        if self._status is None:
            self._status = self._launcher.end(self.child)
            self.child.close()
        return self._status


def outside(readable: Sequence[str]) -> list[str]:
    """Files and folders, two levels deep, that lie in none of the readable ones."""
    allowed = [Path(path).resolve() for path in readable]
    found = ["/"]
    for top in sorted(Path("/").iterdir()):
        found.append(str(top))
        try:
            found += sorted(str(path) for path in top.iterdir()) if top.is_dir() else []
        except OSError:
            continue

    def apart(path: Path) -> bool:
        return not any(path.is_relative_to(each) or each.is_relative_to(path) for each in allowed)

    # A link into this process means another thing there; /dev/null may be read and written.
    own = {f"/proc/{os.getpid()}", "/proc/self", "/proc/thread-self"}
    own |= {"/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd"}

    def is_null(path: str) -> bool:  # containers hide files of /proc behind it
        try:
            found = Path(path).stat()
        except OSError:
            return False
        return stat.S_ISCHR(found.st_mode) and found.st_rdev == os.makedev(1, 3)

    return [
        path
        for path in found
        if path not in own and apart(Path(path).resolve()) and not is_null(path)
    ]
