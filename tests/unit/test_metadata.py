"""What the platform says of an upload is used where it makes sense, and never stops a grade."""

import json
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.platforms.gradescope.metadata import LONGEST, Metadata, read_metadata
from tests.mangled_metadata import drawn, flaw

ASSIGNMENT = {"due_date": "2026-09-14T23:59:00.000000-07:00", "total_points": "100.0"}
LATE = "2026-09-16T01:59:00.000000-07:00"


def read(tmp_path: Path, document: Any) -> Metadata:
    path = tmp_path / "submission_metadata.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read_metadata(path)


def test_what_it_says_is_used(tmp_path: Path) -> None:
    document = {"created_at": LATE, "assignment": ASSIGNMENT, "previous_submissions": [{}, {}]}
    assert read(tmp_path, document) == Metadata(100.0, timedelta(days=1, hours=2), 2)


@pytest.mark.parametrize("zone", ["Z", "+00:00"])
def test_zones_are_compared(zone: str, tmp_path: Path) -> None:
    document = {"created_at": f"2026-09-15T07:00:00.000000{zone}", "assignment": ASSIGNMENT}
    assert read(tmp_path, document).late == timedelta(minutes=1)


def test_an_upload_in_time_is_not_late(tmp_path: Path) -> None:
    document = {"created_at": "2026-09-14T20:00:00.000000-07:00", "assignment": ASSIGNMENT}
    assert read(tmp_path, document).late == timedelta(0)


@pytest.mark.parametrize("due", [None, "2026-09-14T23:59:00.000000-07:00"])
@pytest.mark.parametrize(
    ("own", "days"),
    [
        ([], 2),
        ([None], 2),
        ([None, None], 2),
        (["2026-09-15T23:59:00-07:00"], 1),
        (["2026-09-16T23:59:00-07:00"], 0),
        ([None, "2026-09-16T23:59:00-07:00"], 0),
        (["2026-09-15T23:59:00-07:00", "2026-09-16T06:59:00Z"], 1),
    ],
)
def test_the_latest_due_date_of_a_group_counts(
    due: str | None, own: list[str | None], days: int, tmp_path: Path
) -> None:
    """Who has none of their own has the assignment's."""
    users = [{"name": "A", "sid": None, "assignment": {"due_date": each}} for each in own]
    created = "2026-09-16T23:59:00-07:00"
    document = {"created_at": created, "users": users, "assignment": {"due_date": due}}
    if due is None and None in (own or [None]):
        days = 0
    assert read(tmp_path, document) == Metadata(None, timedelta(days=days))


@pytest.mark.parametrize("user", [{}, {"assignment": None}, {"assignment": {}}])
def test_a_user_as_the_documentation_has_it_has_the_due_date_of_all(
    user: Any, tmp_path: Path
) -> None:
    document = {"created_at": LATE, "users": [user], "assignment": ASSIGNMENT}
    assert read(tmp_path, document) == Metadata(100.0, timedelta(days=1, hours=2))


@pytest.mark.parametrize("total", ["many", "nan", -1, "1e999", True, [], {}, "9" * 50_000])
def test_points_that_make_no_sense_are_told_to_staff(total: Any, tmp_path: Path) -> None:
    found = read(tmp_path, {"assignment": {"total_points": total, "due_date": None}})
    assert (found.total_points, found.late) == (None, timedelta(0))
    assert ["is no number of points" in remark for remark in found.remarks] == [True]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"created_at": "soon"}, "created_at: 'soon' makes no sense"),
        ({"created_at": 20260914}, "created_at: '20260914' makes no sense"),
        ({"created_at": "2026-09-16T01:59:00"}, "has a time zone, one has none"),
        ({"created_at": None}, "created_at is missing"),
        ({"assignment": {}}, "assignment.due_date is missing"),
        ({"assignment": None}, "assignment.due_date is missing"),
        ({"assignment": []}, "assignment: '[]' makes no sense"),
        ({"assignment": {"due_date": "never"}}, "assignment.due_date: 'never' makes no sense"),
        ({"users": {}}, "users: '{}' makes no sense"),
        ({"users": [3]}, "users[0]: '3' makes no sense"),
        ({"users": [{}, {"assignment": 1}]}, "users[1].assignment: '1' makes no sense"),
        ({"users": [{"assignment": {"due_date": 5}}]}, "users[0].assignment.due_date: '5' makes"),
    ],
)
def test_a_due_date_that_makes_no_sense_is_neither_in_time_nor_late(
    changed: Any, words: str, tmp_path: Path
) -> None:
    document = {"created_at": LATE, "assignment": ASSIGNMENT, **changed}
    found = read(tmp_path, document)
    assert found.late is None
    assert any(words in remark for remark in found.remarks)


def test_in_time_by_one_due_date_is_in_time_whatever_the_others_are(tmp_path: Path) -> None:
    users = [{"assignment": {"due_date": due}} for due in ("never", LATE)]
    found = read(tmp_path, {"created_at": LATE, "users": users, "assignment": ASSIGNMENT})
    assert found.late == timedelta(0)
    assert len(found.remarks) == 1


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff", b"[]", b"[" * 100_000, b'{"a":' * 100_000, b'{"created_at": NaN}']
)
def test_no_json_is_told_to_staff(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "submission_metadata.json"
    path.write_bytes(raw)
    for found in (read_metadata(path), read_metadata(tmp_path / "missing.json")):
        assert (found.total_points, found.late, len(found.remarks)) == (None, None, 1)


def test_what_earlier_submissions_bring_along_is_passed_over(tmp_path: Path) -> None:
    """Their output may be long and hold what looks like a due date."""
    output = 'no "due_date": "2030-01-01T00:00:00Z" \\' * 100
    results = {"tests": [{"output": output}] * 100, "users": [{"assignment": None}]}
    earlier = [{"created_at": LATE, "results": results}] * 40
    document = {"previous_submissions": earlier, "created_at": LATE, "assignment": ASSIGNMENT}
    path = tmp_path / "submission_metadata.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert path.stat().st_size > 10_000_000
    tracemalloc.start()
    found = read_metadata(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == Metadata(100.0, timedelta(days=1, hours=2), 40)
    assert peak < 1_000_000


def test_too_large_a_file_is_told_to_staff(tmp_path: Path) -> None:
    path = tmp_path / "submission_metadata.json"
    with path.open("wb") as file:
        file.truncate(LONGEST + 1)
    found = read_metadata(path)
    assert found.late is None
    assert "1,000,000,001 bytes; not read" in found.remarks[0]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(created=anything, due=anything, own=anything, points=anything, other=anything)
def test_nothing_in_it_stops_a_grade(
    created: Any, due: Any, own: Any, points: Any, other: Any, tmp_path: Path
) -> None:
    document = {
        "created_at": created,
        "users": [{"assignment": {"due_date": own}}, other],
        "assignment": {"due_date": due, "total_points": points},
        "previous_submissions": other,
    }
    problem = flaw(json.dumps(document, default=datetime.isoformat).encode(), tmp_path)
    assert problem is None


@pytest.mark.parametrize("number", range(0, 300, 30))
def test_mangled_metadata_stops_no_grade(number: int, tmp_path: Path) -> None:
    for each in range(number, number + 30):
        assert flaw(drawn(Random(each)), tmp_path) is None, each
