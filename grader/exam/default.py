"""The default exam, which is used where none is named: a package's own, or one of drawn shapes.

The exam of drawn shapes is built once, into the user's cache folder, and later only found there.
"""

import hashlib
import os
from pathlib import Path

import platformdirs

from grader.errors import ExamError
from grader.exam.manifest import FORMAT, DataSetName
from grader.exam.spawn import ROOT, build_exam

DATASET: DataSetName = "shapes10"
"""What the images of the default exam show, unless it is a package's own."""

CACHE_VARIABLE = "GRADER_CACHE"
"""The environment variable that moves the cache to another folder."""

# No secret, so that every machine has the same exam; one that matters has a seed of its own.
_SEED = 2902020

PACKAGED = ROOT / "exam"
"""A packaged autograder carries its exam here; a checkout has no such folder."""

_RECIPE = (
    "grader/exam/*.py",
    "grader/architecture.py",
    "grader/oracle.py",
    "reference/lab1.py",
    "reference/nets/*.safetensors",
)


def cache_folder() -> Path:
    """Where the grader keeps what it can make again; `GRADER_CACHE` moves it."""
    moved = os.environ.get(CACHE_VARIABLE)
    return Path(moved) if moved else platformdirs.user_cache_path("quantization-grader")


def default_exam() -> Path:
    """The folder of the default exam.

    A package's own exam is only found. The exam of drawn shapes is built where it is missing, which
    takes a few seconds. Two processes may do that at once: the first to finish is kept.

    Raises:
        ExamError: it cannot be built.
    """
    if PACKAGED.is_dir():
        return PACKAGED
    folder = cache_folder() / f"{DATASET}-{FORMAT}-{_recipe_mark()}"
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExamError(
            f"{folder.parent} cannot be made ({error.strerror}):"
            f" set {CACHE_VARIABLE} to a folder for the default exam."
        ) from None
    build_exam(DATASET, folder, seed=_SEED, keep_existing=True)
    return folder


def _recipe_mark() -> str:
    """A mark of everything that the exam depends on: another recipe is another folder."""
    digest = hashlib.sha256()
    for pattern in _RECIPE:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
