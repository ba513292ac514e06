"""Wrong ways to run the quantized net (question 4.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from textwrap import dedent
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.architecture import Layer
from grader.misconceptions.registry import Predictor, misconception
from grader.misconceptions.roundings import (
    Doubles,
    clamp,
    floor_divide,
    half_away,
    half_up,
    wrap,
)
from grader.oracle import QuantizedNet, accumulate, max_pool, settle


@dataclass(frozen=True)
class StepCase:
    """One step of a net and what it was given: the image (`layer` None) or integers."""

    net: QuantizedNet
    layer: Layer | None
    given: NDArray[Any]
    signless: bool = False
    """Whether the image lost its negative values on the way in."""

    @property
    def scale(self) -> float:
        """The step's own scale."""
        return self.net.scales[self.layer.name] if self.layer else self.net.input_scale

    @cached_property
    def sums(self) -> Doubles:
        """What the layer adds up, before ReLU and pooling; the image itself for the input."""
        if self.layer is None:
            return self.given.astype(np.float64)
        weight, bias = self.net.weights[self.layer.name], self.net.biases.get(self.layer.name)
        sums = accumulate(self.layer, self.given, weight.astype(np.float64), bias)
        return sums.astype(np.float64)

    @cached_property
    def settled(self) -> Doubles:
        """The same after ReLU and pooling."""
        return settle(self.layer, self.sums).astype(np.float64) if self.layer else self.sums

    @property
    def product(self) -> Doubles:
        """What is to be rounded, as float32 has it."""
        return self.times(self.scale)

    def times(self, scale: float) -> Doubles:
        """The settled sums in float32, times another scale."""
        return (self.settled.astype(np.float32) * np.float32(scale)).astype(np.float64)

    @property
    def right(self) -> Doubles:
        """The integers that the next step should be given."""
        return clamp(np.rint(self.product))

    @property
    def is_last(self) -> bool:
        """Whether the net's output comes from this step."""
        return self.layer is not None and self.layer.name == self.net.architecture.names[-1]

    @property
    def pools(self) -> bool:
        """Whether a pooling follows the layer."""
        return self.layer is not None and bool(self.layer.pool)

    @property
    def rectifies(self) -> bool:
        """Whether a ReLU follows the layer."""
        return self.layer is not None and self.layer.activation == "relu"


RIGHT = dedent(
    """
    def requantize(x, scale):
        return torch.clamp(torch.round(x * scale), -128, 127)
    x = requantize(x, self.input_scale)
    x = requantize(self.pool(F.relu(self.conv1(x))), self.conv1.output_scale)
    x = requantize(self.pool(F.relu(self.conv2(x))), self.conv2.output_scale)
    x = x.view(x.size(0), -1)
    x = requantize(F.relu(self.fc1(x)), self.fc1.output_scale)
    x = requantize(F.relu(self.fc2(x)), self.fc2.output_scale)
    x = requantize(self.fc3(x), self.fc3.output_scale)
    return x
    """
)


def _forward(*changes: tuple[str, str]) -> dict[str, str]:
    """The right forward with some of its text replaced."""
    body = RIGHT
    for old, new in changes:
        if old not in body:
            raise ValueError(f"{old!r} is no part of the right forward")
        body = body.replace(old, new)
    return {"NetQuantized.forward": body}


_ROUND = "torch.clamp(torch.round(x * scale), -128, 127)"
_LAST = "requantize(self.fc3(x), self.fc3.output_scale)"


def _rounding(name: str, sentence: str, hint: str, code: str) -> Predictor:
    return misconception("4.3", name, sentence, hint, _forward((_ROUND, code)))


@_rounding(
    "forward-truncates",
    "Activations are cut off toward zero instead of rounded to the nearest integer.",
    "A conversion to an integer type cuts off; round first.",
    "torch.clamp(torch.trunc(x * scale), -128, 127)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield clamp(np.trunc(case.product))


@_rounding(
    "forward-floors",
    "Activations are rounded down instead of to the nearest integer.",
    "Rounding down shifts every activation by half a step on average.",
    "torch.clamp(torch.floor(x * scale), -128, 127)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield clamp(np.floor(case.product))
    yield clamp(floor_divide(case.settled, case.scale))


@_rounding(
    "forward-rounds-up",
    "Activations are rounded up instead of to the nearest integer.",
    "Rounding up shifts every activation by half a step on average.",
    "torch.clamp(torch.ceil(x * scale), -128, 127)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield clamp(np.ceil(case.product))


@_rounding(
    "forward-rounds-half-up",
    "An activation half-way between two integers always goes up.",
    "The handout asks for ties to the even neighbour, and says why.",
    "torch.clamp(torch.floor(x * scale + 0.5), -128, 127)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield clamp(half_up(case.product))


@_rounding(
    "forward-rounds-half-away",
    "An activation half-way between two integers always goes away from zero.",
    "The handout asks for ties to the even neighbour, and says why.",
    "torch.clamp(torch.trunc(x * scale + 0.5 * torch.sign(x)), -128, 127)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield clamp(half_away(case.product))


@_rounding(
    "forward-never-clamps",
    "Activations beyond -128..127 are left as they are.",
    "A range that was measured on some images is exceeded by others: clamp.",
    "torch.round(x * scale)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield np.rint(case.product)


@_rounding(
    "forward-wraps-around",
    "Activations beyond -128..127 wrap around to the other sign, as a cast to int8 makes them.",
    "Clamp before you convert.",
    "torch.round(x * scale).to(torch.int64).to(torch.int8).to(x.dtype)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield wrap(case.product)


@_rounding(
    "forward-unsigned",
    "Negative activations become zero, as in 0..255, the range of unsigned integers.",
    "This lab uses signed integers: clamp to -128..127.",
    "torch.clamp(torch.round(x * scale), 0, 255)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.signless or not case.is_last:
        yield np.clip(np.rint(case.product), 0, 255)


@_rounding(
    "forward-divides",
    "The output is divided by its scale instead of multiplied.",
    "A scale is what a value is multiplied by.",
    "torch.clamp(torch.round(x / scale), -128, 127)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield clamp(np.rint(case.times(1 / case.scale)))


@_rounding(
    "forward-clamps-first",
    "Values are clamped before they are scaled, not after.",
    "Sums are far larger than int8: bring them back by the scale, round, and clamp last.",
    "torch.round(torch.clamp(x, -128, 127) * scale)",
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield np.rint(clamp(case.settled) * case.scale)


@misconception(
    "4.3",
    "forward-never-scales",
    "A layer's output is clamped without being multiplied by its own scale.",
    "The sums of int8 products are far larger than int8: bring them back by that layer's"
    " output_scale.",
    _forward(
        *(
            (f", self.{name}.output_scale)", ", 1)")
            for name in ("conv1", "conv2", "fc1", "fc2", "fc3")
        )
    ),
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.layer is not None:
        yield clamp(np.rint(case.times(1.0)))


@misconception(
    "4.3",
    "forward-skips-the-image",
    "The image goes into the first layer without being quantized.",
    "x arrives as floating-point pixels: scale, round and clamp it like any activation.",
    _forward(("x = requantize(x, self.input_scale)\n", "x = torch.round(x)\n")),
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.layer is None:
        yield case.settled
        yield np.rint(case.settled)


@misconception(
    "4.3",
    "forward-fixed-input-scale",
    "The image is multiplied by a fixed number instead of input_scale.",
    "The constructor has computed self.input_scale for you.",
    _forward(("x = requantize(x, self.input_scale)", "x = requantize(x, 127)")),
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.layer is None:
        for scale in (127.0, 127.5, 128.0, 255.0):
            if scale != case.scale:
                yield clamp(np.rint(case.times(scale)))


@misconception(
    "4.3",
    "forward-shifted-scales",
    "A layer's output is multiplied by the scale of the layer before it.",
    "Each layer has its own output_scale.",
    _forward(
        ("self.fc3.output_scale", "self.fc2.output_scale "),
        ("self.fc2(x)), self.fc2.output_scale", "self.fc2(x)), self.fc1.output_scale "),
        ("self.fc1(x)), self.fc1.output_scale", "self.fc1(x)), self.conv2.output_scale "),
        ("self.conv2(x))), self.conv2.output_scale", "self.conv2(x))), self.conv1.output_scale "),
    ),
)
def _(case: StepCase) -> Iterable[Doubles]:
    names = case.net.architecture.names
    if case.layer is not None and case.layer.name != names[0]:
        before = names[names.index(case.layer.name) - 1]
        yield clamp(np.rint(case.times(case.net.scales[before])))


@misconception(
    "4.3",
    "forward-without-relu",
    "Negative values pass a layer that has a ReLU in the float net.",
    "Quantization changes the numbers, not the layers.",
    _forward(("F.relu(self.fc1(x))", "self.fc1(x)")),
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.rectifies and case.layer is not None:
        sums = max_pool(case.sums, case.layer.pool) if case.layer.pool else case.sums
        for slope in (1.0, 0.01, 0.1, 0.2):  # a leaky ReLU lets a part of them pass
            passing = np.where(sums < 0, slope * sums, sums).astype(np.float32)
            yield clamp(np.rint((passing * np.float32(case.scale)).astype(np.float64)))


@misconception(
    "4.3",
    "forward-averages-the-windows",
    "The windows after a convolution are averaged instead of reduced to their maximum.",
    "The lab's pool is a max pool: use self.pool.",
    _forward(
        ("self.pool(", "F.avg_pool2d(input=("),
        ("conv1(x)))", "conv1(x))), kernel_size=2)"),
        ("conv2(x)))", "conv2(x))), kernel_size=2)"),
    ),
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.pools and case.layer is not None:
        side = case.layer.pool
        x = np.maximum(case.sums, 0)
        n, channels, height, width = x.shape
        rows, columns = height // side, width // side
        x = x[:, :, : rows * side, : columns * side]
        windows = x.reshape(n, channels, rows, side, columns, side)
        yield clamp(np.rint(windows.mean(axis=(3, 5)) * case.scale))


@misconception(
    "4.3",
    "forward-relu-at-the-end",
    "The last layer's negative outputs become zero.",
    "The last layer has no ReLU: its negative outputs tell classes apart.",
    _forward(("requantize(self.fc3(x)", "requantize(F.relu(self.fc3(x))")),
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.is_last and not case.signless:
        yield clamp(np.rint(np.maximum(case.product, 0)))


@misconception(
    "4.3",
    "forward-raw-last-layer",
    "The last layer's sums are returned without being scaled.",
    "The last output is quantized like every other.",
    _forward((_LAST, "self.fc3(x)")),
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.is_last:
        yield case.settled


@misconception(
    "4.3",
    "forward-unrounded-last-layer",
    "The last layer's output is scaled but not rounded and clamped.",
    "The last output is quantized like every other.",
    _forward((_LAST, "self.fc3(x) * self.fc3.output_scale")),
)
def _(case: StepCase) -> Iterable[Doubles]:
    if case.is_last:
        yield case.product


@misconception(
    "4.3",
    "forward-dequantizes",
    "The net's output is divided by its scale again, so that floating-point numbers come back.",
    "Return the integers themselves.",
    _forward((_LAST, f"{_LAST} / self.fc3.output_scale")),
)
def _(case: StepCase) -> Iterable[Doubles]:
    yield case.right / np.float32(case.scale)
