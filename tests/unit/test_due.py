"""Moments with their zones, and due dates as staff tell them."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.handed_in import Student
from grader.course.layouts.due import Dates, Due, dates_of, read_due, read_due_file
from grader.course.layouts.times import moment
from grader.errors import UsageError

UTC = timezone.utc
AT = datetime(2026, 10, 2, 6, 59, tzinfo=UTC)
ANN = Student("ann", "Ann Lee", "ann@example.edu", "17")
TWIN = Student("ann-lee-2", "Ann Lee", "lee@example.edu", "18")
BOB = Student("bob", "Bob", "bob@example.edu", "19")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-01T23:59-07:00", AT),
        ("2026-10-01T23:59:00-0700", AT),
        ("2026-10-02 06:59:00.000000000 Z", AT),
        ("2026-10-02 06:59:00.000000000Z", AT),
        ("2026-10-02 06:59:00 UTC", AT),
        ("2026-10-01 23:59:00 America/Los_Angeles", AT),
        ("2026-10-02T06:59:08.560434999Z", AT.replace(second=8, microsecond=560434)),
        ("2026-10-02T06:59:08.5Z", AT.replace(second=8, microsecond=500000)),
    ],
)
def test_a_moment_with_a_zone_is_one_wherever_it_is_read(text: str, expected: datetime) -> None:
    assert moment(text) == expected
    assert moment(text).utcoffset() == timedelta(0)  # type: ignore[union-attr]  # it is equal to one


@pytest.mark.parametrize(
    "text",
    [
        *("", "tomorrow", "2026-10-01", "2026-10-01T23:59", "2026-10-01T23:59 PST", "٢٠٢٦-10-01"),
        *("2026-02-30T00:00Z", "2026-10-01T24:00Z", "2026-10-01T23:59:60Z", "0000-01-01T00:00Z"),
        *("0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59", "2026-10-01T23:59+99:99"),
        *("2026-10-01T23:59 America/Nowhere", "2026-10-01T23:59 ../../etc", "2026-10-01T00:00 Etc"),
        *("2026-10-01T23:59 America", "2026-10-01T23:59 America/Indiana"),
    ],
)
def test_what_names_no_moment_is_none(text: str) -> None:
    assert moment(text) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert moment(text) is None or moment(text).tzinfo is UTC  # type: ignore[union-attr]  # as asked


def test_a_due_date_of_the_command_line_has_a_zone() -> None:
    assert read_due("2026-10-01T23:59-07:00") == AT
    with pytest.raises(UsageError, match="time zone"):
        read_due("2026-10-01T23:59")


def late(common: datetime | None, own: dict[str, int], *students: Student) -> timedelta | None:
    dates = {key: AT + timedelta(days=days) for key, days in own.items()}
    return Dates(common, dates).late(students, AT + timedelta(days=1))


@pytest.mark.parametrize(
    ("common", "own", "students", "days"),
    [
        (AT, {}, [ANN], 1),
        (AT, {"ann": 2}, [ANN], 0),
        (AT, {"ann": -1}, [ANN], 2),
        (AT, {"ann": 2}, [BOB], 1),
        (AT, {"ann": 2}, [BOB, ANN], 0),
        (AT, {"ann": -1}, [BOB, ANN], 1),
        (None, {"ann": 2}, [BOB, ANN], 0),
        (None, {"ann": -1}, [BOB, ANN], None),
        (None, {"ann": -1}, [BOB], None),
        (None, {}, [ANN], None),
    ],
)
def test_the_latest_date_of_a_group_counts(
    common: datetime | None, own: dict[str, int], students: list[Student], days: int | None
) -> None:
    expected = None if days is None else timedelta(days=days)
    assert late(common, own, *students) == expected


def test_what_came_at_an_unknown_time_is_neither_late_nor_in_time() -> None:
    assert Dates(AT, {}).late([ANN], None) is None


@pytest.mark.parametrize("called", ["ann", "ANN", "ann@example.edu", "Ann@Example.edu", "17"])
def test_a_student_is_named_as_staff_know_them(called: str) -> None:
    dates, nobody = dates_of(Due(own={called: AT}), [ANN, TWIN, BOB])
    assert (dict(dates.own), nobody) == ({"ann": AT}, [])


def test_a_name_that_two_have_is_refused() -> None:
    with pytest.raises(UsageError, match="ann, ann-lee-2"):
        dates_of(Due(own={"Ann Lee": AT}), [ANN, TWIN, BOB])


def test_a_student_with_two_dates_by_two_names_is_refused() -> None:
    with pytest.raises(UsageError, match="two due dates"):
        dates_of(Due(own={"bob": AT, "19": AT + timedelta(1)}), [ANN, BOB])


def test_who_is_not_of_the_class_is_told() -> None:
    assert dates_of(Due(own={"carol": AT}), [ANN])[1] == ["carol"]


def written(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "extensions.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        "student,due\nann,2026-10-01T23:59-07:00\n",
        "\ufeffDue , Student,why\r\n2026-10-01T23:59-07:00,ann,ill\r\n\r\n",
        'student,due\n" ann ","2026-10-01T23:59-07:00"\n,\n',
    ],
)
def test_a_list_of_extensions_is_read(text: str, tmp_path: Path) -> None:
    assert read_due_file(written(tmp_path, text)) == {"ann": AT}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "first line"),
        ("name,date\n", "first line"),
        ("student,due\nann,tomorrow\n", "line 2"),
        ("student,due\nann\n", "line 2"),
        ("student,due\n,2026-10-01T23:59Z\n", "line 2"),
        ("student,due\nann,2026-10-01T23:59Z\nann,2026-10-02T23:59Z\n", "line 3"),
        ('student,due\n"ann,2026\n', "no CSV"),
        (b"student,due\nJos\xe9,2026-10-01T23:59Z\n", "UTF-8"),
        ("student,due\n" + "x" * 200_000 + ",1\n", "no CSV"),
        (b"student,due\n" + b"\n" * 2**24, "MiB"),
    ],
)
def test_a_list_that_makes_no_sense_is_one_line(
    data: str | bytes, words: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=words) as raised:
        read_due_file(written(tmp_path, data))
    assert "\n" not in str(raised.value)
    assert "extensions.csv" in str(raised.value)


def test_a_list_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_due_file(tmp_path / "none.csv")
