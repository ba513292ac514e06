"""The images that exams are made of: CIFAR-10, folders of images, drawn shapes. Needs torch."""

import contextlib
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.arrays import Images, Labels
from grader.errors import ExamError
from grader.exam import shapes10
from grader.exam.default import cache_folder
from grader.sandbox.inside.vision import import_torchvision

BATCHES = "cifar-10-batches-py"
"""The folder in which torchvision looks for CIFAR-10."""


@dataclass(frozen=True)
class Split:
    """The training set or the test set."""

    labels: Labels
    """(n,)"""
    images: Callable[[npt.NDArray[np.int64]], Images]
    """The images of these indices: (k, 3, 32, 32)."""


@dataclass(frozen=True)
class DataSet:
    """Images of named classes."""

    classes: tuple[str, ...]
    train: Split
    test: Split
    remark: str | None = None


def drawn(seed: int, train: int, test: int) -> DataSet:
    """Drawn shapes; both sets follow from the seed."""
    return DataSet(
        shapes10.CLASSES,
        _in_memory(*shapes10.draw(train, (seed, 0))),
        _in_memory(*shapes10.draw(test, (seed, 1))),
    )


def cifar10(data: Path | None) -> DataSet:
    """CIFAR-10 from a folder, or downloaded into the grader's cache.

    Args:
        data: holds `cifar-10-batches-py`, or images as `train/CLASS/*` and `test/CLASS/*`.

    Raises:
        ExamError: it is not there and cannot be downloaded.
    """
    if data is None:
        return _download()
    if (data / BATCHES).is_dir():
        return _batches(data)
    if data.name == BATCHES and data.is_dir():
        return _batches(data.parent)
    if (data / "train").is_dir() and (data / "test").is_dir():
        return _folder(data)
    raise ExamError(
        f"{data} holds neither {BATCHES} nor folders of images train/CLASS and test/CLASS."
    )


def _download() -> DataSet:
    vision = import_torchvision()
    root = cache_folder() / "cifar10"
    try:
        sets = [vision.datasets.CIFAR10(root, train, download=True) for train in (True, False)]
    except (OSError, RuntimeError) as error:
        raise ExamError(
            f"CIFAR-10 cannot be downloaded ({error}). Either build the exam on a machine that is"
            f" online, or give --data DIR with the folder that holds {BATCHES}."
        ) from None
    return _from_cifar(*sets)


def _batches(root: Path) -> DataSet:
    """Read CIFAR-10's own files. They are pickles, so they must be the builder's own."""
    cifar = import_torchvision().datasets.CIFAR10
    with contextlib.suppress(RuntimeError):  # other checksums than the official ones
        return _from_cifar(cifar(root, True), cifar(root, False))

    # torchvision has no types, so its class is any value to mypy.
    class Part(cifar):  # type: ignore[misc, valid-type]
        """A part of CIFAR-10, whose files cannot have the official checksums."""

        train_list = [[name, None] for name, _ in cifar.train_list]  # noqa: RUF012
        test_list = [[name, None] for name, _ in cifar.test_list]  # noqa: RUF012

    try:
        train, test = Part(root, True), Part(root, False)
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise ExamError(f"{root / BATCHES} is not CIFAR-10: {error}") from None
    remark = f"The checksums of {BATCHES} are not the official ones."
    return _from_cifar(train, test, remark)


def _from_cifar(train: Any, test: Any, remark: str | None = None) -> DataSet:
    def split(part: Any) -> Split:
        return _in_memory(part.data.transpose(0, 3, 1, 2), np.array(part.targets))

    return DataSet(tuple(train.classes), split(train), split(test), remark)


def _folder(data: Path) -> DataSet:
    vision = import_torchvision()
    try:
        train, test = (vision.datasets.ImageFolder(data / part) for part in ("train", "test"))
    except FileNotFoundError as error:
        raise ExamError(f"{data} has classes without images: {error}") from None
    if train.classes != test.classes:
        raise ExamError(f"{data}/train and {data}/test differ in their classes.")
    remark = "The images come from a folder, not from CIFAR-10's own files."
    return DataSet(tuple(train.classes), _from_files(train), _from_files(test), remark)


def _from_files(part: Any) -> Split:
    def images(indices: npt.NDArray[np.int64]) -> Images:
        return np.stack([np.asarray(part[index][0]).transpose(2, 0, 1) for index in indices])

    return Split(np.array(part.targets), images)


def _in_memory(images: Images, labels: Labels) -> Split:
    return Split(labels.astype(np.int64), lambda indices: images[indices])
