"""What the platform says of an upload is used where it makes sense, and never stops a grade."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.platforms.gradescope.metadata import Metadata, read_metadata

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


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"assignment": {"total_points": "many"}}, "'many' is no number of points"),
        ({"assignment": {"total_points": "nan"}}, "'nan' is no number of points"),
        ({"created_at": "soon", "assignment": ASSIGNMENT}, "created_at: 'soon' is no date"),
        ({"created_at": "2026-09-16T01:59:00", "assignment": ASSIGNMENT}, "has a time zone"),
    ],
)
def test_what_makes_no_sense_is_told_to_staff(document: Any, words: str, tmp_path: Path) -> None:
    found = read(tmp_path, document)
    assert found.late == timedelta(0)
    assert [words in remark for remark in found.remarks] == [True]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 100_000])
def test_no_json_is_told_to_staff(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "submission_metadata.json"
    path.write_bytes(raw)
    found = read_metadata(path)
    assert (found.total_points, found.late, len(found.remarks)) == (None, timedelta(0), 1)
    assert len(read_metadata(tmp_path / "missing.json").remarks) == 1


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(created=anything, due=anything, points=anything, previous=anything)
def test_nothing_in_it_stops_a_grade(
    created: Any, due: Any, points: Any, previous: Any, tmp_path: Path
) -> None:
    assignment = {"due_date": due, "total_points": points}
    document = {
        "created_at": created,
        "assignment": assignment,
        "previous_submissions": previous,
        "assignments": previous,
    }
    found = read(tmp_path, document)
    assert found.late >= timedelta(0)
    assert found.total_points is None or 0 <= found.total_points < float("inf")
