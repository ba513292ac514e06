"""Open an exam: quickly, checked against its checksums, and without torch."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from grader.architecture import Architecture
from grader.arrays import Doubles, Images, Labels, Singles
from grader.errors import ExamError
from grader.exam import manifest as files
from grader.exam.default import DATASET, default_exam
from grader.exam.manifest import Manifest, NetName
from grader.sandbox.outside.plan import Practice, PracticeNet
from grader.sandbox.outside.shared import Shared

# What torchvision's ToTensor and Normalize(.5, .5) make of a byte, in the same float32 operations.
_PIXELS = (np.arange(256, dtype=np.float32) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)


def pixels(images: Images) -> Singles:
    """Normalise images to [-1, 1], bit for bit as torchvision does; the shape stays."""
    return _PIXELS[images]


@dataclass(frozen=True)
class Folder:
    """An exam's folder and the checksums that its files must have."""

    path: Path
    checksums: dict[str, str]

    def verify(self, name: str) -> bytes:
        """Read a file; raises ExamError if it is not what the exam was built with."""
        data = _read(self.path / name)
        if hashlib.sha256(data).hexdigest() != self.checksums.get(name):
            raise ExamError(f"{self.path / name} is damaged: build this exam anew.")
        return data

    def tensors(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """Read the tensors of a file; raises ExamError as `verify` does."""
        try:
            return safetensors.numpy.load(self.verify(name))
        except safetensors.SafetensorError as error:
            raise ExamError(f"{self.path / name} does not hold tensors: {error}") from None


@dataclass(frozen=True)
class FloatNet:
    """A trained net and what was recorded of it."""

    architecture: Architecture
    accuracy: float
    """Percent of the exam's images."""
    weights: dict[str, Singles]
    """By layer, shaped as the architecture says."""
    biases: dict[str, Singles]
    """By layer, of those that have one."""
    predictions: Labels
    """The class that the net gives to each of the exam's images: (n,)."""
    _name: NetName
    _recorded: "Recorded"

    @property
    def activations(self) -> dict[str, Doubles]:
        """By layer, as the lab's hooks record them: 1-D, after ReLU and pooling."""
        arrays = self._recorded.shared.arrays
        return {layer: arrays[f"{self._name}/{layer}"] for layer in self.architecture.names}


@dataclass(eq=False)
class Recorded:
    """Arrays that student code is given again and again, in memory that its processes map."""

    folder: Folder
    images: Images
    calibration: Images

    @cached_property
    def shared(self) -> Shared:
        """The arrays `pixels` and `input`, and `NET/LAYER` for the activations of each layer."""
        return Shared(self._arrays(), self.digest)

    @property
    def digest(self) -> str:
        """Of all files of the exam."""
        return hashlib.sha256(repr(sorted(self.folder.checksums.items())).encode()).hexdigest()

    def _arrays(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        yield "pixels", pixels(self.images)
        yield "input", pixels(self.calibration).astype(np.float64).ravel()
        for name in files.NET_NAMES:
            for layer, values in self.folder.tensors(files.activations_file(name)).items():
                yield f"{name}/{layer}", values.astype(np.float64)


@dataclass(frozen=True)
class Exam:
    """What a submission is measured against."""

    directory: Path
    manifest: Manifest
    images: Images
    """(n, 3, 32, 32)"""
    labels: Labels
    """(n,)"""
    calibration: Images
    """The training images on which activations were recorded: (404, 3, 32, 32)."""
    practice_labels: Labels
    """Theirs: (404,). No secret, as training images are none."""
    nets: dict[NetName, FloatNet]
    """`plain`, and `biased` with a bias in the last layer."""
    _recorded: Recorded

    @property
    def seed(self) -> int:
        """Secret: it tells the probes."""
        return self.manifest.seed

    @property
    def shared(self) -> Shared:
        """The arrays below and the nets' activations, where student code's processes map them."""
        return self._recorded.shared

    def map(self, shared: Shared) -> None:
        """Have these arrays where another process of this grader has laid them.

        Raises:
            ExamError: they are those of another exam.
        """
        if shared.of != self._recorded.digest:
            raise ExamError(f"{self.directory} has changed meanwhile; start anew")
        self._recorded.shared = shared

    @property
    def pixels(self) -> Singles:
        """The images as a net is given them: float32 in [-1, 1], (n, 3, 32, 32)."""
        return self.shared.arrays["pixels"]

    @property
    def input_activations(self) -> Doubles:
        """The pixels of the calibration images as the lab's hooks record them: 1-D."""
        return self.shared.arrays["input"]

    @cached_property
    def practice(self) -> Practice:
        """What a student's code may be given in place of CIFAR-10 and of trained nets."""
        nets: dict[str, PracticeNet] = {
            name: PracticeNet(
                net.architecture,
                {f"{layer}.weight": value for layer, value in net.weights.items()}
                | {f"{layer}.bias": value for layer, value in net.biases.items()},
            )
            for name, net in self.nets.items()
        }
        classes = self.manifest.classes
        return Practice(self.calibration, self.practice_labels, classes, nets, self.shared)


def open_exam(name_or_path: str | None = None) -> Exam:
    """Open an exam folder, or the default exam, which is built at its first use.

    Args:
        name_or_path: a folder; None for the default exam; `shapes10` likewise, but only where the
            default exam is one of drawn shapes.

    Raises:
        ExamError: the folder is missing, damaged, or was built by another version; or `shapes10`
            was asked for, and the default exam has other images.
    """
    if name_or_path not in (None, DATASET):
        return load_exam(Path(name_or_path))
    exam = load_exam(default_exam())
    if name_or_path == DATASET != exam.manifest.dataset:
        raise ExamError(
            f"The default exam here is {exam.manifest.name}, not one of {DATASET}: leave --exam out"
            " to use it, or name the folder of another exam."
        )
    return exam


def load_exam(directory: Path) -> Exam:
    """Load the exam in a folder; raises ExamError as `open_exam` does."""
    manifest = _manifest(directory)
    folder = Folder(directory, manifest.checksums)
    data = folder.tensors(files.IMAGES)
    try:
        recorded = Recorded(folder, data["images"], data["calibration"])
        exam = Exam(
            directory,
            manifest,
            data["images"],
            data["labels"],
            data["calibration"],
            data["practice_labels"],
            {name: _net(recorded, manifest, name) for name in files.NET_NAMES},
            recorded,
        )
    except KeyError as error:
        raise ExamError(f"{directory} is damaged: it has no {error}. Build it anew.") from None
    _require_whole(exam)
    return exam


def _net(recorded: Recorded, manifest: Manifest, name: NetName) -> FloatNet:
    net, tensors = manifest.nets[name], recorded.folder.tensors(files.net_file(name))
    layers = net.architecture.layers
    recorded.folder.verify(files.activations_file(name))  # loaded when they are asked for
    return FloatNet(
        net.architecture,
        net.accuracy,
        {layer.name: tensors[f"{layer.name}.weight"] for layer in layers},
        {layer.name: tensors[f"{layer.name}.bias"] for layer in layers if layer.bias},
        tensors["predictions"],
        name,
        recorded,
    )


def _manifest(directory: Path) -> Manifest:
    if not directory.is_dir():
        raise ExamError(f"There is no exam {directory}: `python -m grader exam build` makes one.")
    path = directory / files.FILE
    data = _read(path)
    try:
        version = msgspec.json.decode(data, type=_Versioned).format
        if version not in files.READ:
            age = "a newer" if version > files.FORMAT else "an older"
            raise ExamError(
                f"{directory} was built by {age} version (format {version}, this one reads"
                f" {' and '.join(map(str, files.READ))}): build it again with"
                " `python -m grader exam build`."
            )
        return msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise ExamError(f"{path} is not the manifest of an exam: {error}") from None


class _Versioned(msgspec.Struct):
    format: int


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ExamError(f"{path.parent} is no whole exam: it has no {path.name}.") from None
    except OSError as error:
        raise ExamError(f"{path} cannot be read: {error.strerror}.") from None


def _require_whole(exam: Exam) -> None:
    """Check what checksums cannot tell: that the parts belong together."""
    count, shape = len(exam.labels), exam.images.shape[1:]
    fits = len(exam.images) == count and exam.calibration.shape[1:] == shape
    fits = fits and exam.practice_labels.shape == exam.calibration.shape[:1]
    for net in exam.nets.values():
        fits = fits and net.architecture.input == shape and net.predictions.shape == (count,)
        for layer in net.architecture.layers:
            fits = fits and net.weights[layer.name].shape == layer.weight
    if not fits:
        raise ExamError(f"{exam.directory} is damaged: its parts do not fit. Build it anew.")
