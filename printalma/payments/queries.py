"""The orders that are on their way or there, and whose money is not: an index holds these alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from printalma.accounts.policy import Sight
from printalma.config import settings
from printalma.db import Connection, table
from printalma.lib.clock import day_end, day_start, shop_day
from printalma.orders import payments, queries
from printalma.orders.models import IS_OWED, Order
from printalma.orders.queries import OrderRow

MAX_SUMMED = 5000  # orders, the last to be sent: a shop with more of them open does not note its payments
MAX_LISTED = 200

_orders = table(Order)
PARTS = sa.select(*(_orders.c[name] for name in ("shipped_at", "carrier", "total", "paid", "refunded")))


@dataclass(frozen=True)
class Asked:
    """What of it is asked for; None leaves that open. The carrier of orders that name none is ""."""

    sight: Sight
    day: date | None = None
    carrier: str | None = None

    def checks(self) -> list[Any]:
        zone = settings().shop_tz
        found: list[Any] = [IS_OWED, _orders.c.shipped_at.is_not(None)]
        found += self.sight.where(user_id=_orders.c.user_id, status=_orders.c.status)
        if self.day is not None:
            since, until = day_start(self.day, zone), day_end(self.day, zone)
            found += [_orders.c.shipped_at >= since, _orders.c.shipped_at < until]
        if self.carrier is not None:
            found.append(sa.func.coalesce(_orders.c.carrier, "") == self.carrier)
        return found


@dataclass
class Sum:
    """What a carrier has to bring of what was sent on a day."""

    day: date
    carrier: str
    orders: int = 0
    amount: int = 0


def sums(connection: Connection, asked: Asked) -> tuple[Sequence[Sum], bool]:
    """By day, the last first, and carrier; and whether there are more orders than are summed up."""
    newest = PARTS.where(*asked.checks()).order_by(_orders.c.shipped_at.desc(), _orders.c.id.desc())
    rows = connection.execute(newest.limit(MAX_SUMMED + 1)).all()
    found: dict[tuple[date, str], Sum] = {}
    for row in rows[:MAX_SUMMED]:
        key = shop_day(row.shipped_at, settings().shop_tz), row.carrier or ""
        each = found.setdefault(key, Sum(*key))
        each.orders += 1
        each.amount += payments.rest(row)
    return sorted(found.values(), key=lambda each: (-each.day.toordinal(), each.carrier)), len(rows) > MAX_SUMMED


def piece(connection: Connection, asked: Asked, size: int, after: OrderRow | None = None) -> Sequence[OrderRow]:
    """The first `size` orders, or those behind `after`, the last to be sent first."""
    chosen = queries.ORDERS.where(*asked.checks())
    if after is not None:
        moment = after.shipped_at
        same = sa.and_(_orders.c.shipped_at == moment, _orders.c.id < after.id)
        chosen = chosen.where(_orders.c.shipped_at <= moment, sa.or_(_orders.c.shipped_at < moment, same))
    return queries.read(connection, chosen.order_by(_orders.c.shipped_at.desc(), _orders.c.id.desc()).limit(size))
