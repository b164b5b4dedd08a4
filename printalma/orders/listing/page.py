"""The dashboard's list, page by page: what its address asks for, found in the order it asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.lib.clock import now, shop_day
from printalma.orders import queries
from printalma.orders.listing import index, walk
from printalma.orders.listing.filters import OrderFilters
from printalma.orders.listing.pagination import Cursor, Keyset, place_of
from printalma.orders.listing.search import words_of
from printalma.orders.listing.sieve import Sieve
from printalma.orders.models import Order
from printalma.orders.queries import OrderRow

__all__ = ["MAX_COUNT", "ListPage", "OrderFilters", "matches", "matching", "neighbours", "page"]

MAX_COUNT = 10_000

_orders = table(Order)


@dataclass(frozen=True)
class ListPage:
    """A page and where its neighbours begin. `more`: there are more orders than `total`, which is MAX_COUNT."""

    orders: Sequence[OrderRow]
    total: int
    more: bool
    previous: Cursor | None
    next: Cursor | None


def page(connection: Connection, filters: OrderFilters, zone: ZoneInfo) -> ListPage:
    """The page that `filters` asks for. A page in front of a cursor that would not be full is the list's first page."""
    sieve, words = _sieve(connection, filters, zone), words_of(filters.search)
    forward = filters.before is None
    place = filters.after or filters.before
    ids = walk.find(connection, sieve, words, Keyset(filters.sort, forward, place), filters.size + 1)
    more = len(ids) > filters.size
    if not forward and not more:
        return page(connection, replace(filters, before=None), zone)
    orders = _read(connection, ids[: filters.size] if forward else ids[: filters.size][::-1])
    first, last = (place_of(filters.sort, orders[end]) for end in (0, -1)) if orders else (None, None)
    whole = place is None and not more
    total = len(ids) if whole else walk.count(connection, sieve, words, filters.sort, MAX_COUNT + 1)
    return ListPage(
        orders=orders,
        total=min(total, MAX_COUNT),
        more=total > MAX_COUNT,
        previous=first if filters.after or not forward else None,
        next=last if more or not forward else None,
    )


def neighbours(
    connection: Connection, filters: OrderFilters, order: OrderRow, zone: ZoneInfo
) -> tuple[int | None, int | None]:
    """The ids of the orders in front of `order` and behind it in the list, whose page does not matter."""
    sieve, words, place = _sieve(connection, filters, zone), words_of(filters.search), place_of(filters.sort, order)
    walks = (Keyset(filters.sort, forward, place) for forward in (False, True))
    before, after = ([*walk.find(connection, sieve, words, each, 1), None] for each in walks)
    return before[0], after[0]


def matching(
    connection: Connection, filters: OrderFilters, zone: ZoneInfo, chunk: int = 500, place: Cursor | None = None
) -> Iterator[Sequence[OrderRow]]:
    """Every order of the list in its order, or those behind `place`, `chunk` at a time, whichever page `filters` is."""
    sieve, words = _sieve(connection, filters, zone), words_of(filters.search)
    while ids := walk.find(connection, sieve, words, Keyset(filters.sort, place=place), chunk):
        orders = _read(connection, ids)
        yield orders
        place = place_of(filters.sort, orders[-1])


def matches(connection: Connection, filters: OrderFilters, ids: Sequence[int], zone: ZoneInfo) -> set[int]:
    """Which of the orders `ids` the list's filters accept."""
    if not ids:
        return set()
    accepted = _sieve(connection, filters, zone).checks()
    said = index.says(connection, _orders.c.id, words_of(filters.search))
    return set(connection.scalars(sa.select(_orders.c.id).where(_orders.c.id.in_(ids), *accepted, *said)))


def _sieve(connection: Connection, filters: OrderFilters, zone: ZoneInfo) -> Sieve:
    index.plan_anew(connection)
    return Sieve.of(connection, filters, shop_day(now(), zone))


def _read(connection: Connection, ids: Sequence[int]) -> Sequence[OrderRow]:
    """The orders `ids`, in that order."""
    found = {order.id: order for order in queries.rows(connection, ids)}
    return [found[order_id] for order_id in ids]
