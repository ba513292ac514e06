"""What finds a scale for a tensor: observers, by the integer that the largest value gets."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
import torch.ao.quantization.fx._decomposed  # registers torch.ops.quantized_decomposed
from torch import Tensor
from torch.ao.quantization import observer

from tests.quantizers.page import table

COUNT, MANY = 10_000, 1_000_000
SIDES = {
    "both sides": torch.linspace(-1, 1, COUNT),
    "after a ReLU": torch.linspace(0, 1, COUNT),
    "an outlier": torch.cat([torch.linspace(-0.1, 0.1, MANY), torch.ones(1)]),
}
"""The largest magnitude of each is 1."""
STRANGE = {
    "∞": torch.tensor([0.5, 1.0, math.inf]),
    "NaN": torch.tensor([0.5, 1.0, math.nan]),
}
SIGNED: dict[str, Any] = {"dtype": torch.qint8, "qscheme": torch.per_tensor_symmetric}
UNSIGNED: dict[str, Any] = {"dtype": torch.quint8, "qscheme": torch.per_tensor_symmetric}
CHANNELS: dict[str, Any] = {"dtype": torch.qint8, "qscheme": torch.per_channel_symmetric}


class Finder(NamedTuple):
    """Something that finds a step, and a zero point, for a tensor."""

    name: str
    shown_by: str
    find: Callable[[Tensor], tuple[Tensor, Tensor]]


def of_observers() -> str:
    """The table."""
    columns = [f"{name}: the largest maps to" for name in SIDES]
    head = ["what", *columns, "zero point", *(f"the scale with {name}" for name in STRANGE)]
    return table(head, [(_cells(each), each.shown_by) for each in FINDERS])


def _cells(finder: Finder) -> list[str]:
    points = dict.fromkeys(_point(finder, values) for values in SIDES.values())
    return [
        finder.name,
        *(_scale(finder, values) for values in SIDES.values()),
        ", ".join(points),
        *(_scale(finder, values) for values in STRANGE.values()),
    ]


def _scale(finder: Finder, values: Tensor) -> str:
    """One over the largest step: what the value 1 becomes."""
    try:
        step, _ = finder.find(values)
    except RuntimeError as error:
        return type(error).__name__
    found = 1 / float(step.max())
    return "NaN" if math.isnan(found) else f"{found:.1f}".removesuffix(".0")


def _point(finder: Finder, values: Tensor) -> str:
    return str(int(finder.find(values)[1].max()))


def observed(made: Callable[[], Any]) -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """What an observer says after one batch of one channel."""

    def find(values: Tensor) -> tuple[Tensor, Tensor]:
        one = made()
        one(values[None])
        step, point = one.calculate_qparams()
        return step, point

    return find


def symmetric(values: Tensor) -> tuple[Tensor, Tensor]:
    """What exported programs use, for signed integers."""
    found = torch.ops.quantized_decomposed.choose_qparams_symmetric
    step, point = found(values, -128, 127, 1e-12, torch.int8)
    return step, point


FINDERS = [
    Finder(
        "`MinMaxObserver`, symmetric, qint8",
        "library_observer_min_max",
        observed(partial(observer.MinMaxObserver, **SIGNED)),
    ),
    Finder(
        "the same with `quant_min=-127`",
        "library_observer_127",
        observed(partial(observer.MinMaxObserver, quant_min=-127, quant_max=127, **SIGNED)),
    ),
    Finder(
        "the same with `reduce_range`",
        "library_observer_reduce_range",
        observed(partial(observer.MinMaxObserver, reduce_range=True, **SIGNED)),
    ),
    Finder(
        "`MinMaxObserver`, symmetric, quint8",
        "library_observer_quint8_symmetric",
        observed(partial(observer.MinMaxObserver, **UNSIGNED)),
    ),
    Finder("`MinMaxObserver()`", "library_observer_affine", observed(observer.MinMaxObserver)),
    Finder("`default_observer()`", "library_default_observer", observed(observer.default_observer)),
    Finder(
        "`default_weight_observer()`",
        "library_default_weight_observer",
        observed(observer.default_weight_observer),
    ),
    Finder(
        "`MovingAverageMinMaxObserver`, one batch",
        "library_observer_moving_average",
        observed(partial(observer.MovingAverageMinMaxObserver, **SIGNED)),
    ),
    Finder(
        "`HistogramObserver`, symmetric, qint8",
        "library_observer_histogram",
        observed(partial(observer.HistogramObserver, **SIGNED)),
    ),
    Finder(
        "`PerChannelMinMaxObserver`, largest step",
        "library_observer_per_channel",
        observed(partial(observer.PerChannelMinMaxObserver, **CHANNELS)),
    ),
    Finder(
        "`PerChannelMinMaxObserver`, all steps",
        "library_observer_per_channel_steps",
        observed(partial(observer.PerChannelMinMaxObserver, **CHANNELS)),
    ),
    Finder(
        "`quantized_decomposed.choose_qparams_symmetric`",
        "library_choose_qparams_symmetric",
        symmetric,
    ),
]
