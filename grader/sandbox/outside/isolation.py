"""How well student code is shut in on this machine: judged before every grade, by attempts."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.errors import WallError

Word = Literal["full", "reduced", "unprotected"]

LAYERS = {
    "process": "L0 process",
    "clean": "L1 clean start",
    "limits": "L2 limits",
    "user": "L3 user",
    "seccomp": "L4 system calls",
    "landlock": "L5 files",
    "namespaces": "L6 namespaces",
}
"""Name of a layer -> what a person reads in its place."""
ALWAYS = ("process", "clean", "limits")
"""Without these nothing is graded at all."""
ONE_BY_ONE = ("limits", "user", "seccomp", "landlock", "namespaces")
"""Layers that are attacked one by one, each in a worker that has no other layer."""
ONE_OF = ("user", "landlock", "namespaces")


@dataclass(frozen=True)
class Act:
    """One forbidden act that was tried."""

    layer: str
    act: str
    held: bool
    how: str
    """The error that it ended in."""


@dataclass(frozen=True)
class Layer:
    """What a layer does here, or why it is missing."""

    on: bool
    why: str
    acts: tuple[Act, ...] = ()
    """What was tried against it."""


@dataclass(frozen=True)
class Isolation:
    """What was found on this machine."""

    layers: Mapping[str, Layer]
    secrets: tuple[Act, ...]
    """Whether a worker with all layers could read the grader's own files."""

    @property
    def word(self) -> Word:
        """`full`: every layer holds; `reduced`: enough for an official grade; `unprotected`."""
        if not self.missing:
            return "full"
        return "unprotected" if self.problem else "reduced"

    @property
    def missing(self) -> tuple[str, ...]:
        """The layers that do not hold here."""
        return tuple(name for name, layer in self.layers.items() if not layer.on)

    @property
    def problem(self) -> str:
        """Why there can be no official grade here; empty where there can."""
        for name in (*ALWAYS, "seccomp"):
            if not self.layers[name].on:
                return f"{LAYERS[name]} is missing ({self.layers[name].why})"
        if not any(self.layers[name].on for name in ONE_OF):
            names = ", ".join(LAYERS[name] for name in ONE_OF)
            return f"one of {names} is needed ({self.layers['user'].why})"
        for act in self.secrets:
            if not act.held:
                return f"student code could {act.act}: make it readable by the grader's user only"
        return ""

    @property
    def basic_problem(self) -> str:
        """Why not even a student's own check can be made here; empty where it can."""
        for name in ALWAYS:
            if not self.layers[name].on:
                return f"{LAYERS[name]} is missing ({self.layers[name].why})"
        return ""

    def require_official(self) -> None:
        """Refuse to grade officially where student code could get at what decides.

        Raises:
            WallError: it could; the message says what to do.
        """
        if self.problem:
            raise WallError(
                f"no official grade here, student code is not shut in well enough: {self.problem}."
                " Grade as root on Linux 5.13 or later, or in the Docker image; or add --unofficial"
            )

    def require_basic(self) -> None:
        """Refuse to run a student's code at all where not even the basic layers hold.

        Raises:
            WallError: one is missing.
        """
        if self.basic_problem:
            raise WallError(f"student code cannot be run here: {self.basic_problem}")


def judge(
    reported: Mapping[str, tuple[bool, str]],
    one_by_one: Mapping[str, Sequence[Act]],
    together: Sequence[Act],
    ended: bool,
) -> Isolation:
    """Decide which layers hold.

    Args:
        reported: what the worker with all layers says of each.
        one_by_one: for a layer, what a worker that has this layer alone attempted.
        together: what the worker with all layers attempted.
        ended: whether a worker that hangs was ended with all that it started.
    """
    layers = {"process": Layer(True, "student code runs in a process of its own")}
    for name in LAYERS:
        if name == "process":
            continue
        on, why = reported.get(name, (True, "environment, descriptors and import path are its own"))
        tried = (*one_by_one.get(name, ()), *(act for act in together if act.layer == name))
        broken = next((act for act in tried if not act.held), None)
        if name == "limits" and on and not ended:
            on, why = False, "a worker that hangs could not be ended"
        if on and broken is not None:
            on, why = False, f"it does not hold: a worker could {broken.act}"
        layers[name] = Layer(on, why, tried)
    return Isolation(layers, tuple(act for act in together if act.layer == "secrets"))


@contextmanager
def listener() -> Iterator[int]:
    """Listen on the loopback interface; yields the port that no worker must reach."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        yield int(server.getsockname()[1])


class CanaryRecord:
    """The grader's record that the canary passed this very wall since the machine was started."""

    def __init__(self, folder: Path, *circumstances: str) -> None:
        digest = hashlib.sha256("\n".join((*circumstances, _boot())).encode()).hexdigest()
        self._path = folder / f"canary-{digest[:32]}"

    def __bool__(self) -> bool:
        """Whether it is known."""
        return self._path.exists()

    def remember(self) -> None:
        """Know it from now on; where the cache cannot be written, it is tried again next time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch()
        except OSError:
            return


def _boot() -> str:
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text() if path.exists() else ""
