"""How far the tolerances are from what correct and wrong submissions were measured at."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from grader.rubric import AT_LEAST, TOLERANCES, Measured, Thresholds, Tolerance


@dataclass(frozen=True)
class Sample:
    """What was measured of one submission."""

    name: str
    correct: bool
    """Whether nothing is wrong with it."""
    measured: Sequence[Measured]


@dataclass(frozen=True)
class Nearest:
    """The measured value nearest to a tolerance on one side, and whose it is."""

    value: float
    name: str
    count: int
    """Measured values on this side."""


@dataclass(frozen=True)
class Margin:
    """A tolerance between what must pass and what must not."""

    tolerance: Tolerance
    limit: float
    correct: Nearest | None
    """The worst that any correct submission was measured at."""
    wrong: Nearest | None
    """The best of what the tolerance rejected in wrong submissions."""


def margins(samples: Sequence[Sample], thresholds: Thresholds) -> Iterator[Margin]:
    """The margins of every tolerance that anything was compared with."""
    for name in TOLERANCES:
        correct = _values(samples, name, correct=True)
        wrong = _values(samples, name, correct=False)
        if correct or wrong:
            limit: float = getattr(thresholds, name)
            yield Margin(name, limit, _nearest(correct, limit), _nearest(wrong, limit))


def _values(samples: Iterable[Sample], name: str, *, correct: bool) -> list[tuple[float, str]]:
    """What correct submissions were measured at, or what wrong ones were rejected for."""
    return [
        (each.value, sample.name)
        for sample in samples
        if sample.correct is correct
        for each in sample.measured
        if each.tolerance == name and (correct or not each.held)
    ]


def _nearest(values: list[tuple[float, str]], limit: float) -> Nearest | None:
    finite = [pair for pair in values if math.isfinite(pair[0])]
    if not finite:
        return None
    value, name = min(finite, key=lambda pair: abs(pair[0] - limit))
    return Nearest(value, name, len(values))


def show(found: Iterable[Margin], console: Console) -> None:
    """Print them as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("rubric.toml, thresholds")
    table.add_column("number", justify="right")
    table.add_column("closest correct", justify="right")
    table.add_column("of")
    table.add_column("closest wrong", justify="right")
    table.add_column("of")
    for margin in found:
        sign = ">=" if margin.tolerance in AT_LEAST else "<="
        sides = [*_cells(margin.correct), *_cells(margin.wrong)]
        table.add_row(margin.tolerance, f"{sign} {margin.limit:g}", *sides)
    console.print(table)


def _cells(side: Nearest | None) -> tuple[str, str]:
    return ("-", "none") if side is None else (f"{side.value:.3g}", f"{side.name} ({side.count})")
