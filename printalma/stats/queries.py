"""Reading the counters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.stats.models import DailyOrders

REVENUE_STATUSES = ("CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED")

_daily = table(DailyOrders)
_OF_DAY = sa.select(_daily).where(_daily.c.day == sa.bindparam("day"))
_BY_STATUS = sa.select(_daily.c.status, sa.func.sum(_daily.c.orders).label("orders")).group_by(_daily.c.status)
_TODAY, _WEEK, _MONTH = (
    _daily.c.day == sa.bindparam("today"),
    _daily.c.day >= sa.bindparam("monday"),
    _daily.c.day >= sa.bindparam("first"),
)
_OVERVIEW = sa.select(
    _daily.c.status,
    sa.func.sum(_daily.c.orders).label("orders"),
    sa.func.sum(_daily.c.amount).label("amount"),
    sa.func.sum(_daily.c.orders).filter(_TODAY).label("orders_today"),
    sa.func.sum(_daily.c.amount).filter(_TODAY).label("amount_today"),
    sa.func.sum(_daily.c.orders).filter(_WEEK).label("orders_this_week"),
    sa.func.sum(_daily.c.orders).filter(_MONTH).label("orders_this_month"),
    sa.func.sum(_daily.c.amount).filter(_MONTH).label("amount_this_month"),
).group_by(_daily.c.status)


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


def counters(connection: Connection, day: str) -> Counters:
    """What waits, and what came on `day`."""
    rows = connection.execute(_OF_DAY, {"day": day}).all()
    return Counters(
        by_status=by_status(connection),
        today=sum(row.orders for row in rows),
        revenue=sum(row.amount for row in rows if row.status in REVENUE_STATUSES),
    )


@dataclass(frozen=True)
class Overview:
    """How the shop goes; amounts in minor units. `earning` counts the orders that make the revenue."""

    by_status: dict[str, int]
    today: int
    this_week: int
    this_month: int
    earning: int
    revenue: int
    revenue_today: int
    revenue_this_month: int


def overview(connection: Connection, today: date) -> Overview:
    """The numbers as of `today`, a day of the shop, in one statement. Weeks begin on Monday."""
    monday = today - timedelta(days=today.weekday())
    days = {"today": today, "monday": monday, "first": today.replace(day=1)}
    found = connection.execute(_OVERVIEW, {name: day.isoformat() for name, day in days.items()}).mappings().all()
    earning = [row for row in found if row["status"] in REVENUE_STATUSES]
    return Overview(
        by_status={row["status"]: int(row["orders"]) for row in found},
        today=_sum(found, "orders_today"),
        this_week=_sum(found, "orders_this_week"),
        this_month=_sum(found, "orders_this_month"),
        earning=_sum(earning, "orders"),
        revenue=_sum(earning, "amount"),
        revenue_today=_sum(earning, "amount_today"),
        revenue_this_month=_sum(earning, "amount_this_month"),
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


def _sum(rows: Sequence[Mapping[Any, Any]], column: str) -> int:
    """The sum of a column; PostgreSQL sums into decimals, and no row at all sums to nothing."""
    return sum(int(row[column] or 0) for row in rows)
