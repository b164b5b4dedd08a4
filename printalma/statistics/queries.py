"""Reading the counters: the shop as it stands, and some days of it."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import RowMapping

from printalma.catalog.models import Product
from printalma.db import Connection, table
from printalma.lib.clock import day_end, day_start
from printalma.orders.counter_models import DailyDurations, DailyOrders, DailyProducts, QuarterOrders
from printalma.orders.counters import AMOUNT, QUARTER_SECONDS, quarter_of, start_of
from printalma.orders.models import EARNING, Order
from printalma.statistics.periods import Span

QUARTERS_OF_DAY = 96

_orders, _catalogue = table(Order), table(Product)
_daily, _quarters, _products, _durations = (
    table(each) for each in (DailyOrders, QuarterOrders, DailyProducts, DailyDurations)
)
_TODAY, _WEEK, _MONTH = (
    _daily.c.day == sa.bindparam("today"),
    _daily.c.day >= sa.bindparam("monday"),
    _daily.c.day >= sa.bindparam("first"),
)
_OVERVIEW = sa.select(
    _daily.c.status,
    sa.func.sum(_daily.c.orders).label("orders"),
    sa.func.sum(_daily.c.amount).label("amount"),
    sa.func.sum(_daily.c.collected).label("collected"),
    sa.func.sum(_daily.c.to_collect).label("to_collect"),
    sa.func.sum(_daily.c.orders).filter(_TODAY).label("orders_today"),
    sa.func.sum(_daily.c.amount).filter(_TODAY).label("amount_today"),
    sa.func.sum(_daily.c.orders).filter(_WEEK).label("orders_this_week"),
    sa.func.sum(_daily.c.orders).filter(_MONTH).label("orders_this_month"),
    sa.func.sum(_daily.c.amount).filter(_MONTH).label("amount_this_month"),
).group_by(_daily.c.status)
_FIRST, _LAST = sa.bindparam("first", type_=sa.String()), sa.bindparam("last", type_=sa.String())
_BY_DAY = (
    sa.select(
        _daily.c.day,
        sa.func.sum(_daily.c.orders).label("orders"),
        sa.func.sum(sa.case((_daily.c.status.in_(EARNING), _daily.c.amount), else_=0)).label("revenue"),
    )
    .where(_daily.c.day.between(_FIRST, _LAST))
    .group_by(_daily.c.day)
)
_BY_HOUR = sa.text(
    "SELECT (quarter + :offset) / 4 % 24 AS hour, SUM(orders) AS orders, SUM(revenue) AS revenue "
    "FROM quarter_orders WHERE quarter >= :first AND quarter < :end GROUP BY 1"
)
_QUARTERS = sa.select(
    sa.func.sum(_quarters.c.orders).label("orders"), sa.func.sum(_quarters.c.revenue).label("revenue")
)
# What came in the quarter that is cut short is asked of the orders themselves: no more than a few minutes of them.
_MINUTES = sa.select(
    sa.func.count().label("orders"),
    sa.func.sum(sa.case((_orders.c.status.in_(EARNING), AMOUNT), else_=0)).label("revenue"),
)
_BY_STATUS = (
    sa.select(
        _daily.c.status, sa.func.sum(_daily.c.orders).label("orders"), sa.func.sum(_daily.c.amount).label("amount")
    )
    .where(_daily.c.day.between(_FIRST, _LAST))
    .group_by(_daily.c.status)
)
_PAID = sa.select(
    sa.func.sum(_daily.c.collected).label("collected"), sa.func.sum(_daily.c.to_collect).label("to_collect")
).where(_daily.c.day.between(_FIRST, _LAST))
_BY_PRODUCT = (
    sa.select(
        _products.c.product_id,
        _catalogue.c.name,
        sa.func.sum(_products.c.orders).label("orders"),
        sa.func.sum(_products.c.quantity).label("quantity"),
        sa.func.sum(_products.c.revenue).label("revenue"),
    )
    .join(_catalogue, _catalogue.c.id == _products.c.product_id)
    .where(_products.c.day.between(_FIRST, _LAST))
    .group_by(_products.c.product_id, _catalogue.c.name)
    .having(sa.func.sum(_products.c.quantity) > 0)
    .order_by(sa.desc("revenue"), sa.desc("quantity"), _products.c.product_id)
)
_TAKEN = (
    sa.select(_durations.c.seconds, sa.func.sum(_durations.c.orders).label("orders"))
    .where(_durations.c.day.between(_FIRST, _LAST), _durations.c.status == sa.bindparam("status"))
    .group_by(_durations.c.seconds)
    .order_by(_durations.c.seconds)
)


@dataclass(frozen=True)
class Overview:
    """How the shop goes; amounts in minor units. `earning` counts the orders that make the revenue, `collected` is what
    is kept of all that was paid."""

    by_status: dict[str, int]
    today: int
    this_week: int
    this_month: int
    earning: int
    revenue: int
    revenue_today: int
    revenue_this_month: int
    collected: int
    to_collect: int


def overview(connection: Connection, today: date) -> Overview:
    """The numbers as of `today`, a day of the shop, in one statement. Weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday())
    days = {"today": today, "monday": monday, "first": today.replace(day=1)}
    found = connection.execute(_OVERVIEW, {name: day.isoformat() for name, day in days.items()}).mappings().all()
    earning = [row for row in found if row["status"] in EARNING]
    return Overview(
        by_status={row["status"]: int(row["orders"]) for row in found},
        today=_sum(found, "orders_today"),
        this_week=_sum(found, "orders_this_week"),
        this_month=_sum(found, "orders_this_month"),
        earning=_sum(earning, "orders"),
        revenue=_sum(earning, "amount"),
        revenue_today=_sum(earning, "amount_today"),
        revenue_this_month=_sum(earning, "amount_this_month"),
        collected=_sum(found, "collected"),
        to_collect=_sum(found, "to_collect"),
    )


@dataclass(frozen=True)
class Totals:
    """`revenue` in minor units."""

    orders: int
    revenue: int

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(self.orders + other.orders, self.revenue + other.revenue)


NOTHING = Totals(0, 0)


@dataclass(frozen=True)
class Sold:
    """A product and what it did; `revenue` in minor units."""

    name: str
    orders: int
    quantity: int
    revenue: int


def totals(connection: Connection, span: Span, zone: ZoneInfo) -> Totals:
    """What came in `span`, and what it earns now."""
    if span.until is None:
        return sum(by_day(connection, span).values(), NOTHING)
    whole = Span(span.first, span.last - timedelta(days=1))
    cut = quarter_of(span.until)
    chosen = _QUARTERS.where(_quarters.c.quarter >= quarter_of(day_start(span.last, zone)), _quarters.c.quarter < cut)
    minutes = _MINUTES.where(_orders.c.created_at >= start_of(cut), _orders.c.created_at < span.until)
    return (
        sum(by_day(connection, whole).values(), NOTHING)
        + _totals(connection.execute(chosen).one())
        + _totals(connection.execute(minutes).one())
    )


def by_day(connection: Connection, span: Span) -> dict[date, Totals]:
    """The days on which something came."""
    return {date.fromisoformat(row.day): _totals(row) for row in connection.execute(_BY_DAY, _days_of(span))}


def by_hour(connection: Connection, span: Span, zone: ZoneInfo) -> list[Totals]:
    """The 24 hours of the shop's clock. A day on which it is put back has one of them twice, both counted there."""
    found = [NOTHING] * 24
    end = quarter_of(day_end(span.last, zone))
    for first, upto, offset in stretches(quarter_of(day_start(span.first, zone)), end, zone):
        for row in connection.execute(_BY_HOUR, {"first": first, "end": upto, "offset": offset}):
            found[row.hour] += _totals(row)
    return found


def by_status(connection: Connection, span: Span) -> Mapping[str, Totals]:
    """Orders and their amounts by the status they have now; statuses nobody is in are missing."""
    rows = connection.execute(_BY_STATUS, _days_of(span)).all()
    return {row.status: Totals(int(row.orders), int(row.amount)) for row in rows if row.orders}


def paid(connection: Connection, span: Span) -> tuple[int, int]:
    """What is kept of what the orders of `span` were paid, and what is to collect of them."""
    row = connection.execute(_PAID, _days_of(span)).one()
    return int(row.collected or 0), int(row.to_collect or 0)


def by_product(connection: Connection, span: Span) -> Sequence[Sold]:
    """What was ordered and neither cancelled nor rejected, the best first, under the names of today."""
    rows = connection.execute(_BY_PRODUCT, _days_of(span))
    return [Sold(row.name, int(row.orders), int(row.quantity), int(row.revenue)) for row in rows]


def taken(connection: Connection, span: Span, status: str) -> Sequence[tuple[int, int]]:
    """(seconds, orders): how long the orders of `span` took to become `status`, the shortest first."""
    rows = connection.execute(_TAKEN, _days_of(span) | {"status": status})
    return [(row.seconds, int(row.orders)) for row in rows]


def stretches(first: int, end: int, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """The quarters from `first` up to `end` in stretches (from, up to, offset) whose clock is ahead of UTC by
    `offset` quarters. A zone does not change its clock twice within a day."""

    def offset(quarter: int) -> int:
        ahead = start_of(quarter).astimezone(zone).utcoffset()
        assert ahead is not None, "aware moments have an offset"
        return int(ahead.total_seconds()) // QUARTER_SECONDS

    begin = at = first
    while at < end:
        step, ahead = min(at + QUARTERS_OF_DAY, end), offset(begin)
        if offset(step) != ahead:
            change = at + bisect_left(range(at, step), True, key=lambda quarter: offset(quarter) != ahead)
            yield begin, change, ahead
            begin = change
        at = step
    if begin < end:
        yield begin, end, offset(begin)


def _sum(rows: Sequence[RowMapping], column: str) -> int:
    """The sum of a column; PostgreSQL sums into decimals, and no row at all sums to nothing."""
    return sum(int(row[column] or 0) for row in rows)


def _days_of(span: Span) -> dict[str, str]:
    """What _FIRST and _LAST stand for."""
    return {"first": span.first.isoformat(), "last": span.last.isoformat()}


def _totals(row: Any) -> Totals:
    return Totals(int(row.orders or 0), int(row.revenue or 0))
