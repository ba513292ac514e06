"""What each check is worth, who sees it, and the tolerances: read from `rubric.toml`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec

from grader.errors import RubricError

DEFAULT = Path(__file__).with_name("rubric.toml")

Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]


class Worth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One check in the rubric."""

    points: float
    visibility: Visibility = "visible"
    run: bool = True
    """False: a course does without this check; its points do not count."""


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tolerances of the checks; `rubric.toml` says what each means."""

    usable_scale_db: float
    follows_net: float
    accuracy_margin: float
    accuracy_limit: float
    confidence: float


class Rubric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A course's points, visibilities and thresholds."""

    total: float
    thresholds: Thresholds
    checks: dict[str, Worth]

    def covering(self, names: Iterable[str]) -> "Rubric":
        """Return this rubric once it is sure that it speaks of exactly these checks.

        Raises:
            RubricError: naming the check that has no points, or the points that have no check.
        """
        known = set(names)
        unknown = sorted(set(self.checks) - known)
        missing = sorted(known - set(self.checks))
        if unknown:
            raise RubricError(f"rubric: there is no check {unknown[0]!r}; remove its entry")
        if missing:
            raise RubricError(f"rubric: the check {missing[0]!r} has no entry; give it points")
        return self


def _overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return `below` with every value that `above` names replaced, table by table."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = _overlay(old, value) if both and old is not None else value
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise RubricError(f"{path}: {error.strerror}; name a rubric that can be read") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RubricError(f"{path}: not TOML: {error}") from error


def load_rubric(course: Path | None = None) -> Rubric:
    """Read the rubric, with a course's own file laid over it.

    Raises:
        RubricError: a file that cannot be read, an unknown key, a value of the wrong type, points
            below zero, or a total that the points do not add up to.
    """
    raw = _read(DEFAULT)
    name = "rubric.toml"
    if course is not None:
        raw = _overlay(raw, _read(course))
        name = str(course)
    try:
        rubric = msgspec.convert(raw, Rubric)
    except msgspec.ValidationError as error:
        raise RubricError(f"{name}: {error}") from error
    for check, worth in rubric.checks.items():
        if not 0 <= worth.points < float("inf"):
            raise RubricError(f"{name}: checks.{check}: points = {worth.points}; give 0 or more")
    points = sum(worth.points for worth in rubric.checks.values() if worth.run)
    if abs(points - rubric.total) > 1e-9:
        raise RubricError(
            f"{name}: the points add up to {points:g}, but total = {rubric.total:g}; change one"
        )
    return rubric
