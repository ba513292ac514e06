"""What each check is worth, who sees it, and the tolerances: read from `rubric.toml`."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from grader.errors import RubricError

DEFAULT = Path(__file__).with_name("rubric.toml")

FORMER = {"run": "enabled", "usable_scale_db": "excess_noise_db"}
"""Keys that a course's rubric may still have from an older grader -> what they are called now."""

Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]


class Worth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One check in the rubric."""

    points: float
    visibility: Visibility = "visible"
    enabled: bool = True
    """False: a course does without this check, and its points do not count."""
    bonus: bool = False
    """True: its points come on top of `total`."""


Tolerance = Literal[
    "range_error",
    "excess_noise_db",
    "scale_error",
    "repeat_error",
    "follows_net",
    "accuracy_margin",
    "accuracy_limit",
    "other_outputs",
    "mean_output",
]
"""The thresholds that a measured value is compared with; `confidence` is not one of them."""
TOLERANCES: tuple[Tolerance, ...] = get_args(Tolerance)
AT_LEAST = ("follows_net",)
"""The tolerances that a correct value lies above; below all others."""


@dataclass(frozen=True)
class Measured:
    """One comparison with a tolerance."""

    tolerance: Tolerance
    value: float
    held: bool


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tolerances of the checks; `rubric.toml` says what each means."""

    range_error: float
    excess_noise_db: float
    scale_error: float
    repeat_error: float
    follows_net: float
    accuracy_margin: float
    accuracy_limit: float
    other_outputs: float
    mean_output: float
    confidence: float

    def holds(self, name: "Tolerance", measured: float) -> bool:
        """Whether what was measured is within a tolerance; NaN is not."""
        limit: float = getattr(self, name)
        return measured >= limit if name in AT_LEAST else measured <= limit


class LatePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What being late costs."""

    percent_per_day: float
    """Taken off the points earned, for each day begun."""
    grace_minutes: float = 0.0
    """What is late by no more than this is in time."""
    most_days: int = 7
    """A submission that is later than this gets no points."""

    def days(self, late: timedelta) -> int:
        """Days begun after the due date; 0 within the grace."""
        if late <= timedelta(minutes=self.grace_minutes):
            return 0
        return math.ceil(late / timedelta(days=1))


Ranked = Literal["score", "2.2", "4.4", "5.3", "accuracy", "powers_of_two", "weight_bytes"]
"""What can be ranked: the score; the accuracy lost in a question; the accuracy, in percent, of the
int8 net and with powers of two; bytes of the weights of a net that keeps its accuracy."""


class Rubric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A course's points, visibilities and thresholds."""

    total: float
    thresholds: Thresholds
    checks: dict[str, Worth]
    late_policy: LatePolicy | None = None
    leaderboard: tuple[Ranked, ...] = ()
    """Rows of Gradescope's leaderboard."""
    check_list: Visibility = "after_published"
    """Who sees the check list of a report among Gradescope's tests."""

    def covering(self, names: Iterable[str]) -> "Rubric":
        """Return this rubric if it has an entry for each of these checks, and for no other.

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


def _refuse_former(table: dict[str, Any], name: str, place: str = "") -> None:
    """Refuse a key by its former name: a rubric that says less than it seems to is no rubric.

    Raises:
        RubricError: naming the key and what it is called now.
    """
    for key, value in table.items():
        if key in FORMER:
            raise RubricError(f"{name}: {place}{key} is now called {FORMER[key]}; rename it")
        if isinstance(value, dict):
            _refuse_former(value, name, f"{place}{key}.")


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
        RubricError: a file that cannot be read, an unknown key or a former one, a value of the
            wrong type, points below zero, or a total that the points do not add up to.
    """
    raw = _read(DEFAULT)
    name = "rubric.toml"
    if course is not None:
        own, name = _read(course), str(course)
        _refuse_former(own, name)
        raw = _overlay(raw, own)
    try:
        rubric = msgspec.convert(raw, Rubric)
    except msgspec.ValidationError as error:
        raise RubricError(f"{name}: {error}") from error
    for check, worth in rubric.checks.items():
        if not 0 <= worth.points < float("inf"):
            raise RubricError(f"{name}: checks.{check}: points = {worth.points}; give 0 or more")
    late = rubric.late_policy
    if late is not None and not (
        0 <= late.percent_per_day <= 100 and late.most_days >= 0 and 0 <= late.grace_minutes < 1e7
    ):
        raise RubricError(f"{name}: late_policy: give a percentage, days and minutes of 0 or more")
    points = sum(each.points for each in rubric.checks.values() if each.enabled and not each.bonus)
    if abs(points - rubric.total) > 1e-9:
        raise RubricError(
            f"{name}: the points add up to {points:g}, but total = {rubric.total:g}; change one"
        )
    return rubric
