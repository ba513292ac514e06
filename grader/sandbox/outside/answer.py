"""What a session answers: a claim, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.wire import Claim


@dataclass(frozen=True)
class Returned:
    """The function returned."""

    claim: Claim


@dataclass(frozen=True)
class Raised:
    """The student's code raised an exception; `sys.exit()` is one, too."""

    kind: str
    """The exception's class, such as `TypeError`."""
    message: str
    where: str
    """The innermost place in student code: `cell 12, line 3`; empty where there is none."""
    text: str
    """The student's frames of the traceback, outermost first, with their source lines."""


@dataclass(frozen=True)
class TimedOut:
    """No answer within the deadline; the process was killed."""

    seconds: float
    words: str
    """What took too long, for a person."""


@dataclass(frozen=True)
class Died:
    """The process ended, or broke the protocol, without an answer."""

    reason: str
    retried: bool
    """Whether a second, fresh process ended as well."""


@dataclass(frozen=True)
class Missing:
    """The submission does not define the name."""

    name: str
    suggestion: str | None
    """A defined name that looks like it."""
    because: Raised | None
    """The exception of the top-level statement that would have defined it."""


@dataclass(frozen=True)
class Executed:
    """A whole notebook was executed, or its first cells were."""

    failed: Raised | None
    """What stopped it."""
    notebook: bytes
    """With its outputs. They are a student's bytes, to be kept and never opened."""
    remarks: tuple[str, ...]


Failure: TypeAlias = Raised | TimedOut | Died | Missing
Answer: TypeAlias = Returned | Failure


@dataclass(frozen=True, eq=False)
class BuiltLayer:
    """What the built net carries at one layer."""

    weight: Claim
    scale: Claim
    """`layer.weight.scale`"""
    output_scale: Claim
    bias: Claim


@dataclass(frozen=True, eq=False)
class Built:
    """A quantized net of the student's classes; hand it to `Session.forward`."""

    plan: NetPlan
    input_scale: Claim
    layers: Mapping[str, BuiltLayer]
    net: str
    """Whose float net it was made from: the `student`'s (`Net`, `NetWithBias`), or the `lab`'s."""
    bypassed: bool
    """Whether injected values had to be set afterwards, since the constructor ignored them."""
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Forwarded:
    """What a built net made of the images."""

    outputs: Claim
    """All batches in one; where a batch's output does not fit its batch, that output alone."""
    inputs: Mapping[str, Claim]
    """What each observed layer was given, all batches in one."""
    unobserved: tuple[str, ...]
    """Layers that were not called exactly once per forward pass, as modules."""
