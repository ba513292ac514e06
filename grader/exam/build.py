"""Build an exam: started by `spawn` as `python -m grader.exam.build`, because it needs torch.

Reads an `Order` from standard input; writes lines of `Stage`, or at last a `Failure`, to standard
output.
"""

import contextlib
import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from grader.architecture import Architecture
from grader.arrays import Images, Labels
from grader.errors import ExamError
from grader.exam import datasets
from grader.exam import manifest as files
from grader.exam.datasets import DataSet, Split
from grader.exam.exact import ARITHMETIC, on_grid, outputs, recorded
from grader.exam.lab import NETS, REFERENCE, net_classes
from grader.exam.load import pixels
from grader.exam.manifest import Manifest, Net, NetName
from grader.exam.spawn import Failure, Order, Stage
from grader.exam.trace import architecture_of
from grader.oracle import Array, predictions

PROFILED = 404
"""The lab's `test(net, loader, max_samples=400)` stops after 101 batches of 4."""
BATCH = 100
"""Images that a net is given at a time."""

CLASSES: dict[NetName, str] = dict(zip(files.NET_NAMES, NETS, strict=True))
WEIGHTS = {"plain": "{}.safetensors", "biased": "{}_with_bias.safetensors"}

Item = TypeVar("Item")
Tensors: TypeAlias = dict[str, npt.NDArray[Any]]


def build(order: Order) -> None:
    """Build an exam into an existing, empty folder; raises ExamError if it cannot be built."""
    folder = Path(order.folder)
    data = _data(order)
    images, labels = _pick(data.test, order.images, (order.seed, 2))
    calibration, practice_labels = _pick(data.train, PROFILED, (order.seed, 3))
    if len(calibration) < PROFILED:
        raise ExamError(f"The training set has {len(calibration)} images, {PROFILED} are profiled.")
    content: Tensors = {
        "images": images,
        "labels": labels,
        "calibration": calibration,
        "practice_labels": practice_labels,
    }
    checksums = {files.IMAGES: _save(folder / files.IMAGES, content)}
    own = None if order.nets is None else Path(order.nets)
    classes, weights = net_classes(own), own or REFERENCE / "nets"
    nets = {}
    for name in files.NET_NAMES:
        path = weights / WEIGHTS[name].format(order.dataset)
        net = _trained(classes[CLASSES[name]], path, data.classes)
        architecture = architecture_of(net, images.shape[1:])
        content = {
            key: on_grid(value.numpy(), ARITHMETIC.weights)
            for key, value in net.state_dict().items()
        }
        activations = recorded(_passed_on(f"Profile {name}", architecture, content, calibration))
        content["predictions"] = _classes(name, architecture, content, images)
        written = {files.net_file(name): content, files.activations_file(name): activations}
        checksums |= {file: _save(folder / file, tensors) for file, tensors in written.items()}
        accuracy = 100 * float((content["predictions"] == labels).mean())
        nets[name] = Net(architecture, accuracy)
    manifest = Manifest(
        format=files.FORMAT,
        name=f"{order.dataset}-{checksums[files.IMAGES][:8]}",
        dataset=order.dataset,
        classes=data.classes,
        seed=order.seed,
        nets=nets,
        checksums=checksums,
        arithmetic=ARITHMETIC,
        remarks=() if data.remark is None else (data.remark,),
    )
    (folder / files.FILE).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))


def _data(order: Order) -> DataSet:
    _tell(Stage("Get the images", 0, 0))
    if order.dataset == "shapes10":
        data = datasets.drawn(order.seed, PROFILED, order.images)
    else:
        data = datasets.cifar10(None if order.data is None else Path(order.data))
    _tell(Stage("Get the images", 1, 1))
    return data


def _pick(split: Split, count: int, seed: tuple[int, ...]) -> tuple[Images, Labels]:
    """Pick images at random; all of them if there are fewer."""
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(split.labels))
    chosen = order[:count]
    return split.images(chosen), split.labels[chosen]


def _trained(make: Callable[[], Any], path: Path, classes: tuple[str, ...]) -> Any:
    """A net with the trained weights for these classes."""
    if not path.is_file():
        raise ExamError(f"{path} is not there; `python reference/nets/train.py` writes it.")
    with safetensors.safe_open(path, framework="pt") as file:
        trained_on = tuple(file.metadata()["classes"].split())
        weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
    if trained_on != classes:
        raise ExamError(f"{path.name} knows {', '.join(trained_on)}, not {', '.join(classes)}.")
    net = make()
    try:
        net.load_state_dict(weights)
    except RuntimeError as error:
        raise ExamError(f"{path} is of another net: {error}") from error
    return net


def _passed_on(
    stage: str, architecture: Architecture, content: Tensors, images: Images, *, last: bool = False
) -> dict[str, Array]:
    """What each layer, or the last one alone, passes on for all images: (n, ...) by layer.

    `content` holds `LAYER.weight` and `LAYER.bias`.
    """
    layers = architecture.layers
    weights = {layer.name: content[f"{layer.name}.weight"] for layer in layers}
    biases = {layer.name: content[f"{layer.name}.bias"] for layer in layers if layer.bias}
    names = architecture.names[-1:] if last else architecture.names
    parts: dict[str, list[Array]] = {name: [] for name in names}
    for start in _shown(stage, range(0, len(images), BATCH)):
        x = pixels(images[start : start + BATCH])
        for name, passed_on in outputs(architecture, weights, biases, x):
            if name in parts:
                parts[name].append(passed_on)
    return {name: np.concatenate(part) for name, part in parts.items()}


def _classes(
    name: NetName, architecture: Architecture, content: Tensors, images: Images
) -> npt.NDArray[np.intp]:
    """The class that the net gives to each image."""
    (logits,) = _passed_on(f"Run {name}", architecture, content, images, last=True).values()
    return predictions(logits)


def _shown(name: str, items: Sequence[Item]) -> Iterator[Item]:
    for done, item in enumerate(items):
        _tell(Stage(name, done, len(items)))
        yield item
    _tell(Stage(name, len(items), len(items)))


def _tell(event: Stage | Failure) -> None:
    _OUTPUT.write(msgspec.json.encode(event) + b"\n")
    _OUTPUT.flush()


_OUTPUT = sys.stdout.buffer


def _save(path: Path, tensors: Tensors) -> str:
    """Write tensors to a file and return its SHA-256."""
    # safetensors writes the memory of a transposed array as it lies, beside the shape of the view.
    whole = {key: np.ascontiguousarray(value) for key, value in tensors.items()}
    data = safetensors.numpy.save(whole)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def main() -> None:
    """Build what standard input asks for."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # torchvision prints
            build(order)
    except ExamError as error:
        _tell(Failure(str(error)))


if __name__ == "__main__":
    main()
