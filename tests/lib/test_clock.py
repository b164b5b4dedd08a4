"""Days are the shop's days."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from printalma.lib.clock import day_end, day_start, iso, now, shop_day

PARIS, KIRITIMATI, PAGO = ZoneInfo("Europe/Paris"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-11-23T22:59:59.999Z", PARIS, "2026-11-23"),
        ("2026-11-23T23:00:00Z", PARIS, "2026-11-24"),
        ("2026-07-01T21:59:59Z", PARIS, "2026-07-01"),
        ("2026-07-01T22:00:00Z", PARIS, "2026-07-02"),
        ("2026-12-31T09:59:59Z", KIRITIMATI, "2026-12-31"),
        ("2026-12-31T10:00:00Z", KIRITIMATI, "2027-01-01"),
        ("2027-01-01T10:59:59Z", PAGO, "2026-12-31"),
        ("2024-02-29T23:30:00Z", ZoneInfo("Africa/Dakar"), "2024-02-29"),
    ],
)
def test_a_moment_falls_on_a_day_of_the_shop(moment: str, zone: ZoneInfo, day: str) -> None:
    assert shop_day(datetime.fromisoformat(moment), zone) == date.fromisoformat(day)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24)])
def test_a_day_has_23_24_or_25_hours(day: str, hours: int) -> None:
    start, end = day_start(date.fromisoformat(day), PARIS), day_end(date.fromisoformat(day), PARIS)
    assert end - start == timedelta(hours=hours)
    assert start.tzinfo is UTC
    assert shop_day(start, PARIS) == shop_day(end - timedelta(milliseconds=1), PARIS) == date.fromisoformat(day)
    assert shop_day(start - timedelta(milliseconds=1), PARIS) < date.fromisoformat(day) < shop_day(end, PARIS)


def test_a_moment_is_written_in_utc_with_milliseconds_and_a_z() -> None:
    moment = datetime(2026, 11, 23, 1, 2, 3, 4000, timezone(timedelta(hours=2)))
    assert iso(moment) == "2026-11-22T23:02:03.004Z"
    assert iso(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"
    assert iso(None) is None


def test_now_survives_any_store() -> None:
    moment = now()
    assert moment.microsecond % 1000 == 0
    assert datetime.fromisoformat(iso(moment) or "") == moment
    assert abs(datetime.now(UTC) - moment) < timedelta(seconds=5)
