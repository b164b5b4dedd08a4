"""The counters counted anew, a day of the shop at a time and beside those who serve."""

from collections.abc import Iterator
from functools import partial

import sqlalchemy as sa

from printalma.db import reading, table, transaction
from printalma.orders import counters
from printalma.orders.counter_models import DailyDurations, DailyOrders, DailyProducts, QuarterOrders
from printalma.orders.models import Order

_orders, _quarters = table(Order), table(QuarterOrders)
_DAYS = sa.union(*(sa.select(table(each).c.day) for each in (Order, DailyOrders, DailyProducts, DailyDurations)))
_QUARTER_OF = _orders.c.created_at.cast(sa.BigInteger) // (counters.QUARTER_SECONDS * 1000)
# Quarters in which nothing came: those in which something did are counted with its day.
_EMPTY = sa.except_(sa.select(_quarters.c.quarter), sa.select(_QUARTER_OF))


def recount() -> Iterator[int]:
    """How many days and quarters had been counted wrongly, one day after the other."""
    with reading() as connection:
        days, empty = sorted(connection.scalars(_DAYS)), connection.scalars(_EMPTY).all()
    for day in days:
        yield transaction(partial(counters.recount, days=[day]))
    for quarter in empty:
        yield transaction(partial(counters.recount_quarters, first=quarter, last=quarter))
