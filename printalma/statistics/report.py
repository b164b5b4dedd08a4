"""What the page of numbers tells, read and put into words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from printalma.db import Connection
from printalma.lib import money
from printalma.lib.i18n import t
from printalma.orders.models import EARNING, TIMED, Status
from printalma.statistics import formatting, queries
from printalma.statistics.charts import Chart, Point, chart, share
from printalma.statistics.periods import Period, Span
from printalma.statistics.queries import NOTHING, Sold, Totals

TILES = ("today", "week", "month")
DAYS_SHOWN = 92  # more of them are told by month
PRODUCTS_DRAWN = 8
PRODUCTS_LISTED = 50

Named = tuple[str, str, Totals]  # what fits under a bar, the name in full


@dataclass(frozen=True)
class Tile:
    """A period and how it compares with the one before; `until` says when that was, `is_cut` that it ends early."""

    name: str
    now: Totals
    before: Totals
    until: str
    is_cut: bool
    orders: formatting.Change | None
    revenue: formatting.Change | None


@dataclass(frozen=True)
class Wait:
    """How long orders took to get somewhere; None when none did."""

    status: str
    median: str | None
    most: str | None


@dataclass(frozen=True)
class Ranked:
    """A product or status with its bar, in percent of the longest."""

    name: str
    totals: Totals
    length: float
    quantity: int = 0


@dataclass(frozen=True)
class TableRow:
    """A row of a table: a day, an hour, a status."""

    name: str
    totals: Totals


@dataclass(frozen=True)
class Pair:
    """The same lines as two charts and a table."""

    orders: Chart
    revenue: Chart
    lines: Sequence[TableRow]


@dataclass(frozen=True)
class Report:
    tile: Tile
    average: int | None
    collected: int
    to_collect: int
    waits: Sequence[Wait]
    days: Pair | None
    by_month: bool
    hours: Pair
    products: Sequence[Ranked]
    best: Sequence[Ranked]
    statuses: Sequence[Ranked]


def tiles(connection: Connection, moment: datetime, zone: ZoneInfo) -> list[Tile]:
    """Today, this week and this month."""
    return [_tile(connection, Period(name), moment, zone) for name in TILES]


def report(connection: Connection, period: Period, moment: datetime, zone: ZoneInfo, currency: str) -> Report:
    """Everything about `period` as of `moment`."""
    tile = _tile(connection, period, moment, zone)
    span = period.compared(moment, zone).now
    by_status = queries.by_status(connection, span)
    earning = sum((by_status.get(status, NOTHING) for status in EARNING), NOTHING)
    days = _by_months if (by_month := (span.last - span.first).days >= DAYS_SHOWN) else _by_days
    collected, to_collect = queries.paid(connection, span)
    products = _ranked(queries.by_product(connection, span))
    return Report(
        tile=tile,
        average=round(earning.revenue / earning.orders) if earning.orders > 0 else None,
        collected=collected,
        to_collect=to_collect,
        waits=[_wait(connection, span, status) for status in TIMED],
        days=_pair(days(queries.by_day(connection, span), span), currency) if span.last > span.first else None,
        by_month=by_month,
        hours=_pair(_hours(queries.by_hour(connection, span, zone)), currency),
        products=products,
        best=products[:PRODUCTS_DRAWN],
        statuses=_statuses(by_status),
    )


def _tile(connection: Connection, period: Period, moment: datetime, zone: ZoneInfo) -> Tile:
    compared = period.compared(moment, zone)
    now, before = (queries.totals(connection, span, zone) for span in (compared.now, compared.before))
    return Tile(
        name=period.name,
        now=now,
        before=before,
        until=formatting.span(compared.before, compared.now.last.year, zone),
        is_cut=compared.before.until is not None,
        orders=formatting.change(now.orders, before.orders, before.orders),
        revenue=formatting.change(now.revenue, before.revenue, before.orders),
    )


def _by_days(found: Mapping[date, Totals], span: Span) -> list[Named]:
    """Every day of `span`, also those on which nothing came."""
    days = [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]
    return [(formatting.day(day), formatting.long_day(day), found.get(day, NOTHING)) for day in days]


def _by_months(found: Mapping[date, Totals], span: Span) -> list[Named]:
    """Its months, of which the first and the last may be parts."""
    days = (span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1))
    return [
        (
            formatting.month(first),
            formatting.long_month(first),
            sum((found.get(day, NOTHING) for day in month), NOTHING),
        )
        for first, month in groupby(days, key=lambda day: day.replace(day=1))
    ]


def _hours(found: Sequence[Totals]) -> list[Named]:
    """The hours of the shop's clock."""
    return [(t("ui.numbers.hour", n=n), t("ui.numbers.hours", n=n, next=n + 1), hour) for n, hour in enumerate(found)]


def _pair(named: Sequence[Named], currency: str) -> Pair:
    """The charts and the table of what is named."""

    def drawn(value: Callable[[Totals], int], shown: Callable[[int], str], scale: Callable[[int], str]) -> Chart:
        points = [Point(label, name, value(totals), shown(value(totals))) for label, name, totals in named]
        return chart(points, scale)

    return Pair(
        orders=drawn(lambda found: found.orders, formatting.orders, money.compact),
        revenue=drawn(
            lambda found: found.revenue,
            lambda minor: money.shown(minor, currency),
            lambda minor: money.compact(money.number(minor, currency)),
        ),
        lines=[TableRow(name, totals) for _, name, totals in named],
    )


def _wait(connection: Connection, span: Span, status: Status) -> Wait:
    counted = queries.taken(connection, span, status)
    median, most = (percentile(counted, percent) for percent in (50, 90))
    return Wait(status, formatting.duration(median), formatting.duration(most))


def _ranked(sold: Sequence[Sold]) -> list[Ranked]:
    """The best in full and all others in one line."""
    listed, others = sold[:PRODUCTS_LISTED], sold[PRODUCTS_LISTED:]
    most = max((product.revenue for product in listed), default=0)
    found = [Ranked(p.name, Totals(p.orders, p.revenue), share(p.revenue, most), p.quantity) for p in listed]
    if others:
        rest = sum((Totals(product.orders, product.revenue) for product in others), NOTHING)
        found.append(Ranked(t("ui.numbers.others", n=len(others)), rest, 0, sum(p.quantity for p in others)))
    return found


def _statuses(found: Mapping[str, Totals]) -> list[Ranked]:
    most = max((totals.orders for totals in found.values()), default=0)
    return [
        Ranked(status, found.get(status, NOTHING), share(found.get(status, NOTHING).orders, most)) for status in Status
    ]


def percentile(counted: Sequence[tuple[int, int]], percent: int) -> int | None:
    """The seconds within which `percent` of the orders were done; `counted` is (seconds, orders), shortest first."""
    wanted = sum(orders for _, orders in counted) * percent
    seen = 0
    for seconds, orders in counted:
        seen += orders * 100
        if seen >= wanted and orders > 0:
            return seconds
    return None
