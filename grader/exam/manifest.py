"""The manifest of an exam: what its folder holds, and how to know that it is whole."""

from typing import Annotated, Literal

import msgspec

from grader.architecture import Architecture

FORMAT = 2
"""Raised whenever an older grader could not read the folder, or a newer one would misread it."""

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
    remarks: tuple[str, ...] = ()
    """What a person should know about the data."""
