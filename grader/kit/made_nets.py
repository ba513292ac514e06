"""The float nets of the public exam: the lab's own, in other numbers, with other classes.

Between two layers with a ReLU channels may change places, and each may become larger as long as the
next layer takes that back. The classes change places, too, in the nets and in the labels. So what
is right for these nets is right for no other exam: no weight, range or scale, and no accuracy.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import msgspec
import numpy as np
import safetensors
import safetensors.numpy

from grader.arrays import Singles
from grader.exam import manifest as files
from grader.exam.manifest import DataSetName, Manifest
from grader.template import CHECKOUT

DATA: DataSetName = "shapes10"
TIMES = (6.0, 1 / 5, 7.0, 1 / 6, 5.0)
"""How much larger the weights of each layer become: a scale of the lab's nets fits none of them."""
MOVED = 3
"""By so many places every class has moved on."""


def write_nets(folder: Path, seed: int) -> None:
    """Write the nets, as `exam build --nets` takes them.

    Args:
        folder: exists, and is empty.
        seed: says which channels change places.

    Raises:
        OSError: the lab's own are not here.
    """
    shutil.copyfile(CHECKOUT / "reference" / "lab1.py", folder / "nets.py")
    for name in (f"{DATA}.safetensors", f"{DATA}_with_bias.safetensors"):
        path = CHECKOUT / "reference" / "nets" / name
        with safetensors.safe_open(path, framework="numpy") as file:
            about = file.metadata()
        rng = np.random.Generator(np.random.PCG64((seed, len(name))))
        changed = other_numbers(safetensors.numpy.load_file(path), rng)
        safetensors.numpy.save_file(changed, folder / name, about)


def other_numbers(weights: dict[str, Singles], rng: np.random.Generator) -> dict[str, Singles]:
    """The same net in other numbers, its classes moved.

    Args:
        weights: `LAYER.weight` and `LAYER.bias`, of layers in the order of their names' ends.
        rng: draws which channels change places.
    """
    layers = sorted({name.partition(".")[0] for name in weights}, key=_order)
    changed: dict[str, Singles] = {}
    places, before = np.arange(weights[f"{layers[0]}.weight"].shape[1]), 1.0
    for layer, times in zip(layers, TIMES, strict=True):
        weight = weights[f"{layer}.weight"]
        inputs = weight.shape[1] // len(places)  # of a channel, once it is flattened
        columns = (places[:, None] * inputs + np.arange(inputs)).reshape(-1)
        weight = weight[:, columns] * np.float32(times)
        before *= times
        last = layer == layers[-1]
        outputs = np.arange(len(weight))
        places = np.roll(outputs, MOVED) if last else rng.permutation(outputs)
        changed[f"{layer}.weight"] = np.ascontiguousarray(weight[places])
        if f"{layer}.bias" in weights:
            changed[f"{layer}.bias"] = weights[f"{layer}.bias"][places] * np.float32(before)
    return changed


def move_classes(folder: Path) -> None:
    """Move the labels of an exam on, as the classes of its nets have been."""
    tensors = safetensors.numpy.load_file(folder / files.IMAGES)
    about = msgspec.json.decode((folder / files.FILE).read_bytes(), type=Manifest)
    for labels in ("labels", "practice_labels"):
        tensors[labels] = (tensors[labels] + MOVED) % len(about.classes)
    data = safetensors.numpy.save(tensors)
    (folder / files.IMAGES).write_bytes(data)
    checksum = hashlib.sha256(data).hexdigest()
    nets = {}
    for name, net in about.nets.items():
        found = safetensors.numpy.load_file(folder / files.net_file(name))["predictions"]
        accuracy = 100 * float((found == tensors["labels"]).mean())
        nets[name] = msgspec.structs.replace(net, accuracy=accuracy)
    moved = msgspec.structs.replace(
        about,
        name=f"{about.dataset}-{checksum[:8]}",
        classes=(*about.classes[-MOVED:], *about.classes[:-MOVED]),
        nets=nets,
        checksums={**about.checksums, files.IMAGES: checksum},
    )
    (folder / files.FILE).write_bytes(msgspec.json.format(msgspec.json.encode(moved)))


def _order(layer: str) -> tuple[bool, str]:
    """Convolutions come first."""
    return not layer.startswith("conv"), layer
