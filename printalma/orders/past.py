"""The counters for screens that follow. What all days but today count for is kept in memory: two years are a thousand
rows to sum up, a third of a millisecond for each order."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.db.prepared import Prepared
from printalma.events import subscriptions
from printalma.events.types import TYPES, OrderPlaced
from printalma.orders.counter_models import DailyOrders
from printalma.orders.counters import Counters
from printalma.orders.models import EARNING

MAX_AGE = 60.0  # seconds: a recount is no event, and an order may come late into a day that is over

_daily = table(DailyOrders)
_DAY: sa.BindParameter[str] = sa.bindparam("day")
_OF_DAY = Prepared(sa.select(_daily.c.status, _daily.c.orders, _daily.c.amount).where(_daily.c.day == _DAY))
_OF_OTHERS = (
    sa.select(_daily.c.status, sa.func.sum(_daily.c.orders)).where(_daily.c.day != _DAY).group_by(_daily.c.status)
)


@dataclass(frozen=True)
class _Past:
    """How many orders all days but `day` have in each status."""

    day: str
    by_status: Mapping[str, int]
    read_at: float


_kept: WeakKeyDictionary[sa.Engine, _Past] = WeakKeyDictionary()


def keep() -> None:
    """Have the past read again after whatever is not a new order."""
    subscriptions.subscribe(forget, *(kind for kind in TYPES.values() if kind is not OrderPlaced))


def forget(connection: Connection) -> None:
    """The past may be another one."""
    _kept[connection.engine] = _Past("", {}, 0.0)


def read(connection: Connection, day: str) -> Counters:
    """As counters.read, for who draws what the log tells: of what it has not told yet the past may not know."""
    before = known = _kept.get(connection.engine)
    if known is None or known.day != day or time.monotonic() - known.read_at > MAX_AGE:
        others = {status: int(n) for status, n in connection.execute(_OF_OTHERS, {"day": day})}
        known = _Past(day, others, time.monotonic())
        if _kept.get(connection.engine) is before:  # else it was forgotten while it was read
            _kept[connection.engine] = known
    rows = _OF_DAY.all(connection, {"day": day})
    by_status = Counter(known.by_status)
    for row in rows:
        by_status[row.status] += row.orders
    today, revenue = sum(row.orders for row in rows), sum(row.amount for row in rows if row.status in EARNING)
    return Counters(by_status, today, revenue)
