"""Layers of torch.ops.quantized: each multiplies integers and requantizes the sums, by engine.

fbgemm, and x86 where it relies on that, choose their instructions by themselves: what differs
between processors there is not asked.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from tests.quantizers.page import table

ENGINES = ("fbgemm", "onednn", "qnnpack", "x86")
SHOWN_BY = {
    ("fbgemm", 127): "library_engine_fbgemm_zero_point_127",
    ("onednn", 127): "library_engine_onednn_zero_point_127",
}
OPEN = "by processor"
"""What depends on instructions that cannot be capped."""
FULL = 64
"""Terms of a sum of which each is 127 times 127."""


class Layer:
    """A packed layer that hands its inputs on, each to an output of its own."""

    def __init__(
        self, engine: str, kind: str, weights: Tensor, steps: Tensor | None = None
    ) -> None:
        """Pack weights, whole numbers; with `steps` each output has one of its own."""
        torch.backends.quantized.engine = engine
        self.engine, self.shape = engine, (1, 1) if kind == "conv2d" else ()
        ops = torch.ops.quantized
        shaped = self._shaped(weights)
        whole = torch.quantize_per_tensor(shaped, 1.0, 0, torch.qint8)
        if steps is not None:
            points = torch.zeros(len(steps), dtype=torch.int64)
            whole = torch.quantize_per_channel(shaped, steps, points, 0, torch.qint8)
        if kind == "conv2d":
            self.packed = ops.conv2d_prepack(whole, None, [1, 1], [0, 0], [1, 1], 1)
        else:
            self.packed = ops.linear_prepack(whole, None)
        self.run = getattr(ops, kind)

    def _shaped(self, matrix: Tensor) -> Tensor:
        return matrix.reshape(*matrix.shape, *self.shape)

    def outputs(self, inputs: Sequence[float], step: float, point: int) -> list[float]:
        """The requantized sums, with the zero point taken off."""
        torch.backends.quantized.engine = self.engine
        x = self._shaped(torch.tensor([inputs]))
        made = self.run(
            torch.quantize_per_tensor(x, 1.0, 128, torch.quint8), self.packed, step, point
        )
        return (made.int_repr().double() - point).flatten().tolist()


def of_engines() -> str:
    """The table."""
    head = ["engine", "layer", "zero point", "a tie goes", "300, −300", "10¹⁰, −10¹⁰"]
    head += ["zero point added", "a channel whose step is 0"]
    head += ["a second output step of a packed layer", "a sum beyond 16 bits, without VNNI"]
    rows = [
        ([engine, f"`{kind}`", str(point), *_cells(engine, kind, point)], _shown_by(engine, point))
        for engine in ENGINES
        for kind in ("conv2d", "linear")
        for point in ((128, 127) if (engine, 127) in SHOWN_BY else (128,))
    ]
    return table(head, rows)


def _shown_by(engine: str, point: int) -> str:
    return SHOWN_BY.get((engine, point), f"library_engine_{engine}")


def _cells(engine: str, kind: str, point: int) -> list[str]:
    return [
        _tie(engine, kind, point),
        _beyond(engine, kind, point, 1 / 3),
        OPEN if engine == "x86" else _beyond(engine, kind, point, 1e-8),
        OPEN if engine == "x86" else _when(engine, kind),
        _without_a_step(engine, kind, point),
        _second(engine, kind),
        OPEN if engine in ("fbgemm", "x86") else _sums(engine, kind),
    ]


def _tie(engine: str, kind: str, point: int) -> str:
    """Where 1/2, 3/2, 5/2 and their negatives go."""
    halves = [1.0, 3.0, 5.0, -1.0, -3.0, -5.0, 0.0, 0.0]
    found = Layer(engine, kind, torch.eye(8)).outputs(halves, 2.0, point)[:6]
    known = {(0, 2, 2, 0, -2, -2): "to even", (1, 1, 3, -1, -1, -3): "to odd"}
    return known[tuple(int(each) for each in found)]


def _beyond(engine: str, kind: str, point: int, step: float) -> str:
    """What becomes of so many steps as there are in 100 and in −100."""
    found = Layer(engine, kind, torch.eye(8)).outputs([100.0, -100.0, *[0.0] * 6], step, point)
    return ", ".join(f"{each:.0f}".replace("-", "−") for each in found[:2])


def _when(engine: str, kind: str) -> str:
    return {"to even": "after rounding", "to odd": "before rounding"}[_tie(engine, kind, 127)]


def _without_a_step(engine: str, kind: str, point: int) -> str:
    """What a channel gives whose weights have the step 0, as those that are all zero may have."""
    steps = torch.tensor([0.0, *[1.0] * 7])
    try:
        found = Layer(engine, kind, torch.eye(8), steps).outputs([8.0] * 8, 1.0, point)
    except RuntimeError as error:
        return type(error).__name__
    return f"{found[0]:.0f}"


def _second(engine: str, kind: str) -> str:
    """Whether a packed layer heeds the step of a later call."""
    layer, inputs = Layer(engine, kind, torch.eye(8)), [8.0] * 8
    first, second = (layer.outputs(inputs, step, 128)[0] for step in (1.0, 2.0))
    return {(8, 4): "heeded", (8, 8): "the first stays"}[int(first), int(second)]


def _sums(engine: str, kind: str) -> str:
    """Whether a sum is exact that 16 bits cannot hold."""
    layer = Layer(engine, kind, torch.full((8, FULL), 127.0))
    found = layer.outputs([127.0] * FULL, 127 * 127 * FULL / 100, 128)[0]
    return "exact" if found == 100 else "cut"
