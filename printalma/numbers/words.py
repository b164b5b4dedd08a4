"""Numbers, days and durations as people say them."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from printalma.lib import money
from printalma.lib.text import count, t
from printalma.stats.durations import DAY, HOUR, MINUTE
from printalma.stats.spans import Span


@dataclass(frozen=True)
class Change:
    """`direction` is up, down or same."""

    direction: str
    text: str


def change(now: int, before: int) -> Change | None:
    """By how many percent `now` differs; None where there was nothing to differ from."""
    if before <= 0:
        return None
    percent = round(100 * (now - before) / before)
    direction = "same" if percent == 0 else "up" if percent > 0 else "down"
    return Change(direction, t(f"ui.numbers.{direction}", n=format_decimal(abs(percent), locale=money.LOCALE)))


def orders(n: int) -> str:
    return count("ui.numbers.orders_n", n, shown=format_decimal(n, locale=money.LOCALE))


def duration(seconds: int | None) -> str | None:
    """ "34 min", "2 h 10", "3 j 4 h": as precise as durations are kept."""
    if seconds is None:
        return None
    if seconds < MINUTE:
        return t("ui.numbers.moment")
    if seconds < HOUR:
        return t("ui.numbers.minutes", n=seconds // MINUTE)
    if seconds < DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        return t("ui.numbers.hours_minutes", h=hours, m=f"{minutes:02}") if minutes else t("ui.numbers.hour", n=hours)
    days, hours = seconds // DAY, seconds % DAY // HOUR
    return t("ui.numbers.days_hours", d=days, h=hours) if hours else t("ui.numbers.days", n=days)


def span(days: Span, zone: ZoneInfo) -> str:
    """ "le 24 nov. jusqu'à 14:10", "du 18 au 24 nov."."""
    if days.until is None:
        return _days(days.first, days.last)
    time = format_time(days.until, "HH:mm", tzinfo=zone, locale=money.LOCALE)
    return t("ui.numbers.until", days=_days(days.first, days.last), time=time)


def day(of: date) -> str:
    return format_date(of, "d MMM", locale=money.LOCALE)


def long_day(of: date) -> str:
    return format_date(of, "EEE d MMM y", locale=money.LOCALE)


def month(of: date) -> str:
    return format_date(of, "MMM yy", locale=money.LOCALE)


def long_month(of: date) -> str:
    return format_date(of, "MMMM y", locale=money.LOCALE)


def _days(first: date, last: date) -> str:
    told = format_date(last, "d MMM y", locale=money.LOCALE)
    if first == last:
        return t("ui.numbers.one_day", day=told)
    return t("ui.numbers.from_to", first=format_date(first, "d MMM y", locale=money.LOCALE), last=told)
