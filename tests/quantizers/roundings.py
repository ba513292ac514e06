"""What makes an integer of a number: how it rounds, and what it does where there is no integer.

Each is asked for one number at a time, alone and in the midst of equals: kernels treat whole
vectors and their rests differently.
"""

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.ao.quantization.fx._decomposed  # registers torch.ops.quantized_decomposed
from torch import Tensor

from tests.quantizers.page import table

ALONE, AMONG_EQUALS = 1, 67
"""How many times a number stands in the tensor; the second is no multiple of any vector's width."""
RULES: dict[str, Callable[[float], float]] = {
    "to even": round,
    "to odd": lambda x: round(x + 1) - 1,
    "away from zero": lambda x: math.trunc(x + math.copysign(0.5, x)),
    "up": lambda x: math.floor(x + 0.5),
    "down": lambda x: math.ceil(x - 0.5),
    "all cut off": math.trunc,
    "all floored": math.floor,
}
TELLING = (-2.5, -1.7, -1.5, -1.2, -0.5, 0.5, 1.2, 1.5, 1.7, 2.5)
"""No two rules do the same with all of these."""


class Quantizer(NamedTuple):
    """Something that makes integers of the numbers of a tensor."""

    name: str
    shown_by: str
    run: Callable[[Tensor], Any]
    shifted: Callable[[Tensor], Any] | None = None
    """The same with an odd zero point, which is taken off again; None: it has no zero point."""


def of_roundings() -> str:
    """The table."""
    head = ["what", "a tie goes", "300, −300", "∞, −∞", "NaN", "zero point added"]
    return table(head, [(of_one(each), each.shown_by) for each in QUANTIZERS])


def of_one(quantizer: Quantizer) -> list[str]:
    """The cells of a row but for the last two."""
    run = quantizer.run
    return [
        quantizer.name,
        _rule(run),
        _pair(run, 300.0),
        _pair(run, math.inf),
        _answer(run, math.nan),
        _point(quantizer.shifted),
    ]


def _rule(run: Callable[[Tensor], Any]) -> str:
    answers = [float(_answer(run, value).replace("−", "-")) for value in TELLING]
    (fitting,) = [name for name, rule in RULES.items() if [*map(rule, TELLING)] == answers]
    return fitting


def _point(shifted: Callable[[Tensor], Any] | None) -> str:
    return (
        ""
        if shifted is None
        else {
            "to even": "after rounding",
            "to odd": "before rounding",
        }[_rule(shifted)]
    )


def _pair(run: Callable[[Tensor], Any], value: float) -> str:
    """What becomes of a number and of its negative; once, where that is the same."""
    return ", ".join(dict.fromkeys((_answer(run, value), _answer(run, -value))))


def _answer(run: Callable[[Tensor], Any], value: float) -> str:
    """What becomes of a number, in words; of several answers, all."""
    found: list[str] = []
    for count in (ALONE, AMONG_EQUALS):
        try:
            with np.errstate(invalid="ignore"):
                answers = torch.as_tensor(run(torch.full((count,), value)))
            found += [_words(answer) for answer in answers.double().tolist()]
        except (ArithmeticError, ValueError) as error:
            found.append(type(error).__name__)
    return " or ".join(dict.fromkeys(found))


def _words(number: float) -> str:
    words = {math.inf: "∞", -math.inf: "−∞", -(2.0**63): "−2⁶³", -(2.0**31): "−2³¹"}
    if number in words:
        return words[number]
    if number == 2**31 - 1:
        return "2³¹ − 1"
    return "NaN" if math.isnan(number) else f"{number:.0f}".replace("-0", "0").replace("-", "−")


def per_tensor(dtype: torch.dtype, point: int) -> Callable[[Tensor], Tensor]:
    """torch's quantizer, with its zero point taken off."""
    return lambda x: torch.quantize_per_tensor(x, 1.0, point, dtype).int_repr().double() - point


def per_channel(point: int) -> Callable[[Tensor], Tensor]:
    """The same by channels, of which there is one."""

    def run(x: Tensor) -> Tensor:
        points = torch.tensor([point])
        made = torch.quantize_per_channel(x[None], torch.ones(1), points, 0, torch.qint8)
        return made.int_repr()[0].double() - point

    return run


def fake(point: int) -> Callable[[Tensor], Tensor]:
    """Fake quantization; with the step 1 its grid is that of the integers."""
    return lambda x: torch.fake_quantize_per_tensor_affine(x, 1.0, point, -128, 127)


def fake_per_channel(point: int) -> Callable[[Tensor], Tensor]:
    """The same by channels."""

    def run(x: Tensor) -> Tensor:
        points = torch.tensor([point], dtype=torch.int32)
        return torch.fake_quantize_per_channel_affine(x[None], torch.ones(1), points, 0, -128, 127)

    return lambda x: run(x)[0]


def fake_module(point: int) -> Callable[[Tensor], Tensor]:
    """A module that does it, with its observer switched off."""
    module = torch.ao.quantization.FakeQuantize(
        quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=torch.per_tensor_symmetric
    )
    module.disable_observer()
    module.zero_point.fill_(point)
    return module


def decomposed(point: int) -> Callable[[Tensor], Tensor]:
    """The quantizer of exported programs."""
    quantize = torch.ops.quantized_decomposed.quantize_per_tensor
    return lambda x: quantize(x, 1.0, point, -128, 127, torch.int8).double() - point


def decomposed_per_channel(point: int) -> Callable[[Tensor], Tensor]:
    """The same by channels."""
    quantize = torch.ops.quantized_decomposed.quantize_per_channel

    def run(x: Tensor) -> Tensor:
        points = torch.tensor([point])
        made = quantize(x[None], torch.ones(1), points, 0, -128, 127, torch.int8)
        return made[0].double() - point

    return run


def in_numpy(function: Callable[..., Any]) -> Callable[[Tensor], Any]:
    """A function of arrays."""
    return lambda x: function(x.numpy())


def one_by_one(function: Callable[[float], Any]) -> Callable[[Tensor], Sequence[float]]:
    """A function of single numbers."""
    return lambda x: [float(function(value)) for value in x.tolist()]


def decimal(rule: str) -> Callable[[Tensor], Sequence[float]]:
    """Decimal.to_integral_value with a rule."""
    return one_by_one(lambda value: Decimal(value).to_integral_value(rule))


EDGES = np.arange(-127.5, 127)
QUANTIZERS = [
    Quantizer(
        "`torch.quantize_per_tensor`, qint8",
        "library_quantize_per_tensor",
        per_tensor(torch.qint8, 0),
        per_tensor(torch.qint8, 1),
    ),
    Quantizer(
        "the same with zero point 1",
        "library_qint8_zero_point_one",
        per_tensor(torch.qint8, 1),
        per_tensor(torch.qint8, 1),
    ),
    Quantizer(
        "the same, quint8, zero point 128",
        "library_quint8_zero_point_128",
        per_tensor(torch.quint8, 128),
        per_tensor(torch.quint8, 127),
    ),
    Quantizer(
        "the same, quint8, zero point 127",
        "library_quint8_zero_point_127",
        per_tensor(torch.quint8, 127),
        per_tensor(torch.quint8, 127),
    ),
    Quantizer(
        "the same, qint32, for the bias",
        "library_qint32_bias",
        per_tensor(torch.qint32, 0),
        per_tensor(torch.qint32, 1),
    ),
    Quantizer(
        "`torch.quantize_per_channel`, one step",
        "library_quantize_per_channel",
        per_channel(0),
        per_channel(1),
    ),
    Quantizer(
        "`torch.quantize_per_channel`, many steps",
        "library_observer_per_channel_steps",
        per_channel(0),
        per_channel(1),
    ),
    Quantizer(
        "`torch.fake_quantize_per_tensor_affine`, times the scale",
        "library_fake_quantize",
        fake(0),
        fake(1),
    ),
    Quantizer(
        "the same, left as it comes",
        "library_fake_quantize_left_real",
        fake(0),
        fake(1),
    ),
    Quantizer(
        "`torch.fake_quantize_per_channel_affine`",
        "library_fake_quantize_per_channel",
        fake_per_channel(0),
        fake_per_channel(1),
    ),
    Quantizer(
        "`torch.ao.quantization.FakeQuantize`",
        "library_fake_quantize_module",
        fake_module(0),
        fake_module(1),
    ),
    Quantizer(
        "`quantized_decomposed.quantize_per_tensor`",
        "library_quantized_decomposed",
        decomposed(0),
        decomposed(1),
    ),
    Quantizer(
        "`quantized_decomposed.quantize_per_channel`",
        "library_quantized_decomposed_per_channel",
        decomposed_per_channel(0),
        decomposed_per_channel(1),
    ),
    Quantizer(
        "`torch.round`, then a clamp", "range_max_to_127", lambda x: x.round().clamp(-128, 127)
    ),
    Quantizer("`torch.round` alone", "forward_clamp_not_assigned", torch.round),
    Quantizer(
        "`torch.round`, then `.to(torch.int8)`",
        "forward_wraps_in_int8",
        lambda x: x.round().to(torch.int32).to(torch.int8),
    ),
    Quantizer("`torch.trunc`", "functional_image_truncated", torch.trunc),
    Quantizer("`torch.floor`", "library_torch_floor", torch.floor),
    Quantizer(
        '`torch.div(..., rounding_mode="floor")`',
        "library_torch_div_floor",
        lambda x: torch.div(x, 1.0, rounding_mode="floor"),
    ),
    Quantizer(
        "`.to(torch.int8)`", "weights_cast_to_int8_without_round", lambda x: x.to(torch.int8)
    ),
    Quantizer("`.char()`", "library_char", lambda x: x.char()),
    Quantizer("`.int()`", "forward_cut_by_int", lambda x: x.int()),
    Quantizer("`.long()`", "bias_cut_by_long", lambda x: x.long()),
    Quantizer(
        "`torch.bucketize`, edges at halves",
        "library_bucketize",
        lambda x: torch.bucketize(x, torch.from_numpy(EDGES)) - 128,
    ),
    Quantizer(
        "`numpy.rint`, then `numpy.clip`",
        "library_numpy_rint",
        in_numpy(lambda x: np.clip(np.rint(x), -128, 127)),
    ),
    Quantizer(
        "`numpy.around`, then `numpy.clip`",
        "library_numpy_around",
        in_numpy(lambda x: np.clip(np.around(x), -128, 127)),
    ),
    Quantizer(
        "`numpy.round`, then `numpy.clip`",
        "library_numpy_round",
        in_numpy(lambda x: np.clip(np.round(x), -128, 127)),
    ),
    Quantizer(
        "`numpy.rint`, then `.astype(numpy.int8)`",
        "library_numpy_astype",
        in_numpy(lambda x: np.rint(x).astype(np.int64).astype(np.int8)),
    ),
    Quantizer("`numpy.fix`", "library_numpy_fix", in_numpy(np.fix)),
    Quantizer(
        "`.astype(numpy.int8)`", "library_numpy_astype_alone", in_numpy(lambda x: x.astype(np.int8))
    ),
    Quantizer(
        "`numpy.digitize`, edges at halves",
        "library_numpy_digitize",
        in_numpy(lambda x: np.digitize(x, EDGES) - 128),
    ),
    Quantizer("Python's `round`", "library_python_round", one_by_one(round)),
    Quantizer("Python's `int`", "library_python_int", one_by_one(int)),
    Quantizer(
        "`round` of a `Fraction`", "library_fractions", one_by_one(lambda v: round(Fraction(v)))
    ),
    Quantizer(
        "`Decimal`, `ROUND_HALF_EVEN`", "library_decimal_half_even", decimal(ROUND_HALF_EVEN)
    ),
    Quantizer("`Decimal`, `ROUND_HALF_UP`", "library_decimal_half_up", decimal(ROUND_HALF_UP)),
]
