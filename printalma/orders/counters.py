"""The counters: kept inside the transaction of the order, so that no list and no statistic ever counts orders.

Every writer touches the tables in the order of this file and their rows in the order of their keys: two that meet wait
for each other, and never both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.orders.models import DailyOrders
from printalma.orders.queries import OrderRow, Share

REVENUE_STATUSES = ("CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED")
LOST_STATUSES = ("CANCELLED", "REJECTED")
TIMED_STATUSES = ("CONFIRMED", "SHIPPED")


Shares = Mapping[int, Share]

QUARTER_SECONDS = 900
MINUTE, HOUR, DAY = 60, 3600, 86400
TEN_MINUTES = 10 * MINUTE

_daily = table(DailyOrders)
_OF_DAY = sa.select(_daily).where(_daily.c.day == sa.bindparam("day"))
_BY_STATUS = sa.select(_daily.c.status, sa.func.sum(_daily.c.orders).label("orders")).group_by(_daily.c.status)
_ADD = sa.text(
    "INSERT INTO daily_orders (status, day, orders, amount) VALUES (:status, :day, :orders, :amount) "
    "ON CONFLICT (status, day) DO UPDATE SET "
    "orders = daily_orders.orders + excluded.orders, amount = daily_orders.amount + excluded.amount"
)
_ADD_QUARTER = sa.text(
    "INSERT INTO quarter_orders (quarter, orders, revenue) VALUES (:quarter, :orders, :revenue) "
    "ON CONFLICT (quarter) DO UPDATE SET "
    "orders = quarter_orders.orders + excluded.orders, revenue = quarter_orders.revenue + excluded.revenue"
)
_ADD_PRODUCT = sa.text(
    "INSERT INTO daily_products (day, product_id, orders, quantity, revenue) "
    "VALUES (:day, :product_id, :orders, :quantity, :revenue) ON CONFLICT (day, product_id) DO UPDATE SET "
    "orders = daily_products.orders + excluded.orders, quantity = daily_products.quantity + excluded.quantity, "
    "revenue = daily_products.revenue + excluded.revenue"
)
_ADD_DURATION = sa.text(
    "INSERT INTO daily_durations (day, status, seconds, orders) VALUES (:day, :status, :seconds, :orders) "
    "ON CONFLICT (day, status, seconds) DO UPDATE SET orders = daily_durations.orders + excluded.orders"
)


def count_placed(tx: Connection, order: OrderRow, parts: Shares) -> None:
    """Count a new order, which earns nothing yet."""
    tx.execute(_ADD, {"status": order.status, "day": order.day, "orders": 1, "amount": order.total})
    tx.execute(_ADD_QUARTER, {"quarter": quarter_of(order.created_at), "orders": 1, "revenue": 0})
    _count_products(tx, order.day, parts, gained=1, earned=0)


def count_moved(tx: Connection, order: OrderRow, new: str, moment: datetime, parts: Callable[[], Shares]) -> None:
    """Count that `order`, as it was, became `new` at `moment`; `parts` is called only where the products change."""
    _count_change(tx, order, new, parts)
    if new in TIMED_STATUSES:
        _count_duration(tx, order, new, moment, 1)


def count_taken_back(
    tx: Connection, order: OrderRow, previous: str, since: datetime | None, parts: Callable[[], Shares]
) -> None:
    """Count that `order`, as it was `since` then, is `previous` again: it never came to where it was."""
    _count_change(tx, order, previous, parts)
    if order.status in TIMED_STATUSES and since is not None:
        _count_duration(tx, order, order.status, since, -1)


def _count_change(tx: Connection, order: OrderRow, new: str, parts: Callable[[], Shares]) -> None:
    previous, day, total = order.status, order.day, order.total
    earned = (new in REVENUE_STATUSES) - (previous in REVENUE_STATUSES)
    gained = (previous in LOST_STATUSES) - (new in LOST_STATUSES)
    for status, sign in sorted([(previous, -1), (new, 1)]):
        tx.execute(_ADD, {"status": status, "day": day, "orders": sign, "amount": sign * total})
    if earned:
        quarter = quarter_of(order.created_at)
        tx.execute(_ADD_QUARTER, {"quarter": quarter, "orders": 0, "revenue": earned * total})
    if earned or gained:
        _count_products(tx, day, parts(), gained, earned)


def _count_duration(tx: Connection, order: OrderRow, status: str, moment: datetime, orders: int) -> None:
    taken = {"day": order.day, "status": status, "seconds": kept(moment - order.created_at)}
    tx.execute(_ADD_DURATION, taken | {"orders": orders})


def _count_products(tx: Connection, day: str, parts: Shares, gained: int, earned: int) -> None:
    rows = [
        {
            "day": day,
            "product_id": product_id,
            "orders": gained,
            "quantity": gained * share.quantity,
            "revenue": earned * share.amount,
        }
        for product_id, share in sorted(parts.items())
    ]
    tx.execute(_ADD_PRODUCT, rows)


def kept(duration: timedelta) -> int:
    """A duration as precise as people tell it, so that a percentile is a walk over few rows.

    Its seconds, cut to minutes; from an hour on to tens of minutes, from a day on to hours, from ten on to days.
    """
    seconds = max(0, int(duration.total_seconds()))
    precision = next((p for most, p in ((HOUR, MINUTE), (DAY, TEN_MINUTES), (10 * DAY, HOUR)) if seconds < most), DAY)
    return seconds // precision * precision


def quarter_of(moment: datetime) -> int:
    """The quarter in which `moment` falls."""
    return int(moment.timestamp()) // QUARTER_SECONDS


@dataclass(frozen=True)
class Counters:
    """The numbers at the top of the list; `revenue` in minor units."""

    by_status: Mapping[str, int]
    today: int
    revenue: int

    @property
    def pending(self) -> int:
        return self.by_status.get("PENDING", 0)

    @property
    def to_prepare(self) -> int:
        """Confirmed, and not on the way yet."""
        return self.by_status.get("CONFIRMED", 0) + self.by_status.get("PROCESSING", 0)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def read(connection: Connection, day: str) -> Counters:
    """What waits, and what came on `day`."""
    rows = connection.execute(_OF_DAY, {"day": day}).all()
    return Counters(
        by_status=by_status(connection),
        today=sum(row.orders for row in rows),
        revenue=sum(row.amount for row in rows if row.status in REVENUE_STATUSES),
    )


def orders(connection: Connection, status: str | None, first: date | None, last: date | None) -> int:
    """How many orders of the days from `first` to `last` are in `status`; None leaves that open."""
    chosen = sa.select(sa.func.coalesce(sa.func.sum(_daily.c.orders), 0))
    if status is not None:
        chosen = chosen.where(_daily.c.status == status)
    if first is not None:
        chosen = chosen.where(_daily.c.day >= first.isoformat())
    if last is not None:
        chosen = chosen.where(_daily.c.day <= last.isoformat())
    return int(connection.execute(chosen).scalar_one())


def by_status(connection: Connection, first: date | None = None, last: date | None = None) -> dict[str, int]:
    """How many orders of the days from `first` to `last` are in each status; statuses nobody is in may be missing."""
    chosen = _BY_STATUS
    if first is not None:
        chosen = chosen.where(_daily.c.day >= first.isoformat())
    if last is not None:
        chosen = chosen.where(_daily.c.day <= last.isoformat())
    return {row.status: int(row.orders) for row in connection.execute(chosen)}
