"""The nets that the study measures, by the question that they answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.architecture import Architecture
from grader.exam import NetName
from grader.study import quantizers
from grader.study.quantizers import Quantizer

BITS = range(2, 9)
BIAS_BITS = (*range(2, 17), 32)
RANGES = {
    "largest": quantizers.largest,
    "3 sigma": quantizers.three_sigma,
    "percentile 99.9": quantizers.percentile,
    "searched": quantizers.searched,
}
POWERS = {"floor": quantizers.floor_power, "nearest": quantizers.nearest_power}


@dataclass(frozen=True)
class Variant:
    """One net of the study."""

    question: str
    """What it is compared for: `bits`, `powers`, `ranges`, `bias` or `channels`."""
    series: str
    """The line of its plot that it lies on."""
    at: str
    """Where on it: a number of bits, or a word."""
    net: NetName
    quantizer: Quantizer

    @property
    def key(self) -> str:
        """Its name; no other variant has it."""
        return f"{self.question}/{self.series}/{self.at}"


def variants(architecture: Architecture) -> list[Variant]:
    """All of them, for the net without a bias and, of `bias`, for the net with one."""
    return [
        *_bits(architecture.names),
        *_powers(),
        *_ranges(architecture.names),
        *_bias(),
        *_channels(architecture.names),
    ]


def _bits(names: tuple[str, ...]) -> Iterator[Variant]:
    """How many bits do weights need: all layers together, and one layer alone?"""
    for series, chosen in {"all layers": names, **{name: (name,) for name in names}}.items():
        for bits in BITS:
            quantizer = Quantizer(weight_bits=dict.fromkeys(chosen, bits))
            yield Variant("bits", series, str(bits), "plain", quantizer)


def _powers() -> Iterator[Variant]:
    """What do shifts in place of multiplications cost?"""
    yield Variant("powers", "free scales", "all", "plain", Quantizer())
    for name, power in POWERS.items():
        for at, quantizer in {
            "weights": Quantizer(weight_scale=power),
            "activations": Quantizer(activation_scale=power),
            "all": Quantizer(weight_scale=power, activation_scale=power),
        }.items():
            yield Variant("powers", name, at, "plain", quantizer)


def _ranges(names: tuple[str, ...]) -> Iterator[Variant]:
    """Which range is best, with many bits and with few?"""
    for series, chosen in RANGES.items():
        for bits in (8, 6, 5, 4, 3):
            quantizer = Quantizer(
                weight_bits=dict.fromkeys(names, bits),
                weight_range=chosen,
                activation_range=chosen,
            )
            yield Variant("ranges", series, str(bits), "plain", quantizer)


def _bias() -> Iterator[Variant]:
    """How narrow may a bias be before it saturates?"""
    for bits in BIAS_BITS:
        yield Variant("bias", "last layer", str(bits), "biased", Quantizer(bias_bits=bits))


def _channels(names: tuple[str, ...]) -> Iterator[Variant]:
    """What does a scale for each output channel gain?"""
    for series, per_channel in {"one scale a tensor": False, "one scale a channel": True}.items():
        for bits in BITS:
            quantizer = Quantizer(weight_bits=dict.fromkeys(names, bits), per_channel=per_channel)
            yield Variant("channels", series, str(bits), "plain", quantizer)
