"""Measures the nets of the study, one after the other, and keeps what is measured.

A study that was interrupted goes on where it stopped: what was measured of the same nets by the
same code is read again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import BinaryIO

import msgspec

from grader.checks.paired import compare
from grader.errors import UsageError
from grader.exam import Exam, open_exam
from grader.oracle import predictions
from grader.study.variants import Variant, variants
from grader.versions import grader_version

KEPT = "measured.jsonl"


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One measured net; accuracies in percent, drops in points."""

    question: str
    series: str
    at: str
    accuracy: float
    before: float
    """Of the float net, on the same images."""
    drop: float
    at_least: float
    """Lower end of the interval of the drop, one-sided at `confidence`."""
    at_most: float
    """Upper end, likewise."""
    weight_bytes: int


class _Kept(msgspec.Struct, frozen=True):
    of: str
    """What it was measured with: exam, grader, confidence, images."""
    row: Row


def measure(
    name: str | None,
    folder: Path,
    confidence: float,
    workers: int,
    tell: Callable[[int, int], None],
) -> list[Row]:
    """Every row of the study, in the order of the variants.

    Args:
        name: of the exam, or its folder.
        folder: where the study is written, and what was measured is kept.
        confidence: of the intervals.
        workers: processes that measure.
        tell: told how many rows of how many there are.

    Raises:
        UsageError: nothing can be written to the folder.
        ExamError: the exam cannot be opened.
    """
    exam = open_exam(name)
    todo = variants(exam.nets["plain"].architecture)
    circumstances = _circumstances(exam, confidence)
    known = _read(folder / KEPT, circumstances)
    tell(sum(each.key in known for each in todo), len(todo))
    left = [each for each in todo if each.key not in known]
    try:
        with (folder / KEPT).open("ab+") as kept:
            _end_line(kept)
            for row in _measured(left, name, confidence, workers):
                kept.write(msgspec.json.encode(_Kept(circumstances, row)) + b"\n")
                kept.flush()
                known[key_of(row)] = row
                tell(len(known), len(todo))
    except OSError as error:
        raise UsageError(f"{folder / KEPT}: {error.strerror}; name another --output") from error
    return [known[each.key] for each in todo]


def _end_line(kept: BinaryIO) -> None:
    """End a line that was cut off, so that the next one stands alone."""
    if kept.tell():
        kept.seek(-1, os.SEEK_END)
        if kept.read(1) != b"\n":
            kept.write(b"\n")


def key_of(row: Row) -> str:
    """The key of the variant that a row is of."""
    return f"{row.question}/{row.series}/{row.at}"


def _circumstances(exam: Exam, confidence: float) -> str:
    """All that decides what comes out, as a digest."""
    checksums = sorted(exam.manifest.checksums.items())
    parts = (grader_version().sha256, repr(checksums), repr(confidence), str(len(exam.images)))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _read(path: Path, circumstances: str) -> dict[str, Row]:
    """What was measured in these circumstances; a last line that was cut off is none."""
    found = {}
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            kept = msgspec.json.decode(line, type=_Kept)
        except msgspec.DecodeError:
            continue
        if kept.of == circumstances:
            found[key_of(kept.row)] = kept.row
    return found


def _measured(
    todo: list[Variant], name: str | None, confidence: float, workers: int
) -> Iterator[Row]:
    """Measure in as many processes as there are workers; each opens the exam for itself."""
    if not todo:
        return
    keys = [each.key for each in todo]
    with ProcessPoolExecutor(workers, initializer=_open, initargs=(name, confidence)) as pool:
        yield from pool.map(_row, keys)


_exam: Exam
_confidence: float
_variants: dict[str, Variant]


def _open(name: str | None, confidence: float) -> None:
    global _exam, _confidence, _variants
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    _exam, _confidence = open_exam(name), confidence
    _variants = {each.key: each for each in variants(_exam.nets["plain"].architecture)}


def _row(key: str) -> Row:
    return row_of(_exam, _variants[key], _confidence)


def row_of(exam: Exam, variant: Variant, confidence: float) -> Row:
    """Measure one net on the exam's images."""
    net = exam.nets[variant.net]
    logits = variant.quantizer.apply(exam, net).forward(exam.pixels)
    before, after = net.predictions == exam.labels, predictions(logits) == exam.labels
    drop, gain = compare(before, after, confidence), compare(after, before, confidence)
    return Row(
        question=variant.question,
        series=variant.series,
        at=variant.at,
        accuracy=drop.after,
        before=drop.before,
        drop=drop.drop,
        at_least=drop.at_least,
        at_most=-gain.at_least,
        weight_bytes=variant.quantizer.weight_bytes(net),
    )
