"""The days a page of numbers is about, and the days before with which they are compared."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from printalma.lib.clock import shop_day
from printalma.web.routing import url_for

CHOICES = ("today", "7d", "30d", "month", "year")
DEFAULT = "30d"
CUSTOM = "custom"
MAX_DAYS = 1096  # of a period of one's own: three years, and a longer one loses its beginning
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Span:
    """Days of the shop from `first` to `last`; with `until` the last one ends at that moment."""

    first: date
    last: date
    until: datetime | None = None


@dataclass(frozen=True)
class Compared:
    """A span and the one before it, which ends at the same time of day: half a day is not compared with a whole one."""

    now: Span
    before: Span


@dataclass(frozen=True)
class Period:
    """One of CHOICES, "week", or days of one's own (CUSTOM)."""

    name: str = DEFAULT
    first: date | None = None
    last: date | None = None

    @classmethod
    def parse(cls, query: Mapping[str, list[str]]) -> "Period":
        """`?period=`, or `?from=&to=`; what makes no sense is the default period."""
        first, last = _day(query, "from"), _day(query, "to")
        if first and last:
            first, last = sorted((first, last))
            return cls(CUSTOM, first, last)
        name = (query.get("period") or [DEFAULT])[0]
        return cls(name if name in CHOICES else DEFAULT)

    @property
    def address(self) -> str:
        if self.first and self.last:
            days = {"from": self.first.isoformat(), "to": self.last.isoformat()}
            return url_for("numbers.numbers", **days)
        return url_for("numbers.numbers", period=None if self.name == DEFAULT else self.name)

    def compared(self, moment: datetime, zone: ZoneInfo) -> Compared:
        """The days meant at `moment`, and those before."""
        today = shop_day(moment, zone)
        first, last = self._days(today)
        back = self._back(first, last)
        before = Span(back(first), back(last), _same_time(moment, last, back, zone) if last == today else None)
        return Compared(Span(first, last), before)

    def _days(self, today: date) -> tuple[date, date]:
        if self.first and self.last:
            last = min(self.last, today)
            return max(min(self.first, last), last - timedelta(days=MAX_DAYS - 1)), last
        first = {
            "today": today,
            "week": today - timedelta(days=today.weekday()),
            "7d": today - timedelta(days=6),
            "30d": today - timedelta(days=29),
            "month": today.replace(day=1),
            "year": today.replace(month=1, day=1),
        }
        return first[self.name], today

    def _back(self, first: date, last: date) -> Callable[[date], date]:
        if self.name in ("month", "year"):
            return lambda day: months_before(day, 1 if self.name == "month" else 12)
        length = timedelta(days=7 if self.name == "week" else (last - first).days + 1)
        return lambda day: day - length


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, or the last of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _same_time(moment: datetime, last: date, back: Callable[[date], date], zone: ZoneInfo) -> datetime | None:
    """`moment` by the clock of the day before; None when that one is over: the 31st against a whole November."""
    before = back(last)
    if back(last - timedelta(days=1)) == before:
        return None
    return datetime.combine(before, moment.astimezone(zone).time(), zone)


def _day(query: Mapping[str, list[str]], name: str) -> date | None:
    try:
        found = date.fromisoformat((query.get(name) or [""])[0])
    except ValueError:
        return None
    return found if EARLIEST <= found <= date(9000, 1, 1) else None
