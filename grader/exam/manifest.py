"""The manifest of an exam: what its folder holds, and how to know that it is whole."""

from typing import Annotated, Literal

import msgspec

from grader.architecture import Architecture

FORMAT = 3
"""Raised whenever an older grader could not read the folder, or a newer one would misread it."""
READ = (2, FORMAT)
"""The formats that this grader reads. Format 2 does not say how its nets were computed."""

FILE = "manifest.json"
IMAGES = "images.safetensors"
"""`images` and `calibration` uint8 (n, 3, 32, 32); their `labels` and `practice_labels` int64."""

DataSetName = Literal["cifar10", "shapes10"]
NetName = Literal["plain", "biased"]
"""Without a bias, and with one in the last layer."""
NET_NAMES: tuple[NetName, ...] = ("plain", "biased")


def net_file(net: NetName) -> str:
    """The file of `LAYER.weight` and `LAYER.bias`, float32, and `predictions`, int64 (n,)."""
    return f"{net}.safetensors"


def activations_file(net: NetName) -> str:
    """The file of what each `LAYER` passed on, float32 1-D."""
    return f"{net}-activations.safetensors"


class Net(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trained float net."""

    architecture: Architecture
    accuracy: float
    """Percent of the exam's images."""


class Arithmetic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the float nets were computed: every sum exact, in float64, over values on grids.

    `grader.exam.exact` says why that makes the same files on every machine.
    """

    weights: int
    """Weights and biases are multiples of 2**weights."""
    values: int
    """Pixels, and what a layer passes on, were rounded to multiples of 2**values."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`manifest.json`. It holds the seed, so the folder is for the grader's eyes only."""

    format: int
    name: str
    """The data set and a mark of the images, such as `cifar10-3fa2b81c`."""
    dataset: DataSetName
    classes: tuple[str, ...]
    seed: Annotated[int, msgspec.Meta(ge=0)]
    """Drives probes; at build it also drew the images."""
    nets: dict[NetName, Net]
    checksums: dict[str, str]
    """SHA-256 of every other file, in hexadecimal."""
    arithmetic: Arithmetic | None = None
    """None: the floating point of the machine that built it, in an exam of format 2."""
    remarks: tuple[str, ...] = ()
    """What a person should know about the data."""
