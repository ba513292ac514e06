"""Wrong integers of fewer bits: weights (question C.3), biases (C.4) and channels (C.5)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from grader.arrays import Doubles
from grader.misconceptions.registry import changed, misconception
from grader.misconceptions.roundings import half_away
from grader.oracle import INT8, Array, bounds, quantize_to

WEIGHTS, BIAS, CHANNELS = (
    "quantized_weights_nbit",
    "quantized_bias_nbit",
    "quantized_weights_per_channel",
)
WIDTHS = "if bits not in range(2, 9):\n    raise ValueError\n"
"""How a wrong body of `quantized_weights_nbit` begins."""


@dataclass(frozen=True)
class NarrowWeights:
    """The integers of so many bits that a tensor becomes, for the scale that is returned."""

    values: Array
    scale: float
    bits: int

    @property
    def product(self) -> Doubles:
        """The values times the scale, as float32 holds it."""
        return (self.values.astype(np.float32) * np.float32(self.scale)).astype(np.float64)

    def within(self, low: float, high: float) -> Doubles:
        """Rounded, and clamped to these bounds."""
        return np.clip(np.rint(self.product), low, high)

    @property
    def correct(self) -> Doubles:
        """The integers that belong to the returned scale."""
        values = self.values.astype(np.float32)
        return quantize_to(values, self.scale, self.bits).astype(np.float64)


@dataclass(frozen=True)
class NarrowScale:
    """The scale that is returned for a tensor and so many bits."""

    values: Array
    bits: int

    @property
    def correct(self) -> float:
        """That of the full range."""
        return bounds(self.bits)[1] / float(np.abs(self.values).max())


@dataclass(frozen=True)
class NarrowBias:
    """The integers of so many bits that a bias becomes."""

    product: Doubles
    """The bias times all that its layer's sums carry."""
    bits: int

    @property
    def correct(self) -> Doubles:
        """Rounded, then clamped."""
        return np.clip(np.rint(self.product), *bounds(self.bits))


@dataclass(frozen=True)
class ChannelWeights:
    """Integers and, behind them, the scale of each channel: one row of numbers."""

    values: Array

    def by(self, scales: Doubles) -> Doubles:
        """The integers that belong to these scales, with the scales."""
        single = self.values.astype(np.float32).reshape(len(self.values), -1)
        products = single * scales[:, None].astype(np.float32)
        integers = np.clip(np.rint(products), *INT8).astype(np.float64)
        return np.concatenate([integers.ravel(), scales])

    @property
    def largest(self) -> Doubles:
        """The largest magnitude of each channel."""
        rows = np.abs(self.values).reshape(len(self.values), -1)
        found: Doubles = rows.max(axis=1).astype(np.float64)
        return found

    @property
    def correct(self) -> Doubles:
        """Full ranges."""
        return self.by(INT8[1] / self.largest)


@misconception(
    question="C.3",
    predicts=NarrowWeights,
    sentence="Your code uses the range of 8 bits, however many bits there are.",
    hint="The largest integer of 4 bits is 7, that of 3 bits 3.",
    code={
        WEIGHTS: WIDTHS
        + """
scale = 127 / weights.abs().max().item()
return torch.clamp((weights * scale).round(), min=-128, max=127), scale
"""
    },
)
def bits_ignored(weights: NarrowWeights) -> Iterable[Doubles]:
    if weights.bits < 7 and np.abs(weights.product).max() > INT8[1] / 2:
        yield weights.within(*INT8)


@misconception(
    question="C.3",
    predicts=NarrowScale,
    sentence="Your code clamps to fewer bits what was scaled for 8.",
    hint="Nearly all integers end at a bound. Let the scale depend on the bits, too.",
    code={
        WEIGHTS: WIDTHS
        + """
scale, most = 127 / weights.abs().max().item(), 2 ** (bits - 1) - 1
return torch.clamp((weights * scale).round(), min=-most - 1, max=most), scale
"""
    },
)
def bits_only_clamped(scale: NarrowScale) -> Iterable[float]:
    yield NarrowScale(scale.values, 8).correct


@misconception(
    question="C.3",
    predicts=NarrowWeights,
    sentence="Your code counts one integer too many: 2^(bits - 1) needs another bit.",
    hint="0 is one of the integers that are not negative.",
    code={
        WEIGHTS: WIDTHS
        + """
most = 2 ** (bits - 1)
scale = most / weights.abs().max().item()
return torch.clamp((weights * scale).round(), min=-most, max=most), scale
"""
    },
)
def one_integer_too_many(weights: NarrowWeights) -> Iterable[Doubles]:
    low = bounds(weights.bits)[0]
    yield weights.within(low, -low)


@misconception(
    question="C.3",
    predicts=NarrowWeights,
    sentence="Your code takes signed integers for unsigned ones: it goes up to 2^bits - 1.",
    hint="One of the bits is the sign.",
    code={
        WEIGHTS: WIDTHS
        + """
most = 2**bits - 1
scale = most / weights.abs().max().item()
return torch.clamp((weights * scale).round(), min=-most, max=most), scale
"""
    },
)
def sign_needs_no_bit(weights: NarrowWeights) -> Iterable[Doubles]:
    low, high = bounds(weights.bits + 1)
    yield weights.within(low, high)
    yield weights.within(-high, high)


@misconception(
    question="C.3",
    predicts=NarrowWeights,
    sentence="Your code cuts the values off toward zero.",
    hint="With few bits that makes most weights 0. Round to the nearest integer.",
    code={
        WEIGHTS: WIDTHS
        + """
most = 2 ** (bits - 1) - 1
scale = most / weights.abs().max().item()
return torch.clamp((weights * scale).trunc(), min=-most, max=most), scale
"""
    },
)
def few_bits_cut_off(weights: NarrowWeights) -> Iterable[Doubles]:
    low, high = bounds(weights.bits)
    yield np.clip(np.trunc(weights.product), low, high)


@misconception(
    question="C.4",
    predicts=NarrowBias,
    sentence="Your code clamps to 32 bits, however many bits there are.",
    hint="With 8 bits, integers lie in -128..127: find the bounds of so many bits.",
    code={BIAS: "return NetQuantizedWithBias.quantized_bias(bias, n_w, n_initial_input, ns)"},
)
def bias_bits_ignored(bias: NarrowBias) -> Iterable[Doubles]:
    yield np.clip(np.rint(bias.product), *bounds(32))


@misconception(
    question="C.4",
    predicts=NarrowBias,
    sentence="Your code lets integers go up to 2^(bits - 1), which needs another bit.",
    hint="0 is one of the integers that are not negative.",
    code={BIAS: changed(("max=2 ** (bits - 1) - 1", "max=2 ** (bits - 1)"))},
)
def bias_one_integer_too_many(bias: NarrowBias) -> Iterable[Doubles]:
    low = bounds(bias.bits)[0]
    yield np.clip(np.rint(bias.product), low, -low)


@misconception(
    question="C.4",
    predicts=NarrowBias,
    sentence="Your code gives the sign no bit: its bounds are twice as far out.",
    hint="With 8 bits, integers end at 127.",
    code={
        BIAS: changed(
            ("-(2 ** (bits - 1))", "-(2**bits)"), ("max=2 ** (bits - 1) - 1", "max=2**bits - 1")
        )
    },
)
def bias_sign_needs_no_bit(bias: NarrowBias) -> Iterable[Doubles]:
    yield np.clip(np.rint(bias.product), *bounds(bias.bits + 1))
    high = bounds(bias.bits + 1)[1]
    yield np.clip(np.rint(bias.product), -high, high)


@misconception(
    question="C.4",
    predicts=NarrowBias,
    sentence="Your code keeps the lowest bits, so that what does not fit wraps around.",
    hint="Clamp: the nearest bound is a much smaller error.",
    code={
        BIAS: changed(
            (
                "return torch.clamp(wide, min=-(2 ** (bits - 1)), max=2 ** (bits - 1) - 1)",
                "most = 2 ** (bits - 1)\nreturn (wide.long() + most) % (2 * most) - most",
            )
        )
    },
)
def bias_wraps(bias: NarrowBias) -> Iterable[Doubles]:
    most = -bounds(bias.bits)[0]
    yield (np.rint(bias.product) + most) % (2 * most) - most


@misconception(
    question="C.4",
    predicts=NarrowBias,
    sentence="Your code rounds ties away from zero.",
    hint="Of two integers that are equally near, take the even one.",
    code={
        BIAS: """
            if not 2 <= bits <= 32:
                raise ValueError
            scale = n_w * n_initial_input
            for w, o in ns:
                scale *= w * o
            x = bias * scale
            x = torch.trunc(x + 0.5 * torch.sign(x))
            return torch.clamp(x, min=-(2 ** (bits - 1)), max=2 ** (bits - 1) - 1)
        """
    },
)
def bias_bits_half_away(bias: NarrowBias) -> Iterable[Doubles]:
    yield np.clip(half_away(bias.product), *bounds(bias.bits))


@misconception(
    question="C.5",
    predicts=ChannelWeights,
    sentence="Your code gives every channel the scale of the whole tensor.",
    hint="Take the largest weight of each output channel, not of all.",
    code={
        CHANNELS: """
            scale = 127 / weights.abs().max()
            scales = torch.full((len(weights),), float(scale))
            return torch.clamp((weights * scale).round(), min=-128, max=127), scales
        """
    },
)
def one_scale_for_all_channels(channels: ChannelWeights) -> Iterable[Doubles]:
    largest = channels.largest
    yield channels.by(np.full(len(largest), INT8[1] / largest.max()))


@misconception(
    question="C.5",
    predicts=ChannelWeights,
    sentence="Your code returns the steps, one over the scales.",
    hint="Return the numbers that the weights were multiplied by.",
    code={
        CHANNELS: changed(
            (
                "return integers.reshape(weights.shape), scales",
                "return integers.reshape(weights.shape), 1 / scales",
            )
        )
    },
)
def channel_steps_returned(channels: ChannelWeights) -> Iterable[Doubles]:
    found = channels.correct
    count = len(channels.values)
    yield np.concatenate([found[:-count], 1 / found[-count:]])


@misconception(
    question="C.5",
    predicts=ChannelWeights,
    sentence="Your code takes the largest weight of a channel, not the largest magnitude.",
    hint="A channel's weights may be farther from 0 on the negative side.",
    code={CHANNELS: changed(("rows.abs().max(dim=1)", "rows.max(dim=1)"))},
)
def channels_without_abs(channels: ChannelWeights) -> Iterable[Doubles]:
    rows = channels.values.reshape(len(channels.values), -1)
    yield channels.by(INT8[1] / rows.max(axis=1).astype(np.float64))
