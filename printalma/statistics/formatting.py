"""Numbers, days and durations as people say them."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from printalma.lib import money
from printalma.lib.i18n import count, t
from printalma.orders.counters import DAY, HOUR, MINUTE
from printalma.statistics.periods import Span

FEW = 10  # orders: of fewer a percentage says nothing. "+67 700 %" stood beside a week before which three had come


@dataclass(frozen=True)
class Change:
    """`direction` is up, down or same."""

    direction: str
    text: str


def change(now: int, before: int, orders_before: int) -> Change | None:
    """By how many percent `now` differs; None where there was nothing, or what little came, to differ from."""
    if before <= 0 or orders_before < FEW:
        return None
    percent = round(100 * (now - before) / before)
    direction = "same" if percent == 0 else "up" if percent > 0 else "down"
    return Change(direction, t(f"ui.numbers.{direction}", n=money.counted(abs(percent))))


def orders(n: int) -> str:
    return count("ui.numbers.orders_n", n, shown=money.counted(n))


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


def span(days: Span, this_year: int, zone: ZoneInfo) -> str:
    """ "le 24 nov. jusqu'à 14:10", "du 1er oct. 2025 au 24 nov. 2025": another year than this one is told."""
    pattern = "MMM" if days.first.year == days.last.year == this_year else "MMM y"
    told = t("ui.numbers.one_day", day=_day_of(days.last, pattern))
    if days.first != days.last:
        told = t("ui.numbers.from_to", first=_day_of(days.first, pattern), last=_day_of(days.last, pattern))
    if days.until is None:
        return told
    return t("ui.numbers.until", days=told, time=format_time(days.until, "HH:mm", tzinfo=zone, locale=money.LOCALE))


def day(of: date) -> str:
    return format_date(of, "d MMM", locale=money.LOCALE)


def long_day(of: date) -> str:
    return format_date(of, "EEE d MMM y", locale=money.LOCALE)


def month(of: date) -> str:
    return format_date(of, "MMM yy", locale=money.LOCALE)


def long_month(of: date) -> str:
    return format_date(of, "MMMM y", locale=money.LOCALE)


def _day_of(of: date, pattern: str) -> str:
    """French begins months with "1er" and goes on with "2"."""
    rest = format_date(of, pattern, locale=money.LOCALE)
    return t("ui.numbers.first_of", rest=rest) if of.day == 1 else f"{of.day} {rest}"
