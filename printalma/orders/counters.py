"""The counters: kept inside the transaction of the order, so that no list and no statistic ever counts orders.

What an order counts for is said once, by `_counted`: a new order adds it, a changed one adds what it counts for now
and takes away what it counted for before, and a recount is the sum of all orders.

Every writer touches the tables in the order of COUNTERS and their rows in the order of their keys: two that meet wait
for each other, and never both. (The number of the day that an order gets: placing/numbering.py.)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from operator import add as plus
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, Row, is_postgres, table
from printalma.db.prepared import Prepared
from printalma.db.rows import count
from printalma.orders import payments, queries
from printalma.orders.counter_models import DailyDurations, DailyOrders, DailyProducts, QuarterOrders
from printalma.orders.models import EARNING, STAMPS, TIMED, Order, Status
from printalma.orders.queries import Details, OrderRow, Share

QUARTER_SECONDS = 900
PIECE = 500  # orders whose lines are read at once
MINUTE, HOUR, DAY = 60, 3600, 86400
TEN_MINUTES = 10 * MINUTE

Shares = Mapping[int, Share]  # of products in an order, by their ids
Key = tuple[Any, ...]
Values = tuple[int, ...]
Counted = tuple[sa.Table, Key, Values]

# Their columns are a key and what is summed up.
COUNTERS = _daily, _quarters, _products, _durations = [
    table(each) for each in (DailyOrders, QuarterOrders, DailyProducts, DailyDurations)
]
_orders = table(Order)
_MONEY = "subtotal", "total", "paid", "refunded", "payment_status"
_FACTS = sa.select(
    *(_orders.c[name] for name in ("id", "day", "status", *_MONEY, "created_at", *(STAMPS[each] for each in TIMED)))
)
AMOUNT = _orders.c.subtotal - sa.case(  # the same as in _counted, in SQL
    (_orders.c.refunded < _orders.c.subtotal, _orders.c.refunded), else_=_orders.c.subtotal
)
_IS_TODAY = _daily.c.day == sa.bindparam("day")
_BY_STATUS = sa.select(_daily.c.status, sa.func.sum(_daily.c.orders).label("orders")).group_by(_daily.c.status)
_AND_TODAY = Prepared(
    _BY_STATUS.add_columns(
        *(
            sa.func.sum(sa.case((_IS_TODAY, each), else_=0)).label(f"{each.name}_today")
            for each in (_daily.c.orders, _daily.c.amount)
        )
    )
)


def add(tx: Connection, placed: Iterable[Details]) -> None:
    """Count new orders."""
    _add(tx, _summed(chain.from_iterable(_counted(each.order, each.shares) for each in placed)))


def change(tx: Connection, before: OrderRow, after: OrderRow, had: Shares, has: Shares | None = None) -> None:
    """Count that an order which was `before` is `after` now, and that products which `had` shares of it have others."""
    taken = ((into, key, tuple(-value for value in values)) for into, key, values in _counted(before, had))
    _add(tx, _summed(chain(_counted(after, had if has is None else has), taken)))


def recount(tx: Connection, days: Iterable[str]) -> int:
    """Count the orders of these days of the shop anew, and the quarters in which they came: how many days and quarters
    had been counted wrongly.

    Exact beside other writers: each counts in daily_orders first, and holds it until its commit.
    """
    if is_postgres(tx):
        tx.execute(sa.text("LOCK TABLE daily_orders IN SHARE ROW EXCLUSIVE MODE"))
    wrong = 0
    for day in sorted(set(days)):
        orders = tx.execute(_FACTS.where(_orders.c.day == day)).all()
        sums = _summed(_counted_with_lines(tx, orders))
        wrong += sum(_put(tx, into, into.c.day == day, sums[into]) for into in (_daily, _products, _durations)) > 0
        if quarters := sums[_quarters]:
            (first,), (last,) = min(quarters), max(quarters)
            wrong += recount_quarters(tx, first, last)
    return wrong


def recount_quarters(tx: Connection, first: int, last: int) -> int:
    """The same for the quarters from `first` to `last`."""
    came = _orders.c.created_at >= start_of(first), _orders.c.created_at < start_of(last + 1)
    orders = tx.execute(_FACTS.where(*came))
    sums = _summed(chain.from_iterable(_counted(order, {}) for order in orders))
    return _put(tx, _quarters, _quarters.c.quarter.between(first, last), sums[_quarters])


def _counted(order: OrderRow | Row, shares: Shares) -> Iterator[Counted]:
    """What an order counts for. Its delivery is its carrier's: the shop earns what the products cost, less what was
    given back of it; which product a refund was for, nobody says."""
    status, day = Status(order.status), order.day
    amount = order.subtotal - min(order.refunded, order.subtotal)
    yield _daily, (status.value, day), (1, amount, payments.kept(order), payments.to_collect(order))
    yield _quarters, (quarter_of(order.created_at),), (1, amount if status.earns else 0)
    for product_id, share in shares.items() if not status.is_lost else ():
        yield _products, (day, product_id), (1, share.quantity, share.amount if status.earns else 0)
    for timed in TIMED:
        if moment := getattr(order, STAMPS[timed]):
            yield _durations, (day, timed.value, rounded(moment - order.created_at)), (1,)


def _counted_with_lines(tx: Connection, orders: Sequence[Row]) -> Iterator[Counted]:
    for first in range(0, len(orders), PIECE):
        piece = {order.id: order for order in orders[first : first + PIECE]}
        for order_id, shares in queries.shares(tx, piece).items():
            yield from _counted(piece[order_id], shares)


def _summed(parts: Iterable[Counted]) -> dict[sa.Table, dict[Key, Values]]:
    found: dict[sa.Table, dict[Key, Values]] = {into: {} for into in COUNTERS}
    for into, key, values in parts:
        had = found[into].get(key)
        found[into][key] = tuple(map(plus, had, values)) if had else values
    return found


def _add(tx: Connection, sums: Mapping[sa.Table, Mapping[Key, Values]]) -> None:
    for into in COUNTERS:
        if rows := _rows(into, sums[into]):
            count(tx, into, rows)


def _put(tx: Connection, into: sa.Table, where: sa.ColumnElement[bool], sums: Mapping[Key, Values]) -> int:
    """Have a counter's rows say `sums`: how many said something else. A row of zeros says nothing: an order that moved
    on leaves one behind."""
    size = len(into.primary_key)
    before = {tuple(row) for row in tx.execute(sa.select(into).where(where)) if any(row[size:])}
    after = {(*key, *values) for key, values in sums.items() if any(values)}
    if before != after:
        tx.execute(sa.delete(into).where(where))
        if rows := _rows(into, sums):
            tx.execute(sa.insert(into), rows)
    return len({row[:size] for row in before ^ after})


def _rows(into: sa.Table, sums: Mapping[Key, Values]) -> list[dict[str, Any]]:
    names = into.c.keys()
    return [dict(zip(names, key + values, strict=True)) for key, values in sorted(sums.items()) if any(values)]


def rounded(duration: timedelta) -> int:
    """A duration as precise as people tell it, so that a percentile is a walk over few rows.

    Its seconds, cut to minutes; from an hour on to tens of minutes, from a day on to hours, from ten on to days.
    """
    seconds = max(0, int(duration.total_seconds()))
    precision = next((p for most, p in ((HOUR, MINUTE), (DAY, TEN_MINUTES), (10 * DAY, HOUR)) if seconds < most), DAY)
    return seconds // precision * precision


def quarter_of(moment: datetime) -> int:
    """The quarter in which `moment` falls."""
    return int(moment.timestamp()) // QUARTER_SECONDS


def start_of(quarter: int) -> datetime:
    """The first moment of a quarter, in UTC."""
    return datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC)


@dataclass(frozen=True)
class Counters:
    """The numbers at the top of the list; `revenue` in minor units."""

    by_status: Mapping[str, int]
    today: int
    revenue: int

    @property
    def pending(self) -> int:
        return self.by_status.get(Status.PENDING, 0)

    @property
    def to_prepare(self) -> int:
        """Confirmed, and not on the way yet."""
        return self.by_status.get(Status.CONFIRMED, 0) + self.by_status.get(Status.PROCESSING, 0)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def read(connection: Connection, day: str) -> Counters:
    """What waits, and what came on `day`."""
    rows = _AND_TODAY.all(connection, {"day": day})
    return Counters(
        by_status={row.status: int(row.orders) for row in rows},
        today=sum(int(row.orders_today) for row in rows),
        revenue=sum(int(row.amount_today) for row in rows if row.status in EARNING),
    )


def by_status(connection: Connection, first: date | None = None, last: date | None = None) -> dict[str, int]:
    """How many orders of the days from `first` to `last` are in each status; statuses nobody is in may be missing."""
    chosen = _BY_STATUS
    if first is not None:
        chosen = chosen.where(_daily.c.day >= first.isoformat())
    if last is not None:
        chosen = chosen.where(_daily.c.day <= last.isoformat())
    return {row.status: int(row.orders) for row in connection.execute(chosen)}


def day_of(
    connection: Connection, statuses: Sequence[str], days: tuple[date | None, date | None], skip: int, ascending: bool
) -> tuple[str | None, int]:
    """The day of the order behind `skip` others of these statuses and days, and how many of them came on that day.
    None where there is none."""
    chosen = sa.select(_daily.c.day, sa.func.sum(_daily.c.orders)).where(_daily.c.status.in_(statuses))
    chosen = chosen.where(_daily.c.day >= days[0].isoformat()) if days[0] else chosen
    chosen = chosen.where(_daily.c.day <= days[1].isoformat()) if days[1] else chosen
    order = _daily.c.day.asc() if ascending else _daily.c.day.desc()
    for day, orders in connection.execute(chosen.group_by(_daily.c.day).order_by(order)):
        if skip < orders:
            return day, skip
        skip -= int(orders)
    return None, skip
