"""The time of day. Everything inside is UTC with whole milliseconds; days are the shop's days."""

from datetime import UTC, date, datetime, time, timedelta
from typing import overload
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment: aware, UTC, cut to milliseconds, so that it survives any store unchanged."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@overload
def iso(moment: datetime) -> str: ...
@overload
def iso(moment: None) -> None: ...
def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds and a Z, as the contract writes dates."""
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"  # for +00:00


def shop_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day on which `moment` falls in the shop's time zone."""
    return moment.astimezone(zone).date()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day of the shop, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after a day of the shop, in UTC. A day may have 23 or 25 hours."""
    return day_start(day + timedelta(days=1), zone)
