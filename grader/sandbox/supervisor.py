"""The wall from the trusted side: `Wall` admits a submission, `Session` answers for it.

Nothing here holds an object of the student's, imports torch, or trusts what a worker sends.
"""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import numpy as np

from grader.errors import WallError
from grader.sandbox import wire
from grader.sandbox.answer import (
    Answer,
    Built,
    BuiltLayer,
    Died,
    Failure,
    Forwarded,
    Missing,
    Raised,
    Ran,
    Returned,
    TimedOut,
)
from grader.sandbox.child import Child, FullError, GoneError, LateError, Output
from grader.sandbox.isolation import Isolation
from grader.sandbox.launch import Launcher, Limits, Zygote
from grader.sandbox.plan import NetPlan, Practice
from grader.sandbox.prove import Canary, Inventory, outside, prove, take_inventory
from grader.sandbox.spawn import Spawner
from grader.sandbox.wire import Array, Claim, Frame, Tensor, Value, WireError, clean
from grader.submission.program import Program

__all__ = ["Limits", "Session", "Wall"]

NATURAL_END = 0.5
"""Seconds that a worker whose pipe closed has to end by itself: then its status is known."""
READY_SECONDS = 120.0
"""A worker that was not forked imports torch first, on the slowest machine with a cold disk."""
RUN_GRACE = 10.0
"""Seconds between the interrupt of a whole notebook, which says where it was, and its end."""
NOTES = 50
Inner = TypeVar("Inner")
"""What one turn answers beside a failure: `Returned`, `Built` or `Forwarded`."""


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
    ) -> None:
        """Prepare a wall.

        Args:
            limits: what each submission may use.
            without: layers to leave out, for tests that prove what each is good for.
            spawn: whether workers are spawned, not forked; on Linux for tests only.
        """
        self.limits, self._without, self._spawn = limits or Limits(), without, spawn
        self.layers: dict[str, tuple[bool, str]] = {}
        """Each layer of the wall -> on or off, and why; known after the first fork."""
        self._isolation: Isolation | None = None
        self._canary: Canary | None = None
        self._zygote: Launcher | None = None
        self._admitted: Session | None = None
        """The last session, whose worker may live on where it is spawned."""

    def __enter__(self) -> Wall:
        """Start the zygote, and do not wait for its import of torch.

        Raises:
            WallError: this system cannot run it.
        """
        self._zygote = (Spawner if self._spawn else Zygote)(self.limits, self._without)
        return self

    def __exit__(self, *_: object) -> None:
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = self._canary = self._admitted = None

    def prove(self, secrets: Sequence[Path], cache: Path) -> Isolation:
        """Prove every layer by trying, once for this wall, and let honest code run behind it.

        Args:
            secrets: the grader's own files and folders, which student code must not read.
            cache: where it is remembered that honest code passes.

        Raises:
            WallError: the wall cannot be proven.
        """
        if self._isolation is None:
            zygote = self._up()
            self._isolation = prove(zygote, secrets)
            if zygote.forks:  # otherwise it would cost seconds, and prove little of so low a wall
                self._canary = Canary(zygote, cache, self._isolation)
        return self._isolation

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
        zygote = self._up()
        everywhere = ["/", str(Path.home())]
        return take_inventory(zygote, outside(zygote.readable) if zygote.readable else everywhere)

    def _up(self) -> Launcher:
        if self._zygote is None:
            raise WallError("the wall is not up: use it as a context manager")
        return self._zygote

    def admit(self, program: Program, practice: Practice | None = None) -> Session:
        """A session for one submission; its code runs at the first call.

        Args:
            program: the code that is graded.
            practice: what stands in for CIFAR-10 and for trained nets; None: nothing does.

        Raises:
            WallError: the wall is not up, or its folder cannot be written to.
        """
        zygote = self._up()
        if self._admitted is not None and not zygote.forks:
            self._admitted.end()
        if practice is not None:
            zygote.provide(practice)
        self._admitted = Session(self, zygote, program)
        return self._admitted


class Session:
    """One submission behind the wall: the only thing that checks see of a student."""

    def __init__(self, wall: Wall, zygote: Launcher, program: Program) -> None:
        self._wall, self._zygote, self._limits = wall, zygote, wall.limits
        self._program, self._packages = _claim_of_program(program), program.packages
        self._output = Output(self._limits.output_bytes)
        self._notes: list[str] = []
        self._child: Child | None = None
        self._nets: dict[NetPlan, int] = {}
        """The nets that live in the present worker."""
        self._grouped = False
        self._loaded = False
        """Whether loading has ever worked."""
        self._final: Failure | None = None
        """The answer to everything, once no call can be made any more."""
        self._ended: dict[str, TimedOut | Died] = {}
        """Functions that were ended for what they used, and are not called again."""
        self._spent = 0.0
        self._claimed = 0
        self._turn = 0

    @property
    def output(self) -> str:
        """What student code printed: bounded, and fit for a person's eyes."""
        return self._steady(self._output.text)

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks for a person: what raised while loading, what was tried twice."""
        return tuple(self._notes)

    @contextmanager
    def group(self) -> Iterator[None]:
        """The calls inside share one fresh process; a call outside has one of its own.

        Where workers are spawned, all calls of this session share one.
        """
        outer, self._grouped = self._grouped, True
        try:
            yield
        finally:
            self._grouped = outer
            if not outer and self._zygote.forks:
                self._end()

    def end(self) -> None:
        """End the process; another call would start a fresh one."""
        self._end()

    def call(self, name: str, *arguments: Value, again: bool = False) -> Answer:
        """Call a function of the submission, such as `NetQuantized.quantize_activations`.

        Args:
            name: the function.
            arguments: what it is given.
            again: call it twice with the same lists, all else new, and answer what came second.
        """
        return self._result({"do": "call", "name": name, "again": again}, wire.claim_of(arguments))

    def value(self, name: str) -> Answer:
        """The value of a name of the submission, such as a string constant."""
        return self._result({"do": "value", "name": name}, Claim("none"))

    def _result(self, request: dict[str, Any], claim: Claim) -> Answer:
        def turn() -> Answer:
            answer, result = self._exchange(request, claim)
            return Returned(result) if isinstance(answer, _Returned) else self._failure(answer)

        return self._ask(request["name"], turn)

    def run(self, data: bytes, name: str, seconds: float) -> Ran | Failure:
        """Execute a whole notebook, or a script as one, in a fresh process.

        Args:
            data: the file as it was handed in.
            name: its name; the suffix tells what it is.
            seconds: how long it may take; the deadlines of calls do not count here.
        """
        self._end()
        self._zygote.preload(("torchvision", "matplotlib.pyplot"))
        self._fork()
        # Whole milliseconds: a header carries no fractions.
        request = {"do": "run", "name": name, "milliseconds": int(seconds * 1000)}
        notebook, before = np.frombuffer(data, np.uint8), len(self._notes)
        try:
            answer, claim = self._exchange(request, Claim("ndarray", notebook), seconds + RUN_GRACE)
            if not isinstance(answer, _Ran):
                return self._failure(answer)
            if claim.kind != "ndarray" or claim.array is None:
                raise WireError("an executed notebook that is none")
            failed = None if answer.failed is None else self._raised(answer.failed)
            remarks, self._notes[before:] = tuple(self._notes[before:]), []
            return Ran(failed, claim.array.tobytes(), remarks)
        except LateError:
            return TimedOut(seconds, f"the whole notebook took longer than {seconds:g} s")
        except FullError as error:
            return Died(f"it was ended: {error}", retried=False)
        except (GoneError, WireError) as error:
            return Died(self._reason(error), retried=False)
        finally:
            self._end()

    def build(self, plan: NetPlan) -> Built | Failure:
        """Have the student's class build a quantized net."""
        for name in plan.calls:
            if name in self._ended:
                return self._ended[name]
        return self._ask(plan.cls, lambda: self._build(plan))

    def forward(
        self, built: Built, images: Array, batch: int, observe: bool = False
    ) -> Forwarded | Failure:
        """Run a built net; it is built again first if its process is gone.

        Args:
            built: what `build` answered.
            images: float32, (n, channels, height, width).
            batch: how many images the net is given at a time.
            observe: whether to bring back what each layer was given.
        """
        plan, names = built.plan, built.plan.architecture.names if observe else ()

        def turn() -> Forwarded | Failure:
            again = None if plan in self._nets else self._build(plan)
            if again is not None and not isinstance(again, Built):
                return again
            request = {"do": "forward", "net": self._nets[plan], "batch": batch, "observe": names}
            answer, claim = self._exchange(request, Claim("ndarray", images))
            if not isinstance(answer, _Forwarded):
                return self._failure(answer)
            outputs, inputs = _parts(claim, 2)
            seen = dict(zip(names, _parts(inputs, len(names)), strict=True))
            unobserved = tuple(name for name in names if seen[name].kind == "none")
            observed = {name: seen[name] for name in names if name not in unobserved}
            return Forwarded(outputs, observed, unobserved)

        return self._ask(f"{plan.cls}.forward", turn)

    def _build(self, plan: NetPlan) -> Built | Failure:
        number, names = self._turn, plan.architecture.names
        layers = [msgspec.to_builtins(layer) for layer in plan.architecture.layers]
        request = {"do": "build", "cls": plan.cls, "net": number, "layers": layers}
        answer, claim = self._exchange(request, _claim_of_plan(plan))
        if not isinstance(answer, _Built):
            return self._failure(answer)
        input_scale, layer_claims = _parts(claim, 2)
        parts = _parts(layer_claims, len(names))
        found = {n: BuiltLayer(*_parts(part, 4)) for n, part in zip(names, parts, strict=True)}
        notes = tuple(clean(note, 300) for note in answer.notes[:NOTES])
        self._nets[plan] = number
        return Built(plan, input_scale, found, answer.net, answer.bypassed, notes)

    def _ask(self, name: str, turn: Callable[[], Inner | Failure]) -> Inner | Failure:
        """One answer to one request; a worker that dies is replaced once."""
        reason = ""
        with self.group():
            for _ in range(2):
                if self._final is not None:
                    return self._final
                if name in self._ended:
                    return self._ended[name]
                try:
                    return self._load() or turn()
                except LateError:
                    words = f"{name} took too long before and was not called again"
                    self._ended[name] = TimedOut(self._limits.call_seconds, words)
                    return self._timed_out(name)
                except FullError as error:
                    self._end()
                    words = f"it was ended before ({error}) and was not called again"
                    self._ended[name] = Died(words, retried=False)
                    return Died(f"it was ended: {error}", retried=False)
                except (GoneError, WireError) as error:
                    reason = self._reason(error)
                    self._note(f"{name}: {reason}; it was tried once more in a fresh one")
        return Died(reason, retried=True)

    def _load(self) -> Failure | None:
        """See that there is a worker which has loaded the submission."""
        if self._child is not None:
            return None
        self._fork()
        try:
            answer, _ = self._exchange({"do": "load"}, self._program)
            self._remember(answer)
        except LateError:
            if self._loaded:
                raise
            self._final = self._timed_out("loading the submission")
        except FullError as error:
            self._end()
            self._final = Died(f"while loading the submission, it was ended: {error}", False)
            self._note(self._final.reason)
        except (GoneError, WireError) as error:
            if self._loaded:
                raise
            self._final = Died(f"while loading the submission, {self._reason(error)}", False)
            self._note(self._final.reason)
        return self._final

    def _remember(self, answer: _Fields) -> None:
        """Note what raised while loading, at the first load."""
        if not isinstance(answer, _Loaded):
            self._final = self._failure(answer)
        elif not self._loaded:
            for failure in map(self._raised, answer.failures[:NOTES]):
                self._note(f"{failure.where}: {failure.kind}: {failure.message}")
            self._loaded = True

    def _fork(self) -> None:
        """A fresh worker that has locked itself in, and knows nothing of the submission yet.

        Raises:
            WallError: it ended before that, twice; no student code has run in it.
        """
        self._zygote.preload(self._packages)
        for _ in range(2):
            self._child, self._nets = self._zygote.fork(self._output), {}
            try:
                frame = self._child.receive(time.monotonic() + READY_SECONDS)
                ready = _parse(frame.fields)
            except (LateError, FullError, GoneError, WireError):
                self._end()
                continue
            if isinstance(ready, _Ready):
                self._wall.layers = ready.layers
                return
        raise WallError(f"no worker could be started: {self.output.strip()[-500:]}")

    def _exchange(
        self, request: dict[str, Any], claim: Claim, seconds: float | None = None
    ) -> tuple[_Fields, Claim]:
        """Send one request and receive its answer, within `seconds`, or what is left of a call."""
        if self._child is None:
            raise GoneError
        self._turn += 1
        began, counts = time.monotonic(), seconds is None
        if seconds is None:
            left = self._limits.submission_seconds - self._spent
            seconds = min(self._limits.call_seconds, left)
        try:
            self._child.send(Frame({"id": self._turn, **request}, claim), began + seconds)
            frame = self._child.receive(began + seconds)
        finally:
            self._spent += time.monotonic() - began if counts else 0.0
        answer = _parse(frame.fields)
        if answer.id != self._turn:
            raise WireError("an answer to another request")
        if self._claimed + _size(frame.claim) > self._limits.claims_bytes:
            most = self._limits.claims_bytes >> 20
            raise FullError(f"the answers came to more than {most} MiB")  # this one is not kept
        self._claimed += _size(frame.claim)
        for remark in answer.remarks[:NOTES]:
            self._note(remark)
        return answer, frame.claim

    def _timed_out(self, what: str) -> TimedOut:
        """The answer to a call that was late; its worker is ended."""
        self._end()
        if self._spent >= self._limits.submission_seconds:
            seconds = self._limits.submission_seconds
            self._final = TimedOut(
                seconds, f"the {seconds:g} s of the whole submission are used up"
            )
            return self._final
        seconds = self._limits.call_seconds
        return TimedOut(seconds, f"{what} took longer than {seconds:g} s")

    def _reason(self, error: GoneError | WireError) -> str:
        """Why a worker gave no answer; it is ended."""
        if isinstance(error, WireError):
            self._end()
            return f"its process sent a malformed answer ({error})"
        by_itself = self._child is not None and self._child.wait_for_end(NATURAL_END)
        status = self._end()
        if not by_itself:
            return "its process closed the pipe that answers go through"
        if status >= 0:
            return f"its process ended with exit status {status}"
        hint = " (perhaps it ran out of memory)" if -status == signal.SIGKILL else ""
        return f"its process was ended by signal {-status}: {signal.strsignal(-status)}{hint}"

    def _end(self) -> int:
        """End the worker, if there is one; returns its exit code (or -signal)."""
        child, self._child, self._nets = self._child, None, {}
        if child is None:
            return 0
        try:
            return self._zygote.end(child)
        finally:
            child.close()

    def _steady(self, text: str) -> str:
        """The text without what differs from run to run: folders of the wall, and addresses."""
        text = re.sub(rf"{re.escape(str(self._zygote.folder))}[/\\]box-\d+", "~", text)
        return re.sub(r"\b0x[0-9a-f]{6,16}\b", "0x...", text)

    def _raised(self, found: _Raised | _Exception) -> Raised:
        def told(text: str, limit: int) -> str:
            return self._steady(clean(text, limit))

        message, where = told(found.message, 2100), told(found.where, 200)
        return Raised(told(found.kind, 100), message, where, told(found.text, 8000))

    def _failure(self, answer: _Fields) -> Failure:
        if isinstance(answer, _Raised):
            return self._raised(answer)
        if isinstance(answer, _Missing):
            suggestion = None if answer.suggestion is None else clean(answer.suggestion, 100)
            because = None if answer.because is None else self._raised(answer.because)
            return Missing(clean(answer.name, 200), suggestion, because)
        raise WireError("an answer of another kind")

    def _note(self, text: str) -> None:
        text = " ".join(self._steady(clean(text, 500)).split())
        if text not in self._notes and len(self._notes) < NOTES:
            self._notes.append(text)


class _Exception(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    message: str
    where: str
    text: str


class _Fields(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="answer", kw_only=True
):
    id: int
    remarks: list[str] = []
    """What the student should know of the way in which the code was run."""


class _Ready(_Fields, frozen=True, tag="ready"):
    layers: dict[str, tuple[bool, str]]


class _Loaded(_Fields, frozen=True, tag="loaded"):
    failures: list[_Exception]


class _Returned(_Fields, frozen=True, tag="returned"):
    pass


class _Built(_Fields, frozen=True, tag="built"):
    net: Literal["student", "lab"]
    bypassed: bool
    notes: list[str]


class _Forwarded(_Fields, frozen=True, tag="forwarded"):
    pass


class _Ran(_Fields, frozen=True, tag="ran"):
    failed: _Exception | None


class _Raised(_Fields, frozen=True, tag="raised"):
    kind: str
    message: str
    where: str
    text: str


class _Missing(_Fields, frozen=True, tag="missing"):
    name: str
    suggestion: str | None
    because: _Exception | None


_Any = _Ready | _Loaded | _Returned | _Built | _Forwarded | _Ran | _Raised | _Missing


def _parse(fields: dict[str, Any]) -> _Any:
    try:
        answer: _Any = msgspec.convert(fields, _Any)
    except msgspec.ValidationError as error:
        raise WireError("fields that are not those of an answer") from error
    return answer


def _size(claim: Claim) -> int:
    """Bytes of all arrays in a claim."""
    own = 0 if claim.array is None else claim.array.nbytes
    return int(own) + sum(map(_size, claim.items))


def _parts(claim: Claim, count: int) -> tuple[Claim, ...]:
    if claim.kind != "tuple" or len(claim.items) != count:
        raise WireError("a claim of another form than was asked for")
    return claim.items


def _claim_of_program(program: Program) -> Claim:
    def content(data: bytes) -> Array:
        return np.frombuffer(data, np.uint8)

    cells = tuple(
        (
            cell.label,
            content(cell.source.encode("utf-8", "replace")),
            np.asarray(cell.keep, np.int64),
            np.asarray(cell.training, np.int64),
        )
        for cell in program.cells
    )
    modules = tuple((path, content(data)) for path, data in program.modules)
    return wire.claim_of((cells, modules))


def _claim_of_plan(plan: NetPlan) -> Claim:
    """The plan's values in the order of `nets.Plan`, lists in the order of the layers."""
    names = plan.architecture.names
    given = plan.quantized_weights
    values: list[Value] = [
        [Tensor(plan.weights[name]) for name in names],
        [Tensor(plan.biases[name]) if name in plan.biases else None for name in names],
        plan.input_activations,
        [plan.activations[name] for name in names],
        None if given is None else [given[name] for name in names],
        plan.input_scale,
        None if plan.output_scales is None else list(plan.output_scales),
        plan.bias,
    ]
    return wire.claim_of(values)
