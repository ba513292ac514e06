"""What the kit's public exam holds beside images and float nets, as it lies in a file.

Whoever makes it and whoever reads it need the same types.
"""

from __future__ import annotations

import msgspec

from grader.kit.key import Key

FILE = "public.json"
TENSORS = "public.safetensors"
"""`WEIGHTS/LAYER` int8, `BIAS/LAYER` int32, and the pixels of probes, int16, times `PIXEL`."""
PIXEL = 256
"""The pixels of probes are multiples of its inverse."""

Factors = tuple[float, float, list[tuple[float, float]]]


class Net(msgspec.Struct, frozen=True):
    """An int8 net: which of the tensors are its weights, and all scales that it computes with."""

    weights: str
    input_scale: float
    scales: dict[str, float]


class Quantized(msgspec.Struct, frozen=True):
    """A float net of the exam as integers, and the scales of its weights.

    Every scale is a power of two, so that what comes of them is exact. No rule for a range is seen
    in them.
    """

    net: Net
    weight_scales: dict[str, float]


class Given(msgspec.Struct, frozen=True):
    """A net and images for `forward`, as `probe_nets.Stimulus` has them."""

    name: str
    net: Net
    pixels: str
    """Which of the tensors; empty: the exam's first images."""
    images: int
    target: str = ""
    saturates: bool = False
    exact: bool = False
    wide: bool = False
    milder: Net | None = None


class Shifted(msgspec.Struct, frozen=True):
    """The net with a bias, under scales that clamp nothing, and a large bias for it."""

    net: Net
    bias: tuple[float, ...]


class Public(msgspec.Struct, frozen=True):
    """All of it."""

    key: Key
    nets: dict[str, Quantized]
    """`plain` and `biased`."""
    whole: tuple[Given, ...]
    """Nets that are executed in any case; the first is the exam's, with nothing clamped."""
    overflowing: Given
    probes: tuple[Given, ...]
    """Nets that show one stage each, for code that does not call its layers."""
    factors: tuple[Factors, ...]
    """(n_w, n_initial_input, ns) that 4.2b is asked with: powers of two."""
    milder: tuple[Factors, ...]
    """The same, where student code raises for one of those."""
    bias_factors: tuple[Factors, ...]
    """Those that 5.2 is asked with."""
    milder_bias_factors: tuple[Factors, ...]
    """The same, where student code raises for one of those."""
    shifted: Shifted
