"""Question C.3: `quantized_weights_nbit(weights, bits)`, `LAYER_BITS` and `NetQuantizedMixed`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.arrays import Doubles, Rng
from grader.checks import challenges, claims
from grader.checks.challenges import QUANTIZES, SAME_SHAPE, Integers, Net, charging
from grader.checks.context import BUILT_WITH, Context, Tolerances
from grader.checks.excess_noise import decibels_lost
from grader.checks.probes import bell
from grader.checks.question import Question
from grader.exam.load import FloatNet
from grader.misconceptions import NarrowScale, NarrowWeights, explain
from grader.oracle import FEWEST_BITS, MOST_BITS, Array, bounds, weight_bytes
from grader.sandbox.outside.answer import Answer, Missing
from grader.sandbox.wire import Tensor
from grader.verdict import CheckFailed, Diagnosis, NotReached

FUNCTION, CONSTANT, CLASS = "quantized_weights_nbit", "LAYER_BITS", "NetQuantizedMixed"
WIDTHS = tuple(range(FEWEST_BITS, MOST_BITS + 1))
BAD_WIDTHS = {"0 bits": 0, "1 bit": 1, "9 bits": 9, "16 bits": 16}
NAMES = "Write one entry for each layer, by its name."
FEW_TIES = 0.05
"""With a smaller share of exact ties the rounding of ties is not judged, for another scale was
chosen than the one the tensor was made for."""


@dataclass(frozen=True)
class Call:
    """A tensor, a number of bits, and what was returned for them."""

    name: str
    values: Array
    bits: int
    answer: Answer

    @cached_property
    def pair(self) -> tuple[Doubles, float]:
        """The integers and their scale.

        Raises:
            NotReached: the function is not filled in.
            CheckFailed: they are something else.
        """
        claim = challenges.returned(self.answer, FUNCTION)
        integers, scale = claims.pair(claim, f"the result of {FUNCTION}")
        return (
            claims.tensor(integers, self.values.shape, f"{self.name}: the first part", SAME_SHAPE),
            claims.scale(scale, f"{self.name}: the scale"),
        )

    @property
    def seen(self) -> Integers:
        """The integers beside the products."""
        integers, scale = self.pair
        return Integers(self.values.astype(np.float64) * scale, integers, self.bits)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What explains the integers."""
        integers, scale = self.pair
        return explain("C.3", NarrowWeights(self.values, scale, self.bits), integers)


@dataclass(frozen=True)
class Evidence:
    """What became of tensors, the bits of each layer, and the net that is made with them."""

    calls: list[Call]
    ties: list[Call]
    refused: Mapping[str, Answer]
    layer_bits: Answer
    net: Net
    float_net: FloatNet
    tolerances: Tolerances

    @cached_property
    def bits(self) -> dict[str, int]:
        """The bits of each layer.

        Raises:
            NotReached: `LAYER_BITS` is not filled in.
            CheckFailed: it does not say.
        """
        claim = challenges.returned(self.layer_bits, CONSTANT)
        names = self.float_net.architecture.names
        wanted = f"a dict with a number of bits for each of {', '.join(names)}"
        if claim.kind != "dict":
            raise CheckFailed(f"{CONSTANT} is {claim.words}", wanted, NAMES)
        found = {}
        for item in claim.items:
            name, bits = item.items
            if name.kind != "str":
                raise CheckFailed(f"a key of {CONSTANT} is {name.words}", wanted, NAMES)
            found[name.text] = challenges.whole_number(bits, f'{CONSTANT}["{name.text}"]')
        if found.keys() != {*names}:
            raise CheckFailed(f"{CONSTANT} speaks of {', '.join(sorted(found))}", wanted, NAMES)
        return found

    @property
    def bytes(self) -> tuple[int, int]:
        """What all weights take, and what they would take with 8 bits each."""
        sizes = {name: weight.size for name, weight in self.float_net.weights.items()}
        return (
            weight_bytes(sizes, self.bits),
            weight_bytes(sizes, dict.fromkeys(sizes, MOST_BITS)),
        )


def collect(context: Context) -> Evidence:
    """Have layers and drawn tensors quantized, then have the net built."""
    rng = context.rng("fewer bits")
    float_net = context.exam.nets["plain"]
    with context.session.group():
        calls = [
            _call(context, name, values, bits) for name, values, bits in _tensors(rng, float_net)
        ]
        ties = [
            _call(context, f"ties of {bits} bits", _ties(rng, bits), bits) for bits in (3, 4, 6)
        ]
        tensor = Tensor(bell(rng, 24).astype(np.float32))
        refused = {
            words: challenges.ask(context, FUNCTION, tensor, bits)
            for words, bits in BAD_WIDTHS.items()
        }
        layer_bits = challenges.constant(context, CONSTANT)
    net = challenges.build(context, "NetQuantizedMixed")
    return Evidence(calls, ties, refused, layer_bits, net, float_net, context.tolerances)


def _call(context: Context, name: str, values: Array, bits: int) -> Call:
    words = f"{name}, {bits} bits"
    return Call(words, values, bits, challenges.ask(context, FUNCTION, Tensor(values), bits))


def _tensors(rng: Rng, net: FloatNet) -> Iterator[tuple[str, Array, int]]:
    """Every layer with 4 bits, and a drawn tensor with each number of bits."""
    for name, weight in net.weights.items():
        yield name, weight, 4
    for bits in WIDTHS:
        size = float(np.ldexp(1.0, int(rng.integers(-6, 3))))
        yield "a drawn tensor", (size * bell(rng, 960)).astype(np.float32).reshape(24, 40), bits


def _ties(rng: Rng, bits: int) -> Array:
    """Multiples of 1/2 up to the largest integer, to which a full range has a scale of 1."""
    most = bounds(bits)[1]
    middle = rng.integers(-2 * most + 1, 2 * most, 180) / 2
    ends = np.repeat([float(most), float(-most)], 10)
    return rng.permutation(np.concatenate([middle, ends])).astype(np.float32).reshape(20, 10)


QUESTION = Question(
    "C.3",
    "Fewer bits",
    collect,
    names=(FUNCTION, CONSTANT, CLASS),
    depends_on=QUANTIZES,
    asks=BUILT_WITH,
    challenge=True,
    # Only with an accuracy that holds: nobody leads with a net of 2 bits that knows nothing.
    publishes={"bits.accuracy": lambda evidence: {"weight_bytes": evidence.bytes[0]}},
)


@QUESTION.check("bits.form")
def form(evidence: Evidence) -> None:
    """`quantized_weights_nbit` returns a tensor of the shape it was given, and the scale."""
    for call in evidence.calls:
        _ = call.pair


@QUESTION.check("bits.range_used", after="bits.form")
def range_used(evidence: Evidence) -> None:
    """The integers make good use of the range that so many bits have."""
    for call in evidence.calls:
        integers, scale = call.pair
        within = (min(integers.min(), 0), max(integers.max(), 0))
        lost = decibels_lost(call.values, scale, within, bounds(call.bits)[1])
        if not evidence.tolerances.within("excess_noise_db", lost):
            raise CheckFailed(
                f"{call.name}: values up to {np.abs(call.values).max():.4g} became integers up to"
                f" {np.abs(integers).max():g} with a scale of {scale:.6g}, with {lost:.1f} dB more"
                " noise than the range that just holds all values",
                f"at most {evidence.tolerances.thresholds.excess_noise_db:g} dB more noise",
                f"Let the range of the values fill {bounds(call.bits)[0]}..{bounds(call.bits)[1]}.",
                explain("C.3", NarrowScale(call.values, call.bits), scale),
            )


@QUESTION.check("bits.bounds", after="bits.form")
def within_bounds(evidence: Evidence) -> None:
    """Every integer is whole and lies in -2^(bits - 1) .. 2^(bits - 1) - 1."""
    for call in (*evidence.calls, *evidence.ties):
        wrong = ~call.seen.within
        if wrong.any():
            at = challenges.first(wrong)
            low, high = bounds(call.bits)
            raise CheckFailed(
                f"{call.name}: element {list(at)} is {call.seen.claimed[at]:.6g}"
                f" ({int(wrong.sum())} of {wrong.size} elements)",
                f"a whole number in {low}..{high}",
                "Half of the 2**bits integers are negative; 0 is one of the others.",
                call.diagnosis,
            )


@QUESTION.check("bits.rounding", after="bits.range_used")
def rounding(evidence: Evidence) -> str | None:
    """Each weight times the returned scale is rounded to the nearest integer, ties to even."""
    for call in evidence.calls:
        _require_nearest(call, call.seen.nearest)
    shown = False
    for call in evidence.ties:
        seen = call.seen
        low, high = seen.bounds
        fraction = seen.products - np.floor(seen.products)
        ties = (fraction == 0.5) & (seen.products > low) & (seen.products < high)
        if ties.mean() >= FEW_TIES:
            shown = True
            _require_nearest(call, ~ties | (seen.claimed == np.rint(seen.products)))
    return None if shown else "No exact tie was seen with your choice of scale."


def _require_nearest(call: Call, nearest: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> None:
    if not nearest.all():
        at, seen = challenges.first(~nearest), call.seen
        raise CheckFailed(
            f"{call.name}: element {list(at)} times the scale is {seen.products[at]:.6g} and became"
            f" {seen.claimed[at]:.6g} ({int((~nearest).sum())} of {nearest.size} elements)",
            f"{np.rint(np.clip(seen.products[at], *seen.bounds)):g}",
            "Multiply by the scale that you return, round, then clamp.",
            call.diagnosis,
        )


@QUESTION.check("bits.refuses", after="bits.range_used")
def refuses(evidence: Evidence) -> None:
    """It returns no number for less than 2 bits, or for more than 8."""
    challenges.require_refused(FUNCTION, evidence.refused, "a ValueError")


@QUESTION.check("bits.layers")
def layers(evidence: Evidence) -> None:
    """`LAYER_BITS` has a number of bits from 2 to 8 for each layer."""
    for name, bits in evidence.bits.items():
        if not FEWEST_BITS <= bits <= MOST_BITS:
            raise CheckFailed(
                f'{CONSTANT}["{name}"] is {bits}', "2 to 8", "Choose from the widths that exist."
            )


@QUESTION.check("bits.net", after="bits.layers")
def net(evidence: Evidence) -> None:
    """The weights of each layer of `NetQuantizedMixed` have the bits that `LAYER_BITS` gives it."""
    with charging(evidence.net.lost):
        built = challenges.require_built(evidence.net, "NetQuantizedMixed")
        for name, values in evidence.float_net.weights.items():
            found, bits = built.layers[name], evidence.bits[name]
            weight = claims.tensor(found.weight, values.shape, f"{name}.weight", SAME_SHAPE)
            scale = claims.kept_scale(found.scale, f"{name}.weight.scale")
            seen = Integers(values.astype(np.float64) * scale, weight, bits)
            for right, wanted in (
                (seen.within, "a whole number in {}..{}".format(*bounds(bits))),
                (seen.nearest, "the float weight times the scale of the layer, rounded"),
            ):
                if not right.all():
                    at = challenges.first(~right)
                    raise CheckFailed(
                        f"{name} has {bits} bits, and {name}.weight{list(at)} is {weight[at]:.6g}:"
                        f" {values[at]:.6g} times {scale:.6g} is {seen.products[at]:.6g}"
                        f" ({int((~right).sum())} of {right.size} elements)",
                        wanted,
                        f"Look up the bits of each layer in {CONSTANT}.",
                    )


@QUESTION.check("bits.smaller", after="bits.net")
def smaller(evidence: Evidence) -> str:
    """All weights together take less memory than with 8 bits each."""
    own, eight = evidence.bytes
    if own >= eight:
        raise CheckFailed(
            f"{own} bytes", f"less than {eight}", "Begin with the layer that has the most weights."
        )
    return f"{own} bytes in place of {eight}."


@QUESTION.check("bits.accuracy", after="bits.net")
def accuracy(evidence: Evidence) -> str:
    """With these bits the net keeps its accuracy."""
    if isinstance(evidence.net.built, Missing):
        raise NotReached("There is no net.")
    with charging(evidence.net.lost):
        return challenges.require_accuracy_kept(evidence.net)
