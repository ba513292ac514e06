"""Have an exam built in a process of its own, for that needs torch, and show how far it is."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from grader.errors import ExamError, GraderError
from grader.exam.manifest import DataSetName

ROOT = Path(__file__).resolve().parents[2]
BUILDER = "grader.exam.build"


class Order(msgspec.Struct, frozen=True):
    """What is to be built; goes to the process by its standard input, for it holds the seed."""

    dataset: DataSetName
    data: str | None
    folder: str
    """Where the files go; exists and is empty."""
    seed: int
    images: int
    """How many to evaluate on; all there are, if there are fewer."""
    nets: str | None = None
    """A folder of other nets than the lab's: `nets.py` and their weights."""


class Stage(msgspec.Struct, frozen=True, tag="stage"):
    """A stage of the building, and how far it is: one line of the process's standard output."""

    name: str
    done: int
    total: int
    """0: not known."""


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """Why the exam cannot be built: the last line of its standard output."""

    reason: str


def build_exam(
    dataset: DataSetName,
    output: Path,
    data: Path | None = None,
    seed: int | None = None,
    images: int = 2000,
    nets: Path | None = None,
    *,
    keep_existing: bool = False,
) -> None:
    """Build an exam folder, whole or not at all, readable by its owner alone.

    Args:
        dataset: what the images show.
        output: the folder, which must not exist.
        data: where CIFAR-10 lies; downloaded if not given.
        seed: drives images and probes; a secret random number if not given.
        images: how many to evaluate on.
        nets: a folder of other nets than the lab's.
        keep_existing: if another process builds the same exam meanwhile, take that.

    Raises:
        ExamError: it cannot be built, or the folder exists.
    """
    if output.exists():
        raise ExamError(f"{output} exists already; an exam is never overwritten.")
    if seed is not None and not 0 <= seed < 2**63:
        raise ExamError(f"A seed lies between 0 and 2^63 - 1; {seed} does not.")
    parent = output.absolute().parent
    if not parent.is_dir():
        raise ExamError(f"{parent} is no folder, so {output.name} cannot lie there.")
    seed = secrets.randbits(63) if seed is None else seed
    where = None if data is None else str(data.resolve())
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=parent))
    except OSError as error:
        raise ExamError(f"{output} cannot be made: {error.strerror}.") from None
    try:
        own = None if nets is None else str(nets.resolve())
        _execute(Order(dataset, where, str(folder), seed, images, own))
        _publish(folder, output, keep_existing)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publish(folder: Path, output: Path, keep_existing: bool) -> None:
    for path in folder.iterdir():
        path.chmod(0o600)
    try:
        folder.rename(output)
    except OSError as error:
        if not (keep_existing and output.is_dir()):
            raise ExamError(f"{output} cannot be made: {error.strerror}.") from None


def _execute(order: Order) -> None:
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [sys.executable, "-m", BUILDER],
            cwd=ROOT,
            env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},  # what it needs of torch needs no GPU
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        try:
            _follow(process, order)
        except BaseException:
            process.kill()
            raise
        if process.wait() != 0:
            errors.seek(0)
            last = errors.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise GraderError(f"Building an exam ended with {process.returncode}: {last}")


def _follow(process: "subprocess.Popen[bytes]", order: Order) -> None:
    """Send the order and show the progress until the process ends; raises ExamError if it fails."""
    if process.stdin is None or process.stdout is None:
        raise GraderError("A process was started without pipes.")
    process.stdin.write(msgspec.json.encode(order))
    process.stdin.close()
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks = {}
        for line in process.stdout:
            event = msgspec.json.decode(line, type=Stage | Failure)
            if isinstance(event, Failure):
                raise ExamError(event.reason)
            if event.name not in tasks:
                tasks[event.name] = progress.add_task(event.name, total=None)
            progress.update(tasks[event.name], completed=event.done, total=event.total or None)
