"""The messages of a session: replies of a worker as types, programs and plans as claims.

A reply consists of fields, which are parsed strictly here, and a claim, which is not looked into.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import numpy as np

from grader.sandbox import wire
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.wire import Array, Claim, Tensor, Value, WireError
from grader.submission.program import Cell, Program


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exception, as the student's process tells it."""

    kind: str
    message: str
    where: str
    text: str


class Reply(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="answer", kw_only=True
):
    """The fields of any reply."""

    id: int
    remarks: list[str] = []
    """What the student should know of the way in which the code was executed."""


class Ready(Reply, frozen=True, tag="ready"):
    """A worker has locked itself in."""

    layers: dict[str, tuple[bool, str]]


class Loaded(Reply, frozen=True, tag="loaded"):
    """The submission was loaded; some statements may have raised."""

    failures: list[Told]


class HasReturned(Reply, frozen=True, tag="returned"):
    """A function returned: the claim is its result."""


class HasBuilt(Reply, frozen=True, tag="built"):
    """A net was built: the claim is what it carries."""

    net: Literal["student", "lab"]
    bypassed: bool
    notes: list[str]


class HasForwarded(Reply, frozen=True, tag="forwarded"):
    """A net was given images: the claim is its outputs, and what its layers were given."""


class HasExecuted(Reply, frozen=True, tag="executed"):
    """A whole notebook was executed: the claim is the copy with its outputs."""

    failed: Told | None


class HasRaised(Reply, frozen=True, tag="raised"):
    """Student code raised."""

    kind: str
    message: str
    where: str
    text: str


class IsMissing(Reply, frozen=True, tag="missing"):
    """The submission does not define the name."""

    name: str
    suggestion: str | None
    because: Told | None


AnyReply = (
    Ready | Loaded | HasReturned | HasBuilt | HasForwarded | HasExecuted | HasRaised | IsMissing
)


def parse(fields: dict[str, Any]) -> AnyReply:
    """The reply that these fields make.

    Raises:
        WireError: they make none.
    """
    try:
        answer: AnyReply = msgspec.convert(fields, AnyReply)
    except msgspec.ValidationError as error:
        raise WireError("fields that are not those of an answer") from error
    return answer


def size(claim: Claim) -> int:
    """Bytes of all arrays in a claim."""
    own = 0 if claim.array is None else claim.array.nbytes
    return int(own) + sum(map(size, claim.items))


def parts(claim: Claim, count: int) -> tuple[Claim, ...]:
    """The parts of a claim that must be a tuple of so many.

    Raises:
        WireError: it is none.
    """
    if claim.kind != "tuple" or len(claim.items) != count:
        raise WireError("a claim of another form than was asked for")
    return claim.items


def claim_of_program(program: Program) -> Claim:
    """Name, cells, modules and package, as `loading` reads them."""

    def content(data: bytes) -> Array:
        return np.frombuffer(data, np.uint8)

    def text(of: str) -> Array:
        return content(of.encode("utf-8", "replace"))

    def executed(cell: Cell) -> Value:
        return tuple(
            (each.line, text(each.text), each.defines, each.trains) for each in cell.pieces
        )

    cells = tuple((cell.label, text(cell.source), executed(cell)) for cell in program.cells)
    modules = tuple((path, content(data)) for path, data in program.modules)
    return wire.claim_of((program.name, cells, modules, program.package))


def claim_of_plan(plan: NetPlan) -> Claim:
    """(Name, value) of each field of `nets.ReceivedPlan`; lists are in the order of the layers."""
    names = plan.architecture.names
    given = plan.quantized_weights
    fields: dict[str, Value] = {
        "weights": [Tensor(plan.weights[name]) for name in names],
        "biases": [Tensor(plan.biases[name]) if name in plan.biases else None for name in names],
        "input_activations": plan.input_activations,
        "activations": [plan.activations[name] for name in names],
        "quantized_weights": None if given is None else [given[name] for name in names],
        "input_scale": plan.input_scale,
        "output_scales": None if plan.output_scales is None else list(plan.output_scales),
        "bias": plan.bias,
        "from_float": plan.from_float,
    }
    return wire.claim_of(list(fields.items()))
