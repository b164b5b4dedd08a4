"""Some days of the shop: what came on them, by day and by hour."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.lib.clock import day_end, day_start
from printalma.orders.counters import quarter_of, start_of
from printalma.orders.models import EARNING, DailyOrders, Order, QuarterOrders
from printalma.statistics.quarters import stretches

_daily, _quarters, _orders = table(DailyOrders), table(QuarterOrders), table(Order)
FIRST, LAST = sa.bindparam("first", type_=sa.String()), sa.bindparam("last", type_=sa.String())
_EARNING = _daily.c.status.in_(EARNING)
_BY_DAY = (
    sa.select(
        _daily.c.day,
        sa.func.sum(_daily.c.orders).label("orders"),
        sa.func.sum(sa.case((_EARNING, _daily.c.amount), else_=0)).label("revenue"),
    )
    .where(_daily.c.day.between(FIRST, LAST))
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
    sa.func.sum(sa.case((_orders.c.status.in_(EARNING), _orders.c.total), else_=0)).label("revenue"),
)


@dataclass(frozen=True)
class Span:
    """Days of the shop from `first` to `last`; with `until` the last one ends at that moment."""

    first: date
    last: date
    until: datetime | None = None


@dataclass(frozen=True)
class Totals:
    """`revenue` in minor units."""

    orders: int
    revenue: int

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(self.orders + other.orders, self.revenue + other.revenue)


NOTHING = Totals(0, 0)


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
    return {date.fromisoformat(row.day): _totals(row) for row in connection.execute(_BY_DAY, days_of(span))}


def by_hour(connection: Connection, span: Span, zone: ZoneInfo) -> list[Totals]:
    """The 24 hours of the shop's clock. A day on which it is put back has one of them twice, both counted there."""
    found = [NOTHING] * 24
    end = quarter_of(day_end(span.last, zone))
    for first, upto, offset in stretches(quarter_of(day_start(span.first, zone)), end, zone):
        for row in connection.execute(_BY_HOUR, {"first": first, "end": upto, "offset": offset}):
            found[row.hour] += _totals(row)
    return found


def days_of(span: Span) -> dict[str, str]:
    """What FIRST and LAST stand for."""
    return {"first": span.first.isoformat(), "last": span.last.isoformat()}


def _totals(row: Any) -> Totals:
    return Totals(int(row.orders or 0), int(row.revenue or 0))
