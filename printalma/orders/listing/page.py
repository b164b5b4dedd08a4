"""The dashboard's list, page by page: what its address asks for, found in the order it asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.lib.clock import now, shop_day
from printalma.orders import queries
from printalma.orders.listing import search, walk
from printalma.orders.listing.cursor import Cursor
from printalma.orders.listing.filters import Board
from printalma.orders.listing.pagination import Walk, place_of
from printalma.orders.listing.sieve import Sieve
from printalma.orders.listing.words import words_of
from printalma.orders.models import Order
from printalma.orders.queries import Fields

__all__ = ["MAX_COUNT", "Board", "BoardPage", "matches", "matching", "neighbours", "page"]

MAX_COUNT = 10_000

_orders = table(Order)


@dataclass(frozen=True)
class BoardPage:
    """A page and where its neighbours begin. `more`: there are more orders than `total`, which is MAX_COUNT."""

    orders: Sequence[Fields]
    total: int
    more: bool
    previous: Cursor | None
    next: Cursor | None


def page(connection: Connection, board: Board, zone: ZoneInfo) -> BoardPage:
    """The page that `board` asks for. A page in front of a cursor that would not be full is the list's first page."""
    sieve, words = _sieve(connection, board, zone), words_of(board.search)
    forward = board.before is None
    place = board.after or board.before
    ids = walk.find(connection, sieve, words, Walk(board.sort, forward, place), board.size + 1)
    more = len(ids) > board.size
    if not forward and not more:
        return page(connection, replace(board, before=None), zone)
    orders = _read(connection, ids[: board.size] if forward else ids[: board.size][::-1])
    first, last = (place_of(board.sort, orders[end]) for end in (0, -1)) if orders else (None, None)
    whole = place is None and not more
    total = len(ids) if whole else walk.count(connection, sieve, words, board.sort, MAX_COUNT + 1)
    return BoardPage(
        orders=orders,
        total=min(total, MAX_COUNT),
        more=total > MAX_COUNT,
        previous=first if board.after or not forward else None,
        next=last if more or not forward else None,
    )


def neighbours(connection: Connection, board: Board, order: Fields, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """The ids of the orders in front of `order` and behind it in the list, whose page does not matter."""
    sieve, words, place = _sieve(connection, board, zone), words_of(board.search), place_of(board.sort, order)
    walks = (Walk(board.sort, forward, place) for forward in (False, True))
    before, after = ([*walk.find(connection, sieve, words, each, 1), None] for each in walks)
    return before[0], after[0]


def matching(
    connection: Connection, board: Board, zone: ZoneInfo, chunk: int = 500, place: Cursor | None = None
) -> Iterator[Sequence[Fields]]:
    """Every order of the list in its order, or those behind `place`, `chunk` at a time, whichever page `board` is."""
    sieve, words = _sieve(connection, board, zone), words_of(board.search)
    while ids := walk.find(connection, sieve, words, Walk(board.sort, place=place), chunk):
        orders = _read(connection, ids)
        yield orders
        place = place_of(board.sort, orders[-1])


def matches(connection: Connection, board: Board, ids: Sequence[int], zone: ZoneInfo) -> set[int]:
    """Which of the orders `ids` the list's filters accept."""
    if not ids:
        return set()
    accepted = _sieve(connection, board, zone).checks()
    said = search.says(connection, _orders.c.id, words_of(board.search))
    return set(connection.scalars(sa.select(_orders.c.id).where(_orders.c.id.in_(ids), *accepted, *said)))


def _sieve(connection: Connection, board: Board, zone: ZoneInfo) -> Sieve:
    search.plan_anew(connection)
    return Sieve.of(connection, board, shop_day(now(), zone))


def _read(connection: Connection, ids: Sequence[int]) -> Sequence[Fields]:
    """The orders `ids`, in that order."""
    found = {order["id"]: order for order in queries.rows(connection, ids)}
    return [found[order_id] for order_id in ids]
