"""Moments as platforms write them; one without a time zone is none."""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

STAMP = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[Tt ]+(?P<hour>\d\d):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,12}))?)?[ ]*(?P<zone>\S+)",
    re.ASCII,
)
PARTS = ("year", "month", "day", "hour", "minute")
UTC_NAMES = frozenset({"Z", "UTC", "GMT"})
OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>[0-5]\d)", re.ASCII)
PLACE = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_-]+){1,2}")
"""`America/Los_Angeles`; an abbreviation such as `CST` means three zones, and is none here."""


def moment(text: str) -> datetime | None:
    """A time in UTC, from `2026-10-01T23:59-07:00`, `2026-10-01 23:59:08.560434000 Z` and the like.

    None where it makes no sense, or where no zone is told: then it may be any of 26 hours.
    """
    found = STAMP.fullmatch(text.strip())
    if found is None:
        return None
    micros = (found["fraction"] or "")[:6].ljust(6, "0")
    year, month, day, hour, minute = (int(found[part]) for part in PARTS)
    try:
        zone = _zone(found["zone"])
        second = int(found["second"] or 0)
        local = datetime(year, month, day, hour, minute, second, int(micros), tzinfo=zone)
        return None if zone is None else local.astimezone(timezone.utc)
    except (ValueError, OverflowError):  # the 30th of February; the year 0
        return None


def _zone(name: str) -> timezone | ZoneInfo | None:
    if name.upper() in UTC_NAMES:
        return timezone.utc
    if offset := OFFSET.fullmatch(name):
        length = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
        return timezone(-length if offset["sign"] == "-" else length)
    if not PLACE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):  # of a folder of zones, some Pythons raise the latter
        return None
