"""Reading the counters."""

from dataclasses import dataclass

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.stats.models import DailyOrders

_daily = table(DailyOrders)
_PENDING = sa.select(sa.func.coalesce(sa.func.sum(_daily.c.orders), 0)).where(_daily.c.status == "PENDING")
_OF_DAY = sa.select(_daily).where(_daily.c.day == sa.bindparam("day"))
_BY_STATUS = sa.select(_daily.c.status, sa.func.sum(_daily.c.orders).label("orders")).group_by(_daily.c.status)
REVENUE_STATUSES = ("CONFIRMED", "PROCESSING", "SHIPPED", "DELIVERED")


@dataclass(frozen=True)
class Counters:
    """The numbers at the top of the list; `revenue` in minor units."""

    pending: int
    today: int
    revenue: int


def counters(connection: Connection, day: str) -> Counters:
    """What waits, and what came on `day`."""
    rows = connection.execute(_OF_DAY, {"day": day}).all()
    return Counters(
        pending=int(connection.execute(_PENDING).scalar_one()),
        today=sum(row.orders for row in rows),
        revenue=sum(row.amount for row in rows if row.status in REVENUE_STATUSES),
    )


def by_status(connection: Connection) -> dict[str, int]:
    """How many orders are in each status; statuses nobody is in may be missing."""
    return {row.status: int(row.orders) for row in connection.execute(_BY_STATUS)}
