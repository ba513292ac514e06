"""One submission behind the wall: what checks ask, and what they are answered.

Nothing here holds an object of the student's, imports torch, or trusts what a worker sends.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
import numpy as np

from grader.architecture import Architecture
from grader.errors import WallError
from grader.sandbox import wire
from grader.sandbox.outside.answer import (
    Answer,
    Built,
    BuiltLayer,
    Died,
    Executed,
    Failure,
    Forwarded,
    Missing,
    Raised,
    Returned,
    TimedOut,
)
from grader.sandbox.outside.budgets import LOADING, PATIENCE, Budgets
from grader.sandbox.outside.child import (
    Child,
    Deadline,
    FullError,
    GoneError,
    LateError,
    Output,
    within,
)
from grader.sandbox.outside.launch import Launcher
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.messages import (
    HasBuilt,
    HasExecuted,
    HasForwarded,
    HasRaised,
    HasReturned,
    IsMissing,
    Loaded,
    Ready,
    Reply,
    Told,
    claim_of_plan,
    claim_of_program,
    parse,
    parts,
    size,
)
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.wire import Array, Claim, Frame, Tensor, Value, WireError, clean
from grader.submission.interface import GRADED, PROVIDED
from grader.submission.program import Program, Whole

READY_SECONDS = 120.0
"""A worker that was not forked imports torch first, on the slowest machine with a cold disk."""
EXECUTION_GRACE = 10.0
"""Seconds that an interrupted notebook has to say where it was, before its process is ended."""
LIBGOMP = "libgomp: Thread creation failed"
"""The last words of a process which torch's threads have ended: Python hears nothing of it."""
NO_THREADS = " (no more threads could be started: leave their number as it is, which is 1 here)"
NOTES = 50
Inner = TypeVar("Inner")
"""What a request is answered with, if not with a failure: `Returned`, `Built`, `Forwarded`."""


class Session:
    """One submission behind the wall: the only thing that checks see of a student."""

    def __init__(self, launcher: Launcher, program: Program, limits: Limits) -> None:
        self._launcher, self._limits = launcher, limits
        self.layers: dict[str, tuple[bool, str]] = {}
        """Each layer of the wall -> on or off, and why; known after the first fork."""
        self._program, self._packages = claim_of_program(program), program.packages
        self._output = Output(self._limits.output_bytes)
        self._aside = Output(self._limits.output_bytes)
        self._is_aside = False
        self._notes: list[str] = []
        self._child: Child | None = None
        self._nets: dict[NetPlan, int] = {}
        """The nets that live in the present worker."""
        self._grouped = False
        self._kept: dict[str, tuple[Child, dict[NetPlan, int]]] = {}
        """The workers of groups that have a name, and their nets."""
        self._loaded = False
        """Whether loading has ever worked."""
        self._final: Failure | None = None
        """The answer to everything, once no call can be made any more."""
        self._ended: dict[str, TimedOut | Died] = {}
        """Functions that were ended for what they used, and are not called again."""
        self._budgets = Budgets(limits)
        self._asking = LOADING
        """Whose budget an exchange is taken from."""
        self._claimed = 0
        self._turn = 0
        self.disturbed = False
        """Whether a call was ended, died, or was not made any more: another time it may go on."""

    @property
    def output(self) -> str:
        """What student code printed: bounded, and fit for a person's eyes."""
        return self._steady(self._output.text)

    @property
    def output_aside(self) -> str:
        """What a worker printed inside `aside`, and from then on; likewise."""
        return self._steady(self._aside.text)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is asked inside is not for the student, nor what a worker tells of it later.

        So whatever a worker prints that was asked something inside goes to `output_aside`.
        """
        outer, self._is_aside = self._is_aside, True
        try:
            yield
        finally:
            self._is_aside = outer

    @property
    def over(self) -> bool:
        """Whether no call can be made any more: nothing could be loaded, or all time is used up."""
        return self._final is not None

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks for a person: what raised while loading, what was tried twice."""
        return tuple(self._notes)

    @contextmanager
    def group(self, name: str = "") -> Iterator[None]:
        """The calls inside share one fresh process; a call outside has one of its own.

        Where workers are spawned, all calls of this session share one.

        Args:
            name: groups of the same name share a process, which lives until `end`. A group without
                a name has a process of its own. A group within a group uses the outer one's.
        """
        outer, self._grouped = self._grouped, True
        if not outer and name in self._kept:
            self._child, self._nets = self._kept.pop(name)
        try:
            yield
        finally:
            self._grouped = outer
            if not outer and self._launcher.forks:
                if name and self._child is not None:
                    self._kept[name] = self._child, self._nets
                    self._child, self._nets = None, {}
                self._end()

    def end(self, *names: str) -> None:
        """End the processes of these groups, or all; another call would start a fresh one."""
        for name in names or [*self._kept, ""]:
            if name:
                self._child, self._nets = self._kept.pop(name, (None, {}))
            self._end()

    def call(self, name: str, *arguments: Value, again: bool = False) -> Answer:
        """Call a function of the submission, such as `NetQuantized.quantize_activations`.

        Args:
            name: the function.
            arguments: what it is given.
            again: call it twice, with the same lists and scales but copies of all else; the second
                result is the answer.
        """
        return self._result({"do": "call", "name": name, "again": again}, wire.claim_of(arguments))

    def value(self, name: str) -> Answer:
        """The value of a name of the submission, such as a string constant."""
        return self._result({"do": "value", "name": name}, Claim("none"))

    def _result(self, request: dict[str, Any], claim: Claim) -> Answer:
        def turn() -> Answer:
            answer, result = self._exchange(request, claim)
            return Returned(result) if isinstance(answer, HasReturned) else self._failure(answer)

        return self._ask(request["name"], turn)

    def execute(self, whole: Whole, seconds: float) -> Executed | Failure:
        """Execute a whole notebook, or a script as one, in a fresh process.

        Args:
            whole: the file as it was handed in.
            seconds: how long it may take; the deadlines of calls do not count here.
        """
        self._end()
        self._launcher.preload(("torchvision", "matplotlib.pyplot"))
        self._fork()
        # Whole milliseconds: a header carries no fractions.
        request = {"do": "execute", "name": whole.name, "milliseconds": int(seconds * 1000)}
        files = tuple(np.frombuffer(data, np.uint8) for data in (whole.data, whole.older))
        before = len(self._notes)
        try:
            answer, claim = self._exchange(request, wire.claim_of(files), seconds + EXECUTION_GRACE)
            if not isinstance(answer, HasExecuted):
                return self._failure(answer)
            if claim.kind != "ndarray" or claim.array is None:
                raise WireError("an executed notebook that is none")
            failed = None if answer.failed is None else self._raised(answer.failed)
            remarks, self._notes[before:] = tuple(self._notes[before:]), []
            return Executed(failed, claim.array.tobytes(), remarks)
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
        if (over := self._over(*plan.calls)) is not None:
            return over
        return self._ask(plan.cls, lambda: self._build(plan))

    def quantize_layers(
        self, architecture: Architecture, weights: Mapping[str, Array], images: Array
    ) -> Answer:
        """What the lab does in Question 2: quantize a copy of a float net, and give it images.

        Args:
            architecture: the float net's.
            weights: its own, by layer.
            images: float32, (n, channels, height, width).

        Returns:
            The logits, in the types that come of it.
        """
        layers = [msgspec.to_builtins(layer) for layer in architecture.layers]
        tensors = [Tensor(weights[name]) for name in architecture.names]
        # A name of its own: what this takes beside, quantized_weights must not lack elsewhere.
        request = {"do": "quantize", "name": "quantize_layer_weights", "layers": layers}
        if (over := self._over("quantized_weights")) is not None:
            return over
        return self._result(request, wire.claim_of((tensors, images)))

    def forward(
        self,
        built: Built,
        images: Array,
        batch: int,
        observe: bool = False,
        other_mode: bool = False,
    ) -> Forwarded | Failure:
        """Give images to a built net; it is built again first if its process is gone.

        Args:
            built: what `build` answered.
            images: float32, (n, channels, height, width).
            batch: how many images the net is given at a time.
            observe: whether to bring back what each layer was given.
            other_mode: whether the net is in the other mode than the one it was built in (training
                or evaluation).
        """
        plan, names = built.plan, built.plan.architecture.names if observe else ()

        def turn() -> Forwarded | Failure:
            again = None if plan in self._nets else self._build(plan)
            if again is not None and not isinstance(again, Built):
                return again
            request = {
                "do": "forward",
                "net": self._nets[plan],
                "batch": batch,
                "observe": names,
                "other_mode": other_mode,
            }
            answer, claim = self._exchange(request, Claim("ndarray", images))
            if not isinstance(answer, HasForwarded):
                return self._failure(answer)
            outputs, inputs = parts(claim, 2)
            seen = dict(zip(names, parts(inputs, len(names)), strict=True))
            unobserved = tuple(name for name in names if seen[name].kind == "none")
            observed = {name: seen[name] for name in names if name not in unobserved}
            return Forwarded(outputs, observed, unobserved)

        return self._ask(f"{plan.cls}.forward", turn)

    def _build(self, plan: NetPlan) -> Built | Failure:
        number, names = self._turn, plan.architecture.names
        layers = [msgspec.to_builtins(layer) for layer in plan.architecture.layers]
        request = {"do": "build", "cls": plan.cls, "net": number, "layers": layers}
        answer, claim = self._exchange(request, claim_of_plan(plan))
        if not isinstance(answer, HasBuilt):
            return self._failure(answer)
        input_scale, layer_claims = parts(claim, 2)
        by_layer = zip(names, parts(layer_claims, len(names)), strict=True)
        found = {name: BuiltLayer(*parts(part, 4)) for name, part in by_layer}
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
                if (over := self._over(name)) is not None:
                    return over
                try:
                    failure = self._load()
                    self._asking = name
                    return failure or turn()
                except LateError:
                    if self._budgets.left(name) > 0:
                        most = self._limits.call_seconds
                        words = f"{name} took longer than {most:g} s, and was not called again"
                        self._ended[name] = TimedOut(most, words)
                    return self._timed_out(name)
                except FullError as error:
                    self._end()
                    words = f"it was ended before ({error}) and was not called again"
                    self._ended[name] = Died(words, retried=False)
                    return Died(f"it was ended: {error}", retried=False)
                except (GoneError, WireError) as error:
                    reason = self._reason(error)
                    self._note(f"{name}: {reason}; it was tried once more in a fresh one")
        words = f"it did so twice before ({reason}) and was not called again"
        self._ended[name] = Died(words, retried=False)
        return Died(reason, retried=True)

    def _load(self) -> Failure | None:
        """See that there is a worker which has loaded the submission."""
        if self._child is not None:
            return None
        self._fork()
        self._asking = LOADING
        try:
            answer, _ = self._exchange({"do": "load"}, self._program)
            self._remember(answer)
        except LateError:
            if self._loaded and self._budgets.left(LOADING) > 0:
                raise
            self._final = self._timed_out(LOADING)
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

    def _remember(self, answer: Reply) -> None:
        """Note what raised while loading, at the first load."""
        if not isinstance(answer, Loaded):
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
        self._launcher.preload(self._packages)
        for _ in range(2):
            self._child, self._nets = self._launcher.fork(self._output), {}
            try:
                frame = self._child.receive(within(READY_SECONDS))
                ready = parse(frame.fields)
            except (LateError, FullError, GoneError, WireError):
                self._end()
                continue
            if isinstance(ready, Ready):
                self.layers = ready.layers
                return
        raise WallError(f"no worker could be started: {self.output.strip()[-500:]}")

    def _exchange(
        self, request: dict[str, Any], claim: Claim, seconds: float | None = None
    ) -> tuple[Reply, Claim]:
        """Send one request and receive its answer, within `seconds`, or what is left of a call."""
        try:
            return self._exchanged(request, claim, seconds)
        except (LateError, FullError, GoneError, WireError):
            self.disturbed = True
            raise

    def _exchanged(
        self, request: dict[str, Any], claim: Claim, seconds: float | None
    ) -> tuple[Reply, Claim]:
        if self._child is None:
            raise GoneError
        if self._is_aside:
            self._child.output = self._aside
        self._turn += 1
        began, before = time.monotonic(), self._child.processor_seconds()
        deadline = self._deadline(before) if seconds is None else within(seconds)
        try:
            if self._launcher.forks:
                self._child.resume()
            self._child.send(Frame({"id": self._turn, **request}, claim), deadline)
            frame = self._child.receive(deadline)
        finally:
            if self._launcher.forks:
                self._child.pause()  # between two requests a thread would go on unseen
            if seconds is None:
                processor = max(self._child.processor_seconds() - before, 0.0)
                self._budgets.spend(self._asking, processor, time.monotonic() - began)
        answer = parse(frame.fields)
        if answer.id != self._turn:
            raise WireError("an answer to another request")
        if self._claimed + size(frame.claim) > self._limits.claims_bytes:
            most = self._limits.claims_bytes >> 20
            raise FullError(f"the answers came to more than {most} MiB")  # this one is not kept
        self._claimed += size(frame.claim)
        for remark in answer.remarks[:NOTES]:
            self._note(remark)
        return answer, frame.claim

    def _deadline(self, used: float) -> Deadline:
        """Of a call that begins now; its worker has used so much processor time before."""
        most = self._budgets.of_call(self._asking)
        return Deadline(time.monotonic() + PATIENCE * most, used + most)

    def _timed_out(self, what: str) -> TimedOut:
        """The answer to a call that was late; its worker is ended."""
        self._end()
        if self._budgets.used_up:
            seconds = self._limits.submission_seconds
            self._final = TimedOut(
                seconds, f"the {seconds:g} s of the whole submission are used up"
            )
            return self._final
        if self._budgets.left(what) <= 0:
            return self._used_up(what)
        seconds = self._limits.call_seconds
        return TimedOut(seconds, f"{what} took longer than {seconds:g} s")

    def _over(self, *names: str) -> TimedOut | Died | None:
        """Why one of these functions is not called any more, if one is not."""
        for name in names:
            if name in self._ended:
                return self._ended[name]
            if self._budgets.left(name) <= 0:
                return self._used_up(name)
        return None

    def _used_up(self, name: str) -> TimedOut:
        self.disturbed = True
        seconds = self._budgets.of(name)
        return TimedOut(seconds, f"all calls of {name} together took longer than {seconds:g} s")

    def _reason(self, error: GoneError | WireError) -> str:
        """Why a worker gave no answer; it is ended."""
        if isinstance(error, WireError):
            self._end()
            return f"its process sent a malformed answer ({error})"
        began = time.monotonic()
        child = self._child
        by_itself = child is not None and child.ends()
        status = self._end()
        self._budgets.spend(self._asking, 0.0, time.monotonic() - began)
        if child is None or not by_itself:
            return "its process closed the pipe that answers go through"
        if status >= 0:
            hint = NO_THREADS if LIBGOMP in child.output.last_line else ""
            return f"its process ended with exit status {status}{hint}"
        hint = " (perhaps it ran out of memory)" if -status == signal.SIGKILL else ""
        return f"its process was ended by signal {-status}: {signal.strsignal(-status)}{hint}"

    def _end(self) -> int:
        """End the worker, if there is one; returns its exit code (or -signal)."""
        child, self._child, self._nets = self._child, None, {}
        if child is None:
            return 0
        try:
            return self._launcher.end(child)
        finally:
            child.close()

    def _steady(self, text: str) -> str:
        """The text without the wall's folders and without addresses, which differ each time."""
        text = re.sub(rf"{re.escape(str(self._launcher.folder))}[/\\]box-\d+", "~", text)
        return re.sub(r"\b0x[0-9a-f]{6,16}\b", "0x...", text)

    def _raised(self, found: HasRaised | Told) -> Raised:
        def told(text: str, limit: int) -> str:
            return self._steady(clean(text, limit))

        message, where = told(found.message, 2100), told(found.where, 200)
        return Raised(told(found.kind, 100), message, where, told(found.text, 8000))

    def _failure(self, answer: Reply) -> Failure:
        if isinstance(answer, HasRaised):
            return self._raised(answer)
        if isinstance(answer, IsMissing):
            # A name that the lab asks for, too, is not this one misspelled.
            close = None if answer.suggestion in (*GRADED, *PROVIDED) else answer.suggestion
            suggestion = None if close is None else clean(close, 100)
            because = None if answer.because is None else self._raised(answer.because)
            return Missing(clean(answer.name, 200), suggestion, because)
        raise WireError("an answer of another kind")

    def _note(self, text: str) -> None:
        text = " ".join(self._steady(clean(text, 500)).split())
        if text not in self._notes and len(self._notes) < NOTES:
            self._notes.append(text)
