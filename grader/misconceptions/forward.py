"""Wrong ways to run the quantized net (question 4.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.architecture import Layer
from grader.arrays import Doubles
from grader.misconceptions.registry import Code, changed, misconception
from grader.misconceptions.roundings import (
    clamp,
    floor_divide,
    half_away,
    half_up,
    wrap,
)
from grader.oracle import QuantizedNet, accumulate, max_pool, requantize, settle

INPUT_SCALES = (127.0, 127.5, 128.0, 255.0)
"""Fixed numbers that an image may be multiplied by."""
SLOPES = (1.0, 0.01, 0.1, 0.2)
"""What a negative value may be multiplied by in place of ReLU: 1, or that of a leaky ReLU."""


@dataclass(frozen=True)
class StageOutput:
    """The integers that one stage of `forward` makes: the quantized image, or a layer's output."""

    net: QuantizedNet
    layer: Layer | None
    """None: the stage quantizes the image."""
    given: NDArray[Any]
    """The image, or the layer's input."""
    image_unsigned: bool = False
    """Whether the image has lost its negative values on the way in."""

    @property
    def scale(self) -> float:
        """The stage's own scale."""
        return self.net.scales[self.layer.name] if self.layer else self.net.input_scale

    @cached_property
    def sums(self) -> Doubles:
        """What the layer adds up, before ReLU and pooling; or the image itself."""
        if self.layer is None:
            return self.given.astype(np.float64)
        # In float64, for a wrong input may be larger than int8.
        weight, bias = self.net.weights[self.layer.name], self.net.biases.get(self.layer.name)
        sums = accumulate(self.layer, self.given, weight.astype(np.float64), bias)
        return sums.astype(np.float64)

    @cached_property
    def activations(self) -> Doubles:
        """The sums after ReLU and pooling; or the image itself."""
        return settle(self.layer, self.sums).astype(np.float64) if self.layer else self.sums

    @property
    def product(self) -> Doubles:
        """The activations times the stage's scale, as float32 holds it."""
        return (self.activations.astype(np.float32) * np.float32(self.scale)).astype(np.float64)

    @property
    def correct(self) -> Doubles:
        """The integers that the next stage must be given."""
        return self.with_scale(self.scale)

    def with_scale(self, scale: float) -> Doubles:
        """The integers that belong to another scale."""
        return requantize(self.activations.astype(np.float32), scale).astype(np.float64)

    @property
    def is_last(self) -> bool:
        """Whether the net's output comes from this stage."""
        return self.layer is not None and self.layer.name == self.net.architecture.names[-1]


ROUNDED = "torch.round(x * scale)"
CLAMPED = f"torch.clamp({ROUNDED}, min=-128, max=127)"
LAST = "to_int8(self.fc3(x), self.fc3.output_scale)"
"""What stands in the reference's forward."""


def _forward(*changes: tuple[str, str]) -> Code:
    """The reference's forward with some of its text replaced."""
    return {"NetQuantized.forward": changed(*changes)}


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code cuts activations off toward zero. It does not round to the nearest one.",
    hint="A conversion to an integer type cuts off. Round first.",
    code=_forward((ROUNDED, "torch.trunc(x * scale)")),
)
def forward_truncates(stage: StageOutput) -> Iterable[Doubles]:
    yield clamp(np.trunc(stage.product))


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code rounds activations down, not to the nearest integer.",
    hint="That shifts every activation by 0.5 on average. Round to the nearest integer.",
    code=_forward((ROUNDED, "torch.floor(x * scale)")),
)
def forward_floors(stage: StageOutput) -> Iterable[Doubles]:
    yield clamp(np.floor(stage.product))
    yield clamp(floor_divide(stage.activations, stage.scale))


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code rounds activations up, not to the nearest integer.",
    hint="That shifts every activation by 0.5 on average. Round to the nearest integer.",
    code=_forward((ROUNDED, "torch.ceil(x * scale)")),
)
def forward_rounds_up(stage: StageOutput) -> Iterable[Doubles]:
    yield clamp(np.ceil(stage.product))


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code rounds up each activation that lies half-way between two integers.",
    hint="Round a tie to the even neighbour. The handout says why.",
    code=_forward((ROUNDED, "torch.floor(x * scale + 0.5)")),
)
def forward_rounds_half_up(stage: StageOutput) -> Iterable[Doubles]:
    yield clamp(half_up(stage.product))


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code rounds away from zero each activation half-way between two integers.",
    hint="Round a tie to the even neighbour. The handout says why.",
    code=_forward((ROUNDED, "torch.trunc(x * scale + 0.5 * torch.sign(x))")),
)
def forward_rounds_half_away(stage: StageOutput) -> Iterable[Doubles]:
    yield clamp(half_away(stage.product))


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code leaves activations outside of -128..127.",
    hint="A range that was measured on some images is too small for others. Clamp.",
    code=_forward((CLAMPED, ROUNDED)),
)
def forward_never_clamps(stage: StageOutput) -> Iterable[Doubles]:
    yield np.rint(stage.product)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code lets an activation become 128, which is no 8-bit integer.",
    hint="Clamp to -128..127, after rounding: a value just above 127 rounds to 128.",
    code=_forward((CLAMPED, f"torch.clamp({ROUNDED}, -128, 128)")),
)
def forward_clamps_to_128(stage: StageOutput) -> Iterable[Doubles]:
    for lowest in (-129.0, -128.0, -127.0):
        yield np.clip(np.rint(stage.product), lowest, 128)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code clamps activations to a bound below 127.",
    hint="Clamp to -128..127: an 8-bit integer has room for 127.",
    code=_forward((CLAMPED, f"torch.clamp({ROUNDED}, -128, 126)")),
)
def forward_clamps_to_126(stage: StageOutput) -> Iterable[Doubles]:
    for highest in range(120, 127):
        for lowest in (-128.0, -127.0, -float(highest), -float(highest) - 1):
            yield np.clip(np.rint(stage.product), lowest, highest)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code lets activations beyond -128..127 wrap around to the other sign.",
    hint="A cast to int8 wraps around. Clamp before you cast.",
    code=_forward((CLAMPED, f"{ROUNDED}.to(torch.int64).to(torch.int8).to(x.dtype)")),
)
def forward_wraps_around(stage: StageOutput) -> Iterable[Doubles]:
    yield wrap(stage.product)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code clamps activations to 0..255, or at least makes negative ones zero.",
    hint="This lab uses signed integers. Clamp to -128..127.",
    code=_forward((CLAMPED, f"torch.clamp({ROUNDED}, 0, 255)")),
)
def forward_unsigned(stage: StageOutput) -> Iterable[Doubles]:
    if stage.image_unsigned or not stage.is_last:
        yield np.clip(np.rint(stage.product), 0, 255)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code adds up products in 16 bits. Sums beyond 32767 wrap around, or stop there.",
    hint="A layer's sums pass 2**16 in this net. Add up in 32 bits, or in float32.",
    code=_forward((ROUNDED, "torch.round(((x + 32768) % 65536 - 32768) * scale)")),
)
def forward_sums_in_16_bits(stage: StageOutput) -> Iterable[Doubles]:
    if stage.layer is None:
        return
    for narrow in (_wrapped_in_16_bits, lambda sums: np.clip(sums, -(2.0**15), 2.0**15 - 1)):
        for sums in (settle(stage.layer, narrow(stage.sums)), narrow(stage.activations)):
            yield requantize(sums.astype(np.float32), stage.scale).astype(np.float64)


def _wrapped_in_16_bits(sums: Doubles) -> Doubles:
    return (sums + 2.0**15) % 2.0**16 - 2.0**15


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code adds up products in half precision, which ends at 65504 and has 11 bits.",
    hint="A layer's sums pass 2**16 in this net. Add up in float32, or in 32-bit integers.",
    code=_forward((ROUNDED, "torch.round((x.half() * scale).float())")),
)
def forward_in_half_precision(stage: StageOutput) -> Iterable[Doubles]:
    with np.errstate(over="ignore"):  # what is too large is infinite, and then clamped
        sums, scale = stage.activations.astype(np.float16), np.float16(stage.scale)
        products = (sums * scale, sums * np.float32(stage.scale), sums.astype(np.float32) * scale)
    for product in products:
        yield clamp(np.rint(product.astype(np.float64)))


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code divides by a scale.",
    hint="A scale is what a value is multiplied by. Multiply.",
    code=_forward((ROUNDED, "torch.round(x / scale)")),
)
def forward_divides(stage: StageOutput) -> Iterable[Doubles]:
    yield stage.with_scale(1 / stage.scale)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code clamps values before it scales them.",
    hint="Sums are far larger than int8, and the scale brings them back. Clamp last.",
    code=_forward((CLAMPED, "torch.round(torch.clamp(x, -128, 127) * scale)")),
)
def forward_clamps_first(stage: StageOutput) -> Iterable[Doubles]:
    yield np.rint(clamp(stage.activations) * stage.scale)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code clamps a layer's output without scaling it.",
    hint="The sums are far larger than int8. Bring them back with the layer's own output_scale.",
    code=_forward(
        *(
            (f", self.{name}.output_scale)", ", 1)")
            for name in ("conv1", "conv2", "fc1", "fc2", "fc3")
        )
    ),
)
def forward_never_scales(stage: StageOutput) -> Iterable[Doubles]:
    if stage.layer is not None:
        yield stage.with_scale(1.0)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code gives the image to the first layer without scaling it.",
    hint="x arrives as floating-point pixels. Scale, round and clamp it as you do activations.",
    code=_forward(("to_int8(x, self.input_scale)", "torch.round(x)")),
)
def forward_skips_the_image(stage: StageOutput) -> Iterable[Doubles]:
    if stage.layer is None:
        yield stage.activations
        yield np.rint(stage.activations)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code multiplies the image by a number other than self.input_scale.",
    hint="The constructor keeps the input's scale there. Read it from self in forward.",
    code=_forward(("to_int8(x, self.input_scale)", "to_int8(x, 127)")),
)
def forward_fixed_input_scale(stage: StageOutput) -> Iterable[Doubles]:
    if stage.layer is None:
        yield from (stage.with_scale(scale) for scale in INPUT_SCALES if scale != stage.scale)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code multiplies a layer's output by the scale of the layer before it.",
    hint="Each layer has an output_scale of its own. Use the one of the layer itself.",
    code=_forward(
        ("self.fc3.output_scale", "self.fc2.output_scale "),
        ("self.fc2(x)), self.fc2.output_scale", "self.fc2(x)), self.fc1.output_scale "),
        ("self.fc1(x)), self.fc1.output_scale", "self.fc1(x)), self.conv2.output_scale "),
        ("self.conv2(x))), self.conv2.output_scale", "self.conv2(x))), self.conv1.output_scale "),
    ),
)
def forward_shifted_scales(stage: StageOutput) -> Iterable[Doubles]:
    names = stage.net.architecture.names
    if stage.layer is not None and stage.layer.name != names[0]:
        before = names[names.index(stage.layer.name) - 1]
        yield stage.with_scale(stage.net.scales[before])


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code lets negative values pass a layer that has a ReLU in the float net.",
    hint="Quantization changes the numbers, not the layers. Add the ReLU.",
    code=_forward(("F.relu(self.fc1(x))", "self.fc1(x)")),
)
def forward_without_relu(stage: StageOutput) -> Iterable[Doubles]:
    if stage.layer is not None and stage.layer.activation == "relu":
        pool = stage.layer.pool
        sums = max_pool(stage.sums, pool) if pool else stage.sums
        for slope in SLOPES:
            passing = np.where(sums < 0, slope * sums, sums).astype(np.float32)
            yield requantize(passing, stage.scale).astype(np.float64)


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code averages the windows after a convolution.",
    hint="The lab's pool keeps the maximum of each window. Use self.pool.",
    code=_forward(
        ("self.pool(", "F.avg_pool2d(input=("),
        ("conv1(x)))", "conv1(x))), kernel_size=2)"),
        ("conv2(x)))", "conv2(x))), kernel_size=2)"),
    ),
)
def forward_averages_the_windows(stage: StageOutput) -> Iterable[Doubles]:
    if stage.layer is not None and stage.layer.pool:
        side = stage.layer.pool
        x = np.maximum(stage.sums, 0)
        n, channels, height, width = x.shape
        rows, columns = height // side, width // side
        x = x[:, :, : rows * side, : columns * side]
        windows = x.reshape(n, channels, rows, side, columns, side)
        yield clamp(np.rint(windows.mean(axis=(3, 5)) * stage.scale))


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code sets the last layer's negative outputs to zero.",
    hint="Negative outputs tell classes apart, too. Remove the ReLU after the last layer.",
    code=_forward(("to_int8(self.fc3(x)", "to_int8(F.relu(self.fc3(x))")),
)
def forward_relu_at_the_end(stage: StageOutput) -> Iterable[Doubles]:
    if stage.is_last and not stage.image_unsigned:
        yield clamp(np.rint(np.maximum(stage.product, 0)))


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code returns the last layer's sums without scaling them.",
    hint="Quantize the last output like every other.",
    code=_forward((LAST, "self.fc3(x)")),
)
def forward_raw_last_layer(stage: StageOutput) -> Iterable[Doubles]:
    if stage.is_last:
        yield stage.activations


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code scales the last layer's output but does not round and clamp it.",
    hint="Quantize the last output like every other.",
    code=_forward((LAST, "self.fc3(x) * self.fc3.output_scale")),
)
def forward_unrounded_last_layer(stage: StageOutput) -> Iterable[Doubles]:
    if stage.is_last:
        yield stage.product


@misconception(
    question="4.3",
    predicts=StageOutput,
    sentence="Your code divides the 8-bit integers by their scale again.",
    hint="Return the integers themselves.",
    code=_forward((LAST, f"{LAST} / self.fc3.output_scale")),
)
def forward_dequantizes(stage: StageOutput) -> Iterable[Doubles]:
    yield stage.correct / np.float32(stage.scale)
