"""Days, months and hours as charts and tables of orders and revenue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from printalma.lib import money
from printalma.lib.i18n import t
from printalma.statistics import words
from printalma.statistics.charts import Chart, Point, chart
from printalma.statistics.spans import NOTHING, Span, Totals

Named = tuple[str, str, Totals]  # what fits under a bar, the name in full


@dataclass(frozen=True)
class Line:
    """One line of a table: a day, an hour, a status."""

    name: str
    totals: Totals


@dataclass(frozen=True)
class Pair:
    """The same lines as two charts and a table."""

    orders: Chart
    revenue: Chart
    lines: Sequence[Line]


def by_days(found: Mapping[date, Totals], span: Span) -> list[Named]:
    """Every day of `span`, also those on which nothing came."""
    days = [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]
    return [(words.day(day), words.long_day(day), found.get(day, NOTHING)) for day in days]


def by_months(found: Mapping[date, Totals], span: Span) -> list[Named]:
    """Its months, of which the first and the last may be parts."""
    days = (span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1))
    return [
        (words.month(first), words.long_month(first), sum((found.get(day, NOTHING) for day in month), NOTHING))
        for first, month in groupby(days, key=lambda day: day.replace(day=1))
    ]


def hours(found: Sequence[Totals]) -> list[Named]:
    """The hours of the shop's clock."""
    return [(t("ui.numbers.hour", n=n), t("ui.numbers.hours", n=n, next=n + 1), hour) for n, hour in enumerate(found)]


def pair(named: Sequence[Named], currency: str) -> Pair:
    """The charts and the table of what is named."""

    def drawn(value: Callable[[Totals], int], shown: Callable[[int], str], scale: Callable[[int], str]) -> Chart:
        points = [Point(label, name, value(totals), shown(value(totals))) for label, name, totals in named]
        return chart(points, scale)

    return Pair(
        orders=drawn(lambda found: found.orders, words.orders, money.compact),
        revenue=drawn(
            lambda found: found.revenue,
            lambda minor: money.shown(minor, currency),
            lambda minor: money.compact(money.number(minor, currency)),
        ),
        lines=[Line(name, totals) for _, name, totals in named],
    )
