"""Pictures of what checks find: made where one is asked for, of evidence that is there already."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grader.arrays import Doubles, Mask
from grader.checks.excess_noise import central, noise_power
from grader.checks.paired import Drop
from grader.oracle import INT8, Array
from grader.pictures import (
    Accuracy,
    Biases,
    Flow,
    Integers,
    Layers,
    Range,
    Ranges,
    Sides,
    Term,
    bounded,
    in_rows,
    points,
)
from grader.polynomial import Monomial, Polynomial
from grader.rubric import Thresholds

if TYPE_CHECKING:
    from grader.checks.stages import ForwardCall, Stage
    from grader.checks.weights import Quantized

BEYOND = 64
"""Integers so far beyond int8 are shown where they are, those farther out at this distance."""
STEPS = 24
"""Scales that are tried for the best one."""
WIDEST_CLIP = 4.0
"""Of those scales the largest, in that of the range that clips nothing."""
NEAR = 6.0
"""So far round a wrong value its neighbours are shown, or twice as far as it is off."""
ELEMENTS = 24
MOST_DECIBELS = 120.0
"""Of a signal with next to no noise."""


def of_tensor(one: Quantized) -> Integers:
    """What became of a tensor's values, by the scale that they were multiplied by."""
    products, claimed = one.rounding.products, one.integers
    if np.isfinite(one.applied) and one.interval is not None:
        products = one.values * one.applied
    shown = np.rint(claimed).clip(INT8[0] - BEYOND, INT8[1] + BEYOND).astype(int)
    integers, counts = np.unique(shown, return_counts=True)
    seen = np.abs(products) <= INT8[1] + BEYOND
    return Integers(
        one.name,
        tuple(zip(integers.tolist(), counts.tolist(), strict=True)),
        points(products[seen], (claimed - products)[seen]),
    )


def of_scales(scales: Iterable[tuple[str, Doubles, float]]) -> Ranges:
    """What each scale makes of its values, by their name."""
    return Ranges(tuple(_range(name, values, scale) for name, values, scale in scales))


def _range(name: str, values: Doubles, scale: float) -> Range:
    widest = INT8[1] / max(float(np.abs(values).max()), np.finfo(float).tiny)
    tried = [widest * times for times in np.geomspace(1, WIDEST_CLIP, STEPS)]
    best = max(_decibels(values, each) for each in tried)
    low, high = (bounded(float(end) * scale) for end in (values.min(), values.max()))
    return Range(name, low, high, _decibels(values, scale), best)


def _decibels(values: Doubles, scale: float) -> float:
    """Signal to quantization noise of what a sound range does not clip."""
    kept = central(values)
    signal = float((kept * kept).sum()) / kept.size
    noise = noise_power(kept, scale)
    if not signal > 0:
        return 0.0
    ratio = noise / signal
    return MOST_DECIBELS if ratio < 10 ** (-MOST_DECIBELS / 10) else -10 * math.log10(ratio)


def of_stage(every: Sequence[ForwardCall], call: ForwardCall, stage: Stage, wrong: Mask) -> Layers:
    """Which stages are wrong, and what a wrong one makes of its products.

    Args:
        every: the nets that were executed.
        call: the one in which the property does not hold.
        stage: where it does not.
        wrong: for which values.
    """
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    seen = stage.rounded
    off = (seen.claimed - np.rint(seen.clamped))[first[0]]
    product, claimed = float(seen.products[first]), float(seen.claimed[first])
    near = np.abs(seen.products - product) <= max(NEAR, 2 * abs(claimed - product))
    return Layers(
        call.stimulus.name,
        tuple(_states(every)),
        stage.name,
        _rows(off),
        points(seen.products[near], seen.claimed[near]),
    )


def _states(every: Sequence[ForwardCall]) -> Iterable[tuple[str, str]]:
    """Whether each stage is right wherever it is seen."""
    wrong = Counter[str]()
    seen = Counter[str]()
    for each in (stage for call in every for stage in call.stages_seen):
        seen[each.name] += 1
        wrong[each.name] += not each.rounded.nearest.all()
    for name in ("input", *every[0].stimulus.net.architecture.names):
        yield name, "unseen" if not seen[name] else "wrong" if wrong[name] else "right"


def _rows(values: Doubles) -> tuple[tuple[float, ...], ...]:
    shown = np.nan_to_num(in_rows(values)).clip(2 * INT8[0], 2 * INT8[1]).round(1) + 0.0
    return tuple(map(tuple, shown.tolist()))


def of_bias(name: str, products: Array, claimed: Array, wrong: Mask) -> Biases:
    """Elements of a bias, a wrong one first."""
    first = int(np.argmax(wrong))
    at = [(first + i) % len(products) for i in range(min(ELEMENTS, len(products)))]
    return Biases(name, tuple((bounded(products[i]), bounded(claimed[i])) for i in at))


def of_drop(drop: Drop, thresholds: Thresholds) -> Accuracy:
    """What quantization costs, beside what it may cost."""
    return Accuracy(
        drop.images,
        drop.before,
        drop.after,
        drop.drop,
        drop.at_least,
        thresholds.accuracy_margin,
        thresholds.accuracy_limit,
    )


def of_equation(
    sides: Iterable[Polynomial], expanded: Callable[[Polynomial], Polynomial], right: Polynomial
) -> Sides:
    """Each side with what it has too much, and what it lacks.

    Args:
        sides: as they were written.
        expanded: a side, with each output replaced by what it is made of.
        right: what each side should be then.
    """
    return Sides(tuple(tuple(_terms(side, expanded, right)) for side in sides))


def _terms(
    side: Polynomial, expanded: Callable[[Polynomial], Polynomial], right: Polynomial
) -> Iterator[Term]:
    """The products of a side, and then those that are missing as a whole."""
    seen: set[Monomial] = set()
    for monomial, number in side.items():
        made_of = expanded({monomial: 1})
        seen |= {_nearest(each, right) for each in made_of}
        yield _term(monomial, number, made_of, right)
    for monomial in right:
        if monomial not in seen:
            yield Term("+", tuple((symbol, "missing") for symbol in monomial))


def _term(monomial: Monomial, number: int, made_of: Polynomial, right: Polynomial) -> Term:
    extra, missing = _differences(made_of, right)
    factors = [(str(abs(number)), "extra")] * (abs(number) != 1)
    for symbol in monomial:
        factors.append((symbol, "extra" if extra[symbol] > 0 else ""))
        extra[symbol] -= 1
    factors += [(symbol, "missing") for symbol in sorted(missing.elements())]
    return Term("-" if number < 0 else "+", tuple(factors))


def _differences(found: Polynomial, right: Polynomial) -> tuple[Counter[str], Counter[str]]:
    """What every product in `found` has too much, and what it lacks, against the nearest one."""
    extra: Counter[str] | None = None
    missing: Counter[str] | None = None
    for monomial in found:
        each, nearest = Counter(monomial), Counter(_nearest(monomial, right))
        extra = each - nearest if extra is None else extra & (each - nearest)
        missing = nearest - each if missing is None else missing & (nearest - each)
    return extra or Counter(), missing or Counter()


def _nearest(monomial: Monomial, right: Polynomial) -> Monomial:
    """The product that shares most with this one."""
    return max(right, key=lambda one: (Counter[str](one) & Counter[str](monomial)).total())


def of_flow(call: ForwardCall) -> Flow | None:
    """The integers of the first image, stage by stage; None where the stages are not seen."""
    stages = tuple(
        (stage.name, tuple(map(tuple, in_rows(stage.rounded.claimed[0]).astype(int).tolist())))
        for stage in call.stages_seen
    )
    return Flow(stages) if stages else None
