"""The dashboard's list, page by page: what its address asks for, found in the order it asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from printalma.db import Connection, table
from printalma.lib.clock import now, shop_day
from printalma.orders.asked import SORTS, Board
from printalma.orders.cursor import Cursor
from printalma.orders.models import Order
from printalma.orders.queries import Fields

__all__ = ["COUNT_MOST", "Board", "BoardPage", "matches", "matching", "neighbours", "page"]

COUNT_MOST = 10_000

_orders = table(Order)
_COLUMNS: dict[str, sa.Column[Any]] = {
    "createdAt": _orders.c.id,
    "totalAmount": _orders.c.total,
    "updatedAt": _orders.c.updated_at,
}


@dataclass(frozen=True)
class BoardPage:
    """A page and where its neighbours begin. `more`: there are more orders than `total`, which is COUNT_MOST."""

    orders: Sequence[Fields]
    total: int
    more: bool
    previous: Cursor | None
    next: Cursor | None


def page(connection: Connection, board: Board, zone: ZoneInfo) -> BoardPage:
    """The page that `board` asks for. A page in front of a cursor that would not be full is the list's first page."""
    forward = board.before is None
    orders = _run(connection, board, zone, board.after or board.before, forward, board.size + 1)
    more = len(orders) > board.size
    if not forward and not more:
        return page(connection, replace(board, before=None), zone)
    orders = orders[: board.size] if forward else orders[: board.size][::-1]
    first, last = (_cursor(board, orders[0]), _cursor(board, orders[-1])) if orders else (None, None)
    total = _total(connection, board, zone)
    return BoardPage(
        orders=orders,
        total=min(total, COUNT_MOST),
        more=total > COUNT_MOST,
        previous=first if board.after or not forward else None,
        next=last if more or not forward else None,
    )


def neighbours(connection: Connection, board: Board, order: Fields, zone: ZoneInfo) -> tuple[int | None, int | None]:
    """The ids of the orders in front of `order` and behind it in the list, whose page does not matter."""
    place = _cursor(board, order)
    before, after = (_run(connection, board, zone, place, forward, 1) for forward in (False, True))
    return before[0]["id"] if before else None, after[0]["id"] if after else None


def matching(connection: Connection, board: Board, zone: ZoneInfo, chunk: int = 500) -> Iterator[Sequence[Fields]]:
    """Every order of the list in its order, `chunk` at a time, whichever page `board` is."""
    place = None
    while orders := _run(connection, board, zone, place, True, chunk):
        yield orders
        place = _cursor(board, orders[-1])


def matches(connection: Connection, board: Board, ids: Sequence[int], zone: ZoneInfo) -> set[int]:
    """Which of the orders `ids` the list's filters accept."""
    chosen = sa.select(_orders.c.id).where(_orders.c.id.in_(ids), *_conditions(board, zone))
    return set(connection.execute(chosen).scalars()) if ids else set()


def _run(
    connection: Connection, board: Board, zone: ZoneInfo, place: Cursor | None, forward: bool, most: int
) -> Sequence[Fields]:
    """Up to `most` orders behind `place`, or from it backwards."""
    ascending = (board.sort in ("oldest", "smallest")) == forward
    column = _COLUMNS[SORTS[board.sort]]
    keys = (column,) if column is _orders.c.id else (column, _orders.c.id)
    chosen = sa.select(_orders).where(*_conditions(board, zone)).limit(most)
    chosen = chosen.order_by(*(key.asc() if ascending else key.desc() for key in keys))
    if place is not None:
        found = (place.order_id,) if len(keys) == 1 else (place.value, place.order_id)
        here, there = sa.tuple_(*keys), sa.tuple_(*(sa.literal(value) for value in found))
        chosen = chosen.where(here > there if ascending else here < there)
    return connection.execute(chosen).mappings().all()


def _cursor(board: Board, order: Fields) -> Cursor:
    kind = SORTS[board.sort]
    value = order["created_at" if kind == "createdAt" else _COLUMNS[kind].key]
    return Cursor(kind, round(value.timestamp() * 1000) if isinstance(value, datetime) else value, order["id"])


def _total(connection: Connection, board: Board, zone: ZoneInfo) -> int:
    some = sa.select(sa.literal(1)).select_from(_orders).where(*_conditions(board, zone)).limit(COUNT_MOST + 1)
    return connection.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one()


def _conditions(board: Board, zone: ZoneInfo) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if board.statuses:
        wanted.append(_orders.c.status.in_(board.statuses))
    if board.payments:
        wanted.append(_orders.c.payment_method.in_(board.payments))
    first, last = board.days(shop_day(now(), zone))
    if first is not None:
        wanted.append(_orders.c.day >= first.isoformat())
    if last is not None:
        wanted.append(_orders.c.day <= last.isoformat())
    if board.search:
        columns = (_orders.c.number, _orders.c.customer, _orders.c.email, _orders.c.phone)
        wanted.append(sa.or_(*(column.icontains(board.search, autoescape=True) for column in columns)))
    return wanted
