"""What evidence is collected with: the exam, the student's session, tolerances, seeded dice."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from grader.exam import Exam, NetName
from grader.oracle import Array, Quantization, quantize
from grader.rubric import Measured, Thresholds, Tolerance
from grader.sandbox.outside.answer import Answer, Executed, Failure, Returned
from grader.sandbox.outside.session import Session
from grader.sandbox.wire import Claim, Number, Tensor, Value
from grader.writeup import WriteUp

NUMBER_KINDS = ("float", "numpy.float32", "numpy.float64", "tensor.float32", "tensor.float64")
"""The types a scale may have; a student who returns anything else is given floats."""

BATCH = 4
"""The lab's own batch size."""

ASKED_FOR_TYPES = ("quantized_weights", "NetQuantized")
"""What is asked which types its numbers have, wherever scales are given: see `Context.number`."""
BUILT_WITH = ("Net", "NetWithBias", "copy_model")
"""What of the lab's own a net is built with, where it stands in the submission."""

FIRST, LATER = "first", "later"
"""Groups of calls by whether what is asked was asked before.

Questions 1.2 to 4.2b share a process for what is asked for the first time, in the order of the
lab's own notebook, and another for what is asked again or in another order, after the constants and
the types of numbers: so what a function keeps shows, and a grade forks eight times less than with
processes for each question.
"""


@dataclass(frozen=True)
class ExecutedNotebook:
    """What came of executing the whole notebook."""

    answer: Executed | Failure
    write_up: WriteUp
    """What the executed copy shows; nothing where there is none."""


@dataclass
class Tolerances:
    """What the rubric tolerates; remembers every comparison, for a validation."""

    thresholds: Thresholds
    measured: list[Measured] = field(default_factory=list)
    """Every comparison with a tolerance so far."""

    def within(self, tolerance: Tolerance, value: float) -> bool:
        """Whether what was measured is within a tolerance of the rubric."""
        held = self.thresholds.holds(tolerance, value)
        self.measured.append(Measured(tolerance, value, held))
        return held


def _collect(_number: str, how: "Callable[[Context], Any]", context: "Context") -> Any:
    return how(context)


@dataclass
class Context:
    """One submission that is being graded, with one exam."""

    exam: Exam
    session: Session
    tolerances: Tolerances
    seed: int
    """Drives the probes; the exam's own unless a TA redraws them."""
    constants: tuple[str, ...]
    """The names that are looked at before anything else is called."""
    slice_digest: str = ""
    """Drives the probes, too: what one upload is told says nothing of what another is asked, and
    the same code is asked the same."""
    held_back: frozenset[str] = frozenset()
    """The checks whose verdicts students do not see yet."""
    execute: Callable[[], ExecutedNotebook] | None = None
    """Executes the whole notebook; None where that is not asked for."""
    known: dict[bytes, Array] = field(default_factory=dict)
    """The logits of the exam's images by a net, by the digest of its integers and scales: shared by
    all submissions that one process grades, since most quantize alike."""
    challenges: frozenset[str] = frozenset()
    """The names of Question C of which something is filled in."""
    illustrated: bool = False
    """Whether pictures of verdicts are asked for."""
    charged: set[str] = field(default_factory=set)
    """The questions that have lost points so far."""
    without_core: set[str] = field(default_factory=set)
    """Those whose core property does not hold."""
    handed_on: dict[str, Any] = field(default_factory=dict)
    """What a question hands on to those that depend on it, by its number."""
    collector: "Callable[[str, Callable[[Context], Any], Context], Any]" = _collect
    """Collects the evidence of the question of this number; somebody may want to see it."""

    def collecting(self, check: str) -> AbstractContextManager[None]:
        """Inside, what is asked is for this check alone: what is printed is as hidden as it is."""
        return self.session.aside() if check in self.held_back else nullcontext()

    def is_illustrated(self, check: str) -> bool:
        """Whether a picture of this check is asked for: students see none of what is held back."""
        return self.illustrated and check not in self.held_back

    def rng(self, name: str) -> np.random.Generator:
        """Dice for one purpose: the same for the same seed and code, whatever else was drawn."""
        digest = hashlib.sha256(f"{self.seed}/{self.slice_digest}/{name}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))

    @cached_property
    def plain(self) -> Quantization:
        """The exam's net without a bias, quantized by the plainest sound rule."""
        return self.correct_for("plain")

    @cached_property
    def biased(self) -> Quantization:
        """The exam's net with a bias, quantized by the plainest sound rule."""
        return self.correct_for("biased")

    def correct_for(
        self,
        name: NetName,
        weight_scales: Mapping[str, float] | None = None,
        input_scale: float | None = None,
        output_scales: Mapping[str, float] | None = None,
    ) -> Quantization:
        """A correct answer for everything but the scales that are given."""
        net = self.exam.nets[name]
        return quantize(
            net.architecture,
            net.weights,
            net.biases,
            self.exam.input_activations,
            net.activations,
            weight_scales=weight_scales,
            input_scale=input_scale,
            output_scales=output_scales,
        )

    def value(self, name: str) -> Answer:
        """A constant of the submission."""
        return self._asked_first[0][name]

    def number(self, function: str, value: float) -> Number:
        """A scale in the number type that the student's own function returns."""
        return Number(value, self._asked_first[1][function])

    def integers(self, values: Array) -> Tensor:
        """Weights or a bias: in float64 where the student's own weights are, else in float32.

        A net may be all float64, which takes no float32 beside it.
        """
        return Tensor(values.astype(self._asked_first[2]))

    @cached_property
    def _asked_first(self) -> tuple[dict[str, Answer], dict[str, str], type[np.floating[Any]]]:
        """The constants, which to read changes nothing; then the types of numbers and weights."""
        values = np.linspace(-1.0, 1.0, 60)
        tensor = Tensor(values.astype(np.float32).reshape(10, 6))
        calls: dict[str, tuple[Value, ...]] = {
            "quantized_weights": (tensor,),
            "NetQuantized.quantize_initial_input": (values,),
        }
        with self.session.group(LATER):
            constants = {name: self.session.value(name) for name in self.constants}
            claims = {name: self._pair(name, *args) for name, args in calls.items()}
            kinds = {name: _kind(number) for name, (_, number) in claims.items()}
            numbers = (Number(3.0, kinds[name]) for name in calls)
            name = "NetQuantized.quantize_activations"
            kinds[name] = _kind(self._pair(name, values, *numbers, [])[1])
        weights = claims["quantized_weights"][0].array
        if weights is not None and weights.size == values.size and weights.dtype == np.float64:
            return constants, kinds, np.float64
        return constants, kinds, np.float32

    def _pair(self, name: str, *args: Value) -> tuple[Claim, Claim]:
        """The two that a function returns; where it is one, that stands for both."""
        answer = self.session.call(name, *args)
        claim = answer.claim if isinstance(answer, Returned) else Claim("none")
        if claim.kind in ("tuple", "list") and len(claim.items) == 2:
            return claim.items[0], claim.items[1]
        return claim, claim


def _kind(claim: Claim) -> str:
    number = claim.number
    return number.kind if number and number.kind in NUMBER_KINDS else "float"
