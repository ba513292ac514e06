"""Damaged and hostile `submission_metadata.json`, drawn from a `Random`.

The unit test draws a few hundred, and `tests.benchmarks.fuzz_metadata` draws thousands.
"""

import json
import traceback
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from grader.platforms.gradescope.metadata import read_metadata
from grader.rubric import LatePolicy

DATE = "2026-09-14T23:59:00.000000-07:00"
EARLIER = {"submission_time": DATE, "score": 3.5, "results": {"tests": [{"output": "ééé \\\n"}]}}
USER = {"name": "A", "sid": None, "assignment": {"due_date": DATE, "late_due_date": None}}
WHOLE = {
    "id": 1,
    "created_at": "2026-09-16T01:59:00.000000-07:00",
    "assignment": {"due_date": DATE, "total_points": "100.0", "outline": [{"id": 2}]},
    "users": [USER, {**USER, "assignment": {"due_date": None}}],
    "previous_submissions": [EARLIER, EARLIER],
}
ODD: list[Any] = [
    *(None, True, 0, -1, 1e308, 10**400, float("nan"), float("-inf"), "", "NaN", "\ud800", "\0"),
    *([], {}, [[]], [None], {"": {}}, [{"assignment": 1}], "٣", "1_0", "9" * 5000, " 1 "),
    *("2026-09-14", "2026-09-14 23:59:00", "2026-09-14T23:59:00", "2026-09-14T23:59:00Z"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00:00Z"),
    *("2026-09-14T23:59:60Z", "2026-09-14T23:59:00+99:99", "+12026-09-14T23:59:00Z", 20260914),
]
TOKENS = [
    b"{",
    b"}",
    b"[" * 2000,
    b'"',
    b"\\",
    b"\\ud800",
    b"\xff",
    b"NaN",
    b"null",
    b",",
    b":",
    b"\0",
]


def drawn(random: Random) -> bytes:
    """One file."""
    document = json.loads(json.dumps(WHOLE))
    for _ in range(random.randrange(4)):
        random.choice([_replaced, _removed, _doubled])(random, document)
    data = bytearray(
        json.dumps(document, ensure_ascii=random.random() < 0.7).encode(errors="replace")
    )
    for _ in range(random.choice([0, 0, 0, 1, 3])):
        random.choice([_cut, _inserted, _flipped])(random, data)
    return bytes(data)


def _places(found: Any) -> list[tuple[Any, Any]]:
    """Every container with each key of it."""
    keys = found.keys() if isinstance(found, dict) else range(len(found))
    here = [(found, key) for key in keys] if isinstance(found, dict | list) else []
    inner = list(found.values()) if isinstance(found, dict) else list(found)
    return here + [p for each in inner if isinstance(each, dict | list) for p in _places(each)]


def _place(random: Random, document: Any) -> tuple[Any, Any] | None:
    places = _places(document)
    return random.choice(places) if places else None


def _replaced(random: Random, document: Any) -> None:
    if place := _place(random, document):
        place[0][place[1]] = random.choice(ODD)


def _removed(random: Random, document: Any) -> None:
    if place := _place(random, document):
        del place[0][place[1]]


def _doubled(random: Random, document: Any) -> None:
    """Something of it stands where something else should."""
    one, other = _place(random, document), _place(random, document)
    if one and other:
        one[0][one[1]] = json.loads(json.dumps(other[0][other[1]]))


def _cut(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data) + 1) :]


def _inserted(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(TOKENS)


def _flipped(random: Random, data: bytearray) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def flaw(data: bytes, folder: Path) -> str | None:
    """What is wrong with how a file is read; None where nothing is."""
    path = folder / "submission_metadata.json"
    path.write_bytes(data)
    try:
        found = read_metadata(path)
    except BaseException:  # noqa: BLE001 - whatever it is, it would have stopped the grade
        return traceback.format_exc()
    if found.late is None and not found.remarks:
        return "nobody is told that it is not known whether this is late"
    if found.late is not None and found.late < timedelta(0):
        return f"late by {found.late}"
    if found.total_points is not None and not 0 <= found.total_points < float("inf"):
        return f"out of {found.total_points} points"
    if found.late is not None and LatePolicy(10).days(found.late) < 0:
        return "days before the due date"
    return None
