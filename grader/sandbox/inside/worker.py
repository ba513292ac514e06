"""Answers requests with the student's code (runs in the student's process).

One request, one answer. Whatever student code does here can only change what it claims itself.
"""

from __future__ import annotations

import contextlib
import copy
import io
import mmap
import os
import random
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
import numpy.ma  # what student code makes NumPy import, it finds imported
import numpy.random
import torch

if TYPE_CHECKING:
    from grader.sandbox import wire
    from grader.sandbox.inside import (
        attempts,
        failures,
        loading,
        lockdown,
        nets,
        run,
        standins,
        values,
    )
    from grader.sandbox.wire import Claim, Frame
else:
    import attempts
    import failures
    import loading
    import nets
    import run
    import standins
    import values
    import wire
    from wire import Claim, Frame

torch.set_num_threads(1)  # run no kernel before the fork: its thread pool would not survive it
# Nothing draws from here to student code; what costs a millisecond is done before the fork.
np.random.seed(0)  # noqa: NPY002 - the generator that student code uses
torch.manual_seed(0)
# pandas would import what only the trusted side may have, and with it a thread: no fork after that.
sys.modules["pyarrow"] = None  # type: ignore[assignment]
FROM_TRUSTED = wire.Caps(claims=1_000_000, bytes=1 << 34)
OWN_MODULES = [path.stem for path in Path(__file__).parent.glob("*.py")]
"""Modules that are forgotten before student code runs: a helper module may have the same name."""


def work(
    box: Path,
    practice: Path,
    request: int,
    answer: int,
    layers: lockdown.Layers,
    shared: int | None = None,
) -> None:
    """Report the layers of the wall, then answer requests until the trusted process is gone.

    Args:
        box: the scratch folder.
        practice: the file of the practice set.
        request: the pipe that requests come from.
        answer: the pipe that answers go to.
        layers: what `lockdown` reported.
        shared: memory with arrays that are not sent; None: all are.
    """
    printed = sys.stdout, sys.stderr = _stream(1), _stream(2)  # the old ones were made for a file
    for name in OWN_MODULES:
        sys.modules.pop(name, None)
    random.seed(0)  # a fork has a seed of its own
    worker = Worker(box, practice)
    fill = partial(_fill, request)
    look = None if shared is None else partial(_mapped, shared)
    _send(answer, Frame({"id": 0, "answer": "ready", "layers": layers}))
    while True:
        frame = wire.receive(fill, FROM_TRUSTED, look)
        fields, claim = worker.answer(frame)
        for stream in printed:
            with contextlib.suppress(OSError, ValueError):  # student code may have closed it
                stream.flush()
        remarks = worker.standins.notes()
        _send(answer, Frame({"id": frame.fields["id"], "remarks": remarks, **fields}, claim))


def _is_kept(argument: Any) -> bool:
    """Whether the lab's constructor hands on this very object: the list of scales, or a scale."""
    if isinstance(argument, torch.Tensor):
        return argument.numel() == 1
    return isinstance(argument, list)


class Worker:
    """One submission in one process."""

    def __init__(self, box: Path, practice: Path) -> None:
        self.standins = standins.StandIns(practice)
        self.student = loading.StudentModule(box, self.standins)
        self.nets: dict[int, nets.Built] = {}

    def answer(self, frame: Frame) -> tuple[dict[str, Any], Claim]:
        """Fields and claim of the answer to one request."""
        do = {
            "load": self._load,
            "call": self._call,
            "value": self._value,
            "build": self._build,
            "forward": self._forward,
            "quantize": self._quantize,
            "execute": self._execute,
            "attempt": self._attempt,
            "canary": self._canary,
            "inventory": self._inventory,
            "hide": self._hide,
            "hang": self._hang,
        }
        try:
            return do[frame.fields["do"]](frame.fields, frame.claim)
        except loading.MissingError as error:
            missing = {"name": error.name, "suggestion": error.suggestion, "because": error.because}
            return {"answer": "missing", **missing}, Claim("none")
        except BaseException as error:  # noqa: BLE001 - student code raises what it likes
            raised = failures.describe(error, self.student.name_of)
            raised["message"] = self.student.told(error, raised["message"])
            return {"answer": "raised", **raised}, Claim("none")

    def _load(self, _: dict[str, Any], program: Claim) -> tuple[dict[str, Any], Claim]:
        self.student.load(program)
        return {"answer": "loaded", "failures": self.student.failures}, Claim("none")

    def _call(self, fields: dict[str, Any], arguments: Claim) -> tuple[dict[str, Any], Claim]:
        function = self.student.find(fields["name"])
        given = values.value_of(arguments)
        if fields["again"]:
            new = copy.deepcopy(given)
            function(*given)
            pairs = zip(given, new, strict=True)
            given = [kept if _is_kept(kept) else fresh for kept, fresh in pairs]
        result = function(*given)
        return {"answer": "returned"}, values.Exporter().claim(result)

    def _value(self, fields: dict[str, Any], _: Claim) -> tuple[dict[str, Any], Claim]:
        found = self.student.find(fields["name"])
        return {"answer": "returned"}, values.Exporter().claim(found)

    def _build(self, fields: dict[str, Any], plan: Claim) -> tuple[dict[str, Any], Claim]:
        built = nets.build(self.student, fields, values.value_of(plan))
        self.nets[fields["net"]] = built
        found = {"net": built.net, "bypassed": built.bypassed, "notes": built.notes}
        return {"answer": "built", **found}, values.Exporter().claim(nets.describe(built))

    def _forward(self, fields: dict[str, Any], images: Claim) -> tuple[dict[str, Any], Claim]:
        built, batch, observe = self.nets[fields["net"]], fields["batch"], fields["observe"]
        given = values.value_of(images)
        found = nets.forward(built, given, batch, observe, fields["other_mode"])
        return {"answer": "forwarded"}, values.Exporter().claim(found)

    def _quantize(self, fields: dict[str, Any], given: Claim) -> tuple[dict[str, Any], Claim]:
        weights, images = values.value_of(given)
        found = nets.quantize_layers(self.student, fields["layers"], weights, images)
        return {"answer": "returned"}, values.Exporter().claim(found)

    def _attempt(self, fields: dict[str, Any], _: Claim) -> tuple[dict[str, Any], Claim]:
        acts = attempts.attempt_all(attempts.Target(**fields["target"]), fields["layers"])
        return {"answer": "attempted", "acts": acts}, Claim("none")

    def _inventory(self, fields: dict[str, Any], _: Claim) -> tuple[dict[str, Any], Claim]:
        found = attempts.inventory(attempts.Target(**fields["target"]), fields["paths"])
        return {"answer": "listed", "inventory": found}, Claim("none")

    def _hide(self, _: dict[str, Any], __: Claim) -> tuple[dict[str, Any], Claim]:
        return {"answer": "hidden", "bytes": attempts.hide()}, Claim("none")

    def _hang(self, _: dict[str, Any], __: Claim) -> tuple[dict[str, Any], Claim]:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while True:
            time.sleep(3600)

    def _canary(self, fields: dict[str, Any], _: Claim) -> tuple[dict[str, Any], Claim]:
        attempts.CANARY[fields["part"]](self.student.box)
        return {"answer": "passed"}, Claim("none")

    def _execute(self, fields: dict[str, Any], notebook: Claim) -> tuple[dict[str, Any], Claim]:
        self.standins.install_all()
        data, older = (file.tobytes() for file in values.value_of(notebook))

        def after_cell(names: dict[str, Any]) -> None:
            for name, value in list(names.items()):
                if not name.startswith("_"):
                    self.standins.train(name, value, "")

        name, seconds = fields["name"], fields["milliseconds"] / 1000
        loading.start_as(name)
        failed, executed = run.run(data, older, name, seconds, after_cell, self.standins.note)
        file = np.frombuffer(executed, np.uint8)
        if failed is not None:
            failed = {**failed, "text": ""}
        return {"answer": "executed", "failed": failed}, Claim("ndarray", file)


def _stream(descriptor: int) -> TextIO:
    return open(descriptor, "w", 1, "utf-8", "backslashreplace", closefd=False)


def _fill(descriptor: int, view: memoryview) -> None:
    pipe = io.FileIO(descriptor, closefd=False)
    while view:
        count = pipe.readinto(view)
        if not count:  # the trusted process is done with this process
            os._exit(0)
        view = view[count:]


def _send(descriptor: int, frame: Frame) -> None:
    for view in wire.pack(frame):
        while view:
            view = view[os.write(descriptor, view) :]


def _mapped(shared: int, offset: int, size: int) -> memoryview:
    """So many bytes of the shared memory, mapped anew: to change them changes nothing else."""
    first = offset // mmap.ALLOCATIONGRANULARITY * mmap.ALLOCATIONGRANULARITY
    part = mmap.mmap(shared, offset + size - first, access=mmap.ACCESS_COPY, offset=first)
    return memoryview(part)[offset - first :]
