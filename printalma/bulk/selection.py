"""What a list has at one moment: each order with the version and the status that it has now.

It is read as the list's file is (export), piece by piece, and sent as lines: a page keeps it, and acts on these
orders in these versions, whatever comes or changes afterwards.
"""

import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import reading, table
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.page import matching
from printalma.orders.listing.pagination import SORTS
from printalma.orders.models import Order
from printalma.orders.queries import OrderRow

MAX_SELECTED = 10_000  # as many as the list counts
CHUNK = 250  # orders: some milliseconds
PAUSE_SECONDS = 0.002  # not 0: see export
WHOLE, CUT = "whole", "cut"  # the last line; without one the line broke

_LAST = sa.select(sa.func.max(table(Order).c.id))


def lines(filters: OrderFilters, zone: ZoneInfo) -> Iterator[str]:
    """`id:version:STATUS` for each, and WHOLE, or CUT where there are more."""
    left = MAX_SELECTED
    for orders in _pieces(filters, zone):
        yield "".join(f"{order.id}:{order.version}:{order.status}\n" for order in orders[:left])
        if len(orders) > left:
            yield f"{CUT}\n"
            return
        left -= len(orders)
    yield f"{WHOLE}\n"


def _pieces(filters: OrderFilters, zone: ZoneInfo) -> Iterator[list[OrderRow]]:
    """None that comes meanwhile is among them: who reads the oldest first would run after those who order."""
    place, sort = None, SORTS[filters.sort]
    with reading() as connection:
        last = connection.scalar(_LAST) or 0
    while True:
        with reading() as connection:
            orders = next(matching(connection, filters, zone, CHUNK, place), None)
        if not orders:
            return
        yield [order for order in orders if order.id <= last]
        if sort.by_date and sort.ascending and orders[-1].id >= last:
            return
        place = sort.place_of(orders[-1])
        time.sleep(PAUSE_SECONDS)
