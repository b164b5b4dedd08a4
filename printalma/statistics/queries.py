"""Reading the counters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.orders.models import EARNING, DailyOrders

_daily = table(DailyOrders)
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
    )


def _sum(rows: Sequence[Mapping[Any, Any]], column: str) -> int:
    """The sum of a column; PostgreSQL sums into decimals, and no row at all sums to nothing."""
    return sum(int(row[column] or 0) for row in rows)
